"""What is said of a council beside its mixture: what could be seen first, and a range that takes no side."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pandas as pd
import pytest

from readability import READABLE_AT, reading_grade
from toolkit.charts.money.synthetic import gaps_in_words, spread_of_gaps, table_of_gaps, table_of_path
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import load_policy
from toolkit.publish.figures.shown import Shown
from toolkit.publish.figures.tables import book_of
from toolkit.publish.verdicts import synthetic_county
from toolkit.publish.verdicts.rule import UNSAID, Verdict
from toolkit.studies.result import AsOf, Estimate, Gate
from toolkit.studies.synthetic_county.facts import SyntheticCountyFacts

FEWER, NONE, WIDE = (-0.124, -0.2, -0.03), (-0.01, -0.04, 0.03), (0.03, -0.34, 0.62)


def said(figures: tuple[float, float, float], *, failed: Gate | None = None, **known: Any) -> Verdict:
    facts = {
        "council": "Worcestershire", "is_there": True, "treated_year": 2012, "last_year": 2012, "years_before": 2,
        "donors": 138, "left_out": 13, "smallest_visible": 0.45, "chosen": "before", "margin": 0.05,
    }  # fmt: skip
    blank: dict[str, Any] = {field.name: 0 for field in fields(SyntheticCountyFacts)}
    estimate, low, high = figures
    bundle = Bundle(
        question="q", title="t", kind="synthetic_county", recommendation="r", simulated=False, protocol_hash="p",
        snapshot_hash="s", version="v", seed=1, as_of=AsOf(),
        estimates=(Estimate("referrals", "synthetic_control", "difference", estimate, None, low, high),),
        balance=None, gates=() if failed is None else (failed,), flow=(), tables={},
        facts=SyntheticCountyFacts(**(blank | facts | known)), verdict=UNSAID,
    )  # fmt: skip
    policy = load_policy()
    return synthetic_county.verdict(bundle, Shown.to_staff(book_of(bundle, policy), policy))


def test_where_it_cannot_tell_one_sentence_takes_no_side_and_says_what_could_have_been_seen() -> None:
    one = said(WIDE)
    assert one.code == "inconclusive" and one.maryland_level == 2
    assert one.sentence == (
        "With 2 years of counts before and 138 councils to compare with, a fall of less than about 45 in every "
        "100 would go unseen. The counts speak neither for what Worcestershire did nor against it. Of every 100 "
        "referrals we would expect in 2011/12, they fit anything from 34 fewer to 62 more."
    )
    assert synthetic_county.TO_KNOW in one.cannot_show
    assert not any(sign in one.detail for sign in ("fewer to", "more to", "34", "62"))


@pytest.mark.parametrize(("chosen", "word"), [("no", "picked"), ("before", "had gone up"), ("across", "just then")])
def test_how_the_council_was_picked_is_always_said(chosen: str, word: str) -> None:
    assert word in said(WIDE, chosen=chosen).cannot_show[0]


def test_an_answer_gives_its_figure_and_many_years_before_raise_what_it_is_worth() -> None:
    one = said(FEWER, last_year=2014, years_before=6, moved_starts=4)
    assert one.code == "fewer" and one.maryland_level == 3
    assert "in the 3 years to 2013/14, there were about 12 fewer." in one.sentence
    assert synthetic_county.NOT_SHOWN_ALIKE not in one.cannot_show and "none of them" in one.detail
    assert said(FEWER, years_before=6, moved_starts=4, moved_beyond=1).maryland_level == 2
    assert said(NONE).code == "little_or_no_difference"


def test_what_is_missing_is_said_and_nothing_else() -> None:
    gate = Gate("published_counts", "fail", None, None, "No published counts. Import the Department's files.")
    one = said(WIDE, failed=gate, is_there=False, smallest_visible=None)
    assert one.code == "cannot_say" and one.detail == "" and one.cannot_show == ()
    assert one.sentence.endswith("No published counts. Import the Department's files.")


def test_anyone_can_read_it() -> None:
    for one in (said(WIDE), said(FEWER, years_before=6, moved_starts=4), said(NONE)):
        assert reading_grade(one.summary()) <= READABLE_AT


def test_the_council_itself_is_drawn_only_where_its_gap_may_be_shown() -> None:
    rows = pd.DataFrame(
        {
            "area": [area for area in "WABC" for _ in range(2)],
            "year": [2011, 2012] * 4,
            "gap": [0.0, -0.55, 0.0, 0.1, 0.0, -0.2, 0.0, 2.5],
            "is_council": [True, True] + [False] * 6,
        }
    )
    without = table_of_gaps(rows, with_council=False)
    assert len(without) == 6 and not without["is_council"].any() and -55 not in set(without["gap"])
    assert without["gap"].max() == 100
    assert -55 in set(table_of_gaps(rows, with_council=True)["gap"])
    spread = spread_of_gaps(table_of_gaps(rows, with_council=True))
    assert spread.iloc[-1].tolist() == spread_of_gaps(without).iloc[-1].tolist()
    assert "In 2012, 19 of 20 lie between" in gaps_in_words(spread)
    path = table_of_path(pd.DataFrame({"year": [2011, 2012], "rate": [248.4, 90.6], "mixture": [240.0, 100.0]}), "W")
    assert path["rate"].tolist() == [248, 91, 240, 100]
