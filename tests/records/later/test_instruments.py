"""Instruments in a store: no score without its own, none that it does not allow, and none left behind by a change."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from toolkit.errors import InputError
from toolkit.records import Store
from toolkit.records.rows.frames import frame_of_arrow, with_every_column
from toolkit.tables import TABLES

STAR = {
    "instrument_id": "star", "title": "Family Star", "edition": None, "lowest": 1, "highest": 10, "step": "whole",
    "higher_is": "better", "dimensions": "health; home",
}  # fmt: skip
ON_STAR = {"instrument": "star", "dimension": "home"}


def frame(table: str, *rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(TABLES[table].names))


def score(number: int, value: float = 2) -> dict[str, object]:
    return {
        "family_id": f"F{number:03d}", "centre_id": "C01", "scored_on": date(2010, 3, 4), "stage": "start",
        "dimension": None, "score": value, "higher_is": "better", "scored_by": None,
    }  # fmt: skip


def add(store: Store, table: str, *rows: dict[str, object]) -> int:
    return store.add({table: frame(table, *rows)}, by="Ann", source_name=f"{table}.csv").upload_id


def test_scores_come_after_their_instrument_or_with_it(store: Store) -> None:
    with pytest.raises(
        InputError, match=r'family F001 at C01 on 04/03/2010: instrument "star" is not stored. Import it'
    ):
        add(store, "progress_scores", score(1, value=7) | ON_STAR)
    assert store.version == 0
    both = {
        "progress_scores": frame("progress_scores", score(1, value=7) | ON_STAR),
        "instruments": frame("instruments", STAR),
    }
    store.add(both, by="Ann", source_name="both")
    assert store.read("progress_scores")["score"].tolist() == [7.0]


def test_what_an_instrument_does_not_allow_is_never_stored_however_it_comes(store: Store) -> None:
    add(store, "instruments", STAR)
    wrong = [
        score(1, value=11) | ON_STAR, score(2, value=2) | ON_STAR | {"dimension": "work"},
        score(3, value=2) | ON_STAR | {"higher_is": "worse"}, score(4, value=2.5), score(5, value=6),
        score(6, value=3.5) | ON_STAR,
    ]  # fmt: skip
    with pytest.raises(InputError) as refused:
        add(store, "progress_scores", *wrong)
    for number in range(1, 7):
        assert f"F00{number}" in str(refused.value)
    add(store, "progress_scores", score(1, value=10) | ON_STAR, score(1, value=5))
    with pytest.raises(InputError, match="score is 12"):
        store.correct(
            {"progress_scores": frame("progress_scores", score(1, value=12) | ON_STAR)}, by="Ann", source_name="c"
        )
    with pytest.raises(InputError, match="Anchor of star: value is 0"):
        add(store, "instrument_anchors", {"instrument_id": "star", "value": 0.0, "meaning": "None"})
    add(store, "instrument_anchors", {"instrument_id": "one_to_five", "value": 2.0, "meaning": "Some worry"})
    assert store.instruments()["one_to_five"].anchors == ((2.0, "Some worry"),)


def test_an_instrument_is_neither_changed_nor_taken_out_under_the_scores_that_bear_its_name(store: Store) -> None:
    upload = add(store, "instruments", STAR)
    scores = add(store, "progress_scores", score(1, value=10) | ON_STAR, score(2, value=4) | ON_STAR)
    for change, named in (
        ({"highest": 9}, "F001"),
        ({"higher_is": "worse"}, "F002"),
        ({"dimensions": "health"}, "F002"),
    ):
        with pytest.raises(InputError, match=named):
            store.correct({"instruments": frame("instruments", STAR | change)}, by="Ann", source_name="c", reason="x")
        with pytest.raises(InputError, match=named):
            store.correction_changes({"instruments": frame("instruments", STAR | change)})
    with pytest.raises(InputError, match='instrument "star" is not stored'):
        store.withdraw(upload, by="Ann")
    store.correct(
        {"instruments": frame("instruments", STAR | {"title": "Family Star Plus"})}, by="Ann", source_name="c"
    )
    store.withdraw(scores, by="Ann")
    store.correct({"instruments": frame("instruments", STAR | {"highest": 9})}, by="Ann", source_name="c")
    assert store.check().is_whole


def test_two_instruments_and_second_scorings_of_a_day_stand_side_by_side(new_store) -> None:
    store = new_store()
    add(store, "instruments", STAR)
    rows = [
        score(1), score(1, value=7) | ON_STAR, score(1, value=3) | {"second_scoring": True},
        score(1, value=6) | ON_STAR | {"second_scoring": True, "who_scored": "worker"},
    ]  # fmt: skip
    add(store, "progress_scores", *rows)
    same = frame("progress_scores", score(1) | {"instrument": "one_to_five", "second_scoring": False})
    assert store.compare({"progress_scores": same}).is_all_there
    taken = store.snapshot().read("progress_scores")
    pd.testing.assert_frame_equal(taken, store.read("progress_scores"))
    assert taken["second_scoring"].isna().tolist().count(False) == 2 and taken["score"].dtype == float
    key = {"family_id": "F001", "centre_id": "C01", "scored_on": date(2010, 3, 4), "stage": "start"}
    history = store.row_history("progress_scores", key | {"second_scoring": False, "instrument": "one_to_five"})
    assert history["score"].tolist() == [2.0]
    other = frame("progress_scores", score(1, value=5) | {"second_scoring": False})
    store.add({"progress_scores": other}, by="Ann", source_name="r", replaces=True)
    assert sorted(store.read("progress_scores")["score"]) == [3.0, 5.0, 6.0, 7.0] and store.check().is_whole


def test_a_snapshot_of_whole_numbers_reads_as_one_of_today(store: Store) -> None:
    add(store, "progress_scores", score(1), score(2, value=4))
    table = TABLES["progress_scores"]
    today = pq.read_table(store.snapshot().path("progress_scores"))
    before = [name for name in table.names if not table.column(name).came_later]
    old = today.select(before)
    old = old.set_column(
        before.index("score"), pa.field("score", pa.int64(), nullable=False), old["score"].cast(pa.int64())
    )
    pd.testing.assert_frame_equal(frame_of_arrow(with_every_column(old, table), table), frame_of_arrow(today, table))
