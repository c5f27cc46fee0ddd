"""Columns of yes and no as numbers, checked to hold nothing else."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.sample.numbers import numbers_of


def zero_one(values: ArrayLike, name: str) -> Floats:
    """Return values as 0.0 and 1.0.

    Parameters
    ----------
    values : array_like, shape (n,)
        Of 0 and 1, or of False and True.
    name : str
        What they are, for the message.

    Raises
    ------
    InputError
        When one is anything else, or missing.
    """
    numbers = numbers_of(values, f'"{name}"', "0 and 1").reshape(-1)
    wrong = ~np.isin(numbers, (0.0, 1.0))
    if wrong.any():
        place = int(wrong.argmax())
        first = "missing" if np.isnan(numbers[place]) else f"{numbers[place]:g}"
        raise InputError(f"{int(wrong.sum())} of {name} are not 0 or 1; the first is {first}, at position {place}.")
    return numbers
