"""What the statistics note of an estimate is a check's answer, in words a lead reads."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from toolkit.stats import Note
from toolkit.studies.matched_cohort.checks import own_notes
from toolkit.studies.result import Check


def checked(*notes: Note) -> Check:
    return own_notes.check(SimpleNamespace(notes=notes))  # type: ignore[arg-type]


def test_a_serious_note_warns_in_the_covariates_own_names() -> None:
    found = checked(
        Note("terms_apart", "After matching …", {"terms": "score, idaci_decile"}),
        Note("squares_or_products_apart", "…", {"terms": "idaci_decile × idaci_decile, children × district[north]"}),
        Note("missing_values", "Missing values in x: 3 rows."),
    )
    assert (found.status, found.figure) == ("warn", 2.0)
    assert "differ by more than chance on how likely families were to join, " in found.sentence
    assert "idaci_decile" not in found.sentence and "×" not in found.sentence


def test_no_count_of_a_note_leaves_with_the_check() -> None:
    """Its words may count a few families, past the book that hides them."""
    found = checked(
        Note("few_matched", "Only 3 of 7 treated rows have a match.", {"matched": 3, "sought": 7}),
        Note("extreme_weights", "The 4 rows are worth 2.", {"rows": 4, "effective_sample_size": 2}),
    )
    assert found.status == "warn" and found.figure == 2.0 and found.table is None
    assert not any(mark.isdigit() for mark in found.sentence)


def test_notes_that_bar_nothing_pass_and_a_long_list_is_cut_short() -> None:
    assert checked().status == checked(Note("shared_slopes", "…")).status == "pass"
    many = checked(Note("terms_apart", "…", {"terms": "a, b, c, d, e"}))
    assert "a, b, c, 2 more" in many.sentence


@pytest.mark.parametrize("code", own_notes.SERIOUS)
def test_every_serious_note_has_a_sentence_of_its_own(code: str) -> None:
    found = checked(Note(code, "…", {"terms": "age"}))
    assert found.status == "warn" and found.sentence.endswith(".") and "{" not in found.sentence
