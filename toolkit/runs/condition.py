"""How a store and its server are: versions, copies, room on the disk, studies under way, and what to see to."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from toolkit import __version__
from toolkit.records import Store
from toolkit.records.database.connect import reading
from toolkit.records.database.schema import SNAPSHOTS, VERSIONS
from toolkit.runs.jobs import jobs
from toolkit.wording.numbers import counted, uk_time

BACKED_UP = "backed up"
COPY_EVERY = timedelta(days=2)
LEAST_FREE = 2 * 1024**3
_GIGABYTE, _MEGABYTE = 1024**3, 1024**2


@dataclass(frozen=True, slots=True)
class Condition:
    """What was found.

    Attributes
    ----------
    toolkit, python, system
        Versions.
    store_format, store_version
        The store's format, and the newest version of its records.
    last_backup, last_snapshot
        When the last copy was made with `toolkit backup`, and of when the newest snapshot's records are; ``None`` for
        never.
    free_bytes, used_bytes
        Of the disk that the store is on, and of the store's own files.
    under_way
        Studies running now, by their questions.
    at
        Now.
    """

    toolkit: str
    python: str
    system: str
    store_format: int
    store_version: int
    last_backup: datetime | None
    last_snapshot: datetime | None
    free_bytes: int
    used_bytes: int
    under_way: tuple[str, ...]
    at: datetime

    def rows(self) -> list[tuple[str, str]]:
        """Return it in words: what, and how it is."""
        return [
            ("Toolkit", f"version {self.toolkit}, on Python {self.python}, {self.system}"),
            ("Store", f"format {self.store_format}, version {self.store_version:,} of the records"),
            ("Last backup", _when(self.last_backup)),
            ("Last snapshot", _when(self.last_snapshot)),
            ("Free on the disk", f"{self.free_bytes / _GIGABYTE:,.1f} GB"),
            ("The store takes", f"{self.used_bytes / _MEGABYTE:,.0f} MB"),
            ("Studies running", ", ".join(self.under_way) or "none"),
        ]

    def to_see_to(self) -> Iterator[str]:
        """Yield, as sentences, what an administrator should see to."""
        if not self.store_version:
            yield (
                "No records are stored yet. Make accounts for the managers, who upload scores; families, referrals and "
                "the rest come by toolkit import on the server."
            )
        if self.last_backup is None:
            yield "No backup was ever made of this store. Make one: toolkit backup (see the operations guide)."
        elif self.at - self.last_backup > COPY_EVERY:
            days = (self.at - self.last_backup).days
            yield f"The last backup is {counted(days, 'day')} old. Check what makes them each night."
        if self.free_bytes < LEAST_FREE:
            yield f"Only {self.free_bytes / _GIGABYTE:.1f} GB are free on the disk. Make room before the next upload."


def condition_of(store: Store, *, at: datetime | None = None) -> Condition:
    """Return how a store and its server are."""
    copies = store.audit_lines(last=1, action=BACKED_UP)
    taken = _newest_snapshot(store)
    return Condition(
        toolkit=__version__,
        python=platform.python_version(),
        system=platform.system(),
        store_format=store.facts()["format"],
        store_version=store.version,
        last_backup=None if copies.empty else datetime.fromisoformat(str(copies["at"].iloc[0])),
        last_snapshot=taken,
        free_bytes=shutil.disk_usage(store.folder).free,
        used_bytes=sum(file.stat().st_size for file in store.folder.rglob("*") if file.is_file()),
        under_way=tuple(job.question for job in jobs(store.folder) if job.is_active),
        at=at or datetime.now(UTC),
    )


def _newest_snapshot(store: Store) -> datetime | None:
    newest = (
        VERSIONS.select()
        .join(SNAPSHOTS, SNAPSHOTS.c.version == VERSIONS.c.version)
        .with_only_columns(VERSIONS.c.at)
        .order_by(VERSIONS.c.version.desc())
        .limit(1)
    )
    with reading(store.engine) as connection:
        return connection.execute(newest).scalar()


def _when(at: datetime | None) -> str:
    return "never" if at is None else uk_time(at)
