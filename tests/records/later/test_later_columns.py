"""Columns the vocabulary got later: what was stored without them stands as it was, and they are kept like the rest."""

from __future__ import annotations

import sqlite3
from datetime import date

import pyarrow.parquet as pq
import pytest

from toolkit.errors import InputError
from toolkit.records.audit.digests import digest
from toolkit.records.snapshots.files import write_snapshot
from toolkit.tables import TABLES

LATER = {name: [c.name for c in table.columns if c.came_later] for name, table in TABLES.items()}


SCORES_BY = {"progress_scores": {"instrument", "second_scoring"}}


def test_a_later_column_may_be_empty_and_names_no_row_but_of_scores() -> None:
    for name, columns in LATER.items():
        # An empty one names a row of scores: that of the built-in instrument, and no second scoring.
        assert set(columns) & set(TABLES[name].key) == SCORES_BY.get(name, set())
        assert not any(TABLES[name].column(column).is_required for column in columns)
    known = {"centres", "families", "children", "registrations", "progress_scores"}
    assert {name for name, columns in LATER.items() if columns} == known


def test_rows_of_before_a_column_have_the_digest_that_was_written_of_them() -> None:
    # Of the same rows by the toolkit at commit 954586e, which had no column "send".
    before = "4cb4bdca6d8906c362e0182678bb8ede7bddd564ab0e2d49c6ba4dcff2720be8"
    rows = {
        "child_id": ["K001", "K002"],
        "family_id": ["F001", "F001"],
        "birth_month": [date(2009, 3, 1), date(2010, 1, 1)],
    }
    children = TABLES["children"]
    assert digest({**rows, "send": [None, None]}, children, "salt") == before
    assert digest({**rows, "send": [None, False]}, children, "salt") != before
    assert digest({**rows, "send": [False, None]}, children, "salt") != digest(
        {**rows, "send": [None, False]}, children, "salt"
    )


def test_frames_without_later_columns_are_stored_and_those_with_them_are_kept(store, made) -> None:
    without = made.frame("families", made.family(21)).drop(columns=LATER["families"])
    store.add({"families": without}, by="t", source_name="old")
    rich = made.frame("families", made.family(22) | {"lsoa21": "E01035678", "deprivation_edition": "2025"})
    store.add({"families": rich}, by="t", source_name="new")
    found = store.read("families").set_index("family_id")
    assert found.loc["F021", LATER["families"]].isna().all()
    assert found.loc["F022", LATER["families"]].tolist() == ["E01035678", "2025"]
    assert store.check().is_whole, store.check().summary()
    with pytest.raises(InputError, match='"idaci_decile" is missing'):
        store.add({"families": without.drop(columns="idaci_decile")}, by="t", source_name="less")


@pytest.mark.parametrize(
    "statement",
    [
        "update families set deprivation_edition = '2019' where family_id = 'F021'",
        "update families set lsoa21 = null where family_id = 'F022'",
    ],
)
def test_a_later_column_changed_behind_the_stores_back_is_found(store, made, statement) -> None:
    store.add({"families": made.frame("families", made.family(21))}, by="t", source_name="old")
    rich = made.frame("families", made.family(22) | {"lsoa21": "E01035678"})
    store.add({"families": rich}, by="t", source_name="new")
    with sqlite3.connect(store.folder / "store.sqlite") as connection:
        assert connection.execute(statement).rowcount == 1
    assert store.check().problems


def test_an_old_snapshot_reads_with_its_later_columns_empty(store, made, tmp_path) -> None:
    store.add({"families": made.frame("families", made.family(21))}, by="t", source_name="t")
    whole = store.snapshot()
    tables = {
        name: pq.read_table(whole.path(name)).drop_columns(LATER[name])
        for name in whole.rows
        if name not in ("definition_breaks", "neighbourhoods")
    }
    old = write_snapshot(tables, simulated=False, version=whole.store_version, beside=tmp_path, out=tmp_path / "old")
    assert old.hash != whole.hash
    for name in TABLES:
        assert old.read(name).equals(whole.read(name)), name
    placed = write_snapshot(
        tables, simulated=False, version=whole.store_version, beside=store.folder / "snapshots", out=None
    )
    assert placed.folder != whole.folder and store.check().is_whole, store.check().summary()
