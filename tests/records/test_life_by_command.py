"""The commands that show, correct and take back what was stored, and that erase so that no file brings it back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from toolkit.cli.main import app
from toolkit.errors import InputError, StoreError
from toolkit.intake.origin import Origin
from toolkit.records import Store
from toolkit.tables import TABLES

CHILD = "KID-ZQ82"
Said = Callable[..., str]


@pytest.fixture
def say(store: Store) -> Said:
    """Run a command on the store and return what it prints; an error is raised."""

    def run(*words: str, answer: str = "") -> str:
        done = CliRunner().invoke(app, [*words, "--store", str(store.folder)], input=answer)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return run


def case(child: str = CHILD, **values: Any) -> dict[str, Any]:
    row = {
        "referral_id": f"R-{child}", "child_id": child, "received_on": date(2022, 1, 5), "source": "6",
        "outcome": None, "closed_on": None, "closure_reason": None, "referred_back": None,
    }  # fmt: skip
    return row | values


def annex(store: Store, as_of: date, *rows: dict[str, Any], again: bool = False) -> Any:
    frame = pd.DataFrame(list(rows), columns=list(TABLES["referrals"].names))
    origin = Origin("annex_a", as_of, "given", newest_day=as_of, covers=frozenset({"referrals"}))
    return store.merge(
        {"referrals": frame}, speaks_of={"referrals": ["nfa,source,closed_on"] * len(rows)}, origin=origin, by="Cy",
        source_name=f"annex {as_of}.xlsx", again=again,
        content_hash=hashlib.sha256(repr((as_of, rows)).encode()).hexdigest(),
    )  # fmt: skip


def test_an_upload_says_who_what_when_and_what_it_changed_and_goes_out_again(store: Store, say: Said, county) -> None:
    store.add(county, by="Ann", source_name="first.xlsx")
    annex(store, date(2022, 3, 31), case(), case("K2"))
    annex(store, date(2022, 6, 30), case(closed_on=date(2022, 5, 1)), case("K3"))
    listed = json.loads(say("uploads", "list", "--json"))
    assert [(row["upload_id"], row["by"]) for row in listed[:2]] == [(3, "Cy"), (2, "Cy")]
    assert listed[0]["as_of"] == "2022-06-30"
    assert "Ann" in say("uploads", "list") and "And 2 more: --last 3" in say("uploads", "list", "--last", "1")
    shown = say("uploads", "show", "3")
    assert "annex 2022-06-30.xlsx, Annex A, by Cy" in shown and "It speaks as of 30 June 2022" in shown
    assert "It added 1 rows, altered 1 and took out 0." in shown
    assert "losed on was empty, is 1 May 2022" in shown
    about = json.loads(say("uploads", "show", "3", "--json"))
    assert about["changes"]["referrals"] | {"kept": 0} == about["told"]["referrals"] | {"unchanged": 0, "kept": 0}
    with pytest.raises(InputError, match="Say why upload 2 is withdrawn"):
        say("uploads", "withdraw", "2")
    tried = say("uploads", "withdraw", "2", "--dry-run")
    assert "Would withdraw upload 2" in tried and "1 taken out" in tried and store.version == 3
    done = say("uploads", "withdraw", "2", "--why", "the wrong quarter")
    assert "Upload 2 is withdrawn (version 4)" in done and "Child number K2" in done
    assert "because: the wrong quarter" in say("uploads", "show", "2")
    with pytest.raises(StoreError, match=r"The store has no upload 9\. See which there are: toolkit uploads list"):
        say("uploads", "show", "9")
    assert set(store.read("referrals")["child_id"]) >= {CHILD, "K3"}


def test_a_day_put_right_is_a_row_that_changed_and_not_one_that_went(store: Store) -> None:
    annex(store, date(2022, 3, 31), case())
    done = annex(store, date(2022, 3, 31), case(referral_id="R-other", received_on=date(2022, 1, 6)))
    assert done.changes.count("altered") == 1
    shown = store.upload(2).changes
    assert (shown.count("added"), shown.count("altered"), shown.count("taken_out")) == (0, 1, 0)
    assert dict(shown.tables["referrals"].altered[0].columns)["received_on"] == (date(2022, 1, 5), date(2022, 1, 6))


def test_what_replaced_rows_is_named_with_the_command_that_takes_it_out(store: Store, made) -> None:
    for value in (1, 2):
        rows = {"progress_scores": made.frame("progress_scores", made.score(1, value=value))}
        store.add(rows, by="t", source_name=f"file {value}", replaces=True)
    with pytest.raises(StoreError, match=r"first: 2 \(file 2\)\.\nRun: toolkit uploads withdraw 2"):
        store.withdraw(1, by="t")


def test_a_row_is_put_right_by_its_key_and_its_history_tells_it(store: Store, say: Said, county) -> None:
    store.add(county, by="Ann", source_name="first.xlsx")
    key = ("correct", "registrations", "--key", "family_id=F004", "--key", "centre_id=C01")
    on = ("--key", "registered_on=01/04/2008")
    tried = say(*key, *on, "--set", "left_on=2009-06-30", "--dry-run")
    assert "Left on was empty, is 30 June 2009" in tried and store.version == 1
    said = say(*key, *on, "--set", "left_on=2009-06-30", "--why", "they moved", "--by", "Bob")
    assert "Corrected 1 row as upload 2." in said
    history = json.loads(say("history", "registrations", *key[2:], *on, "--json"))
    assert [(row["by"], row["left_on"]) for row in history] == [("Ann", None), ("Bob", "2009-06-30")]
    say(*key, *on, "--set", "left_on=", "--why", "they did not")
    assert store.read("registrations")["left_on"].isna().all()
    with pytest.raises(InputError, match=r"01/01/2007.*which is later"):
        say(*key, *on, "--set", "left_on=2007-01-01", "--why", "x")
    assert store.version == 3


def test_everything_wrong_with_a_correction_is_said_at_once(store: Store, say: Said, county) -> None:
    store.add(county, by="Ann", source_name="first.xlsx")
    with pytest.raises(InputError) as refused:
        say("correct", "families", "--key", "family_id=F001", "--set", "idaci_decil=3", "--set", "idaci_decile=11",
            "--set", "known_to=soon", "--set", "reach_centre_id=C77", "--set", "family_id=F9",
            "--why", "x")  # fmt: skip
    text = str(refused.value)
    for part in ("idaci_decil, no column of this table: Did you mean", "idaci_decile, 11", "known_to, soon",
                 "reach_centre_id, C77: It is not stored", "toolkit renumber-family"):  # fmt: skip
        assert part in text, text
    with pytest.raises(InputError, match="No row of families is stored with family_id F900"):
        say("correct", "families", "--key", "family_id=F900", "--set", "idaci_decile=3", "--why", "x")
    with pytest.raises(InputError, match="or give a file"):
        say("correct", "families", "--why", "x")
    with pytest.raises(InputError, match="write column=value"):
        say("correct", "families", "--key", "F001", "--set", "idaci_decile=3", "--why", "x")
    assert store.version == 1


def test_a_file_of_corrections_changes_only_the_columns_it_has(store: Store, say: Said, county, tmp_path: Path) -> None:
    store.add(county, by="Ann", source_name="first.xlsx")
    before = store.read("families").set_index("family_id")
    file = tmp_path / "deciles.csv"
    file.write_text("Family number,idaci_decile,known_to\nF001,9,\nF002,,31/03/2011\n", encoding="utf-8")
    said = say("correct", "families", "--file", str(file), "--why", "the index was read again")
    assert "Corrected 2 rows as upload 2." in said
    after = store.read("families").set_index("family_id")
    assert after.loc["F001", "idaci_decile"] == 9 and pd.isna(after.loc["F001", "known_to"])
    assert str(after.loc["F002", "known_to"])[:10] == "2011-03-31"
    assert after.loc["F002", "idaci_decile"] == before.loc["F002", "idaci_decile"]
    pd.testing.assert_frame_equal(after.loc["F003":], before.loc["F003":])
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("Family number,idaci_decile\nF001,12\nF900,3\nF001,4\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"(?s)row 2, idaci_decile, 12.*row 3, No row of families") as refused:
        say("correct", "families", "--file", str(wrong), "--why", "x")
    assert "F900" in str(refused.value) and store.version == 2


def test_a_file_is_compared_with_what_is_stored_and_nothing_is_changed(
    store: Store, say: Said, county, made, tmp_path: Path
) -> None:
    county["centres"] = made.frame("centres", {
        "centre_id": "C01", "name": "Elm Lane", "district": "Northvale", "area_team": "north_east",
        "provider": "county", "opened_on": date(2006, 9, 1), "tracks_progress_from": None,
    })  # fmt: skip
    store.add(county, by="Ann", source_name="first.xlsx")
    file = tmp_path / "registrations.csv"
    file.write_text(
        "Family number,Centre number,Registered on,Left on\nF004,C01,01/04/2008,30/06/2009\nF003,C01,01/05/2008,\n",
        encoding="utf-8",
    )
    said = say("compare", str(file), "--kind", "registrations")
    assert "Would store 2 rows (1 new, 1 with what came later)" in said and store.version == 1
    with pytest.raises(InputError, match=r"Say what registrations\.csv is with --kind"):
        say("compare", str(file))
    with pytest.raises(InputError, match="Did you mean"):
        say("compare", str(file), "--kind", "registration")


def test_a_child_in_no_family_is_erased_from_every_version_and_file_and_does_not_come_back(
    store: Store, say: Said, county
) -> None:
    store.add(county, by="Ann", source_name="first.xlsx")
    annex(store, date(2022, 3, 31), case(), case("K2"))
    store.snapshot()
    annex(store, date(2022, 6, 30), case(closed_on=date(2022, 5, 1)), case("K3"))
    store.renumber("child", CHILD, "KID-ZQ90", by="Ann", why=f"{CHILD} is the old number")
    said = say("erase", "--child", "KID-ZQ90", "--reason", "asked", "--yes", "--by", "Di")
    assert "Erased for good (erasure 1" in said
    for file in store.folder.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            assert CHILD.encode() not in held and b"KID-ZQ90" not in held, file
    assert not set(store.read("referrals", version=2)["child_id"]) & {CHILD, "KID-ZQ90"}
    assert set(store.read("referrals", version=2)["child_id"]) >= {"K2"}
    (line,) = store.audit_lines(action="erased").to_dict("records")
    assert line["what"] == "child"
    assert store.check().is_whole, store.check().summary()

    # The same files again, and a new one: under either number the child is left out, and that is said.
    for as_of, rows in ((date(2022, 6, 30), (case(), case("K3"))), (date(2022, 9, 30), (case("KID-ZQ90"), case("K4")))):
        came = annex(store, as_of, *rows).changes
        assert (came.erased_rows, came.erased_people, came.erasures) == (1, 1, (1,))
        assert (
            "erased here (1 of them; erasure 1): they are left out. To take them in again, say --again"
            in came.sentences()[-1]
        )
    assert not set(store.read("referrals")["child_id"]) & {CHILD, "KID-ZQ90"}
    assert "K4" in set(store.read("referrals")["child_id"])
    alone = annex(store, date(2022, 12, 31), case("KID-ZQ90"))
    assert alone.receipt is None and alone.changes.erased_rows == 1
    # Somebody says so: from then on it is stored like any other.
    annex(store, date(2022, 12, 31), case("KID-ZQ90"), again=True)
    assert annex(store, date(2023, 3, 31), case("KID-ZQ90", closed_on=date(2023, 1, 9))).changes.erased_rows == 0
    assert "KID-ZQ90" in set(store.read("referrals")["child_id"])
    assert store.check().is_whole, store.check().summary()


def test_an_erased_familys_rows_are_left_out_of_a_list_and_the_rest_is_stored(
    store: Store, county, made, tmp_path: Path
) -> None:
    store.add(county, by="Ann", source_name="first.xlsx")
    store.erase_family("F004", by="Di", reason="asked")
    rows = {
        "registrations": made.frame("registrations", made.registration(4, "C02"), made.registration(3, "C02")),
        "children": made.frame("children", {"child_id": "K004", "family_id": "F1", "birth_month": date(2009, 3, 1)}),
    }
    came = store.fill_in(rows, by="t", source_name="t").changes
    assert (came.erased_rows, came.erased_people, came.count("added")) == (2, 2, 1)
    assert set(store.read("registrations")["family_id"]) == {"F003", "F005"}
    assert "K004" not in set(store.read("children")["child_id"])
    detail = store.audit_lines(last=1)["detail"].iloc[0]
    assert json.loads(detail)["left_out_as_erased"] == 2


def test_a_list_with_numbers_of_before_and_of_the_erased_is_read_and_told(
    store: Store, say: Said, county, made, tmp_path: Path
) -> None:
    county["centres"] = made.frame("centres", {
        "centre_id": "C02", "name": "Oak Road", "district": "Northvale", "area_team": "north_east",
        "provider": "county", "opened_on": date(2006, 9, 1), "tracks_progress_from": None,
    })  # fmt: skip
    store.add(county, by="Ann", source_name="first.xlsx")
    store.erase_family("F004", by="Di", reason="asked")
    store.renumber("family", "F003", "F300", by="Ann", why="a new system")
    file = tmp_path / "registrations.csv"
    file.write_text(
        "Family number,Centre number,Registered on\nF003,C02,01/05/2008\nF004,C02,01/05/2008\nF001,C02,02/05/2008\n",
        encoding="utf-8",
    )
    said = say("import", "table", "registrations", str(file))
    assert "1 rows bear a number that was changed since" in said
    assert "1 rows are of families and children that were erased here (1 of them; erasure 1)" in said
    assert "Stored 2 rows" in said
    assert set(store.read("registrations")["family_id"]) == {"F001", "F300", "F005"}
    with pytest.raises(InputError, match="Nothing was stored"):  # said to be taken in again, it must be stored first
        say("import", "table", "registrations", str(file), "--again")


def test_what_is_remembered_of_the_erased_is_no_number_and_no_plain_hash_of_one(store: Store, county) -> None:
    store.add(county, by="Ann", source_name="first.xlsx")
    store.erase_family("F004", by="Di", reason="asked")
    held = b"".join(file.read_bytes() for file in store.folder.rglob("*") if file.is_file())
    for number in ("F004", "K004"):
        assert number.encode() not in held
        for text in (number, f"family:{number}", f"child:{number}"):
            assert hashlib.sha256(text.encode()).hexdigest().encode() not in held
    assert store.erased_people() == 2
    # Another store has another key: what one remembers says nothing in the other.
    other = Store.create(store.folder.parent / "other")
    other.add(county, by="Ann", source_name="first.xlsx")
    other.erase_family("F004", by="Di", reason="asked")

    def hashes(one: Store) -> set[str]:
        with one.engine.connect() as connection:
            return {row[0] for row in connection.exec_driver_sql("select hash from erased_numbers")}

    assert len(hashes(store)) == 2 and not hashes(store) & hashes(other)


def test_a_changed_key_forgets_who_was_erased_and_says_so(store: Store, county) -> None:
    store.add(county, by="Ann", source_name="first.xlsx")
    store.erase_family("F004", by="Di", reason="asked")
    store.change_key(lambda kind, number: number, by="Di")
    line = json.loads(store.audit_lines(last=1)["detail"].iloc[0])
    assert line["erased_forgotten"] == 2 and store.erased_people() == 0


def test_numbers_and_centres_are_changed_by_command(store: Store, say: Said, county) -> None:
    store.add(county, by="Ann", source_name="first.xlsx")
    said = say("renumber-family", "F004", "F400", "--why", "a new system", "--dry-run")
    assert "Nothing was changed yet" in said and store.version == 1
    said = say("renumber-family", "F004", "F400", "--why", "a new system")
    assert "To take it back: toolkit uploads withdraw 2" in said
    assert "Family F004 became F400." in say("uploads", "show", "2")
    assert "Family F004 became F400: ask for its history too." in say("history", "families", "--key", "family_id=F004")
    say("merge-families", "F005", "F400", "--why", "one family")
    say("merge-children", "K005", "K004", "--why", "one child")
    say("renumber-child", "K004", "K400", "--why", "a new system")
    assert set(store.read("children").query("family_id == 'F400'")["child_id"]) == {"K400"}
    say("open-centre", "C35", "--name", "Ash", "--district", "Northvale", "--area-team", "south", "--provider",
        "school", "--on", "2011-01-01")  # fmt: skip
    say("close-centre", "C35", "--on", "2012-01-01", "--why", "closed by the council")
    assert store.read("events")["what"].tolist() == ["Ash (C35) opened", "Ash (C35) closed"]
    assert store.check().is_whole, store.check().summary()


def test_people_are_named_by_the_councils_own_numbers_where_the_key_is_given(
    store: Store, say: Said, tmp_path: Path
) -> None:
    from toolkit.intake.pseudonyms import write_key

    key = write_key(tmp_path / "key")
    known = key.pseudonym("child", "12345")
    annex(store, date(2022, 3, 31), case(known), case("K2"))
    say("renumber-child", "12345", "98765", "--why", "a new system", "--key", str(tmp_path / "key"))
    assert set(store.read("referrals")["child_id"]) == {key.pseudonym("child", "98765"), "K2"}
    say("erase", "--child", "98765", "--reason", "asked", "--yes", "--key", str(tmp_path / "key"))
    assert set(store.read("referrals")["child_id"]) == {"K2"}
