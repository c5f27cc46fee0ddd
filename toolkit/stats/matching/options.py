"""The options of `match`, checked together before any work is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.links import MODELS
from toolkit.stats.sample.asked import whole_problems
from toolkit.stats.sample.names import Name
from toolkit.stats.sample.numbers import is_number

METHODS = ("nearest", "optimal", "full", "exact", "cem", "subclass", "cardinality")
DISTANCES = ("propensity", "mahalanobis", "robust_mahalanobis", "euclidean", "scaled_euclidean")
ORDERS = ("largest", "smallest", "closest", "farthest", "data", "random")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Shown):
    """What `match` was asked for; every field is the parameter of the same name."""

    method: str
    distance: Any
    model: Any
    scale: str
    mahalanobis_on: tuple[Name, ...]
    estimand: str
    ratio: int
    min_ratio: int | None
    max_ratio: int | None
    replace: bool
    max_reuse: int | None
    unit: Name | None
    caliper: float | None
    caliper_in: str
    covariate_calipers: Mapping[Any, float]
    exact: tuple[Name, ...]
    anti_exact: tuple[Name, ...]
    discard: str | None
    order: str
    cutpoints: Mapping[str, Any] | str | int | None
    groupings: Mapping[str, Any] | None
    k2k: bool
    subclasses: int
    tolerance: float
    weights: Name | None
    seed: int | None

    @property
    def has_score(self) -> bool:
        """Whether rows are ordered by one number (a propensity or the caller's own score)."""
        return not isinstance(self.distance, str) or self.distance == "propensity"

    @property
    def capacity(self) -> int | None:
        """How often a control (or unit) may be used, None for no limit."""
        return self.max_reuse if self.max_reuse is not None or self.replace else 1

    def columns(self) -> list[Name]:
        """Return the columns used beside treatment and covariates."""
        single = [] if self.unit is None else [self.unit]
        return [*self.exact, *self.anti_exact, *self.covariate_calipers, *self.mahalanobis_on, *single]

    def check(self) -> None:
        """Raise one error with everything that is wrong."""
        problems = [*self._unknown_words(), *self._wrong_numbers(), *self._wrong_combinations()]
        if problems:
            raise InputError(" ".join(problems))

    def _unknown_words(self) -> list[str]:
        distance = self.distance if isinstance(self.distance, str) else "an array"
        asked = [
            ("method", self.method, METHODS),
            ("distance", distance, (*DISTANCES, "an array")),
            ("scale", self.scale, ("logit", "probability")),
            ("estimand", self.estimand, ("ATT", "ATC", "ATE")),
            ("caliper_in", self.caliper_in, ("sd", "raw")),
            ("discard", self.discard or "control", ("treated", "control", "both")),
            ("order", self.order, ORDERS),
        ]
        if isinstance(self.model, str):
            asked.append(("model", self.model, MODELS))
        return [
            f'{option} is "{value}". {did_you_mean(str(value), known)}'
            for option, value, known in asked
            if value not in known
        ]

    def _wrong_numbers(self) -> list[str]:
        problems = []
        whole = [("ratio", self.ratio), ("min_ratio", self.min_ratio), ("max_ratio", self.max_ratio)]
        whole += [("max_reuse", self.max_reuse), ("subclasses", self.subclasses)]
        for name, value in whole:
            if value is not None and not (is_number(value) and float(value).is_integer() and value >= 1):
                problems.append(f"{name} is {value}. Give a whole number from 1.")
        if self.caliper is not None and not (is_number(self.caliper) and self.caliper > 0):
            problems.append(f"caliper is {self.caliper}. Give a number above 0.")
        for name, width in self.covariate_calipers.items():
            if not (is_number(width) and np.isfinite(width)):
                problems.append(f'The caliper of "{name}" is {width}. Give a finite number of the column\'s own units.')
        if self.seed is not None:
            problems.extend(whole_problems("seed", self.seed, 0))
        return problems

    def _only_nearest(self) -> list[str]:
        """Return what is asked of a method that cannot do it."""
        if self.method == "nearest":
            return []
        asked = {
            "replace": self.replace,
            "max_reuse": self.max_reuse is not None,
            "unit": self.unit is not None,
            "min_ratio": self.min_ratio is not None,
            "max_ratio": self.max_ratio is not None,
        }
        if self.method != "optimal":
            asked["ratio"] = self.ratio != 1 and self.method != "cardinality"
            asked["k2k with estimand ATE"] = self.k2k and self.estimand == "ATE"
        if self.method not in ("optimal", "full"):
            asked |= {
                "caliper": self.caliper is not None,
                "covariate_calipers": bool(self.covariate_calipers),
                "anti_exact": bool(self.anti_exact),
                "mahalanobis_on": bool(self.mahalanobis_on),
            }
        if self.method == "optimal":
            asked["estimand ATE"] = self.estimand == "ATE"
        if self.method in ("exact", "cem", "cardinality"):
            asked["discard"] = self.discard is not None
        if self.method == "cardinality":
            asked["estimand ATC or ATE"] = self.estimand != "ATT"
            asked["weights"] = self.weights is not None
        wrong = ", ".join(name for name, is_asked in asked.items() if is_asked)
        return [f'method="{self.method}" cannot do: {wrong}. Leave it out, or use method="nearest".'] if wrong else []

    def _wrong_combinations(self) -> list[str]:
        problems = []
        if self.method == "nearest" and self.estimand == "ATE":
            problems.append(
                'Nearest matching estimates "ATT" or "ATC". For "ATE" use weight(..., estimand="ATE") or method="full".'
            )
        problems += self._only_nearest()
        if self.replace and self.max_reuse == 1:
            problems.append("replace=True with max_reuse=1 is matching without replacement. Leave one of them out.")
        if self.mahalanobis_on and not self.has_score:
            problems.append('mahalanobis_on matches inside a propensity caliper: use distance="propensity" with it.')
        if self.caliper is not None and not self.has_score and self.caliper_in == "sd":
            problems.append(
                f'caliper_in="sd" needs a score, and distance="{self.distance}" has none. Use caliper_in="raw" (the '
                'largest distance), or distance="propensity" with mahalanobis_on=[…] for a propensity caliper.'
            )
        if self.discard is not None and not self.has_score:
            problems.append('discard compares scores: use distance="propensity" or an array of scores with it.')
        if self.k2k and self.method not in ("cem", "exact"):
            problems.append('k2k is for method="cem" or "exact".')
        if (self.cutpoints is not None or self.groupings) and self.method != "cem":
            problems.append('cutpoints and groupings are for method="cem".')
        if not (is_number(self.tolerance) and self.tolerance > 0):
            problems.append(f"tolerance is {self.tolerance}. Give a number above 0.")
        low, high = self.min_ratio, self.max_ratio
        if not all(is_number(number) for number in (self.ratio, low, high) if number is not None):
            return problems
        if (low is not None and low > self.ratio) or (high is not None and high < self.ratio):
            problems.append(f"ratio is {self.ratio}, outside min_ratio {low} to max_ratio {high}.")
        return problems
