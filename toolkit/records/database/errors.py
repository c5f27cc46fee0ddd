"""What the database says when it cannot do something, as a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from toolkit.errors import StoreError

WAIT_SECONDS = 60

_BUSY = f"The store has been busy for {WAIT_SECONDS} seconds, so nothing was changed. Try again."
_FULL = "The disk is full, so nothing was changed. Make room and try again."
_READ_ONLY = "The store cannot be written to. Check who may write to its folder."
_AWAY = "The store's database cannot be reached, so nothing was changed. Check that it is running and try again."

# What the database says, and what that means to the person. Checked in this order.
_PLAIN = (
    ("publications are append-only", "What was published stays on record: its rows cannot be changed or removed."),
    ("append-only", "The audit is append-only: its lines cannot be changed or removed."),
    ("database is locked", _BUSY),
    ("database table is locked", _BUSY),
    ("lock timeout", _BUSY),
    ("readonly", _READ_ONLY),
    ("read-only", _READ_ONLY),
    (
        "permission denied",
        "The database does not let this user do that, so nothing was changed. Ask who looks after it.",
    ),
    ("disk is full", _FULL),
    ("no space left", _FULL),
    ("disk i/o error", "The disk could not be read or written, so nothing was changed. Check the disk."),
    ("unable to open", "The store cannot be opened. Check that its folder exists and who may read and write it."),
    ("not a database", "The file store.sqlite is damaged or is not a store. Put back a copy of it: toolkit restore"),
    ("malformed", "The file store.sqlite is damaged. Put back a copy of it: toolkit restore"),
    ("connection failed", _AWAY),
    ("connection is bad", _AWAY),
    ("could not connect", _AWAY),
    ("connection refused", _AWAY),
    ("server closed the connection", _AWAY),
    ("terminating connection", _AWAY),
    ("the connection is lost", _AWAY),
    ("recovery mode", _AWAY),
    ("starting up", _AWAY),
    ("shutting down", _AWAY),
    ("another server process", _AWAY),
    ("the connection is closed", _AWAY),
)


@contextmanager
def said_plainly(url: sa.URL) -> Iterator[None]:
    """Turn what the database says into a `StoreError` with what to do; errors of ours pass as they are."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        said = str(error.orig).lower()
        for words, sentence in _PLAIN:
            if words in said:
                where = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
                raise StoreError(f"{sentence} (Store: {where})") from error
        raise
