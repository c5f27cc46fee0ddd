"""A formula's terms are R's, or refused; formulaic, which reads formulas as R does, is the oracle."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import match
from toolkit.stats.sample.formula import covariate_names
from toolkit.stats.sample.formula_terms import formula_terms


def labels(formula: str, *columns: str) -> list[str]:
    return [":".join(term) for term in formula_terms(formula, columns)]


@pytest.mark.parametrize(
    ("formula", "terms"),
    [
        ("a*b*c", "a b c a:b a:c b:c a:b:c"),
        ("a*(b+c)", "a b c a:b a:c"),
        ("(a+b)**2", "a b a:b"),
        ("(a + b + c)^3 - a:b:c", "a b c a:b a:c b:c"),
        ("a + (b + (c))", "a b c"),
        ("a + b - b", "a"),
        ("a*b - a:b", "a b"),
        ("b:a + a:b + a + a", "a b:a"),
        ("1 + a + I(a**2) + log(b):c", "a I(a**2) log(b):c"),
    ],
)
def test_terms_are_those_of_r(formula, terms):
    assert labels(formula) == terms.split()


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("a + b - 1", "without an intercept"),
        ("0 + a", "without an intercept"),
        ("a - b", r"takes away \"b\", which is not in it"),
        ("a^2", r"Write I\(a\*\*2\)"),
        ("a*a", r"Write I\(a\*\*2\)"),
        ("a/b", "nests terms"),
        ("a %in% b", "nests terms"),
        ("a + offset(b)", "offsets are not offered"),
        ("2*a", "is a number, not a term"),
        (".", "all other columns"),
        ("a b", 'at "b"'),
        ("a | b", r'at "\|"'),
        ("a + (b", "too early"),
        ("I(a", "bracket is not closed"),
        ("", "names no covariates"),
    ],
)
def test_what_is_no_list_of_terms_is_refused_with_what_to_write(formula, words):
    with pytest.raises(InputError, match=words):
        formula_terms(formula, [])


def random_formula(draw: np.random.Generator, depth: int) -> str:
    kind = draw.random()
    if depth == 0 or kind < 0.3:
        return str(draw.choice(list("abcd")))
    one, other = random_formula(draw, depth - 1), random_formula(draw, depth - 1)
    if kind < 0.75:
        return one + str(draw.choice([" + ", " * ", ":"])) + other
    if kind < 0.95:
        return f"({one})" + str(draw.choice(["", "**2", "^3"]))
    return f"{one} - {other}"


def test_random_formulas_have_the_terms_that_formulaic_finds():
    formulaic = pytest.importorskip("formulaic")
    draw, read = np.random.default_rng(5), 0
    for _ in range(200):
        formula = random_formula(draw, 4)
        try:
            mine = formula_terms(formula, [])
        except InputError:
            continue
        theirs = [frozenset(f.expr for f in term.factors) for term in formulaic.Formula(formula) if str(term) != "1"]
        assert len(mine) == len(theirs), formula
        assert {frozenset(term) for term in mine} == set(theirs), formula
        read += 1
    assert read > 80


def test_columns_with_signs_in_their_names_are_columns_and_signs_within_calls_are_arithmetic():
    frame = pd.DataFrame({"re 74": [1.0, 2, 3, 4], "a-b": [2.0, 3, 4, 6], "a": [3.0, 1, 4, 1], "t": [1, 0, 1, 0]})
    assert covariate_names("re 74 + a-b + a", frame, "t")[0] == ["re 74", "a-b", "a"]
    assert covariate_names("`re 74`:a", frame, "t")[1]["re 74:a"].tolist() == [3, 2, 12, 4]
    assert covariate_names("I(a^2 + 1)", frame, "t")[1]["I(a^2 + 1)"].tolist() == [10, 2, 17, 2]
    with pytest.raises(InputError, match="not a finite number in 2 rows"):
        covariate_names("log(a - 1)", frame, "t")


def test_a_product_matches_on_the_product():
    draw = np.random.default_rng(3)
    frame = pd.DataFrame(draw.normal(size=(120, 3)), columns=list("abc")).assign(t=np.repeat([1, 0, 0], 40))
    made = match(frame, "t", "(a + b)^2")
    by_hand = match(frame.assign(ab=frame.a * frame.b), "t", ["a", "b", "ab"])
    assert made.balance().index.tolist() == ["score", "a", "b", "a:b"]
    assert made.pairs.equals(by_hand.pairs)
