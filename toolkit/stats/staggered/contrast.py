"""Who is compared with whom when units began on different days, and what weight each change has in the answer.

Around each start the units that began then are set against units that had not begun by the end of its window and those
that never did; a unit that had begun earlier is never a comparison, which is what biases a regression on unit and time
effects (Goodman-Bacon, 2021, Journal of Econometrics 225, 254-277; stacked as by Cengiz and others, 2019, Quarterly
Journal of Economics 134, 1405-1454). A change weighs by its precision, so that the answer is an average of the effects
on units that began, those that tell more weighing more; none weighs below nought. All is worked out for many
assignments of starts to units at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.staggered.changes import Changes, Windows

NEVER = -1
"""In an assignment, of a unit that never began."""


@dataclass(frozen=True, slots=True)
class Contrast(Shown):
    """The comparison under each of p assignments.

    Attributes
    ----------
    weights : ndarray, shape (p, u, e)
        Of each unit's change around each start; 0 for those left out.
    is_treated : ndarray, shape (p, u, e)
        Whether the unit began at that start.
    parts : ndarray, shape (p, u, e)
        What the effect is made of: it is the sum of parts times changes.
    """

    weights: Floats
    is_treated: Booleans
    parts: Floats

    def of(self, values: Floats) -> Floats:
        """Return the sum of parts times values, shape (p,)."""
        return np.asarray(np.einsum("pue,ue->p", self.parts, np.nan_to_num(values)), dtype=np.float64)


def contrast_of(
    assigned: Integers, changes: Changes, windows: Windows, variance: Floats, covariates: Floats
) -> Contrast:
    """Return the comparison under each assignment.

    Parameters
    ----------
    assigned : ndarray, shape (p, u)
        For each assignment, the place of each unit's start; `NEVER` for one that never began.
    changes, windows
        The units' changes and the starts' windows.
    variance : ndarray, shape (u, e)
        Of each change; its inverse is its weight.
    covariates : ndarray, shape (u, k)
        What units are made alike on, by regression within starts; k may be 0.
    """
    is_known = changes.is_known
    place = np.arange(is_known.shape[1])
    is_treated = (assigned[:, :, None] == place) & is_known
    never = int(max(windows.after_to.max(initial=0), windows.begins.max(initial=0))) + 1
    begins = np.append(windows.begins, never)[assigned]  # `NEVER` is the last
    is_control = (begins[:, :, None] >= windows.after_to) & ~is_treated & is_known
    precision = np.where(is_known, 1 / np.where(is_known, variance, 1.0), 0.0)
    of_treated, of_control = precision * is_treated, precision * is_control
    treated_sum, control_sum = of_treated.sum(axis=1), of_control.sum(axis=1)
    is_kept = (treated_sum > 0) & (control_sum > 0)
    weights = (of_treated + of_control) * is_kept[:, None, :]
    is_treated = is_treated & is_kept[:, None, :]
    return Contrast(weights, is_treated, _parts(weights, is_treated, covariates))


def _parts(weights: Floats, is_treated: Booleans, covariates: Floats) -> Floats:
    """Return each change's part in the coefficient of having begun, beside starts and covariates (Frisch and Waugh)."""
    total = weights.sum(axis=1)
    share = (weights * is_treated).sum(axis=1) / np.where(total > 0, total, 1.0)
    apart = np.where(weights > 0, is_treated - share[:, None, :], 0.0)
    if covariates.shape[1]:
        mean = np.einsum("pue,uk->pek", weights, covariates) / np.where(total > 0, total, 1.0)[:, :, None]
        centred = (covariates[None, :, None, :] - mean[:, None, :, :]) * (weights > 0)[..., None]
        cross = np.einsum("pue,puek,puel->pkl", weights, centred, centred, optimize=True)
        score = np.einsum("pue,puek,pue->pk", weights, centred, apart, optimize=True)
        slopes = np.einsum("pkl,pl->pk", np.linalg.pinv(cross, hermitian=True), score)
        apart = apart - np.einsum("puek,pk->pue", centred, slopes)
    pulled = weights * apart
    size = np.einsum("pue,pue->p", pulled, is_treated * 1.0)
    return np.asarray(pulled / np.where(size > 0, size, np.nan)[:, None, None], dtype=np.float64)
