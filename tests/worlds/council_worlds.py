"""Made-up councils with a known truth, as the rows of published counts: memory, a shock to all, breaks where asked.

Written apart from the package. Figures are about those of the published files: rates wander by a fifth and keep seven
tenths of that to the next year, and money for each child falls by a seventh a year, at councils' own pace.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd

from toolkit.intake.published.areas import la_codes

FIRST, LAST, PAID_FROM, PAID_TO = 2010, 2022, 2011, 2019
OUTCOMES = {"referrals": 0.0, "section_47_enquiries": -1.3}


@dataclass(frozen=True)
class Truth:
    """What is true of a world.

    Attributes
    ----------
    elasticity
        What the logarithm of last year's money for each child adds to that of the rate.
    broken
        By a council's place: the year its records break, and the factor from then on.
    drift
        How far councils' rates move apart in a year with how fast their money falls: need that moves both.
    memory, wander
        Of councils' rates.
    councils
        How many.
    """

    elasticity: float = 0.0
    broken: dict[int, tuple[int, float]] = field(default_factory=dict)
    drift: float = 0.0
    memory: float = 0.7
    wander: float = 0.2
    councils: int = 150


@cache
def council_codes() -> list[str]:
    """Return the codes of councils that no reorganisation touches, City of London and Isles of Scilly apart."""
    codes = la_codes()
    known = codes[codes["first_year_ending"].isna() & codes["last_year_ending"].isna()]
    return sorted(set(known["area"]) - {"E09000001", "E06000053", "E06000060", "E06000065", "E06000066"})


@dataclass(frozen=True)
class Figures:
    """A world's figures, each of shape (councils, years): children, pounds and counts by outcome."""

    years: np.ndarray
    children: np.ndarray
    pounds: np.ndarray
    counts: dict[str, np.ndarray]


def council_figures(seed: int, truth: Truth) -> Figures:
    """Return a world's figures, years ending `FIRST` to `LAST`."""
    rng = np.random.default_rng(seed)
    years = np.arange(FIRST, LAST + 1)
    number, span = min(truth.councils, len(council_codes())), len(years)
    children = rng.lognormal(10.9, 0.55, (number, 1)) * (1 + 0.004 * (years - FIRST))
    pace = rng.normal(-0.14, 0.08, (number, 1))
    spend = 4.8 + rng.normal(0, 0.4, (number, 1)) + pace * (years - FIRST) + _wander(rng, number, span, 0.6, 0.25)
    rate = -2.95 + rng.normal(0, 0.33, (number, 1)) + _wander(rng, number, span, truth.memory, truth.wander)
    rate = rate + rng.normal(0, 0.06, span) + truth.drift * (pace + 0.14) / 0.08 * (years - FIRST)
    rate[:, 1:] += truth.elasticity * spend[:, :-1]
    for place, (year, factor) in truth.broken.items():
        rate[place, years >= year] += np.log(factor)
    counts = {name: rng.poisson(np.exp(rate + level) * children) for name, level in OUTCOMES.items()}
    return Figures(years, children, np.exp(spend) * children, counts)


def council_world(seed: int, truth: Truth) -> pd.DataFrame:
    """Return a world's rows of `area_counts`."""
    made = council_figures(seed, truth)
    years, areas = made.years, council_codes()[: len(made.children)]
    frames = [_rows(areas, years, name, figures) for name, figures in made.counts.items()]
    paid = (years >= PAID_FROM) & (years <= PAID_TO)
    pounds = np.round(made.pounds)[:, paid]
    frames += [_rows(areas, years[paid], "spend_gbp_sure_start_total", pounds)]
    # Lines that would tell of money renamed: none is.
    parts = {"centres_individual": 0.5, "centres_area_wide": 0.1, "targeted_family_support": 0.6}
    frames += [_rows(areas, years[paid], f"spend_gbp_{name}", pounds * part) for name, part in parts.items()]
    frames += [_rows(areas, years - 1, "population_0_17", np.round(made.children))]
    return pd.concat(frames, ignore_index=True)


def _wander(rng: np.random.Generator, number: int, span: int, memory: float, deviation: float) -> np.ndarray:
    news = rng.normal(size=(number, span))
    for place in range(1, span):
        news[:, place] = memory * news[:, place - 1] + np.sqrt(1 - memory**2) * news[:, place]
    return deviation * news


def _rows(areas: list[str], years: np.ndarray, measure: str, figures: np.ndarray) -> pd.DataFrame:
    area, period = (one.ravel() for one in np.meshgrid(areas, years.astype(str), indexing="ij"))
    frame = pd.DataFrame({"area": area, "period": period, "measure": measure, "count": figures.ravel().astype(float)})
    return frame.assign(population=np.nan, status="published", source="a made-up world")
