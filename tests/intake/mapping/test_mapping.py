"""Exports of other systems: their columns are proposed, confirmed, and read as the template's."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.mapping.mapping import needs_mapping, propose, with_columns
from toolkit.intake.mapping.saved import FOLDER, last_declared, recall, remember
from toolkit.intake.outgoing.left_out import left_out_bytes
from toolkit.intake.review.context import ReviewContext
from toolkit.intake.review.review import review
from toolkit.tables import table

SCORES = table("progress_scores")
FAMILIES = tuple(f"F{number:06}" for number in range(1, 31))
CONTEXT = ReviewContext(
    centre_ids=frozenset({"C01"}),
    family_ids=frozenset(FAMILIES),
    declared={"higher_is": "better"},
    today=date(2012, 12, 31),
)
DECLARED = CONTEXT.declared
RIGHT = {0: "family_id", 1: "centre_id", 2: "scored_on", 3: "stage", 4: "score"}


def export(*headings: str, rows: list[tuple[str, ...]] | None = None, title: str = ""):
    stages = ("start", "review", "end")
    filled = rows or [
        (family, "C01", f"{at % 27 + 1:02}/05/2012", stages[at % 3], str(at % 5 + 1))
        for at, family in enumerate(FAMILIES)
    ]
    text = io.StringIO()
    csv.writer(text).writerows([*([[title]] if title else []), headings, *filled])
    return read_sheet(text.getvalue().encode(), "export.csv")


EXPORTS = {
    "another system's words": ("Client Ref", "Site", "Assessed On", "Visit type", "Outcome rating (1-5)"),
    "run together": ("FamilyID", "SiteCode", "ScoreDate", "StageOfSupport", "ScoreGiven"),
    "misspelt": ("Famly number", "Center number", "Dat of score", "Stge", "Scroe"),
    "shouting": ("FAMILY_REF_NO", "CENTRE_CODE_X", "DT_SCORED", "STG", "PROGRESS_SCORE_VALUE"),
    "letters that say nothing": ("a", "b", "c", "d", "e"),
    "another language": ("العائلة", "المركز", "التاريخ", "المرحلة", "الدرجة"),
}


@pytest.mark.parametrize("headings", EXPORTS.values(), ids=EXPORTS)
@pytest.mark.parametrize("title", ["", "Report of the spring, 2012"])
def test_the_columns_of_an_export_are_proposed_and_read_as_the_templates(headings, title) -> None:
    raw = export(*headings, title=title)
    assert needs_mapping(raw, SCORES, DECLARED)
    proposal = propose(raw, SCORES, CONTEXT)
    assert proposal is not None
    assert proposal.columns == RIGHT
    found = review(with_columns(raw, SCORES, proposal, proposal.columns), SCORES, CONTEXT)
    assert found.problems == ()
    assert list(found.rows["family_id"]) == list(FAMILIES)
    assert list(found.rows["score"]) == [at % 5 + 1 for at in range(30)]
    assert any(notice.sentence.startswith('Read as you said: "') for notice in found.notices)


def test_the_templates_own_headings_need_no_mapping() -> None:
    raw = export("Family number", "Centre number", "Date of score", "Stage", "Score")
    assert not needs_mapping(raw, SCORES, DECLARED)


def test_a_column_left_out_altogether_is_told_and_not_asked_for() -> None:
    raw = export(
        "Family number", "Centre number", "Date of score", "Stage", rows=[("F000001", "C01", "1/5/2012", "end")]
    )
    assert not needs_mapping(raw, SCORES, DECLARED)


def test_values_that_do_not_fit_are_not_proposed_whatever_the_heading_says() -> None:
    raw = export("Client", "Site", "Score of day", "Kind", "Mark", rows=[("F000001", "C01", "never", "start", "5")] * 3)
    proposal = propose(raw, SCORES, CONTEXT)
    assert proposal is not None
    assert proposal.columns.get(2) not in {"scored_on", "score"}


def test_families_that_are_not_stored_yet_are_known_by_the_heading() -> None:
    rows = [("N1", "C01", "01/05/2012", "start", "5")]
    proposal = propose(export("Family ref number", "Site", "Day", "Kind", "Mark", rows=rows), SCORES, CONTEXT)
    assert proposal is not None
    assert proposal.columns[0] == "family_id"


def test_how_sure_it_is_is_said_in_a_word() -> None:
    proposal = propose(export("Family number", "Site", "When", "Stage", "Mark"), SCORES, CONTEXT)
    assert proposal is not None
    words = [one.how_sure for one in proposal.suggestions]
    assert words[0] == words[3] == "sure"
    assert words[2] == "a guess"


def test_a_column_that_was_not_chosen_is_not_used_even_if_its_heading_means_one() -> None:
    rows = [("F000001", "C01", "01/05/2012", "start", "5", "2")]
    raw = export("Client", "Site", "Day", "Kind", "Score", "New mark", rows=rows)
    proposal = propose(raw, SCORES, CONTEXT)
    assert proposal is not None
    chosen = {0: "family_id", 1: "centre_id", 2: "scored_on", 3: "stage", 5: "score"}
    found = review(with_columns(raw, SCORES, proposal, chosen), SCORES, CONTEXT)
    assert list(found.rows["score"]) == [2]
    assert 'Column E, "Not used: Score", is not used.' in " ".join(notice.sentence for notice in found.notices)


def test_two_columns_for_one_are_refused() -> None:
    raw = export("a", "b", "c", "d", "e")
    proposal = propose(raw, SCORES, CONTEXT)
    assert proposal is not None
    with pytest.raises(InputError) as caught:
        with_columns(raw, SCORES, proposal, {0: "family_id", 1: "family_id"})
    assert str(caught.value) == 'Columns A ("a") and B ("b") are both said to be "Family number". Choose one of them.'


def test_problems_keep_the_files_own_cells_and_the_mended_file_needs_no_mapping() -> None:
    raw = export(*EXPORTS["run together"], rows=[("F000001", "C01", "31/04/2012", "start", "3")])
    proposal = propose(raw, SCORES, CONTEXT)
    assert proposal is not None
    found = review(with_columns(raw, SCORES, proposal, RIGHT), SCORES, CONTEXT)
    assert [problem.cell for problem in found.problems] == ["C2"]
    assert not needs_mapping(read_sheet(left_out_bytes(found), "mend.xlsx"), SCORES, DECLARED)


def test_a_file_without_words_proposes_nothing() -> None:
    assert propose(read_sheet(b"1,2\n3,4\n", "x.csv"), SCORES, CONTEXT) is None


def test_what_was_said_is_recalled_for_the_same_headings_in_any_order(tmp_path) -> None:
    headings = EXPORTS["letters that say nothing"]
    first = propose(export(*headings), SCORES, CONTEXT)
    assert first is not None
    assert recall(tmp_path, "C01", SCORES, first) is None
    remember(tmp_path, "C01", SCORES, first, RIGHT, DECLARED)
    turned = propose(
        export(*reversed(headings), rows=[("5", "start", "01/05/2012", "C01", "F000001")]), SCORES, CONTEXT
    )
    assert turned is not None
    said = recall(tmp_path, "C01", SCORES, turned)
    assert said is not None
    assert said.columns == {4: "family_id", 3: "centre_id", 2: "scored_on", 1: "stage", 0: "score"}
    assert said.declared == {"higher_is": "better"}
    assert last_declared(tmp_path, "C01", SCORES) == {"higher_is": "better"}


def test_another_centre_and_other_headings_recall_nothing(tmp_path) -> None:
    first = propose(export("a", "b", "c", "d", "e"), SCORES, CONTEXT)
    other = propose(export("a", "b", "c", "d", "f"), SCORES, CONTEXT)
    assert first is not None and other is not None
    remember(tmp_path, "C01", SCORES, first, RIGHT, DECLARED)
    assert recall(tmp_path, "C02", SCORES, first) is None
    assert recall(tmp_path, "C01", SCORES, other) is None
    assert last_declared(tmp_path, "C02", SCORES) == {}


def test_nothing_of_the_file_is_kept_not_even_its_headings(tmp_path) -> None:
    proposal = propose(export("Jane Smith", "Site F000001", "When", "Kind", "Mark"), SCORES, CONTEXT)
    assert proposal is not None
    remember(tmp_path, "../C01", SCORES, proposal, RIGHT, DECLARED)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.parent for path in kept] == [tmp_path / FOLDER]
    text = kept[0].read_text(encoding="utf-8")
    assert not any(word in text for word in ("Jane", "janesmith", "F000001", "f000001", "Mark", "mark"))


def test_a_spoilt_memory_is_asked_again_and_written_anew(tmp_path) -> None:
    proposal = propose(export("a", "b", "c", "d", "e"), SCORES, CONTEXT)
    assert proposal is not None
    remember(tmp_path, "C01", SCORES, proposal, RIGHT, DECLARED)
    path = next((tmp_path / FOLDER).iterdir())
    for spoilt in (b"", b"{", b"[]", b'{"layouts": 3}', b'{"layouts": [{}, 3]}', b"\xff\xfe"):
        path.write_bytes(spoilt)
        assert recall(tmp_path, "C01", SCORES, proposal) is None
    remember(tmp_path, "C01", SCORES, proposal, RIGHT, DECLARED)
    assert recall(tmp_path, "C01", SCORES, proposal) is not None


def test_a_folder_that_cannot_be_written_is_said(tmp_path) -> None:
    proposal = propose(export("a", "b", "c", "d", "e"), SCORES, CONTEXT)
    assert proposal is not None
    (tmp_path / FOLDER).write_text("a file in the way")
    with pytest.raises(InputError, match="What was said of the columns cannot be kept"):
        remember(tmp_path, "C01", SCORES, proposal, RIGHT, DECLARED)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=8))
def test_any_table_gives_a_proposal_or_none_and_never_one_column_twice(rows) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    try:
        raw = read_sheet(text.getvalue().encode("utf-8", "replace"), "x.csv")
    except InputError:
        return
    needs_mapping(raw, SCORES, DECLARED)
    proposal = propose(raw, SCORES, CONTEXT)
    if proposal is not None:
        assert len(set(proposal.columns.values())) == len(proposal.columns)
        review(with_columns(raw, SCORES, proposal, proposal.columns), SCORES, CONTEXT)
