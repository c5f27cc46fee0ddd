"""Intervals for an effect where trends may part after the start: by so many times what they did before, or by a bend.

Rambachan and Roth (2023), Review of Economic Studies 90, 2555-2591. By smoothness the interval is theirs of fixed
length (section 4.1), from the library diff-diff. By relative magnitude it is the set of effects at the trends as
estimated (section 2.4.1), each end moved by the standard error: wider than their conditional one where trends before
are noisy.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.event_study.effects import EventStudy
from toolkit.stats.notes.shown import Shown

Interval = Callable[[float], tuple[float, float]]
"""From a size of parting to the interval's ends."""


@dataclass(frozen=True, slots=True)
class Target(Shown):
    """The effect whose bounds are sought: a mean of effects after the start, beside the trends before it."""

    study: EventStudy
    weights: Floats  # of effects after, shape (post,)
    degrees_of_freedom: float

    @property
    def before(self) -> Floats:
        """Effects before the start, in order of time."""
        return np.asarray(self.study.effect[self.study.is_before])

    @property
    def estimate(self) -> float:
        """The mean effect, as if trends had not parted."""
        return float(self.weights @ self.study.effect[~self.study.is_before])

    @property
    def se(self) -> float:
        """Its standard error."""
        after = ~self.study.is_before
        return float(np.sqrt(self.weights @ self.study.covariance[np.ix_(after, after)] @ self.weights))

    @property
    def largest_before(self) -> float:
        """The most both sides part by between neighbouring periods before the start, the last one being 0."""
        return float(np.abs(np.diff(np.append(self.before, 0.0))).max())


def relative_interval(target: Target, level: float) -> Interval:
    """Return the interval by the multiple of the most parting before."""
    reach = float(stats.t.isf((1 - level) / 2, target.degrees_of_freedom)) * target.se
    # A parting of one period stays: it moves that effect and all after it.
    moved = float(np.abs(np.cumsum(target.weights[::-1])).sum())

    def interval(size: float) -> tuple[float, float]:
        off = size * target.largest_before * moved + reach
        return target.estimate - off, target.estimate + off

    return interval


def smooth_interval(target: Target, level: float) -> Interval:
    """Return the interval by the most that the slope of parting changes in a period."""
    from diff_diff import HonestDiD

    surface = _as_the_library_has_it(target, level)

    def interval(size: float) -> tuple[float, float]:
        found = _quietly(
            lambda: HonestDiD(method="smoothness", M=size, alpha=1 - level, l_vec=target.weights).fit(surface)
        )
        if not (np.isfinite(found.ci_lb) and np.isfinite(found.ci_ub)):
            return -np.inf, np.inf
        return float(found.ci_lb), float(found.ci_ub)

    return interval


def _as_the_library_has_it(target: Target, level: float) -> Any:
    """Return the effects with standard errors wide enough that a normal interval of them is ours by a t distribution.

    With degrees of freedom of its own the library takes minutes and fails where trends may part far.
    """
    from diff_diff.results_base import EventStudyResults

    study, tail = target.study, (1 - level) / 2
    wider = float(stats.t.isf(tail, target.degrees_of_freedom) / stats.norm.isf(tail))
    unused = np.full(len(study.since), np.nan)
    labels = study.since + study.is_before  # it wants periods without the gap where all are compared with
    return EventStudyResults(
        event_time=labels,
        att=study.effect,
        se=study.se * wider,
        t_stat=unused,
        p_value=unused,
        conf_int_lower=unused,
        conf_int_upper=unused,
        is_reference=np.zeros(len(study.since), dtype=bool),
        n=study.units.astype(float),
        vcov=study.covariance * wider**2,
        vcov_index=labels,
        source="CallawaySantAnnaResults",
        base_period="universal",
        anticipation=0,
        reference_event_times=(-1,),
    )


def _quietly(work: Callable[[], Any]) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return work()
    except (ValueError, TypeError, ArithmeticError, np.linalg.LinAlgError) as error:
        raise InputError(
            "The bounds cannot be worked out: effects before and after the start hang together so closely that one "
            "says no more than another. Give more units than periods."
        ) from error
