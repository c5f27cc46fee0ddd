"""Drift of scorers: whether the same families would be scored higher the later it gets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.agreement.coefficient import FEWEST_PAIRS, Coefficient, require_same_length, unknown
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.inference.multiplicity import holm
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned, as_series
from toolkit.stats.sample.codes import dense_codes, group_codes
from toolkit.stats.sample.numbers import finite_numbers
from toolkit.stats.variance.cluster_robust import clustered_covariance, least_squares

FEWEST_SCORES = 10
"""Of one scorer, for a slope of their own."""
FEWEST_SCORERS = 5


@dataclass(frozen=True, slots=True)
class OneScorer(Shown):
    """The slope of one scorer.

    Attributes
    ----------
    scorer : str
        Who.
    scores : int
        How many end scores it rests on.
    slope : Coefficient
        Points a year, with an interval for this scorer alone.
    p_value : float
        Of no slope, allowing for all the scorers looked at (Holm).
    drifts : bool
        Whether that is below 1 less the level.
    """

    scorer: str
    scores: int
    slope: Coefficient
    p_value: float
    drifts: bool


@dataclass(frozen=True, slots=True)
class ScorerDrift(Shown):
    """Slopes of end scores over time, given where families started.

    Attributes
    ----------
    pooled : Coefficient
        Points a year within scorers, all together; only scorers count as independent.
    against_other : Coefficient
        The same of a scorer's score less another's of the same day: services that get better move both, so only
        drift is left. Not a number without such scores.
    by_scorer : tuple of OneScorer
        Those with ten scores or more, in the order of their names: nobody is ranked.
    scores, scorers, double : int
        How many end scores, by how many, and how many of them another scored too.
    left_out : int
        Rows without an end score, a start, a time or a scorer.
    notes : tuple of Note
        What a slope can mean without double scores; few scorers.
    """

    pooled: Coefficient
    against_other: Coefficient
    by_scorer: tuple[OneScorer, ...]
    scores: int
    scorers: int
    double: int
    left_out: int
    notes: tuple[Note, ...]

    def tidy(self) -> pd.DataFrame:
        """Return one row a scorer: scores, slope, interval, adjusted p-value, whether they drift."""
        columns = ["scorer", "scores", "slope", "se", "low", "high", "p_value", "drifts"]
        rows = [
            (s.scorer, s.scores, s.slope.estimate, s.slope.se, s.slope.low, s.slope.high, s.p_value, s.drifts)
            for s in self.by_scorer
        ]
        return pd.DataFrame(rows, columns=columns)

    def summary(self) -> str:
        """Return it in a few lines, for a person."""
        lines = [f"End scores of like starters move by {self.pooled:+.2f} points a year within scorers."]
        if np.isfinite(self.against_other.estimate):
            lines.append(f"Against another's score of the same day: {self.against_other:+.2f} points a year.")
        return "\n".join([*lines, *self.notes])


def scorer_drift(
    last: ArrayLike,
    first: ArrayLike,
    when: ArrayLike,
    scorer: ArrayLike,
    *,
    other: ArrayLike | None = None,
    level: float = 0.95,
) -> ScorerDrift:
    """Return whether scorers' end scores drift over time.

    Parameters
    ----------
    last, first : array_like, shape (n,)
        End scores and the families' first scores, in points.
    when : array_like, shape (n,)
        When the end score was given, in years from any day.
    scorer : array_like, shape (n,)
        Who gave the end score.
    other : array_like, shape (n,), optional
        Another's independent end score of the same day; not a number where there is none.
    level : float
        Of the intervals; a scorer drifts where Holm's p-value is below 1 less it.

    Returns
    -------
    ScorerDrift
        The pooled slope, that against another's scores, and each scorer's.

    Raises
    ------
    InputError
        When columns differ in length or hold no numbers.

    Notes
    -----
    Least squares within scorers (each has a level of their own), with the first score as covariate; CR2 standard errors
    clustered by scorer (Bell and McCaffrey, 2002; Pustejovsky and Tipton, 2018). A scorer's own slope takes the first
    score's weight from all. Where first scores are the same scorer's and drift alike, the slope given the start is
    smaller than the drift; the one against another is not.
    """
    require_level(level)
    last, first, when, scorer, other = aligned(last=last, first=first, when=when, scorer=scorer, other=other)
    columns = {"last": last, "first": first, "when": when}
    end, start, time = (
        finite_numbers(values, name, "years since a day").reshape(-1) for name, values in columns.items()
    )
    names = as_series(scorer, "scorer")
    beside = np.full(len(end), np.nan) if other is None else finite_numbers(other, "other").reshape(-1)
    require_same_length(last=len(end), first=len(start), when=len(time), scorer=len(names), other=len(beside))
    whole = ~(np.isnan(end) | np.isnan(start) | np.isnan(time) | names.isna().to_numpy())
    if not whole.any():
        raise InputError("No row has an end score, a first score, a time and a scorer. Check that the columns belong.")
    kept = names[whole].reset_index(drop=True)
    codes, (y, x, t, z) = group_codes(kept, "scorer"), (v[whole] for v in (end, start, time, beside))
    pooled, weight = _within(y, np.column_stack([t, x]), codes, level)
    double = ~np.isnan(z)
    against = _within((y - z)[double], t[double][:, None], codes[double], level)[0] if double.sum() > 2 else unknown()
    by_name = kept.groupby(codes).first().astype(str)
    scorers = int(codes.max()) + 1
    return ScorerDrift(
        pooled=pooled,
        against_other=against if double.sum() >= FEWEST_PAIRS else unknown(),
        by_scorer=_each(y - weight * x, t, codes, by_name, level),
        scores=len(y),
        scorers=scorers,
        double=int(double.sum()),
        left_out=int((~whole).sum()),
        notes=_notes(scorers, int(double.sum())),
    )


def _within(outcome: Floats, columns: Floats, codes: Integers, level: float) -> tuple[Coefficient, float]:
    """Return the first column's slope within scorers, and the last's."""
    dense, groups = dense_codes(codes)
    size = np.bincount(dense)

    def centred(values: Floats) -> Floats:
        return np.asarray(values - (np.bincount(dense, weights=values) / size)[dense])

    y, design = centred(outcome), np.column_stack([centred(column) for column in columns.T])
    moves = (design**2).sum(axis=0) > 1e-12
    if not moves[0] or groups < 2:
        return unknown(), 0.0
    design = design[:, moves]
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return unknown(), 0.0
    parameters = design.shape[1] + groups
    fit = least_squares(design, y, np.ones(len(y)), np.arange(len(y)), parameters)
    contrast = np.zeros((1, design.shape[1]))
    contrast[0, 0] = 1.0
    got = clustered_covariance([fit], [contrast], [dense])
    slope, se = float(fit.coefficients[0]), float(np.sqrt(max(0.0, got.covariance[0, 0])))
    reach = float(stats.t.isf((1 - level) / 2, got.degrees_of_freedom)) * se
    found = Coefficient(slope, se, slope - reach, slope + reach, got.degrees_of_freedom)
    return found, float(fit.coefficients[-1]) if moves[-1] and columns.shape[1] > 1 else 0.0


def _each(outcome: Floats, time: Floats, codes: Integers, names: pd.Series, level: float) -> tuple[OneScorer, ...]:
    slopes: dict[int, tuple[int, Coefficient]] = {}
    for code in range(len(names)):
        own = codes == code
        count = int(own.sum())
        t, y = time[own] - time[own].mean(), outcome[own] - outcome[own].mean()
        spread = float((t**2).sum())
        if count < FEWEST_SCORES or spread <= 1e-12:
            continue
        slope = float(t @ y) / spread
        se = float(np.sqrt(((y - slope * t) ** 2).sum() / (count - 2) / spread))
        reach = float(stats.t.isf((1 - level) / 2, count - 2)) * se
        slopes[code] = count, Coefficient(slope, se, slope - reach, slope + reach, count - 2.0)
    tails = [
        2 * float(stats.t.sf(abs(s.estimate) / s.se, s.degrees_of_freedom)) if s.se > 0 else float(s.estimate == 0)
        for _, s in slopes.values()
    ]
    adjusted = holm(tails) if tails else np.zeros(0)
    return tuple(
        OneScorer(names.iloc[code], count, slope, float(p), bool(p < 1 - level))
        for (code, (count, slope)), p in zip(slopes.items(), adjusted, strict=True)
    )


def _notes(scorers: int, double: int) -> tuple[Note, ...]:
    notes = []
    if double < FEWEST_PAIRS:
        words = (
            f"{double} end scores were also given by another, fewer than {FEWEST_PAIRS}: families who truly end better "
            "than before, and scorers who grow kinder, look the same here. Have end scores given twice."
        )
        notes.append(Note("no_second_scorer", words, {"double": double, "fewest": FEWEST_PAIRS}))
    if scorers < FEWEST_SCORERS:
        words = f"There are {scorers} scorers only, so what holds for scorers as such is known badly or not at all."
        notes.append(Note("few_scorers", words, {"scorers": scorers}))
    return tuple(notes)
