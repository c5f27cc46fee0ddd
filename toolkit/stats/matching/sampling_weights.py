"""Sampling weights: read and checked, and rows that stand for nobody left out before anything is matched."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.note import Note
from toolkit.stats.sample.sample import Missing, Sample, read_sample


def read_weighted_sample(
    frame: pd.DataFrame,
    treatment: str,
    covariates: Sequence[Hashable],
    also: Sequence[str],
    weights: str | None,
    missing: Missing,
) -> tuple[Sample, tuple[Note, ...]]:
    """Read the rows an analysis uses, without those whose sampling weight is 0, and say how many those were.

    Parameters
    ----------
    frame, treatment, covariates, also, missing
        As `read_sample`.
    weights : str or None
        The column of sampling weights.

    Raises
    ------
    InputError
        As `read_sample`, and `sampling_weights`.
    """
    also = [*also, weights] if weights is not None else also
    sample = read_sample(frame, treatment, covariates, also, missing)
    if weights is None:
        return sample, ()
    is_nobody = sampling_weights(sample, weights) == 0
    count = int(is_nobody.sum())
    if not count:
        return sample, ()
    rest = frame.drop(index=sample.frame.index[is_nobody])
    sample = replace(read_sample(rest, treatment, covariates, also, missing), whole=sample.whole)
    words = f'Left out, as their sampling weight in "{weights}" is 0: {count:,} rows.'
    return sample, (Note("no_sampling_weight", words, {"column": weights, "rows": count}),)


def sampling_weights(sample: Sample, name: str) -> Floats:
    """Return the sampling weights of the rows used, shape (n,).

    Raises
    ------
    InputError
        When the column is not numeric, a weight is below 0 or infinite, or an arm has none above 0.
    """
    column = sample.frame[name]
    if not pd.api.types.is_numeric_dtype(column.dtype):
        raise InputError(f'The weights in "{name}" are not numeric. Give a number from 0 for each row.')
    numbers = np.asarray(column.to_numpy(dtype=np.float64), dtype=np.float64)
    problems = []
    wrong = int((~np.isfinite(numbers) | (numbers < 0)).sum())
    if wrong:
        problems.append(
            f'The weights in "{name}" are below 0 or infinite in {wrong:,} rows. Give one from 0 for each row.'
        )
    for arm, rows in (("treated", sample.treated), ("comparison", ~sample.treated)):
        if not (numbers[rows] != 0).any():
            problems.append(f'Every {arm} row has a weight of 0 in "{name}". Give those that count one above 0.')
    if problems:
        raise InputError(" ".join(problems))
    return numbers
