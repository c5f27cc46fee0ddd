"""Whether a covariate moves scores alike at every cut, as a cumulative model takes for granted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.regression.cumulative import CumulativePlace, Edges, climb, likelihood
from toolkit.stats.regression.cumulative_links import CumulativeLink
from toolkit.stats.sample.names import quoted
from toolkit.stats.variance.likelihood import likelihood_variance

DOUBTFUL = 0.05


@dataclass(frozen=True, slots=True)
class Proportionality(Shown):
    """A test of one covariate against slopes of its own at every cut.

    Attributes
    ----------
    term : str
        The covariate.
    statistic : float
        Twice the gain in log likelihood; with clusters Wald's, over its degrees of freedom.
    degrees_of_freedom : int
        How many slopes more it would have.
    p_value : float
        Of like slopes; not a number where a model with slopes of their own does not settle, or clusters are too few.
    """

    term: str
    statistic: float
    degrees_of_freedom: int
    p_value: float


def proportionality(
    parameters: Floats,
    here: CumulativePlace,
    edges: Edges,
    matrix: Floats,
    terms: Sequence[str],
    level: Integers,
    weights: Floats,
    link: CumulativeLink,
    clusters: Integers | None,
) -> tuple[Proportionality, ...]:
    """Return a test of each covariate; of two levels there is nothing to test.

    Parameters
    ----------
    parameters, here, edges
        The fitted model: cuts, then slopes.
    matrix : ndarray, shape (n, p)
        Its columns, of like scale.
    terms : sequence of str, length p
        The covariate of each column; columns of one are tested together.
    level : ndarray, shape (n,)
        The scores' places.
    weights, link, clusters
        As the model was fitted.

    Notes
    -----
    Without clusters the likelihood ratio; with them Wald's test on CR1 and F, as likelihoods of alike rows say too
    much. Peterson and Harrell (1990), Applied Statistics 39, 205-217, for the model with slopes by cut.
    """
    cuts = len(parameters) - matrix.shape[1]
    found = []
    for term in dict.fromkeys(terms) if cuts > 1 else ():
        own = matrix[:, [place for place, name in enumerate(terms) if name == term]]
        more = (cuts - 1) * own.shape[1]
        wider = Edges(
            upper=np.hstack([edges.upper, _deviations(level, cuts, own)]),
            lower=np.hstack([edges.lower, _deviations(level - 1, cuts, own)]),
            is_top=edges.is_top,
            is_bottom=edges.is_bottom,
        )
        start = np.concatenate([parameters, np.zeros(more)])
        fit = climb(wider, weights, link, start, level_is_enough=clusters is None)
        if fit is None:
            found.append(Proportionality(term, math.nan, more, math.nan))
        elif clusters is None:
            found.append(_by_likelihood(term, 2 * (fit[1].value - here.value), more))
        else:
            found.append(_by_wald(term, fit, wider, weights, link, clusters, more))
    return tuple(found)


def notes_on_proportionality(tests: Sequence[Proportionality]) -> list[Note]:
    """Return what a reader must know: slopes that differ by cut, and covariates that could not be tested."""
    notes = []
    known = [test for test in tests if math.isfinite(test.p_value)]
    # Each covariate is tested, so that by chance some p-value is small: Bonferroni's limit.
    doubtful = [test for test in known if test.p_value * len(known) < DOUBTFUL]
    if doubtful:
        words = "; ".join(f'"{test.term}" (p {test.p_value:.2g})' for test in doubtful)
        notes.append(
            Note(
                "not_proportional",
                f"What moves low scores does not move high scores alike: {words}. One coefficient for all cuts is then "
                "an average; report the shifts by category, or the shares above single cuts.",
                {"smallest_p": min(test.p_value for test in doubtful), "terms": len(doubtful)},
            )
        )
    untested = [test.term for test in tests if not math.isfinite(test.p_value)]
    if untested:
        words = (
            f"Whether slopes are alike at every cut could not be tested for {quoted(untested)}: too few rows or "
            "clusters for slopes of their own."
        )
        notes.append(Note("proportionality_untested", words, {"terms": len(untested)}))
    return notes


def _deviations(cut: Integers, cuts: int, own: Floats) -> Floats:
    """Return the derivatives of an end in what its cut's slopes differ by from those of the first cut."""
    found = np.zeros((len(cut), cuts - 1, own.shape[1]))
    inside = np.flatnonzero((cut >= 1) & (cut < cuts))
    found[inside, cut[inside] - 1] = -own[inside]
    return found.reshape(len(cut), -1)


def _by_likelihood(term: str, statistic: float, more: int) -> Proportionality:
    from scipy.special import chdtrc

    statistic = max(statistic, 0.0)
    return Proportionality(term, statistic, more, float(chdtrc(more, statistic)))


def _by_wald(
    term: str,
    fit: tuple[Floats, CumulativePlace],
    edges: Edges,
    weights: Floats,
    link: CumulativeLink,
    clusters: Integers,
    more: int,
) -> Proportionality:
    from scipy.special import fdtrc

    parameters, there = fit
    bread = np.linalg.inv(there.information)
    covariance = likelihood_variance(
        likelihood(parameters, edges, weights, link).scores, bread, clusters, "CR1", lambda _: there.information
    ).covariance[-more:, -more:]
    groups = int(clusters.max()) + 1
    if groups - more < 1:
        return Proportionality(term, math.nan, more, math.nan)
    off = parameters[-more:]
    # With few clusters Wald's statistic is too large; this is Hotelling's factor.
    statistic = float(off @ np.linalg.pinv(covariance) @ off) / more * (groups - more) / (groups - 1)
    return Proportionality(term, statistic, more, float(fdtrc(more, groups - more, statistic)))
