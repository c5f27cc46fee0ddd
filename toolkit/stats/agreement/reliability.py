"""How far a score can be relied on: the part of its variance that a second scorer of the same thing finds again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.stats.agreement.coefficient import Coefficient, jackknife, notes_on_pairs, unknown
from toolkit.stats.agreement.rows import table_of
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown

FORMS = ("one_way", "two_way", "same_scorers")


@dataclass(frozen=True, slots=True)
class Reliability(Shown):
    """Intraclass correlations of one score, and of the mean of all scores, of the same thing.

    Attributes
    ----------
    one_way : Coefficient
        ICC(1,1): scorers differ from thing to thing. A scorer's strictness counts as error.
    two_way : Coefficient
        ICC(2,1): the same scorers, drawn from more, scored all. Strictness counts as error.
    same_scorers : Coefficient
        ICC(3,1): the same scorers scored all, and no others will. Strictness does not count.
    of_mean : dict of str to float
        The same three of the mean of all scorers: ICC(1,k), ICC(2,k), ICC(3,k).
    error : float
        Standard error of measurement, in points: of one score about what scorers would give on average (one-way).
    units, scorers : int
        Things all scored, and by how many.
    left_out : int
        Things that not all scored.
    notes : tuple of Note
        Few things, perfect agreement, scorings that differ on average, one score only.
    """

    one_way: Coefficient
    two_way: Coefficient
    same_scorers: Coefficient
    of_mean: dict[str, float]
    error: float
    units: int
    scorers: int
    left_out: int
    notes: tuple[Note, ...]

    def tidy(self) -> pd.DataFrame:
        """Return one row a form: estimate, standard error, interval, and the estimate of the mean of all scorers."""
        rows = []
        for name in FORMS:
            one: Coefficient = getattr(self, name)
            figures = {"estimate": one.estimate, "se": one.se, "low": one.low, "high": one.high}
            rows.append({"form": name, **figures, "of_mean": self.of_mean[name]})
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Return it in a few lines, for a person."""
        line = (
            f"Reliability of one score {self.one_way:.2f}, of {self.units:,} things scored by {self.scorers}; a score "
            f"is out by {self.error:.2g} points, typically."
        )
        return "\n".join([line, *self.notes])


def reliability(ratings: ArrayLike, *, cluster: ArrayLike | None = None, level: float = 0.95) -> Reliability:
    """Return the reliability of a score from things scored twice or more.

    Parameters
    ----------
    ratings : array_like, shape (n, scorers)
        A row a thing scored, a column a scoring; rows with a gap are left out. Two columns for double scores.
    cluster : array_like, shape (n,), optional
        Centres: intervals then take only these as independent.
    level : float
        Of the intervals.

    Returns
    -------
    Reliability
        The three intraclass correlations of Shrout and Fleiss, their means' and the standard error of measurement.

    Raises
    ------
    InputError
        When ratings are no table of numbers, or clusters are missing or of another length.

    Notes
    -----
    Shrout and Fleiss (1979), Psychological Bulletin 86, 420-428; their intervals rest on F distributions, that of
    ICC(2,1) as in McGraw and Wong (1996), Psychological Methods 1, 30-46. With clusters they are by leaving out each in
    turn, on Fisher's scale. Measured among things *chosen* by their first score, a correlation is that of the chosen,
    not the reliability among all.

    Examples
    --------
    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> found = reliability(ratings)
    >>> [round(one.estimate, 2) for one in (found.one_way, found.two_way, found.same_scorers)]
    [0.17, 0.29, 0.71]
    """
    require_level(level)
    table, groups = table_of(ratings, cluster, "ratings", "scoring")
    whole = ~np.isnan(table).any(axis=1)
    rows = table[whole]
    codes = None if groups is None else groups[whole]
    squares = mean_squares(rows)
    clusters = None if codes is None else len(np.unique(codes))
    differ = int((rows != rows[:, :1]).any(axis=1).sum())
    return Reliability(
        **{form: _with_interval(rows, form, codes, level) for form in FORMS},
        of_mean={form: squares.of_mean(form) for form in FORMS},
        error=float(np.sqrt(squares.within)),
        units=len(rows),
        scorers=table.shape[1],
        left_out=int((~whole & ~np.isnan(table).all(axis=1)).sum()),
        notes=(*notes_on_pairs(len(rows), differ, clusters, level), *_notes_on_scorers(rows, squares, level)),
    )


@dataclass(frozen=True, slots=True)
class MeanSquares(Shown):
    """Mean squares of a table of scores: between things, within them, between scorers, and what is left.

    Attributes
    ----------
    between, within, scorers, left : float
        Not a number with fewer than two things.
    units, each : int
        Things, and scorers of each.
    """

    between: float
    within: float
    scorers: float
    left: float
    units: int
    each: int

    def single(self, form: str) -> float:
        """Return the intraclass correlation of one score."""
        k, extra = self.each, self.each * (self.scorers - self.left) / max(self.units, 1)
        error = self.within if form == "one_way" else self.left
        bottom = self.between + (k - 1) * error + (extra if form == "two_way" else 0.0)
        return (self.between - error) / bottom if bottom > 0 else float("nan")

    def of_mean(self, form: str) -> float:
        """Return the intraclass correlation of the mean of all scorers."""
        error = self.within if form == "one_way" else self.left
        extra = (self.scorers - self.left) / max(self.units, 1) if form == "two_way" else 0.0
        bottom = self.between + extra
        return (self.between - error) / bottom if bottom > 0 else float("nan")


def mean_squares(rows: Floats) -> MeanSquares:
    """Return the mean squares of scores without gaps, shape (n, scorers)."""
    units, each = rows.shape
    if units < 2:
        nothing = float("nan")
        return MeanSquares(nothing, nothing, nothing, nothing, units, each)
    mean, by_unit, by_scorer = rows.mean(), rows.mean(axis=1), rows.mean(axis=0)
    between = each * float(((by_unit - mean) ** 2).sum()) / (units - 1)
    inside = float(((rows - by_unit[:, None]) ** 2).sum())
    scorers = units * float(((by_scorer - mean) ** 2).sum())
    left = max(0.0, inside - scorers) / ((units - 1) * (each - 1))
    return MeanSquares(between, inside / (units * (each - 1)), scorers / (each - 1), left, units, each)


def _with_interval(rows: Floats, form: str, codes: Integers | None, level: float) -> Coefficient:
    squares = mean_squares(rows)
    estimate = squares.single(form)
    if not np.isfinite(estimate) or estimate >= 1:
        return unknown(estimate)
    if codes is not None:

        def without(keep: Booleans) -> float:
            return mean_squares(rows[keep]).single(form)

        return jackknife(without, codes, level)
    low, high = _two_way_ends(squares, level) if form == "two_way" else _f_ends(squares, form, level)
    spread = float(stats.norm.isf((1 - level) / 2))
    return Coefficient(estimate, (high - low) / (2 * spread), low, high, float("inf"))


def _f_ends(squares: MeanSquares, form: str, level: float) -> tuple[float, float]:
    n, k, tail = squares.units, squares.each, (1 - level) / 2
    error, freedom = (squares.within, n * (k - 1)) if form == "one_way" else (squares.left, (n - 1) * (k - 1))
    ratio = squares.between / error
    low, high = ratio / stats.f.isf(tail, n - 1, freedom), ratio * stats.f.isf(tail, freedom, n - 1)
    return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))


def _two_way_ends(squares: MeanSquares, level: float) -> tuple[float, float]:
    n, k, tail = squares.units, squares.each, (1 - level) / 2
    alike = squares.single("two_way")
    ratio = squares.scorers / squares.left if squares.left > 0 else float("inf")
    if not np.isfinite(ratio):
        return float("nan"), float("nan")
    plain = n * (1 + (k - 1) * alike) - k * alike
    freedom = (k - 1) * (n - 1) * (k * alike * ratio + plain) ** 2 / ((n - 1) * (k * alike * ratio) ** 2 + plain**2)
    up, down = stats.f.isf(tail, n - 1, freedom), stats.f.isf(tail, freedom, n - 1)
    rest = k * squares.scorers + (k * n - k - n) * squares.left
    low = n * (squares.between - up * squares.left) / (up * rest + n * squares.between)
    high = n * (down * squares.between - squares.left) / (rest + n * down * squares.between)
    return float(low), float(high)


def _notes_on_scorers(rows: Floats, squares: MeanSquares, level: float) -> tuple[Note, ...]:
    if not len(rows):
        return (Note("no_pairs", "Nothing was scored twice, so nothing is known of how reliable a score is."),)
    if not np.isfinite(squares.between) or (rows == rows[0, 0]).all():
        words = f"Every score is {rows[0, 0]:g}: how well scorers tell things apart cannot be seen."
        return (Note("one_category", words, {"score": float(rows[0, 0])}),)
    ratio = squares.scorers / squares.left if squares.left > 0 else float("inf")
    chance = float(stats.f.sf(ratio, squares.each - 1, (squares.units - 1) * (squares.each - 1)))
    if squares.scorers == 0 or chance >= 1 - level:
        return ()
    apart = float(np.ptp(rows.mean(axis=0)))
    words = (
        f"The scorings differ by {apart:.2g} points on average, more than by chance. Either one is stricter, or things "
        "were chosen by one of the scores (families who come when scored low): then all these figures are too low, and "
        "`change_beyond_regression` has the reliability among all as its slope."
    )
    return (Note("scorings_differ", words, {"points": apart, "p_value": chance}),)
