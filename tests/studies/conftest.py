"""Small snapshots for studies, and how hard a sentence is to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import readability
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
    return readability.reading_grade
