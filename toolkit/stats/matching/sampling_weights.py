"""Sampling weights: read and checked, and rows that stand for nobody left out before anything is matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from toolkit.stats.notes.note import Note
from toolkit.stats.sample.names import Name, Names
from toolkit.stats.sample.sample import Missing, Sample, read_sample, read_weights


def read_weighted_sample(
    frame: pd.DataFrame,
    treatment: Name,
    covariates: Names,
    also: Sequence[Name],
    weights: Name | None,
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
        As `read_sample`, and `read_weights`.
    """
    also = [*also, weights] if weights is not None else also
    sample = read_sample(frame, treatment, covariates, also, missing)
    if weights is None:
        return sample, ()
    is_nobody = read_weights(sample, weights) == 0
    count = int(is_nobody.sum())
    if not count:
        return sample, ()
    rest = frame.drop(index=sample.frame.index[is_nobody])
    sample = replace(read_sample(rest, treatment, covariates, also, missing), whole=sample.whole)
    words = f'Left out, as their sampling weight in "{weights}" is 0: {count:,} rows.'
    return sample, (Note("no_sampling_weight", words, {"column": str(weights), "rows": count}),)
