"""The chance of every score from a cumulative model's parameters, by row and averaged over rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.regression.cumulative_links import CumulativeLink

MANY_POINTS = 41  # of the normal distribution, enough for six figures of a chance with any spread met here


@dataclass(frozen=True, slots=True)
class Chances(Shown):
    """A model, as far as the chances of its scores go.

    Attributes
    ----------
    cuts : ndarray, shape (j - 1,)
        Between neighbouring levels.
    slopes : ndarray, shape (p,)
        Of a higher score.
    spread : float or None
        Standard deviation of the random intercept; None in a model without.
    link : CumulativeLink
        The link.
    """

    cuts: Floats
    slopes: Floats
    spread: float | None
    link: CumulativeLink

    def of_rows(self, matrix: Floats, *, typical: bool = False) -> Floats:
        """Return each row's chance of each level, shape (n, j), over all groups or (typical) at an intercept of 0."""
        fitted = (matrix @ self.slopes)[:, None]
        below = np.zeros((len(matrix), len(self.cuts)))
        for point, mass in self._points(typical):
            below += mass * self.link.share(self.cuts[None, :] - fitted - point * (self.spread or 0.0))[0]
        return np.diff(below, axis=1, prepend=0.0, append=1.0)

    def average(self, matrix: Floats, share: Floats) -> tuple[Floats, Floats]:
        """Return the mean chance of each level over rows, shape (j,), and its derivatives, shape (j, k).

        Parameters
        ----------
        matrix : ndarray, shape (n, p)
            The rows' columns.
        share : ndarray, shape (n,)
            What each row counts for; sums to 1.

        Notes
        -----
        The k parameters are the cuts, the slopes and, where there is one, the intercept's standard deviation.
        """
        fitted = (matrix @ self.slopes)[:, None]
        cuts = len(self.cuts)
        below = np.zeros(cuts)
        gradient = np.zeros((cuts, cuts + len(self.slopes) + (self.spread is not None)))
        for point, mass in self._points(False):
            under, _, density = self.link.share(self.cuts[None, :] - fitted - point * (self.spread or 0.0))
            held = mass * share[:, None] * density
            below += mass * (share @ under)
            gradient[:, :cuts] += np.diag(held.sum(axis=0))
            gradient[:, cuts : cuts + len(self.slopes)] -= held.T @ matrix
            if self.spread is not None:
                gradient[:, -1] -= point * held.sum(axis=0)
        rows = np.vstack([np.zeros(gradient.shape[1]), gradient, np.zeros(gradient.shape[1])])
        return np.diff(below, prepend=0.0, append=1.0), np.diff(rows, axis=0)

    def _points(self, typical: bool) -> list[tuple[float, float]]:
        if self.spread is None or typical:
            return [(0.0, 1.0)]
        places, masses = normal_points(MANY_POINTS)
        return list(zip(places.tolist(), masses.tolist(), strict=True))


def normal_points(count: int) -> tuple[Floats, Floats]:
    """Return Gauss and Hermite's places and masses for a standard normal, each of shape (count,); masses sum to 1."""
    places, masses = np.polynomial.hermite_e.hermegauss(count)
    return places, masses / masses.sum()
