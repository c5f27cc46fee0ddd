"""Values as a bundle's files hold them: plain, stable to the last digit written, the same on every machine."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from typing import Any

import numpy as np
import pandas as pd

_DIGITS = 10  # significant; beyond them machines differ in the last bits of a sum


def stable(value: Any) -> Any:
    """Return a value as JSON can hold it, floats to 10 significant digits, anything not a number as ``None``.

    A dataclass becomes an object with its fields.

    >>> stable({"a": np.float64(0.1 + 0.2), "b": float("nan"), "c": (1, date(2010, 4, 1))})
    {'a': 0.3, 'b': None, 'c': [1, '2010-04-01']}
    """
    if isinstance(value, Mapping):
        return {str(key): stable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [stable(inner) for inner in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        return float(f"{number:.{_DIGITS}g}") if math.isfinite(number) else None
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {field.name: stable(getattr(value, field.name)) for field in fields(value)}
    return str(value)


def as_json(value: Any) -> str:
    """Return the text of a file that holds a value: keys in order, the same bytes for the same value."""
    return json.dumps(stable(value), indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def rows_of(frame: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """Return the rows of a frame, each by the names of its columns."""
    # Named indexes carry meaning (a term's name); plain row numbers do not.
    named = frame.reset_index() if frame.index.names != [None] else frame
    return tuple({str(key): row[key] for key in named.columns} for row in named.to_dict("records"))
