"""Withdrawing and replacing: the store reads as before, and says when that would be unclear."""

from __future__ import annotations

import pytest

from toolkit.errors import StoreError


def test_after_a_withdrawal_every_table_reads_exactly_as_before(store, county, made, contents_of, assert_same) -> None:
    store.add(county, by="Ann", source_name="first")
    before = contents_of(store)
    more = {
        "families": made.frame("families", made.family(9)),
        "progress_scores": made.frame("progress_scores", made.score(9), made.score(1, stage="end")),
        "registrations": made.frame("registrations", made.registration(9, "C01")),
    }
    receipt = store.add(more, by="Bob", source_name="second.xlsx")
    assert store.withdraw(receipt.upload_id, by="Cy", reason="wrong month") == 3 == store.version
    assert_same(contents_of(store), before)
    uploads = store.uploads()
    assert set(uploads.loc[uploads["upload_id"] == 2, "withdrawn_in"]) == {3}
    assert uploads.loc[uploads["upload_id"] == 1, "withdrawn_in"].isna().all()
    done = store.versions().set_index("version").loc[3]
    assert (done["what"], done["by"], done["upload_id"], done["note"]) == ("withdrawn", "Cy", 2, "wrong month")
    assert store.add(more, by="Bob", source_name="second.xlsx").upload_id == 3


def test_a_replaced_row_comes_back_when_the_replacement_is_withdrawn(
    store, county, made, contents_of, assert_same
) -> None:
    store.add(county, by="t", source_name="first")
    before = contents_of(store)
    changed = made.frame("progress_scores", made.score(1, value=5), made.score(9, value=4))
    receipt = store.add({"progress_scores": changed}, by="t", source_name="second", replaces=True)
    assert store.read("progress_scores").set_index("family_id")["score"].to_dict() == {
        **dict.fromkeys(["F002", "F003", "F004", "F005", "F006"], 2),
        "F001": 5,
        "F009": 4,
    }
    store.withdraw(receipt.upload_id, by="t")
    assert_same(contents_of(store), before)
    store.withdraw(1, by="t")
    assert all(frame.empty for frame in contents_of(store).values())


def test_uploads_that_replaced_each_other_are_withdrawn_newest_first(store, made, contents_of, assert_same) -> None:
    states = [contents_of(store)]
    for value in (1, 2, 3):
        rows = made.frame("progress_scores", made.score(1, value=value))
        store.add({"progress_scores": rows}, by="t", source_name=f"file {value}", replaces=True)
        states.append(contents_of(store))
    with pytest.raises(StoreError, match=r"Upload 1 cannot be withdrawn.*first: 2 \(file 2\)\."):
        store.withdraw(1, by="t")
    with pytest.raises(StoreError, match=r"Upload 2 cannot be withdrawn.*first: 3 \(file 3\)\."):
        store.withdraw(2, by="t")
    assert store.version == 3
    for upload in (3, 2, 1):
        store.withdraw(upload, by="t")
        assert_same(contents_of(store), states[upload - 1])


def test_an_upload_is_withdrawn_once_and_must_exist(store, county) -> None:
    store.add(county, by="t", source_name="t")
    store.withdraw(1, by="t")
    with pytest.raises(StoreError, match="Upload 1 was withdrawn already, in version 2"):
        store.withdraw(1, by="t")
    with pytest.raises(StoreError, match="The store has no upload 7"):
        store.withdraw(7, by="t")
    assert store.version == 2


def test_the_same_rows_may_come_again_after_a_withdrawal_and_with_replaces(
    store, county, contents_of, assert_same
) -> None:
    store.add(county, by="t", source_name="t")
    first = contents_of(store)
    store.withdraw(1, by="t")
    store.add(county, by="t", source_name="t")
    store.add(county, by="t", source_name="t", replaces=True)
    assert_same(contents_of(store), first)
