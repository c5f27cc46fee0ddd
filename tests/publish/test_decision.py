"""The decision on scores: every way that criteria can stand leads to one decision, in words that fit, with a price."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pandas as pd
import pytest

from toolkit.charts.decision import criteria_chart, criteria_in_words
from toolkit.publish.decision.picture import UNTOLD, picture_rows
from toolkit.publish.decision.price import price_of
from toolkit.publish.decision.rules import CHOICES, choose, decision_of
from toolkit.publish.decision.words import limits, said
from toolkit.publish.disclosure import Book, Policy, protect
from toolkit.publish.figures.progress_decision import decision_criteria, enter_criteria
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.rule import CODES, state_of
from toolkit.studies.progress_decision.criteria import (
    AGREEMENT,
    CHANGE,
    COMPLETE,
    COST,
    CRITERIA,
    INFLATION,
    MEANING,
    TRACKING,
    criteria_of,
)
from toolkit.studies.progress_decision.facts import ProgressDecisionFacts
from toolkit.studies.progress_decision.tables import criteria_table

GOOD = ProgressDecisionFacts(
    share_complete=(0.92, 0.9, 0.94), agreement=(0.7, 0.62, 0.76), agreement_pairs=300.0, adds_value="yes",
    added_value=(0.05, -0.01, 0.11), largest_rise=0.11, slope_ratio=0.5, change_adds_value="yes",
    change_added_value=(0.03, -0.02, 0.08), change_largest_rise=0.08, told_on=900.0, drift=(0.0, -0.1, 0.1),
    drift_against_other=(0.1, -0.3, 0.5), drift_scores=900.0, drift_double=140.0, effect=(-0.02, -0.06, 0.01),
    paths_alike=True,
    smallest_visible=0.08, months_each_side=24.0, centres_not_scoring=15, pace_scored=40.0, pace_double=11.0,
    cost_a_family=None, cost_a_scoring=None, cost_source="", wait_days=183.0, least_complete=0.8, least_agreement=0.4,
    no_agreement=0.3, least_rise=0.03, least_rise_of_change=0.01, most_drift=0.25, most_harm=0.02, most_cost=0.0,
    double_share=0.25,
)  # fmt: skip
NOTHING: dict[str, Any] = {"adds_value": "no", "change_adds_value": "no", "change_largest_rise": 0.005}


def with_(**parts: Any) -> ProgressDecisionFacts:
    return replace(GOOD, **parts)


@pytest.mark.parametrize(
    ("facts", "choice", "by"),
    [
        (GOOD, "roll_out", MEANING),
        (with_(**NOTHING, agreement=(0.0, -0.1, 0.1)), "stop", MEANING),
        (with_(**NOTHING), "conversation_only", MEANING),  # workers agree, on something else than need
        (with_(**NOTHING, agreement=None), "stop", MEANING),
        (with_(adds_value="unknown"), "mend_and_measure_again", MEANING),
        (with_(adds_value="unknown", change_adds_value="no", agreement=(0.1, -0.1, 0.29)), "stop", MEANING),
        (with_(adds_value="no"), "mend_and_measure_again", MEANING),  # change speaks against it
        (with_(share_complete=(0.5, 0.4, 0.6)), "mend_and_measure_again", COMPLETE),
        (with_(share_complete=(0.5, 0.4, 0.6), drift=(0.5, 0.4, 0.6)), "mend_and_measure_again", COMPLETE),
        (with_(drift=(0.45, 0.4, 0.5)), "conversation_only", INFLATION),  # nobody else's scores clear it
        (with_(drift=(0.45, 0.4, 0.5), drift_against_other=None), "conversation_only", INFLATION),
        (with_(drift=(0.45, 0.4, 0.5), drift_against_other=(0.0, -0.2, 0.2)), "roll_out", MEANING),  # they clear it
        (with_(drift=(0.2, 0.1, 0.3), drift_against_other=(0.3, 0.1, 0.5)), "conversation_only", INFLATION),
        (with_(drift=(0.2, 0.1, 0.3)), "mend_and_measure_again", INFLATION),
        (with_(drift=None, drift_against_other=None), "mend_and_measure_again", INFLATION),
        (with_(drift_against_other=(0.5, 0.1, 0.9)), "mend_and_measure_again", INFLATION),  # the two disagree
        (with_(change_adds_value="no", change_largest_rise=0.005), "conversation_only", CHANGE),
        (with_(change_adds_value="no", change_largest_rise=0.02), "roll_out", MEANING),
        (with_(agreement=(0.2, 0.1, 0.35)), "conversation_only", AGREEMENT),
        (with_(agreement=None), "mend_and_measure_again", AGREEMENT),
        (with_(agreement=(0.45, 0.3, 0.6)), "mend_and_measure_again", AGREEMENT),
        (with_(effect=(0.06, 0.03, 0.09)), "mend_and_measure_again", TRACKING),
        (with_(effect=(0.06, 0.01, 0.09)), "roll_out", MEANING),
        (with_(effect=None), "roll_out", MEANING),
        (with_(effect=(0.06, 0.03, 0.09), paths_alike=False), "roll_out", MEANING),  # it may be no effect of scoring
        (with_(cost_a_family=30.0, most_cost=20.0), "mend_and_measure_again", COST),
        (with_(cost_a_family=15.0, most_cost=20.0), "roll_out", MEANING),
    ],
)  # fmt: skip
def test_each_state_of_what_is_known_has_its_decision_and_the_criterion_that_decided(
    facts: ProgressDecisionFacts, choice: str, by: str
) -> None:
    found = decision_of(facts)
    assert (found.choice, found.decided_by) == (choice, by)
    assert [one.name for one in found.criteria] == list(CRITERIA)


def test_however_the_criteria_stand_there_is_one_decision_in_60_words_whose_first_sentence_has_25() -> None:
    reached = set()
    dear = with_(cost_a_family=12_345.0, cost_a_scoring=6_000.0, most_cost=1.0, pace_scored=0.01, pace_double=0.001)
    for stands in product(("met", "not_met", "not_known"), repeat=len(CRITERIA)):
        standing = dict(zip(CRITERIA, stands, strict=True))
        choice, by = choose(standing)
        reached.add((choice, by))
        price = price_of(TRACKING if choice == "roll_out" else by, standing[by], dear)
        one = replace(decision_of(dear), choice=choice, decided_by=by, price=price)
        words = " ".join(said(one, 0.4999))
        assert len(words.split()) <= 60, words
        assert len(words.split(".")[0].split()) <= 25
        assert (choice == "roll_out") <= (standing[MEANING] == standing[COMPLETE] == standing[INFLATION] == "met")
    assert {choice for choice, _ in reached} == set(CHOICES) and len(reached) == 12


def test_a_worse_figure_never_makes_the_decision_bolder() -> None:
    """Less complete, less agreed on, more creep or more harm never turn another decision into a roll-out."""
    for name, values in {
        "share_complete": [(x, x - 0.02, x + 0.02) for x in (0.95, 0.85, 0.79, 0.5, 0.1)],
        "agreement": [(x, x - 0.08, x + 0.08) for x in (0.8, 0.6, 0.45, 0.3, 0.1)],
        "drift": [(x, x - 0.1, x + 0.1) for x in (-0.1, 0.1, 0.2, 0.3, 0.5)],
        "effect": [(x, x - 0.02, x + 0.02) for x in (-0.05, 0.0, 0.02, 0.05, 0.1)],
    }.items():
        rolled = [decision_of(with_(**{name: value})).choice == "roll_out" for value in values]
        assert rolled == sorted(rolled, reverse=True) and rolled[0], name
    lost = [decision_of(with_(agreement=(x, x - 0.08, x + 0.08))).choice == "roll_out" for x in (0.8, 0.1)]
    assert lost == [True, False]


def test_the_price_is_four_times_as_many_for_half_the_range_and_is_paid_at_todays_pace() -> None:
    wide = with_(drift=(0.2, 0.1, 0.3), drift_against_other=(0.3, -0.2, 0.8))  # half is 0.5, twice what it may be
    price = price_of(INFLATION, "not_known", wide)
    assert price is not None and price.by_two and price.families == 420  # 140 x (2² - 1)
    assert price.months == 45  # 420 at 11 a month (38.2), and half a year (6.0) to the end score
    assert price.pounds is None
    paid = price_of(INFLATION, "not_known", replace(wide, cost_a_scoring=7.5, cost_a_family=15.0))
    assert paid is not None and paid.pounds == 3200  # 3,150 to two figures, upwards
    idle = price_of(INFLATION, "not_known", replace(wide, pace_scored=0.0, pace_double=0.0))
    assert idle is not None and idle.months is None
    none = price_of(AGREEMENT, "not_known", with_(agreement=None, agreement_pairs=0.0, pace_double=0.0))
    assert none is not None and none.families == 160  # a kappa of 0.6 to a tenth each side takes 157
    assert none.months == 16  # one family in four of 40 a month
    assert price_of(MEANING, "met", GOOD) is None


def test_what_is_not_known_shows_its_range_and_no_figure_and_what_rests_on_a_hidden_count_shows_neither() -> None:
    facts = with_(effect=(0.03, -0.02, 0.08), agreement=(0.7, 0.6, 0.8))
    counts = [
        {"criterion": name, "part": "all", "with_it": with_it, "without": 300}
        for name, with_it in {
            COMPLETE: 700, AGREEMENT: 3, MEANING: 90, CHANGE: 80, INFLATION: 500, TRACKING: 60,
        }.items()
    ]  # fmt: skip
    tables = {
        "decision_criteria": criteria_table(criteria_of(facts)).to_dict("records"),
        "decision_counts": counts,
    }
    policy, book = Policy(), Book()
    enter_criteria(tables, book, policy)
    rows = {row["name"]: row for row in decision_criteria(tables, protect(book, policy), policy)}
    assert (rows[TRACKING]["figure"], rows[TRACKING]["low"], rows[TRACKING]["high"]) == (None, -0.02, 0.08)
    assert (rows[AGREEMENT]["figure"], rows[AGREEMENT]["low"]) == (None, None)  # three pairs agreed
    assert rows[COMPLETE]["figure"] == 0.7
    assert rows[COST]["standing"] == "not_known" and rows[COST]["figure"] is None
    picture = {row["claim"]: row for row in picture_rows(list(rows.values()))}
    assert len(picture) == len(CRITERIA)
    assert picture["Scoring does no harm"]["found"] == "from down 2 to up 8 in 100 families referred"
    assert picture["Workers agree"]["found"] == UNTOLD
    told = criteria_in_words(pd.DataFrame(picture.values()))
    assert all(claim in told for claim in picture) and "70 of every 100 families" in told
    drawn = criteria_chart(pd.DataFrame(picture.values())).to_dict()
    marks = drawn["layer"][0]["encoding"]
    assert len(set(marks["shape"]["scale"]["range"])) == len(set(marks["color"]["scale"]["range"])) == 3


def test_a_decision_is_of_the_state_answered_and_its_picture_waits_for_one() -> None:
    assert "decided" in CODES and state_of("decided") == "answered"
    assert MayShow.of("progress_decision", "decided").table("decision_criteria")
    assert not MayShow.of("progress_decision", "cannot_say").table("decision_criteria")


def test_what_the_decision_does_not_rest_on_is_said() -> None:
    told = " ".join(limits(criteria_of(with_(effect=None)), ""))
    assert "cannot rule out" in told and "No one has entered what scoring costs" in told
    paid = " ".join(limits(criteria_of(with_(cost_a_family=15.0)), "a time sheet of March 2011"))
    assert "£15" in paid and "a time sheet of March 2011" in paid
