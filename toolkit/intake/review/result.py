"""What came of reviewing a spreadsheet: good rows, problems, notices, and the rows left out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.intake.problems import Notice, Problem, grouped
from toolkit.tables import Table


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a file, in counts and a sentence."""

    rows_read: int
    good: int
    left_out: int
    already_stored: int
    problems: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Review:
    """A spreadsheet reviewed for a table.

    Parameters
    ----------
    table
        The table.
    source_name
        The file's name.
    content_hash
        SHA-256 of the file, hexadecimal.
    rows
        The good rows: the table's columns in order; days and months as `datetime.date`.
    row_numbers
        The number in Excel of each good row.
    problems
        Everything to be put right, by row and column.
    notices
        What else a person should know about how the file was read.
    left_out
        The rows that are not good, as text: ``row`` (its number in Excel), the file's own columns, and ``reason``.
    rows_read
        Rows under the headings that hold anything: the good ones and those left out.
    already_stored
        Numbers in Excel of the rows left out because they are stored already.
    """

    table: Table
    source_name: str
    content_hash: str
    rows: pd.DataFrame
    row_numbers: tuple[int, ...]
    problems: tuple[Problem, ...]
    notices: tuple[Notice, ...]
    left_out: pd.DataFrame
    rows_read: int
    already_stored: tuple[int, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing has to be put right."""
        return not self.problems

    def problem_sentences(self) -> tuple[str, ...]:
        """Return the problems as sentences, those of a column with very many told as one."""
        return grouped(self.problems)

    def summary(self) -> Summary:
        """Return the counts, and what they mean in a sentence."""
        good, left, stored, found = len(self.rows), len(self.left_out), len(self.already_stored), len(self.problems)
        mend = self._rows_to_mend()
        parts = [f"{_counted(self.rows_read, 'row')} read: {good:,} good"]
        if stored:
            parts.append(f"{stored:,} already stored")
        if mend:
            parts.append(f"{mend:,} to put right")
        if left > stored + mend:
            parts.append(f"{left - stored - mend:,} left out as no data")
        to_do = f" {_counted(found, 'problem')} to put right." if found else " Nothing to put right."
        return Summary(self.rows_read, good, left, stored, found, ", ".join(parts) + "." + to_do)

    def _rows_to_mend(self) -> int:
        if any(problem.row is None for problem in self.problems):  # a fault of the file: every row waits for it
            return len(self.left_out) - len(self.already_stored)
        return int(self.left_out["row"].isin({problem.row for problem in self.problems}).sum())


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
