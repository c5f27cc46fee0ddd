"""A series goes by its labels wherever it is given, beside a frame or beside another series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import toolkit.stats as stats
from toolkit.errors import InputError
from toolkit.stats import Matched, estimate_effect, match, weight

ROWS = 240


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    draw = np.random.default_rng(4)
    x = draw.normal(size=ROWS)
    made = pd.DataFrame({"x": x, "t": (x + draw.normal(size=ROWS) > 0.6).astype(int)})
    made["y"] = made.x + made.t + draw.normal(size=ROWS)
    made["event"] = draw.integers(0, 2, ROWS)
    made["time"] = draw.uniform(1, 9, ROWS)
    made["area"] = draw.integers(0, 24, ROWS)
    made["kind"] = draw.choice(["one", "two"], ROWS)
    made["worth"] = draw.uniform(0.5, 2, ROWS)
    made["p"] = 1 / (1 + np.exp(-x))
    return made.set_axis([f"f{n}" for n in range(ROWS)])


def shuffled(column: pd.Series) -> pd.Series:
    return column.sample(frac=1, random_state=8)


GIVEN = {
    "distance": lambda f, v: match(f, "t", ["x"], distance=v(f.p)).pairs.to_numpy().tolist(),
    "score of pairs": lambda f, v: Matched.from_pairs(
        f, "t", ["x"], match(f, "t", ["x"]).pairs, score=v(f.p)
    ).score.tolist(),
    "reweighted": lambda f, v: match(f, "t", ["x"]).reweighted(v(f.worth)).weights.tolist(),
    "balance": lambda f, v: (
        stats.balance_table(f, treatment="t", covariates=["x"], weights=v(f.worth)).to_numpy().tolist()
    ),
    "weights": lambda f, v: weight(f, "t", ["x"], weights=v(f.worth)).weights.tolist(),
    "score": lambda f, v: weight(f, "t", ["x"], method="ipw", score=v(f.p)).weights.tolist(),
    "outcome": lambda f, v: match(f, "t", ["x"]).effect(v(f.y)).estimate,
    "cluster": lambda f, v: match(f, "t", ["x"]).effect("y", cluster=v(f.area)).se,
    "by": lambda f, v: match(f, "t", ["x"]).effect("y", by=v(f.kind)).tidy()["estimate"].tolist(),
    "exposure": lambda f, v: match(f, "t", ["x"]).effect("event", "rate_ratio", exposure=v(f.time)).estimate,
    "duration": lambda f, v: match(f, "t", ["x"]).effect("event", "hazard_ratio", duration=v(f.time)).estimate,
    "weighted outcome": lambda f, v: weight(f, "t", ["x"]).effect(v(f.y)).estimate,
    "aipw": lambda f, v: estimate_effect(f, v(f.y), "t", ["x"], cluster=v(f.area), trim=0.05).se,
}


@pytest.mark.parametrize("option", GIVEN)
def test_a_shuffled_series_gives_what_the_column_gives_and_an_array_goes_by_position(frame, option):
    ask = GIVEN[option]
    straight = ask(frame, lambda column: column)
    assert ask(frame, shuffled) == straight
    assert ask(frame, lambda column: column.to_numpy()) == straight


@pytest.mark.parametrize("option", GIVEN)
@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (lambda column: column.reset_index(drop=True), "no value for .* labels"),
        (lambda column: pd.concat([column.iloc[:1], column]), "'f0' more than once"),
        (lambda column: column.to_numpy()[:-1], "239 values for 240 rows"),
    ],
)
def test_labels_that_do_not_fit_and_arrays_of_another_length_are_refused(frame, option, spoilt, words):
    with pytest.raises(InputError, match=words):
        GIVEN[option](frame, spoilt)


def test_scores_go_to_their_own_rows():
    small = pd.DataFrame({"t": [1, 1, 0, 0], "x": [1.0, 2, 3, 4]})
    score = pd.Series([0.9, 0.1, 0.1, 0.9])
    pairs = match(small, "t", ["x"], distance=score[[1, 0, 2, 3]]).pairs
    assert pairs[["treated", "control"]].to_numpy().tolist() == [[0, 3], [1, 2]]


ALONE = {
    "subgroup_effects": lambda f, v: stats.subgroup_effects(
        f.y, f.t, f.kind, v(f.area), weights=f.worth
    ).covariance.tolist(),
    "subgroup group": lambda f, v: stats.subgroup_effects(f.y, f.t, v(f.kind), [f.area]).covariance.tolist(),
    "clustered_mean": lambda f, v: stats.clustered_mean(f.event, v(f.area)),
    "intraclass_correlation": lambda f, v: stats.intraclass_correlation(f.y, v(f.area)),
    "km_difference": lambda f, v: stats.km_difference(f.time, v(f.event), f.t, times=[3]).table.to_numpy().tolist(),
    "km cluster": lambda f, v: (
        stats.km_difference(f.time, f.event, f.t, times=[3], cluster=[v(f.area)]).table.to_numpy().tolist()
    ),
    "ordinal_change": lambda f, v: stats.ordinal_change(
        f.area % 5 + 1, v(f.area // 5 + 1), cluster=f.kind
    ).transitions.tolist(),
    "design_from_rows": lambda f, v: stats.design_from_rows(f.t, v(f.area), f.event).power(-0.1),
    "mantel_haenszel_bounds": lambda f, v: stats.mantel_haenszel_bounds(f.event, v(f.t), f.area).high.tolist(),
    "observed_strength": lambda f, v: stats.observed_strength(f.event, f.t, v((f.kind == "one") * 1)),
    "least_squares_effect": lambda f, v: stats.least_squares_effect(f.y, v(f.t)),
    "wilson": lambda f, v: stats.wilson(f.area, v(f.area + 1))[0].tolist(),
    "binomial_funnel": lambda f, v: stats.binomial_funnel(f.index.to_series(), f.area, v(f.area + 2)).rate.tolist(),
    "segmented_poisson": lambda f, v: stats.segmented_poisson(
        f.area[:24], change_at=12, exposure=v(f.time[:24])
    ).fitted.tolist(),
    "equal_arm_weights": lambda f, v: stats.equal_arm_weights(f.t, v(f.worth)).tolist(),
}


@pytest.mark.parametrize("function", ALONE)
def test_series_without_a_frame_are_put_in_one_order_or_refused(frame, function):
    ask = ALONE[function]
    assert ask(frame, shuffled) == ask(frame, lambda column: column)
    with pytest.raises(InputError, match="no value for"):
        ask(frame, lambda column: column.reset_index(drop=True))
    with pytest.raises(InputError, match=r"rows and|values|length"):
        ask(frame, lambda column: column.iloc[:-1])


def test_series_with_the_same_repeated_labels_go_together_and_others_do_not():
    values, twice = pd.Series([1.0, 0, 1, 0], [0, 0, 1, 1]), pd.Series(["a", "a", "b", "b"], [0, 0, 1, 1])
    assert stats.clustered_mean(values, twice).clusters == 2
    with pytest.raises(InputError, match="repeated labels"):
        stats.clustered_mean(values, twice.set_axis([0, 1, 0, 1]))
