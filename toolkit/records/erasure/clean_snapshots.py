"""After an erasure: the snapshots that hold what was erased are taken again, as of their versions."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.audit.transaction import logged
from toolkit.records.database.connect import reading
from toolkit.records.database.schema import SNAPSHOTS
from toolkit.records.database.versions import current_version, take_turn
from toolkit.records.erasure.erased_files import SNAPSHOTS_FOLDER, Known, state_of
from toolkit.records.rows.read import read_arrow
from toolkit.records.snapshots.check import REMOVED, SNAPSHOT, TOOK
from toolkit.records.snapshots.files import write_snapshot
from toolkit.records.snapshots.snapshot import Snapshot
from toolkit.tables import TABLES


def said_of(error: OSError, folder: Path) -> str:
    """Return which file of a store something could not be done to, and why, without the server's own path."""
    file = Path(str(error.filename)) if error.filename else folder
    named = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name
    return f"{named}: {error.strerror or error}"


@dataclass(frozen=True, slots=True)
class Snapshots:
    """A store's snapshots, for being rid of what the store no longer knows.

    Attributes
    ----------
    engine, folder
        The store's.
    known
        The numbers that it holds.
    every
        Whether all are taken again: rows were removed of families that stay.
    simulated
        Whether its rows are simulated.
    """

    engine: sa.Engine
    folder: Path
    known: Known
    every: bool
    simulated: bool

    def take_again(self, problems: list[str]) -> dict[str, str]:
        """Return the old hashes with the new ones, adding what could not be cleaned."""
        retaken: dict[str, str] = {}
        for place in sorted((self.folder / SNAPSHOTS_FOLDER).glob("*/")):
            if place.name.startswith("."):
                continue  # being made
            try:
                retaken |= self._one(place)
            except OSError as error:
                problems.append(said_of(error, self.folder))
            except StoreError as error:
                problems.append(str(error))
        return retaken

    def _one(self, place: Path) -> dict[str, str]:
        """Take a snapshot again if need be; one that is damaged goes, and may be taken again at any time."""
        try:
            old = Snapshot.open(place)
        except StoreError:  # nobody can tell what is in it
            self._forget(place)
            return {}
        its_own = {old.path(name) for name in old.rows}
        for file in set(place.rglob("*.parquet")) - its_own:
            file.unlink()
        if not self.every and all(state_of(file, self.known) == "clean" for file in its_own):
            return {}
        with reading(self.engine) as connection:
            if old.store_version > current_version(connection):
                self._forget(place)
                return {}
            tables = {name: read_arrow(connection, table, version=old.store_version) for name, table in TABLES.items()}
        new = write_snapshot(tables, simulated=self.simulated, version=old.store_version, beside=place.parent, out=None)
        if new.hash == old.hash:
            return {}
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            connection.execute(sa.update(SNAPSHOTS).where(SNAPSHOTS.c.hash == old.hash).values(hash=new.hash))
            detail = {"store_version": old.store_version, "hash": new.hash, "instead_of": old.hash}
            log(who="toolkit", action=TOOK, what=SNAPSHOT, detail=detail)
        shutil.rmtree(place)
        return {old.hash: new.hash}

    def _forget(self, place: Path) -> None:
        shutil.rmtree(place)
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            log(who="toolkit", action=REMOVED, what=SNAPSHOT, detail={"folder": place.name})
            connection.execute(sa.delete(SNAPSHOTS).where(SNAPSHOTS.c.hash.startswith(place.name, autoescape=True)))
