"""How likely a family is to be referred and to join, given what is known of it: every coefficient in one place.

Both log hazards are linear in the same recorded things: deprivation, household, ages, months known, and the days in
the last year on which a child was referred. `CountyOptions.confounding` scales how much of it drives joining, so
that at 0 families join whatever their need. Distress, which nobody records, drives joining; it drives referral only
where `CountyOptions.hidden` is above 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.calendar import NEVER, month_of
from toolkit.simulate.families import Families
from toolkit.simulate.world import World

Floats = NDArray[np.float64]

UNDER_FIVE = 60
ADULT = 18 * 12
SCHOOL_AGE = 78
"""Months: the age of the youngest child makes no further difference beyond it."""
SIBLING_SHARE = 0.36
"""How often each brother or sister is part of a child's referral."""

RECENT, YEAR, UNDER_WAY = 91, 365, 14
"""Days: a referral is recent for 91 and remembered for 365; for 14 a family is looked at and not referred anew."""
MOST_COUNTED = 1
"""More referral days than this in one stretch of the history make no further difference, so that no family's referrals
feed on each other without end."""

DETECTION, DETECTION_DAYS = 0.30, 365
"""A centre's own extra referrals, as a share of the family's hazard without prevention, in the year after joining."""

PERSISTENCE = 0.90
"""Correlation of a family's distress from one month to the next; its standard deviation is 1."""
DISTRESS_JOINS = 0.8
"""What one standard deviation of distress adds to the log hazard of joining."""
CENTRE_SHUT = 0.3
"""How much of the hazard of joining is left while only another centre of the district is open."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Coefficients of a log hazard, one for each recorded thing."""

    decile: float
    lone_parent: float
    young_parent: float
    english_additional_language: float
    disability: float
    kinship_care: float
    further_child: float
    under_one: float
    youngest_month: float
    known_month: float
    recent_referral: float
    older_referral: float


REFERRAL = Needs(
    decile=-0.2,
    lone_parent=0.75,
    young_parent=0.65,
    english_additional_language=-0.1,
    disability=0.55,
    kinship_care=0.8,
    further_child=0.22,
    under_one=0.4,
    youngest_month=-0.009,
    known_month=-0.008,
    recent_referral=1.7,
    older_referral=1.05,
)
JOINING = Needs(
    decile=-0.13,
    lone_parent=0.6,
    young_parent=0.6,
    english_additional_language=0.10,
    disability=0.5,
    kinship_care=0.6,
    further_child=0.1,
    under_one=0.50,
    youngest_month=-0.012,
    known_month=-0.015,
    recent_referral=1.4,
    older_referral=0.7,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Families as they stand in a month; one entry a family.

    Attributes
    ----------
    log_referral, log_joining
        The log hazards but for history, distress and the calendar; -inf where there is no child under 18, or none
        under five.
    children_due
        Children a referral of the family is expected to name.
    """

    log_referral: Floats
    log_joining: Floats
    children_due: Floats


def standing(world: World, which: NDArray[np.int64] | slice, month: int | NDArray[np.int64]) -> Standing:
    """Return how the chosen families stand in a month (one, or one for each of them)."""
    families, places = world.families, world.places
    births = families.births[which]
    months = np.broadcast_to(np.asarray(month, dtype=np.int64), len(births))
    children, youngest = ages(births, months)
    known = np.clip(months - month_of(families.known_from[which]), 0, 24)
    centre = families.centre[which]
    referral = _score(REFERRAL, families, which, children, youngest, known) + places.referral_level[centre]
    joining = world.options.confounding * _score(JOINING, families, which, children, youngest, known)
    return Standing(
        np.where(children > 0, referral, -np.inf),
        np.where(youngest < UNDER_FIVE, joining + places.joining_ease[centre], -np.inf),
        np.where(children > 0, 1 + SIBLING_SHARE * (children - 1), 0.0),
    )


def ages(births: NDArray[np.int64], months: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, by family, how many children are born and under 18, and the youngest born one's age in months."""
    children = np.zeros(len(births), dtype=np.int64)
    youngest = np.full(len(births), NEVER, dtype=np.int64)
    for born in births.T:
        age = months - born
        is_born = age >= 0
        children += is_born & (age < ADULT)
        youngest = np.where(is_born, np.minimum(age, youngest), youngest)
    return children, youngest


def _score(
    needs: Needs,
    families: Families,
    which: NDArray[np.int64] | slice,
    children: NDArray[np.int64],
    youngest: NDArray[np.int64],
    known: NDArray[np.int64],
) -> Floats:
    return np.asarray(
        needs.decile * (families.decile[which] - 5.5)
        + needs.lone_parent * families.lone_parent[which]
        + needs.young_parent * families.young_parent[which]
        + needs.english_additional_language * families.english_additional_language[which]
        + needs.disability * families.disability[which]
        + needs.kinship_care * families.kinship_care[which]
        + needs.further_child * (children - 1)
        + needs.under_one * (youngest < 12)
        + needs.youngest_month * np.minimum(youngest, SCHOOL_AGE)
        + needs.known_month * known
    )


def history_factors(needs: Needs, strength: float) -> Floats:
    """Return what a history multiplies a hazard by, at [recent referral days, older ones]."""
    counts = np.arange(MOST_COUNTED + 1)
    log_factor = needs.recent_referral * counts[:, None] + needs.older_referral * counts[None, :]
    return np.asarray(np.exp(strength * log_factor))
