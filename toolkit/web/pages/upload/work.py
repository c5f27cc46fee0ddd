"""What one session's upload has come to: the file chosen, what was said of it and put right in it, what was stored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from toolkit.intake.review.amending import Place, what_was_done
from toolkit.tables import table as table_named
from toolkit.web.access import RawSheet, Receipt

SCORES = table_named("progress_scores")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORK = "upload-work"


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored last in this session, what was left out of it, and the file where any was."""

    receipt: Receipt
    note: str
    left_out: pd.DataFrame
    to_mend: bytes
    file: File | None


@dataclass(slots=True)
class File:
    """A file that was chosen, with what was said of it and put right in it here.

    Attributes
    ----------
    name, content
        As it was sent.
    declared
        What was said of the whole file; ``None`` until it was, and empty where each row says it.
    cells, without
        Cells that were put right on the page, and rows that were taken out; see `amending.amended`.
    read
        The file as it was read, once it was.
    all_of
        What was said of the centre of all its rows, where no column says it; empty where one does.
    """

    name: str
    content: bytes
    declared: Mapping[str, str] | None = None
    cells: dict[Place, str] = field(default_factory=dict)
    without: frozenset[int] = frozenset()
    read: RawSheet | None = None
    all_of: str = ""

    @property
    def known_by(self) -> str:
        """What it is known by in the keys of its fields."""
        return hashlib.sha256(self.content).hexdigest()[:8]

    @property
    def put_right(self) -> str:
        """What was put right in it, in words; empty where nothing was."""
        return what_was_done(self.cells, self.without)


@dataclass(slots=True)
class Work:
    """What a session's upload has come to.

    Attributes
    ----------
    file
        The file at hand.
    stored
        What was stored last.
    withdrawn
        The number of the receipt that was withdrawn last, for the message that it is done.
    turn
        One more with each thing done: what is new at the top of the page takes the focus once.
    """

    file: File | None = None
    stored: Stored | None = None
    withdrawn: int | None = None
    turn: int = 0

    @property
    def uploader(self) -> str:
        """The key of the file chooser: another one after each file, so that none is read or stored twice."""
        return f"file-{self.turn}"

    def named(self, what: str) -> str:
        """Return what a message is known by, so that it takes the focus once."""
        return f"{what}-{self.turn}"

    def next(self, *, file: File | None = None, stored: Stored | None = None, withdrawn: int | None = None) -> None:
        """Go on to what was done now; what was before it is shown no more."""
        self.file, self.stored, self.withdrawn = file, stored, withdrawn
        self.turn += 1


def the_work() -> Work:
    """Return this session's."""
    found: Work = st.session_state.setdefault(_WORK, Work())
    return found
