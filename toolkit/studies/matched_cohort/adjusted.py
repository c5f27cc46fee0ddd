"""A difference between two groups that allows for covariates, for the checks that match nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def adjusted_difference(
    values: NDArray[np.float64], group: NDArray[np.bool_], covariates: NDArray[np.float64], cluster: NDArray[np.integer]
) -> tuple[float, float, float]:
    """Return the least-squares difference between a group and the rest, and its 95% interval.

    Standard errors are clustered (CR1) with t intervals on clusters less one.

    Parameters
    ----------
    values, group, cluster
        One entry a row: the outcome, who is in the group, the cluster.
    covariates
        One row a row, one column a covariate; constant ones do no harm.
    """
    from statsmodels.api import OLS

    varying = covariates[:, covariates.std(axis=0) > 0]
    design = np.column_stack([group.astype(float), np.ones(len(values)), varying])
    fit = OLS(values, design).fit(cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True)
    low, high = fit.conf_int()[0]
    return float(fit.params[0]), float(low), float(high)
