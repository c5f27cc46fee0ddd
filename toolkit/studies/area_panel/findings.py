"""The main answer on councils' money, and the ways around it, each on the logarithm of the rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.inference.t_estimate import TEstimate
from toolkit.stats.panel.dose_response import dose_response
from toolkit.stats.panel.fixed_effects import two_way_fixed_effects
from toolkit.stats.panel.within_between import within_between
from toolkit.studies.area_panel.councils import AHEAD, FURTHER, LAG, Councils

MORE_POUNDS = 10.0
"""The dose by Poisson regression is told for so many pounds more for each child."""
FEWEST_FOR_A_PATH = 3
_POWER = 0.8


@dataclass(frozen=True, slots=True)
class Effect(TEstimate):
    """An estimate with the councils it rests on: the clusters.

    Attributes
    ----------
    councils, rows : int
        In the fit.
    """

    councils: int
    rows: int

    @property
    def smallest_visible(self) -> float:
        """The smallest effect, on the same scale, told from none in four samples of five."""
        t = stats.t(self.degrees_of_freedom)
        return float((t.isf(0.025) + t.ppf(_POWER)) * self.se)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found, each ``None`` where it cannot be had. All but ``pounds`` are by the logarithm of spending.

    Attributes
    ----------
    main
        Two-way fixed effects, councils with a level of their own from a break on.
    plain
        The same as if no break had been found.
    unbroken
        The same without councils whose records broke, or whose money may have changed its name.
    regional
        The main way with councils held against those of their own region: each region's own years.
    trended
        The main way with a straight path of its own allowed to every council (every stretch of it between breaks).
    second
        The main way with the second outcome.
    pounds
        Poisson regression on `MORE_POUNDS` for each child, both years before added up.
    within, between
        The random-effects model: over time in one council, and between councils' means.
    ahead
        The spending of the year after, which cannot have worked yet, beside that of the year before.
    note
        What makes the errors of the main answer doubtful; empty where nothing does.
    """

    main: Effect | None = None
    plain: Effect | None = None
    unbroken: Effect | None = None
    regional: Effect | None = None
    trended: Effect | None = None
    second: Effect | None = None
    pounds: Effect | None = None
    within: Effect | None = None
    between: Effect | None = None
    ahead: Effect | None = None
    note: str = ""


def findings_of(councils: Councils) -> Findings:
    """Return all that is found of councils by year."""
    rows = councils.rows
    spend = f"log_spend_{LAG}"
    main, note = _fixed(rows, "log_rate", [spend])
    touched = set(councils.split["area"])
    within, between = _within_between(rows, spend)
    return Findings(
        main=main,
        plain=_fixed(rows.assign(stretch=rows["area"]), "log_rate", [spend])[0],
        unbroken=_fixed(rows[~rows["area"].isin(touched)], "log_rate", [spend])[0],
        regional=_fixed(rows.assign(year=rows["region"] + " " + rows["year"].astype(str)), "log_rate", [spend])[0],
        trended=_trended(rows, spend),
        second=_fixed(rows, "log_second", [spend])[0],
        pounds=_pounds(rows),
        within=within,
        between=between,
        ahead=_fixed(rows, "log_rate", [f"log_spend_{AHEAD}", spend])[0],
        note=note,
    )


def _fixed(rows: pd.DataFrame, outcome: str, exposures: Sequence[str]) -> tuple[Effect | None, str]:
    """Return the first exposure's effect, and the fit's own note."""
    try:
        fit = two_way_fixed_effects(
            rows[outcome],
            rows[list(exposures)],
            unit=rows["stretch"],
            period=rows["year"],
            cluster=rows["area"],
            reference="t",
        )
    except InputError:  # too few councils or years, or money that never changed: a gate tells which
        return None, ""
    return Effect(float(fit.coefficients[0]), float(fit.se[0]), fit.clusters - 1, fit.clusters, fit.rows), fit.note


def _trended(rows: pd.DataFrame, spend: str) -> Effect | None:
    """Return the main way with a slope a stretch; stretches of fewer than three years say nothing and are left out."""
    kept = rows[rows["log_rate"].notna() & rows[spend].notna()]
    kept = kept[kept.groupby("stretch")["year"].transform("size") >= FEWEST_FOR_A_PATH]
    if kept.empty:
        return None
    paths = pd.get_dummies(kept["stretch"], dtype=float).mul(kept["year"] - kept["year"].mean(), axis=0)
    columns = pd.concat([kept[spend], paths.iloc[:, 1:]], axis=1)  # the years' own levels hold the path of the first
    return _fixed(pd.concat([kept.drop(columns=spend), columns], axis=1), "log_rate", list(columns.columns))[0]


def _within_between(rows: pd.DataFrame, spend: str) -> tuple[Effect | None, Effect | None]:
    """Return the effects over time and between councils, each stretch of a council as one unit."""
    try:
        fit = within_between(
            rows["log_rate"], rows[spend], unit=rows["stretch"], period=rows["year"], cluster=rows["area"]
        )
    except InputError:
        return None, None
    within, between = (
        Effect(one.estimate, one.se, one.degrees_of_freedom, fit.clusters, fit.rows)
        for one in (fit.within, fit.between)
    )
    return within, between


def _pounds(rows: pd.DataFrame) -> Effect | None:
    """Return what `MORE_POUNDS` for each child go with, in the year after and the one after that together."""
    doses = [f"spend_{lag}" for lag in (LAG, FURTHER)]
    known = rows[rows[["count", "population", *doses]].notna().all(axis=1)]
    if known.empty:
        return None
    units, unit = np.unique(known["stretch"], return_inverse=True)
    years, year = np.unique(known["year"], return_inverse=True)
    place = (unit.reshape(-1), year.reshape(-1))

    def grid(values: pd.Series) -> Floats:
        table = np.zeros((len(units), len(years)))
        table[place] = values.to_numpy(dtype=np.float64)
        return table

    codes = pd.factorize(known["area"])[0]
    cluster = np.zeros(len(units), dtype=np.intp)
    cluster[place[0]] = codes
    columns = [grid(known[name]) / MORE_POUNDS for name in doses]
    try:
        fit = dose_response(grid(known["count"]), grid(known["population"]), columns, cluster=cluster)
    except InputError:
        return None
    both = np.ones(2)
    se = float(np.sqrt(both @ fit.covariance @ both))
    freedom = min(one.degrees_of_freedom for one in fit.effects)  # the careful one of the two
    return Effect(float(fit.coefficients.sum()), se, freedom, fit.effect.areas, len(known))
