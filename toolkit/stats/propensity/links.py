"""The three links a propensity model can have, as functions of the linear predictor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown

ETA_LIMIT = 36.0  # beyond this a probability is 0 or 1 in double precision


@dataclass(frozen=True, slots=True)
class Link(Shown):
    """A link: the mean and its derivative, both from the linear predictor."""

    name: str
    mean: Callable[[Floats], Floats]
    slope: Callable[[Floats, Floats], Floats]  # of (linear predictor, mean)
    start: Callable[[float], float]  # the linear predictor of a probability

    @property
    def is_canonical(self) -> bool:
        """Whether scoring steps are Newton steps."""
        return self.name == "logit"


def _logistic(eta: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(eta, -ETA_LIMIT, ETA_LIMIT))), dtype=np.float64)


def _logistic_slope(eta: Floats, mean: Floats) -> Floats:
    return np.asarray(mean * (1.0 - mean), dtype=np.float64)


def _normal(eta: Floats) -> Floats:
    from scipy.special import ndtr

    return np.asarray(ndtr(np.clip(eta, -8.0, 8.0)), dtype=np.float64)


def _normal_slope(eta: Floats, mean: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * np.clip(eta, -8.0, 8.0) ** 2) / np.sqrt(2.0 * np.pi), dtype=np.float64)


def _normal_start(probability: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(probability))


def _cloglog(eta: Floats) -> Floats:
    return np.asarray(-np.expm1(-np.exp(np.clip(eta, -ETA_LIMIT, 3.5))), dtype=np.float64)


def _cloglog_slope(eta: Floats, mean: Floats) -> Floats:
    inside = np.clip(eta, -ETA_LIMIT, 3.5)
    return np.asarray(np.exp(inside - np.exp(inside)), dtype=np.float64)


LINKS = {
    "logit": Link("logit", _logistic, _logistic_slope, lambda p: float(np.log(p / (1 - p)))),
    "probit": Link("probit", _normal, _normal_slope, _normal_start),
    "cloglog": Link("cloglog", _cloglog, _cloglog_slope, lambda p: float(np.log(-np.log1p(-p)))),
}


MODELS = ("logit", "probit", "cloglog")
