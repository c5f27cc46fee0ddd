"""Reliable change: whose score moved by more than two scorings of the same thing do by themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.agreement.coefficient import Coefficient, jackknife, notes_on_pairs, require_same_length, unknown
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.codes import group_codes
from toolkit.stats.sample.numbers import finite_numbers
from toolkit.stats.variance.clustered_mean import ClusteredMean, clustered_mean


@dataclass(frozen=True, slots=True)
class ReliableChange(Shown):
    """Who changed by more than scoring by itself makes.

    Attributes
    ----------
    error : Coefficient
        Standard error of one score, in points, from things scored twice.
    needed : float
        Points a score must move by, were the scale without steps.
    smallest : float
        The first step of the scale beyond that.
    smallest_range : tuple of float
        The same at the low and the high end of `error`.
    improved, worse : ClusteredMean
        Shares of those with two scores that rose, or fell, by `smallest` or more. The interval allows for not knowing
        the error: it goes from the lowest to the highest over `smallest_range`.
    improved_by_chance, worse_by_chance : ClusteredMean
        The same shares where nothing could have changed: second scorings against first.
    with_two, pairs : int
        How many have two scores, and how many a second scoring.
    notes : tuple of Note
        Few pairs, a scale too short or too coarse for anyone to be seen to change.
    """

    error: Coefficient
    needed: float
    smallest: float
    smallest_range: tuple[float, float]
    improved: ClusteredMean
    worse: ClusteredMean
    improved_by_chance: ClusteredMean
    worse_by_chance: ClusteredMean
    with_two: int
    pairs: int
    notes: tuple[Note, ...]

    def summary(self) -> str:
        """Return it in a few lines, for a person."""
        up, by_chance = self.improved, self.improved_by_chance
        line = (
            f"A score must move by {self.smallest:g} to have moved reliably. {up.mean:.0%} ({up.low:.0%} to "
            f"{up.high:.0%}) rose so far; of second scorings, where nothing had changed, {by_chance.mean:.0%} did."
        )
        return "\n".join([line if np.isfinite(self.smallest) else "What moves reliably is not known.", *self.notes])


def reliable_change_index(change: ArrayLike, sd: float, reliability: float) -> Floats:
    """Return changes in standard errors of a difference: beyond 1.96 either way a change is taken as reliable.

    Parameters
    ----------
    change : array_like
        Last less first, in points.
    sd : float
        Of one score among all, in points.
    reliability : float
        Correlation of two scorings of the same thing, from 0 to below 1. Take it from your own: see `reliability`.

    Returns
    -------
    ndarray
        The index, of the changes' shape.

    Raises
    ------
    InputError
        When a number cannot be.

    Notes
    -----
    Jacobson and Truax (1991), Journal of Consulting and Clinical Psychology 59, 12-19.

    Examples
    --------
    >>> round(float(reliable_change_index(47.5 - 32.5, sd=7.5, reliability=0.8)), 2)
    3.16
    """
    if not (sd > 0 and 0 <= reliability < 1):
        raise InputError(
            f"sd is {sd:g} and reliability {reliability:g}. Give an sd above 0 and a reliability from 0 to below 1."
        )
    return np.asarray(finite_numbers(change, "change") / (sd * np.sqrt(2 * (1 - reliability))))


def reliable_change(
    first: ArrayLike,
    last: ArrayLike,
    second: ArrayLike,
    *,
    step: float = 1.0,
    span: float = 4.0,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> ReliableChange:
    """Return the share that changed reliably, by the error of the council's own double scores.

    Parameters
    ----------
    first, last : array_like, shape (n,)
        First and last scores, higher is better; not a number where there is no last one.
    second : array_like, shape (n,)
        An independent second scoring of the first; not a number where there is none.
    step : float
        Of the scale: 1, or 0.5 for half points.
    span : float
        From the lowest to the highest score, in points.
    cluster : array_like, shape (n,), optional
        Centres: intervals then take only these as independent.
    level : float
        Of the intervals, and of what counts as reliable.

    Returns
    -------
    ReliableChange
        What a score must move by, and who did, beside who would by chance.

    Raises
    ------
    InputError
        When columns differ in length, a first score or a cluster is missing, or step or span are not above 0.

    Notes
    -----
    Jacobson and Truax (1991). Scales in steps make the level uneven: with an error of half a point a change of one
    counts as nothing and one of two as reliable, and no rule lies between. The error's interval is by leaving out each
    cluster in turn, by the chi-squared distribution where none are given.
    """
    require_level(level)
    if not (step > 0 and span > 0):
        raise InputError(f"step is {step:g} and span {span:g}. Give both in points, above 0.")
    first, last, second, cluster = aligned(first=first, last=last, second=second, cluster=cluster)
    columns = {"first": first, "last": last, "second": second}
    start, end, again = (finite_numbers(values, name).reshape(-1) for name, values in columns.items())
    codes = np.arange(len(start)) if cluster is None else group_codes(cluster, "cluster")
    require_same_length(first=len(start), last=len(end), second=len(again), cluster=len(codes))
    if np.isnan(start).any():
        raise InputError(f"{int(np.isnan(start).sum()):,} first scores are missing. Leave those rows out.")
    twice, two = ~np.isnan(again), ~np.isnan(end)
    apart, moved = (again - start)[twice], (end - start)[two]
    error = _error(apart, None if cluster is None else codes[twice], level)
    needed = float(stats.norm.isf((1 - level) / 2)) * np.sqrt(2) * np.array([error.estimate, error.low, error.high])
    smallest, low, high = (_step_beyond(points, step) for points in needed)
    clusters = None if cluster is None else len(np.unique(codes[twice]))
    notes = notes_on_pairs(len(apart), int((apart != 0).sum()), clusters, level)
    return ReliableChange(
        error=error,
        needed=float(needed[0]),
        smallest=smallest,
        smallest_range=(low, high),
        improved=_over_range(moved, codes[two], (smallest, low, high), level),
        worse=_over_range(-moved, codes[two], (smallest, low, high), level),
        improved_by_chance=_share(apart, codes[twice], smallest, level),
        worse_by_chance=_share(-apart, codes[twice], smallest, level),
        with_two=len(moved),
        pairs=len(apart),
        notes=(*notes, *_notes_on_steps(smallest, (low, high), span)),
    )


def _error(apart: Floats, codes: Integers | None, level: float) -> Coefficient:
    if len(apart) < 2:
        return unknown()

    def root(keep: Booleans) -> float:
        return float(np.sqrt((apart[keep] ** 2).mean() / 2)) if keep.any() else float("nan")

    if codes is not None:
        found = jackknife(root, codes, level, is_correlation=False)
        return Coefficient(found.estimate, found.se, max(0.0, found.low), found.high, found.degrees_of_freedom)
    estimate, tail, count = root(np.ones(len(apart), dtype=bool)), (1 - level) / 2, len(apart)
    low, high = (estimate * float(np.sqrt(count / stats.chi2.isf(end, count))) for end in (tail, 1 - tail))
    return Coefficient(estimate, estimate / float(np.sqrt(2 * count)), low, high, float(count))


def _step_beyond(points: float, step: float) -> float:
    return float(np.floor(points / step + 1e-9) * step + step) if np.isfinite(points) else float("nan")


def _share(moved: Floats, codes: Integers, smallest: float, level: float) -> ClusteredMean:
    if not np.isfinite(smallest) or not len(moved):
        nothing = float("nan")
        return ClusteredMean(nothing, nothing, nothing, nothing, nothing, len(np.unique(codes)))
    return clustered_mean((moved >= smallest - 1e-9).astype(np.float64), codes, level=level)


def _over_range(moved: Floats, codes: Integers, steps: tuple[float, float, float], level: float) -> ClusteredMean:
    at, *ends = (_share(moved, codes, smallest, level) for smallest in steps)
    known = [share for share in (at, *ends) if np.isfinite(share.low)]
    if not known or not np.isfinite([end.mean for end in ends]).all():
        return at
    low, high = min(share.low for share in known), max(share.high for share in known)
    return ClusteredMean(at.mean, at.se, low, high, at.degrees_of_freedom, at.clusters)


def _notes_on_steps(smallest: float, ends: tuple[float, float], span: float) -> tuple[Note, ...]:
    if not np.isfinite(smallest):
        words = "No error of a score is known, so nobody's change can be called reliable. Have families scored twice."
        return (Note("no_error", words),)
    notes = []
    if smallest > span:
        words = (
            f"A score would have to move by {smallest:g}, more than the scale's {span:g}: nobody can change reliably."
        )
        notes.append(Note("beyond_the_scale", words, {"points": smallest, "span": span}))
    if ends[0] != ends[1] and np.isfinite(ends).all():
        words = (
            f"With so few scored twice a reliable change may be one of {ends[0]:g} or of {ends[1]:g} points; the "
            "shares' intervals allow for both."
        )
        notes.append(Note("step_not_known", words, {"low": ends[0], "high": ends[1]}))
    return tuple(notes)
