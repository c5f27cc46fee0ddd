"""The single figures of a study of reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from toolkit.studies.facts import WHERE_KNOWN, Facts, made_of


@dataclass(frozen=True, slots=True)
class ReachFacts(Facts):
    """How many families have joined, and where those live that have not.

    Attributes
    ----------
    day
        The day looked at, as ISO 8601.
    child_under_months, within_months
        The age in months below which a child lets a family in, and the months a family is given to join.
    margin
        The protocol's: a difference of shares that matters to nobody.
    families, missed, joined
        Families with a young child on the day; those that had not joined, and those that had.
    families_in_time, missed_in_time
        Families that came to have a young child, as they began, and those that did not join in the months given.
    most_deprived_tenths
        How many tenths of places (of IDACI) count as the most deprived.
    families_most_deprived, missed_most_deprived
        Families living in them, and those that had not joined.
    share_of_families_most_deprived, share_of_missed_most_deprived
        The same of ``families`` and of ``missed``, from 0 to 1; the second ``None`` where none was missed.
    slope
        The gap in the share missed from the least to the most deprived, with its interval's ends; ``None`` where it
        cannot be had.
    areas, areas_more_missed, areas_fewer_missed
        Reach areas, and those that miss more, or fewer, than their spread and chance allow.
    area_target, area_dispersion, area_between
        Of the funnel: the share missed in the middle, variance beside chance alone, and the standard deviation of
        areas' true shares.
    groups_compared, groups_that_stand
        Gaps between groups that could be estimated, and those that stand.
    send_under_months
        As ``child_under_months``, of a child with special educational needs or a disability; ``None`` where it is that.
    """

    day: str
    child_under_months: int
    within_months: int
    margin: float
    families: int
    missed: int
    joined: int
    families_in_time: int
    missed_in_time: int
    most_deprived_tenths: int
    families_most_deprived: int
    missed_most_deprived: int
    share_of_families_most_deprived: float
    share_of_missed_most_deprived: float | None
    slope: tuple[float, float, float] | None
    areas: int
    areas_more_missed: int
    areas_fewer_missed: int
    area_target: float
    area_dispersion: float
    area_between: float
    groups_compared: int
    groups_that_stand: int
    send_under_months: int | None = field(default=None, metadata=WHERE_KNOWN)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Return the facts that a bundle's file holds; results of before counts were kept have them from the shares.

        Raises
        ------
        InputError
            Naming what is missing.
        """
        return made_of(cls, {**_counts(found), **found})


def _counts(found: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts that follow from the shares an older file has: a share of a count is exact to ten figures."""
    return {
        f"{who}_most_deprived": round((found[share] or 0.0) * found[who])
        for who in ("families", "missed")
        if (share := f"share_of_{who}_most_deprived") in found and who in found
    }
