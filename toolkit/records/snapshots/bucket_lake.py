"""A lake in a bucket: an authority's snapshot is brought here, its hashes checked, and removed when it was used."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING

from toolkit.errors import StoreError
from toolkit.records.snapshots.bucket import Bucket, place_of
from toolkit.records.snapshots.lake import PREFIX, Lake, authorities_of, check_is_there, folder_name
from toolkit.records.snapshots.snapshot import MANIFEST, Snapshot, manifest_of

if TYPE_CHECKING:
    from toolkit.records.store import Store


@dataclass(frozen=True, slots=True)
class BucketLake:
    """Councils' snapshots in a bucket, partitioned by authority.

    Attributes
    ----------
    bucket
        Where it is.
    authorities
        Their codes, in order.
    """

    bucket: Bucket
    authorities: tuple[str, ...]

    @classmethod
    def open(cls, bucket: Bucket) -> BucketLake:
        """Open a lake by one look at the names in it; its parts are not read yet.

        Raises
        ------
        StoreError
            When there is no such bucket, no authority's snapshot in it, or no right to read it.
        NotReached
            When it does not answer.
        """
        whole = re.compile(rf"({PREFIX}[A-Za-z0-9_-]+)/{re.escape(MANIFEST)}")
        found = sorted(match.group(1) for name in bucket.names() if (match := whole.fullmatch(name)))
        return cls(bucket, authorities_of(found, bucket.url))

    @contextmanager
    def brought(self, authority: str, beside: Path, only: Collection[str] | None = None) -> Iterator[Snapshot]:
        """Give an authority's snapshot as a folder of this computer's, gone afterwards.

        Parameters
        ----------
        authority
            Its code.
        beside
            The folder that it is put in.
        only
            The tables that are brought; all of them where not given.

        Raises
        ------
        StoreError
            When there is no such authority, or a file of it is missing or is not what its manifest says.
        NotReached
            When the bucket does not answer.
        """
        part = self._part(authority)
        try:
            folder = Path(mkdtemp(prefix=f"{authority}-", dir=beside))
        except OSError as error:
            raise StoreError(f"{part.url} cannot be put in {beside}: {error.strerror}.") from error
        try:
            part.bring(MANIFEST, folder / MANIFEST)
            for table in manifest_of((folder / MANIFEST).read_bytes(), part.url)["tables"]:
                if only is None or table in only:
                    part.bring(f"{table}.parquet", folder / f"{table}.parquet")
            yield Snapshot.open(folder, named=part.url, only=only)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def hash_of(self, authority: str) -> str:
        """Return the hash that an authority's manifest says, which its files are held to when they are brought."""
        part = self._part(authority)
        found: str = manifest_of(part.read(MANIFEST), part.url)["hash"]
        return found

    def _part(self, authority: str) -> Bucket:
        check_is_there(authority, self.authorities, self.bucket.url)
        return self.bucket / folder_name(authority)


def open_lake(where: str | Path) -> Lake | BucketLake:
    """Open the lake at an address: a folder, ``file://…`` or ``s3://bucket/folder``.

    Raises
    ------
    InputError
        When it is an address of another kind.
    StoreError
        When no lake is there.
    """
    place = place_of(where)
    return Lake.open(place) if isinstance(place, Path) else BucketLake.open(place)


def send_snapshot(snapshot: Snapshot, to: Bucket) -> None:
    """Copy a snapshot to a bucket, its manifest last: before that, no snapshot is there. A copy of it is mended.

    Raises
    ------
    StoreError
        When another snapshot is there already.
    """
    if MANIFEST in to.names() and manifest_of(to.read(MANIFEST), to.url)["hash"] != snapshot.hash:
        raise StoreError(f"{to.url} holds something else already. Name a new folder for the snapshot.")
    for name in [*(snapshot.path(table).name for table in snapshot.rows), MANIFEST]:
        to.send(name, snapshot.folder / name)


def take_to(store: Store, place: Path | Bucket) -> Snapshot:
    """Take a store's snapshot to a folder or a bucket; see `Store.snapshot` and `send_snapshot` for what is refused."""
    if isinstance(place, Path):
        return store.snapshot(place)
    with TemporaryDirectory(prefix="toolkit-lake-") as making:
        taken = store.snapshot(Path(making) / "snapshot")
        send_snapshot(taken, place)
    return taken
