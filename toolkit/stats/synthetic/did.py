"""Synthetic difference-in-differences: a mixture of units and of times that moved as the treated ones did before.

Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), American Economic Review 111, 4088-4118, computed by the
library diff-diff. Beside it stands the plain difference in differences, in which every unit and time counts alike.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.t_estimate import TEstimate, is_rounding
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.asked import shown, whole_problems
from toolkit.stats.synthetic.control import panel_of_outcomes

FEWEST_DONORS = 20
POOR_FIT = 0.05
UNEVEN = 3.0
"""Spread of the donor that varies more than nine in ten, over that of the one that varies more than one in ten."""


@dataclass(frozen=True, slots=True)
class SyntheticDid(Shown):
    """The effect of a treatment that some units got at one time, all others never.

    Attributes
    ----------
    effect : TEstimate
        In the outcome's unit, mean of the times after; its standard error is the spread of placebos, with one degree of
        freedom fewer than there are donors.
    difference_in_differences : float
        The same with all units and times counting alike.
    unit_weights : ndarray, shape (d,)
        Of each donor, adding to 1.
    time_weights : ndarray, shape (b,)
        Of each time before, adding to 1.
    placebos : ndarray, shape (p,)
        The effect found where donors drawn at random are taken for treated.
    p_value : float
        The share of placebos as far from 0, the effect itself among them.
    before_rmse : float
        Root mean square of the treated units' distance from the mixture before, its constant part taken off.
    notes : tuple of Note
        What a reader must know.
    """

    effect: TEstimate
    difference_in_differences: float
    unit_weights: Floats
    time_weights: Floats
    placebos: Floats
    p_value: float
    before_rmse: float
    notes: tuple[Note, ...]

    def summary(self, level: float = 0.95) -> str:
        """Return the effect in a line, for a person."""
        low, high = self.effect.interval(level)
        return "\n".join(
            [
                f"Effect {self.effect.estimate:.2f} ({round(100 * level)}% interval {low:.2f} to {high:.2f}); "
                f"plain difference in differences {self.difference_in_differences:.2f}.",
                *self.notes,
            ]
        )


def synthetic_did(
    outcomes: ArrayLike, treated: int | Sequence[int], before: int, *, placebos: int = 200, seed: int = 0
) -> SyntheticDid:
    """Return the synthetic difference-in-differences of units treated at one time.

    Parameters
    ----------
    outcomes : array_like, shape (t, u)
        By time and unit; whole.
    treated : int or sequence of int
        Which columns were treated, counted from 0.
    before : int
        How many of the first times came before treatment.
    placebos, seed : int
        How many placebos the standard error is made of, and the seed that draws them.

    Returns
    -------
    SyntheticDid
        The effect, weights, placebos and notes.

    Raises
    ------
    InputError
        With everything that is wrong: values missing, too few times or donors, columns that are not there;
        or where donors are alike, so that no standard error can be had.

    Notes
    -----
    The placebo standard error (the paper's algorithm 4) holds where donors vary as treated units do. A unit picked
    because its outcome had risen does not: its placebos reject too often, and nothing here corrects for the choice.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> sales = rng.normal(0, 1, 30) + np.arange(16)[:, None] + rng.normal(0, 0.2, (16, 30))
    >>> sales[10:, 4] -= 3
    >>> found = synthetic_did(sales, 4, 10, placebos=40)
    >>> low, high = found.effect.interval()
    >>> bool(low < -3 < high)
    True
    """
    values, columns = _checked(outcomes, treated, before, placebos, seed)
    found = _fitted(values, columns, before, placebos, seed)
    donors = np.delete(values, columns, axis=1)
    unit = values[:, columns].mean(axis=1)
    moved = unit - donors.mean(axis=1)
    drawn = np.asarray(found.variance_effects, dtype=np.float64)
    if not len(drawn) or not np.isfinite(found.se) or is_rounding(float(found.se), values):
        raise InputError(
            "No placebo gave an effect beside another: donors are alike but for rounding, so the effect has no "
            "standard error. Give units that vary."
        )
    names = range(values.shape[1])
    return SyntheticDid(
        effect=TEstimate(float(found.att), float(found.se), float(donors.shape[1] - 1)),
        difference_in_differences=float(moved[before:].mean() - moved[:before].mean()),
        unit_weights=np.array([float(found.unit_weights.get(name, 0.0)) for name in names if name not in columns]),
        time_weights=np.array([float(found.time_weights[time]) for time in range(before)]),
        placebos=drawn,
        p_value=float((1 + (np.abs(drawn) >= abs(found.att)).sum()) / (1 + len(drawn))),
        before_rmse=float(found.pre_treatment_fit),
        notes=_notes(donors[:before], found.pre_fit_placebo_pvalue),
    )


def _fitted(values: Floats, columns: Any, before: int, placebos: int, seed: int) -> Any:
    from diff_diff import SyntheticDiD

    times, units = values.shape
    table = pd.DataFrame(
        {
            "time": np.repeat(np.arange(times), units),
            "unit": np.tile(np.arange(units), times),
            "treated": np.tile(np.isin(np.arange(units), columns).astype(int), times),
            "outcome": values.ravel(),
        }
    )
    estimator = SyntheticDiD(variance_method="placebo", n_bootstrap=placebos, seed=seed)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it warns of is checked before, or is a note
            return estimator.fit(
                table, "outcome", "treated", unit="unit", time="time", post_periods=list(range(before, times))
            )
    except (ValueError, ArithmeticError, KeyError, IndexError, np.linalg.LinAlgError) as error:
        raise InputError(
            "The effect cannot be worked out from these units and times. Leave out units that never vary, or give more."
        ) from error


def _notes(before: Floats, rank_of_fit: float | None) -> tuple[Note, ...]:
    """Return notes on donors, (b, d) before treatment, and on how the mixture's fit ranks."""
    donors = before.shape[1]
    notes = []
    if donors < FEWEST_DONORS:
        words = f"{donors} units are left to compare with: the spread of so few placebos is itself not well known."
        notes.append(Note("few_donors", words, {"donors": donors}))
    steps = np.diff(before - before.mean(axis=1, keepdims=True), axis=0)
    least, most = np.quantile(steps.std(axis=0), [0.1, 0.9]) if len(steps) > 1 else (1.0, 1.0)
    if most > UNEVEN * least:
        words = (
            "Units vary unevenly from one time to the next. The standard error takes the treated ones to vary as the "
            "others do on average; where they do not, it is too small or too large."
        )
        notes.append(Note("units_vary_unevenly", words, {"least": float(least), "most": float(most)}))
    if rank_of_fit is not None and rank_of_fit <= POOR_FIT:
        words = (
            "The mixture follows the treated units before worse than mixtures of other units follow others: what it "
            "says of the time after is doubtful."
        )
        notes.append(Note("poor_fit_before", words, {"rank": float(rank_of_fit)}))
    return tuple(notes)


def _checked(
    outcomes: ArrayLike, treated: int | Sequence[int], before: int, placebos: int, seed: int
) -> tuple[Floats, Integers]:
    """Return the outcomes as numbers and the columns treated, or raise for everything that is wrong."""
    problems: list[str] = []
    values = panel_of_outcomes(outcomes, before, problems)
    given = list(treated) if isinstance(treated, Sequence | np.ndarray) and np.ndim(treated) == 1 else [treated]
    units = None if values is None else values.shape[1]
    wrong = any(whole_problems("treated", one, 0, None if units is None else units - 1) for one in given)
    if wrong or not given or len(set(given)) != len(given):
        last = "" if units is None else f" to {units - 1}"
        problems.append(f"treated is {shown(treated)}. Give whole numbers: different columns from 0{last}.")
    elif units is not None and units - len(given) < max(3, len(given) + 1):
        problems.append(
            f"{units - len(given)} units are left to compare with; three are needed, and more than are treated."
        )
    problems.extend(whole_problems("placebos", placebos, 2))
    problems.extend(whole_problems("seed", seed, 0))
    if values is None or problems:
        raise InputError("\n".join(problems))
    return values, np.array(given, dtype=np.intp)
