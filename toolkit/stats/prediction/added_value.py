"""What a score tells of an outcome beyond what is known without it: cross-validated, clustered, one question at a time.

Two questions are kept apart, as Pepe and others (2013, Statistics in Medicine 32, 1467-1482) advise. *Does it tell
anything?* is asked of the score's coefficient beside all that is known: where it is nought no measure of prediction can
rise, and a test of a rise itself is far blunter. *How much?* is the rise of the area under the curve among clusters
that neither model has seen, with the largest rise that the data still fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.agreement.coefficient import Coefficient, unknown
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown
from toolkit.stats.prediction.clusters import weighted_mean, whole_folds, with_interval
from toolkit.stats.prediction.discrimination import concordance, influence_of_concordance
from toolkit.stats.prediction.ridge import chances, fit_ridge
from toolkit.stats.regression.least_squares import LinearFit
from toolkit.stats.variance.cluster_robust import clustered_covariance

PENALTY = 4.0
"""Of a column in standard deviations: a prior standard deviation of half a log odds a standard deviation. Fixed, not
chosen by the data, so that nothing is tuned on the outcome."""


@dataclass(frozen=True, slots=True)
class AddedValue(Shown):
    """What a score adds to what is known.

    Attributes
    ----------
    slope : Coefficient
        Log odds of the outcome for a point of the score, given what is known.
    known, both, score : Coefficient
        Area under the curve of what is known, of it with the score, and of the score alone (its sign by the fit), each
        in clusters that had no part in its fit.
    rise : Coefficient
        Of the area under the curve, from what is known to both.
    largest_rise : float
        The largest the data fit: the upper end of `rise`, or what the model expects at that end of the slope's interval
        which tells more, whichever is larger.
    brier, log_score : Coefficient
        By how much the mean squared error falls, and the mean log likelihood rises; above 0 is better.
    linear : ndarray, shape (n, 2)
        Each row's log odds by a fit that had not seen its cluster, without and with the score, averaged over repeats.
    rows, events, clusters : int
        Rows that count, those of them with the outcome, and clusters.
    """

    slope: Coefficient
    known: Coefficient
    both: Coefficient
    score: Coefficient
    rise: Coefficient
    largest_rise: float
    brier: Coefficient
    log_score: Coefficient
    linear: Floats
    rows: int
    events: int
    clusters: int


def added_value(
    outcome: Floats,
    known: Floats,
    score: Floats,
    cluster: Integers,
    *,
    weights: Floats | None = None,
    folds: int = 10,
    repeats: int = 5,
    seed: int = 1,
    level: float = 0.95,
) -> AddedValue:
    """Return what a score tells of an outcome beyond what is known.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        0 or 1.
    known : ndarray, shape (n, p)
        What is known without the score; columns that never differ do no harm.
    score : ndarray, shape (n,)
        The score, in points.
    cluster : ndarray, shape (n,)
        Codes from 0 without gaps: only these are taken as independent, and folds keep them whole.
    weights : ndarray, shape (n,), optional
        What rows stand for; rows of weight 0 do not count.
    folds, repeats : int
        Parts that are left out in turn, and how often the parts are drawn.
    seed : int
        Decides the parts.
    level : float
        Of the intervals.

    Returns
    -------
    AddedValue
        With not a number for whatever the data are too few for: two clusters, or a row of each outcome in a fold.

    Raises
    ------
    InputError
        When rows differ in number, or there are fewer than two clusters, rows with the outcome or without it.
    """
    require_level(level)
    load = np.ones(len(outcome)) if weights is None else weights
    _require(outcome, known, score, cluster, load)
    columns = standardised(known)
    rng = np.random.default_rng(seed)
    slope, largest = _slope(outcome, columns, score, cluster, load, level)
    drawn = [whole_folds(cluster, outcome, folds, rng) for _ in range(repeats)]
    parts = [_cross_validated(outcome, columns, score, load, fold) for fold in drawn]
    areas = np.mean([part.areas for part in parts], axis=0)
    influence = np.mean([part.influence for part in parts], axis=0)
    linear = np.mean([part.linear for part in parts], axis=0)[:, :2]
    known_area, both, alone = (
        with_interval(float(areas[place]), influence[:, place], load, cluster, level, is_share=True)
        for place in range(3)
    )
    rise = with_interval(float(areas[1] - areas[0]), influence[:, 1] - influence[:, 0], load, cluster, level)
    losses = [losses_of(outcome, chances(column)) for column in linear.T]
    counts = load > 0
    return AddedValue(
        slope=slope,
        known=known_area,
        both=both,
        score=alone,
        rise=rise,
        largest_rise=max((end for end in (rise.high, largest) if np.isfinite(end)), default=float("nan")),
        brier=weighted_mean(losses[0][0] - losses[1][0], load, cluster, level),
        log_score=weighted_mean(losses[0][1] - losses[1][1], load, cluster, level),
        linear=linear,
        rows=int(counts.sum()),
        events=int(outcome[counts].sum()),
        clusters=len(np.unique(cluster[counts])),
    )


def standardised(columns: Floats) -> Floats:
    """Return columns about their means in standard deviations, without those that never differ."""
    spread = columns.std(axis=0)
    moves = spread > 1e-12
    return np.asarray((columns[:, moves] - columns[:, moves].mean(axis=0)) / spread[moves], dtype=np.float64)


def losses_of(outcome: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """Return each row's squared error and minus its log likelihood."""
    sure = np.clip(chance, 1e-9, 1 - 1e-9)
    return (outcome - chance) ** 2, -(outcome * np.log(sure) + (1 - outcome) * np.log1p(-sure))


@dataclass(frozen=True, slots=True)
class _Part(Shown):
    """One drawing of folds: areas, influences (n, 3) and log odds (n, 3) of the known, of both and of the score."""

    areas: Floats
    influence: Floats
    linear: Floats


def _cross_validated(outcome: Floats, columns: Floats, score: Floats, load: Floats, fold: Integers) -> _Part:
    one = np.ones((len(outcome), 1))
    points = standardised(score[:, None])
    designs = [np.hstack(parts) for parts in ([one, columns], [one, columns, points], [one, points])]
    linear = np.zeros((len(outcome), 3))
    for place, design in enumerate(designs):
        penalty = np.full(design.shape[1], PENALTY)
        penalty[0] = 0.0
        whole, _ = fit_ridge(design, outcome, load, penalty)
        for out in np.unique(fold):
            held = fold == out
            beta = _fitted_without(held, design, outcome, load, penalty, whole)
            linear[held, place] = design[held] @ beta
    found = [influence_of_concordance(column, outcome, load, fold) for column in linear.T]
    return _Part(np.array([area for area, _ in found]), np.column_stack([each for _, each in found]), linear)


def _fitted_without(
    held: Booleans, design: Floats, outcome: Floats, load: Floats, penalty: Floats, start: Floats
) -> Floats:
    """Return the coefficients of the rows that are not held out; a constant alone where they have one outcome only."""
    rest = ~held
    share = float(load[rest] @ outcome[rest]) / max(float(load[rest].sum()), 1e-300)
    if not 0 < share < 1:
        beta = np.zeros(design.shape[1])
        beta[0] = np.log(max(share, 1e-6) / max(1 - share, 1e-6))
        return beta
    return fit_ridge(design[rest], outcome[rest], load[rest], penalty, start)[0]


def _slope(
    outcome: Floats, columns: Floats, score: Floats, cluster: Integers, load: Floats, level: float
) -> tuple[Coefficient, float]:
    """Return the score's free coefficient beside what is known, and the largest rise that its interval holds."""
    if np.ptp(score[load > 0]) == 0:
        return unknown(), float("nan")
    design = np.hstack([np.ones((len(outcome), 1)), columns, score[:, None] - score.mean()])
    penalty = np.full(design.shape[1], PENALTY)
    penalty[[0, -1]] = 0.0
    try:
        beta, information = fit_ridge(design, outcome, load, penalty)
    except InputError:  # the score all but decides the outcome: the slope has no end
        return unknown(), float("nan")
    chance = chances(design @ beta)
    root = np.sqrt(load * chance * (1 - chance))
    fit = LinearFit(
        design=design * root[:, None],
        residual=np.sqrt(load) * (outcome - chance) / np.sqrt(chance * (1 - chance)),
        bread=np.linalg.inv(information),
        coefficients=beta,
        parameters=design.shape[1],
        rows=np.arange(len(outcome)),
    )
    contrast = np.zeros((1, design.shape[1]))
    contrast[0, -1] = 1.0
    got = clustered_covariance([fit], [contrast], [cluster], small_sample="CR2")
    se = float(np.sqrt(max(got.covariance[0, 0], 0.0)))
    reach = float(stats.t.isf((1 - level) / 2, got.degrees_of_freedom)) * se
    found = Coefficient(float(beta[-1]), se, float(beta[-1]) - reach, float(beta[-1]) + reach, got.degrees_of_freedom)
    rises = _rises(design @ beta, fit.design, root, float(beta[-1]), (found.low, found.high), load)
    return found, max(rises)


def _rises(
    linear: Floats, scaled: Floats, root: Floats, slope: float, ends: tuple[float, float], load: Floats
) -> Iterator[float]:
    """Yield the rise that a model expects of itself at each of two slopes, from what is known alone.

    The score is taken without what the known says of it, so that the known's own log odds stay as they are.
    """
    others, own = scaled[:, :-1], scaled[:, -1]
    share = np.linalg.lstsq(others, own, rcond=None)[0]
    left = np.divide(own - others @ share, root, out=np.zeros(len(own)), where=root > 0)
    base = linear - slope * left
    for end in ends:
        whole = base + end * left
        chance = chances(whole)
        cases, rest = load * chance, load * (1 - chance)
        yield concordance(whole, cases, rest) - concordance(base, cases, rest)


def _require(outcome: Floats, known: Floats, score: Floats, cluster: Integers, load: Floats) -> None:
    lengths = {"outcome": len(outcome), "known": len(known), "score": len(score), "cluster": len(cluster)}
    lengths["weights"] = len(load)
    if len(set(lengths.values())) > 1:
        raise InputError(f"Rows differ in number: {', '.join(f'{name} {n:,}' for name, n in lengths.items())}.")
    counts = load > 0
    events, rows, groups = int(outcome[counts].sum()), int(counts.sum()), len(np.unique(cluster[counts]))
    if min(events, rows - events) < 2 or groups < 2:
        raise InputError(
            f"Of {rows:,} rows in {groups:,} clusters {events:,} have the outcome. Expected two clusters or more, and "
            "two rows or more both with the outcome and without it."
        )
