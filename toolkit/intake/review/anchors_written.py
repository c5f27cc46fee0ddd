"""What the values of a scale mean, as a person writes it on a page: a line for each."""

from __future__ import annotations

import pandas as pd

from toolkit.errors import InputError
from toolkit.tables.instruments import INSTRUMENT_ANCHORS


def anchors_written(meanings: str, instrument_id: str) -> pd.DataFrame:
    """Return what values mean as rows, from a line for each: "1: stuck".

    Raises
    ------
    InputError
        When a line is no value with a meaning, naming it.
    """
    rows = []
    for number, line in enumerate(meanings.splitlines(), start=1):
        value, _, meaning = (part.strip() for part in line.partition(":"))
        if not line.strip():
            continue
        try:
            rows.append((instrument_id, float(value), meaning))
        except ValueError:
            meaning = ""
        if not meaning:
            raise InputError(f"Line {number} of what the values mean is not read. Write it as: 1: stuck")
    return pd.DataFrame(rows, columns=list(INSTRUMENT_ANCHORS.names))
