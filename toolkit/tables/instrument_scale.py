"""What an instrument allows of a score, which way it runs, and what its values mean; one rule for every room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd

from toolkit.errors import did_you_mean
from toolkit.tables.progress_scores import BUILT_IN, DIRECTIONS

_SIGNS = re.compile(r"[\W_]+")
_BETWEEN = re.compile(r"[;\n]")
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument that families are scored with.

    Parameters
    ----------
    instrument_id
        The name that scores bear; ``one_to_five`` is the built-in, whose scores bear none.
    title, edition
        What it is called, and which edition; the edition may be empty.
    lowest, highest
        The scores it runs between.
    has_half_points
        Whether half points are scores, or whole ones only.
    higher_is
        "better" or "worse", a higher score, for the family; empty for the built-in, where each file says it.
    dimensions
        What may be scored; empty where anything may.
    anchors
        Values, the lowest first, each with what it means.
    """

    instrument_id: str
    title: str
    edition: str
    lowest: int
    highest: int
    has_half_points: bool
    higher_is: str
    dimensions: tuple[str, ...] = ()
    anchors: tuple[tuple[float, str], ...] = ()

    @property
    def name(self) -> str:
        """Its title, with the edition where it has one."""
        return f"{self.title} ({self.edition})" if self.edition else self.title

    @property
    def is_built_in(self) -> bool:
        """Whether it is the built-in scale from 1 to 5."""
        return self.instrument_id == BUILT_IN

    @property
    def step(self) -> float:
        """What a score and the next differ by, in points."""
        return 0.5 if self.has_half_points else 1.0

    @property
    def levels(self) -> tuple[float, ...]:
        """Every score it has, the lowest first."""
        count = round((self.highest - self.lowest) / self.step) + 1
        return tuple(self.lowest + self.step * place for place in range(count))

    @property
    def allowed(self) -> str:
        """What a score is, in words: "a whole number from 1 to 5"."""
        of = "a number in whole or half points" if self.has_half_points else "a whole number"
        return f"{of} from {self.lowest} to {self.highest}"

    @property
    def expected(self) -> str:
        """What to enter, as an instruction."""
        return f"Enter {self.allowed}." if self.is_built_in else f'Enter {self.allowed}: "{self.name}" has no other.'

    def allows(self, score: float) -> bool:
        """Return whether a score is one of its own."""
        steps = score * 2 if self.has_half_points else score
        return self.lowest <= score <= self.highest and abs(steps - round(steps)) < _SAME

    def dimension(self, named: str) -> str | None:
        """Return what is scored as the instrument writes it, whatever case and spaces; None where it has none so."""
        if not self.dimensions:
            return named
        return next((one for one in self.dimensions if plain_name(one) == plain_name(named)), None)

    def not_a_dimension(self, named: str) -> str:
        """Return what to do about a dimension that it does not have."""
        near = did_you_mean(named, self.dimensions)
        near = f" {near}" if near.startswith("Did you mean") else ""
        return f'"{self.name}" has no such dimension.{near} It has: {", ".join(self.dimensions)}.'

    def other_direction(self) -> str:
        """Return what to do about a score that is said to run the other way."""
        return f'On "{self.name}" a higher score is "{DIRECTIONS[self.higher_is]}". Put one of the two right.'

    def faults(self, *, score: float, dimension: str, higher_is: str) -> Iterator[tuple[str, str]]:
        """Yield what it does not allow of a reading: the column, and what to do."""
        if not self.allows(score):
            yield "score", self.expected
        if self.dimension(dimension) != dimension:
            yield "dimension", self.not_a_dimension(dimension)
        if self.higher_is and higher_is != self.higher_is:
            yield "higher_is", self.other_direction()


ONE_TO_FIVE = Instrument(BUILT_IN, "1 to 5", "", 1, 5, has_half_points=False, higher_is="")
"""The built-in scale, of every score that names no instrument."""

ONLY_BUILT_IN: Mapping[str, Instrument] = MappingProxyType({BUILT_IN: ONE_TO_FIVE})


def instruments_of(instruments: pd.DataFrame, anchors: pd.DataFrame) -> Mapping[str, Instrument]:
    """Return the instruments by number, the built-in first, from the rows of both tables."""
    meant: dict[str, dict[float, str]] = {}
    for number, value, meaning in anchors[["instrument_id", "value", "meaning"]].itertuples(index=False, name=None):
        meant.setdefault(str(number), {})[float(value)] = str(meaning)
    found = {BUILT_IN: ONE_TO_FIVE}
    for row in instruments.sort_values("instrument_id").to_dict("records"):
        one = Instrument(
            str(row["instrument_id"]), str(row["title"]), _text(row["edition"]), int(row["lowest"]),
            int(row["highest"]), row["step"] == "half", str(row["higher_is"]), _listed(_text(row["dimensions"])),
        )  # fmt: skip
        found[one.instrument_id] = one
    anchored = {
        number: replace(one, anchors=tuple(sorted(meant.get(number, {}).items()))) for number, one in found.items()
    }
    return MappingProxyType(anchored)


def named_among(written: str, instruments: Mapping[str, Instrument]) -> Instrument | None:
    """Return the instrument that is written by its number, or by its title where only one has it; None for no other.

    Case, spaces and punctuation do not matter; of two editions the title alone names neither.
    """
    if written in instruments:
        return instruments[written]
    plain = plain_name(written)
    by_number = [one for one in instruments.values() if plain_name(one.instrument_id) == plain]
    by_title = [one for one in instruments.values() if plain in (plain_name(one.title), plain_name(one.name))]
    return next((found[0] for found in (by_number, by_title) if len(found) == 1), None)


def plain_name(text: str) -> str:
    """Return a name without case, spaces and punctuation."""
    return _SIGNS.sub("", text).casefold()


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in _BETWEEN.split(text) if part.strip())
