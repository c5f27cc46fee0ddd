"""Options are checked all at once, each with what was expected."""

from __future__ import annotations

import pytest

from toolkit.errors import InputError
from toolkit.simulate import CountyOptions


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
