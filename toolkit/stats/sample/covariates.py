"""Covariates as numeric terms: numbers as they are, categories one term a level, nothing copied until it is used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import AnyArray, Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.numbers import is_time, plain

Rows = slice | Integers
MOST_CODES = 10
LARGEST = 2**53  # whole numbers up to this are exact as floats
READS_AS_NUMBER = re.compile(
    r"[-+<>~£$€]*\s*(\d[\d,\s]*\.?\d*|\.\d+)(e[-+]?\d+)?\s*%?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ][\d:.+Z]+)?",
    re.IGNORECASE,
)
"""Amounts with a currency, thousands, a percentage or a suppression mark; dates."""


@dataclass(frozen=True, slots=True)
class Covariate(Shown):
    """One column: either numbers (`values`) or categories (`values` holds codes into `levels`).

    Attributes
    ----------
    name : str
        The column's name.
    values : ndarray, shape (n,)
        Numbers or booleans; for categories, codes from 0 to len(levels) - 1.
    levels : tuple of str
        The categories in use, in order; empty for numbers.
    """

    name: str
    values: AnyArray
    levels: tuple[str, ...] = ()

    @property
    def is_category(self) -> bool:
        """Whether the values are codes of categories."""
        return bool(self.levels)


@dataclass(frozen=True, slots=True)
class Term(Shown):
    """One number a row: a numeric covariate, or whether a category takes one of its levels.

    Attributes
    ----------
    label : str
        The column's name, with the level in brackets for categories: ``race[black]``.
    covariate : Covariate
        Where the numbers come from.
    level : int or None
        The code of the level, or None for numbers.
    """

    label: str
    covariate: Covariate
    level: int | None = None

    def numbers(self, rows: Rows = slice(None)) -> Floats:
        """Return the term's values in the given rows as floats (a fresh array, unless already floats)."""
        values = self.covariate.values[rows]
        if self.level is not None:
            return np.asarray(values == self.level, dtype=np.float64)
        return np.asarray(values, dtype=np.float64)

    def centred(self, centre: float, rows: slice, out: Floats) -> None:
        """Write the term's values in the given rows, less `centre`, into `out`."""
        values = self.covariate.values[rows]
        np.subtract(values if self.level is None else values == self.level, centre, out=out)


def read_covariate(name: str, column: pd.Series) -> Covariate:
    """Turn one column without missing values into a covariate.

    Numbers kept as objects (Decimal, Fraction, Python's own) are numbers. Text is categories, unless more than ten of
    its values read as numbers or dates: a column of amounts exported as text would otherwise become a category an
    amount, and no one would see it. Ten, because deciles are the longest scale that is commonly written as codes.

    Raises
    ------
    InputError
        For dates, times and infinite values, which have no place in a model as they are; for text that reads as
        numbers; for objects that are neither numbers nor text.
    """
    what = f'Column "{name}"'
    column = plain(column, what)
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return _category(name, column.cat.remove_unused_categories())
    if is_time(column):
        raise InputError(
            f"{what} holds dates or times. Give a number instead, such as the days since a date you choose."
        )
    if pd.api.types.is_bool_dtype(kind):
        return Covariate(name, column.to_numpy(dtype=bool))
    if pd.api.types.is_complex_dtype(kind):
        raise InputError(f"{what} holds complex numbers. Use its real and imaginary parts as two columns.")
    if pd.api.types.is_numeric_dtype(kind):
        values = _plain_numbers(column)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            count = int((~np.isfinite(values)).sum())
            raise InputError(f"{what} has {count:,} infinite values. Replace them or leave those rows out.")
        if values.dtype.kind in "iu" and len(values) and max(int(values.max()), -int(values.min())) > LARGEST:
            raise InputError(
                f"{what} holds whole numbers too large to reckon with exactly. Leave it out if it is a row's or a "
                "family's number; otherwise give it in larger units."
            )
        return Covariate(name, values)
    return _category(name, _text_categories(name, column))


def _plain_numbers(column: pd.Series) -> AnyArray:
    if isinstance(column.dtype, np.dtype):
        return column.to_numpy()
    return column.to_numpy(dtype=np.float64)


def _text_categories(name: str, column: pd.Series) -> pd.Series:
    """Return text as categories, unless it reads as numbers."""
    try:
        found = column.astype("category")
    except TypeError as problem:
        raise InputError(
            f'Column "{name}" holds {type(column.iloc[0]).__name__} objects, which cannot be put in order. Make a text '
            "or a number of each."
        ) from problem
    levels = [str(level).strip() for level in found.cat.categories]
    numerals = [level for level in levels if READS_AS_NUMBER.fullmatch(level)]
    if len(numerals) > MOST_CODES:
        raise InputError(
            f'Column "{name}" is text, but {len(numerals):,} of its {len(levels):,} values read as numbers or dates, '
            f'such as "{numerals[0]}". Make numbers of it with pd.to_numeric (days of dates), or, where they are '
            'codes, say so with .astype("category").'
        )
    return found


def _category(name: str, column: pd.Series) -> Covariate:
    levels = tuple(str(level) for level in column.cat.categories)
    if len(set(levels)) < len(levels):
        raise InputError(f'Column "{name}" has categories that read the same once written out. Rename one of them.')
    return Covariate(name, column.cat.codes.to_numpy(), levels)


def every_term(covariates: Sequence[Covariate]) -> tuple[Term, ...]:
    """Return one term a number and one a level, all levels included (as balance is reported)."""
    return tuple(term for covariate in covariates for term in _terms_of(covariate))


def score_term(scores: Floats, others: Sequence[Term]) -> Term:
    """Return the score as a term, called "score" unless a covariate has that name."""
    label = "score"
    while label in {term.label for term in others}:
        label = "fitted score" if label == "score" else f"{label}'"
    return Term(label, Covariate(label, scores))


def model_terms(covariates: Sequence[Covariate]) -> tuple[Term, ...]:
    """Return the terms of a model with an intercept: the first level of each category is left out."""
    return tuple(term for covariate in covariates for term in _terms_of(covariate)[1 if covariate.is_category else 0 :])


def _terms_of(covariate: Covariate) -> tuple[Term, ...]:
    if not covariate.is_category:
        return (Term(covariate.name, covariate),)
    return tuple(Term(f"{covariate.name}[{level}]", covariate, code) for code, level in enumerate(covariate.levels))


def as_matrix(terms: Sequence[Term], rows: Rows = slice(None)) -> Floats:
    """Return the terms' values as a matrix, one column a term (columns contiguous)."""
    count = len(terms[0].covariate.values[rows]) if terms else 0
    matrix = np.empty((count, len(terms)), order="F")
    for place, term in enumerate(terms):
        matrix[:, place] = term.numbers(rows)
    return matrix
