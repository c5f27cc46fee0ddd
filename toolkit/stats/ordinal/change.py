"""Change in a paired ordinal score, first reading to last: who moved up, who down, who has no second reading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.intervals import wilson
from toolkit.stats.inference.level import require_level
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.codes import group_codes
from toolkit.stats.sample.numbers import numbers_of
from toolkit.stats.variance.clustered_mean import ClusteredMean, clustered_mean


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with Wilson's interval as if all were independent."""

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share, from 0 to 1; not a number of nobody."""
        return self.count / self.of if self.of else float("nan")


@dataclass(frozen=True, slots=True)
class StartingScore:
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
class OrdinalChange:
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
        Groups that are scored alike (centres); each reading by itself when not given. Where several Series are given,
        they are put in one order by their labels.
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
    started = np.bincount(start.astype(np.intp), minlength=levels + 1)[1:]
    change = (after - before).astype(float)
    codes = groups[two].reshape(-1).astype(np.intp)
    means = {"improved": change > 0, "same": change == 0, "worse": change < 0}
    return OrdinalChange(
        levels=levels,
        transitions=transitions,
        improved=_share(int((change > 0).sum()), len(change), level),
        same=_share(int((change == 0).sum()), len(change), level),
        worse=_share(int((change < 0).sum()), len(change), level),
        without_second=_share(int((~two).sum()), len(start), level),
        by_start=tuple(_starting(score, transitions, int(started[score - 1]), level) for score in range(1, levels + 1)),
        clustered={name: clustered_mean(values.astype(float), codes, level=level) for name, values in means.items()}
        | {"change": clustered_mean(change, codes, level=level, is_share=False)},
    )


def _starting(score: int, transitions: Integers, started: int, level: float) -> StartingScore:
    row = transitions[score - 1]
    of = int(row.sum())
    moves = np.arange(1, len(row) + 1) - score
    return StartingScore(
        start=score,
        improved=_share(int(row[moves > 0].sum()), of, level),
        same=_share(int(row[moves == 0].sum()), of, level),
        worse=_share(int(row[moves < 0].sum()), of, level),
        without_second=_share(started - of, started, level),
        mean_change=float(row @ moves) / of if of else float("nan"),
        can_improve=score < len(row),
        can_worsen=score > 1,
    )


def _share(count: int, of: int, level: float) -> Share:
    low, high = wilson(count, of, level)
    return Share(count, of, float(low), float(high))


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
