"""Who lives in a made-up small council: its reach areas, its families with their needs and children, and who moves in.

Written apart from the package's simulated county: other shapes, other sizes, other reasons, another clock (weeks).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RECORDS_END = np.datetime64("2020-03-31")
BURN_IN_WEEKS = 104
"""Weeks lived before the records begin, so that history and earlier joiners are there when they do."""
ADULT, UNDER_FIVE = 216, 60
NEVER = 10**6
AREA_TEAMS = ("north_east", "north_west", "south")


@dataclass(frozen=True)
class Clock:
    """The weeks of a council's life, counted from 0; ``month`` of each week counts from January 1970.

    ``teaching`` and ``coming`` are what the season makes of referrals and of joining, by week, about 1 on average.
    """

    first_monday: np.datetime64
    records_begin: np.datetime64
    weeks: int
    month: np.ndarray
    teaching: np.ndarray
    coming: np.ndarray

    @property
    def first_month(self) -> int:
        return int(self.month[0])

    def day(self, week: np.ndarray, weekday: np.ndarray) -> np.ndarray:
        """Return dates of weeks and weekdays (0 is Monday)."""
        return self.first_monday + (7 * np.asarray(week) + np.asarray(weekday)).astype("timedelta64[D]")


def make_clock(years: int) -> Clock:
    """Return the clock of a council with so many years of records, that end with March 2020."""
    begin = (RECORDS_END + 1).astype("datetime64[Y]") - years
    begin = begin.astype("datetime64[D]") + np.timedelta64(91 if _is_leap(begin) else 90, "D")
    back_to_monday = (begin.astype(int) + 3) % 7  # the first of January 1970 was a Thursday
    monday = begin - int(back_to_monday) - 7 * BURN_IN_WEEKS
    weeks = int((RECORDS_END - monday).astype(int) // 7 + 1)
    middle = monday + (7 * np.arange(weeks) + 3).astype("timedelta64[D]")
    month = middle.astype("datetime64[M]").astype(int)
    day_of_year = (middle - middle.astype("datetime64[Y]").astype("datetime64[D]")).astype(int)
    away = {"august": (213, 243), "christmas": (355, 366), "new_year": (0, 4), "easter": (95, 108), "may": (147, 152)}
    teaching, coming = np.full(weeks, 1.08), np.full(weeks, 1.0)
    for name, (first, last) in away.items():
        held = (day_of_year >= first) & (day_of_year <= last)
        teaching[held] = 0.55 if name == "august" else 0.75
        coming[held] = 0.6
    coming[((day_of_year >= 246) & (day_of_year <= 280)) | ((day_of_year >= 6) & (day_of_year <= 40))] = 1.5
    return Clock(monday, begin, weeks, month, teaching, coming)


def _is_leap(year: np.datetime64) -> bool:
    return int((year + 1).astype("datetime64[D]").astype(int) - year.astype("datetime64[D]").astype(int)) == 366


@dataclass(frozen=True)
class Families:
    """One entry a family; ``births`` has shape (families, 4): months since 1970, `NEVER` where there is no child.

    ``frailty`` is what nobody sees and lasts: it multiplies the hazard of referral, mean 1, and touches joining only
    through referrals that are recorded. ``came`` is the week the family is first known here.
    """

    area: np.ndarray
    decile: np.ndarray
    lone_parent: np.ndarray
    young_parent: np.ndarray
    english_additional_language: np.ndarray
    disability: np.ndarray
    kinship_care: np.ndarray
    births: np.ndarray
    frailty: np.ndarray
    came: np.ndarray
    known_since: np.ndarray  # days since 1970

    def __len__(self) -> int:
        return len(self.area)


@dataclass(frozen=True)
class Areas:
    """The reach areas, one centre each: its district, how much it draws families in, and its level of referrals."""

    district: np.ndarray
    drawing: np.ndarray
    level: np.ndarray
    decile: np.ndarray
    scores: np.ndarray


def make_areas(rng: np.random.Generator) -> Areas:
    """Return 25 to 40 areas in 4 to 6 districts; they draw families in very unevenly, some hardly any."""
    number, districts = int(rng.integers(25, 41)), int(rng.integers(4, 7))
    return Areas(
        district=np.sort(rng.integers(0, districts, number)),
        drawing=np.exp(0.7 * rng.standard_normal(number)) * np.where(rng.random(number) < 0.15, 0.15, 1.0),
        level=np.exp(0.12 * rng.standard_normal(number)),
        decile=rng.uniform(1.5, 9.5, number),
        scores=rng.random(number) < 0.6,
    )


def make_families(rng: np.random.Generator, clock: Clock, areas: Areas, number: int) -> Families:
    """Return families of whom about ``number`` are here with a child under 18 at any time."""
    years = clock.weeks / 52
    n = int(number * (18 + years) / 17.3)  # those whose eldest is grown up, or not yet born, are not here
    first = clock.first_month - ADULT + rng.integers(0, ADULT + int(12 * years), n)
    spacing = np.cumsum(np.maximum(11, rng.gamma(4.0, 9.0, (n, 3))).astype(int), axis=1)
    births = np.column_stack([first, first[:, None] + spacing])
    births[np.arange(4) >= 1 + rng.choice(4, n, p=[0.38, 0.41, 0.15, 0.06])[:, None]] = NEVER
    area = rng.choice(len(areas.district), n, p=_shares(rng, len(areas.district)))
    known_since = (first.astype("datetime64[M]").astype("datetime64[D]")).astype(int) + rng.integers(0, 28, n)
    monday = clock.first_monday.astype(int)
    moved_in = rng.random(n) < 0.18
    arrived = monday + rng.integers(-260, clock.weeks, n) * 7
    known_since = np.where(moved_in, np.maximum(known_since, arrived), known_since)
    return Families(
        area=area,
        decile=np.clip(np.round(areas.decile[area] + 1.6 * rng.standard_normal(n)), 1, 10).astype(int),
        lone_parent=rng.random(n) < 0.23,
        young_parent=rng.random(n) < 0.07,
        english_additional_language=rng.random(n) < 0.13,
        disability=rng.random(n) < 0.11,
        kinship_care=rng.random(n) < 0.03,
        births=births,
        frailty=rng.gamma(1.3, 1 / 1.3, n),
        came=np.maximum(-1, -((monday - known_since) // 7)),
        known_since=known_since,
    )


def _shares(rng: np.random.Generator, areas: int) -> np.ndarray:
    sizes = rng.gamma(4.0, 1.0, areas)
    return sizes / sizes.sum()


def ages_at(births: np.ndarray, month: int) -> tuple[np.ndarray, np.ndarray]:
    """Return children born and under 18, and the age of the youngest in months (`NEVER` where there is none)."""
    age = month - births
    born = (age >= 0) & (age < ADULT)
    return born.sum(axis=1), np.where(born, age, NEVER).min(axis=1)
