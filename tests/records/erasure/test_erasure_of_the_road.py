"""A family erased from a county whose analyses were run: nothing of it anywhere, and the answers still stand."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from counties import Counties
from toolkit.records.erasure.erased_files import erasure_mark


@pytest.mark.slow
def test_a_family_of_the_answers_is_erased_from_every_file(counties: Counties, tmp_path: Path) -> None:
    store = counties.answered(tmp_path / "county", published=True)
    sets = max(store.folder.rglob("matched_sets.parquet"), key=lambda file: file.stat().st_size)
    family = pd.read_parquet(sets).query("role == 'joined'")["family_id"].iloc[3]
    children = store.read("children").query("family_id == @family")["child_id"].tolist()
    referrals = store.read("referrals").query("child_id in @children")["referral_id"].tolist()
    numbers = [family, *children, *referrals]
    assert holding(store.folder, numbers) and children
    results = {file: file.read_bytes() for file in store.folder.rglob("result.json")}
    rows = {file: len(pd.read_parquet(file)) for file in store.folder.rglob("matched_sets.parquet")}

    store.erase_family(family, by="Di", reason="asked")

    assert holding(store.folder, numbers) == []
    assert results == {file: file.read_bytes() for file in store.folder.rglob("result.json")}
    assert all(0 < len(pd.read_parquet(file)) <= count for file, count in rows.items())
    assert erasure_mark(sets.parent)["erasures"] == [1]
    assert family not in set(store.read("families", version=1)["family_id"])
    assert store.check().is_whole, store.check().summary()
    assert json.loads(results[sets.parent / "result.json"])["snapshot_hash"] != store.snapshot().hash


def holding(folder: Path, numbers: list[str]) -> list[str]:
    """Return the files that hold one of the numbers, raw or in what a Parquet file decompresses to."""
    wanted = re.compile(rb"(?<![0-9A-Za-z])(" + "|".join(map(re.escape, numbers)).encode() + rb")(?![0-9A-Za-z])")
    found = []
    for file in (path for path in folder.rglob("*") if path.is_file()):
        held = [file.read_bytes(), str(file).encode()]
        if file.suffix == ".parquet":
            text = io.StringIO()
            pq.read_table(file).to_pandas().to_csv(text)
            held.append(text.getvalue().encode())
        if any(wanted.search(one) for one in held):
            found.append(str(file.relative_to(folder)))
    return found
