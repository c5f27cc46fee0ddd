"""Publishing results: the latest for a question, and only from within the store."""

from __future__ import annotations

import pytest

from toolkit.errors import StoreError


def test_the_newest_publication_of_a_question_is_the_latest(store) -> None:
    folders = [store.folder / "results" / question / name for question, name in [("a", "1"), ("b", "1"), ("a", "2")]]
    for folder in folders:
        folder.mkdir(parents=True)
        store.publish(folder.parent.name, folder, by="Ann")
    store.publish("a", folders[0], by="Bob")
    published = store.publications()
    assert published["result"].tolist() == ["results/a/1", "results/a/2", "results/b/1", "results/a/1"]
    assert published["is_latest"].tolist() == [True, False, True, False]
    assert published["by"].tolist() == ["Bob", "Ann", "Ann", "Ann"]
    assert published["at"].is_monotonic_decreasing
    assert store.version == 0


def test_a_result_that_is_not_there_or_not_in_the_store_is_refused(store, tmp_path) -> None:
    with pytest.raises(StoreError, match="There is no result in"):
        store.publish("a", store.folder / "results" / "a" / "1", by="t")
    (tmp_path / "elsewhere").mkdir()
    for folder in (tmp_path / "elsewhere", store.folder, store.folder / "results" / ".." / ".." / "elsewhere"):
        (store.folder / "results").mkdir(exist_ok=True)
        with pytest.raises(StoreError, match="is not in the store"):
            store.publish("a", folder, by="t")
    assert store.publications().empty
