"""What verify-store finds of changes that leave every hash inside a file or table right: made by whoever may write."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from toolkit.accounts.directory import add_account, change_role, shut
from toolkit.records import Store
from toolkit.records.audit.result_files import RESULT, WROTE, files_of_result, written_detail
from toolkit.records.snapshots.snapshot import MANIFEST, contents_hash, file_hash


@pytest.fixture(scope="module")
def lived(tmp_path_factory, made) -> Store:
    """A store with rows that came, were replaced, were corrected, went, came again and were erased."""
    store = Store.create(tmp_path_factory.mktemp("lived") / "store", simulated=True)
    store.add(made.county(), by="Ann", source_name="t", content_hash="ab")
    again = made.frame("progress_scores", made.score(1, value=5), made.score(2, value=4))
    store.add({"progress_scores": again}, by="Bob", source_name="t", replaces=True)
    store.correct({"progress_scores": made.frame("progress_scores", made.score(3, value=1))}, by="Cy", source_name="t")
    store.withdraw(2, by="Di", reason="wrong")
    store.snapshot()
    store.erase_family("F002", by="Ed", reason="asked")
    add_account(store, "anna", "lead", by="Ed")
    add_account(store, "ben", "member", by="Ed")
    change_role(store, "ben", "analyst", by="Ed")
    shut(store, "ben", by="Ed")
    folder = store.folder / "results" / "q" / "r"
    folder.mkdir(parents=True)
    (folder / "result.json").write_text('{"n": 803}')
    pd.DataFrame({"set": [1, 2], "family_id": ["F001", "F003"]}).to_parquet(folder / "matched_sets.parquet")
    store.audit(who="Ed", action=WROTE, what=RESULT, detail=written_detail(store.folder, files_of_result(folder)))
    store.snapshot()
    found = store.check()
    assert found.is_whole and found.unknown == 0, found.summary()
    return store


@pytest.fixture
def copy(lived: Store, tmp_path: Path) -> Store:
    return copy_of(lived, tmp_path)


def copy_of(store: Store, beside: Path) -> Store:
    shutil.copytree(store.folder, beside / "copy")
    return Store.open(beside / "copy")


def change(store: Store, statement: str) -> int:
    with sqlite3.connect(store.folder / "store.sqlite") as connection:
        connection.execute("pragma foreign_keys = off")
        return connection.execute(statement).rowcount


CHANGES = {
    "rows ended in a version there is": ("update referrals set v_to = 2 where v_to is null", "Table referrals: 5 rows"),
    "rows ended in the newest version": ("update children set v_to = 6 where child_id = 'K003'", "end in version"),
    "an ended row brought back": ("update progress_scores set v_to = null where v_to = 3", "end in version 3"),
    "an end moved to a later version": ("update progress_scores set v_to = 4 where v_to = 2", "end in version 2"),
    "a row that stands again edited": (
        "update progress_scores set score = 1 where v_from = 4",
        "that stand again from",
    ),
    "a row that stands again removed": ("delete from progress_scores where v_from = 4", "that stand again from"),
    "a row that stands again from another version": (
        "update progress_scores set v_from = 5 where v_from = 4",
        "from version 5",
    ),
    "a row put in under an old upload": (
        "insert into events (area, \"on\", what, upload_id, v_from) values ('C01', '2010-01-01', 'x', 1, 3)",
        "which no line of the audit says",
    ),
    "who brought an upload": (
        "update uploads set by = 'Eve' where upload_id = 1",
        "it was brought by Ann by the audit",
    ),
    "the hash of its file": ("update uploads set content_hash = 'cd' where upload_id = 1", "its file's hash is ab"),
    "its withdrawal taken back": (
        "update uploads set withdrawn_in = null where upload_id = 2",
        "withdrawn in version 4",
    ),
    "another upload withdrawn": ("update uploads set withdrawn_in = 4 where upload_id = 3", "never withdrawn"),
    "who made a version": ("update versions set by = 'Eve' where version = 4", "Version 4 was made by Di"),
    "simulated records called real": ("update facts set value = 'no' where name = 'simulated'", "made for simulated"),
    "a role": ("update accounts set role = 'administrator' where name = 'anna'", "its role was lead"),
    "a role changed before": ("update accounts set role = 'member' where name = 'ben'", "its role was analyst"),
    "the centres": ("update accounts set centre_ids = '[\"C01\"]' where name = 'anna'", "its centres were none"),
    "an account opened again": ("update accounts set disabled = 0 where name = 'ben'", "it was shut: yes"),
    "an account put in": (
        "insert into accounts select 9, 'eve', 'administrator', '[]', password, must_change, null, '', 0, 0, made_at, "
        "null from accounts where name = 'anna'",
        "it was put in",
    ),
    "an account taken out": ("delete from accounts where name = 'anna'", "is missing in"),
    "the hash of a snapshot": ("update snapshots set hash = 'ff' where version = 4", "another snapshot of version 4"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_in_the_database_is_found(copy: Store, name: str) -> None:
    statement, words = CHANGES[name]
    if name == "an ended row brought back":  # of a correction: no other row has its key once that is gone too
        assert change(copy, "delete from progress_scores where v_to is null and family_id = 'F003'")
    assert change(copy, statement)
    found = copy.check()
    assert not found.is_whole and any(words in problem for problem in found.problems), found.summary()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_done_to_where_a_row_begins_or_ends_is_found(lived: Store, tmp_path_factory, data) -> None:
    store = copy_of(lived, tmp_path_factory.mktemp("moved"))
    table = data.draw(st.sampled_from(["families", "children", "progress_scores", "referrals", "episodes"]))
    with sqlite3.connect(store.folder / "store.sqlite") as connection:
        rows = connection.execute(f"select row_id, v_from, v_to from {table}").fetchall()
    row, v_from, v_to = data.draw(st.sampled_from(rows))
    version = st.integers(1, store.version)
    new_from, new_to = data.draw(version), data.draw(st.none() | version)
    assume((new_from, new_to) != (v_from, v_to))
    try:
        change(store, f"update {table} set v_from = {new_from}, v_to = {new_to or 'null'} where row_id = {row}")
    except sqlite3.IntegrityError:  # another row with its key is current
        assume(False)
    assert store.check().problems


def without_rows(folder: Path) -> None:
    """Drop rows from a snapshot's table and make its manifest again, as one who knows how it is made would."""
    manifest = json.loads((folder / MANIFEST).read_text())
    file = folder / "referrals.parquet"
    pq.write_table(pq.read_table(file).slice(2), file)
    manifest["tables"]["referrals"] |= {"sha256": file_hash(file), "rows": pq.read_metadata(file).num_rows}
    manifest["hash"] = contents_hash(manifest["tables"], simulated=manifest["simulated"])
    (folder / MANIFEST).write_text(json.dumps(manifest))


def renamed(folder: Path) -> None:
    without_rows(folder)
    folder.rename(folder.with_name(json.loads((folder / MANIFEST).read_text())["hash"][:16]))


def of_another_version(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, "store_version": manifest["store_version"] - 2}))


SNAPSHOTS = {
    "rows dropped and the manifest made again": (without_rows, "is not one that this store took"),
    "and its folder named by its new hash": (renamed, "is not one that this store took"),
    "its version edited": (of_another_version, "was not taken of version"),
    "removed": (shutil.rmtree, "is missing"),
}


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_a_snapshot_that_is_not_the_one_taken_is_found(copy: Store, name: str) -> None:
    do, words = SNAPSHOTS[name]
    do(copy.snapshot().folder)
    assert any(words in problem for problem in copy.check().problems), copy.check().summary()


def test_a_snapshot_whose_taker_was_killed_before_it_was_written_down_is_no_fault(
    copy: Store, made, monkeypatch
) -> None:
    from toolkit.records.snapshots import take

    copy.add({"families": made.frame("families", made.family(12))}, by="t", source_name="t")

    def killed(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(take, "_remember", killed)
        with pytest.raises(KeyboardInterrupt):
            copy.snapshot()
    assert copy.check().is_whole, copy.check().summary()


RESULTS = {
    "its file edited": lambda folder: (folder / "result.json").write_text('{"n": 804}'),
    "rows dropped": lambda folder: pd.DataFrame({"set": [1], "family_id": ["F001"]}).to_parquet(
        folder / "matched_sets.parquet"
    ),
    "one file removed": lambda folder: (folder / "matched_sets.parquet").unlink(),
    "all results removed": lambda folder: shutil.rmtree(folder.parents[1]),
}


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_that_is_not_as_it_was_written_is_found(copy: Store, name: str) -> None:
    RESULTS[name](copy.folder / "results" / "q" / "r")
    assert any(words in problem for problem in copy.check().problems for words in ("is missing", "was changed since"))


def test_a_result_that_an_erasure_cleaned_is_as_the_audit_has_it(copy: Store) -> None:
    copy.erase_family("F001", by="Ed", reason="asked")
    file = copy.folder / "results" / "q" / "r" / "matched_sets.parquet"
    assert pd.read_parquet(file)["family_id"].tolist() == ["F003"] and copy.check().is_whole
    pd.DataFrame({"set": [2], "family_id": ["F004"]}).to_parquet(file)
    assert any("was changed since" in problem for problem in copy.check().problems)


def test_results_of_before_hashes_were_kept_are_said_to_be_unchecked(copy: Store) -> None:
    folder = copy.folder / "results" / "q" / "older"
    folder.mkdir()
    (folder / "result.json").write_text("{}")
    found = copy.check()
    assert found.is_whole and found.unknown == 1 and "cannot be told" in found.summary()
