"""A report as one document, before it is a file of any kind: what every writer writes, and nothing it must work out.

Every run of words knows its language, so that a screen reader speaks it as it is meant and a script finds its letters.
A picture cannot be without its words, its table and its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from toolkit.charts.theme import Drawn


@dataclass(frozen=True, slots=True)
class Language:
    """A language that words are in.

    Attributes
    ----------
    tag
        As BCP 47 has it, such as ``en-GB`` or ``ur``.
    is_right_to_left
        Whether its lines begin on the right.
    name
        What its readers call it.
    """

    tag: str
    is_right_to_left: bool = False
    name: str = ""

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return "rtl" if self.is_right_to_left else "ltr"


ENGLISH = Language("en-GB", name="English")
SOME = "SIMULATED DATA in part: some answers here are about made-up families. Each of those says so."


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one language, plain or strong."""

    text: str
    is_strong: bool = False
    language: Language = ENGLISH


Words = tuple[Run, ...]


def words(text: str, *, strong: bool = False, language: Language = ENGLISH) -> Words:
    """Return a text as one run."""
    return (Run(text, strong, language),)


def spoken(runs: Words) -> Language:
    """Return the language of runs: the first one's."""
    return runs[0].language if runs else ENGLISH


def plain(runs: Words) -> str:
    """Return runs as text."""
    return "".join(run.text for run in runs)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a part; level 3 stands under one of level 2."""

    runs: Words
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; an answer is drawn larger, with a bar beside it."""

    runs: Words
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list, with numbers where people are to speak of one by its number."""

    items: tuple[Words, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first row heads its columns and whose first column names its rows.

    Attributes
    ----------
    caption
        What it is.
    columns
        The headings.
    rows
        Every cell in words.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its words and its figures; large print lists wide tables below it.

    Attributes
    ----------
    headline
        What it shows, as a sentence.
    chart
        It.
    alternative
        What a person who cannot see it needs to know.
    table
        Its figures.
    source
        Where they are from.
    notes
        What must be known to read it, a sentence each.
    """

    headline: str
    chart: Drawn
    alternative: str
    table: Table | None
    source: str
    notes: tuple[str, ...] = ()


Block = Heading | Paragraph | Points | Table | Picture


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one heading of the first level, on pages of its own.

    Attributes
    ----------
    name
        A word that links lead to.
    title
        Its heading.
    notice
        What its figures must say of themselves on every page; empty where they are real.
    blocks
        What is in it.
    """

    name: str
    title: Words
    notice: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Attributes
    ----------
    title
        Its title.
    made_of
        The day of the newest publication in it: a report has no other day, so that it can be made again to the byte.
    parts
        What is in it.
    origin
        What it was made of, in a sentence.
    """

    title: str
    made_of: datetime
    parts: tuple[Part, ...]
    origin: str

    @property
    def notice(self) -> str:
        """What its simulated figures say of themselves; empty where there are none."""
        return together(part.notice for part in self.parts)

    @property
    def named(self) -> str:
        """The title as a file's properties have it, which say that figures are simulated."""
        if not self.notice:
            return self.title
        return f"{self.title} ({'some ' if self.notice == SOME else ''}simulated data)"

    @property
    def languages(self) -> tuple[Language, ...]:
        """Every language in it, the first met first."""
        return tuple(dict.fromkeys(run.language for part in self.parts for run in _runs(part.title, part.blocks)))


def together(notices: Iterable[str]) -> str:
    """Return what several parts say of themselves as one: where some are simulated and some are real, just that."""
    said = set(notices)
    return SOME if len(said) > 1 else "".join(said)


def first_runs(block: Block) -> Words:
    """Return the runs of a block whose first says its language; none of a table or picture."""
    if isinstance(block, Heading | Paragraph):
        return block.runs
    return block.items[0] if isinstance(block, Points) and block.items else ()


def _runs(title: Words, blocks: Sequence[Block]) -> list[Run]:
    found = [*title]
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            found += block.runs
        elif isinstance(block, Points):
            found += [run for item in block.items for run in item]
    return found
