"""The step of one day: clocks run down by the day's hazards, and what rings happens.

Every family carries three clocks (referral, the centre's own extra referral, joining), each set to an exponential
draw. A day takes the day's hazard off each; a clock at zero rings, and is set again. So a referral is as likely as
its hazard says on every day, whatever the order of families, and no draw is made on days when nothing happens.
The same step runs the county's life (`county_life`) and the possible futures of those who joined (`futures`).
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.calendar import NEVER
from toolkit.simulate.hazards import (
    DETECTION,
    DETECTION_DAYS,
    JOINING,
    MOST_COUNTED,
    RECENT,
    REFERRAL,
    UNDER_WAY,
    YEAR,
    history_factors,
)
from toolkit.simulate.options import CountyOptions

Floats = NDArray[np.float64]
Units = NDArray[np.int64]


class Diary:
    """The family referrals of many days, in order."""

    def __init__(self) -> None:
        self._entries: list[tuple[Units, int, bool]] = []

    def note(self, day: int, by_others: Units, by_centre: Units) -> None:
        """Note a day's referrals."""
        entries = ((by_others, day, False), (by_centre, day, True))
        self._entries += [entry for entry in entries if len(entry[0])]

    def read(self) -> tuple[Units, NDArray[np.int64], NDArray[np.bool_]]:
        """Return unit, day and whether it is a centre's own extra referral, one entry a family referral."""
        counts = [len(units) for units, _, _ in self._entries]
        units = np.concatenate([np.zeros(0, dtype=np.int64), *(units for units, _, _ in self._entries)])
        days = np.array([day for _, day, _ in self._entries], dtype=np.int64)
        is_extra = np.array([flag for _, _, flag in self._entries], dtype=bool)
        return units, np.repeat(days, counts), np.repeat(is_extra, counts)


class Lives:
    """Where each unit (a family, or one future of a family) stands today. Arrays are flat, one entry a unit.

    Parameters
    ----------
    size
        How many units.
    options
        What joining does, and how strongly need drives it.
    rngs
        A generator for each kind of clock: ``"referral"``, ``"centre"``, ``"joining"``.

    Attributes
    ----------
    referral, centre, joining
        Today's hazards, to be multiplied by the day's pace.
    base_referral, base_joining
        This month's hazards but for history; set by whoever knows the month.
    joined
        The day of joining, `NEVER` if not yet.
    is_here
        Whether the unit lives in the county.
    """

    def __init__(self, size: int, options: CountyOptions, rngs: dict[str, np.random.Generator]) -> None:
        self._options, self._rngs = options, rngs
        self.base_referral, self.base_joining = np.zeros(size), np.zeros(size)
        self.referral, self.centre, self.joining = np.zeros(size), np.zeros(size), np.zeros(size)
        self.joined = np.full(size, NEVER, dtype=np.int64)
        self.is_here = np.ones(size, dtype=bool)
        self._under_way, self._recent, self._older = (np.zeros(size, dtype=np.int64) for _ in range(3))
        self._referral_history = history_factors(REFERRAL, 1.0)
        self._joining_history = history_factors(JOINING, options.confounding)
        self._clocks = {kind: rng.exponential(size=size) for kind, rng in rngs.items()}
        self._today = 0
        self._referred_on: dict[int, list[Units]] = defaultdict(list)
        self._joined_on: dict[int, list[Units]] = defaultdict(list)

    def remember(self, units: Units, days: NDArray[np.int64], today: int) -> None:
        """Take over referral days of the year before, so that they count from today; one entry a referral day."""
        ago = today - days
        keep = (ago >= 0) & (ago < YEAR)
        units, days, ago = units[keep], days[keep], ago[keep]
        np.add.at(self._under_way, units[ago < UNDER_WAY], 1)
        np.add.at(self._recent, units[ago < RECENT], 1)
        np.add.at(self._older, units[ago >= RECENT], 1)
        for day in np.unique(days):
            self._referred_on[int(day)].append(units[days == day])

    def join(self, units: Units, today: int) -> None:
        """Let units join today: what it does begins tomorrow."""
        self.joined[units] = today
        self._joined_on[today].append(units)

    def refresh(self, units: Units | slice) -> None:
        """Work out the hazards of units again after something about them changed."""
        recent = np.minimum(self._recent[units], MOST_COUNTED)
        older = np.minimum(self._older[units], MOST_COUNTED)
        has_joined = self.joined[units] < NEVER
        may_be_referred = self.is_here[units] & (self._under_way[units] == 0)
        need = self.base_referral[units] * self._referral_history[recent, older] * may_be_referred
        self.referral[units] = (
            np.where(has_joined, self._options.prevention, 1.0) * need if self._options.prevents else need
        )
        may_join = self.is_here[units] & ~has_joined
        self.joining[units] = self.base_joining[units] * self._joining_history[recent, older] * may_join
        if self._options.detects:
            self.centre[units] = DETECTION * need * self._is_watched(units)

    def begin(self, today: int) -> None:
        """Begin a day: what happened yesterday counts from today, and what is long enough ago no longer does."""
        changed = [*self._referred_on[today - 1], *self._joined_on[today - 1]]
        for units in self._referred_on[today - UNDER_WAY]:
            self._under_way[units] -= 1
            changed.append(units)
        for units in self._referred_on[today - RECENT]:
            self._recent[units] -= 1
            self._older[units] += 1
            changed.append(units)
        for units in self._referred_on.pop(today - YEAR, []):
            self._older[units] -= 1
            changed.append(units)
        if self._options.detects:
            for units in self._joined_on.pop(today - 1 - DETECTION_DAYS, []):
                changed.append(units)
        self._today = today
        if changed:
            self.refresh(np.concatenate(changed))

    def run(self, referral_pace: Floats | float, joining_pace: Floats | float) -> tuple[Units, Units, Units]:
        """Run the day's clocks; return the units referred by others, those referred by a centre, and those that join.

        A unit is referred at most once a day. Paces are one number, or one for each unit in any shape of as many.
        Joining is only reported: call `join` for those that do.
        """
        by_others = self._ring("referral", self.referral, referral_pace)
        by_centre = self._ring("centre", self.centre, referral_pace) if self._options.detects else by_others[:0]
        by_centre = np.setdiff1d(by_centre, by_others, assume_unique=True)
        joining = self._ring("joining", self.joining, joining_pace) if "joining" in self._clocks else by_others[:0]
        referred = np.concatenate([by_others, by_centre])
        if len(referred):
            for count in (self._under_way, self._recent):
                count[referred] += 1
            self._referred_on[self._today].append(referred)
        return by_others, by_centre, joining

    def _is_watched(self, units: Units | slice) -> NDArray[np.bool_]:
        """Whether the centre makes extra referrals of units today: from the day after joining, for a year."""
        since = self._today - self.joined[units]
        return (since > 0) & (since <= DETECTION_DAYS)

    def _ring(self, kind: str, hazard: Floats, pace: Floats | float) -> Units:
        clock = self._clocks[kind]
        if isinstance(pace, float):
            clock -= hazard * pace
        else:
            clock.reshape(-1, len(pace))[...] -= hazard.reshape(-1, len(pace)) * pace
        rung = np.flatnonzero(clock <= 0)
        clock[rung] = self._rngs[kind].exponential(size=len(rung))
        return rung
