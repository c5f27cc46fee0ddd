"""Small snapshots for studies, and how hard a sentence is to read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from toolkit.records import Snapshot, Store
from toolkit.tables import TABLES


@pytest.fixture
def make_snapshot(tmp_path: Path) -> Callable[..., Snapshot]:
    """Return a maker of snapshots from rows by table; a column a row does not name is empty."""
    made = 0

    def make(rows: Mapping[str, Sequence[Mapping[str, Any]]], *, simulated: bool = False) -> Snapshot:
        nonlocal made
        made += 1
        store = Store.create(tmp_path / f"store-{made}", simulated=simulated)
        frames = {
            name: pd.DataFrame(list(some), columns=list(TABLES[name].names)) for name, some in rows.items() if some
        }
        if frames:
            store.add(frames, by="test", source_name="rows made by hand")
        return store.snapshot()

    return make


@pytest.fixture
def reading_grade() -> Callable[[str], float]:
    """Return the Flesch-Kincaid grade of a text: the years of school needed; 7 is a child of 12."""
    return _grade


def _grade(text: str) -> float:
    sentences = [part for part in re.split(r"[.:;!?]\s", text + " ") if part.strip()]
    words = re.findall(r"[A-Za-z']+|\d[\d,]*", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    if word[0].isdigit():
        return 1 if len(word) < 3 else 3
    word = word.lower().removesuffix("'s")
    groups = re.findall(r"[aeiouy]+", word)
    silent_e = word.endswith("e") and not word.endswith(("le", "ee"))
    silent_ed = word.endswith("ed") and word[-3] not in "td"
    return max(1, len(groups) - (silent_e or silent_ed))
