"""The options of `estimate_effect`, checked together before any work is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.effects.clusters import Cluster
from toolkit.stats.inference.level import level_problems
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.links import MODELS
from toolkit.stats.propensity.trimming import check_trim
from toolkit.stats.sample.asked import whole_problems
from toolkit.stats.sample.names import Names
from toolkit.stats.sample.numbers import is_number

METHODS = ("aipw", "ipwra", "regression", "abadie_imbens")
MEASURES = ("difference", "ratio", "odds_ratio")


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatorOptions(Shown):
    """What `estimate_effect` was asked for; every field is the parameter of the same name."""

    method: str
    estimand: str
    measure: str
    cluster: Cluster
    small_sample: str
    trim: float
    level: float
    model: Any
    outcome_model: Any
    folds: int
    seed: int
    distance: str
    matches: int
    variance_matches: int
    bias_adjust: bool | Names

    @property
    def is_stacked(self) -> bool:
        """Whether all models are the toolkit's own and fitted on all rows, so that errors can allow for each."""
        if self.method in ("ipwra", "regression"):
            return True
        own = isinstance(self.model, str) and isinstance(self.outcome_model, str)
        return self.method == "aipw" and self.folds == 1 and own

    def check(self) -> None:
        """Raise one error with everything that is wrong."""
        problems = [*self._unknown_words(), *self._wrong_numbers(), *self._wrong_combinations()]
        if problems:
            raise InputError(" ".join(problems))

    def _unknown_words(self) -> list[str]:
        asked: list[tuple[str, Any, tuple[str, ...]]] = [
            ("method", self.method, METHODS),
            ("estimand", self.estimand, ("ATT", "ATC", "ATE")),
            ("measure", self.measure, MEASURES),
            ("small_sample", self.small_sample, ("auto", "CR1", "CR2")),
            ("distance", self.distance, ("mahalanobis", "propensity")),
        ]
        if isinstance(self.model, str):
            asked.append(("model", self.model, MODELS))
        if isinstance(self.outcome_model, str):
            asked.append(("outcome_model", self.outcome_model, ("linear",)))
        return [
            f'{option} is "{value}". {did_you_mean(str(value), known)}' for option, value, known in asked
            if value not in known
        ]  # fmt: skip

    def _wrong_numbers(self) -> list[str]:
        problems = []
        whole = (("folds", self.folds), ("matches", self.matches), ("variance_matches", self.variance_matches))
        for option, number in whole:
            if not (is_number(number) and float(number).is_integer() and number >= 1):
                problems.append(f"{option} is {number}. Give a whole number from 1.")
        return [
            *problems,
            *whole_problems("seed", self.seed, 0),
            *check_trim(self.trim),
            *level_problems(self.level),
        ]

    def _wrong_combinations(self) -> list[str]:
        problems = []
        if self.method == "abadie_imbens":
            if self.measure != "difference":
                problems.append('method="abadie_imbens" estimates differences. Use method="aipw" for ratios.')
            if self.small_sample != "auto":
                problems.append('method="abadie_imbens" has an error of its own kind. Leave small_sample out.')
            if self.cluster is not None:
                problems.append('method="abadie_imbens" has no clustered variance. Use method="aipw" with cluster.')
            if self.distance == "propensity" and not isinstance(self.model, str):
                problems.append('distance="propensity" fits "logit", "probit" or "cloglog". Use one of these as model.')
        if self.trim and (self.method == "regression" or (self.method == "abadie_imbens")):
            problems.append(f'trim is for weights; method="{self.method}" has none. Leave it out.')
        learners = not (isinstance(self.model, str) and isinstance(self.outcome_model, str))
        if self.method in ("ipwra", "regression") and learners:
            problems.append(f'method="{self.method}" fits its own models. Use method="aipw" for other learners.')
        return problems
