"""What changed between two protocols, key by key: what was taken out of a list, what added, what set otherwise."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import pandas as pd

COLUMNS = ("key", "change", "first", "second")


def plan_changes(first: str, second: str) -> pd.DataFrame:
    """Return one row a key that differs between two protocols' texts.

    Parameters
    ----------
    first, second
        TOML, as the protocols' files hold it.

    Returns
    -------
    DataFrame
        ``key`` (with its table: ``matched_cohort.caliper``), ``change`` (in words), ``first`` and ``second`` (the
        values; empty where there is none). No row where only comments or layout differ.
    """
    one, other = _flat(tomllib.loads(first)), _flat(tomllib.loads(second))
    rows = [
        {
            "key": key,
            "change": _change(one.get(key), other.get(key)),
            "first": said(one.get(key)),
            "second": said(other.get(key)),
        }
        for key in dict.fromkeys([*one, *other])
        if one.get(key) != other.get(key)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def said(value: Any) -> str:
    """Return a value of a protocol as text.

    >>> said(["a", "b"]), said(True), said(None), said(0.2)
    ('a, b', 'yes', '', '0.2')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(said, value)) if isinstance(value, list) else str(value)


def _flat(table: Mapping[str, Any], under: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{under}.{key}" if under else key
        found |= _flat(value, name) if isinstance(value, Mapping) else {name: value}
    return found


def _change(first: Any, second: Any) -> str:
    if first is None:
        return f"set to {said(second)}"
    if second is None:
        return f"no longer set (was {said(first)})"
    if not isinstance(first, list) or not isinstance(second, list):
        return f"{said(first)} became {said(second)}"
    out = [said(value) for value in first if value not in second]
    new = [said(value) for value in second if value not in first]
    parts = [f"{', '.join(out)} taken out"] if out else []
    parts += [f"{', '.join(new)} added"] if new else []
    return " and ".join(parts) or "the same, in another order"
