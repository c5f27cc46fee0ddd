"""The register of protocols: when each question's method was written down, kept beside the protocols themselves.

``register.csv`` in the protocols' folder has a row for each version of a protocol that was registered: its question
(the file's name), the SHA-256 of its bytes, the day, and why it was changed. Rows are only ever added.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from toolkit.errors import ProtocolError
from toolkit.intake.cells import restored
from toolkit.intake.outgoing.safe_cells import csv_text

FILE = "register.csv"
_COLUMNS = ("question", "hash", "registered_on", "why")


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of a protocol, as registered: the hash of its bytes, the day, and why it changed."""

    hash: str
    on: date
    why: str


@dataclass(frozen=True, slots=True)
class Registered:
    """The registered versions of one protocol, the first first."""

    entries: tuple[Entry, ...]

    def table(self) -> pd.DataFrame:
        """Return one row a version: ``hash``, ``registered_on``, ``why``."""
        rows = [{"hash": e.hash, "registered_on": e.on.isoformat(), "why": e.why} for e in self.entries]
        return pd.DataFrame(rows, columns=["hash", "registered_on", "why"])


def read_register(folder: Path, question: str) -> Registered:
    """Return what the register beside the protocols says of one question.

    Raises
    ------
    ProtocolError
        When the register is there but cannot be read, naming the row.
    """
    path = folder / FILE
    if not path.is_file():
        return Registered(())
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Registered(tuple(_entry(path, n, row) for n, row in enumerate(rows, 2) if row.get("question") == question))


def register(protocol: Path, *, on: date, why: str = "") -> Entry:
    """Add a protocol as it is now to the register beside it, and return the entry.

    Registering the newest version again changes nothing.

    Raises
    ------
    ProtocolError
        When a version was registered before and ``why`` it changed is not said.
    """
    known = read_register(protocol.parent, protocol.stem).entries
    found = hashlib.sha256(protocol.read_bytes()).hexdigest()
    if known and known[-1].hash == found:
        return known[-1]
    if known and not why.strip():
        raise ProtocolError(
            f"{protocol.name} was registered on {known[-1].on} and has changed since. Say why it changed (--why)."
        )
    entry = Entry(found, on, why.strip())
    path = protocol.parent / FILE
    is_new = not path.is_file()
    with path.open("a", encoding="utf-8", newline="") as file:
        row = (protocol.stem, entry.hash, entry.on.isoformat(), entry.why)
        file.write(csv_text([_COLUMNS, row] if is_new else [row]))
    return entry


def _entry(path: Path, number: int, row: dict[str, str]) -> Entry:
    try:
        day = date.fromisoformat(row["registered_on"].strip())
        return Entry(row["hash"].strip(), day, restored((row["why"] or "").strip()))
    except (KeyError, ValueError, AttributeError) as error:
        raise ProtocolError(
            f"{path.name}, row {number} cannot be read. Each row needs {', '.join(_COLUMNS)}, the day as YYYY-MM-DD."
        ) from error
