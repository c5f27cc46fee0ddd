"""The single figures of a study of trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from toolkit.studies.facts import Facts, made_of, plain_fields

_MEAN = "mean_"


@dataclass(frozen=True, slots=True)
class TrustFacts(Facts):
    """Which referrals were compared, and what came of them.

    Attributes
    ----------
    outcome, outcome_label
        The primary outcome's name and what a page calls it.
    referrals, by_centres, matched
        Referrals looked at; those made by centres; those of them with a match.
    back_recorded, sent_back
        Referrals by centres of which it is on record whether they were sent back, and those that were.
    sent_back_of_others
        Referrals by others recorded as sent back; there should be none.
    smallest_cell
        By outcome, the fewest referrals with it or without it in either matched arm.
    means
        By outcome, its adjusted share among centres' referrals and among those like them; only where it was estimated.
        In a bundle's file each is a key of its own, ``mean_<outcome>``.
    margin, ratio
        The protocol's: a difference of shares that matters to nobody, and matches a referral.
    centre_sources
        Codes of sources taken as centres.
    covariates_left_out
        Why a covariate was not used, by its name.
    """

    outcome: str
    outcome_label: str
    referrals: int
    by_centres: int
    matched: int
    back_recorded: int
    sent_back: int
    sent_back_of_others: int
    smallest_cell: Mapping[str, int]
    means: Mapping[str, tuple[float, float]]
    margin: float
    ratio: int
    centre_sources: tuple[str, ...]
    covariates_left_out: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the facts by the keys a bundle's file has for them."""
        plain = plain_fields(self)
        means: Mapping[str, tuple[float, float]] = plain.pop("means")
        return plain | {f"{_MEAN}{outcome}": both for outcome, both in means.items()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Return the facts that a bundle's file holds.

        Raises
        ------
        InputError
            Naming what is missing.
        """
        means = {key.removeprefix(_MEAN): tuple(both) for key, both in found.items() if key.startswith(_MEAN)}
        return made_of(cls, {**found, "means": means})
