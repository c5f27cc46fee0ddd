"""A backup in one file, and the store made again from it: the same in every version, and checked before it is."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import StoreError
from toolkit.records import Store
from toolkit.records.backup import restore_backup, write_backup
from toolkit.records.publications import Kept


@pytest.fixture
def kept(new_store, county, made) -> Store:
    store = new_store(note="kept", simulated=True)
    store.add(county, by="Ann", source_name="t", content_hash="ab12")
    wrong = made.frame("progress_scores", made.score(1, value=5))
    store.correct({"progress_scores": wrong}, by="Bob", source_name="t")
    store.withdraw(2, by="t")
    store.snapshot()
    result = store.folder / "results" / "q" / "r"
    result.mkdir(parents=True)
    (result / "result.json").write_text("{}")
    store.publish("q", result, by="t")
    return store


def elsewhere(store: Store, postgresql) -> str | None:
    return None if store.engine.dialect.name == "sqlite" else postgresql()


def test_a_restored_store_is_the_same_in_every_version(
    kept: Store, tmp_path: Path, request, contents_of, assert_same
) -> None:
    made = write_backup(kept, tmp_path / "kept.backup", by="Ann")
    assert made.version == 3 and made.file.stat().st_mode & 0o077 == 0
    database = None if kept.engine.dialect.name == "sqlite" else request.getfixturevalue("postgresql")()
    again = restore_backup(made.file, tmp_path / "again", by="Bob", database=database)
    for version in range(4):
        assert_same(contents_of(again, version), contents_of(kept, version))
    pd.testing.assert_frame_equal(again.uploads(), kept.uploads())
    pd.testing.assert_frame_equal(again.publications(), kept.publications())
    assert again.facts() == kept.facts() and (again.folder / "SIMULATED.txt").is_file()
    assert again.snapshot().hash == kept.snapshot().hash
    assert (again.folder / "results" / "q" / "r" / "result.json").read_text() == "{}"
    assert again.check().is_whole, again.check().summary()
    assert again.audit_lines()["action"].tolist()[:2] == ["restored", "published"]
    assert kept.audit_lines()["action"].tolist()[:2] == ["backed up", "published"]


def test_a_restored_store_goes_on_from_where_it_was(kept: Store, tmp_path: Path, request, made) -> None:
    write_backup(kept, tmp_path / "kept.backup", by="Ann")
    database = None if kept.engine.dialect.name == "sqlite" else request.getfixturevalue("postgresql")()
    again = restore_backup(tmp_path / "kept.backup", tmp_path / "again", by="Bob", database=database)
    receipt = again.add({"families": made.frame("families", made.family(9))}, by="t", source_name="t")
    assert (receipt.upload_id, receipt.version) == (3, 4)
    result = again.folder / "results" / "q" / "r"
    assert again.publish("q", result, by="t", why="anew").version == 2
    again.erase_family("F001", by="t", reason="asked")
    assert again.check().is_whole, again.check().summary()
    assert list(tmp_path.glob(".*")) == []


def test_a_backup_is_one_moment_while_others_write(store: Store, county, made, tmp_path: Path) -> None:
    import threading

    store.add(county, by="t", source_name="t")
    stop = threading.Event()

    def write() -> None:
        number = 100
        while not stop.is_set():
            number += 1
            store.add({"families": made.frame("families", made.family(number))}, by="t", source_name="t")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backups = [write_backup(store, tmp_path / f"{number}.backup", by="t") for number in range(4)]
    finally:
        stop.set()
        writer.join()
    for number, backup in enumerate(backups):
        again = restore_backup(backup.file, tmp_path / f"again{number}", by="t")
        assert again.check().is_whole, again.check().summary()
        assert len(again.read("families")) == 6 + again.version - 1


def test_a_backup_goes_outside_the_store_and_over_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="in the store's own folder"):
        write_backup(store, store.folder / "x.backup", by="t")
    write_backup(store, tmp_path / "x.backup", by="t")
    with pytest.raises(StoreError, match="there already"):
        write_backup(store, tmp_path / "x.backup", by="t")
    with pytest.raises(StoreError, match="could not be written"):
        write_backup(store, tmp_path / "nowhere" / "x.backup", by="t")


def test_a_store_is_restored_over_nothing(store: Store, tmp_path: Path) -> None:
    backup = write_backup(store, tmp_path / "x.backup", by="t").file
    with pytest.raises(StoreError, match="is not empty"):
        restore_backup(backup, store.folder, by="t")
    with pytest.raises(StoreError, match="There is no backup"):
        restore_backup(tmp_path / "y.backup", tmp_path / "y", by="t")
    with pytest.raises(StoreError, match="needs no database"):
        restore_backup(backup, tmp_path / "y", by="t", database="postgresql://host/name")
    assert not (tmp_path / "y").exists() and not list(tmp_path.glob(".restoring*"))


def test_a_postgresql_backup_needs_an_empty_database(postgresql, tmp_path: Path) -> None:
    url = postgresql()
    store = Store.create(tmp_path / "s", database=url)
    backup = write_backup(store, tmp_path / "x.backup", by="t").file
    with pytest.raises(StoreError, match="name an empty database"):
        restore_backup(backup, tmp_path / "y", by="t")
    with pytest.raises(StoreError, match="holds a store already"):
        restore_backup(backup, tmp_path / "y", by="t", database=url)


@pytest.mark.parametrize("damage", ["cut short", "one byte", "not a backup"])
def test_a_damaged_backup_is_refused(store: Store, county, tmp_path: Path, damage: str) -> None:
    store.add(county, by="t", source_name="t")
    file = write_backup(store, tmp_path / "x.backup", by="t").file
    whole = file.read_bytes()
    half = len(whole) // 2
    file.write_bytes(
        {"cut short": whole[:half], "one byte": whole[:half] + bytes([whole[half] ^ 255]) + whole[half + 1 :]}.get(
            damage, b"cat"
        )
    )
    with pytest.raises(StoreError, match=r"is not a whole backup|was changed since"):
        restore_backup(file, tmp_path / "y", by="t")
    assert not (tmp_path / "y").exists()


def test_a_backup_with_another_database_in_it_is_refused(store: Store, tmp_path: Path) -> None:
    file = write_backup(store, tmp_path / "x.backup", by="t").file
    with tarfile.open(file) as tar:
        tar.extractall(tmp_path / "open", filter="data")
    with (tmp_path / "open" / "database" / "store.sqlite").open("ab") as database:
        database.write(b"more")
    with tarfile.open(tmp_path / "z.backup", "w:gz") as tar:
        tar.add(tmp_path / "open", ".")
    with pytest.raises(StoreError, match="was changed since it was made"):
        restore_backup(tmp_path / "z.backup", tmp_path / "y", by="t")


def test_a_backup_of_an_older_store_is_upgraded(tmp_path: Path) -> None:
    import gzip

    old = tmp_path / "old"
    old.mkdir()
    kept = Path(__file__).with_name("old_stores") / "format-1.sqlite.gz"
    (old / "store.sqlite").write_bytes(gzip.decompress(kept.read_bytes()))
    file = write_backup(Store.open(old), tmp_path / "x.backup", by="t").file
    shutil.rmtree(old)
    assert restore_backup(file, old, by="t").check().is_whole


def test_the_commands_back_up_and_restore(store: Store, county, tmp_path: Path, command) -> None:
    store.add(county, by="t", source_name="t")
    done = command("backup", "--store", store.folder, "--out", tmp_path / "x.backup", "--by", "Ann")
    assert done.returncode == 0 and "Backup of version 1" in done.stdout
    done = command("restore", tmp_path / "x.backup", "--out", tmp_path / "again", "--by", "Ann")
    assert done.returncode == 0 and "The store is whole: version 1" in done.stdout
    assert "erased after this backup was made are in it again" in done.stdout
    assert command("verify-store", "--store", tmp_path / "again").returncode == 0


def remade(file: Path, to: Path, *, put: dict[str, bytes] | None = None) -> Path:
    """Write a backup again with files put in it, its manifest made again, as one who knows how it is made would."""
    folder = to.with_name(f"{to.name}-open")
    with tarfile.open(file) as tar:
        tar.extractall(folder, filter="data")
    manifest = json.loads((folder / "backup.json").read_text())
    for name, content in (put or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / "backup.json").write_text(json.dumps(manifest))
    with tarfile.open(to, "w:gz") as tar:
        tar.add(folder, ".")
    return to


@pytest.mark.parametrize(
    "name",
    [
        "folder/database.json", "database.json", "folder/DATABASE.json", "folder/store.sqlite", "database/x",
        "database/store.sqlite-wal", "folder/before-upgrade/x.sqlite", "folder/backup.json", "folder/database/x",
        "folder/.hidden", "elsewhere/x", "x",
    ],
)  # fmt: skip
def test_a_backup_that_holds_what_no_backup_does_is_refused(store: Store, tmp_path: Path, name: str) -> None:
    file = write_backup(store, tmp_path / "x.backup", by="t").file
    content = b'{"url": "postgresql://somewhere/else"}'
    with pytest.raises(StoreError, match=r"it holds '.*', which none does\. Nothing was restored"):
        restore_backup(remade(file, tmp_path / "z.backup", put={name: content}), tmp_path / "y", by="t")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store", "x.backup", "z.backup", "z.backup-open"]


@pytest.mark.parametrize("sizes", [[40_000_000], [0] * 6_000], ids=["one large file", "many empty files"])
def test_a_backup_that_unpacks_to_far_more_than_one_does_is_refused(store: Store, tmp_path: Path, sizes) -> None:
    with tarfile.open(tmp_path / "z.backup", "w:gz") as tar:
        for number, size in enumerate(sizes):
            about = tarfile.TarInfo(f"folder/{number}")
            about.size = size
            tar.addfile(about, io.BytesIO(bytes(size)))
    with pytest.raises(StoreError, match="it unpacks to far more than one does"):
        restore_backup(tmp_path / "z.backup", tmp_path / "y", by="t")
    assert [path.name for path in tmp_path.glob("*y*")] == []


def test_an_account_or_an_answer_changed_in_a_backup_whose_manifest_was_made_again_is_found(
    store: Store, tmp_path: Path
) -> None:
    result = store.folder / "results" / "q" / "r"
    result.mkdir(parents=True)
    digest = hashlib.sha256(b"{}").hexdigest()

    def keep(version: int) -> Kept:
        (store.folder / "published" / "q").mkdir(parents=True)
        (store.folder / "published" / "q" / "1.json").write_bytes(b"{}")
        return Kept("q/1.json", digest)

    store.publish("q", result, by="t", keep=keep)
    file = write_backup(store, tmp_path / "x.backup", by="t").file
    assert restore_backup(file, tmp_path / "whole", by="t").check().is_whole
    values = "9, 'ghost', 'administrator', '[]', 'x', 0, null, '', 0, 0, at, null"
    ghost = f"insert into accounts select {values} from versions"
    with closing(sqlite3.connect(store.folder / "store.sqlite", isolation_level=None)) as connection:
        connection.execute(ghost)
        connection.execute("pragma wal_checkpoint(truncate)")
    database = (store.folder / "store.sqlite").read_bytes()
    put = {"database/store.sqlite": database, "folder/published/q/1.json": b"[]"}
    found = restore_backup(remade(file, tmp_path / "z.backup", put=put), tmp_path / "y", by="t").check()
    assert any('"ghost" has no line in the audit' in problem for problem in found.problems)
    assert any("published/q/1.json) was changed after" in problem for problem in found.problems)


@pytest.mark.parametrize("damage", range(12))
def test_a_backup_damaged_anywhere_is_refused_in_a_sentence(store: Store, county, tmp_path: Path, damage: int) -> None:
    store.add(county, by="t", source_name="t")
    file = write_backup(store, tmp_path / "x.backup", by="t").file
    whole = bytearray(file.read_bytes())
    place = 12 + damage * (len(whole) - 24) // 12
    whole[place] ^= 255
    file.write_bytes(whole)
    with pytest.raises(StoreError, match=r"is not a whole backup|was changed since|newer version"):
        restore_backup(file, tmp_path / "y", by="t")


@pytest.mark.parametrize(
    "content",
    [b"[]", b"{", b'{"format": "1"}', b'{"format": 1, "files": [], "step": "0004", "database": "sqlite"}', b"\xff"],
)
def test_a_backup_whose_manifest_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    with tarfile.open(tmp_path / "z.backup", "w:gz") as tar:
        about = tarfile.TarInfo("backup.json")
        about.size = len(content)
        tar.addfile(about, io.BytesIO(content))
    with pytest.raises(StoreError, match="is not a whole backup"):
        restore_backup(tmp_path / "z.backup", tmp_path / "y", by="t")


def test_what_a_killed_backup_left_is_removed_by_the_next_and_one_under_way_is_not(
    store: Store, tmp_path: Path
) -> None:
    from toolkit.records.backup_file import made_apart

    beside = tmp_path / "safe"
    for name in (".backup-killed", ".restoring-killed"):
        (beside / name).mkdir(parents=True)
        (beside / name / "store.sqlite").write_bytes(b"families")
    with made_apart(beside, ".backup-") as under_way:
        (under_way / "mine").write_text("x")
        write_backup(store, beside / "x.backup", by="t")
        assert sorted(path.name for path in beside.iterdir()) == [under_way.name, "x.backup"]
        assert (under_way / "mine").is_file()
    assert [path.name for path in beside.iterdir()] == ["x.backup"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../escaped", tarfile.REGTYPE), ("/escaped", tarfile.REGTYPE), ("folder/../../escaped", tarfile.REGTYPE),
        ("folder/x", tarfile.SYMTYPE), ("folder/x", tarfile.LNKTYPE), ("folder/x", tarfile.CHRTYPE),
        ("folder/x", tarfile.FIFOTYPE),
    ],
)  # fmt: skip
def test_a_backup_with_a_way_out_of_its_folder_or_a_link_is_refused(tmp_path: Path, name: str, kind: bytes) -> None:
    with tarfile.open(tmp_path / "z.backup", "w:gz") as tar:
        about = tarfile.TarInfo(name)
        about.type, about.linkname = kind, "/etc/hostname"
        tar.addfile(about)
    with pytest.raises(StoreError, match="is not a whole backup"):
        restore_backup(tmp_path / "z.backup", tmp_path / "y", by="t")
    assert [path.name for path in tmp_path.iterdir()] == ["z.backup"] and not Path("/escaped").exists()
