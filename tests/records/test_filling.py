"""Rows of our own tables that come again: what came later is a correction, what is empty empties nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from toolkit.errors import StoreError
from toolkit.records import Store

JOINED = {"family_id": "F001", "centre_id": "C01", "registered_on": date(2019, 4, 5)}


def filled(store: Store, table: str, *rows: dict[str, Any], **options: Any) -> Any:
    return store.fill_in({table: pd.DataFrame(rows)}, by="t", source_name="file.csv", **options)


def registration(left_on: date | None = None, route: str | None = "health") -> dict[str, Any]:
    return {**JOINED, "left_on": left_on, "route": route}


def test_a_day_of_leaving_that_comes_later_is_a_correction_and_the_row_as_it_was_stays_readable(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    filled(store, "registrations", registration())
    done = filled(store, "registrations", registration(date(2021, 3, 31), route=None))
    assert dict(done.changes.tables["registrations"].altered[0].columns) == {"left_on": (None, date(2021, 3, 31))}
    history = store.row_history("registrations", JOINED)
    assert history["left_on"].tolist() == [None, date(2021, 3, 31)] and history["route"].tolist() == ["health"] * 2
    assert store.audit_lines()["action"].tolist()[:2] == ["corrected", "added"]
    assert store.check().is_whole


def test_another_value_in_place_of_a_stored_one_is_refused_whole_and_named(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    filled(store, "registrations", registration(date(2021, 3, 31)))
    other = {**registration(), "family_id": "F002"}
    with pytest.raises(StoreError, match=r"left_on is 2021-03-31 there, 2021-04-30 here"):
        filled(store, "registrations", registration(date(2021, 4, 30)), other)
    assert store.version == 1 and len(store.read("registrations")) == 1


def test_a_dry_run_of_a_table_stores_nothing(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    done = filled(store, "registrations", registration(), dry_run=True)
    assert done.receipt is None and done.changes.count("added") == 1 and store.version == 0


def test_the_same_rows_in_any_order_and_again_give_the_same_store(tmp_path: Path, made) -> None:
    fills = {
        "registrations": [registration(), registration(date(2021, 3, 31)), registration(None, None)],
        "families": [
            made.family(1),
            made.family(1) | {"known_to": date(2022, 1, 1)},
            made.family(1) | {"lsoa11": "E01"},
        ],
        "referrals": [made.referral(1, 1) | {"outcome": None}, made.referral(1, 1) | {"outcome": "nfa"}],
        "episodes": [
            {"child_id": "K1", "kind": "section_47", "started_on": date(2020, 1, 1), "ended_on": end}
            for end in (None, date(2020, 2, 1))
        ],
    }
    files = [(table, row) for table, rows in fills.items() for row in rows]
    stores = []
    for seed in range(3):
        store = Store.create(tmp_path / str(seed))
        for table, row in [*Random(seed).sample(files, len(files)), *files]:
            version = store.version
            filled(store, table, row)
        assert store.version == version, "the last came for the second time"
        stores.append({table: store.read(table).to_csv(index=False) for table in fills})
    assert stores[0] == stores[1] == stores[2] and "2022-01-01" in stores[0]["families"]


def test_the_command_takes_what_came_later_and_a_file_twice_changes_nothing(tmp_path: Path, made, command) -> None:
    store = Store.create(tmp_path / "store")
    store.add({"families": made.frame("families", made.family(1))}, by="t", source_name="t")
    centre = {
        "centre_id": "C01", "name": "One", "district": "Northvale", "area_team": "north_east", "provider": "county",
        "opened_on": date(2005, 4, 1), "tracks_progress_from": None,
    }  # fmt: skip
    store.add({"centres": pd.DataFrame([centre])}, by="t", source_name="t")
    head = "Family number,Centre number,Registered on,Left on,Route\nF001,C01,05/04/2019,"
    for left, said in (
        ("", "Stored 1 row"),
        ("31/03/2021", "1 with what came later"),
        ("31/03/2021", "Nothing changed"),
    ):
        (tmp_path / "r.csv").write_text(f"{head}{left},\n")
        done = command("import", "table", "registrations", tmp_path / "r.csv", "--store", store.folder)
        assert done.returncode == 0 and said in done.stdout, done.stdout + done.stderr
    (tmp_path / "r.csv").write_text(f"{head}30/04/2021,\n")
    done = command("import", "table", "registrations", tmp_path / "r.csv", "--store", store.folder)
    assert done.returncode == 2 and "already holds 31/03/2021" in done.stdout
    assert store.version == 4
