"""What became of areas whose centre opened, against areas whose centre had not: everyone there, whoever joined.

Areas are units that began on different days (`toolkit.stats.staggered`), and a quarter counts by the logarithm of its
rate, so that what opening does is a part of an area's own referrals, large or small.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.staggered.changes import Rows, Windows, changes_of
from toolkit.stats.staggered.contrast import NEVER
from toolkit.stats.staggered.effect import Design, Effect, effect_of
from toolkit.stats.staggered.spread import spread_of
from toolkit.studies.reach_areas.panel import AreaQuarters
from toolkit.studies.reach_areas.spec import ReachAreasSpec

FAR = 10**7
FEWEST_QUARTERS = 2
_MONTH = 365.25 / 12
_HALF_QUARTER = 45
_A_YEAR = 4


@dataclass(frozen=True, slots=True)
class Openings:
    """Areas whose centre opened within the records, and what became of referrals there.

    Attributes
    ----------
    opened, compared_with
        Areas whose centre opened and that are compared, and those they are compared with, whose centre had not.
    effect
        What opening added to the logarithm of the rate; ``None`` with too few areas of either kind.
    """

    opened: int
    compared_with: int
    effect: Effect | None

    @property
    def told(self) -> tuple[float, float, float] | None:
        """The effect as a part of the area's referrals (-0.1 is a tenth fewer), with the ends of its interval."""
        if self.effect is None:
            return None
        found = self.effect.clustered
        low, high = found.interval()
        return float(np.expm1(found.estimate)), float(np.expm1(low)), float(np.expm1(high))


def openings_of(panel: AreaQuarters, counts: Floats, spec: ReachAreasSpec, seed: int) -> Openings:
    """Return what became of areas whose centre opened; with too few of either kind, how many there are."""
    rows, begins = _rows(panel, counts), _begins(panel)
    first, last = int(rows.day.min(initial=FAR)), int(rows.day.max(initial=0))
    starts = np.unique(begins[(begins > first) & (begins <= last)])
    if not len(starts) or not len(rows.unit):
        return Openings(0, 0, None)
    windows = Windows.around(starts, round(spec.months_each_side * _MONTH), first, last)
    days = rows.day
    changes = changes_of(
        rows, len(panel.areas), windows.before(days), windows.after(days), begins, fewest=FEWEST_QUARTERS
    )
    known = changes.change.copy()
    known[begins <= first] = np.nan  # open all along: neither before nor without
    spread = spread_of(rows, days < begins[rows.unit])
    variance = spread.of_change(changes.chance, changes.shared)
    design = Design(
        assigned=np.where(np.isin(begins, starts), np.searchsorted(starts, begins), NEVER),
        windows=windows,
        variance=np.where(variance > 0, variance, 1.0),
        covariates=np.zeros((len(panel.areas), 0)),
        strata=np.where(np.isfinite(known).any(axis=1), 0, -1),
    )
    effect = effect_of(replace(changes, change=known), design, draws=0, seed=seed)
    if effect is None:
        return Openings(0, 0, None)
    weighs = (effect.contrast.weights[0] > 0).any(axis=1)
    treated = effect.contrast.is_treated[0].any(axis=1)
    opened, others = int((weighs & treated).sum()), effect.clustered.controls
    return Openings(opened, others, effect if min(opened, others) >= spec.min_openings else None)


def _rows(panel: AreaQuarters, counts: Floats) -> Rows:
    """Return a row an area and quarter, at the quarter's middle: the logarithm of the rate.

    Half a count is added, which leaves the logarithm's mean nearly what it should be (Anscombe, 1956, Biometrika 43).
    """
    area, quarter = np.nonzero(panel.child_years > 0)
    day = np.array([pd.Timestamp(one).toordinal() for one in panel.starts])[quarter] + _HALF_QUARTER
    return Rows(
        unit=area.astype(np.intp),
        day=day.astype(np.intp),
        outcome=np.log((counts + 0.5)[area, quarter] / panel.child_years[area, quarter]),
        year=(quarter // _A_YEAR).astype(np.intp),
    )


def _begins(panel: AreaQuarters) -> Integers:
    return np.array([FAR if day is None else pd.Timestamp(day).toordinal() for day in panel.opened], dtype=np.intp)
