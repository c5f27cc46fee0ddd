"""34 managers at once, as the app has them (threads of one process): every row is there once, and nobody waits long."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pandas as pd

WRITERS, ROWS = 34, 500


def test_34_uploads_of_500_rows_at_once_are_all_stored_once(new_store) -> None:
    store, start = new_store(), Barrier(WRITERS)

    def add(who: int) -> float:
        ids = [f"F{who:02d}{row:05d}" for row in range(ROWS)]
        children = pd.DataFrame({"child_id": ids, "family_id": ids, "birth_month": pd.Timestamp("2009-03-01")})
        start.wait()
        begun = time.perf_counter()
        store.add({"children": children}, by=f"manager {who}", source_name=f"file {who}")
        return time.perf_counter() - begun

    with ThreadPoolExecutor(WRITERS) as pool:
        waited = list(pool.map(add, range(WRITERS)))
    stored = store.read("children")
    assert len(stored) == WRITERS * ROWS == stored["child_id"].nunique()
    assert store.version == WRITERS and store.check().is_whole
    median, p95 = np.quantile(waited, [0.5, 0.95])
    sys.stdout.write(f"{store.engine.dialect.name}: {WRITERS} x {ROWS} rows: median {median:.2f} s, p95 {p95:.2f} s\n")
    assert p95 < 8
