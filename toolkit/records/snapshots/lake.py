"""A lake: many councils' snapshots side by side, a folder ``authority=<code>`` each, so that each is read alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import StoreError, did_you_mean
from toolkit.records.snapshots.snapshot import MANIFEST, Snapshot

_PREFIX = "authority="


@dataclass(frozen=True, slots=True)
class Lake:
    """Councils' snapshots, partitioned by authority.

    Attributes
    ----------
    folder
        Where it is.
    authorities
        Their codes, in order.
    """

    folder: Path
    authorities: tuple[str, ...]

    @classmethod
    def open(cls, folder: Path) -> Lake:
        """Open a lake; its parts are not looked into yet.

        Raises
        ------
        StoreError
            When the folder holds no authority's snapshot.
        """
        found = sorted(path.parent.name for path in Path(folder).glob(f"{_PREFIX}*/{MANIFEST}"))
        if not found:
            raise StoreError(
                f"{folder} is no lake. Expected folders named {_PREFIX}<code>, with a snapshot in each "
                "(toolkit snapshot --out)."
            )
        return cls(Path(folder), tuple(name.removeprefix(_PREFIX) for name in found))

    def part(self, authority: str) -> Snapshot:
        """Return an authority's snapshot, its files checked.

        Raises
        ------
        StoreError
            When there is no such authority, or a file of it was changed.
        """
        if authority not in self.authorities:
            hint = did_you_mean(authority, self.authorities)
            raise StoreError(f'{self.folder} has no authority "{authority}". {hint}'.rstrip())
        return Snapshot.open(part_folder(self.folder, authority))


def part_folder(lake: Path, authority: str) -> Path:
    """Return the folder of an authority's snapshot in a lake.

    Raises
    ------
    StoreError
        When its code cannot name a folder.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", authority):
        raise StoreError(f'"{authority}" cannot name an authority: letters, digits, "-" and "_" only.')
    return lake / f"{_PREFIX}{authority}"
