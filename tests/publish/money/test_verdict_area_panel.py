"""What is said of councils' money: what could be seen first, figures where they may be, words anyone can read."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from readability import READABLE_AT, reading_grade
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import load_policy
from toolkit.publish.disclosure.protect import protect
from toolkit.publish.figures.shown import Shown
from toolkit.publish.figures.tables import book_of, member_tables
from toolkit.publish.verdicts import area_panel
from toolkit.publish.verdicts.rule import UNSAID, Verdict
from toolkit.studies.area_panel.facts import AreaPanelFacts
from toolkit.studies.result import AsOf, Estimate, Gate

ROWS = [{"year": 2018 + one, "councils": 146, "referrals": 640_000, "rate": 553.3, "pounds": 66.6} for one in (0, 1)]
COURSE = [{"year": 2019, "council": 421.1, "region": 595.9, "england": 553.5}]
FEWER, NONE, WIDE = (-0.08, -0.12, -0.04), (-0.002, -0.033, 0.03), (-0.02, -0.06, 0.02)


def bundle_of(
    figures: tuple[float, float, float], failed: Gate | None, rows: list[dict[str, Any]], known: dict[str, Any]
) -> Bundle:
    blank: dict[str, Any] = {field.name: 0 for field in fields(AreaPanelFacts)}
    facts = {
        "councils": 150, "years": 8, "first_year": 2012, "last_year": 2019, "smallest_visible": 0.044, "margin": 0.05,
        "plain": None, "unbroken": None, "trended": None, "second": (-0.01, -0.05, 0.03), "breaks": 17,
        "council": "Worcestershire", "councils_broken": 12, "relabelled": 17, "relabelled_asked": True,
        "ways_agree": True, "one_council": 0.364, "outcome": "referrals", "second_outcome": "section_47_enquiries",
        "spending": "spend_gbp_sure_start_total",
    }  # fmt: skip
    estimate, low, high = figures
    return Bundle(
        question="q", title="t", kind="area_panel", recommendation="r", simulated=False, protocol_hash="p",
        snapshot_hash="s", version="v", seed=1, as_of=AsOf(),
        estimates=(Estimate("referrals", "two_way_fixed_effects", "difference", estimate, 0.02, low, high),),
        balance=None, gates=() if failed is None else (failed,), flow=(),
        tables={"panel_years": rows, "panel_course": COURSE, "panel_breaks": [{"council": "Warwickshire"}]},
        facts=AreaPanelFacts(**(blank | facts | known)), verdict=UNSAID,
    )  # fmt: skip


def said(
    figures: tuple[float, float, float], *, failed: Gate | None = None, rows: list[dict[str, Any]] = ROWS, **known: Any
) -> Verdict:
    bundle, policy = bundle_of(figures, failed, rows, known), load_policy()
    return area_panel.verdict(bundle, Shown.to_staff(book_of(bundle, policy), policy))


def test_each_answer_says_first_what_could_be_seen_and_then_what_was() -> None:
    first = (
        "Say a council spends twice as much. With 150 councils and 8 years, a change of less than about 4 in every 100 "
        "referrals would go unseen. "
    )
    fewer = said(FEWER)
    assert (fewer.code, fewer.maryland_level) == ("fewer", 2)
    assert fewer.sentence == first + (
        "Of every 100 referrals, about 8 fewer were counted where a council spent twice as much the year before. The "
        "data fit anything from 12 fewer to 4 fewer."
    )
    assert "Of section 47 enquiries it was 1 fewer of every 100 (from 5 fewer to 3 more)" in fewer.detail
    wide = said(WIDE)
    assert wide.code == "inconclusive" and "section 47" not in wide.detail
    assert wide.sentence == first + (
        "We cannot tell if the money changed referrals. Of every 100 referrals, the data fit anything from 6 fewer to "
        "2 more, where a council spent twice as much the year before. That takes in each way we tried to treat breaks "
        "in records."
    )
    assert said(NONE).code == "little_or_no_difference"
    assert said((0.1, 0.02, 0.2)).code == "more"


def test_little_or_no_difference_must_hold_however_breaks_are_treated() -> None:
    assert said(NONE, plain=NONE, unbroken=NONE).code == "little_or_no_difference"
    for name in ("plain", "unbroken"):
        one = said(NONE, **{name: WIDE})
        assert one.code == "inconclusive" and "anything from 6 fewer to 3 more" in one.sentence
    assert said(FEWER, plain=(0.08, 0.04, 0.12)).code == "inconclusive"
    assert said(FEWER, plain=WIDE, unbroken=FEWER).code == "fewer"


def test_what_councils_own_paths_would_make_is_no_answer() -> None:
    left, gone = (-0.05, -0.11, 0.01), (-0.03, -0.09, 0.03)
    assert said(FEWER, trended=left).code == "fewer"
    one = said(FEWER, trended=gone)
    assert one.code == "inconclusive" and one.sentence.endswith(area_panel.GOING_ALREADY)
    assert "fewer" not in one.sentence
    assert said(WIDE, trended=gone).sentence.endswith(area_panel.EACH_WAY)


def test_what_fired_is_said_and_what_one_council_can_show() -> None:
    one = said(WIDE)
    assert "The records of 12 councils break in these years." in one.detail
    assert "its money for centres may have changed its name, so its fall may not be read as a cut" in one.detail
    assert "Worcestershire" in one.detail and "Worcestershire" not in said(WIDE, relabelled_asked=False).detail
    assert any("less than about 36 in every 100" in line for line in one.cannot_show)
    assert area_panel.AVERAGE in said(WIDE, one_council=None).cannot_show


def test_a_gate_that_failed_or_a_count_of_few_gives_no_answer() -> None:
    gate = Gate("recording_asked", "fail", 1, 0, "What Worcestershire records breaks in the year ending 2016.")
    barred = said(FEWER, failed=gate, trended=(0.0, -0.1, 0.1))
    assert barred.code == "cannot_say" and barred.detail == ""
    assert barred.sentence.endswith(f"These data cannot answer the question. {gate.sentence}")
    few = said(FEWER, rows=[{**ROWS[0], "referrals": 2}, ROWS[1]])
    assert few.code == "cannot_say" and few.sentence.endswith(area_panel.TOO_FEW)


def test_members_see_what_was_counted_and_a_council_beside_others_and_no_list_of_breaks() -> None:
    bundle, policy = bundle_of(WIDE, None, ROWS, {}), load_policy()
    shown = member_tables(bundle.tables, protect(book_of(bundle, policy), policy), policy)
    assert set(shown) == {"panel_years", "panel_course"}
    assert shown["panel_course"] == [{"year": 2019, "council": 421.1, "region": 595.9, "england": 553.5}]
    assert shown["panel_years"][0]["referrals"] == 640_000 and shown["panel_years"][0]["pounds_a_child"] == 67


@pytest.mark.parametrize("figures", [FEWER, NONE, WIDE])
def test_it_can_be_read_at_twelve(figures: tuple[float, float, float]) -> None:
    for known in ({}, {"trended": (0.0, -0.1, 0.1)}):
        text = replace(said(figures, **known), evidence="").summary()
        assert reading_grade(text) <= READABLE_AT, text
