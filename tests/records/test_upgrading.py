"""A store made by an older version: a copy is kept, it is brought up to date, and it reads as it did."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from toolkit.errors import StoreError
from toolkit.records import Store, open_source
from toolkit.records import upgrade as upgrading
from toolkit.tables import TABLES

OLD = Path(__file__).with_name("old_stores")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store's folder as version 0.1 left it."""
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "store.sqlite").write_bytes(gzip.decompress((OLD / "format-1.sqlite.gz").read_bytes()))
    return folder


def test_an_older_store_reads_in_every_version_as_it_did(old: Path) -> None:
    store = Store.open(old)
    as_it_was = json.loads((OLD / "format-1.json").read_text(encoding="utf-8"))
    assert store.version == 4 == max(map(int, as_it_was))
    for version, tables in as_it_was.items():
        for name in TABLES:
            found = store.read(name, version=int(version))
            if name not in tables:  # the vocabulary got it later
                assert found.empty, name
                continue
            columns = tables[name].split("\n")[0].split(",")
            if name == "progress_scores":  # whole numbers then, and half points may be stored since
                found = found.astype({"score": "int64"})
            assert found[columns].to_csv(index=False) == tables[name]
            assert found.drop(columns=columns).isna().all(axis=None), name
    assert store.uploads().drop_duplicates("upload_id")["by"].tolist() == ["Cy", "Bob", "Ann"]
    assert store.publications()["question"].tolist() == ["question"]
    assert store.facts()["note"] == "made by version 0.1" and store.facts()["format"] == 5


def test_an_upgraded_store_can_do_everything_a_new_one_can(old: Path, made) -> None:
    store = Store.open(old)
    assert store.check().is_whole, store.check().summary()
    store.add({"families": made.frame("families", made.family(11))}, by="t", source_name="t")
    store.withdraw(4, by="t")
    store.erase_family("F003", by="Ann", reason="asked")
    assert "F003" not in set(store.read("families", version=1)["family_id"])
    lines = store.audit_lines()
    assert lines["action"].tolist() == ["erased", "withdrew", "added", "upgraded"]
    upgraded = json.loads(lines["detail"].iloc[-1])
    assert (upgraded["from"], upgraded["to"], upgraded["version"]) == ("0001", upgrading.STEPS[-1], 4)
    assert upgraded["simulated"] is False and {one["by"] for one in upgraded["uploads"].values()} == {
        "Ann",
        "Bob",
        "Cy",
    }
    assert store.check().is_whole, store.check().summary()


def test_the_store_as_it_was_is_kept_and_still_opens_as_an_old_one(old: Path, tmp_path: Path) -> None:
    before = sqlite3.connect(old / "store.sqlite").execute("select * from progress_scores order by row_id").fetchall()
    Store.open(old)
    Store.open(old)
    (kept,) = (old / "before-upgrade").iterdir()
    assert sqlite3.connect(kept).execute("select * from progress_scores order by row_id").fetchall() == before
    again = tmp_path / "again"
    again.mkdir()
    (again / "store.sqlite").write_bytes(kept.read_bytes())
    assert Store.open(again).version == 4


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(old: Path) -> None:
    with sqlite3.connect(old / "store.sqlite") as connection:
        connection.execute("create table audit (line integer)")  # in the way of the new table
    with pytest.raises(Exception, match="already exists"):
        Store.open(old)
    with sqlite3.connect(old / "store.sqlite") as connection:
        assert connection.execute("select value from facts where name = 'format'").fetchone() == ("1",)
        columns = [row[1] for row in connection.execute("pragma table_info(upload_tables)")]
        connection.execute("drop table audit")
    assert columns == ["upload_id", "table", "rows", "replaced"]
    assert Store.open(old).version == 4


def test_a_store_that_took_an_unknown_step_is_refused(old: Path) -> None:
    store = Store.open(old)
    with sqlite3.connect(old / "store.sqlite") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(StoreError, match="made by a newer version"):
        Store.open(store.folder)


def test_where_no_copy_can_be_kept_nothing_is_upgraded(old: Path) -> None:
    (old / "before-upgrade").write_text("in the way")
    with pytest.raises(StoreError, match=r"no copy of it could be kept.*Nothing was changed"):
        Store.open(old)
    with sqlite3.connect(old / "store.sqlite") as connection:
        assert connection.execute("select value from facts where name = 'format'").fetchone() == ("1",)


def test_a_command_upgrades_on_the_way(old: Path) -> None:
    assert open_source(old).store_version == 4
    assert (old / "before-upgrade").is_dir()


def test_every_step_is_known_to_the_code() -> None:
    files = (Path(upgrading.__file__).parent / "migrations" / "versions").glob("0*.py")
    assert sorted(file.name.split("_")[0] for file in files) == list(upgrading.STEPS)


@pytest.mark.parametrize(
    "statement",
    [
        "update families set v_to = 3 where v_to is null and family_id = 'F002'",  # a version of before the upgrade
        "update families set v_to = 4 where family_id = 'F002'",
        "update progress_scores set v_to = null where v_to = 2 and family_id = 'F001'",
        "update progress_scores set score = 1 where family_id = 'F003'",
        "update uploads set by = 'Eve' where upload_id = 1",
        "update uploads set withdrawn_in = null",
        "update facts set value = 'yes' where name = 'simulated'",
    ],
)
def test_what_is_changed_in_an_old_store_after_its_upgrade_is_found(old: Path, statement: str) -> None:
    store = Store.open(old)
    assert store.check().is_whole, store.check().summary()
    with sqlite3.connect(old / "store.sqlite") as connection:
        connection.execute("drop index one_current_progress_scores")
        assert connection.execute(statement).rowcount
    assert store.check().problems


def test_what_came_later_is_made_alike_in_a_new_store_and_an_upgraded_one(old: Path, tmp_path: Path) -> None:
    Store.open(old)
    Store.create(tmp_path / "new")

    def described(folder: Path, table: str) -> tuple[set[object], set[str]]:
        with sqlite3.connect(folder / "store.sqlite") as connection:
            columns = {row[1:4] for row in connection.execute(f"pragma table_info({table})")}
            indices = connection.execute(
                "select sql from sqlite_master where type = 'index' and tbl_name = ?", (table,)
            )
            return columns, {" ".join(str(sql).split()) for (sql,) in indices}

    for table in ("definition_breaks", "neighbourhoods", "centres", "families", "children", "registrations"):
        assert described(old, table) == described(tmp_path / "new", table), table
