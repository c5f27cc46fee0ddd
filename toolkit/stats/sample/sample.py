"""The rows an analysis uses: who is treated, the covariates, and every complaint about the columns at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import AnyArray, Booleans, Floats, Integers
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import beside_rows
from toolkit.stats.sample.covariates import Covariate, every_term, read_covariate
from toolkit.stats.sample.frames import as_frame
from toolkit.stats.sample.names import Name, Names, absent_names, column_of, names_of, one_name, quoted, repeated_names
from toolkit.stats.sample.numbers import checked_weights, finite_numbers, is_time, numbers_of, plain

Missing = Literal["error", "drop", "indicator"]
MISSING_LEVEL = "(missing)"


@dataclass(frozen=True, slots=True)
class Sample(Shown):
    """A frame read for matching or weighting.

    Attributes
    ----------
    frame : DataFrame
        The rows used; shares the caller's data and is never written to.
    whole : Index
        The labels of all rows the caller gave, those dropped for missing values included.
    treatment : str or int
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
    treatment: Name
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
    frame: Any,
    treatment: Name,
    covariates: Names,
    also: Iterable[Name] = (),
    missing: Missing = "error",
) -> Sample:
    """Read and check the columns an analysis uses.

    Parameters
    ----------
    frame : DataFrame
        One row a unit; only the named columns are looked at. Tables of polars, pyarrow and the like become pandas ones.
    treatment : str or int
        A column of 0 and 1, or of booleans.
    covariates : sequence of str or int
        Columns to balance.
    also : iterable of str or int
        Further columns the design uses (exact strata, calipers, units).
    missing : {"error", "drop", "indicator"}
        What to do with missing values; ``indicator`` marks them (a level of its own for categories; for numbers
        the observed mean and a further 0/1 covariate).

    Raises
    ------
    InputError
        Naming every column that is not there, there twice or holds missing values, a treatment that is not 0/1, an
        empty arm, a covariate that never varies.
    """
    if missing not in ("error", "drop", "indicator"):
        raise InputError(f'missing is "{missing}". Use "error", "drop" or "indicator".')
    frame, treatment, also = as_frame(frame), one_name(treatment, "treatment"), list(also)
    _check_repeats(covariates)
    wanted = names_of(covariates, "covariates")
    names = list(dict.fromkeys([treatment, *wanted, *also]))
    _check_frame(frame, names)
    if treatment in wanted:
        raise InputError(f'"{treatment}" is the treatment and cannot also be a covariate. Take it out of covariates.')
    gaps = {name: int(count) for name in names if (count := frame[name].isna().sum())}
    _check_gaps(gaps, {*names} - {*wanted} | {*also}, len(frame), missing)
    used = frame if not gaps or missing == "indicator" else frame.loc[frame[list(gaps)].notna().all(axis=1).to_numpy()]
    if gaps and used.empty:
        raise InputError(f"No row is left without missing values. {_counted(gaps)} Leave out the emptiest columns.")
    treated = _read_treatment(used[treatment])
    read = tuple(part for name in wanted for part in _read(str(name), used[name]))
    _check_variation(read)
    _check_labels(read)
    return Sample(
        frame=used.copy(deep=False),
        whole=frame.index,
        treatment=treatment,
        treated=treated,
        covariates=read,
        missing={str(name): count for name, count in gaps.items()},
    )


def read_weights(sample: Sample, weights: Any) -> Floats:
    """Return one weight a row used, from a column's name or from values beside the frame.

    Raises
    ------
    InputError
        For a weight that is missing, infinite, below 0 or no number, and for an arm whose weights are all 0.
    """
    numbers = weights_beside(sample, weights, np.arange(sample.rows))
    of = f' in "{weights}"' if isinstance(weights, str | int) else ""
    empty = [
        name for arm, name in ((sample.treated, "treated"), (~sample.treated, "comparison")) if not numbers[arm].any()
    ]
    if empty:
        problems = (f"Every {name} row has a weight of 0{of}." for name in empty)
        raise InputError(" ".join([*problems, "Give those that count one above 0."]))
    return numbers


def weights_beside(sample: Sample, weights: Any, rows: Integers) -> Floats:
    """Return the weights of some rows, from a column's name or from values beside the frame.

    Raises
    ------
    InputError
        For a weight of these rows that is missing, infinite, below 0 or no number.
    """
    if isinstance(weights, str | int):
        what, given = str(weights), column_of(sample.frame, weights, "weights").iloc[rows]
    else:
        what, given = "", beside_rows(weights, sample.whole, sample.frame.index[rows], "weights")
    return checked_weights(given, what)


def _check_repeats(covariates: Names) -> None:
    listed = [] if isinstance(covariates, str) or not isinstance(covariates, list | tuple) else list(covariates)
    repeated = [name for name in dict.fromkeys(map(str, listed)) if list(map(str, listed)).count(name) > 1]
    if repeated:
        raise InputError(f"Named more than once among the covariates: {quoted(repeated)}. Name each column once.")


def _check_frame(frame: pd.DataFrame, names: Sequence[Name]) -> None:
    problems = " ".join(filter(None, (absent_names(frame, names), repeated_names(frame, names))))
    if problems:
        raise InputError(problems)
    if not frame.index.is_unique:
        raise InputError("The frame's index has repeated labels, so pairs could not be named. Use reset_index first.")


def _check_gaps(gaps: dict[Name, int], whole: set[Name], rows: int, missing: Missing) -> None:
    """Refuse missing values that were not asked to be dropped or cannot be marked."""
    wrong = {name: count for name, count in gaps.items() if missing == "error" or name in whole}
    if missing != "drop" and wrong:
        advice = (
            'Fill them, or ask for missing="drop" or missing="indicator".'
            if missing == "error"
            else 'Only covariates can be marked as missing; fill these, or ask for missing="drop".'
        )
        raise InputError(f"{_counted(wrong)} {advice}")
    empty = [name for name, count in gaps.items() if count == rows and missing == "indicator"]
    if empty:
        raise InputError(f"Missing in every row: {quoted(empty)}. There is nothing to mark; take it out.")


def _counted(gaps: dict[Name, int]) -> str:
    counts = ", ".join(f'"{name}" {count:,}' for name, count in gaps.items())
    return f"Missing values in the columns used (rows): {counts}."


def _read_treatment(column: pd.Series) -> Booleans:
    name = column.name
    remedy = f'Make a column of 0 and 1, such as (frame["{name}"] == value).astype(int).'
    values = numbers_of(column, f'The treatment "{name}"', f'0 and 1, such as (frame["{name}"] == value).astype(int)')
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
    column = plain(column, f'Column "{name}"')
    numeric = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    if not numeric or is_time(column):
        there = column[~gaps]
        known = read_covariate(name, there.astype(str) if pd.api.types.is_bool_dtype(column.dtype) else there)
        codes = np.full(len(column), len(known.levels))
        codes[~gaps] = known.values
        return (Covariate(name, codes, (*known.levels, MISSING_LEVEL)),)
    values = finite_numbers(column, f'Column "{name}"').copy()
    values[gaps] = values[~gaps].mean()
    return (Covariate(name, values), Covariate(f"{name}{MISSING_LEVEL}", gaps))


def _check_variation(covariates: Sequence[Covariate]) -> None:
    constant = [c.name for c in covariates if len(c.levels) == 1 or (not c.levels and (c.values == c.values[0]).all())]
    if constant:
        raise InputError(f"The same value in every row: {quoted(constant)}. Take it out of the covariates.")


def _check_labels(covariates: Sequence[Covariate]) -> None:
    """Refuse terms that could not be told apart in a table or a model."""
    labels = pd.Series([term.label for term in every_term(covariates)], dtype=object)
    several = labels[labels.duplicated()].unique().tolist()
    if several:
        raise InputError(f"Two terms would both be called {quoted(several[:3])}. Rename one of the columns.")
