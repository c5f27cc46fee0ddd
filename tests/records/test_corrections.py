"""Corrections: new values under a stored key, with every earlier version and who made it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from toolkit.errors import InputError, StoreError


def test_a_corrected_row_has_a_history_of_who_brought_what(new_store, county, made) -> None:
    store = new_store()
    store.add(county, by="Ann", source_name="first.xlsx")
    receipt = store.correct(
        {"progress_scores": made.frame("progress_scores", made.score(1, value=5))},
        by="Bob",
        source_name="corrections.xlsx",
        reason="typing",
    )
    assert (receipt.upload_id, receipt.version, dict(receipt.rows)) == (2, 2, {"progress_scores": 1})
    key = {"family_id": "F001", "centre_id": "C01", "scored_on": date(2010, 3, 4), "stage": "start"}
    history = store.row_history("progress_scores", key)
    assert history[["v_from", "upload_id", "source_name", "by", "score"]].values.tolist() == [
        [1, 1, "first.xlsx", "Ann", 2],
        [2, 2, "corrections.xlsx", "Bob", 5],
    ]
    assert history["v_to"].tolist() == [2, pd.NA]
    assert store.read("progress_scores")["score"].tolist() == [5, 2, 2, 2, 2, 2]
    assert store.read("progress_scores", version=1)["score"].tolist() == [2, 2, 2, 2, 2, 2]
    done = store.versions().set_index("version").loc[2]
    assert (done["what"], done["by"], done["note"]) == ("corrected", "Bob", "typing")


def test_a_correction_can_be_withdrawn(new_store, county, made) -> None:
    store = new_store()
    store.add(county, by="t", source_name="t")
    rows = made.frame("progress_scores", made.score(1, value=5))
    store.correct({"progress_scores": rows}, by="t", source_name="t")
    store.withdraw(2, by="t")
    assert store.read("progress_scores")["score"].tolist() == [2] * 6
    assert store.check().is_whole, store.check().summary()


def test_only_what_differs_becomes_a_new_version(store, county, made) -> None:
    store.add(county, by="t", source_name="t")
    rows = county["progress_scores"].copy()
    rows.loc[2, "score"] = 4
    receipt = store.correct({"progress_scores": rows, "families": county["families"]}, by="t", source_name="t")
    assert dict(receipt.rows) == {"progress_scores": 1}
    assert set(store.uploads().query("upload_id == 2")["table"]) == {"progress_scores"}


def test_a_value_may_be_corrected_to_empty(store, county) -> None:
    store.add(county, by="t", source_name="t")
    rows = county["referrals"].assign(referred_back=None)
    assert dict(store.correct({"referrals": rows}, by="t", source_name="t").rows) == {"referrals": 3}
    assert store.read("referrals")["referred_back"].isna().all()


def test_a_correction_of_what_is_not_stored_is_refused_by_key(store, county, made) -> None:
    store.add(county, by="t", source_name="t")
    rows = made.frame("progress_scores", made.score(1, value=5), made.score(9))
    with pytest.raises(StoreError, match=r"not stored; add them instead:\n  table progress_scores, family_id F009"):
        store.correct({"progress_scores": rows}, by="t", source_name="t")
    assert store.version == 1 and store.read("progress_scores")["score"].tolist() == [2] * 6


def test_a_correction_that_changes_nothing_is_said(store, county) -> None:
    store.add(county, by="t", source_name="t")
    with pytest.raises(InputError, match="nothing to correct"):
        store.correct({"progress_scores": county["progress_scores"]}, by="t", source_name="t")
    assert store.version == 1


def test_rows_are_compared_with_what_is_stored_before_anything_changes(new_store, county, made) -> None:
    store = new_store()
    store.add(county, by="Ann", source_name="first.xlsx")
    rows = made.frame("progress_scores", made.score(1), made.score(9), made.score(3, value=1), made.score(2))
    found = store.compare({"progress_scores": rows, "families": county["families"]})
    assert found.new == {"progress_scores": (1,), "families": ()}
    assert found.same == {"progress_scores": (0, 3), "families": (0, 1, 2, 3, 4, 5)}
    assert found.same_in == {1: 8}
    (conflict,) = found.conflicts
    assert (conflict.table, conflict.row, conflict.upload_id, conflict.by) == ("progress_scores", 2, 1, "Ann")
    assert dict(conflict.differs) == {"score": (2, 1)}
    assert found.summary() == "1 rows are new, 8 are stored already with the same values, 1 differ from what is stored."
    assert store.compare(county).is_all_there and store.version == 1


def test_a_history_asks_for_the_whole_key(store, county) -> None:
    store.add(county, by="t", source_name="t")
    with pytest.raises(InputError, match="scored_on, stage is missing"):
        store.row_history("progress_scores", {"family_id": "F001", "centre_id": "C01"})
    with pytest.raises(InputError, match=r'"famly_id" is not part of it\. Did you mean "family_id"'):
        store.row_history("families", {"famly_id": "F001"})
    assert store.row_history("families", {"family_id": "F999"}).empty
