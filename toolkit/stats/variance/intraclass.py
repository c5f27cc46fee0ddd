"""How alike rows of one group are, and how much less many alike rows tell than as many that are not."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.codes import group_codes
from toolkit.stats.sample.numbers import finite_numbers


def intraclass_correlation(values: ArrayLike, groups: ArrayLike) -> float:
    """Return the part of a variance that is between groups, at least 0.

    Parameters
    ----------
    values : array_like, shape (n,)
        Numbers; 0 and 1 for a share.
    groups : array_like, shape (n,)
        The group of each.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    InputError
        When there are fewer than two groups, or no group has two rows.

    Notes
    -----
    The analysis-of-variance estimate (Fleiss; Ridout, Demetrio and Firth, 1999, Biometrics 55, 137-148, for shares).
    An estimate below 0 means that groups differ less than chance would make them; 0 is returned.
    """
    values, groups = aligned(values=values, groups=groups)
    numbers, codes = finite_numbers(values, "values").reshape(-1), group_codes(groups, "groups")
    missing = int(np.isnan(numbers).sum())
    if missing:
        raise InputError(f"{missing:,} of {len(numbers):,} values are missing. Leave those rows out.")
    if len(numbers) != len(codes):
        raise InputError(f"There are {len(numbers)} values and {len(codes)} groups. Give one of each a row.")
    sizes = np.bincount(codes)
    rows, count = len(numbers), len(sizes)
    if count < 2 or rows == count:
        raise InputError(f"{rows} rows in {count} groups do not show how alike a group is. Give two groups of two.")
    means = np.bincount(codes, weights=numbers) / sizes
    between = float(sizes @ (means - numbers.mean()) ** 2) / (count - 1)
    within = float(((numbers - means[codes]) ** 2).sum()) / (rows - count)
    typical = (rows - float(sizes @ sizes) / rows) / (count - 1)
    total = between + (typical - 1) * within
    return max(0.0, (between - within) / total) if total > 0 else 0.0


def repeats(groups: ArrayLike) -> float:
    """Return how many rows a row's own group has, on average over rows: 1 where no group has two.

    Parameters
    ----------
    groups : array_like, shape (n,)
        The group (family) of each row.
    """
    sizes = np.bincount(group_codes(groups, "groups"))
    if not len(sizes):
        raise InputError("There are no rows.")
    return float(sizes @ sizes / sizes.sum())


def design_effect(size: float, correlation: float, variation: float = 0.0) -> float:
    """Return how many times larger a mean's variance is for rows that come in groups.

    Parameters
    ----------
    size : float
        Rows of a group, on average over groups.
    correlation : float
        Of rows in one group.
    variation : float
        How much groups' sizes vary: their standard deviation over their mean.

    Returns
    -------
    float
        1 or more, where groups have a row or more.

    Raises
    ------
    InputError
        When a number cannot be.

    Notes
    -----
    ``1 + ((1 + variation²) size - 1) correlation``: Kish (1965); Eldridge, Ashby and Kerry (2006), International
    Journal of Epidemiology 35, 1292-1300. For whole groups given one treatment; where arms mix within groups, use
    `toolkit.stats.power.matched.Design`.

    Examples
    --------
    >>> round(design_effect(20, 0.05), 2)
    1.95
    """
    if not (size > 0 and 0 <= correlation <= 1 and variation >= 0):
        raise InputError(
            f"size is {size:g}, correlation {correlation:g}, variation {variation:g}. Give a size above 0, a "
            "correlation from 0 to 1 and a variation of 0 or more."
        )
    return 1 + ((1 + variation * variation) * size - 1) * correlation
