"""What a comparison's design shows before its answer: plain figures, and one hash that stands for them all.

The record is made, hashed and written in the store's audit before any outcome of a joiner is read. Whoever holds a
result can work out the hash again from the record kept with it, and find that hash in the audit, in a line that comes
before the answer's.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from toolkit.errors import InputError
from toolkit.studies.facts import made_of

_DIGITS = 10
"""Significant digits of a figure in the record: beyond them machines differ in the last bits of a sum."""


@dataclass(frozen=True, slots=True)
class DrawDesign:
    """One draw of the comparison families' days, matched.

    Attributes
    ----------
    seed
        Of the draw.
    sets
        SHA-256 (hex) of who is compared with whom, by the rows' numbers.
    joined, matched, unmatched
        Families that joined and could be followed; those of them with a match, and without.
    share_matched
        ``matched`` of ``joined``, from 0 to 1.
    controls
        Family-months they are compared with.
    effective_joined, effective_controls
        Equally weighted rows that would tell as much (Kish).
    clusters
        Places that the compared families live in.
    followed_joined, followed_others
        Shares of each arm's rows followed to the end, from 0 to 1.
    largest_difference, largest_on
        The largest standardised difference between the matched groups, without its sign, and the covariate it is on;
        ``None`` where nothing was matched on.
    shift, shift_se
        By how much remaining differences could shift the answer, as a difference of shares, and its standard error
        (`toolkit.studies.matched_cohort.prognosis`); ``None`` where no forecast could be made.
    baseline
        The share of the families compared with that had the primary outcome; ``None`` without any.
    smallest
        The smallest fall in that share that these records would show four times out of five; ``None`` where none.
    """

    seed: int
    sets: str
    joined: int
    matched: int
    unmatched: int
    share_matched: float
    controls: int
    effective_joined: float
    effective_controls: float
    clusters: int
    followed_joined: float
    followed_others: float
    largest_difference: float | None
    largest_on: str
    shift: float | None
    shift_se: float | None
    baseline: float | None
    smallest: float | None


@dataclass(frozen=True, slots=True)
class DesignRecord:
    """The design of one comparison, as it stood before any outcome of a joiner was read.

    Attributes
    ----------
    question
        The protocol's.
    protocol_hash, snapshot_hash, version, seed
        The four that name the result to come.
    outcome
        The primary outcome's name.
    draws
        Each draw of the comparison families' days; which of them is the middle one the answer alone can say.
    """

    question: str
    protocol_hash: str
    snapshot_hash: str
    version: str
    seed: int
    outcome: str
    draws: tuple[DrawDesign, ...]

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the record as canonical JSON: keys in order, no spaces, ten significant digits."""
        text = json.dumps(self._plain(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the record as a bundle's file holds it, with its ``hash``."""
        return {**self._plain(), "hash": self.hash}

    @classmethod
    def from_json(cls, found: object) -> Self:
        """Return the record that a bundle's file holds.

        Raises
        ------
        InputError
            Naming what is missing, or when its hash is not the record's: one of them was changed.
        """
        kept = found.get("draws") if isinstance(found, Mapping) else None
        if not isinstance(found, Mapping) or not isinstance(kept, list | tuple) or not kept:
            raise InputError("design has no draws. Expected an object with a list of them.")
        record = made_of(cls, {**found, "draws": [made_of(DrawDesign, one) for one in kept]})
        said = found.get("hash")
        if said != record.hash:
            raise InputError(
                f"design is not as it was sealed: its hash is said to begin {str(said)[:8]}, and the figures kept "
                f"with it make one that begins {record.hash[:8]}. One of them was changed."
            )
        return record

    def _plain(self) -> dict[str, Any]:
        content = asdict(self)
        content["draws"] = [{name: _rounded(value) for name, value in one.items()} for one in content["draws"]]
        return content


Sealed = Callable[[DesignRecord], None]
"""Told of a design once it stands, before any outcome of a joiner is read; what it raises ends the study there."""


def untold(record: DesignRecord) -> None:
    """Tell nobody: for a study whose design is kept with its result alone."""


def _rounded(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
