"""Numbers that change, families and centres over the years: what stands is as if it had always been so, and what was
can still be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError, StoreError
from toolkit.intake.origin import Origin
from toolkit.records import Store
from toolkit.records.erasure.retention import load_policy
from toolkit.tables import TABLES

COVERS = frozenset({"referrals", "section_47", "protection_plan"})
SIGNS = {"referrals": "closed_on,closure_reason,nfa,source", "episodes": "ended_on"}
WHY: dict[str, Any] = {"by": "Ann", "why": "the system was changed"}


def referral(child: str, day: date, closed: date | None = None, source: str = "6") -> dict[str, Any]:
    return {
        "referral_id": f"R {child} {day} {source}", "child_id": child, "received_on": day, "source": source,
        "outcome": None, "closed_on": closed, "closure_reason": None, "referred_back": None,
    }  # fmt: skip


def take(store: Store, year: int, *rows: dict[str, Any], episodes: tuple[dict[str, Any], ...] = (), **more: Any):
    """Store a census as of 31 March of a year."""
    frames = {
        name: pd.DataFrame(list(some), columns=list(TABLES[name].names))
        for name, some in (("referrals", rows), ("episodes", episodes))
        if some
    }
    origin = Origin("census", date(year, 3, 31), "file", "", date(year, 3, 31), COVERS)
    said = {name: [SIGNS[name]] * len(frame) for name, frame in frames.items()}
    hash_ = repr((year, rows, episodes))
    return store.merge(
        frames, speaks_of=said, origin=origin, by="t", source_name=f"census {year}", content_hash=hash_, **more
    )


def plan(child: str, day: date, ended: date | None = None) -> dict[str, Any]:
    return {"child_id": child, "kind": "protection_plan", "started_on": day, "ended_on": ended}


def stands(store: Store, *, version: int | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """What stands of referrals and episodes but for the referrals' own numbers."""
    referrals = store.read("referrals", version=version).drop(columns="referral_id")
    return {
        "referrals": sorted(map(tuple, referrals.astype(str).values)),
        "episodes": sorted(map(tuple, store.read("episodes", version=version).astype(str).values)),
    }


def test_a_child_with_another_number_keeps_all_of_its_records_and_old_files_go_on_to_count(
    store: Store, made, contents_of: Callable[..., Any], assert_same: Callable[..., None]
) -> None:
    first = take(store, 2022, referral("K1", date(2022, 1, 5)), episodes=(plan("K1", date(2022, 2, 1)),))
    child = {"child_id": "K1", "family_id": "F001", "birth_month": date(2015, 3, 1)}
    store.add({"children": made.frame("children", child)}, by="t", source_name="t")
    before = contents_of(store)
    tried = store.renumber("child", "K1", "K9", **WHY, dry_run=True)
    assert tried.receipt is None and tried.changes.count("altered") == 3
    assert_same(contents_of(store), before)

    done = store.renumber("child", "K1", "K9", **WHY)
    assert done.receipt is not None and done.changes.counts() == tried.changes.counts()
    assert set(store.read("referrals")["child_id"]) == set(store.read("children")["child_id"]) == {"K9"}
    assert set(store.read("episodes")["child_id"]) == {"K9"}
    assert set(store.read("referrals", version=done.receipt.version - 1)["child_id"]) == {"K1"}

    # A file that still bears the old number closes the case, and coming again changes nothing.
    closed = referral("K1", date(2022, 1, 5), date(2022, 6, 1))
    later = take(store, 2023, closed, episodes=(plan("K1", date(2022, 2, 1), date(2022, 9, 1)),))
    assert later.changes.renumbered == 2 and "number that was changed since" in later.changes.sentences()[-1]
    (row,) = store.read("referrals").to_dict("records")
    assert (row["child_id"], str(row["closed_on"])[:10]) == ("K9", "2022-06-01")
    assert take(store, 2023, closed, episodes=(plan("K1", date(2022, 2, 1), date(2022, 9, 1)),)).receipt is None

    # The first file can still be withdrawn; and the number's change, with which all is as the files say again.
    assert first.receipt is not None and later.receipt is not None
    store.withdraw(later.receipt.upload_id, by="t")
    store.withdraw(done.receipt.upload_id, by="t", reason="a slip")
    assert_same(contents_of(store), before)
    assert store.check().is_whole, store.check().summary()


def test_a_change_of_number_that_is_taken_back_leaves_later_files_under_their_own_numbers(store: Store) -> None:
    take(store, 2022, referral("K1", date(2022, 1, 5)))
    done = store.renumber("child", "K1", "K9", **WHY)
    take(store, 2023, referral("K1", date(2022, 11, 5)), referral("K9", date(2022, 12, 5)))
    assert set(store.read("referrals")["child_id"]) == {"K9"} and len(store.read("referrals")) == 3
    assert done.receipt is not None
    store.withdraw(done.receipt.upload_id, by="t")
    assert sorted(store.read("referrals")["child_id"]) == ["K1", "K1", "K9"]
    assert store.check().is_whole, store.check().summary()


DAYS = st.integers(0, 4).map(lambda n: date(2022, 1, 1) + timedelta(days=n))
FILES = st.lists(
    st.tuples(st.sampled_from([2022, 2023]), st.lists(st.tuples(st.sampled_from("AB"), DAYS), min_size=1, max_size=3)),
    min_size=1,
    max_size=3,
)


@settings(max_examples=8, deadline=None)
@given(FILES, st.integers(0, 3), st.booleans())
def test_when_a_number_is_changed_makes_no_difference(
    files: list[tuple[int, list[tuple[str, date]]]], at: int, joins: bool
) -> None:
    """Before, between or after the files: what stands is what files would say that had the new number all along."""
    new = "B" if joins else "C"
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        changing, plain = Store.create(Path(one) / "store"), Store.create(Path(other) / "store")
        known = False

        def change() -> bool:
            held = set(changing.read("referrals")["child_id"])
            if "A" not in held or ("B" not in held if joins else False):
                return False
            (changing.join if joins else changing.renumber)("child", "A", new, **WHY)
            return True

        for number, (year, rows) in enumerate(files):
            known = known or (number >= at and change())
            said = list(dict.fromkeys(rows))
            take(changing, year, *(referral(child, day) for child, day in said))
        known = known or change()
        for year, rows in files:
            said = list(dict.fromkeys(rows))
            named = [{**referral(c, d), "child_id": new if c == "A" and known else c} for c, d in said]
            take(plain, year, *named)
        assert stands(changing) == stands(plain)
        assert changing.check().is_whole, changing.check().summary()


def test_two_numbers_of_one_child_have_each_referral_once(store: Store, made, contents_of, assert_same) -> None:
    take(store, 2022, referral("K1", date(2022, 1, 5)), referral("K1", date(2022, 2, 5)))
    take(store, 2023, referral("K2", date(2022, 2, 5), date(2022, 3, 1)), referral("K2", date(2022, 9, 5)))
    children = [
        {"child_id": child, "family_id": family, "birth_month": date(2015, 3, 1)}
        for child, family in (("K1", "F001"), ("K2", "F002"))
    ]
    store.add({"children": made.frame("children", *children)}, by="t", source_name="t")
    before = contents_of(store)
    done = store.join("child", "K1", "K2", **WHY)
    rows = store.read("referrals")
    assert set(rows["child_id"]) == {"K2"} and len(rows) == 3
    assert str(rows.set_index("received_on")["closed_on"].loc["2022-02-05"])[:10] == "2022-03-01"
    assert store.read("children").to_dict("records")[0]["family_id"] == "F002" and len(store.read("children")) == 1
    assert done.notices == ("Child K2 stays in family F002.",)
    # The list of children still has both: the first one's own row is left out.
    assert store.fill_in({"children": made.frame("children", *children)}, by="t", source_name="t").receipt is None
    assert done.receipt is not None
    store.withdraw(done.receipt.upload_id, by="t")
    assert_same(contents_of(store), before)
    assert store.check().is_whole, store.check().summary()


def test_numbers_that_cannot_be_changed_are_refused_with_every_reason_and_what_to_do(store: Store, made) -> None:
    take(store, 2022, referral("K1", date(2022, 1, 5)), referral("K2", date(2022, 1, 6)))
    with pytest.raises(StoreError, match=r"Child K7 is not stored\. Check its number\.\n.*merge-children K7 K1"):
        store.renumber("child", "K7", "K1", **WHY)
    with pytest.raises(StoreError, match="renumber-child K1 K8"):
        store.join("child", "K1", "K8", **WHY)
    with pytest.raises(StoreError, match="is no number of a child"):
        store.renumber("child", "K1", " ", **WHY)
    with pytest.raises(StoreError, match="Both numbers are the same"):
        store.renumber("child", "K1", "K1", **WHY)
    with pytest.raises(InputError, match="Say why"):
        store.renumber("child", "K1", "K8", by="Ann", why=" ")
    store.renumber("child", "K1", "K8", **WHY)
    with pytest.raises(StoreError, match=r"Child K1 is not stored\. It became K8"):
        store.renumber("child", "K1", "K9", **WHY)
    born = [
        {"child_id": child, "family_id": "F001", "birth_month": date(2015, month, 1)}
        for child, month in (("K8", 3), ("K2", 4))
    ]
    store.add({"children": made.frame("children", *born)}, by="t", source_name="t")
    with pytest.raises(StoreError, match=r"born in March 2015 and child K2 in April 2015.*toolkit correct children"):
        store.join("child", "K8", "K2", **WHY)
    store.erase_child("K2", by="Di", reason="asked")
    with pytest.raises(StoreError, match="was erased here"):
        store.renumber("child", "K8", "K2", **WHY)


def test_two_numbers_of_one_family_are_known_as_long_as_either_was(
    store: Store, county, made, contents_of, assert_same
) -> None:
    county["families"].loc[0, "known_from"] = date(2006, 1, 1)
    store.add(county, by="t", source_name="t")
    before = contents_of(store)
    done = store.join("family", "F001", "F004", **WHY)
    families = store.read("families").set_index("family_id")
    assert "F001" not in families.index and str(families.loc["F004", "known_from"])[:10] == "2006-01-01"
    assert set(store.read("children").query("family_id == 'F004'")["child_id"]) == {"K001", "K004"}
    assert len(store.read("progress_scores").query("family_id == 'F004'")) == 2
    # A list of registrations that still has the old number is stored under the new one.
    again = store.fill_in({"registrations": made.frame("registrations", made.registration(1, "C02"))}, by="t",
                          source_name="t")  # fmt: skip
    assert again.changes.renumbered == 1
    assert set(store.read("registrations").query("centre_id == 'C02'")["family_id"]) == {"F004", "F005"}
    assert done.receipt is not None and again.receipt is not None
    store.withdraw(again.receipt.upload_id, by="t")
    store.withdraw(done.receipt.upload_id, by="t")
    assert_same(contents_of(store), before)


def test_rows_of_two_families_that_contradict_each_other_are_all_named(store: Store, county, made) -> None:
    county["registrations"] = made.frame(
        "registrations", made.registration(1, "C01"), {**made.registration(4, "C01"), "left_on": date(2010, 1, 1)}
    )
    county["progress_scores"] = made.frame("progress_scores", made.score(1), made.score(4, value=5))
    store.add(county, by="t", source_name="t")
    with pytest.raises(StoreError, match=r"registrations: both have(.|\n)*progress_scores: both have.*differ in score"):
        store.join("family", "F001", "F004", **WHY)
    assert store.version == 1


def test_a_family_that_splits_gives_the_new_one_its_children_and_keeps_its_registrations(
    store: Store, county, made, contents_of, assert_same
) -> None:
    more = {"child_id": "K101", "family_id": "F004", "birth_month": date(2012, 5, 1)}
    county["children"] = pd.concat([county["children"], made.frame("children", more)], ignore_index=True)
    county["families"].loc[3, ["children", "youngest_birth_month"]] = [2, date(2012, 5, 1)]
    store.add(county, by="t", source_name="t")
    before = contents_of(store)
    with pytest.raises(StoreError, match=r"F005 is stored already(.|\n)*Child K001 does not stand in family F004"):
        store.split_family("F004", ["K101", "K001"], "F005", on=date(2015, 6, 1), **WHY)
    with pytest.raises(StoreError, match=r"all the children of family F004.*renumber-family F004 F400"):
        store.split_family("F004", ["K101", "K004"], "F400", on=date(2015, 6, 1), **WHY)
    done = store.split_family("F004", ["K101"], "F400", on=date(2015, 6, 1), **WHY)
    families = store.read("families").set_index("family_id")
    old, new = families.loc["F004"], families.loc["F400"]
    assert (old["children"], str(old["youngest_birth_month"])[:7]) == (1, "2009-03")
    assert (new["children"], str(new["youngest_birth_month"])[:7], str(new["known_from"])[:10]) == (
        1, "2012-05", "2015-06-01",
    )  # fmt: skip
    assert store.read("children").set_index("child_id")["family_id"].loc[["K004", "K101"]].tolist() == ["F004", "F400"]
    assert set(store.read("registrations")["family_id"]) == {"F004", "F005"}
    assert "stay with family F004" in done.notices[0] and done.receipt is not None
    store.withdraw(done.receipt.upload_id, by="t")
    assert_same(contents_of(store), before)


def centre(number: str, name: str) -> dict[str, Any]:
    return {
        "centre_id": number, "name": name, "district": "Northvale", "area_team": "north_east", "provider": "county",
        "opened_on": date(2006, 9, 1), "tracks_progress_from": None,
    }  # fmt: skip


def test_a_centre_that_becomes_part_of_another_hands_its_registrations_on(
    store: Store, county, made, contents_of, assert_same
) -> None:
    county["centres"] = made.frame("centres", centre("C01", "Elm Lane"), centre("C02", "Oak Road"))
    county["registrations"] = made.frame(
        "registrations", made.registration(4, "C01"), made.registration(5, "C01"), made.registration(5, "C02"),
        {**made.registration(6, "C01"), "left_on": date(2009, 1, 1)},
    )  # fmt: skip
    store.add(county, by="t", source_name="t")
    before = contents_of(store)
    done = store.join_centres("C01", "C02", on=date(2012, 4, 1), **WHY)
    rows = store.read("registrations").astype(str).fillna("NaT")
    assert sorted(map(tuple, rows[["family_id", "centre_id", "registered_on", "left_on"]].values)) == [
        ("F004", "C01", "2008-04-01", "2012-04-01"),
        ("F004", "C02", "2012-04-01", "NaT"),
        ("F005", "C01", "2008-04-01", "2012-04-01"),
        ("F005", "C02", "2008-04-01", "NaT"),
        ("F006", "C01", "2008-04-01", "2009-01-01"),
    ]
    assert store.read("events")["what"].tolist() == ["Elm Lane (C01) became part of Oak Road (C02)"]
    assert_same({"x": store.read("families")}, {"x": before["families"]})
    assert done.receipt is not None
    store.withdraw(done.receipt.upload_id, by="t")
    assert_same(contents_of(store), before)
    closed = store.close_centre("C01", on=date(2012, 4, 1), **WHY)
    assert closed.changes.count("altered") == 2 and store.read("events")["what"].tolist() == ["Elm Lane (C01) closed"]
    with pytest.raises(StoreError, match=r"Centre C09 is not stored(.|\n)*"):
        store.close_centre("C09", on=date(2012, 4, 1), **WHY)
    with pytest.raises(StoreError, match="Centre C02 opened on 2006-09-01, which is after 2001-01-01"):
        store.close_centre("C02", on=date(2001, 1, 1), **WHY)


def test_numbers_changed_before_the_key_was_changed_are_followed_after_it(store: Store) -> None:
    old, new = "C" + "A" * 20, "C" + "B" * 20
    take(store, 2022, referral(old, date(2022, 1, 5)))
    store.renumber("child", old, new, **WHY)
    store.change_key(lambda kind, number: number[0] + number[1:].translate(str.maketrans("AB", "YZ")), by="Di")
    assert set(store.read("referrals")["child_id"]) == {"C" + "Z" * 20}
    take(store, 2023, referral("C" + "Y" * 20, date(2022, 1, 5), date(2022, 2, 1)))
    (row,) = store.read("referrals").to_dict("records")
    assert row["child_id"] == "C" + "Z" * 20 and not pd.isna(row["closed_on"])
    assert store.check().is_whole, store.check().summary()


def test_numbers_change_and_go_on_both_databases(new_store: Callable[..., Store]) -> None:
    store = new_store()
    take(store, 2022, referral("K1", date(2022, 1, 5)), referral("K2", date(2022, 1, 5)))
    store.renumber("child", "K1", "K9", **WHY)
    tried = store.join("child", "K2", "K9", **WHY, dry_run=True)
    assert tried.changes.count("altered") == 1 and store.version == 2
    assert take(store, 2023, referral("K1", date(2022, 1, 5), date(2022, 3, 1))).changes.count("altered") == 1
    store.erase_child("K9", by="Di", reason="asked")
    assert (
        take(store, 2024, referral("K1", date(2022, 1, 5)), referral("K3", date(2024, 1, 5))).changes.erased_rows == 1
    )
    assert sorted(store.read("referrals")["child_id"]) == ["K2", "K3"] and store.renames().steps == ()
    assert store.check().is_whole, store.check().summary()


def test_the_audit_says_what_was_done_and_names_nobody(store: Store) -> None:
    take(store, 2022, referral("K1", date(2022, 1, 5)))
    store.renumber("child", "K1", "K9", **WHY)
    line = store.audit_lines(last=1).to_dict("records")[0]
    assert (line["who"], line["action"], json.loads(line["detail"])["by_hand"]) == (
        "Ann",
        "corrected",
        "renumber-child",
    )
    assert "K1" not in line["detail"] and "K9" not in line["detail"]


def test_retention_takes_what_was_said_under_earlier_numbers_with_the_row(store: Store) -> None:
    take(store, 2022, referral("K1", date(2022, 1, 5)), referral("K1", date(2022, 2, 5)))
    store.renumber("child", "K1", "K9", **WHY)
    rules = load_policy(store.folder)
    # What the file said under the old number is no longer current, and kept all the same: rows are made of it.
    assert store.apply_retention(rules, today=date(2035, 1, 1), by="t") is None
    take(store, 2023, referral("K1", date(2022, 1, 5), date(2022, 6, 1)))
    found = store.read("referrals")
    assert (set(found["child_id"]), len(found), found["closed_on"].notna().sum()) == ({"K9"}, 2, 1)
    # The closed one is past keeping: it goes with all that was said of it, and no later file makes it again.
    assert store.apply_retention(rules, today=date(2050, 1, 1), by="t") is not None
    take(store, 2024, referral("K1", date(2023, 11, 5)))
    assert [str(day)[:10] for day in store.read("referrals")["received_on"].sort_values()] == [
        "2022-02-05", "2023-11-05",
    ]  # fmt: skip
    assert store.check().is_whole, store.check().summary()


def test_a_family_that_two_numbers_had_is_erased_under_both(store: Store, county) -> None:
    store.add(county, by="t", source_name="t")
    store.join("family", "F004", "F005", **WHY)
    store.split_family("F005", ["K004"], "F400", on=date(2015, 6, 1), **WHY)
    store.erase_family("F005", by="Di", reason="asked")
    held = b"".join(file.read_bytes() for file in store.folder.rglob("*") if file.is_file())
    assert not [number for number in (b"F004", b"F005", b"K005") if number in held]
    assert "F400" in set(store.read("families")["family_id"])
    assert store.read("children").set_index("child_id").loc["K004", "family_id"] == "F400"
    assert store.check().is_whole, store.check().summary()
