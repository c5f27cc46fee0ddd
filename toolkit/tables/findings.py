"""What a check between cells or rows says of a row that breaks it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that breaks a rule.

    Parameters
    ----------
    row
        The row's number in the file.
    column
        The name of the column whose cell is most likely wrong.
    sentence
        What is wrong and what to do, to follow "C7: Date of score is 04/03/2010."
    """

    row: int
    column: str
    sentence: str
