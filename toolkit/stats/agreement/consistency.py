"""Whether several dimensions of a score go together: Cronbach's alpha, and the alpha of the scales behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.agreement.coefficient import Coefficient, jackknife, unknown
from toolkit.stats.agreement.polychoric import counts_of, fitted
from toolkit.stats.agreement.rows import table_of
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown

FEWEST_ROWS = 50
BLOCKS = 20
"""Without clusters, so many parts of the rows are left out in turn."""
MOST_CATEGORIES = 12


@dataclass(frozen=True, slots=True)
class Consistency(Shown):
    """How far several dimensions say the same.

    Attributes
    ----------
    alpha : Coefficient
        Cronbach's, of the scores as they are.
    standardised : float
        Of scores with like spread, from their Pearson correlations.
    ordinal : Coefficient
        From polychoric correlations: of the scales behind the scores, not of scores as they are.
    correlations : ndarray, shape (k, k)
        The polychoric correlations.
    rows, left_out : int
        Rows with every dimension, and without one.
    notes : tuple of Note
        Few rows, a dimension that goes the other way or never differs, correlations that no three scales can have.
    """

    alpha: Coefficient
    standardised: float
    ordinal: Coefficient
    correlations: Floats
    rows: int
    left_out: int
    notes: tuple[Note, ...]

    def summary(self) -> str:
        """Return it in a few lines, for a person."""
        line = (
            f"The dimensions go together with an alpha of {self.alpha:.2f} (of the scales behind, {self.ordinal:.2f}), "
            f"from {self.rows:,} rows. That is not agreement between scorers."
        )
        return "\n".join([line, *self.notes])


def internal_consistency(items: ArrayLike, *, cluster: ArrayLike | None = None, level: float = 0.95) -> Consistency:
    """Return how far several dimensions, scored together, say the same.

    Parameters
    ----------
    items : array_like, shape (n, dimensions)
        Scores, all in one direction; rows with a gap are left out.
    cluster : array_like, shape (n,), optional
        Centres: intervals then take only these as independent.
    level : float
        Of the intervals.

    Returns
    -------
    Consistency
        Cronbach's alpha, the standardised and the ordinal one, with intervals and notes.

    Raises
    ------
    InputError
        When items are no table of two columns or more, have too many scores to be ordinal, or clusters do not fit.

    Notes
    -----
    Cronbach (1951), Psychometrika 16, 297-334; Feldt's interval (1965), Psychometrika 30, 357-370. Ordinal alpha:
    Zumbo, Gadermann and Zeisser (2007), Journal of Modern Applied Statistical Methods 6, 21-29; its interval, and with
    clusters both, by leaving out each cluster, or each of 20 parts of the rows, in turn. It tells how scores would go
    together were they not in steps, so it is the larger one and says nothing of a total of the scores as they are
    (Chalmers, 2018, Educational and Psychological Measurement 78, 1056-1071).
    """
    require_level(level)
    table, groups = table_of(items, cluster, "items", "dimension")
    whole = ~np.isnan(table).any(axis=1)
    rows = table[whole]
    most = max((len(np.unique(column)) for column in rows.T), default=0)
    if most > MOST_CATEGORIES:
        raise InputError(f"A dimension has {most} different scores, more than {MOST_CATEGORIES}: it is not ordinal.")
    notes = _notes(rows)
    if any(note.code in ("one_category", "no_rows") for note in notes):
        gaps = np.full((table.shape[1], table.shape[1]), np.nan)
        return Consistency(unknown(), float("nan"), unknown(), gaps, len(rows), int((~whole).sum()), notes)
    codes = np.arange(len(rows)) % BLOCKS if groups is None else groups[whole]
    correlations = polychoric_matrix(rows)
    if np.linalg.eigvalsh(correlations)[0] < 0:
        words = (
            "The polychoric correlations fit no set of scales (rows are too few): do not build on the ordinal alpha."
        )
        notes = (*notes, Note("not_a_correlation_matrix", words))

    def plain(keep: Booleans) -> float:
        return alpha_of(np.atleast_2d(np.cov(rows[keep].T)))

    def ordinal(keep: Booleans) -> float:
        return alpha_of(polychoric_matrix(rows[keep]))

    return Consistency(
        alpha=_feldt(rows, level) if groups is None else jackknife(plain, codes, level),
        standardised=alpha_of(np.atleast_2d(np.corrcoef(rows.T))),
        ordinal=jackknife(ordinal, codes, level),
        correlations=correlations,
        rows=len(rows),
        left_out=int((~whole).sum()),
        notes=notes,
    )


def alpha_of(covariance: Floats) -> float:
    """Return Cronbach's alpha of a covariance matrix, shape (k, k)."""
    k, total = len(covariance), float(covariance.sum())
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total) if total > 0 else float("nan")


def polychoric_matrix(rows: Floats) -> Floats:
    """Return the two-step polychoric correlation of each two columns, shape (k, k); not a number for constants."""
    size = rows.shape[1]
    found = np.eye(size)
    for one in range(size):
        for two in range(one):
            table = counts_of(rows[:, one], rows[:, two])
            found[one, two] = fitted(table, "two_step")[0] if min(table.shape) > 1 else np.nan
            found[two, one] = found[one, two]
    return found


def _feldt(rows: Floats, level: float) -> Coefficient:
    n, k = rows.shape
    estimate, tail = alpha_of(np.cov(rows.T)), (1 - level) / 2
    if not np.isfinite(estimate) or estimate >= 1:
        return unknown(estimate)
    low = 1 - (1 - estimate) * float(stats.f.isf(tail, n - 1, (n - 1) * (k - 1)))
    high = 1 - (1 - estimate) * float(stats.f.ppf(tail, n - 1, (n - 1) * (k - 1)))
    return Coefficient(estimate, (high - low) / (2 * float(stats.norm.isf(tail))), low, high, float("inf"))


def _notes(rows: Floats) -> tuple[Note, ...]:
    if len(rows) < 2:
        return (
            Note("no_rows", "Fewer than two rows have every dimension, so nothing can be told.", {"rows": len(rows)}),
        )
    notes = []
    if len(rows) < FEWEST_ROWS:
        words = f"Only {len(rows)} rows have every dimension: with fewer than {FEWEST_ROWS} alpha is known badly."
        notes.append(Note("few_rows", words, {"rows": len(rows), "fewest": FEWEST_ROWS}))
    fixed: Integers = np.flatnonzero(np.ptp(rows, axis=0) == 0)
    if len(fixed):
        words = f"Dimension number {fixed[0] + 1} has the same score in every row. Leave it out: it cannot go with any."
        return (*notes, Note("one_category", words, {"column": int(fixed[0]) + 1}))
    from_mean = rows - rows.mean(axis=0)
    rest = from_mean.sum(axis=1)[:, None] - from_mean
    turned = [int(place) for place in np.flatnonzero((from_mean * rest).sum(axis=0) < 0)]
    if turned:
        words = (
            f"Dimension number {turned[0] + 1} falls where the others rise. Turn it round if its scale runs the other "
            "way."
        )
        notes.append(Note("runs_the_other_way", words, {"column": turned[0] + 1, "columns": len(turned)}))
    return tuple(notes)
