"""Weights from scores that come from elsewhere: an error that takes the scores as known, and a note that says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from toolkit.errors import InputError
from toolkit.stats import weight

ROWS = 600


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    draw = np.random.default_rng(12)
    x = draw.normal(size=(ROWS, 2))
    treated = draw.random(ROWS) < 1 / (1 + np.exp(0.8 - 0.6 * x[:, 0]))
    made = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "t": treated.astype(int)})
    made["y"] = x[:, 0] + x[:, 1] + made.t + draw.normal(size=ROWS)
    made["area"] = draw.integers(0, 60, ROWS)
    return made


@pytest.mark.parametrize("method", ["ipw", "overlap"])
@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE"])
def test_given_the_fitted_scores_weights_and_estimates_are_the_fitted_ones(frame, method, estimand):
    fitted = weight(frame, "t", ["a", "b"], method=method, estimand=estimand)
    given = weight(frame, "t", ["a", "b"], method=method, estimand=estimand, score=fitted.score)
    assert given.weights.tolist() == fitted.weights.tolist()
    assert given.score.tolist() == fitted.score.tolist()
    assert given.balance().equals(fitted.balance())
    one, other = given.effect("y", adjust=False), fitted.effect("y", adjust=False)
    assert one.estimate == other.estimate
    assert one.se > other.se  # that the score was fitted to these rows is not known, so nothing is taken off for it
    assert "scores_taken_as_known" in [note.code for note in one.notes]
    assert "scores_taken_as_known" in [note.code for note in given.notes]
    assert "scores_taken_as_known" not in [note.code for note in (*other.notes, *fitted.notes)]
    assert "the scores taken as known" in one.method
    assert given.effect("y", cluster="area").clusters == 60
    assert "takes them as known" in given.summary()


def test_errors_with_known_scores_are_those_of_weighted_means(frame):
    p = pd.Series(1 / (1 + np.exp(0.8 - 0.6 * frame.a)), name="p")
    found = weight(frame.assign(p=p), "t", ["a", "b"], method="ipw", estimand="ATE", score="p").effect(
        "y", adjust=False, small_sample="CR1"
    )
    load = np.where(frame.t == 1, 1 / p, 1 / (1 - p))
    means, influence = [], np.zeros(ROWS)
    for arm, sign in ((1, 1), (0, -1)):
        mine = (frame.t == arm).to_numpy()
        share = load * mine / load[mine].sum()
        means.append(share @ frame.y)
        influence += sign * share * (frame.y - means[-1])
    assert found.estimate == pytest.approx(means[0] - means[1], rel=1e-12)
    assert found.se == pytest.approx(np.sqrt((influence**2).sum()), rel=5e-3)


def test_a_classifier_is_fitted_here_and_taken_as_known(frame):
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=500)
    found, own = weight(frame, "t", ["a", "b"], method="ipw", model=model), weight(frame, "t", ["a", "b"], method="ipw")
    np.testing.assert_allclose(found.weights, own.weights, rtol=1e-3)
    assert "scores_taken_as_known" in [note.code for note in found.effect("y").notes]
    assert not hasattr(model, "coef_")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "entropy", "score": 0.5}, "uses no score"),
        ({"method": "entropy", "model": "probit"}, "uses no score and no model"),
        ({"method": "ipw", "moments": 2}, "moments is for"),
        ({"method": "ipw", "score": "a"}, "not above 0 and below 1 in"),
        ({"method": "ipw", "score": "absent"}, "is not a column"),
        ({"method": "ipw", "score": np.full(ROWS, np.nan)}, "not finite"),
        ({"method": "ipw", "score": "a", "model": "probit"}, "Leave one of score and model out"),
        ({"method": "ipw", "model": object()}, "predict_proba"),
        ({"method": "ipw", "model": "logi"}, 'Did you mean "logit"'),
    ],
)
def test_scores_that_cannot_be_weights_are_refused(frame, options, words):
    with pytest.raises(InputError, match=words):
        weight(frame, "t", ["a", "b"], **options)
