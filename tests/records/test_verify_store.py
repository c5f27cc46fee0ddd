"""What verify-store finds: damage to the file, the rows, the versions, the audit, snapshots and results."""

from __future__ import annotations

import json
import sqlite3
from datetime import date

import pandas as pd
import pytest

from toolkit.records import Store


@pytest.fixture
def whole(store: Store, county, made) -> Store:
    store.add(county, by="Ann", source_name="t")
    store.add({"families": made.frame("families", made.family(8))}, by="t", source_name="t")
    store.withdraw(2, by="t")
    store.snapshot()
    assert store.check().is_whole, store.check().summary()
    return store


DAMAGE = {
    "a row removed": (
        "delete from children where child_id = 'K002'",
        "Upload 1 has 5 rows in children, and should have 6.",
    ),
    "a row added": (
        "insert into events (area, \"on\", what, upload_id, v_from) values ('C01', '2010-01-01', 'x', 1, 1)",
        "Table events has rows of upload 1, which brought none.",
    ),
    "a row of another upload": (
        "update referrals set upload_id = 2 where referral_id = 'R3'",
        "Upload 1 has 5 rows in referrals, and should have 6.",
    ),
    "a withdrawn row back": (
        "update families set v_to = null where family_id = 'F008'",
        "Table families: 1 rows are current though their upload was withdrawn.",
    ),
    "a row that ends before it begins": (
        "update children set v_to = 1 where child_id = 'K002'",
        "Table children: 1 rows stand from or until a version that cannot be.",
    ),
    "a value edited": (
        "update progress_scores set score = 5 where family_id = 'F003'",
        "Upload 1: its rows in progress_scores were changed in the database after they were stored.",
    ),
    "a family renamed": (
        "update families set family_id = 'F999' where family_id = 'F003'",
        "Upload 1: its rows in families were changed in the database after they were stored.",
    ),
    "a version removed": (
        "update uploads set withdrawn_in = 2 where upload_id = 2; delete from versions where version = 3; "
        "insert into versions values (4, '2020-01-01 00:00:00', 'x', 'added', null, '')",
        "Versions are missing: there should be 5 up to version 4, and there are 4.",
    ),
    "a version nobody logged": (
        "insert into versions values (4, '2020-01-01 00:00:00', 'x', 'added', null, '')",
        "Version 4 has no line in the audit.",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_changed_database_is_found(whole: Store, damage: str) -> None:
    statements, sentence = DAMAGE[damage]
    with sqlite3.connect(whole.folder / "store.sqlite") as connection:
        connection.executescript(f"pragma foreign_keys = off; {statements}")
    found = whole.check()
    assert sentence in found.problems and not found.is_whole
    assert "The store is not whole" in found.summary()


DECISIONS_CHANGED = """
drop trigger decisions_no_update; drop trigger decisions_no_delete;
update decisions set words = 'Close them.' where decision_id = 1;
update decisions set look_again_on = '2039-01-01', "by" = 'Bob' where decision_id = 2;
update decisions set at = '2020-01-01 00:00:00.000000', version = 4 where decision_id = 3;
delete from decisions where decision_id = 4;
insert into decisions select 6, about, words, look_again_on, question, version, "by", at from decisions
where decision_id = 5;
"""


def test_a_decision_that_reads_otherwise_than_the_audit_has_it_is_found(store: Store) -> None:
    for _ in range(5):
        store.decide("Rec 1", words="Keep them.", look_again_on=date(2035, 1, 1), answer=("reach", 2), by="Ann\u200b")
    assert store.check().is_whole, store.check().summary()
    with sqlite3.connect(store.folder / "store.sqlite") as connection:
        connection.executescript(DECISIONS_CHANGED)
    found = [problem for problem in store.check().problems if "ecision" in problem]
    assert found == [
        "Decision 1, on Rec 1, names another decision in the database than in the audit.",
        "Decision 2, on Rec 1, names another day to look again in the database than in the audit.",
        "Decision 2, on Rec 1, names another person in the database than in the audit.",
        "Decision 3, on Rec 1, names another version of the answer in the database than in the audit.",
        "Decision 3, on Rec 1, has another time in the database than in the audit.",
        "Decision 6, on Rec 1, has no line in the audit.",
        "Decision 4, on Rec 1, stands in the audit, and the database has no row of it.",
    ]


def test_a_missing_upload_is_found_by_the_foreign_keys(whole: Store) -> None:
    with sqlite3.connect(whole.folder / "store.sqlite") as connection:
        connection.executescript("pragma foreign_keys = off; delete from uploads where upload_id = 1")
    assert any("has a row that names a missing one in uploads" in problem for problem in whole.check().problems)


def test_a_changed_audit_or_snapshot_is_found(whole: Store) -> None:
    with sqlite3.connect(whole.folder / "store.sqlite") as connection:
        connection.executescript("drop trigger audit_no_delete; delete from audit where line = 3")
    taken = whole.snapshot()
    path = taken.path("children")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    found = whole.check()
    assert "Line 3 is missing." in found.audit.problems
    assert any("children.parquet" in problem and "was changed" in problem for problem in found.problems)


def test_a_result_that_names_a_family_the_store_does_not_hold_is_found(whole: Store) -> None:
    folder = whole.folder / "results" / "q" / "r"
    folder.mkdir(parents=True)
    pd.DataFrame({"family_id": ["F001", "F999"]}).to_parquet(folder / "matched_sets.parquet")
    (problem,) = whole.check().problems
    assert (
        "results/q/r/matched_sets.parquet names families that the store does not hold" in problem
        and "F999" not in problem
    )


def test_a_damaged_page_is_found(whole: Store, command) -> None:
    with sqlite3.connect(whole.folder / "store.sqlite") as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        (page,) = connection.execute(
            "select rootpage from sqlite_master where name = 'one_current_children'"
        ).fetchone()
    with (whole.folder / "store.sqlite").open("rb+") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 200)
    done = command("verify-store", "--store", whole.folder)
    assert done.returncode in (1, 2) and ("damaged" in done.stdout + done.stderr)


def test_the_command_says_what_is_wrong(whole: Store, command) -> None:
    done = command("verify-store", "--store", whole.folder, "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["whole"] is True
    with sqlite3.connect(whole.folder / "store.sqlite") as connection:
        connection.execute("delete from children where child_id = 'K002'")
    done = command("verify-store", "--store", whole.folder, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["problems"][0] == "Upload 1 has 5 rows in children, and should have 6."
