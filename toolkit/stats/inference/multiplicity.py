"""Several comparisons at once: p-values made larger for their number."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats


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
    return _adjusted(p_values, "holm")


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
    return _adjusted(p_values, "fdr_bh")


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
    values = np.asarray(p_values, dtype=np.float64)
    return pd.DataFrame(
        {"name": names, "p_value": values, "holm": holm(values), "benjamini_hochberg": benjamini_hochberg(values)}
    )


def _adjusted(p_values: ArrayLike, method: str) -> Floats:
    """Return statsmodels' adjusted p-values; those that are not numbers stay so and do not count."""
    from statsmodels.stats.multitest import multipletests

    values = np.asarray(p_values, dtype=np.float64).reshape(-1)
    known = ~np.isnan(values)
    wrong = values[known][(values[known] < 0) | (values[known] > 1)]
    if len(wrong):
        raise InputError(f"{len(wrong)} p-values are below 0 or above 1, the first {wrong[0]:g}.")
    adjusted = np.full(len(values), np.nan)
    if known.any():
        adjusted[known] = multipletests(values[known], method=method)[1]
    return adjusted
