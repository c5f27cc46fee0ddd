"""Who improved, stayed and worsened between two scores of the same family, and how often the later is the better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.inference.intervals import wilson
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.codes import group_codes
from toolkit.stats.sample.numbers import checked_weights, finite_numbers
from toolkit.stats.variance.clustered_mean import ClusteredMean, clustered_mean

ROUNDING = 1e-9  # of a difference between scores such as 0.3 and 0.1


@dataclass(frozen=True, slots=True)
class PairedSuperiority(Shown):
    """Scores of the same families, first and last, compared within each.

    Attributes
    ----------
    improved, same, worse : ClusteredMean
        Shares of the pairs; by themselves with Wilson's interval, clustered or weighted with `clustered_mean`'s.
    superiority : ClusteredMean
        That a family's last score is the better one, plus half that it is the same; 0.5 where neither way is ahead.
    net : ClusteredMean
        Improved less worse, from -1 to 1.
    change : ClusteredMean
        Mean points towards better.
    pairs, without_second : int
        Families with both scores, and with no last one (they are in none of the shares).
    """

    improved: ClusteredMean
    same: ClusteredMean
    worse: ClusteredMean
    superiority: ClusteredMean
    net: ClusteredMean
    change: ClusteredMean
    pairs: int
    without_second: int

    def tidy(self) -> pd.DataFrame:
        """Return one row a measure: measure, estimate, se, low, high, clusters."""
        names = ("improved", "same", "worse", "superiority", "net", "change")
        found = [(name, getattr(self, name)) for name in names]
        return pd.DataFrame(
            {"measure": name, "estimate": m.mean, "se": m.se, "low": m.low, "high": m.high, "clusters": m.clusters}
            for name, m in found
        )

    def summary(self) -> str:
        """Return the comparison in a few lines, for a person."""
        parts = ", ".join(
            f"{name} {m.mean:.1%} ({m.low:.1%} to {m.high:.1%})"
            for name, m in (("better", self.improved), ("the same", self.same), ("worse", self.worse))
        )
        s = self.superiority
        return (
            f"{self.pairs:,} with two scores: {parts}.\nThe last is the better one, ties half: {s.mean:.1%} "
            f"({s.low:.1%} to {s.high:.1%}).\n{self.without_second:,} have no second score."
        )


def paired_superiority(
    first: ArrayLike,
    last: ArrayLike,
    *,
    weights: Any = None,
    cluster: Any = None,
    higher_is: str = "better",
    least: float = 0.0,
    level: float = 0.95,
) -> PairedSuperiority:
    """Return the shares that improved, stayed and worsened, and the probability of superiority within pairs.

    Parameters
    ----------
    first : array_like, shape (n,)
        First scores, numbers (half points too).
    last : array_like, shape (n,)
        Last scores; not a number where there is none.
    weights : array_like, shape (n,), optional
        What each family stands for: weights for having a second score.
    cluster : array_like, shape (n,), optional
        Groups taken as independent (centres); each family by itself where not given. Series are put in one order by
        their labels.
    higher_is : {"better", "worse"}
        The direction of the scale.
    least : float
        The least change that counts, in points: a smaller one is the same (see the reliable change of an instrument).
    level : float
        Of the intervals.

    Returns
    -------
    PairedSuperiority
        Shares, superiority, net and mean change, each with its interval.

    Raises
    ------
    InputError
        When a first score or a cluster is missing, or lengths differ.

    Notes
    -----
    Grissom and Kim (2012), Effect Sizes for Research, on dependent superiority. It asks of each family whether it moved
    up; `superiority` with the family as cluster asks of any two readings, and is larger or smaller than this where
    families differ much. Neither says that the centre did it: see `regression_to_the_mean`.
    """
    require_level(level)
    change, load, codes, without = _checked(first, last, weights, cluster, higher_is, least)
    is_better, is_worse = change >= max(least - ROUNDING, ROUNDING), change <= -max(least - ROUNDING, ROUNDING)
    plain = weights is None and cluster is None

    def mean(values: Floats | Booleans, is_share: bool = True) -> ClusteredMean:
        given = None if weights is None else load
        return clustered_mean(values.astype(float), codes, level=level, is_share=is_share, weights=given)

    def share(values: Booleans) -> ClusteredMean:
        found = mean(values)
        if not plain:
            return found
        low, high = wilson(int(values.sum()), len(values), level)
        return replace(found, low=float(low), high=float(high))

    way = is_better.astype(float) - is_worse
    return PairedSuperiority(
        improved=share(is_better),
        same=share(~(is_better | is_worse)),
        worse=share(is_worse),
        superiority=mean((1 + way) / 2),
        net=mean(way, is_share=False),
        change=mean(change, is_share=False),
        pairs=len(change),
        without_second=without,
    )


def _checked(
    first: Any, last: Any, weights: Any, cluster: Any, higher_is: str, least: float
) -> tuple[Floats, Floats, Integers, int]:
    """Return the changes of those with both scores, their weights and clusters, and how many have no second."""
    first, last, weights, cluster = aligned(first=first, last=last, weights=weights, cluster=cluster)
    one, two = finite_numbers(first, "first").reshape(-1), finite_numbers(last, "last").reshape(-1)
    load = np.ones(len(one)) if weights is None else checked_weights(weights)
    codes = np.arange(len(one)) if cluster is None else group_codes(cluster, "cluster")
    problems = []
    if len({len(one), len(two), len(load), len(codes)}) > 1:
        problems.append(
            f"There are {len(one):,} first scores, {len(two):,} last ones, {len(load):,} weights and {len(codes):,} "
            "clusters. Give one of each a family."
        )
    if np.isnan(one).any():
        problems.append(f"first is missing in {int(np.isnan(one).sum()):,} rows. Leave those families out.")
    if higher_is not in ("better", "worse"):
        problems.append(f'higher_is is "{higher_is}". Use "better" or "worse".')
    if not least >= 0:
        problems.append(f"least is {least}. Give points from 0.")
    if problems:
        raise InputError(" ".join(problems))
    both = np.isfinite(two)
    used = both & (load > 0)
    change = (two - one)[used] * (1.0 if higher_is == "better" else -1.0)
    dense = np.unique(codes[used], return_inverse=True)[1].reshape(-1).astype(np.intp)
    return change, load[used], dense, int((~both).sum())
