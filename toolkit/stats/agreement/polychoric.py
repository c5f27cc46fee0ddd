"""Polychoric correlation: of the two scales behind two ordinal scores, were scales continuous and normal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.agreement.bivariate_normal import cell_chances, cell_slopes
from toolkit.stats.agreement.coefficient import Coefficient, notes_on_pairs, require_same_length, unknown
from toolkit.stats.arrays.types import Floats
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.numbers import finite_numbers

METHODS = ("two_step", "ml")
MOST = 0.995
"""Correlations nearer to 1 are not told apart: the table then has no pair that says so."""
SURPRISING = 0.01
STEPS = 60


@dataclass(frozen=True, slots=True)
class Polychoric(Shown):
    """The correlation behind two ordinal scores.

    Attributes
    ----------
    correlation : Coefficient
        With an interval on Fisher's scale.
    method : str
        "two_step" or "ml".
    cuts_of_first, cuts_of_second : ndarray
        Where the scale behind is cut, in its standard deviations; one fewer than the scores that were given.
    pairs : int
        How many pairs of scores.
    misfit : float
        p-value of a table that far from what two normal scales make; not a number for two scores by two.
    notes : tuple of Note
        Few pairs, perfect order, scales that are not normal.
    """

    correlation: Coefficient
    method: str
    cuts_of_first: Floats
    cuts_of_second: Floats
    pairs: int
    misfit: float
    notes: tuple[Note, ...]

    def summary(self) -> str:
        """Return it in a few lines, for a person."""
        line = f"Polychoric correlation {self.correlation:.2f}, of {self.pairs:,} pairs."
        return "\n".join([line, *self.notes])


def polychoric(first: ArrayLike, second: ArrayLike, *, method: str = "two_step", level: float = 0.95) -> Polychoric:
    """Return the polychoric correlation of two ordinal scores.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Scores; pairs with a gap are left out. Series are put in one order by their labels.
    method : {"two_step", "ml"}
        The cuts from each score's own shares and the correlation given them, or all by maximum likelihood.
    level : float
        Of the interval.

    Returns
    -------
    Polychoric
        The correlation, the cuts, how well normal scales fit, and notes.

    Raises
    ------
    InputError
        For a method that is not known, columns of different lengths, or no pair.

    Notes
    -----
    Olsson (1979), Psychometrika 44, 443-460. Standard errors are from the expected information of all parameters at the
    estimate, for the two-step estimate too, whose own hardly differ (Olsson, section 4). Pairs count as independent.

    Examples
    --------
    >>> one, two = [0] * 61661 + [0] * 85 + [1] * 1610 + [1] * 20, [0] * 61661 + [1] * 85 + [0] * 1610 + [1] * 20
    >>> round(polychoric(one, two).correlation.estimate, 2)
    0.35
    """
    require_level(level)
    if method not in METHODS:
        raise InputError(f'There is no method "{method}". {did_you_mean(method, METHODS)}')
    first, second = aligned(first=first, second=second)
    one, two = (finite_numbers(v, name).reshape(-1) for v, name in ((first, "first"), (second, "second")))
    require_same_length(first=len(one), second=len(two))
    both = ~(np.isnan(one) | np.isnan(two))
    if not both.any():
        raise InputError("No row has both scores. Give some that were scored twice.")
    table = counts_of(one[both], two[both])
    differ = int((one[both] != two[both]).sum())
    notes = list(notes_on_pairs(int(both.sum()), differ, None, level))
    if min(table.shape) < 2:
        words = "All of one of the scores are the same: nothing goes up or down with it."
        return Polychoric(
            unknown(), method, *cuts_of(table), int(both.sum()), float("nan"), (*notes, Note("one_category", words))
        )
    estimate, one_cuts, two_cuts = fitted(table, method)
    found = _with_interval(estimate, table, one_cuts, two_cuts, level)
    misfit = _misfit(table, one_cuts, two_cuts, estimate)
    if abs(estimate) >= MOST:
        words = "The scores are in perfect order, so the correlation has no interval: more pairs would tell it from 1."
        notes.append(Note("perfect_order", words))
    if misfit < SURPRISING:
        words = "Two normal scales would seldom make such a table: the correlation sums it up, no more."
        notes.append(Note("not_normal", words, {"p_value": misfit}))
    return Polychoric(found, method, one_cuts, two_cuts, int(both.sum()), misfit, tuple(notes))


def counts_of(one: Floats, two: Floats) -> Floats:
    """Return how often each two scores met, for the scores that were given, in order."""
    rows, row = np.unique(one, return_inverse=True)
    columns, column = np.unique(two, return_inverse=True)
    table = np.zeros((len(rows), len(columns)))
    np.add.at(table, (row, column), 1)
    return table


def cuts_of(table: Floats) -> tuple[Floats, Floats]:
    """Return where standard normal scales are cut to give the table's own margins."""
    shares = (np.cumsum(table.sum(axis=axis))[:-1] / table.sum() for axis in (1, 0))
    one, two = (np.asarray(stats.norm.ppf(share), dtype=np.float64) for share in shares)
    return one, two


def fitted(table: Floats, method: str) -> tuple[float, Floats, Floats]:
    """Return the correlation and both scores' cuts; the table has two rows and columns or more, none of them empty."""
    one, two = cuts_of(table)

    def fall(correlation: float) -> float:
        return -float((table * np.log(cell_chances(one, two, correlation))).sum())

    found = optimize.minimize_scalar(fall, bounds=(-MOST, MOST), method="bounded", options={"xatol": 1e-9})
    estimate = float(found.x)
    if abs(estimate) > MOST - 1e-4:
        return float(np.copysign(MOST, estimate)), one, two
    return (estimate, one, two) if method == "two_step" else _scored(table, estimate, one, two)


def _scored(table: Floats, correlation: float, one: Floats, two: Floats) -> tuple[float, Floats, Floats]:
    """Return the maximum likelihood by Fisher's scoring, from the two-step estimate; a step that loses is halved."""
    at = np.concatenate([[correlation], one, two])

    def parts(values: Floats) -> tuple[float, Floats, Floats]:
        return float(values[0]), values[1 : len(one) + 1], values[len(one) + 1 :]

    def gain(values: Floats) -> float:
        rho, rows, columns = parts(values)
        if abs(rho) >= MOST or (np.diff(rows) <= 0).any() or (np.diff(columns) <= 0).any():
            return -np.inf
        return float((table * np.log(cell_chances(rows, columns, rho))).sum())

    best = gain(at)
    for _ in range(STEPS):
        slopes, chances = _slopes(*parts(at)[1:], parts(at)[0])
        step = np.linalg.solve(table.sum() * (slopes / chances) @ slopes.T, slopes @ (table.reshape(-1) / chances))
        size = 1.0
        while size > 1e-6 and gain(at + size * step) < best:
            size /= 2
        new = gain(at + size * step)
        if new < best:
            break
        at, last, best = at + size * step, best, new
        if best - last < 1e-11 * abs(best):
            break
    return parts(at)


def _slopes(one: Floats, two: Floats, correlation: float) -> tuple[Floats, Floats]:
    chances = cell_chances(one, two, correlation).reshape(-1)
    return cell_slopes(one, two, correlation).reshape(-1, len(chances)), chances


def _with_interval(estimate: float, table: Floats, one: Floats, two: Floats, level: float) -> Coefficient:
    if abs(estimate) >= MOST:
        return unknown(estimate)
    slopes, chances = _slopes(one, two, estimate)
    covariance = np.linalg.inv(table.sum() * (slopes / chances) @ slopes.T)
    se = float(np.sqrt(covariance[0, 0]))
    reach = float(stats.norm.isf((1 - level) / 2)) * se / (1 - estimate**2)
    centre = np.arctanh(estimate)
    return Coefficient(estimate, se, float(np.tanh(centre - reach)), float(np.tanh(centre + reach)), float("inf"))


def _misfit(table: Floats, one: Floats, two: Floats, correlation: float) -> float:
    """Return the p-value of the likelihood ratio against a table of any shape."""
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1) - 1
    if freedom < 1:
        return float("nan")
    expected = table.sum() * cell_chances(one, two, correlation)
    seen = table > 0
    return float(stats.chi2.sf(2 * (table[seen] * np.log(table[seen] / expected[seen])).sum(), freedom))
