"""Formulas become columns, and nothing else is evaluated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats.sample.formula import covariate_names


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame({"age": [20, 30, 40], "income": [1.0, 2.0, 3.0], "kind": ["a", "b", "a"], "t": [0, 1, 0]})


def test_names_are_left_as_they_are(frame):
    names, same = covariate_names(["age", "kind"], frame, "t")
    assert names == ["age", "kind"]
    assert same is frame
    assert covariate_names("t ~ age + kind", frame, "t")[0] == ["age", "kind"]


def test_powers_functions_and_products_become_columns_of_a_copy(frame):
    names, made = covariate_names("age + I(age**2) + log(income) + age:income", frame, "t")
    assert names == ["age", "I(age**2)", "log(income)", "age:income"]
    assert made["I(age**2)"].tolist() == [400, 900, 1600]
    assert made["age:income"].tolist() == [20, 60, 120]
    np.testing.assert_allclose(made["log(income)"], np.log([1, 2, 3]))
    assert list(frame.columns) == ["age", "income", "kind", "t"]
    assert covariate_names("age*income", frame, "t")[0] == ["age", "income", "age:income"]


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("age + __import__('os')", "not one of"),
        ("age + log(incom)", 'Did you mean "income"'),
        ("age:kind", "not numeric"),
        ("y ~ age", 'the treatment is "t"'),
        ("t ~", "names no covariates"),
        ("age + (income", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_an_error(frame, formula, words):
    with pytest.raises(InputError, match=words):
        covariate_names(formula, frame, "t")
