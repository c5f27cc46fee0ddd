"""Publications as a record: versions, reasons and withdrawals that stay, on both databases, whoever comes when."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from toolkit.errors import InputError, StoreError
from toolkit.records import Store
from toolkit.records.database.connect import reading, writing
from toolkit.records.publications import Kept, standing


def result(store: Store, question: str, name: str) -> Path:
    folder = store.folder / "results" / question / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def steps(store: Store, question: str) -> list[tuple[str, int, int | None, str]]:
    return [(one.what, one.version, one.replaces, one.why) for one in store.record(question)]


def test_the_newest_publication_of_a_question_is_the_latest(store) -> None:
    folders = [result(store, question, name) for question, name in [("a", "1"), ("b", "1"), ("a", "2")]]
    for folder in folders:
        store.publish(folder.parent.name, folder, by="Ann", why="the records grew")
    store.publish("a", folders[0], by="Bob", why="the second was of the wrong year")
    published = store.publications()
    assert published["result"].tolist() == ["results/a/1", "results/a/2", "results/b/1", "results/a/1"]
    assert published["is_latest"].tolist() == [True, False, True, False]
    assert published["by"].tolist() == ["Bob", "Ann", "Ann", "Ann"]
    assert published["at"].is_monotonic_decreasing
    assert store.version == 0


def test_a_result_that_is_not_there_or_not_in_the_store_is_refused(store, tmp_path) -> None:
    with pytest.raises(StoreError, match="There is no result in"):
        store.publish("a", store.folder / "results" / "a" / "1", by="t")
    (tmp_path / "elsewhere").mkdir()
    for folder in (tmp_path / "elsewhere", store.folder, store.folder / "results" / ".." / ".." / "elsewhere"):
        (store.folder / "results").mkdir(exist_ok=True)
        with pytest.raises(StoreError, match="is not in the store"):
            store.publish("a", folder, by="t")
    assert store.publications().empty


def test_each_version_and_withdrawal_stays_with_who_when_and_why(new_store) -> None:
    store = new_store()
    first, second = result(store, "a", "1"), result(store, "a", "2")
    store.publish("a", first, by="Ann")
    store.publish("a", second, by="Bob", why="the year's records came in")
    store.withdraw_publication("a", by="Cy", why="two centres were\n counted twice")
    with pytest.raises(StoreError, match="No answer to a is published"):
        store.withdraw_publication("a", by="Cy", why="again")
    store.publish("a", first, by="Di", why="counted anew")
    again = Store.open(store.folder)  # after a restart
    assert steps(again, "a") == [
        ("published", 1, None, ""),
        ("published", 2, 1, "the year's records came in"),
        ("withdrawn", 2, None, "two centres were counted twice"),
        ("published", 3, None, "counted anew"),
    ]
    assert [one.by for one in again.record()] == ["Ann", "Bob", "Cy", "Di"]
    lines = again.audit_lines(last=4).iloc[::-1]
    assert list(zip(lines["who"], lines["action"], lines["what"], strict=True)) == [
        ("Ann", "published", "result"),
        ("Bob", "published", "result"),
        ("Cy", "withdrew", "publication"),
        ("Di", "published", "result"),
    ]
    details = [json.loads(text) for text in lines["detail"]]
    assert [(one["version"], one["why"]) for one in details] == [(v, w) for _, v, _, w in steps(again, "a")]
    assert again.check().is_whole, again.check().summary()


def test_a_reason_is_asked_from_the_second_version_on_and_for_a_withdrawal(store, county) -> None:
    folder = result(store, "a", "1")
    store.add(county, by="t", source_name="t")
    store.publish("a", folder, by="Ann")
    for why in ("", "  "):
        with pytest.raises(InputError, match="Say why this one takes its place"):
            store.publish("a", folder, by="Ann", why=why)
        with pytest.raises(InputError, match="Say why the answer is withdrawn"):
            store.withdraw_publication("a", by="Ann", why=why)
    with pytest.raises(InputError, match="names a family, child or referral by its number"):
        store.withdraw_publication("a", by="Ann", why="F003 asked for it")
    with pytest.raises(InputError, match="has 501 letters"):
        store.withdraw_publication("a", by="Ann", why="x" * 501)
    assert steps(store, "a") == [("published", 1, None, "")]


def test_whoever_has_not_seen_what_stands_is_refused_with_who_did_what(store) -> None:
    one, other = result(store, "a", "1"), result(store, "a", "2")
    first = store.publish("a", one, by="Ann", seen=0)
    with pytest.raises(StoreError, match=r"Somebody published another answer since you opened this page: Ann, on"):
        store.publish("a", other, by="Bob", why="mine is better", seen=0)
    second = store.publish("a", other, by="Bob", why="new records", seen=first.publication_id)
    with pytest.raises(StoreError, match=r"published another answer .* version 2 of a \(new records\)"):
        store.withdraw_publication("a", by="Ann", why="it was mine", seen=first.publication_id)
    store.withdraw_publication("a", by="Bob", why="wrong year", seen=second.publication_id)
    with pytest.raises(StoreError, match="Somebody withdrew the answer since you opened this page: Bob"):
        store.publish("a", one, by="Ann", why="back again", seen=second.publication_id)
    store.publish("b", result(store, "b", "1"), by="Ann", seen=0)  # another question's record is another's
    assert [(what, version) for what, version, *_ in steps(store, "a")] == [
        ("published", 1),
        ("published", 2),
        ("withdrawn", 2),
    ]


def test_of_many_who_publish_at_once_one_does_and_the_others_are_told(new_store) -> None:
    store = new_store()
    first = store.publish("a", result(store, "a", "0"), by="Ann")
    folders = [result(store, "a", str(number)) for number in range(1, 9)]

    def publish(folder: Path) -> str:
        try:
            store.publish("a", folder, by=folder.name, why="newer", seen=first.publication_id)
        except StoreError as error:
            return str(error)
        return "published"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(publish, folders))
    assert said.count("published") == 1
    assert sum("Somebody published another answer" in one for one in said) == 7
    assert [version for _, version, *_ in steps(store, "a")] == [1, 2]
    assert store.check().is_whole, store.check().summary()


def test_the_database_itself_refuses_to_change_a_publication(new_store) -> None:
    store = new_store()
    store.publish("a", result(store, "a", "1"), by="Ann")
    for change in ("UPDATE publications SET why = 'other'", "DELETE FROM publications"):
        with pytest.raises(StoreError, match="stays on record"), writing(store.engine) as connection:
            connection.execute(sa.text(change))
    again = 'INSERT INTO publications (question, result, "by", at, version) SELECT question, result, "by", at, 1'
    with pytest.raises(sa.exc.IntegrityError), writing(store.engine) as connection:
        connection.execute(sa.text(f"{again} FROM publications"))
    assert steps(store, "a") == [("published", 1, None, "")]


def test_the_file_members_read_is_written_with_its_row_or_nothing_is_published(store) -> None:
    folder = result(store, "a", "1")

    def full(version: int) -> Kept:
        raise StoreError(f"no room for version {version}")

    with pytest.raises(StoreError, match="no room for version 1"):
        store.publish("a", folder, by="Ann", keep=full)
    assert store.record() == () and store.audit_lines(action="published").empty
    made = store.publish("a", folder, by="Ann", keep=lambda version: Kept(f"a/version-{version}.json", "f" * 64))
    assert made.view == "a/version-1.json"
    assert store.audit_lines(last=2)["action"].tolist() == ["exported", "published"]
    (problem,) = store.check().problems
    assert "Version 1 of a: the file that members read is missing" in problem
    (store.folder / "published" / "a").mkdir(parents=True)
    (store.folder / "published" / "a" / "version-1.json").write_text("another answer")
    (problem,) = store.check().problems
    assert "was changed after it was published" in problem


DIES = """
import os, sys
from pathlib import Path
from toolkit.records import Store

def keep(version):
    (store.folder / "published").mkdir(exist_ok=True)
    (store.folder / "published" / "half.json").write_text(str(version))
    os._exit(9)

store = Store.open(Path(sys.argv[1]))
store.publish("a", store.folder / "results" / "a" / "1", by="Ann", seen=0, keep=keep)
"""


def test_a_process_that_dies_between_file_and_row_has_published_nothing_and_the_next_one_can(store) -> None:
    folder = result(store, "a", "1")
    died = subprocess.run([sys.executable, "-c", DIES, str(store.folder)], timeout=60, check=False, env=os.environ)
    assert died.returncode == 9 and (store.folder / "published" / "half.json").read_text() == "1"
    again = Store.open(store.folder)
    assert again.record() == () and again.check().is_whole
    assert again.publish("a", folder, by="Ann", seen=0).version == 1


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_was_published_before_versions_is_numbered_in_its_order(database: str, tmp_path: Path, request) -> None:
    from toolkit.records.database.connect import engine_for
    from toolkit.records.publications import record_of
    from toolkit.records.upgrade import STEPS, run_steps

    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    if database == "postgresql":
        url = request.getfixturevalue("postgresql")().replace("postgresql:", "postgresql+psycopg:")
    engine = engine_for(url)
    with writing(engine) as connection:
        run_steps(connection, "0003")
        rows = "INSERT INTO publications (question, result, \"by\", at) VALUES (:q, :r, 'Ann', '2026-11-01 10:00:00')"
        for question, made in (("a", "1"), ("b", "1"), ("a", "2"), ("a", "1")):
            connection.execute(sa.text(rows), {"q": question, "r": f"results/{question}/{made}"})
    with writing(engine) as connection:
        run_steps(connection, STEPS[-1])
    with reading(engine) as connection:
        record = record_of(connection)
    assert [(one.question, one.version, one.replaces, one.what, one.why, one.view) for one in record] == [
        ("a", 1, None, "published", "", ""),
        ("b", 1, None, "published", "", ""),
        ("a", 2, 1, "published", "", ""),
        ("a", 3, 2, "published", "", ""),
    ]
    newest = standing(tuple(one for one in record if one.question == "a"))
    assert newest is not None and newest.result == "results/a/1"
    assert pd.Timestamp(newest.at) == pd.Timestamp("2026-11-01 10:00", tz="UTC")


POINTED = {
    "another result": ("update publications set result = 'results/q/two' where version = 1", "another result"),
    "another person": ("update publications set by = 'Eve' where version = 1", "another person"),
    "another reason": ("update publications set why = 'x' where what = 'withdrawn'", "another reason"),
    "another file": ("update publications set view = 'q/version-1.json' where version = 2", "another file for members"),
    "another hash": ("update publications set view_hash = 'ff' where version = 2", "another file for members"),
    "a row taken out": ("delete from publications where what = 'withdrawn'", "has no row"),
    "a row put in": (
        "insert into publications (question, result, by, at, what, version, view, view_hash) "
        "select 'other', result, by, at, what, version, view, view_hash from publications where version = 2",
        "Version 2 of other has no line in the audit",
    ),
    "a row put in without a file": (
        "insert into publications (question, result, by, at, what, version) "
        "select 'other', result, by, at, what, version from publications where version = 2",
        "Version 2 of other has no line in the audit",
    ),
}


@pytest.mark.parametrize("name", POINTED)
def test_a_row_that_is_not_as_the_audit_has_it_is_found(store, name: str) -> None:
    def kept(version: int) -> Kept:
        (store.folder / "published" / "q").mkdir(parents=True, exist_ok=True)
        (store.folder / "published" / "q" / f"version-{version}.json").write_bytes(b"{}")
        return Kept(f"q/version-{version}.json", hashlib.sha256(b"{}").hexdigest())

    store.publish("q", result(store, "q", "one"), by="Ann", keep=kept)
    store.withdraw_publication("q", by="Bo", why="wrong")
    store.publish("q", result(store, "q", "two"), by="Cy", why="right", keep=kept)
    assert store.check().is_whole, store.check().summary()
    statement, words = POINTED[name]
    with sqlite3.connect(store.folder / "store.sqlite") as connection:
        connection.execute("drop trigger publications_no_update")
        connection.execute("drop trigger publications_no_delete")
        assert connection.execute(statement).rowcount
    assert any(words in problem for problem in store.check().problems), store.check().problems
