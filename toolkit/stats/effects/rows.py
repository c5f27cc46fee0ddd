"""The rows an effect is estimated from, with their weights and the ways they are clustered."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.effects.clusters import cluster_codes
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.correction import ScoreCorrection
from toolkit.stats.sample.names import Name
from toolkit.stats.sample.sample import Sample
from toolkit.stats.variance.arms import Arms, few_clusters_note, require_clusters
from toolkit.stats.variance.cluster_robust import Clustered, covariance_of_influence
from toolkit.stats.variance.estimated_weights import EstimatedWeights


@dataclass(frozen=True, slots=True)
class Stack(Shown):
    """The rows an effect is estimated from; a row that is reused is there once for each use.

    Attributes
    ----------
    rows, weights : ndarray, shape (s,)
        Row positions and weights.
    target : ndarray, shape (s,)
        Weights of the rows whose covariates the effect is averaged over.
    ways : list of ndarray, each of shape (s,)
        Cluster codes, one array a way of clustering.
    words : list of str
        What each way is called.
    columns : list of str
        The column each way was read from; empty where it is none.
    estimated : EstimatedWeights or None
        Where the weights were estimated.
    sets : ndarray, shape (s,), or None
        The matched set of each entry.
    are_pairs : bool
        Whether a set is one row and those paired with it, and so stands or falls as a whole.
    """

    rows: Integers
    weights: Floats
    target: Floats
    ways: list[Integers]
    words: list[str]
    columns: list[Name]
    estimated: EstimatedWeights | None = None
    sets: Integers | None = None
    are_pairs: bool = False

    def part(self, inside: Booleans) -> Stack:
        """Return the stack of some of the entries; weights that were estimated still rest on all rows."""
        return replace(
            self,
            rows=self.rows[inside],
            weights=self.weights[inside],
            target=self.target[inside],
            ways=[way[inside] for way in self.ways],
            estimated=None if self.estimated is None else self.estimated.part(inside),
            sets=None if self.sets is None else self.sets[inside],
        )

    def covariance(
        self, influence: Floats, treated: Booleans, parameters: int = 0, small_sample: str = "auto"
    ) -> Clustered:
        """Return the covariance of estimates from the entries' influence on them, weights taken as given, (s, q)."""
        if self.estimated is not None:
            return self.estimated.covariance(influence, self.weights, parameters, small_sample)
        return covariance_of_influence(
            influence, self.ways, parameters, arms=Arms(treated, self.weights), small_sample=small_sample
        )

    def few_clusters(self, treated: Booleans) -> tuple[Note, ...]:
        """Return what to say where an arm has few clusters."""
        return few_clusters_note(self.ways, self.words, Arms(treated, self.weights))

    def require_clusters(self, sample: Sample, treated: Booleans) -> None:
        """Refuse an arm that lies in one cluster, or has one row.

        Raises
        ------
        InputError
            Naming the arm and its cluster.
        """

        def label(way: int, place: int) -> str:
            name = ["", *self.columns][way]
            return str(sample.frame[name].iloc[self.rows[place]]) if name != "" else ""

        # A row that is reused may be all there is of an arm, whatever it is clustered by.
        require_clusters([self.rows, *self.ways], ["row", *self.words], Arms(treated, self.weights), label)


def stack_of_weights(
    sample: Sample, weights: Floats, target: Floats, clusters: tuple[Name, ...], score: ScoreCorrection | None
) -> Stack:
    """Return the stack of a weighted sample, each row a cluster of its own unless columns are given."""
    everyone = np.arange(sample.rows)
    used = (weights > 0) | (target > 0)
    rows = everyone if score is not None or used.all() else np.flatnonzero(used)
    ways = [cluster_codes(sample, name, rows) for name in clusters] or [rows]
    stack = Stack(
        rows=rows,
        weights=weights[rows],
        target=target[rows],
        ways=ways,
        words=[f'"{name}"' for name in clusters] or ["row"],
        columns=list(clusters) or [""],
        estimated=None if score is None else EstimatedWeights(score, sample.treated, tuple(ways), everyone),
    )
    return stack if score is None or used.all() else stack.part(used)
