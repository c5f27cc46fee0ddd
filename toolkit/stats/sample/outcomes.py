"""Outcomes and the columns beside them, read for the rows that are compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.sample.covariates import Term, model_terms
from toolkit.stats.sample.sample import Sample


def read_outcome(sample: Sample, outcome: str | pd.Series | np.ndarray, rows: Integers) -> tuple[Floats, str]:
    """Return the outcome of the given rows as floats, and its name.

    Raises
    ------
    InputError
        For a column that is not there, not numeric, or missing in rows that are used.
    """
    values, name = outcome_with_gaps(sample, outcome, rows)
    gaps = int(np.isnan(values).sum())
    if gaps:
        raise InputError(f'The outcome "{name}" is missing in {gaps:,} of the rows compared. Fill or leave them out.')
    return values, name


def outcome_with_gaps(sample: Sample, outcome: str | pd.Series | np.ndarray, rows: Integers) -> tuple[Floats, str]:
    """Return the outcome of the given rows as floats, not a number where it is missing, and its name.

    Raises
    ------
    InputError
        For a column that is not there, or not numeric.
    """
    if isinstance(outcome, str):
        if outcome not in sample.frame.columns:
            hint = did_you_mean(outcome, map(str, sample.frame.columns))
            raise InputError(f'"{outcome}" is not a column of the frame that was matched. {hint}'.strip())
        series, name = sample.frame[outcome], outcome
    elif isinstance(outcome, pd.Series):
        series, name = outcome.reindex(sample.frame.index), str(outcome.name or "outcome")
    else:
        if len(outcome) != len(sample.whole):
            raise InputError(f"The outcome has {len(outcome):,} values for {len(sample.whole):,} rows. Give one a row.")
        series, name = pd.Series(outcome, index=sample.whole).reindex(sample.frame.index), "outcome"
    if not (pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_bool_dtype(series.dtype)):
        raise InputError(f'The outcome "{name}" is not numeric. Make it a number, such as 0 and 1.')
    return series.iloc[rows].to_numpy(dtype=np.float64, na_value=np.nan), name


def read_column(sample: Sample, name: str, rows: Integers, option: str) -> pd.Series:
    """Return a column in the given rows.

    Raises
    ------
    InputError
        When it is not there, or missing in these rows; `option` says what it was wanted for.
    """
    if name not in sample.frame.columns:
        hint = did_you_mean(name, map(str, sample.frame.columns))
        raise InputError(f'{option} "{name}" is not a column of the frame. {hint}'.strip())
    part = sample.frame[name].iloc[rows]
    gaps = int(part.isna().sum())
    if gaps:
        raise InputError(f'{option} "{name}" is missing in {gaps:,} of the rows compared. Fill or leave them out.')
    return part


def read_durations(sample: Sample, duration: str | None, events: Floats, name: str, rows: Integers) -> Floats:
    """Return each row's follow-up time, where the outcome is whether it ended with the event.

    Raises
    ------
    InputError
        When no column is named, times are not above 0, or the outcome is not 0/1.
    """
    if duration is None:
        raise InputError(
            "This measure needs duration: the column with the time to the event or to the end of follow-up."
        )
    if not ((events == 0) | (events == 1)).all():
        raise InputError(f'The outcome "{name}" must be 0 or 1: whether follow-up ended with the event.')
    values = read_column(sample, duration, rows, "duration").to_numpy(dtype=np.float64)
    if not (values > 0).all():
        raise InputError(
            f'The duration "{duration}" is 0 or less in {int((values <= 0).sum()):,} rows. Give times above 0.'
        )
    return values


def adjustment_terms(sample: Sample, adjust: bool | Sequence[str]) -> tuple[Term, ...]:
    """Return the terms to adjust for."""
    if isinstance(adjust, bool):
        return model_terms(sample.covariates) if adjust else ()
    names = [adjust] if isinstance(adjust, str) else list(adjust)
    known = {covariate.name: covariate for covariate in sample.covariates}
    unknown = [name for name in names if name not in known]
    if unknown:
        hints = " ".join(f'"{name}" is not one of the covariates. {did_you_mean(name, known)}' for name in unknown)
        raise InputError(hints.strip())
    return model_terms([known[name] for name in names])
