"""A synthetic control: the mixture of units not treated that was most like the treated one, and how far they part.

Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association 105, 493-505. How much each
predictor counts is itself sought, and that search has many local bests: it is begun from several places, and the
result says how many of them reached the best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.asked import shown, whole_problems, whole_table
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
    outcomes: ArrayLike,
    treated: int,
    before: int,
    *,
    predictors: ArrayLike | None = None,
    shift: bool = False,
    starts: int = 24,
    seed: int = 0,
) -> SyntheticControl:
    """Return the synthetic control of one unit.

    Parameters
    ----------
    outcomes : array_like, shape (t, u)
        By time and unit; whole.
    treated
        Which column was treated, counted from 0.
    before
        How many of the first times came before treatment.
    predictors : array_like, shape (k, u), optional
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
        Where a value is missing, no number or too large to be squared, there are fewer than two donors or times before,
        none after, a number is no whole one, or the arguments do not go together: all of these at once.
    """
    values, matched = _checked(outcomes, treated, before, predictors, shift, starts, seed)
    donors = np.delete(values, treated, axis=1)
    unit = values[:, treated]
    if matched is None:
        moved = float(shift)
        weights = nearest_mixture(
            unit[:before] - moved * unit[:before].mean(), donors[:before] - moved * donors[:before].mean(axis=0)
        )
        return _result(unit, donors, before, weights, np.empty(0), None, shift=shift)
    scale = matched.std(axis=1, ddof=1, keepdims=True)
    scaled = matched / np.where(scale > 0, scale, 1.0)
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


def checked_outcomes(outcomes: ArrayLike, treated: int, before: int) -> Floats:
    """Return the outcomes of a synthetic control as numbers, (t, u), or raise for everything that is wrong.

    Raises
    ------
    InputError
        Naming each.
    """
    problems: list[str] = []
    values = panel_of_outcomes(outcomes, before, problems)
    problems.extend(whole_problems("treated", treated, 0, None if values is None else values.shape[1] - 1))
    if values is None or problems:
        raise InputError("\n".join(problems))
    return values


def panel_of_outcomes(outcomes: ArrayLike, before: int, problems: list[str]) -> Floats | None:
    """Return outcomes by time and unit as numbers, or nothing; what is wrong with them is added to the problems."""
    values = whole_table(outcomes, "outcomes", problems)
    times = None if values is None else values.shape[0]
    if whole_problems("before", before, 2, None if times is None else times - 1):
        of = "" if times is None else f" of {times} times"
        problems.append(
            f"before is {shown(before)}{of}. Give a whole number: at least two times must come before treatment and "
            "one after."
        )
    if values is not None and values.shape[1] < 3:
        problems.append(
            f"outcomes has {values.shape[1]} units; a mixture needs the treated one and two donors or more."
        )
    return values


def _checked(
    outcomes: ArrayLike,
    treated: int,
    before: int,
    predictors: ArrayLike | None,
    shift: bool,
    starts: int,
    seed: int,
) -> tuple[Floats, Floats | None]:
    """Return outcomes and predictors as numbers, or raise for everything that is wrong with what was given."""
    problems: list[str] = []
    values = panel_of_outcomes(outcomes, before, problems)
    units = None if values is None else values.shape[1]
    problems.extend(whole_problems("treated", treated, 0, None if units is None else units - 1))
    problems.extend(whole_problems("starts", starts, 1))
    problems.extend(whole_problems("seed", seed, 0))
    matched = None
    if predictors is not None:
        matched = whole_table(predictors, "predictors", problems)
        if matched is not None and units is not None and matched.shape[1] != units:
            problems.append(f"predictors has shape {matched.shape}; give a row a predictor and {units} columns.")
        if shift:
            problems.append("shift goes with matching on every earlier time; give no predictors, or no shift.")
    if values is None or problems:
        raise InputError("\n".join(problems))
    return values, matched
