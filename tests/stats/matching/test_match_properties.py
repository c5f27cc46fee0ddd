"""Whatever the options, a match is what its definition says: tried against every control, over the option space.

`TOOLKIT_MATCH_SPECIFICATIONS=10000` runs that many random specifications instead of the quick sample.
"""

from __future__ import annotations

import os
import pickle
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from match_definition import SPACES, Definition, Specification, by_definition, call, data
from toolkit.errors import InputError
from toolkit.stats import match

SPECIFICATIONS = int(os.environ.get("TOOLKIT_MATCH_SPECIFICATIONS", "200"))


@st.composite
def specifications(draw: st.DrawFn) -> Specification:
    options: dict[str, Any] = {
        "distance": draw(st.sampled_from(["propensity", "probability", "own", "within", *SPACES])),
        "order": draw(st.sampled_from(["largest", "smallest", "closest", "farthest", "data", "random"])),
        "ratio": draw(st.integers(1, 3)),
        "estimand": draw(st.sampled_from(["ATT", "ATT", "ATC"])),
        "exact": draw(st.sampled_from([(), ("g",), ("g", "k")])),
        "anti_exact": draw(st.sampled_from([(), (), ("h",)])),
        "covariate_calipers": draw(
            st.sampled_from([None, None, {"a": 0.8}, {"b": -0.3}, {"a": 1.5, "c": 1.0}, {"a": 0.1}, {"c": -0.2}])
        ),
        "unit": draw(st.sampled_from([None, None, "u", "v"])),
        "weights": draw(st.sampled_from([None, None, None, "w"])),
    }
    reuse = draw(st.sampled_from(["once", "once", "twice", "thrice", "always"]))
    options |= {"once": {}, "twice": {"max_reuse": 2}, "thrice": {"max_reuse": 3}, "always": {"replace": True}}[reuse]
    has_score = options["distance"] not in SPACES
    if draw(st.booleans()):
        options["caliper"] = draw(st.sampled_from([0.05, 0.2, 0.7]))
        options["caliper_in"] = draw(st.sampled_from(["sd", "raw"])) if has_score else "raw"
    if has_score:
        options["discard"] = draw(st.sampled_from([None, None, "treated", "control", "both"]))
    if options["distance"] == "propensity" and draw(st.integers(0, 4)) == 0:
        options |= {"min_ratio": 1, "max_ratio": options["ratio"] + 2}
    if draw(st.integers(0, 3)) == 0:
        options["seed"] = draw(st.integers(0, 9))
    return Specification(draw(st.integers(40, 110)), draw(st.integers(0, 10_000)), draw(st.booleans()), options)


def check_pairs(frame: pd.DataFrame, m, definition: Definition) -> tuple[np.ndarray, np.ndarray]:
    """No candidate twice in a set, caps kept, every pair inside every limit; returns the pairs as positions."""
    sides = ("treated", "control") if definition.options["estimand"] == "ATT" else ("control", "treated")
    focal = frame.index.get_indexer(m.pairs[sides[0]])
    other = frame.index.get_indexer(m.pairs[sides[1]])
    assert definition.allowed[focal, other].all()
    assert np.isin(focal, definition.focal).all()
    assert np.isin(other, definition.others).all()
    units = definition.units()
    assert not pd.DataFrame({"set": m.pairs["set"], "unit": units[other]}).duplicated().any()
    if definition.options["unit"] is None:
        assert np.unique(other, return_counts=True)[1].max() <= definition.capacity()
    else:
        sets_sought = np.unique(focal)
        in_sets = np.concatenate([units[sets_sought], units[other]])
        assert np.unique(in_sets, return_counts=True)[1].max() <= definition.capacity()
    np.testing.assert_allclose(m.pairs["distance"], definition.distance[focal, other], atol=1e-9)
    return focal, other


def check_weights(frame: pd.DataFrame, m, focal: np.ndarray, other: np.ndarray, is_weighted: bool) -> None:
    """Weights from pairs are the weights (times those given), and the sets are the pairs' and the rows' sets."""
    sizes = pd.Series(focal).map(pd.Series(focal).value_counts()).to_numpy()
    weights = np.bincount(other, weights=1.0 / sizes, minlength=len(frame))
    weights[np.unique(focal)] = 1.0
    np.testing.assert_allclose(weights[np.unique(other)].sum(), len(np.unique(focal)))
    stands_for = frame["w"].to_numpy() if is_weighted else np.ones(len(frame))
    np.testing.assert_allclose(m.weights[frame.index].to_numpy(), weights * stands_for)
    sets = m.sets[frame.index].iloc[focal].to_numpy()
    assert (sets == m.pairs["set"].to_numpy()).all()
    once = np.bincount(other, minlength=len(frame))[other] == 1
    assert (m.sets[frame.index].iloc[other[once]].to_numpy() == m.pairs["set"].to_numpy()[once]).all()
    rows = m.matched_frame()
    assert len(rows) == len(focal) + len(np.unique(focal))
    np.testing.assert_allclose(rows.groupby(level=0)["weight"].sum(), m.weights[np.unique(rows.index)])
    assert len(m.unmatched) == (frame["treated"] == (m.estimand == "ATT")).sum() - len(np.unique(focal))


def has_ties(score: np.ndarray) -> bool:
    """Whether scores agree but for rounding: rounded ones, and probabilities that are all but 0 or 1."""
    return bool(np.diff(np.sort(score)).min() <= 1e-8 * score.std())


@settings(max_examples=SPECIFICATIONS, deadline=None, suppress_health_check=list(HealthCheck))
@given(specifications())
def test_every_match_is_what_its_definition_says(spec: Specification) -> None:
    frame = data(spec)
    before = frame.copy(deep=True)
    try:
        m = call(frame, spec.options)
    except InputError:
        assume(False)
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(call(frame, spec.options).pairs, m.pairs)
    definition = Definition(frame, m, spec.options)
    focal, other = check_pairs(definition.frame, m, definition)
    check_weights(definition.frame, m, focal, other, spec.options["weights"] is not None)
    again = pickle.loads(pickle.dumps(m))
    pd.testing.assert_frame_equal(again.pairs, m.pairs)
    pd.testing.assert_series_equal(again.weights, m.weights)
    shuffles = spec.options["order"] == "random" or "seed" in spec.options
    if not shuffles and "min_ratio" not in spec.options:
        assert set(zip(focal.tolist(), other.tolist(), strict=True)) == by_definition(m, definition)
    is_ordered = spec.options["order"] == "data" or spec.options["distance"] in SPACES
    if not (shuffles or is_ordered or has_ties(m.score[definition.frame.index].to_numpy())):
        moved = frame.sample(frac=1, random_state=spec.seed)
        again = call(moved, spec.options)
        columns = ["treated", "control"]
        assert set(map(tuple, again.pairs[columns].to_numpy())) == set(map(tuple, m.pairs[columns].to_numpy()))


@settings(max_examples=max(20, SPECIFICATIONS // 10), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10_000),
    order=st.sampled_from(["data", "closest", "farthest"]),
    ratio=st.integers(1, 3),
    replace=st.booleans(),
    exact=st.sampled_from([(), ("g",)]),
    calipers=st.sampled_from([None, {"c": 1.0}]),
)
def test_score_mahalanobis_and_euclidean_on_the_score_give_the_same_pairs(
    seed: int, order: str, ratio: int, replace: bool, exact: tuple[str, ...], calipers: dict[str, float] | None
) -> None:
    frame = data(Specification(100, seed, False))
    shared = {"order": order, "ratio": ratio, "replace": replace, "exact": exact, "covariate_calipers": calipers}
    score = frame["a"].to_numpy()
    pairs = [
        match(frame, "treated", ["a"], distance=distance, **shared).pairs.drop(columns="distance")
        for distance in (score, "mahalanobis", "euclidean", "scaled_euclidean")
    ]
    for other in pairs[1:]:
        pd.testing.assert_frame_equal(pairs[0], other)
