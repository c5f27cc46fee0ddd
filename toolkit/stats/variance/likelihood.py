"""The covariance of estimates of greatest likelihood: by the model, or clustered, with corrections for few clusters.

Clustered: Huber (1967); Liang and Zeger (1986), Biometrika 73, 13-22. CR1 has the factor G / (G - 1), Stata's for
likelihoods. CR2 takes out of each cluster's score what fitting took in, with the cluster's own information for the
leverage (Kauermann and Carroll, 2001, Journal of the American Statistical Association 96, 1387-1396), and has
Satterthwaite degrees of freedom under the model (Bell and McCaffrey, 2002).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.variance.arms import FEW

ALL_OF_IT = 1 - 1e-8  # a direction that only one cluster knows: it has no residual there


@dataclass(frozen=True, slots=True)
class LikelihoodVariance(Shown):
    """A covariance of k parameters.

    Attributes
    ----------
    covariance : ndarray, shape (k, k)
        Of the parameters.
    correction : str
        "model", "CR1" or "CR2".
    clusters : int or None
        How many there are; None by the model.
    bread : ndarray, shape (k, k)
        Inverse of the information.
    informations, corrections : ndarray, shape (clusters, k, k), or None
        With CR2: what each cluster knows, and what its score is multiplied by to have its influence.
    """

    covariance: Floats
    correction: str
    clusters: int | None
    bread: Floats
    informations: Floats | None = None
    corrections: Floats | None = None

    @property
    def standard_errors(self) -> Floats:
        """Roots of the variances, shape (k,)."""
        return np.asarray(np.sqrt(np.maximum(np.diag(self.covariance), 0.0)), dtype=np.float64)

    def freedom(self, contrast: Floats) -> float:
        """Return the degrees of freedom of a combination of the parameters; infinite by the model."""
        if self.clusters is None:
            return math.inf
        if self.informations is None or self.corrections is None:
            return self.clusters - 1.0
        lean = np.einsum("gij,i->gj", self.corrections, contrast)
        pull = np.einsum("gij,gj->gi", self.informations, lean)
        own, shared = (lean * pull).sum(axis=1), ((pull @ self.bread) * pull).sum(axis=1)
        turned = pull.T @ pull @ self.bread
        squares = float(own @ own - 2 * own @ shared + np.trace(turned @ turned))
        trace = float((own - shared).sum())
        return max(1.0, trace * trace / squares) if squares > 0 else max(1.0, self.clusters - 1.0)

    def freedoms(self) -> Floats:
        """Return the degrees of freedom of each parameter, shape (k,)."""
        return np.array([self.freedom(row) for row in np.eye(len(self.bread))])


def likelihood_variance(
    scores: Floats,
    bread: Floats,
    codes: Integers | None,
    small_sample: str,
    information_of: Callable[[Integers], Floats],
) -> LikelihoodVariance:
    """Return the covariance of estimates of greatest likelihood.

    Parameters
    ----------
    scores : ndarray, shape (n, k)
        Derivatives of each unit's part of the log likelihood (of rows, or of groups that are rows together).
    bread : ndarray, shape (k, k)
        Inverse of the observed information.
    codes : ndarray of int, shape (n,), or None
        Each unit's cluster from 0, without gaps; None for the model's own covariance.
    small_sample : {"auto", "CR1", "CR2"}
        Correction; "auto" is CR2 below 50 clusters.
    information_of : callable
        The information of the units at some positions, shape (k, k); asked with CR2 only.

    Raises
    ------
    InputError
        When all units are in one cluster.
    """
    if codes is None:
        return LikelihoodVariance(bread, "model", None, bread)
    groups = int(codes.max()) + 1
    if groups < 2:
        raise InputError("All rows are in one cluster, so no standard error can be had. Cluster by another column.")
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=groups) for column in scores.T])
    if small_sample == "CR1" or (small_sample == "auto" and groups >= FEW):
        influence = sums @ bread
        return LikelihoodVariance(groups / (groups - 1) * influence.T @ influence, "CR1", groups, bread)
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(groups + 1))
    parts = [information_of(order[bounds[group] : bounds[group + 1]]) for group in range(groups)]
    informations = np.stack(parts)
    corrections = _corrections(informations, bread)
    influence = np.einsum("gij,gj->gi", corrections, sums)
    return LikelihoodVariance(influence.T @ influence, "CR2", groups, bread, informations, corrections)


def _corrections(informations: Floats, bread: Floats) -> Floats:
    """Return root(B) (I - root(B) H root(B))^(-1/2) root(B) for each cluster's information H, shape (groups, k, k)."""
    values, vectors = np.linalg.eigh(bread)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    shares, turns = np.linalg.eigh(root @ informations @ root)
    left = 1 - np.maximum(shares, 0.0)
    factor = np.where(left > 1 - ALL_OF_IT, 1 / np.sqrt(np.maximum(left, 1 - ALL_OF_IT)), 0.0)
    inner = np.einsum("gij,gj,gkj->gik", turns, factor, turns)
    return np.asarray(root @ inner @ root, dtype=np.float64)
