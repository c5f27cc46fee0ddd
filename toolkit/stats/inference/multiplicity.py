"""Several comparisons at once: p-values made larger for their number."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.sample.aligned import aligned, as_series
from toolkit.stats.sample.numbers import numbers_of


def holm(p_values: ArrayLike) -> Floats:
    """Return p-values adjusted so that the chance of any false finding among them stays at the level.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        Of the family of comparisons; not a number where one could not be made, which then does not count.

    Returns
    -------
    ndarray, shape (m,)
        In the same order.

    Raises
    ------
    InputError
        When one is below 0 or above 1.

    Notes
    -----
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70. It holds whatever the comparisons share.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    values, order = _sorted(p_values)
    known = len(order)
    return _put_back(values, order, np.maximum.accumulate(values[order] * (known - np.arange(known))))


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Return p-values adjusted so that the share of false findings among findings stays at the level on average.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        Of the family of comparisons; not a number where one could not be made, which then does not count.

    Returns
    -------
    ndarray, shape (m,)
        In the same order.

    Raises
    ------
    InputError
        When one is below 0 or above 1.

    Notes
    -----
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300. For searching, not for
    conclusions: use `holm` for those.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.04, 0.04]
    """
    values, order = _sorted(p_values)
    known = len(order)
    steps = values[order] * known / np.arange(1, known + 1)
    return _put_back(values, order, np.minimum.accumulate(steps[::-1])[::-1])


def adjusted_p_values(names: list[str], p_values: ArrayLike) -> pd.DataFrame:
    """Return one row a comparison: name, p_value, holm, benjamini_hochberg.

    Parameters
    ----------
    names : list of str
        What each comparison is called.
    p_values : array_like, shape (m,)
        As in `holm`.

    Returns
    -------
    DataFrame
        name, p_value, holm, benjamini_hochberg.

    Raises
    ------
    InputError
        When a p-value is below 0 or above 1.
    """
    names, p_values = aligned(names=names, p_values=p_values)
    values, called = numbers_of(p_values, "p_values").reshape(-1), list(as_series(names, "names"))
    if len(values) != len(called):
        raise InputError(f"There are {len(called)} names and {len(values)} p-values. Give one of each a comparison.")
    return pd.DataFrame(
        {"name": called, "p_value": values, "holm": holm(values), "benjamini_hochberg": benjamini_hochberg(values)}
    )


def _sorted(p_values: ArrayLike) -> tuple[Floats, Integers]:
    """Return the p-values and the places of those that are numbers, the smallest first."""
    values = numbers_of(p_values, "p_values").reshape(-1)
    known = np.flatnonzero(~np.isnan(values))
    wrong = values[known][(values[known] < 0) | (values[known] > 1)]
    if len(wrong):
        raise InputError(f"{len(wrong)} p-values are below 0 or above 1, the first {wrong[0]:g}.")
    return values, known[np.argsort(values[known], kind="stable")]


def _put_back(values: Floats, order: Integers, adjusted: Floats) -> Floats:
    """Return the adjusted p-values in the order they were given; those that are not numbers stay so."""
    found = np.full(len(values), np.nan)
    found[order] = np.minimum(adjusted, 1.0)
    return found
