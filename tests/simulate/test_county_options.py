"""Options are checked all at once, each with what was expected."""

from __future__ import annotations

import pytest

from toolkit.errors import InputError
from toolkit.simulate import CountyOptions, ScoreOptions


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"scale": "tenths"}, 'Did you mean "tenth"?'),
        ({"effect": "prevents"}, 'Did you mean "prevent"?'),
        ({"effect": "harm"}, 'Known: "none", "prevent", "detect", "both".'),
        ({"seed": -1}, "Give a whole number from 0."),
        ({"seed": 1.5}, "Give a whole number from 0."),
        ({"seed": True}, "Give a whole number from 0."),
        ({"confounding": -0.1}, "confounding is -0.1. Give a number from 0 to 3."),
        ({"size": 0.0}, "size is 0. Give more than 0."),
        ({"size": 4}, "size is 4. Give a number from 0 to 3."),
        ({"hidden": float("nan")}, "hidden is nan. Give a number from 0 to 2."),
    ],
)
def test_an_option_that_cannot_be_is_named_with_what_was_expected(wrong, said) -> None:
    with pytest.raises(InputError) as raised:
        CountyOptions(**wrong)
    assert said in str(raised.value)


def test_every_wrong_option_is_said_at_once() -> None:
    with pytest.raises(InputError) as raised:
        CountyOptions(seed=-1, scale="half", effect="worse", confounding=9, hidden=-1)
    for name in ("seed", "scale", "effect", "confounding", "hidden"):
        assert f"{name} is" in str(raised.value)


def test_every_wrong_option_of_the_scores_is_said_at_once() -> None:
    with pytest.raises(InputError) as raised:
        ScoreOptions(meaning=-1, double=1.5, drift=float("inf"), tracking_referrals=True)
    for said in (
        "scores.meaning is -1. Give a number from 0 to 3.",
        "scores.double is 1.5. Give a number from 0 to 1.",
        "scores.drift is inf. Give a number from 0 to 2.",
        "scores.tracking_referrals is True. Give a number from -1 to 1.",
    ):
        assert said in str(raised.value)


def test_options_written_before_scores_had_any_still_make_a_county_and_scores_must_be_options() -> None:
    before = {"seed": 3, "scale": "tenth", "effect": "both", "confounding": 1.0, "hidden": 0.0, "moving": 0.0}
    options = CountyOptions(**before)
    assert options.scores == ScoreOptions()
    assert CountyOptions(**options.as_dict()) == options
    with pytest.raises(InputError, match='scores is "no drift"'):
        CountyOptions(scores="no drift")


def test_a_county_is_described_by_what_is_not_as_usual_of_its_scores() -> None:
    assert "scores" not in CountyOptions().described()
    assert CountyOptions(scores=ScoreOptions(drift=0.3)).described().endswith("moving 0.0, drift 0.3")
