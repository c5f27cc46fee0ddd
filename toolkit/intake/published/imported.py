"""What reading published files gives: counts, what was read, and what a person should know."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from toolkit.intake.published.files import TextTable
from toolkit.intake.published.sources import Source


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
    release
        The year of its release: its latest year ending.
    published
        The day it was published, where known.
    """

    name: str
    layout: str
    rows: int
    measures: tuple[str, ...]
    first_period: str
    last_period: str
    release: int = 0
    published: date | None = None


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


@dataclass(slots=True)
class Unread:
    """The files that were not read: descriptions, files of another kind, and files that must be put right.

    Attributes
    ----------
    descriptions
        Names of texts that describe other files.
    others
        Files of a kind the toolkit does not read: the name, and what to say of it.
    broken
        What is wrong with files that could not be opened, or that are of a known kind and not whole.
    """

    descriptions: list[str] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def add(self, source: Source, text: TextTable, why: str, *, is_known: bool) -> None:
        """Add a file; ``why`` is why its columns are no layout's, ``is_known`` whether they are one's after all."""
        if source.trouble or is_known:
            self.broken.append(text.trouble)
        elif source.suffix in (".txt", ".md"):
            self.descriptions.append(source.name)
        else:
            self.others[source.name] = text.trouble or f"{source.name} is not a file the toolkit knows. {why}"

    def say(self, notes: list[str], problems: list[str], *, others_read: bool) -> None:
        """Say it: a file of another kind is only listed where others were read, and else a problem."""
        problems.extend(self.broken)
        if not others_read:
            problems.extend(self.others.values())
            problems.sort()
        elif self.others:
            notes.insert(0, f"Not read, because the toolkit does not know files like them: {', '.join(self.others)}.")
