"""Publishers' marks: what stands in a cell of published data where a number does not.

The same letter means different things to different releases. In the Department for Education's census and looked-after
files up to 2019 ``x`` hides a number from 1 to 5 (the files' own metadata: "Any number between 1 and 5 inclusive …
has been suppressed and … replaced by an 'x'"; "Where data were not submitted … '..' has been used"). In the Explore
Education Statistics files ``c`` hides a small number and ``x`` says that there is none to publish: it fills the whole
row of an authority that sent no return (Hackney in 2021 and 2022).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

PUBLISHED = "published"
SUPPRESSED = "suppressed"
MISSING = "missing"
NOT_APPLICABLE = "not_applicable"

CENSUS_MARKS: Mapping[str, str] = MappingProxyType(
    {
        "x": SUPPRESSED,
        "c": SUPPRESSED,
        "-": SUPPRESSED,  # the Department's mark for 1 to 5 before it used x
        "–": SUPPRESSED,
        "*": SUPPRESSED,
        "..": MISSING,
        "…": MISSING,
        ":": MISSING,
        "": MISSING,
        ".": NOT_APPLICABLE,
        "z": NOT_APPLICABLE,
        "n/a": NOT_APPLICABLE,
    }
)
"""Marks of the one-row-an-area files, up to 2019."""

EXPLORE_MARKS: Mapping[str, str] = MappingProxyType(
    {
        "c": SUPPRESSED,
        "x": MISSING,
        ":": MISSING,
        "..": MISSING,
        "~": MISSING,
        "u": MISSING,  # withheld because it is unreliable
        "k": MISSING,  # rounds to nought but is not nought
        "low": MISSING,
        "": MISSING,
        "z": NOT_APPLICABLE,
        "-": NOT_APPLICABLE,
    }
)
"""Marks of Explore Education Statistics files."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of published cells, read.

    Attributes
    ----------
    values
        Numbers, NaN where a mark stands instead.
    status
        Why a value is empty: a status code of `area_counts`.
    is_wrong
        True where the cell is neither a number nor a known mark.
    """

    values: np.ndarray
    status: np.ndarray
    is_wrong: np.ndarray


def read_numbers(cells: pd.Series, marks: Mapping[str, str], *, may_be_negative: bool = False) -> Numbers:
    """Read published cells: thousands separators, spaces, and marks in capitals or not.

    Parameters
    ----------
    cells
        Text, one entry a cell.
    marks
        Mark (lower case) to status.
    may_be_negative
        Whether a number under 0 can be meant (money can, counts cannot).
    """
    codes, seen = pd.factorize(cells.astype(str).to_numpy(dtype=object))
    read = [_read_cell(cell, marks, may_be_negative) for cell in seen]
    values = np.array([value for value, _ in read], dtype=float)
    status = np.array([state for _, state in read], dtype=object)
    wrong = np.array([state == "" for _, state in read], dtype=bool)
    return Numbers(values[codes], status[codes], wrong[codes])


def _read_cell(cell: str, marks: Mapping[str, str], may_be_negative: bool) -> tuple[float, str]:
    text = cell.replace("\u00a0", " ").strip().lower()
    if text in marks:
        return np.nan, marks[text]
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return np.nan, ""
    if not np.isfinite(value) or (value < 0 and not may_be_negative):
        return np.nan, ""
    return value, PUBLISHED
