"""The register of protocols: when each question's method was written down, kept beside the protocols themselves.

``register.csv`` in the protocols' folder has a row for each version of a protocol that was registered: its question
(the file's name), the SHA-256 of its bytes, the day, and why it was changed. Rows are only ever added. A copy of each
registered version is kept in the folder ``registered``, so that what a later one asks less can be told.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from toolkit.errors import ProtocolError
from toolkit.intake.cells import restored
from toolkit.intake.outgoing.safe_cells import csv_text

FILE = "register.csv"
COPIES = "registered"
"""The folder of copies, beside the register."""
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

    def entry_of(self, protocol_hash: str) -> Entry | None:
        """Return the first entry of a version; ``None`` where it is not registered."""
        return next((entry for entry in self.entries if entry.hash == protocol_hash), None)

    def table(self) -> pd.DataFrame:
        """Return one row a version: ``hash``, ``registered_on``, ``why``."""
        rows = [{"hash": e.hash, "registered_on": e.on.isoformat(), "why": e.why} for e in self.entries]
        return pd.DataFrame(rows, columns=["hash", "registered_on", "why"])


NOT_REGISTERED = Registered(())
"""What a register says of a question that it does not have."""


def read_register(folder: Path, question: str) -> Registered:
    """Return what the register beside the protocols says of one question.

    Raises
    ------
    ProtocolError
        When the register is there but cannot be read, naming the row.
    """
    path = folder / FILE
    if not path.is_file():
        return NOT_REGISTERED
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Registered(tuple(_entry(path, n, row) for n, row in enumerate(rows, 2) if row.get("question") == question))


def register(protocol: Path, *, on: date, why: str = "") -> Entry:
    """Add a protocol as it is now to the register beside it, keep a copy of it, and return the entry.

    Registering the newest version again changes nothing, but for its copy where that is missing.

    Raises
    ------
    ProtocolError
        When a version was registered before and ``why`` it changed is not said.
    """
    known = read_register(protocol.parent, protocol.stem).entries
    content = protocol.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if known and known[-1].hash == found:
        _keep_copy(protocol, content, found)
        return known[-1]
    if known and not why.strip():
        raise ProtocolError(
            f"{protocol.name} was registered on {known[-1].on} and has changed since. Say why it changed (--why)."
        )
    entry = Entry(found, on, why.strip())
    _keep_copy(protocol, content, found)
    path = protocol.parent / FILE
    is_new = not path.is_file()
    with path.open("a", encoding="utf-8", newline="") as file:
        row = (protocol.stem, entry.hash, entry.on.isoformat(), entry.why)
        file.write(csv_text([_COLUMNS, row] if is_new else [row]))
    return entry


def register_csv(question: str, entries: Iterable[Entry]) -> str:
    """Return a register of one question's entries, as its file holds them."""
    return csv_text([_COLUMNS, *((question, one.hash, one.on.isoformat(), one.why) for one in entries)])


def registered_text(folder: Path, question: str, protocol_hash: str) -> str | None:
    """Return a registered version of a protocol as it was written.

    Parameters
    ----------
    folder
        The protocols' folder.
    question, protocol_hash
        The file's name without its ending, and the SHA-256 of the version's bytes.

    Returns
    -------
    str or None
        ``None`` where neither the protocol's file nor a copy has these very bytes.
    """
    for file in (folder / f"{question}.toml", _copy_of(folder, question, protocol_hash)):
        if file.is_file() and hashlib.sha256(content := file.read_bytes()).hexdigest() == protocol_hash:
            return content.decode("utf-8")
    return None


def _copy_of(folder: Path, question: str, protocol_hash: str) -> Path:
    return folder / COPIES / f"{question}-{protocol_hash[:16]}.toml"


def _keep_copy(protocol: Path, content: bytes, protocol_hash: str) -> None:
    file = _copy_of(protocol.parent, protocol.stem, protocol_hash)
    file.parent.mkdir(exist_ok=True)
    part = file.with_suffix(".part")
    part.write_bytes(content)
    os.replace(part, file)


def _entry(path: Path, number: int, row: dict[str, str]) -> Entry:
    try:
        day = date.fromisoformat(row["registered_on"].strip())
        return Entry(row["hash"].strip(), day, restored((row["why"] or "").strip()))
    except (KeyError, ValueError, AttributeError) as error:
        raise ProtocolError(
            f"{path.name}, row {number} cannot be read. Each row needs {', '.join(_COLUMNS)}, the day as YYYY-MM-DD."
        ) from error
