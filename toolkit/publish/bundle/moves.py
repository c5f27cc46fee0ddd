"""How every figure of two results moved: each estimate on each scale, and each row of each table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.bundle.json_values import stable
from toolkit.publish.bundle.model import Bundle, Rows
from toolkit.studies.matched_cohort.checks.estimator_agreement import WORDS
from toolkit.wording.amounts import fewer_or_more
from toolkit.wording.numbers import MINUS

_VALUES = ("estimate", "low", "high")
_KEYS = ("outcome", "estimator", "measure")
_OTHER = ("se", "p_value", "n_treated", "n_control", "clusters")
TABLE_COLUMNS = ("table", "row", "column", "first", "second")
_ABOUT_THE_PLAN = "pre_registration"  # its table holds the register, not figures
_SLIGHT = 1e-9  # files keep ten digits


def estimate_moves(first: Bundle, second: Bundle) -> pd.DataFrame:
    """Return one row an estimate with an interval that both results have, whatever its scale.

    Returns
    -------
    DataFrame
        ``outcome``, ``label``, ``estimator``, ``measure``; ``estimate``, ``low`` and ``high`` of each (ending in
        ``_first``, ``_second``) and ``move``, on the measure's own scale.
    """
    both = _estimates(first).merge(_estimates(second), on=list(_KEYS), how="inner", suffixes=("_first", "_second"))
    labels = [OUTCOMES[name].label if name in OUTCOMES else name for name in both["outcome"]]
    both.insert(1, "label", labels)
    return both.assign(move=both["estimate_second"] - both["estimate_first"])


def _estimates(bundle: Bundle) -> pd.DataFrame:
    rows = [(e.outcome, e.estimator, e.measure, *e.with_interval) for e in bundle.estimates if e.with_interval]
    return pd.DataFrame(rows, columns=[*_KEYS, *_VALUES]).drop_duplicates(list(_KEYS))


def moves_in_words(moves: pd.DataFrame, said: Callable[[float], str] = fewer_or_more) -> pd.DataFrame:
    """Return the moves in words: differences in every 100, as ``said`` has them, others on their own scale."""
    words = {
        name: [
            said(100 * value) if measure == "difference" else f"{value:,.3g}".replace("-", MINUS)
            for value, measure in zip(moves[column], moves["measure"], strict=True)
        ]
        for name, column in (("first", "estimate_first"), ("second", "estimate_second"), ("move", "move"))
    }
    how = [WORDS.get(name, name) for name in moves["estimator"]]
    measures = [measure.replace("_", " ") for measure in moves["measure"]]
    return pd.DataFrame({"label": moves["label"], "how": how, "measure": measures, **words})


def table_moves(first: Bundle, second: Bundle) -> pd.DataFrame:
    """Return one row a value that differs in any table of two results, and one a row that only one of them has.

    The estimates are a table too, with their errors and numbers; so are the balance, the steps from all families to
    those compared, the single figures, and the table of each check.

    Returns
    -------
    DataFrame
        ``table``, ``row`` (its words, or its number), ``column``, ``first`` and ``second`` as text; empty where one
        result has no such row.
    """
    one, other = dict(_tables(first)), dict(_tables(second))
    found = [
        dict(zip(TABLE_COLUMNS, (name, *change), strict=True))
        for name in dict.fromkeys([*one, *other])
        for change in _changed(one.get(name, ()), other.get(name, ()))
    ]
    return pd.DataFrame(found, columns=list(TABLE_COLUMNS))


def _tables(bundle: Bundle) -> Iterator[tuple[str, Rows]]:
    yield "estimates", [{name: getattr(e, name) for name in (*_KEYS, *_VALUES, *_OTHER)} for e in bundle.estimates]
    yield "balance", bundle.balance or ()
    yield "steps", [{"step": step.step, "families": step.families, "rows": step.rows} for step in bundle.flow]
    yield "single figures", _single(bundle.facts.to_json())
    yield "design", [] if bundle.design is None else [asdict(one) for one in bundle.design.draws]
    yield "gates", [{"gate": gate.name, "figure": gate.figure, "threshold": gate.threshold} for gate in bundle.gates]
    yield from bundle.tables.items()
    for check in bundle.checks:
        if check.name != _ABOUT_THE_PLAN:
            figures = {"check": check.name, "figure": check.figure, "threshold": check.threshold}
            yield f"check {check.name}", [figures]
            yield f"check {check.name}, its table", check.table or ()


def _single(facts: Mapping[str, Any]) -> Rows:
    """Return a row a single figure; sentences among the facts quote them again."""
    return [{"name": name, "value": value} for name, value in facts.items() if _is_number(value)]


def _changed(first: Rows, second: Rows) -> Iterator[tuple[str, str, str, str]]:
    one, other = _named(stable(first)), _named(stable(second))
    for row in dict.fromkeys([*one, *other]):
        before, after = one.get(row), other.get(row)
        if before is None or after is None:
            yield row, "", "" if before is None else "there", "" if after is None else "there"
            continue
        for column in dict.fromkeys([*before, *after]):
            if not _alike(before.get(column), after.get(column)):
                yield row, str(column), _said(before.get(column)), _said(after.get(column))


def _named(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return rows by their words; by their number where words do not tell them apart."""
    words = [", ".join(str(value) for value in row.values() if isinstance(value, str | bool)) for row in rows]
    if len(set(words)) < len(words) or not all(words):
        leads = [_said(next(iter(row.values()), "")) for row in rows]  # a table's first column names its row
        words = [f"{one}, {lead}".removeprefix(", ") for one, lead in zip(words, leads, strict=True)]
    if len(set(words)) < len(words):
        words = [f"row {number}" for number in range(1, len(rows) + 1)]
    return dict(zip(words, rows, strict=True))


def _alike(first: Any, second: Any) -> bool:
    if _is_number(first) and _is_number(second):
        return bool(abs(first - second) <= _SLIGHT * max(1.0, abs(first)))
    return bool(first == second)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.6g}" if _is_number(value) and isinstance(value, float) else str(value)
