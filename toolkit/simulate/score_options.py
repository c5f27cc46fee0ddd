"""What is asked of the simulated scores, of those who give them, and of scoring as such."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import isfinite
from typing import Any

from toolkit.errors import InputError


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """The options of a simulated county's scores.

    Whatever they are, nothing else of the county changes, but for ``tracking_referrals`` and ``tracking_stays``.

    Parameters
    ----------
    meaning
        What a point of a family's true state takes off the log odds that it is referred within the 365 days after a
        reading, beyond all that is recorded and beyond `CountyOptions.hidden`: 0 where scores mean nothing.
    error
        Standard deviation, in points, of what makes one worker's scores of one state differ from reading to reading.
    habit
        Standard deviation, in points, of workers' leniency.
    double
        Share of scored families whose start and end are each scored a second time, the same day, by another worker.
    drifting
        Share of workers whose end scores creep up though nothing has changed.
    drift
        Points a year, since their centre began to score, by which those workers' end scores creep up.
    lost_in_distress, lost_unengaged
        What a standard deviation of distress adds to the log odds that a later score is missing, and what one of
        engagement takes off them.
    tracking_referrals
        What scoring as such adds to the log hazard of referral of families that have joined, in the reach areas of
        centres that score, from the month after they joined.
    tracking_stays
        What it adds to the log of the mean length of a family's stay at a centre that scores.

    Raises
    ------
    InputError
        Naming every option that cannot be, and what was expected.
    """

    meaning: float = 1.0
    error: float = 0.55
    habit: float = 0.40
    double: float = 0.10
    drifting: float = 0.20
    drift: float = 0.10
    lost_in_distress: float = 0.6
    lost_unengaged: float = 0.6
    tracking_referrals: float = 0.0
    tracking_stays: float = 0.0

    def __post_init__(self) -> None:
        problems = [
            f"scores.{name} is {getattr(self, name)!r}. Give a number from {least:g} to {most:g}."
            for name, (least, most) in _LIMITS.items()
            if not _is_between(getattr(self, name), least, most)
        ]
        if problems:
            raise InputError(" ".join(problems))

    def unusual(self) -> dict[str, Any]:
        """Return the options that are not as by default, by name."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}


_LIMITS = {
    "meaning": (0.0, 3.0),
    "error": (0.0, 2.0),
    "habit": (0.0, 2.0),
    "double": (0.0, 1.0),
    "drifting": (0.0, 1.0),
    "drift": (0.0, 2.0),
    "lost_in_distress": (0.0, 3.0),
    "lost_unengaged": (0.0, 3.0),
    "tracking_referrals": (-1.0, 1.0),
    "tracking_stays": (-1.0, 1.0),
}


def _is_between(value: object, least: float, most: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isfinite(value) and least <= value <= most
