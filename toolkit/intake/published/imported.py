"""What reading published files gives: counts, what was read, and what a person should know."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file that was read.

    Attributes
    ----------
    name
        The file's name.
    layout
        What it was recognised as, in words.
    rows
        Rows in the file, without its header.
    measures
        The measures read from it.
    first_period, last_period
        The first and last period read ("2013", or "2012-04" for months).
    """

    name: str
    layout: str
    rows: int
    measures: tuple[str, ...]
    first_period: str
    last_period: str


@dataclass(frozen=True, slots=True)
class Imported:
    """Published counts read from files.

    Attributes
    ----------
    area_counts
        The columns of the table `area_counts`, one row an area, period and measure, sorted by them.
    notes
        What a person should know: files skipped, releases that differ, columns named wrongly by the publisher.
    problems
        What has to be put right before the counts can be used; empty when all is well.
    files
        What each file was read as.
    """

    area_counts: pd.DataFrame
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    files: tuple[FileRead, ...]

    def summary(self) -> str:
        """Return what was read in a sentence a person can check."""
        rows = f"{len(self.area_counts):,} counts from {len(self.files)} files"
        if self.problems:
            return f"{rows}; {len(self.problems)} problems."
        return f"{rows}."
