"""The frame that matching is timed on: families with covariates, some of them treated."""

from __future__ import annotations

import numpy as np
import pandas as pd


def families(rows: int, columns: int) -> pd.DataFrame:
    """Return a frame with about 12% treated, three of ten columns 0/1, six districts, and 36 areas."""
    rng = np.random.default_rng(1)
    slopes = np.linspace(0.4, -0.3, columns)
    need = np.full(rows, -2.3)
    values: dict[str, np.ndarray] = {}
    for number in range(columns):
        column = rng.normal(size=rows)
        if columns >= 10 and number in (5, 6, 7):
            column = (column > 0).astype(np.int8)
        need += slopes[number] * column
        values[f"x{number}"] = column
    np.exp(-need, out=need)
    values["treated"] = (rng.random(rows) < 1 / (1 + need)).astype(np.int8)
    values["district"] = rng.integers(0, 6, rows, dtype=np.int8)
    values["area"] = (values["district"] * np.int16(6) + rng.integers(0, 6, rows)).astype(np.int16)
    values["y"] = (rng.random(rows) < 0.1).astype(np.int8)
    return pd.DataFrame(values, copy=False)
