"""Krippendorff's alpha: agreement of any number of scorers, each of whom may have scored some things only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.agreement.coefficient import FEWEST_CLUSTERS, Coefficient, notes_on_pairs, unknown
from toolkit.stats.agreement.rows import table_of
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.level import level_problems
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.asked import whole_problems
from toolkit.stats.sample.codes import dense_codes

METRICS = ("nominal", "ordinal", "interval")
AT_ONCE = 500  # draws worked out together, so that memory stays small


@dataclass(frozen=True, slots=True)
class KrippendorffAlpha(Shown):
    """Krippendorff's alpha of many scorers.

    Attributes
    ----------
    alpha : Coefficient
        1 where all agree, 0 where they agree no more than by chance.
    metric : str
        How far apart two scores are: "nominal", "ordinal" or "interval".
    units : int
        Things scored by two or more.
    scores : int
        How many scores these were given.
    left_out : int
        Things scored by one only, which say nothing.
    coincidences : ndarray, shape (k, k)
        How often each two scores met in one thing, each thing counting as often as it was scored.
    values : ndarray, shape (k,)
        The scores, in order.
    notes : tuple of Note
        Few things, perfect agreement, one score only.
    """

    alpha: Coefficient
    metric: str
    units: int
    scores: int
    left_out: int
    coincidences: Floats
    values: Floats
    notes: tuple[Note, ...]

    def summary(self) -> str:
        """Return it in a few lines, for a person."""
        line = f"Alpha ({self.metric}) {self.alpha:.2f}, of {self.scores:,} scores of {self.units:,} things."
        return "\n".join([line, *self.notes])


def krippendorff_alpha(
    ratings: ArrayLike,
    *,
    metric: str = "ordinal",
    cluster: ArrayLike | None = None,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 20110511,
) -> KrippendorffAlpha:
    """Return Krippendorff's alpha.

    Parameters
    ----------
    ratings : array_like, shape (n, scorers)
        A row a thing scored, a column a scorer; not a number where a scorer gave none.
    metric : {"ordinal", "nominal", "interval"}
        How far apart two scores are: by how many scores lie between them, only whether they differ, or by the square
        of their distance.
    cluster : array_like, shape (n,), optional
        Centres: draws then take whole clusters, and the interval only these as independent.
    level : float
        Of the interval.
    draws : int
        How many samples with replacement the interval rests on.
    seed : int
        Of the draws; the same gives the same interval.

    Returns
    -------
    KrippendorffAlpha
        With a bootstrap interval, and notes.

    Raises
    ------
    InputError
        For a metric that is not known, ratings that are no table of numbers, or clusters of another length.

    Notes
    -----
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability; (2019), Content Analysis, chapter 12. The interval
    is made of the draws' standard deviation on Fisher's scale and a t distribution with one fewer degrees of freedom
    than there are clusters (things, where none are given): with few of them percentiles of the draws are too narrow.

    Examples
    --------
    >>> round(krippendorff_alpha([[1, 1], [2, 2], [3, 3], [1, 2], [3, 3]], metric="nominal", draws=0).alpha.estimate, 4)
    0.7273
    """
    problems = [*level_problems(level), *whole_problems("draws", draws, 0), *whole_problems("seed", seed, 0)]
    if problems:
        raise InputError(" ".join(problems))
    if metric not in METRICS:
        raise InputError(f'There is no metric "{metric}". {did_you_mean(metric, METRICS)}')
    table, groups = table_of(ratings, cluster, "ratings", "scorer")
    enough = (~np.isnan(table)).sum(axis=1) >= 2
    some = int(((~np.isnan(table)).sum(axis=1) == 1).sum())
    values, parts = _coincidences(table[enough])
    codes, count = dense_codes((np.arange(len(table)) if groups is None else groups)[enough])
    by_group = np.zeros((count, parts.shape[1]))
    np.add.at(by_group, codes, parts)
    size = len(values)
    met = parts.sum(axis=0).reshape(size, size)
    estimate = float(_alphas(met[None], values, metric)[0]) if size else float("nan")
    units, differ = int(enough.sum()), int((parts[:, ~np.eye(size, dtype=bool).reshape(-1)].sum(axis=1) > 0).sum())
    return KrippendorffAlpha(
        alpha=_interval(estimate, by_group, values, metric, level, draws, seed),
        metric=metric,
        units=units,
        scores=int((~np.isnan(table[enough])).sum()),
        left_out=some,
        coincidences=met,
        values=values,
        notes=(
            *notes_on_pairs(units, differ, None if cluster is None else count, level),
            *_notes_on_values(values),
        ),
    )


def _coincidences(table: Floats) -> tuple[Floats, Floats]:
    """Return the scores in order, and each thing's part in how often each two met, shape (n, k * k)."""
    values = np.unique(table[~np.isnan(table)])
    counts = (table[:, :, None] == values).sum(axis=1).astype(np.float64)
    own = np.eye(len(values)) * counts[:, None, :]
    met = counts[:, :, None] * counts[:, None, :] - own
    return values, (met / np.maximum(counts.sum(axis=1) - 1, 1)[:, None, None]).reshape(len(table), len(values) ** 2)


def _alphas(met: Floats, values: Floats, metric: str) -> Floats:
    """Return alpha of each table of coincidences, shape (draws,); not a number where scores do not differ."""
    each = met.sum(axis=2)
    total = each.sum(axis=1)
    apart = _apart(each, values, metric)
    seen = (met * apart).sum(axis=(1, 2)) / total
    expected = (each[:, :, None] * each[:, None, :] * apart).sum(axis=(1, 2)) / (total * (total - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(expected > 0, 1 - seen / expected, np.nan))


def _apart(each: Floats, values: Floats, metric: str) -> Floats:
    if metric == "nominal":
        return (1 - np.eye(len(values)))[None]
    if metric == "interval":
        return (np.subtract.outer(values, values) ** 2)[None]
    middle = np.cumsum(each, axis=1) - each / 2
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)


def _interval(
    estimate: float, by_group: Floats, values: Floats, metric: str, level: float, draws: int, seed: int
) -> Coefficient:
    groups, size = len(by_group), len(values)
    if groups < FEWEST_CLUSTERS or not np.isfinite(estimate) or abs(estimate) >= 1 or draws < 2:
        return unknown(estimate)
    rng = np.random.default_rng(seed)
    found = []
    for start in range(0, draws, AT_ONCE):
        times: Integers = rng.multinomial(groups, np.full(groups, 1 / groups), size=min(AT_ONCE, draws - start))
        found.append(_alphas((times @ by_group).reshape(-1, size, size), values, metric))
    drawn = np.concatenate(found)
    # A draw of like scores only has no alpha, one without a difference an alpha of 1: they stay just inside the scale.
    drawn = drawn[np.isfinite(drawn)].clip(-0.999, 0.999)
    if len(drawn) < draws / 2:
        return unknown(estimate)
    reach = float(stats.t.isf((1 - level) / 2, groups - 1)) * float(np.arctanh(drawn).std(ddof=1))
    centre = np.arctanh(estimate)
    low, high = float(np.tanh(centre - reach)), float(np.tanh(centre + reach))
    return Coefficient(estimate, float(drawn.std(ddof=1)), low, high, groups - 1.0)


def _notes_on_values(values: Floats) -> tuple[Note, ...]:
    if len(values) == 1:
        words = f"Every score is {values[0]:g}: scorers who never tell things apart cannot be seen to agree on it."
        return (Note("one_category", words, {"score": float(values[0])}),)
    return () if len(values) else (Note("no_pairs", "Nothing was scored twice, so there is no agreement to tell."),)
