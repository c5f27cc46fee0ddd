"""Erasing a family: a search of every byte under the store finds nothing of it, and the rest reads as before."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from toolkit.errors import InputError, StoreError
from toolkit.records import Store
from toolkit.records.database.schema import ROWS
from toolkit.records.erasure.clean_files import rewrite_database
from toolkit.records.erasure.erased_files import erasure_mark
from toolkit.tables import TABLES

# The family that is erased, with values that nothing else has.
GONE = ("FAM-ZQ81", "KID-ZQ82", "KID-ZQ83", "REF-ZQ84", "E01ZQ85", "Zqnorth")


def marked_county(made, county: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    family = {**made.family(7), "family_id": "FAM-ZQ81", "lsoa11": "E01ZQ85", "district": "Zqnorth"}
    children = [
        {"child_id": child, "family_id": "FAM-ZQ81", "birth_month": pd.Timestamp("2009-03-01")}
        for child in ("KID-ZQ82", "KID-ZQ83")
    ]
    score = {**made.score(7), "family_id": "FAM-ZQ81"}
    referral = {**made.referral(7, 7), "referral_id": "REF-ZQ84", "child_id": "KID-ZQ82"}
    episode = {"child_id": "KID-ZQ83", "kind": "section_47", "started_on": pd.Timestamp("2009-02-07"), "ended_on": None}
    more = {
        "families": family,
        "progress_scores": score,
        "referrals": referral,
        "episodes": episode,
        "registrations": {**made.registration(7, "C01"), "family_id": "FAM-ZQ81"},
    }
    frames = {
        name: pd.concat([frame, made.frame(name, more[name])], ignore_index=True) if name in more else frame
        for name, frame in county.items()
    }
    frames["children"] = pd.concat([county["children"], made.frame("children", *children)], ignore_index=True)
    return frames


def bulk(number: int, rows: int = 400) -> dict[str, pd.DataFrame]:
    """Enough other rows for pages to split around the family's."""
    ids = [f"FAM-{number:02d}{row:04d}" for row in range(rows)]
    children = pd.DataFrame(
        {"child_id": [f"KID-{one}" for one in ids], "family_id": ids, "birth_month": pd.Timestamp("2009-03-01")}
    )
    return {"children": children}


@pytest.fixture(scope="module")
def lived_once(tmp_path_factory: pytest.TempPathFactory, made) -> Path:
    folder = tmp_path_factory.mktemp("lived") / "store"
    live(Store.create(folder), made)
    return folder


@pytest.fixture
def lived(lived_once: Path, tmp_path: Path) -> Store:
    """A store on SQLite in which much was done, with the family in all of it."""
    return Store.open(shutil.copytree(lived_once, tmp_path / "lived"))


@pytest.fixture
def lived_on_either(new_store, made) -> Store:
    """The same on each database."""
    return live(new_store(), made)


def live(store: Store, made) -> Store:
    """Put the family in several versions, corrections, notes, snapshots, results and half-made files."""
    county = made.county()
    for number in range(2):
        store.add(bulk(number), by="t", source_name=f"bulk {number}")
    frames = marked_county(made, county)
    store.add(frames, by="Ann", source_name="scores of FAM-ZQ81.xlsx", note="mother of KID-ZQ82 rang")
    first = store.snapshot()
    score = {**made.score(7, value=5), "family_id": "FAM-ZQ81"}
    store.correct(
        {"progress_scores": made.frame("progress_scores", score)}, by="Bob", source_name="c", reason="FAM-ZQ81 asked"
    )
    moved = frames["families"].query("family_id == 'FAM-ZQ81'").assign(district="Southvale")
    store.correct({"families": moved}, by="Bob", source_name="c")
    store.add(
        {
            "events": made.frame(
                "events", {"area": "C01", "on": pd.Timestamp("2010-01-01"), "what": "case FAM-ZQ81 closed"}
            )
        },
        by="t",
        source_name="e",
    )
    store.add({"families": made.frame("families", made.family(8))}, by="t", source_name="t")
    for number in range(2, 4):
        store.add(bulk(number), by="t", source_name=f"bulk {number}")
    store.withdraw(
        store.add({"families": made.frame("families", made.family(9))}, by="t", source_name="t").upload_id,
        by="t",
        reason="not FAM-ZQ81's",
    )
    store.snapshot()
    write_result(store, "with", first.hash, store.version - 1, ["FAM-ZQ81", "F001", "F002"])
    write_result(store, "without", "0" * 64, 0, None)
    making = store.folder / "snapshots" / ".making-abc"
    making.mkdir()
    (making / "families.parquet").write_bytes(first.path("families").read_bytes())
    (store.folder / "results" / "with" / "abc" / "matched_sets.parquet.part").write_bytes(b"FAM-ZQ81")
    return store


def write_result(store: Store, question: str, snapshot: str, version: int, families: list[str] | None) -> None:
    folder = store.folder / "results" / question / "abc"
    folder.mkdir(parents=True)
    about = {"snapshot_hash": snapshot, "as_of": {"store_version": version}, "estimates": [{"estimate": 0.12}]}
    (folder / "result.json").write_text(json.dumps(about))
    if families is not None:
        pd.DataFrame({"set": range(len(families)), "family_id": families}).to_parquet(folder / "matched_sets.parquet")


def everything_under(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the raw bytes of every file, and what compressed ones hold."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        raw = file.read_bytes()
        yield str(file), raw
        yield str(file.relative_to(folder)), str(file.relative_to(folder)).encode()
        if raw[:4] == b"PAR1":
            yield f"{file} (read)", pq.read_table(file).to_pandas().to_csv().encode()
        if raw[:2] == b"\x1f\x8b":
            yield f"{file} (read)", gzip.decompress(raw)


HEX = re.compile("[0-9A-F]+")
"""A number that could stand in a hash: hashes are written in small letters, so it is looked for in its own."""


def holding(folder: Path, *words: str) -> list[tuple[str, str]]:
    found = [
        (name, word)
        for name, held in everything_under(folder)
        for word in words
        if (word.encode() in held if HEX.fullmatch(word) else word.lower().encode() in held.lower())
    ]
    return sorted(set(found))


def data_folder(store: Store) -> Path | None:
    if store.engine.dialect.name == "sqlite":
        return None
    with store.engine.connect() as connection:
        connection.exec_driver_sql("checkpoint")
        where = connection.exec_driver_sql("show data_directory").scalar_one()
        number = connection.exec_driver_sql(
            "select oid from pg_database where datname = current_database()"
        ).scalar_one()
    return Path(where) / "base" / str(number)


def test_no_byte_of_an_erased_family_is_left_and_older_versions_read_without_it(
    lived_on_either: Store, contents_of
) -> None:
    lived = lived_on_either
    data = data_folder(lived)
    assert {word for _, word in holding(lived.folder, *GONE)} >= {"FAM-ZQ81"}
    assert data is None or holding(data, *GONE)
    before = {version: contents_of(lived, version) for version in range(lived.version + 1)}
    erased = lived.erase_family("FAM-ZQ81", by="Di", reason="FAM-ZQ81 asked to be forgotten")
    assert holding(lived.folder, *GONE) == []
    assert data is None or holding(data, *GONE) == []
    assert dict(erased.rows) == {
        "families": 2,
        "children": 2,
        "registrations": 1,
        "progress_scores": 2,
        "referrals": 1,
        "episodes": 1,
    }
    assert erased.version == lived.version == max(before) + 1
    for version, tables in before.items():
        now = contents_of(lived, version)
        for name, frame in tables.items():
            pd.testing.assert_frame_equal(now[name], without_family(frame), obj=f"{name} as of {version}")
    assert "Backups" in erased.summary() and lived.check().is_whole, lived.check().summary()


def without_family(frame: pd.DataFrame) -> pd.DataFrame:
    for column in ("family_id", "child_id"):
        if column in frame:
            frame = frame[~frame[column].isin(GONE)]
    if "what" in frame:
        frame = frame.assign(what=frame["what"].str.replace("FAM-ZQ81", "[erased]"))
    return frame.reset_index(drop=True)


def test_what_was_done_stays_written_down_without_the_family(lived: Store) -> None:
    lived.erase_family("FAM-ZQ81", by="Di", reason="FAM-ZQ81 asked to be forgotten")
    (row,) = lived.erasures().to_dict("records")
    assert (row["by"], row["kind"], row["reason"], row["families"], row["rows"]) == (
        "Di",
        "family",
        "[erased] asked to be forgotten",
        1,
        9,
    )
    assert row["finished_at"] is not None
    line = lived.audit_lines(last=1, action="erased").iloc[0]
    assert (line["who"], line["action"], line["what"]) == ("Di", "erased", "family")
    uploads = lived.uploads().drop_duplicates("upload_id").set_index("upload_id")
    assert uploads.loc[3, "source_name"] == "scores of [erased].xlsx"
    assert uploads.loc[3, "note"] == "mother of [erased] rang"


def test_results_keep_their_totals_and_are_marked_when_they_counted_the_family(lived: Store) -> None:
    results = lived.folder / "results"
    before = (results / "with" / "abc" / "result.json").read_bytes()
    lived.erase_family("FAM-ZQ81", by="Di", reason="asked")
    assert (results / "with" / "abc" / "result.json").read_bytes() == before
    mark = erasure_mark(results / "with" / "abc")
    assert mark["erasures"] == [1] and "totals are as they were" in mark["sentence"]
    assert (lived.folder / "snapshots" / mark["snapshot_now"][:16]).is_dir()
    assert pd.read_parquet(results / "with" / "abc" / "matched_sets.parquet")["family_id"].tolist() == ["F001", "F002"]


def test_a_snapshot_without_the_family_stays_as_it_is(lived: Store, made) -> None:
    lived.add({"families": made.frame("families", {**made.family(1), "family_id": "NEW-1"})}, by="t", source_name="t")
    kept = lived.snapshot()
    early = [path.name for path in (lived.folder / "snapshots").iterdir() if not path.name.startswith(".")]
    lived.erase_family("NEW-1", by="Di", reason="asked")
    now = [path.name for path in (lived.folder / "snapshots").iterdir()]
    assert set(early) - {kept.folder.name} <= set(now) and kept.folder.name not in now


def test_an_erased_snapshot_is_used_again_for_its_version(lived: Store) -> None:
    lived.erase_family("FAM-ZQ81", by="Di", reason="asked")
    folders = {path.name for path in (lived.folder / "snapshots").iterdir()}
    assert lived.snapshot().folder.name in folders


def test_a_family_that_is_not_there_is_said_without_its_number(lived: Store) -> None:
    with pytest.raises(StoreError, match="holds nothing of that family") as refused:
        lived.erase_family("FAM-NOBODY", by="Di", reason="asked")
    assert "NOBODY" not in str(refused.value)
    with pytest.raises(InputError, match="number and the reason"):
        lived.erase_family("FAM-ZQ81", by="Di", reason=" ")


def test_a_family_erased_twice_is_not_there_the_second_time(lived: Store) -> None:
    lived.erase_family("FAM-ZQ81", by="Di", reason="asked")
    with pytest.raises(StoreError, match="holds nothing"):
        lived.erase_family("FAM-ZQ81", by="Di", reason="asked")


def test_the_same_rows_can_come_again_later_when_somebody_says_so(lived: Store, made, county) -> None:
    lived.erase_family("FAM-ZQ81", by="Di", reason="asked")
    family = {**made.family(7), "family_id": "FAM-ZQ81"}
    with pytest.raises(StoreError, match=r"erased here \(1 of them; erasure 1\): 1 in families"):
        lived.add({"families": made.frame("families", family)}, by="t", source_name="t")
    lived.add({"families": made.frame("families", family)}, by="t", source_name="t", again=True)
    assert lived.check().is_whole


def test_an_interrupted_erasure_is_said_and_can_be_finished_by_anyone(lived: Store, monkeypatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("toolkit.records.store_keeping.finish", killed)
        with pytest.raises(KeyboardInterrupt):
            lived.erase_family("FAM-ZQ81", by="Di", reason="asked")
    again = Store.open(lived.folder)
    assert "Erasure 1 is not finished. Run: toolkit erase --finish" in again.check().problems
    assert holding(lived.folder, "FAM-ZQ81")
    again.finish_erasures()
    assert holding(lived.folder, *GONE) == [] and again.check().is_whole


def test_a_snapshot_being_taken_while_a_family_is_erased_is_taken_again(lived: Store, monkeypatch) -> None:
    from toolkit.records.snapshots import take as taking

    lived.add(bulk(9), by="t", source_name="t")
    write, calls = taking.write_snapshot, []

    def slow(tables, **options):
        made = write(tables, **options)
        if not calls:
            calls.append(1)
            lived.erase_family("FAM-ZQ81", by="Di", reason="asked")
        return made

    monkeypatch.setattr(taking, "write_snapshot", slow)
    taken = lived.snapshot()
    assert calls and "FAM-ZQ81" not in set(taken.read("families")["family_id"])
    assert holding(lived.folder, *GONE) == []


def test_a_child_that_moved_to_another_family_stays_with_it(store: Store, county) -> None:
    wrong = county["children"].assign(family_id=lambda frame: frame["family_id"].replace("F002", "F001"))
    store.add({**county, "children": wrong}, by="t", source_name="t")
    store.correct({"children": county["children"]}, by="t", source_name="t")
    store.erase_family("F001", by="Di", reason="asked")
    assert "K002" in set(store.read("children")["child_id"]) and "K002" in set(store.read("referrals")["child_id"])
    assert "K001" not in set(store.read("children")["child_id"])
    for table in TABLES:
        with store.engine.connect() as connection:
            rows = connection.execute(ROWS[table].select()).mappings().all()
        assert not [row for row in rows if row.get("family_id") == "F001"]


def test_numbers_that_only_look_alike_are_left(store: Store, county, made) -> None:
    more = made.frame("families", {**made.family(1), "family_id": "F0012"}, {**made.family(1), "family_id": "XF001"})
    store.add(county, by="t", source_name="F0012 and F001.xlsx")
    store.add({"families": more}, by="t", source_name="t")
    store.erase_family("F001", by="Di", reason="asked")
    assert {"F0012", "XF001"} <= set(store.read("families")["family_id"])
    assert store.uploads()["source_name"].iloc[-1] == "F0012 and [erased].xlsx"


def test_while_others_keep_reading_it_says_how_to_finish(store: Store, county, monkeypatch) -> None:
    store.add(county, by="t", source_name="t")
    monkeypatch.setattr("toolkit.records.erasure.clean_files._PATIENCE_SECONDS", 0.3)
    reader = sqlite3.connect(store.folder / "store.sqlite", isolation_level=None)
    reader.execute("begin")
    reader.execute("select count(*) from families").fetchone()
    with pytest.raises(StoreError, match="Close them and run: toolkit erase --finish"):
        store.erase_family("F001", by="Di", reason="asked")
    assert not store.check().is_whole
    reader.close()
    store.finish_erasures()
    assert store.check().is_whole and holding(store.folder, "K001", "F001") == []


def test_the_command_asks_before_it_erases(store: Store, county, command) -> None:
    store.add(county, by="t", source_name="t")
    erase = ("erase", "--store", store.folder, "--by", "Di", "--family", "F001", "--reason", "asked")
    assert command(*erase).returncode != 0 and store.version == 1
    done = command(*erase, "--yes")
    assert done.returncode == 0 and "Erased for good (erasure 1, version 2)" in done.stdout
    assert "F001" not in done.stdout
    assert command("verify-store", "--store", store.folder).returncode == 0


def test_rewriting_the_database_alone_changes_nothing_that_is_read(lived: Store, contents_of, assert_same) -> None:
    before = contents_of(lived)
    rewrite_database(lived.engine)
    assert_same(contents_of(lived), before)


def test_what_the_audit_still_holds_of_a_single_erased_row_cannot_be_guessed_at(store: Store, made) -> None:
    store.add({"families": made.frame("families", made.family(1))}, by="t", source_name="t")
    salt = "select salt from upload_tables where upload_id = 1"
    with sqlite3.connect(store.folder / "store.sqlite") as connection:
        (before,) = connection.execute(salt).fetchone()
    store.erase_family("F001", by="Di", reason="asked")
    with sqlite3.connect(store.folder / "store.sqlite") as connection:
        assert connection.execute(salt).fetchone() != (before,)
    assert len(before) == 32 and holding(store.folder, before) == []
