"""From each row's influence on two means to an effect: for estimators that are averages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.effects.clusters import cluster_codes
from toolkit.stats.effects.contrasts import contrast_of
from toolkit.stats.effects.effect import Effect
from toolkit.stats.effects.mean_intervals import mean_intervals
from toolkit.stats.effects.rounding import least_error, require_error
from toolkit.stats.notes.note import Note, each_once
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.names import Name
from toolkit.stats.sample.sample import Sample
from toolkit.stats.variance.arms import Arms, few_clusters_note, require_clusters
from toolkit.stats.variance.cluster_robust import covariance_of_influence


@dataclass(frozen=True, slots=True)
class Averages(Shown):
    """Two estimated means with each row's influence on them.

    Attributes
    ----------
    control, treated : float
        The means.
    influence : ndarray, shape (n, 2)
        Each row's influence on (control, treated); their mean is 0, and the variance of the means is their sum of
        squares over n².
    weights : ndarray, shape (n,)
        What each row weighs in its arm.
    """

    control: float
    treated: float
    influence: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class Compared(Shown):
    """The rows an average is of.

    Attributes
    ----------
    values : ndarray, shape (n,)
        The outcome.
    treated : ndarray of bool, shape (n,)
        The arm.
    ways : sequence of ndarray, each of shape (n,)
        Cluster codes, one array a way of clustering.
    words : sequence of str
        What each way is called.
    """

    values: Floats
    treated: Booleans
    ways: Sequence[Integers]
    words: Sequence[str]

    @property
    def first_clusters(self) -> Integers | None:
        """The codes of the first way, where rows are clustered."""
        return None if self.words[0] == "row" else self.ways[0]


def compared_rows(sample: Sample, values: Floats, clusters: tuple[Name, ...]) -> Compared:
    """Return the rows of a sample as they are clustered by some of its columns, or each by itself.

    Raises
    ------
    InputError
        When an arm lies in one cluster or has one row, naming it.
    """
    everyone = np.arange(sample.rows)
    ways = [cluster_codes(sample, name, everyone) for name in clusters] or [everyone]
    words = [f'"{name}"' for name in clusters] or ["row"]

    def label(way: int, place: int) -> str:
        return str(sample.frame[clusters[way]].iloc[place]) if clusters else ""

    require_clusters(ways, words, Arms(sample.treated, np.ones(sample.rows)), label)
    return Compared(values, sample.treated, ways, words)


def effect_of_averages(
    averages: Averages,
    compared: Compared,
    *,
    outcome: str,
    measure: str,
    estimand: str,
    level: float,
    small_sample: str,
    method: str,
    notes: tuple[Note, ...] = (),
) -> Effect:
    """Return the effect, with its error by the rows' influence."""
    arms, treated = Arms(compared.treated, averages.weights), int(compared.treated.sum())
    # The difference has a column of its own: what both means share cancels in it before rounding comes in.
    influence = averages.influence @ np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]]) / len(compared.treated)
    found = covariance_of_influence(influence, compared.ways, arms=arms, small_sample=small_sample)
    means, freedom = (averages.control, averages.treated), found.degrees_of_freedom
    errors = np.sqrt(np.maximum(np.diag(found.covariance), 0.0))
    require_error(float(errors[2]), least_error(compared.values))
    contrast = contrast_of(measure, *means, found.covariance[:2, :2], freedom, level)
    of_control, of_treated = mean_intervals(
        means, (float(errors[0]), float(errors[1])), compared.values, compared.ways, arms, level, is_rate=False
    )
    return Effect(
        outcome=outcome,
        measure=measure,
        estimand=estimand,
        estimate=contrast.estimate,
        se=contrast.se,
        interval=contrast.interval,
        p_value=contrast.p_value,
        degrees_of_freedom=freedom,
        n_treated=treated,
        n_control=len(compared.treated) - treated,
        clusters=found.clusters,
        mean_treated=averages.treated,
        mean_control=averages.control,
        level=level,
        method=f"{method}; standard error by influence, clustered by {' and '.join(compared.words)} "
        f"({found.correction}, t).",
        notes=each_once([*notes, *few_clusters_note(compared.ways, compared.words, arms)]),
        interval_treated=of_treated,
        interval_control=of_control,
    )
