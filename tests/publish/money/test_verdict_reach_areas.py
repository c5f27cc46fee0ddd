"""What is said of money by reach area: what could be seen first, figures where they may be, words anyone can read."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from readability import READABLE_AT, reading_grade
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import load_policy
from toolkit.publish.figures.shown import Shown
from toolkit.publish.figures.tables import book_of
from toolkit.publish.verdicts import reach_areas
from toolkit.publish.verdicts.rule import UNSAID, Verdict
from toolkit.studies.reach_areas.facts import ReachAreasFacts
from toolkit.studies.result import AsOf, Estimate, Gate

ROWS = [
    {"group": group, "areas": 11, "dose": dose, "before": 900, "after": 400}
    for group, dose in (("least", 12.0), ("middle", 16.0), ("most", 28.0))
]


def said(
    figures: tuple[float, float, float], *, failed: Gate | None = None, rows: list[dict[str, Any]] = ROWS, **known: Any
) -> Verdict:
    blank: dict[str, Any] = {field.name: 0 for field in fields(ReachAreasFacts)}
    facts = {
        "areas": 34, "quarters_after": 7, "smallest_visible": 0.14, "quarters_for_visible": 17, "smallest_wanted": 0.15,
        "prevented": (-0.12, -0.2, -0.03), "ways_agree": True, "margin": 0.05, "trends_alike": True, "opening": None,
        "counts": "families", "child_under_months": 60, "trend": None, "least_dose": 12.3, "most_dose": 38.0,
    }  # fmt: skip
    estimate, low, high = figures
    bundle = Bundle(
        question="q", title="t", kind="reach_areas", recommendation="r", simulated=False, protocol_hash="p",
        snapshot_hash="s", version="v", seed=1, as_of=AsOf(),
        estimates=(Estimate("referrals_of_young_children", "dose_change", "difference", estimate, 0.03, low, high),),
        balance=None, gates=() if failed is None else (failed,), flow=(), tables={"money_groups": rows},
        facts=ReachAreasFacts(**(blank | facts | known)), verdict=UNSAID,
    )  # fmt: skip
    policy = load_policy()
    return reach_areas.verdict(bundle, Shown.to_staff(book_of(bundle, policy), policy))


FEWER, NONE, WIDE = (-0.124, -0.2, -0.03), (-0.01, -0.04, 0.03), (-0.14, -0.3, 0.05)


def test_each_answer_says_first_what_could_be_seen_and_then_what_was() -> None:
    first = "With 34 areas and 7 quarters of money, a fall of less than about 14 in every 100 would go unseen. "
    fewer = said(FEWER)
    assert fewer.code == "fewer" and fewer.maryland_level == 3
    assert fewer.sentence == first + (
        "Of every 100 referrals of children under 5, about 12 fewer came than without the money, in an area with a "
        "typical share of it. The data fit anything from 20 fewer to 3 fewer."
    )
    assert "In the whole county that is 12 fewer of every 100 (from 20 fewer to 3 fewer)." in fewer.detail
    wide = said(WIDE)
    assert wide.code == "inconclusive"
    assert wide.sentence.endswith(
        "We see no clear change where more of the money went, so we cannot tell. Of every 100 referrals of children "
        "under 5, the data fit anything from 30 fewer to 5 more."
    )
    assert said(NONE).code == "little_or_no_difference"
    assert said((0.1, 0.02, 0.2)).code == "more"


def test_what_cannot_tell_quotes_no_figure_of_the_effect_and_says_what_would_settle_it() -> None:
    wide = said(WIDE, opening=(-0.1, -0.2, 0.1))
    assert "whole county" not in wide.detail and "centre opened, it was" not in wide.detail
    assert any("we would need about 17 quarters" in one for one in wide.cannot_show)
    assert reach_areas.TO_KNOW_LOT in said(WIDE, quarters_for_visible=None).cannot_show
    assert reach_areas.TRENDS_NOT_SHOWN in said(WIDE, trends_alike=False).cannot_show
    assert said(WIDE, trends_alike=False).maryland_level == 2
    assert "it was 10 fewer of every 100 (from 20 fewer to 10 more)" in said(FEWER, opening=(-0.1, -0.2, 0.1)).detail
    assert reach_areas.TOO_FEW_OPENED in said(FEWER).detail


def test_a_path_of_before_that_goes_the_same_way_speaks_against_an_answer() -> None:
    shown, whole = (-0.05, -0.09, -0.01), (-0.15, -0.4, 0.1)
    for trend in (shown, whole):
        one = said(FEWER, effect=FEWER, trend=trend)
        assert one.code == "inconclusive" and one.sentence.endswith(reach_areas.GOING_ALREADY)
        assert "fewer" not in one.sentence
    for trend in ((-0.05, -0.2, 0.1), (0.15, 0.05, 0.3), None):
        assert said(FEWER, effect=FEWER, trend=trend).code == "fewer"
    more = (0.1, 0.02, 0.2)
    assert said(more, effect=more, trend=(0.05, 0.01, 0.1)).code == "inconclusive"
    assert said(WIDE, effect=WIDE, trend=shown).sentence.endswith("anything from 30 fewer to 5 more.")


def test_a_gate_that_failed_or_a_count_of_few_gives_no_answer() -> None:
    gate = Gate("recording", "fail", 0.001, 0.01, "Counts in North stepped on their own.")
    barred = said(FEWER, failed=gate)
    assert barred.code == "cannot_say" and barred.detail == ""
    assert barred.sentence.endswith("These data cannot answer the question. Counts in North stepped on their own.")
    few = said(FEWER, rows=[{**ROWS[0], "after": 2}, *ROWS[1:]])
    assert few.code == "cannot_say" and few.sentence.endswith(reach_areas.TOO_FEW)


@pytest.mark.parametrize("figures", [FEWER, NONE, WIDE])
def test_it_can_be_read_at_twelve(figures: tuple[float, float, float]) -> None:
    one = said(figures, trends_alike=False, quarters_for_visible=None)
    for text in (replace(one, evidence="").summary(), said(figures, opening=(-0.1, -0.2, 0.1)).summary()):
        assert reading_grade(text) <= READABLE_AT, text
