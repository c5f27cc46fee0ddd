"""Change in a paired ordinal score, first reading to last: who moved up, who down, who has no second reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
from toolkit.stats.sample.numbers import numbers_of
from toolkit.stats.variance.clustered_mean import ClusteredMean, clustered_mean


@dataclass(frozen=True, slots=True)
class Share(Shown):
    """How many of how many, with an interval.

    Attributes
    ----------
    count, of : int
        How many of how many.
    low, high : float
        Wilson's interval; where clusters are given, one that takes only these as independent (`clustered_mean`), which
        is not a number where all are in one cluster.
    """

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share, from 0 to 1; not a number of nobody."""
        return self.count / self.of if self.of else float("nan")


@dataclass(frozen=True, slots=True)
class StartingScore(Shown):
    """What became of those who started at one score.

    Attributes
    ----------
    start : int
        The first score.
    improved, same, worse : Share
        Of those with a second reading.
    without_second : Share
        Of all who started here.
    mean_change : float
        Last less first, of those with a second reading.
    can_improve, can_worsen : bool
        False at the top and at the bottom of the scale.
    """

    start: int
    improved: Share
    same: Share
    worse: Share
    without_second: Share
    mean_change: float
    can_improve: bool
    can_worsen: bool


@dataclass(frozen=True, slots=True)
class OrdinalChange(Shown):
    """Change from the first to the last reading on a scale from 1 to ``levels``.

    Attributes
    ----------
    transitions : ndarray, shape (levels, levels)
        Counts, first score by row, last by column.
    improved, same, worse : Share
        Of those with two readings.
    without_second : Share
        Of all.
    by_start : tuple of StartingScore
        One for every score of the scale.
    clustered : dict
        ``improved``, ``same``, ``worse`` (shares) and ``change`` (points): the same with clustered intervals.
    """

    levels: int
    transitions: Integers
    improved: Share
    same: Share
    worse: Share
    without_second: Share
    by_start: tuple[StartingScore, ...]
    clustered: dict[str, ClusteredMean]

    def tidy(self) -> pd.DataFrame:
        """Return one row a starting score and direction of change: count, of, share, low, high."""
        rows = [
            {"start": row.start, "direction": name, "count": s.count, "of": s.of, "share": s.share}
            | {"low": s.low, "high": s.high}
            for row in self.by_start
            for name, s in (("improved", row.improved), ("same", row.same), ("worse", row.worse))
        ]
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Return the change in a few lines, for a person."""
        parts = ", ".join(
            f"{name} {s.count:,} ({s.share:.1%}, {s.low:.1%} to {s.high:.1%})"
            for name, s in (("up", self.improved), ("the same", self.same), ("down", self.worse))
        )
        missing = self.without_second
        return f"{self.improved.of:,} with two readings: {parts}.\n{missing.count:,} of {missing.of:,} have no second."


def ordinal_change(
    first: ArrayLike, last: ArrayLike, *, levels: int = 5, cluster: ArrayLike | None = None, level: float = 0.95
) -> OrdinalChange:
    """Return the change from first to last readings; higher is better.

    Parameters
    ----------
    first : array_like, shape (n,)
        First scores, 1 to `levels`.
    last : array_like, shape (n,)
        Last scores; not a number where there is no second reading.
    levels : int
        The scale's highest score.
    cluster : array_like, shape (n,), optional
        Groups that are scored alike (centres): intervals take only these as independent. Each reading by itself when
        not given. Where several Series are given, they are put in one order by their labels.
    level : float
        Of the intervals.

    Returns
    -------
    OrdinalChange
        Overall, by starting score, and with clustered intervals.

    Raises
    ------
    InputError
        When a score is not a whole number of the scale, or the lengths differ.
    """
    require_level(level)
    first, last, cluster = aligned(first=first, last=last, cluster=cluster)
    start, end = ordinal_scores(first, "first", levels), ordinal_scores(last, "last", levels, may_be_missing=True)
    groups = np.arange(len(start)) if cluster is None else group_codes(cluster, "cluster")
    if not len(start) == len(end) == len(groups):
        raise InputError(
            f"There are {len(start)} first scores, {len(end)} last and {len(groups)} clusters. Give one of each a row."
        )
    two = ~np.isnan(end)
    before, after = start[two].astype(np.intp), end[two].astype(np.intp)
    transitions = np.zeros((levels, levels), dtype=np.intp)
    np.add.at(transitions, (before - 1, after - 1), 1)
    change = (after - before).astype(float)
    codes = groups[two].astype(np.intp)

    def share(is_so: Booleans, among: Integers) -> Share:
        return _share(is_so, None if cluster is None else among, level)

    means = {"improved": change > 0, "same": change == 0, "worse": change < 0}
    return OrdinalChange(
        levels=levels,
        transitions=transitions,
        improved=share(change > 0, codes),
        same=share(change == 0, codes),
        worse=share(change < 0, codes),
        without_second=share(~two, groups),
        by_start=tuple(
            _starting(
                score,
                levels,
                change[before == score],
                codes[before == score],
                ~two[start == score],
                groups[start == score],
                share,
            )
            for score in range(1, levels + 1)
        ),
        clustered={name: clustered_mean(values.astype(float), codes, level=level) for name, values in means.items()}
        | {"change": clustered_mean(change, codes, level=level, is_share=False)},
    )


def _starting(
    score: int,
    levels: int,
    change: Floats,
    codes: Integers,
    is_lost: Booleans,
    all_codes: Integers,
    share: Callable[[Booleans, Integers], Share],
) -> StartingScore:
    return StartingScore(
        start=score,
        improved=share(change > 0, codes),
        same=share(change == 0, codes),
        worse=share(change < 0, codes),
        without_second=share(is_lost, all_codes),
        mean_change=float(change.mean()) if len(change) else float("nan"),
        can_improve=score < levels,
        can_worsen=score > 1,
    )


def _share(is_so: Booleans, codes: Integers | None, level: float) -> Share:
    count, of = int(is_so.sum()), len(is_so)
    if codes is None or not of:
        low, high = wilson(count, of, level)
        return Share(count, of, float(low), float(high))
    found = clustered_mean(is_so.astype(np.float64), codes, level=level)
    return Share(count, of, found.low, found.high)


def ordinal_scores(values: ArrayLike, name: str, levels: int, *, may_be_missing: bool = False) -> Floats:
    """Return scores as numbers, checked to be on the scale from 1 to ``levels`` (or missing, where that may be)."""
    scores = numbers_of(values, f"The {name} scores", f"whole numbers from 1 to {levels}").reshape(-1)
    good = np.isin(scores, np.arange(1, levels + 1)) | (np.isnan(scores) & may_be_missing)
    if not good.all():
        place = int((~good).argmax())
        raise InputError(
            f"{int((~good).sum())} of the {name} scores are not whole numbers from 1 to {levels}; the first is "
            f"{scores[place]:g}, at position {place}."
        )
    return scores
