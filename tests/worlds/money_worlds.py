"""Counties whose truth about money is known: reach areas' referrals by quarter, made without the package.

Areas differ in size, deprivation and level; the level wanders with memory (serial correlation), all areas share a shock
each quarter and a season, and counts vary as Poisson counts around that. Money comes to all areas at once, those in the
most deprived three tenths counted three times, as the county's own plan has it. What it does is proportional to the
dose: `effect` is what it multiplies referrals by in an area with the mean dose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

AREAS, DISTRICTS = 34, 6
CHILDREN = 32_000
"""Children under five in the county."""
REFERRALS = 1_240
"""Referrals a year of children under five: two fifths of 3,100."""
SEASON = np.array([0.0, 0.06, 0.03, -0.06])


@dataclass(frozen=True)
class MoneyWorld:
    """A county's areas by quarter.

    Attributes
    ----------
    counts, exposure, dose
        Shape (areas, quarters): referrals, child-years, and pounds per child in the quarter.
    deprivation, district
        Shape (areas,): mean tenth (1 the most deprived), and code.
    before
        Quarters before the money.
    """

    counts: np.ndarray
    exposure: np.ndarray
    dose: np.ndarray
    deprivation: np.ndarray
    district: np.ndarray
    before: int


@dataclass(frozen=True)
class Truth:
    """What a world is made with; the defaults are a clean county with no effect.

    Attributes
    ----------
    effect
        What the mean dose multiplies referrals by, from the quarter after it is paid.
    before, after
        Quarters before the money, and from it on.
    wander, memory
        Spread of areas' own courses of log rates, and how much of one quarter's is left in the next.
    shock
        Spread of what moves all areas alike in a quarter; it stands for news, inspections and seasons out of turn.
    shock_by_deprivation, trend_by_deprivation
        The same, and a trend, the stronger the more deprived an area by standard deviations.
    recording
        What a change of recording adds to the log of one district's counts from the money's quarter on.
    follows_a_rise
        How much more money an area got for a log rate that was higher in the half year before.
    to_the_poorer_half
        Whether the better-off half of areas got no money at all.
    referrals
        Of children under five, a year.
    """

    effect: float = 1.0
    before: int = 12
    after: int = 8
    wander: float = 0.10
    memory: float = 0.5
    shock: float = 0.08
    shock_by_deprivation: float = 0.0
    trend_by_deprivation: float = 0.0
    recording: float = 0.0
    follows_a_rise: float = 0.0
    to_the_poorer_half: bool = False
    referrals: float = REFERRALS


def money_world(seed: int, truth: Truth = Truth()) -> MoneyWorld:
    """Make a county."""
    rng = np.random.default_rng(seed)
    quarters = truth.before + truth.after
    deprivation, share = _places(rng)
    district = np.arange(AREAS) % DISTRICTS
    exposure = np.repeat((CHILDREN / AREAS / 4 * np.exp(rng.normal(0, 0.08, AREAS)))[:, None], quarters, axis=1)
    drift = _wander(rng, truth, quarters)
    weight = 1 + 2 * share
    if truth.to_the_poorer_half:
        weight = weight * (deprivation < np.median(deprivation))
    if truth.follows_a_rise:
        lately = drift[:, truth.before - 2 : truth.before].mean(axis=1)
        weight = weight * np.exp(truth.follows_a_rise * lately)
    dose = np.zeros((AREAS, quarters))
    children = exposure[:, 0] * 4
    dose[:, truth.before :] = (weight / (weight * children).sum() * 600_000)[:, None]
    got = dose[:, -1] > 0
    relative = dose / np.average(dose[got, -1], weights=children[got])
    works = np.column_stack([np.zeros(AREAS), relative[:, :-1]])  # a quarter after it is paid
    time = np.arange(quarters)
    z = -(deprivation - deprivation.mean()) / deprivation.std()
    is_after = time >= truth.before
    log_rate = (
        -0.2 * deprivation[:, None]
        + rng.normal(0, 0.1, AREAS)[:, None]
        + drift
        + (rng.normal(0, truth.shock, quarters) + SEASON[time % 4])[None, :]
        + z[:, None]
        * (rng.normal(0, truth.shock_by_deprivation, quarters) + truth.trend_by_deprivation * time)[None, :]
        + truth.recording * ((district == 0)[:, None] & is_after[None, :])
        + np.log(truth.effect) * works
    )
    plain = np.exp(log_rate - np.log(truth.effect) * works)
    scale = truth.referrals / 4 * quarters / (plain * exposure).sum()
    return MoneyWorld(
        rng.poisson(np.exp(log_rate) * exposure * scale) * 1.0, exposure, dose, deprivation, district, truth.before
    )


def _places(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return areas' mean tenth, and the share of families in the most deprived three."""
    place = rng.normal(0, 1, AREAS)[:, None] + rng.normal(0, 0.8, (AREAS, 11))
    shares = np.cumsum([0.06, 0.08, 0.09, 0.10, 0.10, 0.11, 0.11, 0.12, 0.12])
    rank = place.ravel().argsort().argsort().reshape(place.shape) / place.size
    tenth = np.searchsorted(shares, rank, side="right") + 1
    return tenth.mean(axis=1), (tenth <= 3).mean(axis=1)


def _wander(rng: np.random.Generator, truth: Truth, quarters: int) -> np.ndarray:
    """Return areas' own courses: an autoregression with a stationary spread."""
    drift = np.zeros((AREAS, quarters))
    drift[:, 0] = rng.normal(0, truth.wander, AREAS)
    for t in range(1, quarters):
        drift[:, t] = truth.memory * drift[:, t - 1] + rng.normal(0, truth.wander * np.sqrt(1 - truth.memory**2), AREAS)
    return drift
