"""The variance of estimates whose weights were estimated, on all rows, though only some of them may be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.correction import ScoreCorrection
from toolkit.stats.variance.arms import Arms
from toolkit.stats.variance.cluster_robust import Clustered, covariance_of_influence


@dataclass(frozen=True, slots=True)
class EstimatedWeights(Shown):
    """The rows that weights were estimated from, and where among them the rows compared are.

    Attributes
    ----------
    score : ScoreCorrection
        How the weights of all n rows move with the propensity, and how each row moves that.
    treated : ndarray of bool, shape (n,)
        All rows' arm.
    ways : tuple of ndarray, each of shape (n,)
        All rows' cluster codes, one array a way of clustering.
    places : ndarray, shape (s,)
        The rows compared.
    """

    score: ScoreCorrection
    treated: Booleans
    ways: tuple[Integers, ...]
    places: Integers

    def part(self, inside: Booleans) -> EstimatedWeights:
        """Return the same with some of the rows compared; their weights still rest on all rows."""
        return EstimatedWeights(self.score, self.treated, self.ways, self.places[inside])

    def clustered(self, ways: Sequence[Integers]) -> EstimatedWeights:
        """Return the same with other cluster codes, those of all rows."""
        return EstimatedWeights(self.score, self.treated, tuple(ways), self.places)

    def spread(self, influence: Floats) -> Floats:
        """Return all rows' influence, shape (n, q), from that of the rows compared with their weights as given."""
        return self.placed(influence) + self.score.of(influence, self.places)

    def placed(self, values: Floats) -> Floats:
        """Return values of the rows compared among all rows, 0 for the others."""
        whole = np.zeros((len(self.treated), *values.shape[1:]))
        whole[self.places] = values
        return whole

    def covariance(self, influence: Floats, weights: Floats, parameters: int, small_sample: str) -> Clustered:
        """Return the covariance of estimates from the influence and weights of the rows compared."""
        return covariance_of_influence(
            self.spread(influence),
            self.ways,
            parameters,
            arms=Arms(self.treated, self.placed(weights)),
            small_sample=small_sample,
        )
