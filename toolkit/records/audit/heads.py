"""Where the audit's last line is written down a second time, in a file beside the database.

The chain of hashes alone cannot show that its newest lines were cut off; this file can. Someone who may write to both
the database and this file could make both again: copy the file elsewhere, or note `toolkit audit show`'s last hash.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from toolkit.records.audit.lines import Head

HEADS = "audit-heads.txt"
_ENTRY = re.compile(r"(\d+) ([0-9a-f]{64})")


def write_head(folder: Path, head: Head) -> None:
    """Add the newest line's number and hash to the file."""
    # What was stored is stored: a full disk here must not make it look as if it was not.
    with suppress(OSError), (folder / HEADS).open("ab", buffering=0) as file:
        # A new line first: one that was cut short by a full disk does not spoil the next.
        file.write(f"\n{head.line} {head.hash}".encode())
        os.fsync(file.fileno())


def read_heads(folder: Path) -> tuple[Head, ...]:
    """Return what the file holds, in its order; lines cut short are left out."""
    file = folder / HEADS
    if not file.is_file():
        return ()
    found = (_ENTRY.fullmatch(line) for line in file.read_text(encoding="ascii", errors="replace").splitlines())
    return tuple(Head(int(match[1]), match[2]) for match in found if match)
