"""A lake: many councils' snapshots side by side, a folder ``authority=<code>`` each, so that each is read alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import StoreError, did_you_mean
from toolkit.records.snapshots.snapshot import MANIFEST, Snapshot

PREFIX = "authority="
"""What the name of an authority's folder begins with."""


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
        found = sorted(path.parent.name for path in Path(folder).glob(f"{PREFIX}*/{MANIFEST}"))
        return cls(Path(folder), authorities_of(found, str(folder)))

    def part(self, authority: str) -> Snapshot:
        """Return an authority's snapshot, its files checked.

        Raises
        ------
        StoreError
            When there is no such authority, or a file of it was changed.
        """
        check_is_there(authority, self.authorities, str(self.folder))
        return Snapshot.open(part_folder(self.folder, authority))

    @contextmanager
    def brought(self, authority: str, beside: Path, only: Collection[str] | None = None) -> Iterator[Snapshot]:
        """Give an authority's snapshot where it is: from a folder nothing needs to be brought."""
        yield self.part(authority)

    def hash_of(self, authority: str) -> str:
        """Return the hash of an authority's snapshot, its files checked."""
        return self.part(authority).hash


def authorities_of(folders: Sequence[str], where: str) -> tuple[str, ...]:
    """Return the codes that the names of a lake's folders tell.

    Raises
    ------
    StoreError
        When there is none.
    """
    if not folders:
        raise StoreError(
            f"{where} is no lake. Expected folders named {PREFIX}<code>, with a snapshot in each "
            "(toolkit snapshot --out)."
        )
    return tuple(name.removeprefix(PREFIX) for name in folders)


def check_is_there(authority: str, authorities: Sequence[str], where: str) -> None:
    """Refuse an authority that a lake does not have.

    Raises
    ------
    StoreError
        Naming those it may be.
    """
    if authority not in authorities:
        raise StoreError(f'{where} has no authority "{authority}". {did_you_mean(authority, authorities)}'.rstrip())


def part_folder(lake: Path, authority: str) -> Path:
    """Return the folder of an authority's snapshot in a lake.

    Raises
    ------
    StoreError
        When its code cannot name a folder.
    """
    return lake / folder_name(authority)


def folder_name(authority: str) -> str:
    """Return the name of an authority's folder in a lake; see `part_folder` for what is refused."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", authority):
        raise StoreError(f'"{authority}" cannot name an authority: letters, digits, "-" and "_" only.')
    return f"{PREFIX}{authority}"
