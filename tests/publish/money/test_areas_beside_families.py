"""The answer by reach area beside that of matched families: the same sentence at both, and no figure in it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any, cast

import pytest

from toolkit.errors import InputError
from toolkit.publish.verdicts.money_designs import Answer
from toolkit.publish.verdicts.reach_areas_beside import Beside, beside
from toolkit.publish.verdicts.rule import CODES, UNSAID, state_of


def result(kind: str, code: str) -> Answer:
    return cast(Answer, SimpleNamespace(kind=kind, question=kind, verdict=replace(UNSAID, code=cast(Any, code))))


def of(areas: str, families: str) -> Beside:
    return beside(result("reach_areas", areas), result("matched_cohort", families))


def test_the_same_sign_agrees_and_another_parts() -> None:
    assert of("fewer", "fewer").agreement == "agree"
    assert "say the same: fewer referrals." in of("fewer", "fewer").sentence
    parted = of("more", "fewer")
    assert parted.agreement == "part"
    assert "the areas say more referrals, the families that joined say fewer referrals" in parted.sentence
    assert of("little_or_no_difference", "fewer").agreement == "part"


def test_no_answer_on_a_side_is_never_called_agreement_and_no_figure_is_quoted() -> None:
    codes = [code for code in CODES if code != "decided"]
    for areas, families in product(codes, codes):
        found = of(areas, families)
        both = state_of(areas) == state_of(families) == "answered"
        assert (found.agreement in ("agree", "part")) is both
        assert re.search(r"\d", found.sentence) is None
    assert of("inconclusive", "fewer").sentence.startswith("Only the families that joined give an answer.")
    assert of("fewer", "cannot_say").sentence.startswith("Only the areas give an answer.")
    assert of("inconclusive", "cannot_say").agreement == "neither"


def test_results_of_other_kinds_are_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"trust is of kind trust. Expected reach_areas. reach is of kind reach"):
        beside(result("trust", "fewer"), result("reach", "fewer"))
