"""The effect in each group and period: units that start together, at one time, against those that have not started.

Callaway and Sant'Anna (2021), Journal of Econometrics 225, 200-230, equations 2.8 and 2.9 without covariates, computed
by the library diff-diff. Everything after that (averages, standard errors for few units) is ours.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.event_study.panel import NEVER, Panel
from toolkit.stats.notes.shown import Shown

Controls = Literal["never", "not_yet"]
LIBRARY_NAMES = {"never": "never_treated", "not_yet": "not_yet_treated"}


@dataclass(frozen=True, slots=True)
class Cells(Shown):
    """Effects by group and period, each against the group's last period before it started.

    Attributes
    ----------
    group, period : ndarray, shape (c,)
        Places among the panel's periods: the group's start, and when. The period before the start is not among them.
    effect, se : ndarray, shape (c,)
        In the outcome's unit; the standard error for many units.
    treated, comparison : ndarray, shape (c,)
        Units on either side.
    of_treated, of_comparison : ndarray, shape (u, c)
        Each unit's part in the effect's error, as one treated and as one compared with.
    """

    group: Integers
    period: Integers
    effect: Floats
    se: Floats
    treated: Integers
    comparison: Integers
    of_treated: Floats
    of_comparison: Floats

    @property
    def since(self) -> Integers:
        """Periods since the start, 0 in the first treated one."""
        return np.asarray(self.period - self.group)


def cells_of(panel: Panel, controls: Controls) -> Cells:
    """Return the effects of every group and period.

    Parameters
    ----------
    panel : Panel
        With one group that starts, and comparison units, at least.
    controls : {"never", "not_yet"}
        Whether a group is compared with units that never start, or with all that have not started yet.

    Raises
    ------
    InputError
        When the effects cannot be worked out.
    """
    fitted = _fitted(panel, controls)
    # The library holds each unit's part in an estimate in a place of its own that is not public: the version is pinned,
    # and tests against R's figures would fail if it moved.
    parts = fitted._aggregation_kit.influence
    found = [
        (int(group) - 1, int(period) - 1, cell, parts[group, period])
        for (group, period), cell in fitted.group_time_effects.items()
        if cell["n_control"] > 0 and np.isfinite(cell["se"])
    ]
    found.sort(key=lambda one: one[:2])
    units, count = len(panel.starts), len(found)
    of_treated, of_comparison = np.zeros((units, count)), np.zeros((units, count))
    for place, (_, _, _, part) in enumerate(found):
        of_treated[part["treated_idx"], place] = part["treated_inf"]
        of_comparison[part["control_idx"], place] = part["control_inf"]
    return Cells(
        group=np.array([one[0] for one in found], dtype=np.intp),
        period=np.array([one[1] for one in found], dtype=np.intp),
        effect=np.array([float(one[2]["effect"]) for one in found]),
        se=np.array([float(one[2]["se"]) for one in found]),
        treated=np.array([int(one[2]["n_treated"]) for one in found], dtype=np.intp),
        comparison=np.array([int(one[2]["n_control"]) for one in found], dtype=np.intp),
        of_treated=of_treated,
        of_comparison=of_comparison,
    )


def _fitted(panel: Panel, controls: Controls) -> Any:
    from diff_diff import CallawaySantAnna

    units, periods = panel.outcomes.shape
    table = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(units), periods),
            "period": np.tile(np.arange(1, periods + 1), units),
            "start": np.repeat(np.where(panel.starts == NEVER, 0, panel.starts + 1), periods),
            "outcome": panel.outcomes.ravel(),
        }
    )
    estimator = CallawaySantAnna(
        control_group=LIBRARY_NAMES[controls], estimation_method="reg", base_period="universal", cband=False
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it warns of, the panel's checks and our notes say in our words
            return estimator.fit(table, outcome="outcome", unit="unit", time="period", first_treat="start")
    except (ValueError, ArithmeticError, KeyError, IndexError, np.linalg.LinAlgError) as error:
        raise InputError(
            "The effects cannot be worked out from these units and starts: some group has nothing to be compared with. "
            "Give more units that never start, or longer series."
        ) from error
