"""Snapshots: the same rows give the same bytes, and a changed file is noticed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from toolkit.errors import StoreError
from toolkit.records import NOTICE, Snapshot, Store, open_source
from toolkit.tables import TABLES


@pytest.fixture
def filled(store: Store, county) -> Store:
    store.add(county, by="t", source_name="t")
    return store


def test_a_snapshot_holds_every_table_with_its_schema_sorted_by_key(filled: Store) -> None:
    taken = filled.snapshot()
    assert taken.folder == filled.folder / "snapshots" / taken.hash[:16]
    assert taken.store_version == 1 and not taken.is_simulated
    assert "version 1" in taken.summary()
    for name, table in TABLES.items():
        schema = pq.read_schema(taken.path(name))
        assert schema.equals(table.arrow_schema, check_metadata=True)
        pd.testing.assert_frame_equal(taken.read(name), filled.read(name))
        assert taken.rows[name] == len(filled.read(name))


def test_the_manifest_says_what_is_in_it(filled: Store) -> None:
    taken = filled.snapshot()
    manifest = json.loads((taken.folder / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest) == ["format", "simulated", "store_version", "hash", "tables"]
    assert (manifest["format"], manifest["simulated"], manifest["hash"]) == (1, False, taken.hash)
    assert manifest["tables"]["families"].keys() == {"file", "rows", "sha256"}
    assert {path.name for path in taken.folder.iterdir()} == {"manifest.json", *(f"{name}.parquet" for name in TABLES)}


def test_the_same_rows_give_the_same_bytes_whatever_the_order_uploads_and_day(filled: Store, county, tmp_path) -> None:
    other = Store.create(tmp_path / "other", note="made later")
    for name, frame in reversed(county.items()):
        other.add({name: frame.iloc[::-1]}, by="someone else", source_name=name)
    one, two = filled.snapshot(), other.snapshot(tmp_path / "out")
    assert one.hash == two.hash
    for name in TABLES:
        assert one.path(name).read_bytes() == two.path(name).read_bytes()


def test_simulated_rows_say_so_in_every_file_and_hash_differently(filled: Store, county, tmp_path) -> None:
    simulated = Store.create(tmp_path / "simulated", simulated=True)
    simulated.add(county, by="t", source_name="t")
    taken = simulated.snapshot()
    assert taken.is_simulated and taken.hash != filled.snapshot().hash
    assert json.loads((taken.folder / "manifest.json").read_text())["notice"] == NOTICE
    for name in TABLES:
        assert pq.read_schema(taken.path(name)).metadata == {b"notice": NOTICE.encode()}


def test_a_snapshot_is_taken_once_a_version(filled: Store, made) -> None:
    first = filled.snapshot()
    written = first.path("families").stat().st_mtime_ns
    assert filled.snapshot() == first
    filled.add({"families": made.frame("families", made.family(9))}, by="t", source_name="t")
    second = filled.snapshot()
    assert second.hash != first.hash and second.store_version == 2
    filled.withdraw(2, by="t")
    assert filled.snapshot() == first
    assert first.path("families").stat().st_mtime_ns == written
    assert sorted(path.name for path in (filled.folder / "snapshots").iterdir()) == sorted(
        [first.hash[:16], second.hash[:16]]
    )


def test_a_snapshot_removed_by_hand_is_taken_again(filled: Store) -> None:
    first = filled.snapshot()
    shutil.rmtree(first.folder)
    assert filled.snapshot() == first


def test_a_snapshot_goes_to_a_named_folder_but_never_over_something_else(filled: Store, tmp_path, made) -> None:
    out = tmp_path / "new" / "snap"
    assert filled.snapshot(out).folder == out
    kept = filled.snapshot()
    assert filled.snapshot(out).hash == kept.hash
    copied = filled.snapshot(tmp_path / "copy")
    assert copied.hash == kept.hash and copied.path("families").read_bytes() == kept.path("families").read_bytes()
    (tmp_path / "empty").mkdir()
    assert filled.snapshot(tmp_path / "empty").hash == kept.hash
    filled.add({"families": made.frame("families", made.family(9))}, by="t", source_name="t")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    for taken in (out, tmp_path / "mine"):
        with pytest.raises(StoreError, match=r"holds something else already\. Name a new folder"):
            filled.snapshot(taken)
    assert Snapshot.open(out).hash == kept.hash
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]
    assert not list(tmp_path.rglob(".making-*"))


@pytest.mark.parametrize("file", [f"{name}.parquet" for name in TABLES])
def test_a_changed_or_missing_file_is_named(filled: Store, file: str) -> None:
    taken = filled.snapshot()
    path = taken.folder / file
    whole = path.read_bytes()
    path.write_bytes(whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:])
    with pytest.raises(StoreError, match=f"{file} .* was changed"):
        Snapshot.open(taken.folder)
    with pytest.raises(StoreError, match=f"{file} .* was changed"):
        filled.snapshot()
    path.unlink()
    with pytest.raises(StoreError, match=f"{file} .* is missing"):
        Snapshot.open(taken.folder)


def test_a_simulated_snapshot_cannot_be_passed_off_as_real(tmp_path, county) -> None:
    store = Store.create(tmp_path / "simulated", simulated=True)
    store.add(county, by="t", source_name="t")
    taken = store.snapshot()
    path = taken.folder / "manifest.json"
    path.write_text(path.read_text().replace('"simulated": true', '"simulated": false'))
    with pytest.raises(StoreError, match=r"manifest\.json was changed"):
        Snapshot.open(taken.folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "tables": {"families": 3}}', "\x00"])
def test_a_broken_manifest_is_said(tmp_path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match="manifest"):
        Snapshot.open(tmp_path)


def test_a_newer_snapshot_is_refused(filled: Store) -> None:
    path = filled.snapshot().folder / "manifest.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(StoreError, match="has format 2, made by a newer version"):
        Snapshot.open(path.parent)


def test_an_unknown_table_names_the_closest(filled: Store) -> None:
    with pytest.raises(StoreError, match=r'no table "familys"\. Did you mean "families"'):
        filled.snapshot().path("familys")


def test_a_source_is_a_store_or_a_snapshot(filled: Store, tmp_path: Path) -> None:
    taken = filled.snapshot(tmp_path / "snap")
    assert open_source(tmp_path / "snap") == taken
    assert open_source(filled.folder).hash == taken.hash
    with pytest.raises(StoreError, match=r"no store and no snapshot in .*toolkit demo, or: toolkit simulate --out DIR"):
        open_source(tmp_path)
    with pytest.raises(StoreError, match=r"There is no snapshot in .*toolkit snapshot"):
        Snapshot.open(tmp_path)


def test_a_query_engine_reads_dates_as_dates_and_empties_as_nulls(filled: Store) -> None:
    path = filled.snapshot().path("families")
    types = dict(duckdb.sql(f"select column_name, column_type from (describe from '{path}')").fetchall())
    assert (types["known_from"], types["lone_parent"], types["children"]) == ("DATE", "BOOLEAN", "BIGINT")
    assert duckdb.sql(f"select count(*) from '{path}' where known_to is null and lsoa11 is null").fetchall() == [(3,)]


@pytest.mark.parametrize("name", ["it's", "a[b]c", "**", "what?", 'two"', "{x,y}", "per%cent #1"])
def test_a_store_may_be_in_a_folder_of_any_name(tmp_path, county, name: str) -> None:
    import duckdb

    from toolkit.publish.members.explore import explorer, publish_explorer

    store = Store.create(tmp_path / name / "store")
    store.add(county, by="t", source_name="t")
    other = Store.create(tmp_path / "other" / "store")
    other.add(county, by="t", source_name="t")
    other.snapshot()
    taken = store.snapshot()
    with duckdb.connect() as connection:
        connection.read_parquet(taken.pattern("families")).create_view("families")
        assert connection.execute("select count(*) from families").fetchone() == (6,)
    publish_explorer(store, by="t")
    assert explorer(store).levels["district"] == ("Northvale",) and store.check().is_whole
