"""What `.effect` was asked for, checked before any work is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.effects.clusters import Cluster
from toolkit.stats.effects.effect import MEASURES
from toolkit.stats.inference.level import level_problems
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.asked import whole_problems
from toolkit.stats.sample.names import Names


@dataclass(frozen=True, slots=True)
class Request(Shown):
    """What `.effect` was asked for; every field is the parameter of the same name."""

    outcome: Any
    measure: str = "difference"
    adjust: bool | Names = True
    cluster: Cluster = None
    exposure: Any = None
    duration: Any = None
    by: Any = None
    level: float = 0.95
    small_sample: str = "auto"
    outcome_model: str = "linear"
    horizon: float | None = None
    seed: int = 0
    missing_outcome: str = "drop"

    @classmethod
    def of(cls, settings: Mapping[str, Any], **named: Any) -> Request:
        """Return what was asked for; an option that there is not is refused, with the nearest that there is."""
        known = [field.name for field in fields(cls)]
        unknown = [name for name in settings if name not in known]
        if unknown:
            hints = " ".join(f'effect has no option "{name}". {did_you_mean(name, known)}'.strip() for name in unknown)
            raise InputError(hints)
        return cls(**named, **settings)

    def check(self) -> None:
        """Raise one error with everything that is wrong."""
        problems = [*level_problems(self.level), *whole_problems("seed", self.seed, 0)]
        if self.measure not in MEASURES:
            problems.append(f'measure is "{self.measure}". {did_you_mean(self.measure, MEASURES)}')
        if self.small_sample not in ("auto", "CR1", "CR2", "wild"):
            problems.append(f'small_sample is "{self.small_sample}". Use "auto", "CR1", "CR2" or "wild".')
        if self.small_sample == "wild" and (
            self.measure not in ("difference", "mean_ordinal") or self.outcome_model != "linear"
        ):
            problems.append('small_sample="wild" is for differences by the linear model. Use "auto" for others.')
        if self.missing_outcome not in ("drop", "error"):
            problems.append(f'missing_outcome is "{self.missing_outcome}". Use "drop" or "error".')
        if self.outcome_model not in ("linear", "logit", "ordinal"):
            problems.append(f'outcome_model is "{self.outcome_model}". Use "linear", "logit" or "ordinal".')
        if self.outcome_model == "ordinal" and self.measure != "mean_ordinal":
            problems.append('outcome_model="ordinal" is for measure="mean_ordinal".')
        if self.outcome_model == "logit" and self.measure not in ("difference", "ratio", "odds_ratio"):
            problems.append(f'outcome_model="logit" does not serve measure="{self.measure}". Leave it out.')
        if self.exposure is None and self.measure == "rate_ratio":
            problems.append('measure="rate_ratio" needs exposure: the column with each row\'s time at risk.')
        if self.exposure is not None and self.measure != "rate_ratio":
            problems.append('exposure is for measure="rate_ratio".')
        if self.duration is not None and self.measure not in ("hazard_ratio", "rmst"):
            problems.append('duration is for measure="hazard_ratio" or "rmst".')
        if self.horizon is not None and (self.measure != "rmst" or not self.horizon > 0):
            problems.append('horizon is a time above 0, for measure="rmst".')
        if problems:
            raise InputError(" ".join(problems))
