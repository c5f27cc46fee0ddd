"""The rows an analysis uses: who is treated, the covariates, and every complaint about the columns at once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import AnyArray, Booleans, Integers
from toolkit.stats.notes.note import Note
from toolkit.stats.sample.covariates import Covariate, read_covariate

Missing = Literal["error", "drop", "indicator"]
MISSING_LEVEL = "(missing)"


@dataclass(frozen=True, slots=True)
class Sample:
    """A frame read for matching or weighting.

    Attributes
    ----------
    frame : DataFrame
        The rows used; shares the caller's data and is never written to.
    whole : Index
        The labels of all rows the caller gave, those dropped for missing values included.
    treatment : str
        The treatment's column.
    treated : ndarray of bool, shape (n,)
        Who is treated.
    covariates : tuple of Covariate
        What is to be balanced.
    missing : dict
        Rows with a missing value, by column, where the caller asked to drop or mark them.
    """

    frame: pd.DataFrame
    whole: pd.Index
    treatment: str
    treated: Booleans
    covariates: tuple[Covariate, ...]
    missing: dict[str, int]

    @property
    def rows(self) -> int:
        """How many rows are used."""
        return len(self.treated)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was missing, a note a column."""
        return tuple(
            Note("missing_values", f"Missing values in {name}: {count:,} rows.", {"column": name, "rows": count})
            for name, count in self.missing.items()
        )

    def positions(self, is_treated: bool) -> Integers:
        """Return the row positions of one arm."""
        return np.flatnonzero(self.treated if is_treated else ~self.treated)

    def on_index(self, numbers: AnyArray, name: str, fill: float) -> pd.Series:
        """Return one number a row used as a series on the caller's whole index; rows not used have `fill`."""
        series = pd.Series(numbers, index=self.frame.index, name=name)
        return series if len(self.whole) == len(series) else series.reindex(self.whole, fill_value=fill)


def read_sample(
    frame: pd.DataFrame,
    treatment: str,
    covariates: Sequence[str],
    also: Iterable[str] = (),
    missing: Missing = "error",
) -> Sample:
    """Read and check the columns an analysis uses.

    Parameters
    ----------
    frame : DataFrame
        One row a unit; only the named columns are looked at.
    treatment : str
        A column of 0 and 1, or of booleans.
    covariates : sequence of str
        Columns to balance.
    also : iterable of str
        Further columns the design uses (exact strata, calipers, units).
    missing : {"error", "drop", "indicator"}
        What to do with missing values; ``indicator`` marks them (a level of its own for categories; for numbers
        the observed mean and a further 0/1 covariate).

    Raises
    ------
    InputError
        Naming every column that is not there or holds missing values, a treatment that is not 0/1, an empty arm,
        a covariate that never varies.
    """
    if missing not in ("error", "drop", "indicator"):
        raise InputError(f'missing is "{missing}". Use "error", "drop" or "indicator".')
    also = list(also)
    names = list(dict.fromkeys([treatment, *covariates, *also]))
    _check_frame(frame, names)
    if len(set(covariates)) < len(list(covariates)):
        repeated = sorted({name for name in covariates if list(covariates).count(name) > 1})
        raise InputError(f"Named more than once among the covariates: {_listed(repeated)}. Name each column once.")
    if treatment in covariates:
        raise InputError(f'"{treatment}" is the treatment and cannot also be a covariate. Take it out of covariates.')
    gaps = {name: int(count) for name in names if (count := frame[name].isna().sum())}
    must_be_whole = {
        name: count for name, count in gaps.items() if missing == "error" or name not in covariates or name in also
    }
    if missing != "drop" and must_be_whole:
        raise InputError(_missing_message(must_be_whole, missing))
    used = frame if not gaps or missing == "indicator" else frame.loc[frame[list(gaps)].notna().all(axis=1).to_numpy()]
    treated = _read_treatment(used[treatment])
    read = tuple(part for name in covariates for part in _read(name, used[name]))
    _check_variation(read)
    return Sample(
        frame=used.copy(deep=False),
        whole=frame.index,
        treatment=treatment,
        treated=treated,
        covariates=read,
        missing=gaps,
    )


def _check_frame(frame: pd.DataFrame, names: Sequence[str]) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"A pandas DataFrame was expected, not {type(frame).__name__}.")
    absent = [name for name in names if name not in frame.columns]
    if absent:
        hints = " ".join(f'"{name}" is not a column. {did_you_mean(name, map(str, frame.columns))}' for name in absent)
        raise InputError(hints.strip())
    if not frame.index.is_unique:
        raise InputError("The frame's index has repeated labels, so pairs could not be named. Use reset_index first.")


def _missing_message(gaps: dict[str, int], missing: Missing) -> str:
    counts = ", ".join(f'"{name}" {count:,}' for name, count in gaps.items())
    advice = (
        'Fill them, or ask for missing="drop" or missing="indicator".'
        if missing == "error"
        else 'Only covariates can be marked as missing; fill these, or ask for missing="drop".'
    )
    return f"Missing values in the columns used (rows): {counts}. {advice}"


def _read_treatment(column: pd.Series) -> Booleans:
    name: Hashable = column.name
    remedy = f'Make a column of 0 and 1, such as (frame["{name}"] == value).astype(int).'
    if not (pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype)):
        raise InputError(f'The treatment "{name}" is not numeric. {remedy}')
    values = column.to_numpy(dtype=np.float64)
    treated = values == 1
    other = ~treated & (values != 0)
    if other.any():
        found = ", ".join(f"{value:g}" for value in np.unique(values[other])[:3])
        raise InputError(f'The treatment "{name}" holds values other than 0 and 1 (such as {found}). {remedy}')
    if not treated.any() or treated.all():
        empty = "treated (1)" if not treated.any() else "comparison (0)"
        raise InputError(f'No row is {empty} in "{name}": there is nothing to compare. Check the column and the rows.')
    return np.asarray(treated, dtype=bool)


def _read(name: str, column: pd.Series) -> tuple[Covariate, ...]:
    gaps = column.isna().to_numpy()
    if not gaps.any():
        return (read_covariate(name, column),)
    numeric = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    if not numeric:
        written = column.astype(object).where(~gaps, MISSING_LEVEL).astype(str)
        return (read_covariate(name, written),)
    filled = column.astype(np.float64).fillna(float(column.mean()))
    return (read_covariate(name, filled), Covariate(f"{name}{MISSING_LEVEL}", gaps))


def _check_variation(covariates: Sequence[Covariate]) -> None:
    constant = [c.name for c in covariates if len(c.levels) == 1 or (not c.levels and (c.values == c.values[0]).all())]
    if constant:
        raise InputError(f"The same value in every row: {_listed(constant)}. Take it out of the covariates.")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
