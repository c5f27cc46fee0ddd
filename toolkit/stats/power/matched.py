"""The smallest effect a matched or weighted comparison could show, with clusters, sets and repeated rows counted.

The variance of the difference between the arms' shares is put together from what makes rows alike:

- rows of one cluster (centre, reach area) share its ups and downs; where the arms hold the same part of their rows in
  it these cancel, so what counts is how unevenly the arms are spread (a random intercept, Moulton, 1990, for arms that
  mix within clusters);
- the effect itself may differ from cluster to cluster, which no matching takes away;
- rows of one matched set are alike, which helps; rows of one family are counted again and again, which does not
  (Kish's design effect);
- covariates explain part of the outcome.

The test is a t test with the degrees of freedom that the CR2 variance will have (Satterthwaite's, of independent rows
in these clusters). In simulated samples standard error, degrees of freedom and power come out as foretold, also with
eight clusters and arms spread unevenly; where one cluster holds nearly half of an arm, power is foretold too low.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown

NO_WRONG_WAY = 5.0
"""An effect of so many standard errors is never seen the wrong way round (and its chance has no number in SciPy)."""


@dataclass(frozen=True, slots=True)
class Design(Shown):
    """A comparison of two arms, before its outcomes are looked at.

    Attributes
    ----------
    treated, control : ndarray, shape (g,)
        Rows of each arm in each cluster (weights added up, where rows are weighted).
    baseline : float
        The share with the outcome without treatment.
    icc : float
        How alike the outcomes of one cluster are: the part of their variance that is between clusters.
    effect_sd : float
        How much the effect differs between clusters: the standard deviation of the risk difference.
    set_size : float
        Controls for one treated row in a matched set; 0 where rows are not matched in sets.
    set_correlation : float
        Of outcomes in one set, beyond what clusters share.
    treated_repeats, control_repeats : float
        Rows that a row's family has in the arm, seen from the row (`toolkit.stats.variance.intraclass.repeats`); 1 for
        no repeats.
    family_correlation : float
        Of outcomes of one family's rows; 1 where the same year is seen again and again.
    r_squared : float
        The part of the outcome's variance within clusters that covariates explain.

    Raises
    ------
    InputError
        Saying every number that cannot be.
    """

    treated: Floats
    control: Floats
    baseline: float
    icc: float = 0.0
    effect_sd: float = 0.0
    set_size: float = 0.0
    set_correlation: float = 0.0
    treated_repeats: float = 1.0
    control_repeats: float = 1.0
    family_correlation: float = 0.0
    r_squared: float = 0.0

    def __post_init__(self) -> None:
        for name in ("treated", "control"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64).reshape(-1))
        wrong = _wrong(self)
        if wrong:
            raise InputError(f"The design cannot be: {'; '.join(wrong)}.")

    @property
    def clusters(self) -> int:
        """How many clusters have rows."""
        return int(((self.treated + self.control) > 0).sum())

    def spread(self, difference: float) -> tuple[float, float]:
        """Return the standard error of the difference if it is so large, and its degrees of freedom."""
        within, between = self._parts(difference)
        alone = float(within.sum())
        freedom = alone * alone / float(within @ within) - 1 if alone > 0 else self.clusters - 1.0
        return math.sqrt(alone + float(between.sum())), max(1.0, freedom)

    def _parts(self, difference: float) -> tuple[Floats, Floats]:
        """Return what each cluster adds to the variance, by its rows and by its ups and downs."""
        plain, without = self.baseline * (1 - self.baseline), self.baseline
        changed = (without + difference) * (1 - without - difference)
        own = (1 - self.icc) * (1 - self.r_squared)
        shares = self.treated / self.treated.sum(), self.control / self.control.sum()
        between = self.icc * (plain + changed) / 2 * (shares[0] - shares[1]) ** 2 + (self.effect_sd * shares[0]) ** 2
        rows = self.treated.sum(), self.control.sum()
        again = [1 + (number - 1) * self.family_correlation for number in (self.treated_repeats, self.control_repeats)]
        first = changed * again[0] + self._shared_in_sets(changed, plain)
        within = own * np.maximum(first * shares[0] / rows[0] + plain * again[1] * shares[1] / rows[1], 0.0)
        return np.asarray(within, dtype=np.float64), np.asarray(between, dtype=np.float64)

    def _shared_in_sets(self, changed: float, plain: float) -> float:
        """Return what likeness within sets adds to the variance for one treated row (below 0: it helps)."""
        if not self.set_size:
            return 0.0
        among_controls = plain * (self.set_size - 1) / self.set_size
        return self.set_correlation * (among_controls - 2 * math.sqrt(changed * plain))

    def power(self, difference: float, *, alpha: float = 0.05) -> float:
        """Return the chance of seeing a risk difference with a two-sided test."""
        from scipy.special import nctdtr, stdtrit

        if not 0 <= self.baseline + difference <= 1:
            raise InputError(f"A difference of {difference:g} from {self.baseline:g} leaves no share from 0 to 1.")
        se, freedom = self.spread(difference)
        limit, beyond = float(stdtrit(freedom, 1 - alpha / 2)), abs(difference) / se
        if beyond > limit + 30:
            return 1.0
        wrong_way = float(nctdtr(freedom, beyond, -limit)) if beyond < NO_WRONG_WAY else 0.0
        return float(1 - nctdtr(freedom, beyond, limit)) + wrong_way

    def detectable(self, *, fewer: bool = True, power: float = 0.8, alpha: float = 0.05) -> float:
        """Return the smallest risk difference that is seen with the power asked; not a number where none is.

        Parameters
        ----------
        fewer : bool
            Whether of a fall (the answer is then below 0) or of a rise.
        power, alpha : float
            Of the two-sided test.
        """
        from scipy.optimize import brentq

        if not 0 < alpha < power < 1:
            raise InputError(f"power is {power:g} and alpha {alpha:g}. Give shares between 0 and 1, power the larger.")
        side = -1.0 if fewer else 1.0
        room = self.baseline if fewer else 1 - self.baseline
        grid = np.linspace(0, room, 65)[1:]
        enough = [size for size in grid if self.power(side * size, alpha=alpha) >= power]
        if not enough:
            return math.nan
        return side * float(
            brentq(lambda size: self.power(side * size, alpha=alpha) - power, enough[0] - grid[0], enough[0])
        )

    def curve(self, differences: Sequence[float] | None = None, *, alpha: float = 0.05) -> pd.DataFrame:
        """Return the chance of seeing each of many risk differences: difference, risk, power."""
        if differences is None:
            room = min(self.baseline, 1 - self.baseline)
            differences = [float(value) for value in np.linspace(-room, room, 41)]
        rows = [
            {"difference": size, "risk": self.baseline + size, "power": self.power(size, alpha=alpha)}
            for size in differences
        ]
        return pd.DataFrame(rows, columns=["difference", "risk", "power"])

    def with_more_rows(self, times: float) -> Design:
        """Return the design with so many times the rows in the same clusters: more months."""
        if not times > 0:
            raise InputError(f"times is {times:g}. Give a number above 0.")
        return replace(self, treated=self.treated * times, control=self.control * times)

    def with_clusters(self, clusters: int) -> Design:
        """Return the design with so many clusters like those there are: more centres."""
        there = (self.treated + self.control) > 0
        if clusters < 2 or not there.any():
            raise InputError(f"clusters is {clusters}. Give 2 or more.")
        treated, control = self.treated[there], self.control[there]
        ranks = (np.arange(clusters) + 0.5) / clusters * len(treated)
        order = np.argsort(treated + control, kind="stable")[ranks.astype(np.intp)]
        scale = clusters / len(treated)
        return replace(
            self,
            treated=treated[order] * (scale * treated.sum() / treated[order].sum()),
            control=control[order] * (scale * control.sum() / control[order].sum()),
        )

    def rows_needed(self, difference: float, *, power: float = 0.8, alpha: float = 0.05) -> float:
        """Return how many times the rows, in the same clusters, show a difference; infinite where no number does."""
        from scipy.optimize import brentq

        def missing(logarithm: float) -> float:
            return self.with_more_rows(math.exp(logarithm)).power(difference, alpha=alpha) - power

        if missing(14.0) < 0:
            return math.inf
        fewest = -math.log(max(2.0, float(self.treated.sum())))
        return math.exp(float(brentq(missing, fewest, 14.0))) if missing(fewest) < 0 else math.exp(fewest)

    def clusters_needed(self, difference: float, *, power: float = 0.8, alpha: float = 0.05, most: int = 5_000) -> int:
        """Return how many clusters like these show a difference; `most` where it takes as many or more."""
        few, many = 2, most
        if self.with_clusters(most).power(difference, alpha=alpha) < power:
            return most
        while few < many:
            middle = (few + many) // 2
            if self.with_clusters(middle).power(difference, alpha=alpha) >= power:
                many = middle
            else:
                few = middle + 1
        return many

    def summary(self, *, power: float = 0.8) -> str:
        """Return what it could show, in plain words."""
        fewer, more = self.detectable(fewer=True, power=power), self.detectable(fewer=False, power=power)
        start = (
            f"{self.treated.sum():,.0f} treated and {self.control.sum():,.0f} comparison rows in {self.clusters} "
            f"clusters; about {self.baseline * 100:.0f} of every 100 have the outcome without treatment."
        )
        if math.isnan(fewer):
            return f"{start} No fall, however large, would be likely to be seen."
        rise = "" if math.isnan(more) else f", or at least {more * 100:.1f} more"
        return (
            f"{start} An effect is likely to be seen ({power:.0%}) only if at least {-fewer * 100:.1f} fewer of every "
            f"100 have it{rise}."
        )


def _wrong(design: Design) -> list[str]:
    """Return what cannot be in a design."""
    shares = {name: getattr(design, name) for name in ("icc", "set_correlation", "family_correlation")}
    wrong = [f"{name} is {value:g}, not from 0 to 1" for name, value in shares.items() if not 0 <= value <= 1]
    if not 0 <= design.r_squared < 1:
        wrong.append(f"r_squared is {design.r_squared:g}, not from 0 up to 1")
    if not 0 < design.baseline < 1:
        wrong.append(f"baseline is {design.baseline:g}, not between 0 and 1")
    least = {"treated_repeats": 1.0, "control_repeats": 1.0, "effect_sd": 0.0, "set_size": 0.0}
    for name, smallest in least.items():
        if not getattr(design, name) >= smallest:
            wrong.append(f"{name} is {getattr(design, name):g}, below {smallest:g}")
    arms = design.treated, design.control
    if len(arms[0]) != len(arms[1]) or len(arms[0]) < 2:
        wrong.append(f"there are {len(arms[0])} and {len(arms[1])} clusters, not the same two or more for both arms")
    elif not all(bool(np.isfinite(arm).all() and (arm >= 0).all() and arm.sum() > 0) for arm in arms):
        wrong.append("an arm has no rows, or a number of rows that is missing or below 0")
    return wrong
