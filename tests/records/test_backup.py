"""A backup in one file, and the store made again from it: the same in every version, and checked before it is."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import StoreError
from toolkit.records import Store
from toolkit.records.backup import restore_backup, write_backup


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
