"""Real files about the same referrals, after each other: one referral, one row, whatever the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit.intake.connect import Columns, Found, read_annex_a, read_census, read_referral_list, read_ssd
from toolkit.intake.origin import census_day
from toolkit.intake.pseudonyms import Key, write_key
from toolkit.records import Store
from toolkit.records.rows.merged import Merged

KEY = Key(b"k" * 32)
TODAY = date(2026, 11, 28)
LIST = Columns(child="Child", received="Received", source="Source", number="Ref")
S47 = "<Section47><S47ActualStartDate>2024-02-04</S47ActualStartDate></Section47>"


def case(received: str = "2024-02-01", source: str = "3B", closed: str = "", reason: str = "", more: str = "") -> str:
    closure = (
        f"<CINclosureDate>{closed}</CINclosureDate><ReasonForClosure>{reason}</ReasonForClosure>" if closed else ""
    )
    return (
        f"<CINdetails><CINreferralDate>{received}</CINreferralDate><ReferralSource>{source}</ReferralSource>{closure}"
        f"{more}<ReferralNFA>0</ReferralNFA></CINdetails>"
    )


def child(number: str, *cases: str) -> str:
    return f"<Child><ChildIdentifiers><LAchildID>{number}</LAchildID></ChildIdentifiers>{''.join(cases)}</Child>"


def census(year: int, *children: str, reference: str = "", made: str = "") -> Found:
    day = f"<ReferenceDate>{reference}</ReferenceDate>" if reference else ""
    when = f"<Source><DateTime>{made}</DateTime></Source>" if made else ""
    text = (
        f"<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>{day}</CollectionDetails>"
        f"{when}</Header><Children>{''.join(children)}</Children></Message>"
    )
    return read_census(text.encode(), KEY, name=f"census_{year}.xml", today=TODAY)


@pytest.fixture
def ssd(tmp_path: Path) -> Callable[..., Found]:
    def read(*rows: str, as_of: date | None = None) -> Found:
        folder = tmp_path / "ssd"
        folder.mkdir(exist_ok=True)
        head = "cine_referral_id,cine_person_id,cine_referral_date,cine_referral_source_code,cine_referral_nfa,"
        (folder / "ssd_cin_episodes.csv").write_text(
            "\n".join([head + "cine_close_reason,cine_close_date", *rows]) + "\n"
        )
        return read_ssd(folder, KEY, today=TODAY, as_of=as_of)

    return read


@pytest.fixture
def annex(tmp_path: Path) -> Callable[..., Found]:
    def read(*rows: tuple[Any, ...], as_of: date | None = None) -> Found:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "List 3"
        for row in [("Child Unique ID", "Date of Referral", "Referral Source", "Referral NFA?"), *rows]:
            sheet.append(row)
        book.save(tmp_path / "annex.xlsx")
        return read_annex_a(tmp_path / "annex.xlsx", KEY, today=TODAY, as_of=as_of)

    return read


def listed(*rows: str) -> Found:
    return read_referral_list(
        "\n".join(["Child,Received,Source,Ref", *rows]).encode(), KEY, LIST, name="l.csv", today=TODAY
    )


def into(store: Store, found: Found) -> Merged:
    assert found.is_clean, found.sentences()
    return store.merge(
        found.tables, speaks_of=found.speaks_of, origin=found.origin, by="t", source_name=found.source_name,
        content_hash=found.content_hash,
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def test_where_the_day_a_file_speaks_of_comes_from(ssd, annex) -> None:
    assert census(2024, child("C1", case())).origin.as_of == date(2024, 3, 31)
    one = census(2024, child("C1", case()), reference="2024-03-30", made="2024-06-01T10:00:00").origin
    assert (one.as_of, one.as_of_from, one.made_at) == (date(2024, 3, 30), "file", "2024-06-01T10:00:00")
    assert census_day("", "?") is None and census_day("31/03/2024", "2024") == date(2024, 3, 31)
    given = ssd("R1,C1,2024-02-01,3B,N,RC8,2024-05-01", as_of=date(2024, 9, 1))
    assert (given.origin.as_of, given.origin.as_of_from) == (date(2024, 9, 1), "given")
    made_up = ssd("R1,C1,2024-02-01,3B,N,RC8,2024-05-01", as_of=date(2999, 1, 1)).origin
    assert made_up.as_of == date(2024, 5, 1), "a day still to come dates nothing"
    silent = annex(("C1", date(2024, 2, 1), "3B", "No"))
    assert (silent.origin.as_of, silent.origin.as_of_from) == (date(2024, 2, 1), "newest day")
    assert "its newest day, 1 February 2024, is taken" in " ".join(silent.notices)


def test_annex_a_after_a_census_leaves_how_referrals_ended(store: Store, annex) -> None:
    into(store, census(2025, child("C1", case(closed="2024-05-01", reason="RC8")), child("C2", case(more=S47))))
    into(
        store,
        annex(("C1", date(2024, 2, 1), "3B", "No"), ("C2", date(2024, 2, 1), "3B", None), as_of=date(2025, 6, 30)),
    )
    found = store.read("referrals").sort_values("outcome")
    assert found["outcome"].tolist() == ["assessed_not_in_need", "in_need"]
    assert found["closure_reason"].fillna("").tolist() == ["RC8", ""] and len(found) == 2


def test_a_list_without_a_column_of_sources_does_not_make_them_unknown(store: Store) -> None:
    into(store, census(2024, child("C1", case())))
    columns = Columns(child="Child", received="Received")
    text = b"Child,Received\nC1,01/02/2024\nC2,01/06/2025\n"
    into(store, read_referral_list(text, KEY, columns, name="l.csv", today=TODAY))
    assert sorted(store.read("referrals")["source"]) == ["10", "3B"]


def test_a_census_the_dataset_and_annex_a_in_any_order_mean_one_referral(tmp_path: Path, ssd, annex) -> None:
    files = [
        census(2024, child("C1", case()), child("C2", case(source="6"), case(source="1A"))),
        ssd("R2,C2,2024-02-01,1A,N,,", "R3,C2,2024-02-01,6,N,,", "R1,C1,2024-02-01,3B,N,RC8,2024-05-01"),
        annex(("C1", date(2024, 2, 1), "3B", "No")),
    ]
    seen = set()
    for number, order in enumerate(permutations(files)):
        store = Store.create(tmp_path / f"store {number}")
        for found in (*order, order[0]):
            into(store, found)
        seen.add(store.read("referrals").to_csv())
        assert len(store.read("referrals")) == 3
    assert len(seen) == 1


def test_a_census_sent_again_and_corrected(store: Store) -> None:
    first = census(2023, child("C1", case("2023-02-01")), child("C2", case("2023-02-02")), made="2023-05-01T09:00:00")
    second = census(2023, child("C1", case("2023-02-10")), made="2023-07-01T09:00:00")
    into(store, first)
    done = into(store, second)
    assert store.read("referrals")["received_on"].dt.day.tolist().count(10) == 1 and len(store.read("referrals")) == 2
    assert len(done.changes.tables["referrals"].no_longer) == 1
    other = Store.create(store.folder.parent / "other")
    into(other, second)
    assert into(other, first).changes.tables["referrals"].superseded == 1, "it was made before the second"
    assert other.read("referrals").to_csv() == store.read("referrals").to_csv()


def test_a_child_that_is_there_twice_has_its_referral_once_and_two_cases_of_a_day_are_two(store: Store) -> None:
    found = census(
        2024, child("C1", case()), child("C1", case(closed="2024-05-01", reason="RC8")), child("C2", case(), case())
    )  # fmt: skip
    into(store, found)
    stored = store.read("referrals")
    assert sorted(stored.groupby("child_id").size()) == [1, 2] and "RC8" in set(stored["closure_reason"])
    assert any("1 referrals are there more than once" in notice for notice in found.notices)


def test_siblings_under_one_number_are_two_referrals_and_one_child_twice_is_one(store: Store) -> None:
    into(store, listed("C1,01/02/2024,6,R1", "C2,01/02/2024,6,R1", "C1,01/02/2024,6,R1"))
    assert len(store.read("referrals")) == 2
    into(store, listed("C1,05/02/2024,6,R1", "C2,05/02/2024,6,R1"))
    assert store.read("referrals")["received_on"].dt.day.tolist() == [5, 5], "a day put right under its number"
    wrong = listed("C1,01/02/2024,6,R1", "C1,01/03/2024,6,R1")
    assert [one.why for one in wrong.wrong] == ["it was met before in this file with other values"]


def test_what_a_file_that_comes_again_changes_is_said_before_and_after(tmp_path: Path, store: Store, command) -> None:
    write_key(tmp_path / "key")
    where = ("--store", store.folder, "--key", tmp_path / "key")
    head = (
        "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2023</Year></CollectionDetails></Header>"
    )
    for name, children in (("1", child("C1", case()) + child("C2", case())), ("2", child("C1", case(source="6")))):
        (tmp_path / name).write_text(f"{head}<Children>{children}</Children></Message>")
    assert "Stored 2 rows" in command("import", "census", tmp_path / "1", *where).stdout
    told = json.loads(command("import", "census", tmp_path / "2", *where, "--dry-run", "--json").stdout)
    changes = told["changes"]["referrals"]
    assert (changes["altered"], changes["taken_out"], changes["no_longer"], store.version) == (1, 0, 1, 1)
    done = command("import", "census", tmp_path / "2", *where, "--whole")
    assert done.returncode == 0 and "1 taken out" in done.stdout and len(store.read("referrals")) == 1
