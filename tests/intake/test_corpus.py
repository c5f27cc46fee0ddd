"""Every file of the hostile corpus is read exactly, or refused with the sentence stated for it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.intake.context import ReviewContext
from toolkit.intake.review import review
from toolkit.intake.spreadsheet import read_sheet
from toolkit.tables import table

_spec = importlib.util.spec_from_file_location("intake_corpus", Path(__file__).with_name("corpus.py"))
assert _spec is not None and _spec.loader is not None
corpus = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(corpus)
CASES = corpus.CASES
case_module = sys.modules["corpus_case"]
CONTEXT = ReviewContext(
    centre_ids=frozenset({"C01", "C02"}),
    permitted_centre_ids=frozenset({"C01"}),
    family_ids=case_module.FAMILIES,
    declared={"higher_is": "better"},
    today=case_module.TODAY,
)
OTHER = ReviewContext(today=case_module.TODAY)


def says(sentence: str, expected: str) -> bool:
    return sentence.startswith(expected[:-1]) if expected.endswith("…") else sentence == expected


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_file_is_read_exactly_or_refused_with_its_sentence(case) -> None:
    data = case.build()
    try:
        raw = read_sheet(data, case.file)
    except InputError as error:
        assert case.refused, str(error)
        assert says(str(error), case.refused), str(error)
        return
    assert not case.refused, f"it was read: {raw.sheets}"
    found = review(raw, table(case.table), CONTEXT if case.table == "progress_scores" else OTHER)
    rows = tuple(
        tuple(None if pd.isna(value) else value for value in row)
        for row in found.rows.astype(object).itertuples(index=False, name=None)
    )
    assert rows == case.rows
    sentences = tuple(problem.sentence for problem in found.problems)
    assert len(sentences) == len(case.problems), sentences
    assert all(map(says, sentences, case.problems)), sentences
    told = {notice.sentence for notice in found.notices}
    assert set(case.notices) <= told, told


def test_there_are_enough_and_each_is_named_once() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(CASES) >= 300


def test_the_files_are_the_same_every_time() -> None:
    assert all(case.build() == case.build() for case in CASES[::7])
