"""The same store on SQLite and on PostgreSQL: the same rows, versions, snapshots and refusals."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records import Store
from toolkit.records.database.connect import writing
from toolkit.tables import TABLES


def test_a_store_reads_as_of_every_version(new_store, county, made, contents_of, assert_same) -> None:
    store = new_store()
    states = [contents_of(store)]
    store.add(county, by="Ann", source_name="county.xlsx", content_hash="ab12")
    states.append(contents_of(store))
    changed = made.frame("progress_scores", made.score(1, value=5), made.score(9))
    store.add({"progress_scores": changed}, by="Bob", source_name="second.xlsx", replaces=True)
    states.append(contents_of(store))
    store.withdraw(2, by="Bob")
    states.append(states[1])
    store = Store.open(store.folder)
    for version, state in enumerate(states):
        assert_same(contents_of(store, version), state)
    assert store.find_upload("ab12").upload_id == 1
    assert store.uploads()["withdrawn_in"].dropna().tolist() == [3]
    assert store.check().is_whole, store.check().summary()


def test_the_snapshot_is_the_same_on_both(store, postgresql, tmp_path, county, assert_same, contents_of) -> None:
    other = Store.create(tmp_path / "other", database=postgresql())
    for one in (store, other):
        one.add(county, by="t", source_name="t")
    assert store.snapshot().hash == other.snapshot().hash
    assert_same(contents_of(store), contents_of(other))


def test_clashes_are_explained_on_both(new_store, county, made) -> None:
    store = new_store()
    store.add(county, by="Ann", source_name="first.xlsx")
    with pytest.raises(StoreError, match=r"stored by upload 1 \(first.xlsx\) on .* by Ann; score is 2 there, 5 here"):
        again = made.frame("progress_scores", made.score(1, value=5))
        store.add({"progress_scores": again}, by="t", source_name="t")
    assert store.version == 1


def test_a_centre_reads_its_own_on_both(new_store, county) -> None:
    store = new_store()
    store.add(county, by="t", source_name="t")
    assert store.read("families", centre_ids=["C01"])["family_id"].tolist() == ["F001", "F002", "F003", "F004"]
    assert store.read("referrals", centre_ids=["C01"])["child_id"].tolist() == ["K001", "K002", "K003", "K004"]


def test_writers_take_turns_on_both(new_store, made) -> None:
    store = new_store()

    def add(number: int) -> int:
        return store.add({"families": made.frame("families", made.family(number))}, by="t", source_name="t").version

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(add, range(24))) == list(range(1, 25))
    assert store.check().is_whole


def test_a_database_holds_one_store(postgresql, tmp_path) -> None:
    url = postgresql()
    Store.create(tmp_path / "one", database=url)
    with pytest.raises(StoreError, match="holds a store already"):
        Store.create(tmp_path / "two", database=url)
    with pytest.raises(StoreError, match="holds a store already"):
        Store.create(tmp_path / "one", database=url)


def test_only_one_of_several_makers_makes_the_store(postgresql, tmp_path) -> None:
    url = postgresql()

    def create(name: str) -> str:
        try:
            return Store.create(tmp_path / name, note=name, database=url).facts()["note"]
        except StoreError as error:
            return str(error)

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(create, "abcd"))
    assert sum(len(one) == 1 for one in said) == 1
    assert sum("holds a store already" in one for one in said) == 3


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://ann:secret@host/name", "holds a password"),
        ("mysql://host/name", "Name a PostgreSQL one"),
        ("nonsense", "cannot be read"),
    ],
)
def test_a_database_that_cannot_be_used_is_said(tmp_path: Path, url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence) as refused:
        Store.create(tmp_path / "store", database=url)
    assert "secret" not in str(refused.value)


def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        Store.create(tmp_path / "store", database=f"postgresql://tests@/none?host={tmp_path}")


def test_the_steps_make_the_same_tables_as_a_new_store(new_store, tmp_path, postgresql) -> None:
    from toolkit.records.database.connect import engine_for, is_sqlite
    from toolkit.records.upgrade import STEPS, run_steps

    store = new_store()
    sqlite = is_sqlite(store.engine)
    engine = engine_for(
        f"sqlite:///{tmp_path / 'steps.sqlite'}" if sqlite else store.engine.url.set(database="postgres")
    )
    if not sqlite:
        engine = engine_for(postgresql().replace("postgresql:", "postgresql+psycopg:"))
    with writing(engine) as connection:
        run_steps(connection, STEPS[-1])
    assert described(engine) == described(store.engine)


def described(engine: sa.Engine) -> dict[str, object]:
    """Every table's columns, keys, indexes and triggers, as the database itself tells them."""
    inspector = sa.inspect(engine)
    about: dict[str, object] = {}
    for name in sorted(inspector.get_table_names()):
        about[name] = (
            [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)],
            inspector.get_pk_constraint(name)["constrained_columns"],
            sorted((fk["constrained_columns"], fk["referred_table"]) for fk in inspector.get_foreign_keys(name)),
            sorted(
                (i["name"], i["unique"], str(i.get("expressions", i["column_names"])))
                for i in inspector.get_indexes(name)
            ),
        )
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            found = connection.exec_driver_sql("select sql from sqlite_master where type = 'trigger' order by name")
            made = connection.exec_driver_sql("select name, sql from sqlite_master where type = 'index' order by name")
            about["indexes"] = [(name, (sql or "").replace('"', "")) for name, sql in made]
        else:
            found = connection.exec_driver_sql(
                "select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal order by tgname"
            )
        about["triggers"] = [tuple(row) for row in found]
        if engine.dialect.name != "sqlite":
            found = connection.exec_driver_sql(
                "select attrelid::regclass::text, attname from pg_attribute where attstattarget = 0 and attnum > 0 "
                "and attrelid::regclass::text = any(%s) order by 1, 2",
                (sorted(TABLES),),
            )
            about["without statistics"] = [tuple(row) for row in found]
    return about


def test_a_lost_connection_is_said_and_nothing_is_stored(postgresql, tmp_path, county) -> None:
    store = Store.create(tmp_path / "store", database=postgresql())
    others = "where datname = current_database() and pid <> pg_backend_pid()"
    end = f"select pg_terminate_backend(pid) from pg_stat_activity {others}"
    with pytest.raises(StoreError, match="cannot be reached"), writing(store.engine) as connection:
        connection.execute(sa.text("select 1"))
        with store.engine.connect() as other:
            other.execute(sa.text(end))
        connection.execute(sa.text("delete from facts"))
    assert store.check().is_whole


def test_the_command_makes_a_store_on_a_database(postgresql, tmp_path) -> None:
    command = [
        sys.executable,
        "-m",
        "toolkit.cli",
        "create-store",
        "--out",
        str(tmp_path / "s"),
        "--database",
        postgresql(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert Store.open(tmp_path / "s").version == 0
