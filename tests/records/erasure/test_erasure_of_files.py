"""After an erasure no file under the store names who was erased, wherever it lies and however it is damaged."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.errors import StoreError
from toolkit.records import Store
from toolkit.records.erasure.erased_files import erasure_mark
from toolkit.records.erasure.retention import load_policy

ROWS = pd.DataFrame({"set": [1, 1, 2], "family_id": ["F001", "F002", "F003"]})
RESULT = {"question": "q", "snapshot_hash": "0" * 64, "as_of": {"store_version": 1}}
PLACES = (
    "results/q/r/matched_sets.parquet",
    "runs/20260101T000000-ab/first-look/matched_sets.parquet",
    "runs/20260101T000000-ab/rows.parquet",
    "results/left.parquet",
    "elsewhere/deep/er/still.parquet",
)


def put(store: Store, place: str, rows: pd.DataFrame = ROWS) -> Path:
    file = store.folder / place
    file.parent.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(file)
    if file.name == "matched_sets.parquet":
        (file.parent / "result.json").write_text(json.dumps(RESULT))
    return file


def named_in(folder: Path) -> set[str]:
    """Return everyone whom a readable Parquet file under a folder names."""
    return {
        one
        for file in folder.rglob("*.parquet")
        for name in ("family_id", "child_id")
        if name in (held := pd.read_parquet(file))
        for one in held[name].dropna()
    }


@pytest.fixture
def held(store: Store, county) -> Store:
    store.add(county, by="t", source_name="t")
    store.snapshot()
    return store


@pytest.mark.parametrize("place", PLACES)
def test_rows_are_cleaned_wherever_a_run_left_them(held: Store, place: str) -> None:
    file = put(held, place)
    assert held.check().is_whole
    held.erase_family("F001", by="Di", reason="asked")
    assert pd.read_parquet(file)["family_id"].tolist() == ["F002", "F003"]
    assert not {"F001", "K001"} & named_in(held.folder) and held.check().is_whole
    if file.name == "matched_sets.parquet":
        assert erasure_mark(file.parent)["erasures"] == [1]


@pytest.mark.parametrize("place", PLACES)
def test_rows_of_someone_unknown_are_found_wherever_they_are_and_cleaned_when_asked(held: Store, place: str) -> None:
    file = put(held, place, ROWS.assign(family_id=["F001", "F002", "F999"]))
    (problem,) = held.check().problems
    assert f"The file {place} names families that the store does not hold" in problem and "F999" not in problem
    assert "toolkit erase --finish" in problem
    held.finish_erasures()
    assert pd.read_parquet(file)["family_id"].tolist() == ["F001", "F002"] and held.check().is_whole


def test_retention_cleans_a_first_look_too(store: Store, county) -> None:
    county["families"]["known_to"] = [date(2001, 1, 1)] + [None] * 5
    county = {name: frame for name, frame in county.items() if name in ("families", "children", "centres")}
    store.add(county, by="t", source_name="t")
    file = put(store, PLACES[1])
    (store.folder / "retention.toml").write_text('[families]\nafter = "known_to"\nyears = 6\n')
    store.apply_retention(load_policy(store.folder), today=date(2020, 1, 1), by="Di")
    assert pd.read_parquet(file)["family_id"].tolist() == ["F002", "F003"] and store.check().is_whole


def test_what_a_killed_run_left_and_the_logs_of_runs_go(held: Store) -> None:
    run = held.folder / "runs" / "20260101T000000-ab"
    put(held, f"{run.relative_to(held.folder)}/first-look/matched_sets.parquet")
    left = [run / "first-look" / "balance.parquet.part", run / "log.txt"]
    for file in left:
        file.write_text("KeyError: F001")
    held.erase_family("F001", by="Di", reason="asked")
    assert not any(file.exists() for file in left)


def test_a_snapshot_nobody_can_open_goes_with_the_erased_and_other_files_in_one_do_too(held: Store, made) -> None:
    early = held.snapshot()
    held.add({"families": made.frame("families", made.family(9))}, by="t", source_name="t")
    late = held.snapshot()
    (early.folder / "manifest.json").unlink()
    ROWS.to_parquet(late.folder / "more.parquet")
    held.erase_family("F001", by="Di", reason="asked")
    assert not early.folder.exists() and not {"F001", "K001"} & named_in(held.folder)
    assert held.check().is_whole, held.check().summary()


DAMAGE = {
    "overwritten": lambda held: b"junk of F001" * 20,
    "cut in half": lambda held: held[: len(held) // 2],
    "emptied": lambda held: b"",
    "its end changed": lambda held: held[:-12] + b"\xff" * 12,
    "its middle changed": lambda held: held[: len(held) // 2] + b"\x00" * 40 + held[len(held) // 2 + 40 :],
    "other JSON": lambda held: b'["F", 1]',
    "JSON of other kinds": lambda held: b'{"snapshot_hash": 3, "as_of": [1], "tables": 1, "hash": 2, "format": 1}',
    "half a letter": lambda held: b'{"a": "\xc3',
}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_never_stops_an_erasure(tmp_path_factory, county, data) -> None:
    store = Store.create(tmp_path_factory.mktemp("damaged") / "store")
    store.add(county, by="t", source_name="t")
    store.snapshot()
    for place in PLACES:
        put(store, place)
    (store.folder / "results/q/r/erased.json").write_text('{"sentence": "x", "erasures": []}')
    kinds = (".parquet", ".json")
    files = sorted(file for file in store.folder.rglob("*") if file.suffix in kinds and file.name != "database.json")
    for file in data.draw(st.lists(st.sampled_from(files), min_size=1, max_size=3, unique=True)):
        file.write_bytes(DAMAGE[data.draw(st.sampled_from(sorted(DAMAGE)))](file.read_bytes()))
    store.erase_family("F001", by="Di", reason="asked")
    assert not {"F001", "K001"} & named_in(store.folder)
    found = store.check().problems
    assert all("result.json is damaged. Run its protocol again." in problem for problem in found), found
    assert store.erasures()["finished_at"].notna().all()


def test_a_file_that_cannot_be_removed_is_named_and_all_others_are_cleaned(held: Store, monkeypatch) -> None:
    stuck, other = put(held, PLACES[0]), put(held, PLACES[1])
    from toolkit.records.erasure import erased_files

    def replace(part: Path, file: Path) -> None:
        if Path(file) == stuck:
            raise PermissionError(13, "Permission denied", str(file))
        Path(part).rename(file)

    with monkeypatch.context() as patch:
        patch.setattr(erased_files.os, "replace", replace)
        with pytest.raises(StoreError, match=r"results/q/r/matched_sets.parquet: Permission denied") as refused:
            held.erase_family("F001", by="Di", reason="asked")
    assert "toolkit erase --finish" in str(refused.value) and str(held.folder) not in str(refused.value)
    assert "F001" not in set(pd.read_parquet(other)["family_id"])
    assert any("is not finished" in problem for problem in held.check().problems)
    held.finish_erasures()
    assert held.check().is_whole and not {"F001", "K001"} & named_in(held.folder)
