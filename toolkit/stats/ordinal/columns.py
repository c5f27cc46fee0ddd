"""The explaining columns of a model of scores: read once, and made the same way again for other rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.standardised_terms import independent_columns
from toolkit.stats.sample.covariates import read_covariate
from toolkit.stats.sample.formula import covariate_names
from toolkit.stats.sample.frames import as_frame
from toolkit.stats.sample.names import Name, Names, absent_names, column_of, quoted
from toolkit.stats.sample.numbers import numbers_of


@dataclass(frozen=True, slots=True)
class Columns(Shown):
    """How a frame becomes the columns of a model.

    Attributes
    ----------
    covariates : list of names, or formula
        As they were given.
    outcome : name or None
        What the left-hand side of a formula may say.
    names : tuple of str
        One a column: a number's name, or ``race[black]`` for a level other than the first.
    term : tuple of str
        The covariate each column is of.
    levels : dict of str to tuple of str
        The levels of each covariate that is a category.
    """

    covariates: Names
    outcome: Name
    names: tuple[str, ...]
    term: tuple[str, ...]
    levels: dict[str, tuple[str, ...]]

    def matrix(self, frame: Any) -> Floats:
        """Return the columns for the rows of a frame, shape (n, p).

        Raises
        ------
        InputError
            For columns that are absent or have gaps, and levels the model does not know.
        """
        frame = as_given(frame)
        if not self.names:
            return np.zeros((len(frame), 0))
        terms, wide = covariate_names(self.covariates, frame, self.outcome)
        _require_whole(terms, wide)
        parts = [self._part(str(name), column_of(wide, name, "covariates")) for name in terms]
        return np.column_stack(parts).astype(np.float64)

    def _part(self, name: str, column: pd.Series) -> Floats:
        if name not in self.levels:
            return numbers_of(column, f'Column "{name}"').reshape(-1, 1)
        known = self.levels[name]
        texts = column.astype(object).map(str).to_numpy()
        wrong = sorted(set(texts) - set(known))
        if wrong:
            raise InputError(
                f'"{name}" is {quoted(wrong[:5])}, which the model does not know. {did_you_mean(wrong[0], known)}'
            )
        return np.column_stack([texts == level for level in known[1:]]).astype(np.float64)


def as_given(frame: Any) -> pd.DataFrame:
    """Return a table as a frame; numbers in an array of rows and columns are called x1, x2 and so on."""
    if isinstance(frame, np.ndarray | list) and np.ndim(frame) in (1, 2):
        array = numbers_of(frame, "The columns")
        array = array.reshape(len(array), -1)
        return pd.DataFrame(array, columns=[f"x{place}" for place in range(1, array.shape[1] + 1)])
    return as_frame(frame)


def read_columns(frame: pd.DataFrame, covariates: Names, outcome: Name) -> Columns:
    """Return how a frame's rows become columns, from the rows a model is fitted to.

    Raises
    ------
    InputError
        For columns that are absent or have gaps, or cannot be part of a model.
    """
    if not isinstance(covariates, str) and not len(covariates):
        return Columns((), outcome, (), (), {})
    terms, wide = covariate_names(covariates, frame, outcome)
    absent = absent_names(wide, terms)
    if absent:
        raise InputError(f"covariates: {absent}")
    if any(name == outcome for name in terms):
        raise InputError(f'"{outcome}" is the outcome, so it cannot explain itself. Take it out of the covariates.')
    _require_whole(terms, wide)
    names, term, levels = [], [], {}
    for name in terms:
        found = read_covariate(str(name), column_of(wide, name, "covariates"))
        labels = [f"{name}[{level}]" for level in found.levels[1:]] if found.is_category else [str(name)]
        if found.is_category:
            levels[str(name)] = found.levels
        names += labels
        term += [str(name)] * len(labels)
    return Columns(covariates, outcome, tuple(names), tuple(term), levels)


def require_independent(matrix: Floats, names: Sequence[str], weights: Floats) -> None:
    """Refuse columns that do not vary, or say nothing that those before them do not say.

    Raises
    ------
    InputError
        Naming them.
    """
    if not len(names):
        return
    centred, _, _ = standardised_columns(matrix, weights)
    kept = independent_columns((centred * weights[:, None]).T @ centred / weights.sum())
    wrong = [name for place, name in enumerate(names) if place not in kept]
    if wrong:
        raise InputError(
            f"{quoted(wrong)}: {'these columns do' if len(wrong) > 1 else 'this column does'} not vary, or "
            f"follow{'' if len(wrong) > 1 else 's'} from the other columns, so no coefficient can be had. Leave "
            f"{'them' if len(wrong) > 1 else 'it'} out."
        )


def standardised_columns(matrix: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Return columns less their weighted mean, over their standard deviation; and the means and deviations.

    A column that does not vary stays at 0.
    """
    mean = weights @ matrix / weights.sum()
    centred = matrix - mean
    deviation = np.sqrt(weights @ (centred * centred) / weights.sum())
    varies = deviation > 1e-12 * (np.abs(mean) + deviation)
    scale = np.where(varies, deviation, 1.0)
    return np.where(varies, centred / scale, 0.0), mean, scale


def _require_whole(terms: Sequence[Name], frame: pd.DataFrame) -> None:
    gaps = {str(name): int(column_of(frame, name, "covariates").isna().sum()) for name in terms if name in frame}
    wrong = ", ".join(f'"{name}" ({count:,} rows)' for name, count in gaps.items() if count)
    if wrong:
        raise InputError(f"Covariates are missing in some rows: {wrong}. Fill them, or leave those rows out.")
