"""One verdict of several designs: a rule that stands before any result, and never makes an answer of two that part."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.money_designs import DESIGNS, NOTHING_YET, OF_THE_COUNTY, Answer, joint
from toolkit.publish.verdicts.money_intervals import answers_to_draw
from toolkit.publish.verdicts.rule import CODES, UNSAID, state_of
from toolkit.studies.result import Estimate

TELLING = [code for code in CODES if code != "decided"]


def result(kind: str, code: str) -> Answer:
    said = replace(UNSAID, code=cast(Any, code), sentence=f"{kind} says {code}")
    return cast(Answer, SimpleNamespace(kind=kind, question=f"rec10_{kind}", verdict=said))


def of(**codes: str):
    return joint(result(kind, code) for kind, code in codes.items())


def test_the_first_design_that_is_not_barred_leads_whatever_it_found() -> None:
    found = of(interrupted_series="fewer", reach_areas="inconclusive")
    assert (found.code, found.sentence) == ("inconclusive", "reach_areas says inconclusive")
    assert [one.stands for one in found.designs] == ["leads", "answers"]
    assert of(interrupted_series="fewer", reach_areas="cannot_say").sentence == "interrupted_series says fewer"


def test_a_design_that_says_otherwise_takes_the_answer_away_and_both_are_named() -> None:
    found = of(reach_areas="fewer", synthetic_county="little_or_no_difference")
    assert found.code == "inconclusive"
    assert f"{DESIGNS['reach_areas'].name}: fewer referrals." in found.sentence
    assert f"{DESIGNS['synthetic_county'].name}: little or no difference." in found.sentence
    assert of(reach_areas="fewer", synthetic_county="fewer").code == "fewer"


def test_all_councils_together_lead_nothing_and_take_nothing_away() -> None:
    assert of(area_panel="fewer").code == "cannot_say"
    found = of(area_panel="more", reach_areas="fewer")
    assert found.code == "fewer" and found.designs[-1].stands == "parts"


def test_nothing_run_is_said_and_other_kinds_are_left_out() -> None:
    assert of().sentence == of(trust="fewer").sentence == NOTHING_YET


def test_no_answer_comes_from_designs_that_do_not_give_it_and_the_newest_of_a_kind_counts() -> None:
    for codes in product(TELLING, repeat=len(OF_THE_COUNTY)):
        found = of(**dict(zip(OF_THE_COUNTY, codes, strict=True)))
        answered = {code for code in codes if state_of(code) == "answered"}
        assert found.state != "answered" or answered == {found.code}
        assert (found.code == "cannot_say") is all(code == "cannot_say" for code in codes)
    twice = joint([result("reach_areas", "more"), result("reach_areas", "fewer")])
    assert twice.code == "more" and len(twice.designs) == 1


def test_more_designs_make_no_more_wrong_answers_than_the_one_that_leads() -> None:
    rng = np.random.default_rng(10)
    wrong = lone = 0
    for _ in range(4000):
        codes = rng.choice(["fewer", "more", "inconclusive", "cannot_say"], p=[0.03, 0.03, 0.54, 0.4], size=3)
        found = of(**dict(zip(OF_THE_COUNTY, map(str, codes), strict=True)))
        wrong += found.state == "answered"
        lone += any(state_of(str(code)) == "answered" for code in codes)
    # A design that is not barred errs in one case of ten here; taking whichever answers would err half as often again.
    assert wrong / 4000 < 0.1 < 0.15 < lone / 4000


def bundle(kind: str, code: str, *figures: float) -> Bundle:
    estimate = Estimate("referrals", "e", "difference", figures[0], None, *figures[1:])
    said = replace(UNSAID, code=cast(Any, code))
    facts = SimpleNamespace(prevented=figures)
    known = {"kind": kind, "question": kind, "verdict": said, "primary": estimate, "may": MayShow.of(kind, code)}
    return cast(Bundle, SimpleNamespace(**known, facts_as=lambda _: facts))


def test_only_ways_that_answer_are_drawn_in_one_unit_and_by_rank() -> None:
    drawn = answers_to_draw(
        [
            bundle("synthetic_county", "inconclusive", 0.1, -0.2, 0.5),
            bundle("interrupted_series", "fewer", -0.2, -0.3, -0.1),
            bundle("area_panel", "fewer", -0.5, -0.6, -0.4),
            bundle("reach_areas", "fewer", -0.151, -0.25, -0.004),
        ]
    )
    assert drawn["label"].tolist() == [DESIGNS["reach_areas"].name, DESIGNS["interrupted_series"].name]
    assert drawn["estimate"].tolist() == [-15, -20]
    assert drawn["words"].iloc[0] == "15 fewer (from 25 fewer to less than 1 fewer)"
    assert answers_to_draw([bundle("reach_areas", "cannot_say", -0.1, -0.2, 0.1)]).empty
