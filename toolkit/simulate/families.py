"""Families and their children: who lives where, with which recorded needs, and when they come and go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.calendar import FIRST, LAST, LAST_MONTH, NEVER, RECORDS_FROM, month_number, month_start
from toolkit.simulate.places import Places

MOST_CHILDREN = 6
_HOMES_A_YEAR = 2_905  # families that have their first child in a year, so that 123,000 children live in the county
_FIRST_BIRTHS_FROM, _EXPECTED_TO = 1976 * 12, LAST_MONTH + 6
_SIZES = (0.23, 0.46, 0.205, 0.075, 0.02, 0.01)
_MOVES_A_YEAR = 0.03


@dataclass(frozen=True, slots=True)
class Families:
    """All families that live in the county at some time; one entry a family.

    Attributes
    ----------
    births
        Birth month of each child, first-born first, `NEVER` where there is none, shape (families, 6).
    lsoa, centre
        Index of the neighbourhood and of the centre whose reach area it is in.
    decile
        Deprivation tenth, 1 the most deprived.
    lone_parent, young_parent, english_additional_language, disability, kinship_care
        What is recorded of the family.
    known_from, known_to
        The day the family is first known; the day it moved away, or `NEVER`.
    concern
        By child, a lot; most of a family's referrals are about the child with the lowest, shape (families, 6).
    """

    births: NDArray[np.int64]
    lsoa: NDArray[np.int64]
    centre: NDArray[np.int64]
    decile: NDArray[np.int64]
    lone_parent: NDArray[np.bool_]
    young_parent: NDArray[np.bool_]
    english_additional_language: NDArray[np.bool_]
    disability: NDArray[np.bool_]
    kinship_care: NDArray[np.bool_]
    known_from: NDArray[np.int64]
    known_to: NDArray[np.int64]
    concern: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lsoa)


def make_families(rng: np.random.Generator, places: Places, share: float) -> Families:
    """Make the families of a county of the given share of full size.

    A home has its children at the same months whoever lives there; at a few per cent a year, whatever its needs, the
    family in it moves away and another of the same shape arrives.
    """
    births = _births(rng, share)
    home, known_from, known_to = _residents(rng, births)
    lsoa_of_home = rng.choice(len(places.lsoa_size), size=len(births), p=places.lsoa_size)
    order = rng.permutation(len(home))  # so that a family's number says nothing
    home, known_from, known_to = home[order], known_from[order], known_to[order]
    lsoa = lsoa_of_home[home]
    decile = places.lsoa_decile[lsoa]
    uniform = rng.random((5, len(home)))
    young = uniform[0] < 0.19 - 0.015 * decile
    centre = places.lsoa_centre[lsoa]
    eal_level = np.where(places.district[centre] % 3 == 0, 0.14, 0.05)
    return Families(
        births=births[home],
        lsoa=lsoa,
        centre=centre,
        decile=decile,
        lone_parent=uniform[1] < 0.38 - 0.025 * decile + 0.15 * young,
        young_parent=young,
        english_additional_language=uniform[2] < eal_level,
        disability=uniform[3] < 0.12 - 0.005 * decile,
        kinship_care=uniform[4] < 0.025 - 0.0012 * decile,
        known_from=known_from,
        known_to=known_to,
        concern=rng.random((len(home), MOST_CHILDREN)),
    )


def _births(rng: np.random.Generator, share: float) -> NDArray[np.int64]:
    """Return the birth months of each home's children, of homes with a child under 19 when the records begin."""
    months = _EXPECTED_TO - _FIRST_BIRTHS_FROM
    homes = round(_HOMES_A_YEAR * share * months / 12)
    first = rng.integers(_FIRST_BIRTHS_FROM, _EXPECTED_TO + 1, homes)
    size = rng.choice(np.arange(1, MOST_CHILDREN + 1), size=homes, p=_SIZES)
    gaps = 14 + np.rint(rng.gamma(2.0, 9.0, (homes, MOST_CHILDREN - 1))).astype(np.int64)
    births = np.column_stack([first, first[:, None] + np.cumsum(gaps, axis=1)])
    births[np.arange(MOST_CHILDREN) >= size[:, None]] = NEVER
    births[births > _EXPECTED_TO] = NEVER
    youngest = np.where(births == NEVER, 0, births).max(axis=1)
    return np.asarray(births[youngest > month_number(RECORDS_FROM) - 19 * 12])


def _residents(
    rng: np.random.Generator, births: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return, by family, its home, the day it is first known, and the day it moved away."""
    homes = np.arange(len(births))
    first_birth = month_start(births[:, 0])
    booked = first_birth - rng.integers(0, 200, len(homes))  # known from the midwife's booking at the earliest
    long_ago = FIRST - rng.integers(0, 730, len(homes))  # older families: since the records went electronic
    from_, home = np.maximum(booked, long_ago), homes
    found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
    while len(home):
        to = np.maximum(from_, FIRST) + 1 + rng.exponential(365.25 / _MOVES_A_YEAR, len(home)).astype(np.int64)
        to = np.where(to > LAST, NEVER, to)
        found.append((home, from_, to))
        moved = to < NEVER
        home, from_ = home[moved], to[moved] + rng.integers(5, 60, int(moved.sum()))
        here = from_ <= LAST
        home, from_ = home[here], from_[here]
    everyone = tuple(np.concatenate(parts) for parts in zip(*found, strict=True))
    known = (everyone[1] <= LAST) & (everyone[2] > FIRST)
    return everyone[0][known], everyone[1][known], everyone[2][known]
