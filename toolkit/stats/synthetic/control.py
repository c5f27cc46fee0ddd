"""A synthetic control: the mixture of units not treated that was most like the treated one, and how far they part.

Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association 105, 493-505. How much each
predictor counts is itself sought, and that search has many local bests: it is begun from several places, and the
result says how many of them reached the best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.synthetic.weights import nearest_mixture

SAME_LOSS = 1.01  # a start whose root mean square is within 1% of the best is said to have reached it
STEPS_FOR_EACH_PREDICTOR = 150
LONGEST_EXPONENT = 30.0


@dataclass(frozen=True, slots=True)
class SyntheticControl(Shown):
    """The mixture found, and by how much the treated unit parted from it.

    Attributes
    ----------
    weights : ndarray, shape (d,)
        Of each donor; none below 0, adding to 1.
    importances : ndarray, shape (k,)
        Of each predictor, adding to 1; empty where every earlier time was matched instead.
    gaps : ndarray, shape (t,)
        The treated unit less the mixture (less `shift`) at every time, in the outcome's unit.
    shift
        The constant by which the unit lies above the mixture before; 0 unless it was asked for.
    before_rmse, after_rmse
        Root mean square of the gaps at times before and from treatment on.
    losses : ndarray, shape (s,)
        `before_rmse` as each start ended, in order of starts.
    """

    weights: Floats
    importances: Floats
    gaps: Floats
    shift: float
    before_rmse: float
    after_rmse: float
    losses: Floats

    @property
    def reached_best(self) -> int:
        """How many starts ended within 1% of the best loss."""
        return int(np.sum(self.losses <= self.losses.min() * SAME_LOSS))

    @property
    def ratio(self) -> float:
        """How many times as large gaps are after as before: what placebos are ranked by; infinite for a perfect fit."""
        return self.after_rmse / self.before_rmse if self.before_rmse > 0 else float("inf")


def synthetic_control(
    outcomes: Floats,
    treated: int,
    before: int,
    *,
    predictors: Floats | None = None,
    shift: bool = False,
    starts: int = 24,
    seed: int = 0,
) -> SyntheticControl:
    """Return the synthetic control of one unit.

    Parameters
    ----------
    outcomes : ndarray, shape (t, u)
        By time and unit; whole.
    treated
        Which column was treated.
    before
        How many of the first times came before treatment.
    predictors : ndarray, shape (k, u), optional
        What units are matched on, in any units: each is divided by its spread. Without them, the outcome at every
        time before, each counting alike: a problem with one best, for which `starts` says nothing.
    shift
        Whether the unit may lie above or below the mixture by a constant (Doudchenko and Imbens, 2016): matched then
        is how outcomes moved around their mean before. Not together with `predictors`.
    starts, seed
        From how many places the importances of predictors are sought, and the seed that draws them.

    Raises
    ------
    InputError
        Where a value is missing or not finite, there are fewer than two donors or times before, none after, or the
        arguments do not go together: all of these at once.
    """
    _checked(outcomes, treated, before, predictors, shift, starts)
    donors = np.delete(outcomes, treated, axis=1)
    unit = outcomes[:, treated]
    if predictors is None:
        moved = float(shift)
        weights = nearest_mixture(
            unit[:before] - moved * unit[:before].mean(), donors[:before] - moved * donors[:before].mean(axis=0)
        )
        return _result(unit, donors, before, weights, np.empty(0), None, shift=shift)
    scale = predictors.std(axis=1, ddof=1, keepdims=True)
    scaled = predictors / np.where(scale > 0, scale, 1.0)
    search = _Search(unit[:before], donors[:before], scaled[:, treated], np.delete(scaled, treated, axis=1))
    found = [search.best_from(start) for start in _places(len(scaled), starts, seed)]
    losses = np.array([search.loss(logs) for logs in found])
    best = found[int(np.argmin(losses))]
    return _result(unit, donors, before, search.weights(best), _importances(best), losses, shift=False)


@dataclass(frozen=True, slots=True)
class _Search(Shown):
    """What the importances of predictors are judged by: the outcome before treatment."""

    unit: Floats
    donors: Floats
    target: Floats
    sources: Floats

    def weights(self, logs: Floats) -> Floats:
        root = np.sqrt(_importances(logs))
        return nearest_mixture(root * self.target, root[:, None] * self.sources)

    def loss(self, logs: Floats) -> float:
        return _rmse(self.unit - self.donors @ self.weights(logs))

    def best_from(self, start: Floats) -> Floats:
        steps = STEPS_FOR_EACH_PREDICTOR * len(start)
        found = optimize.minimize(
            self.loss,
            start,
            method="Nelder-Mead",
            options={"maxfev": steps, "xatol": 1e-3, "fatol": 1e-5, "adaptive": True},
        )
        return np.asarray(found.x, dtype=np.float64)


def _places(predictors: int, starts: int, seed: int) -> list[Floats]:
    """Return where the search begins: all alike first, then drawn, some predictors counting far more than others."""
    rng = np.random.default_rng(seed)
    return [np.zeros(predictors), *(rng.normal(0.0, 3.0, predictors) for _ in range(starts - 1))]


def _importances(logs: Floats) -> Floats:
    spread = np.exp(np.maximum(logs - logs.max(), -LONGEST_EXPONENT))
    return np.asarray(spread / spread.sum(), dtype=np.float64)


def _result(
    unit: Floats,
    donors: Floats,
    before: int,
    weights: Floats,
    importances: Floats,
    losses: Floats | None,
    *,
    shift: bool,
) -> SyntheticControl:
    gaps = unit - donors @ weights
    constant = float(gaps[:before].mean()) if shift else 0.0
    gaps = gaps - constant
    before_rmse = _rmse(gaps[:before])
    return SyntheticControl(
        weights=weights,
        importances=importances,
        gaps=gaps,
        shift=constant,
        before_rmse=before_rmse,
        after_rmse=_rmse(gaps[before:]),
        losses=np.array([before_rmse]) if losses is None else losses,
    )


def _rmse(gaps: Floats) -> float:
    return float(np.sqrt(np.mean(gaps**2)))


def checked_outcomes(outcomes: Floats, treated: int, before: int) -> None:
    """Raise for everything that is wrong with the outcomes of a synthetic control.

    Raises
    ------
    InputError
        Naming each.
    """
    if problems := _wrong_outcomes(outcomes, treated, before):
        raise InputError("\n".join(problems))


def _checked(outcomes: Floats, treated: int, before: int, predictors: Floats | None, shift: bool, starts: int) -> None:
    """Raise for everything that is wrong with what was given."""
    problems = _wrong_outcomes(outcomes, treated, before)
    if starts < 1:
        problems.append(f"starts is {starts}; give 1 or more.")
    if predictors is not None and outcomes.ndim == 2:
        problems.extend(_wrong_predictors(predictors, outcomes.shape[1], shift))
    if problems:
        raise InputError("\n".join(problems))


def _wrong_outcomes(outcomes: Floats, treated: int, before: int) -> list[str]:
    if outcomes.ndim != 2:
        return [f"outcomes has {outcomes.ndim} dimensions; give times in rows and units in columns."]
    times, units = outcomes.shape
    problems = []
    if not np.isfinite(outcomes).all():
        time, unit = np.argwhere(~np.isfinite(outcomes))[0]
        problems.append(
            f"outcomes has no finite value at row {time}, column {unit}; leave out units that are not whole."
        )
    if units < 3:
        problems.append(f"outcomes has {units} units; a mixture needs the treated one and two donors or more.")
    if not 0 <= treated < units:
        problems.append(f"treated is {treated}; give a column from 0 to {units - 1}.")
    if not 2 <= before < times:
        problems.append(f"before is {before} of {times} times; at least two must come before treatment and one after.")
    return problems


def _wrong_predictors(predictors: Floats, units: int, shift: bool) -> list[str]:
    problems = []
    if predictors.ndim != 2 or predictors.shape[1] != units:
        problems.append(f"predictors has shape {predictors.shape}; give a row a predictor and {units} columns.")
    elif not np.isfinite(predictors).all():
        row, unit = np.argwhere(~np.isfinite(predictors))[0]
        problems.append(f"predictors has no finite value at row {row}, column {unit}; leave the unit or predictor out.")
    if shift:
        problems.append("shift goes with matching on every earlier time; give no predictors, or no shift.")
    return problems
