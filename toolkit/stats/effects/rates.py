"""Rates: adjusted counts over adjusted time at risk, in each arm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toolkit.stats.arrays.types import Booleans, Columns, Floats
from toolkit.stats.effects.linear_means import ArmMeans, adjusted_means
from toolkit.stats.effects.rows import Stack


def adjusted_rates(
    counts: Floats, exposure: Floats, treated: Booleans, covariates: Columns, stack: Stack, small_sample: str
) -> ArmMeans:
    """Return the arms' adjusted rates (events for each unit of exposure) and their covariance.

    A rate is the adjusted mean count over the adjusted mean exposure. Its variance is that of the adjusted mean of
    rate + (count - rate × exposure) / mean exposure, to first order (Woodruff, 1971).
    """

    def means_of(values: Floats) -> ArmMeans:
        return adjusted_means(
            values, treated, covariates, stack.weights, stack.target, stack.ways, small_sample, stack.estimated
        )

    count, time = means_of(counts), means_of(exposure)
    rate = np.where(treated, count.treated / time.treated, count.control / time.control)
    mean_time = np.where(treated, time.treated, time.control)
    linear = means_of(rate + (counts - rate * exposure) / mean_time)
    return replace(linear, control=count.control / time.control, treated=count.treated / time.treated)
