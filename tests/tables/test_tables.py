"""The tables agree with themselves, with each other and with their checks."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.tables import TABLES, Kind, table
from toolkit.tables.checks import CHECKS, not_before

EVERY_TABLE = pytest.mark.parametrize("one", TABLES.values(), ids=list(TABLES))


@EVERY_TABLE
def test_names_keys_and_references_exist(one) -> None:
    assert len(set(one.names)) == len(one.names)
    assert len({column.label for column in one.columns}) == len(one.columns)
    assert set(one.key) <= set(one.names)
    before = list(TABLES)[: list(TABLES).index(one.name)]
    for column in one.columns:
        if column.refers_to:
            other, name = column.refers_to.split(".")
            assert TABLES[other].column(name).kind is Kind.IDENTIFIER
            assert other in before


@EVERY_TABLE
def test_kinds_codes_and_ranges_fit_each_other(one) -> None:
    for column in one.columns:
        assert bool(column.codes) == (column.kind is Kind.CODE), column.name
        has_range = column.minimum is not None or column.maximum is not None
        assert not has_range or column.kind in {Kind.WHOLE, Kind.DECIMAL}, column.name
        assert not column.months_ahead or column.kind in {Kind.DATE, Kind.MONTH}, column.name
        assert not column.is_declared or column.codes or column.refers_to, column.name
        assert not column.is_pseudonym or column.kind is Kind.IDENTIFIER, column.name
        assert column.description.endswith("."), column.name


@EVERY_TABLE
def test_a_key_column_is_required_or_has_a_default_but_for_who_scored(one) -> None:
    columns = [one.column(name) for name in one.key]
    open_ = {each.name for each in columns if not (each.is_required or each.default or each.same_as_empty)}
    assert open_ == ({"scored_by"} if one.name == "progress_scores" else set())


def test_columns_that_name_a_family_or_child_are_pseudonyms() -> None:
    for one in TABLES.values():
        for column in one.columns:
            assert column.is_pseudonym == (column.name in {"family_id", "child_id"}), f"{one.name}.{column.name}"


def test_an_unknown_table_or_column_is_named_with_the_closest() -> None:
    with pytest.raises(InputError, match='Did you mean "families"'):
        table("family")
    with pytest.raises(InputError, match=r'has no column "scor"\. Did you mean "score"'):
        table("progress_scores").column("scor")


def test_every_table_has_its_checks() -> None:
    assert set(CHECKS) == set(TABLES)


def frame(name: str, *rows: dict) -> pd.DataFrame:
    columns = TABLES[name].names
    found = pd.DataFrame([[row.get(column) for column in columns] for row in rows], columns=columns, dtype=object)
    return found.set_axis(range(2, len(rows) + 2), axis=0)


def found(name: str, check: str, rows: pd.DataFrame, stored: pd.DataFrame | None = None):
    one = next(one for one in CHECKS[name] if one.name == check)
    return [(finding.row, finding.column) for finding in one.find(rows, frame(name) if stored is None else stored)]


def test_a_day_before_the_earlier_one_is_found_and_empty_days_are_not() -> None:
    first, second = date(2010, 3, 4), date(2010, 3, 5)
    rows = frame(
        "registrations",
        {"registered_on": first, "left_on": second},
        {"registered_on": second, "left_on": first},
        {"registered_on": first, "left_on": first},
        {"registered_on": first},
        {"left_on": first},
    )
    assert found("registrations", "left_on_not_before_registered_on", rows) == [(3, "left_on")]
    check = not_before(TABLES["registrations"], "registered_on", "left_on")
    assert check.description == '"Left on" is not before "Registered on" in the same row.'


def score(family: str, on: date | None, stage: str, **more) -> dict:
    return {"family_id": family, "centre_id": "C1", "scored_on": on, "stage": stage, "dimension": "overall"} | more


def test_a_score_before_the_first_start_is_found_in_the_file_and_in_the_store() -> None:
    early, late, later = date(2010, 1, 1), date(2010, 2, 1), date(2010, 3, 1)
    rows = frame(
        "progress_scores",
        score("F1", late, "start"),
        score("F1", early, "review"),
        score("F1", later, "end"),
        score("F1", later, "start"),
        score("F2", early, "end"),
        score("F3", early, "end"),
        score("F1", early, "end", centre_id="C2"),
        score("F1", None, "end"),
    )
    stored = frame("progress_scores", score("F2", late, "start"))
    assert found("progress_scores", "starts_before_it_ends", rows) == [(3, "scored_on")]
    assert found("progress_scores", "starts_before_it_ends", rows, stored) == [(3, "scored_on"), (6, "scored_on")]


def test_a_file_that_says_both_better_and_worse_of_one_thing_is_found() -> None:
    day = date(2010, 1, 1)
    rows = frame(
        "progress_scores",
        score("F1", day, "start", higher_is="better"),
        score("F2", day, "start", higher_is="worse"),
        score("F3", day, "start", higher_is="worse", dimension="Parenting"),
        score("F4", day, "start", higher_is="worse", centre_id="C2"),
        score("F5", day, "start"),
    )
    assert found("progress_scores", "one_direction", rows) == [(3, "higher_is")]
