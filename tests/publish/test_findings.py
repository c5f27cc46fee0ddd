"""Members' findings: a row for each thing that was asked, the answer that leads, and nothing that was not published."""

from __future__ import annotations

from dataclasses import replace

from toolkit.publish.members.findings import ASKED, DO_NOT_AGREE, NOT_PUBLISHED, findings
from toolkit.publish.members.model import Days, MemberEstimate, MemberVerdict, MemberView


def view(question: str, code: str, sentence: str, *concerns: str, size: str = "") -> MemberView:
    verdict = MemberVerdict(code, sentence, "", (), 2, "", concerns=concerns)
    sizes = (MemberEstimate("o", "l", 100, -2, -3, -1, size),) if size else ()
    return MemberView(
        question=question, title="t", recommendation="r", simulated=True, as_of=Days(), verdict=verdict,
        estimates=sizes, families={}, tables={}, key="c",
    )  # fmt: skip


def test_every_recommendation_has_a_row_before_anything_is_published() -> None:
    rows = findings([], simulated=True)
    assert [row.asked.number for row in rows] == [asked.number for asked in ASKED]
    assert {row.answer for row in rows} == {NOT_PUBLISHED} and not any(row.is_answer for row in rows)


def test_a_row_is_the_answer_with_its_size_and_how_far_to_trust_it() -> None:
    said = view("rec11_referrals", "fewer", "About 2 fewer were referred. From 3 to 1.", "One.", "Two.", size="2 fewer")
    (row,) = [row for row in findings([said], simulated=True) if row.question == "rec11_referrals"]
    assert (row.answer, row.size, row.is_answer) == ("About 2 fewer were referred.", "2 fewer", True)
    assert row.trust == "2 of 5; 2 things to keep in mind"


def row_of(*ways: MemberView):
    return next(row for row in findings(ways, simulated=True) if row.asked.number == "Recommendation 10")


def test_of_several_ways_the_first_that_is_not_barred_stands_whatever_it_found() -> None:
    series = view("rec10_county_series", "fewer", "Fewer came. From 3 to 1.", size="2 fewer")
    row = row_of(series, view("rec10_reach_areas", "inconclusive", "We cannot tell. The range is wide."))
    assert (row.question, row.answer, row.size, row.is_answer) == ("rec10_reach_areas", "We cannot tell.", "", False)
    row = row_of(series, view("rec10_reach_areas", "cannot_say", "These data cannot answer the question."))
    assert (row.question, row.answer, row.size, row.is_answer) == (
        "rec10_county_series",
        "Fewer came.",
        "2 fewer",
        True,
    )


def test_ways_that_do_not_agree_are_no_answer() -> None:
    row = row_of(view("rec10_reach_areas", "fewer", "Fewer."), view("rec10_county_series", "more", "More."))
    assert (row.answer, row.is_answer, row.size) == (DO_NOT_AGREE, False, "")


def test_what_is_real_never_stands_with_what_is_simulated() -> None:
    real = replace(view("rec10_synthetic_county", "fewer", "Fewer."), simulated=False)
    assert row_of(real).question is None
    assert row_of(real, view("rec10_county_series", "more", "More.")).answer == "More."


def test_a_cost_is_a_sign_only_where_one_was_entered() -> None:
    said = view("para73_decision", "decided", "Not yet.")
    row = {"name": "cost", "standing": "met", "figure": 12.4, "low": 12.4, "high": 12.4, "threshold": 20.0}
    for tables, cost in (
        ({"decision_criteria": [row]}, "about £12 of workers' time for each family"),
        ({"decision_criteria": [{**row, "figure": None}]}, ""),
    ):
        found = findings([replace(said, tables=tables)], simulated=True)
        assert [one.signs.get("What it costs", "") for one in found if one.question == "para73_decision"] == [cost]
    assert not any(
        "What it costs" in one.signs for one in findings([view("rec12_reach", "fewer", "Fewer.")], simulated=True)
    )
