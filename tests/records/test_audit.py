"""The audit: a line for each thing done, none of which can be changed, moved or cut off unseen."""

from __future__ import annotations

import json
import random
import sqlite3

import pytest
import sqlalchemy as sa

from toolkit.errors import InputError, StoreError
from toolkit.records import Store
from toolkit.records.audit.heads import HEADS
from toolkit.records.database.connect import writing


@pytest.fixture
def busy(store: Store, county, made) -> Store:
    """A store with one of each thing done."""
    store.add(county, by="Ann", source_name="families of Smith.xlsx", content_hash="ab12", note="F001 was wrong")
    wrong = made.frame("progress_scores", made.score(1, value=5))
    store.correct({"progress_scores": wrong}, by="Bob", source_name="corrections.xlsx", reason="typing")
    store.withdraw(2, by="Cy", reason="F001 again")
    result = store.folder / "results" / "q" / "r"
    result.mkdir(parents=True)
    store.publish("q", result, by="Di")
    store.audit(who="Ed", action="viewed", what="page my_centre", detail={"centre": "C01", "family": "F002", "n": 3})
    store.audit(who="Ed", action="exported", what="scores of F003 as csv", detail={"filters": ["K004", "all"]})
    return store


def test_each_thing_done_has_its_line(busy: Store) -> None:
    lines = busy.audit_lines().iloc[::-1]
    said = list(zip(lines["who"], lines["action"], lines["what"], strict=True))
    assert said == [
        ("toolkit", "created", "store"),
        ("Ann", "added", "upload"),
        ("Bob", "corrected", "upload"),
        ("Cy", "withdrew", "upload"),
        ("Di", "published", "result"),
        ("Ed", "viewed", "page my_centre"),
        ("Ed", "exported", "scores of [withheld] as csv"),
    ]
    added = json.loads(lines["detail"].iloc[1])
    assert added["upload_id"] == 1 and added["rows"]["families"] == 6 and added["content_hash"] == "ab12"
    assert busy.check_audit().is_whole and busy.check_audit().lines == 7
    assert "It cannot find" in busy.check_audit().summary()


def test_no_line_holds_a_family_or_what_people_wrote(busy: Store) -> None:
    with sqlite3.connect(busy.folder / "store.sqlite") as connection:
        said = json.dumps(connection.execute("select * from audit").fetchall())
    for private in ("F001", "F002", "F003", "K004", "Smith", "corrections"):
        assert private not in said
    assert said.count("[withheld]") == 3 and '"C01' in said.replace("\\", "")


def test_a_refused_upload_leaves_no_line(busy: Store, county) -> None:
    before = busy.check_audit().lines
    with pytest.raises(StoreError):
        busy.add(county, by="Ann", source_name="t")
    assert busy.check_audit().lines == before


@pytest.mark.parametrize(
    "statement", ["update audit set who = 'x'", "delete from audit", "delete from audit where line = 1"]
)
def test_the_database_refuses_to_change_a_line(new_store, statement: str) -> None:
    store = new_store()
    with pytest.raises(StoreError, match="append-only"), writing(store.engine) as connection:
        connection.execute(sa.text(statement))
    assert store.check_audit().is_whole


def test_postgresql_refuses_to_empty_the_audit(postgresql, tmp_path) -> None:
    store = Store.create(tmp_path / "s", database=postgresql())
    with pytest.raises(StoreError, match="append-only"), writing(store.engine) as connection:
        connection.execute(sa.text("truncate audit"))


def tamper(store: Store, *statements: str) -> tuple[str, ...]:
    """Change the audit as someone with the file could, past the database's refusals."""
    with sqlite3.connect(store.folder / "store.sqlite") as connection:
        for name in ("audit_no_update", "audit_no_delete"):
            connection.execute(f"drop trigger if exists {name}")
        for statement in statements:
            connection.execute(statement)
    return store.check_audit().problems


def test_an_edited_line_is_found_whatever_part_was_edited(busy: Store) -> None:
    for column, value in {"at": "2001-01-01", "who": "Zed", "action": "saw", "what": "all", "detail": "{}"}.items():
        with sqlite3.connect(busy.folder / "store.sqlite") as connection:
            (was,) = connection.execute(f"select {column} from audit where line = 4").fetchone()
        assert tamper(busy, f"update audit set {column} = '{value}' where line = 4") == (
            "Line 4 was changed after it was written.",
        )
        tamper(busy, f"update audit set {column} = '{was}' where line = 4")
    assert busy.check_audit().is_whole


def test_a_removed_line_is_found_also_when_the_others_are_numbered_again(busy: Store) -> None:
    problems = tamper(busy, "delete from audit where line = 4")
    assert problems[0] == "Line 4 is missing."
    problems = tamper(busy, *(f"update audit set line = {line - 1} where line = {line}" for line in (5, 6, 7)))
    assert "Line 4 was changed after it was written." in problems
    assert any("does not follow from the line before" in problem for problem in problems)


def test_lines_that_changed_places_are_found(busy: Store) -> None:
    problems = tamper(
        busy, *(f"update audit set line = {new} where line = {old}" for old, new in ((4, 99), (5, 4), (99, 5)))
    )
    assert any(problem.startswith(("Line 4", "Line 5")) for problem in problems)


def test_lines_cut_off_at_the_end_are_found(busy: Store) -> None:
    assert tamper(busy, "delete from audit where line > 5") == (
        f"Lines 6 to 7 are missing at the end: the file {HEADS} has them.",
    )


def test_lines_cut_off_and_written_anew_are_found(busy: Store) -> None:
    tamper(busy, "delete from audit where line > 5")
    busy.audit(who="Ed", action="viewed", what="nothing")
    busy.audit(who="Ed", action="viewed", what="nothing")
    assert any("is not the line that the file" in problem for problem in busy.check_audit().problems)


def test_without_the_file_beside_it_the_audit_says_what_it_cannot_know(busy: Store) -> None:
    (busy.folder / HEADS).unlink()
    assert "is missing or empty" in busy.check_audit().problems[0]


def test_a_chain_from_another_store_is_found(busy: Store, tmp_path) -> None:
    other = Store.create(tmp_path / "other")
    with sqlite3.connect(other.folder / "store.sqlite") as connection:
        (its,) = connection.execute("select value from facts where name = 'store_id'").fetchone()
    assert any(
        "does not follow" in problem
        for problem in tamper(busy, f"update facts set value = '{its}' where name = 'store_id'")
    )


def test_any_one_random_edit_is_found(busy: Store) -> None:
    chosen = random.Random(4)
    for _ in range(25):
        line, at = chosen.randint(1, 7), chosen.choice(["at", "who", "action", "what", "detail", "previous", "hash"])
        assert tamper(busy, f"update audit set {at} = {at} || 'x' where line = {line}")
        assert tamper(busy, f"update audit set {at} = substr({at}, 1, length({at}) - 1) where line = {line}") == ()


def test_a_head_cut_short_by_a_full_disk_does_not_spoil_the_next(busy: Store) -> None:
    with (busy.folder / HEADS).open("ab") as file:
        file.write(b"\n8 ab12")
    busy.audit(who="Ed", action="viewed", what="page")
    assert busy.check_audit().is_whole


def test_what_cannot_be_written_as_json_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="must be plain text"):
        store.audit(who="Ed", action="viewed", what="page", detail={"when": object()})
    assert store.check_audit().lines == 1


def test_the_commands_show_and_verify(busy: Store, command) -> None:
    shown = command("audit", "show", "--store", busy.folder, "--last", "2", "--json")
    assert [line["action"] for line in json.loads(shown.stdout)] == ["exported", "viewed"]
    assert command("audit", "verify", "--store", busy.folder).returncode == 0
    tamper(busy, "update audit set who = 'x' where line = 2")
    found = command("audit", "verify", "--store", busy.folder, "--json")
    assert found.returncode == 1 and json.loads(found.stdout)["problems"] == [
        "Line 2 was changed after it was written."
    ]
