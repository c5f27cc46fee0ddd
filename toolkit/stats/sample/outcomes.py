"""Outcomes and the columns beside them, read for the rows that are compared."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.sample.aligned import beside_rows
from toolkit.stats.sample.covariates import Covariate, Term, model_terms, read_covariate
from toolkit.stats.sample.names import Names, absent_names, column_of, names_of
from toolkit.stats.sample.numbers import numbers_of
from toolkit.stats.sample.sample import Sample

TIME_WANTED = "the time as a number of days (or months), such as (end - start).dt.days"

Beside: TypeAlias = str | int | pd.Series | np.ndarray | list[Any]
"""A column's name, or values beside the frame."""


def read_outcome(sample: Sample, outcome: Any, rows: Integers) -> tuple[Floats, str]:
    """Return the outcome of the given rows as floats, and its name.

    Parameters
    ----------
    sample : Sample
        The rows used.
    outcome : str, int, Series or array_like
        A column's name, a series on the frame's index, or one value for each row of the frame.
    rows : ndarray
        Positions in the sample of the rows compared.

    Raises
    ------
    InputError
        For a column that is not there, not numeric, missing or infinite in rows that are compared.
    """
    values, name = outcome_with_gaps(sample, outcome, rows)
    gaps = int(np.isnan(values).sum())
    if gaps:
        raise InputError(f'The outcome "{name}" is missing in {gaps:,} of the rows compared. Fill or leave them out.')
    return values, name


def outcome_with_gaps(sample: Sample, outcome: Any, rows: Integers) -> tuple[Floats, str]:
    """Return the outcome of the given rows as floats, not a number where it is missing, and its name.

    Raises
    ------
    InputError
        For a column that is not there, not numeric, or infinite in these rows; for a series that lacks their labels.
    """
    part, name = _values(sample, outcome, rows, "outcome")
    values = numbers_of(part, f'The outcome "{name}"', "a number, such as 0 and 1")
    infinite = int(np.isinf(values).sum())
    if infinite:
        raise InputError(
            f'The outcome "{name}" is infinite in {infinite:,} of the rows compared. Replace these values (a division '
            "by 0?), or leave those rows out."
        )
    return values, name


def by_labels(given: Any, labels: pd.Index, what: str) -> Any:
    """Return values given by position as a series on a frame's labels; names and series as they are.

    Raises
    ------
    InputError
        For values that are not as many as the labels.
    """
    if isinstance(given, str | int | np.integer | pd.Series):
        return given
    return beside_rows(given, labels, labels, what).set_axis(labels)


def read_column(sample: Sample, given: Any, rows: Integers, option: str) -> pd.Series:
    """Return a column in the given rows; `given` is its name, or the values themselves beside the frame.

    Raises
    ------
    InputError
        When it is not there, or missing in these rows; `option` says what it was wanted for.
    """
    part, name = _values(sample, given, rows, option)
    gaps = int(part.isna().sum())
    if gaps:
        raise InputError(f'{option} "{name}" is missing in {gaps:,} of the rows compared. Fill or leave them out.')
    return part


def read_positive(sample: Sample, given: Any, rows: Integers, option: str) -> Floats:
    """Return a column of times above 0 in the given rows.

    Raises
    ------
    InputError
        As `read_column`; also for dates and text, and for times that are infinite or not above 0.
    """
    part = read_column(sample, given, rows, option)
    what = f'The {option} "{part.name}"'
    values = numbers_of(part, what, TIME_WANTED)
    wrong, infinite = int((~(values > 0)).sum()), int(np.isinf(values).sum())
    if wrong:
        raise InputError(f"{what} is 0 or less in {wrong:,} rows. Give times above 0.")
    if infinite:
        raise InputError(f"{what} is infinite in {infinite:,} rows. Give the time each row was followed.")
    return values


def read_durations(sample: Sample, duration: Any, events: Floats, name: str, rows: Integers) -> Floats:
    """Return each row's follow-up time, where the outcome is whether it ended with the event.

    Raises
    ------
    InputError
        When no column is named, times are not numbers above 0, or the outcome is not 0/1.
    """
    if duration is None:
        raise InputError(
            "This measure needs duration: the column with the time to the event or to the end of follow-up."
        )
    if not ((events == 0) | (events == 1)).all():
        raise InputError(f'The outcome "{name}" must be 0 or 1: whether follow-up ended with the event.')
    return read_positive(sample, duration, rows, "duration")


def adjustment_terms(sample: Sample, adjust: bool | Names, rows: Integers, outcome: object = None) -> tuple[Term, ...]:
    """Return the terms to adjust for: all covariates, none, or the columns named, matched on or not.

    Parameters
    ----------
    sample : Sample
        The rows used.
    adjust : bool, or names
        True for all covariates; names for these of them, or for other columns of the frame.
    rows : ndarray
        Positions of the rows compared. Columns that are no covariates are read in these alone.
    outcome : object
        What was named as the outcome, which nothing can be adjusted for.

    Raises
    ------
    InputError
        For names that are no columns, are the treatment or the outcome, or are missing in the rows compared.
    """
    if isinstance(adjust, bool | np.bool_):
        return model_terms(sample.covariates) if adjust else ()
    if adjust is None:
        raise InputError("adjust is None. Use True, False, or the names of columns.")
    names = names_of(adjust, "adjust")
    known = {covariate.name: covariate for covariate in sample.covariates}
    further = [name for name in names if str(name) not in known]
    absent = absent_names(sample.frame, further)
    if absent:
        raise InputError(f"adjust: {absent}")
    wrong = [name for name in names if name == sample.treatment or (isinstance(outcome, str | int) and name == outcome)]
    if wrong:
        what = "treatment" if wrong[0] == sample.treatment else "outcome"
        raise InputError(f'adjust: "{wrong[0]}" is the {what}. Take it out: it cannot be held alike.')
    for name in further:
        known[str(name)] = _further(sample, name, rows)
    return model_terms([known[str(name)] for name in names])


def _further(sample: Sample, name: object, rows: Integers) -> Covariate:
    """Return a column that is no covariate, read in the rows compared."""
    used = np.unique(rows)
    read = read_covariate(str(name), read_column(sample, name, used, "adjust"))
    values = np.zeros(sample.rows, dtype=read.values.dtype)
    values[used] = read.values
    return Covariate(read.name, values, read.levels)


def _values(sample: Sample, given: Any, rows: Integers, option: str) -> tuple[pd.Series, str]:
    """Return a column, or values given beside the frame, in the given rows, and what to call it."""
    if isinstance(given, str | int | np.integer) and not isinstance(given, bool):
        return column_of(sample.frame, given, option).iloc[rows], str(given)
    name = option if getattr(given, "name", None) is None else str(given.name)
    part = beside_rows(given, sample.whole, sample.frame.index[rows], f"{option} ({name})")
    return part.rename(name), name
