"""Whatever the options, a match is what its definition says: tried against every control, over the option space.

`TOOLKIT_MATCH_SPECIFICATIONS=10000` runs that many random specifications instead of the quick sample.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.stats import match
from toolkit.stats.matching.nearest.distances import distance_terms, place_rows
from toolkit.stats.sample.covariates import read_covariate

SPECIFICATIONS = int(os.environ.get("TOOLKIT_MATCH_SPECIFICATIONS", "200"))
COVARIATES = ["a", "b", "c", "k"]
SPACES = ("mahalanobis", "robust_mahalanobis", "euclidean", "scaled_euclidean")


@dataclass
class Specification:
    rows: int
    seed: int
    is_tied: bool
    options: dict[str, Any] = field(default_factory=dict)


def data(spec: Specification) -> pd.DataFrame:
    rng = np.random.default_rng(spec.seed)
    frame = pd.DataFrame(rng.normal(size=(spec.rows, 3)), columns=["a", "b", "c"])
    if spec.is_tied:
        frame = frame.round(0)
    frame["k"] = rng.choice(["x", "y", "z"], spec.rows)
    frame["treated"] = (rng.random(spec.rows) < 1 / (1 + np.exp(0.9 - frame["a"] - 0.4 * frame["b"]))).astype(int)
    frame["g"] = rng.integers(0, 3, spec.rows)
    frame["h"] = rng.integers(0, 4, spec.rows)
    frame["u"] = rng.integers(0, max(2, spec.rows // 3), spec.rows)
    frame["y"] = rng.normal(size=spec.rows)
    return frame.set_index(pd.Index([f"r{i}" for i in rng.permutation(spec.rows)]))


@st.composite
def specifications(draw: st.DrawFn) -> Specification:
    options: dict[str, Any] = {
        "distance": draw(st.sampled_from(["propensity", "probability", "own", "within", *SPACES])),
        "order": draw(st.sampled_from(["largest", "smallest", "closest", "farthest", "data", "random"])),
        "ratio": draw(st.integers(1, 3)),
        "estimand": draw(st.sampled_from(["ATT", "ATT", "ATC"])),
        "exact": draw(st.sampled_from([(), ("g",), ("g", "k")])),
        "anti_exact": draw(st.sampled_from([(), (), ("h",)])),
        "covariate_calipers": draw(st.sampled_from([None, None, {"a": 0.8}, {"b": -0.3}, {"a": 1.5, "c": 1.0}])),
        "unit": draw(st.sampled_from([None, None, "u"])),
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


def call(frame: pd.DataFrame, options: dict[str, Any]):
    options = dict(options)
    distance = options.pop("distance")
    if distance == "probability":
        options["scale"] = "probability"
    elif distance == "own":
        options["distance"] = (frame["a"] + 0.3 * frame["c"]).to_numpy()
    elif distance == "within":
        options["mahalanobis_on"] = ["a", "c"]
    elif distance != "propensity":
        options["distance"] = distance
    return match(frame, "treated", COVARIATES, **options)


def points_of(frame: pd.DataFrame, options: dict[str, Any]) -> np.ndarray | None:
    kind = options["distance"]
    if kind not in ("within", *SPACES):
        return None
    names = ["a", "c"] if kind == "within" else COVARIATES
    terms = distance_terms([read_covariate(name, frame[name]) for name in names])
    return place_rows("mahalanobis" if kind == "within" else kind, terms, frame["treated"].to_numpy() == 1)


class Definition:
    """Every pair's distance and whether it is allowed, as whole matrices."""

    def __init__(self, frame: pd.DataFrame, m, options: dict[str, Any]) -> None:
        self.frame, self.options = frame, options
        treated = frame["treated"].to_numpy() == 1
        self.focal = np.flatnonzero(treated if options["estimand"] == "ATT" else ~treated)
        self.others = np.flatnonzero(~treated if options["estimand"] == "ATT" else treated)
        score = m.score.to_numpy()
        points = points_of(frame, options)
        if points is None:
            self.distance = np.abs(score[:, None] - score[None, :])
            self.tie = 1e-9 * score.std()
        else:
            gaps = points[:, None, :] - points[None, :, :]
            self.distance = np.sqrt((gaps * gaps).sum(axis=2))
            self.tie = 1e-9 * float(np.sqrt(points.var(axis=0).mean()))
        caliper = self.caliper(score)
        compared = np.abs(score[:, None] - score[None, :]) if options["distance"] == "within" else self.distance
        allowed = compared <= caliper + self.tie
        for name in options["exact"]:
            values = frame[name].to_numpy()
            allowed &= values[:, None] == values[None, :]
        for name in (*options["anti_exact"], *([options["unit"]] if options["unit"] else [])):
            values = frame[name].to_numpy()
            allowed &= values[:, None] != values[None, :]
        for name, width in (options["covariate_calipers"] or {}).items():
            values = frame[name].to_numpy()
            apart = np.abs(values[:, None] - values[None, :])
            allowed &= apart <= width + 1e-9 if width > 0 else apart >= -width - 1e-9
        out = self.discarded(score, treated)
        allowed[out] = False
        allowed[:, out] = False
        self.allowed = allowed

    def caliper(self, score: np.ndarray) -> float:
        asked = self.options.get("caliper")
        if asked is None:
            return np.inf
        if self.options["caliper_in"] == "raw":
            return float(asked)
        treated = self.frame["treated"].to_numpy() == 1
        return float(asked * np.std(score[~self.discarded(score, treated)], ddof=1))

    def discarded(self, score: np.ndarray, treated: np.ndarray) -> np.ndarray:
        asked = self.options.get("discard")
        out = np.zeros(len(score), dtype=bool)
        if asked in ("treated", "both"):
            low, high = score[~treated].min(), score[~treated].max()
            out |= treated & ((score < low) | (score > high))
        if asked in ("control", "both"):
            low, high = score[treated].min(), score[treated].max()
            out |= ~treated & ((score < low) | (score > high))
        return out

    def units(self) -> np.ndarray:
        unit = self.options["unit"]
        return np.arange(len(self.frame)) if unit is None else self.frame[unit].to_numpy()

    def capacity(self) -> float:
        if self.options.get("replace"):
            return np.inf
        return self.options.get("max_reuse", 1)


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
    assert np.unique(units[other], return_counts=True)[1].max() <= definition.capacity()
    np.testing.assert_allclose(m.pairs["distance"], definition.distance[focal, other], atol=1e-9)
    return focal, other


def check_weights(frame: pd.DataFrame, m, focal: np.ndarray, other: np.ndarray) -> None:
    """Weights from pairs are the weights, and the sets are the pairs' sets."""
    sizes = pd.Series(focal).map(pd.Series(focal).value_counts()).to_numpy()
    weights = np.bincount(other, weights=1.0 / sizes, minlength=len(frame))
    weights[np.unique(focal)] = 1.0
    np.testing.assert_allclose(m.weights.to_numpy(), weights)
    np.testing.assert_allclose(weights[np.unique(other)].sum(), len(np.unique(focal)))
    sets = m.sets.iloc[focal].to_numpy()
    assert (sets == m.pairs["set"].to_numpy()).all()
    once = np.bincount(other, minlength=len(frame))[other] == 1
    assert (m.sets.iloc[other[once]].to_numpy() == m.pairs["set"].to_numpy()[once]).all()
    assert len(m.unmatched) == (frame["treated"] == (m.estimand == "ATT")).sum() - len(np.unique(focal))


def by_definition(m, definition: Definition) -> set[tuple[int, int]]:
    """Greedy matching written as plainly as can be."""
    options, units, capacity = definition.options, definition.units(), definition.capacity()
    focal = order_by_definition(m, definition)
    quota = dict.fromkeys(focal, options["ratio"])
    used: dict[Any, int] = {}
    own: dict[int, list[Any]] = {}
    pairs: set[tuple[int, int]] = set()

    def best(row: int) -> tuple[float, int] | None:
        good = [
            c for c in definition.others
            if definition.allowed[row, c] and used.get(units[c], 0) < capacity and units[c] not in own.get(row, ())
        ]  # fmt: skip
        return nearest(definition.distance[row], good, definition.tie)

    def take(row: int, chosen: int) -> None:
        used[units[chosen]] = used.get(units[chosen], 0) + 1
        own.setdefault(row, []).append(units[chosen])
        pairs.add((row, chosen))

    for number in range(1, options["ratio"] + 1):
        waiting = [row for row in focal if quota[row] >= number]
        while waiting:
            if options["order"] == "closest":
                found = [(b[0], place, row, b[1]) for place, row in enumerate(waiting) if (b := best(row))]
                if not found:
                    break
                level = min(gap for gap, *_ in found) + definition.tie
                _, _, row, chosen = min((f for f in found if f[0] <= level), key=lambda f: f[1])
                take(row, chosen)
                waiting.remove(row)
                continue
            row = waiting.pop(0)
            if b := best(row):
                take(row, b[1])
    return pairs


def order_by_definition(m, definition: Definition) -> list[int]:
    order, options = definition.options["order"], definition.options
    score = m.score.to_numpy()
    kept = ~definition.discarded(score, definition.frame["treated"].to_numpy() == 1)
    focal = definition.focal[kept[definition.focal]].tolist()
    if order in ("data", "closest"):
        return focal
    if order == "farthest":
        same = np.ones(definition.distance.shape, dtype=bool)
        for name in options["exact"]:
            values = definition.frame[name].to_numpy()
            same &= values[:, None] == values[None, :]
        others = definition.others[kept[definition.others]]
        gap = {row: min((definition.distance[row, c] for c in others if same[row, c]), default=np.inf) for row in focal}
        return by_hardness(focal, {row: -gap[row] for row in focal}, definition.tie)
    points = points_of(definition.frame, options)
    hardness = score
    if np.isnan(score).all() and points is not None:
        controls = points[(definition.frame["treated"] == 0).to_numpy()]
        hardness = np.sqrt(((points - controls.mean(axis=0)) ** 2).sum(axis=1))
    sign = 1 if order == "smallest" else -1
    return by_hardness(focal, {row: sign * hardness[row] for row in focal}, definition.tie)


def by_hardness(focal: list[int], hardness: dict[int, float], tie: float) -> list[int]:
    """Return the rows by hardness, the least first; those whose hardness is the same but for rounding, by row."""
    ordered = sorted(focal, key=lambda row: hardness[row])
    level, levels = -np.inf, {}
    for row in ordered:
        if hardness[row] > level + tie:
            level = hardness[row]
        levels[row] = level
    return sorted(focal, key=lambda row: (levels[row], row))


def nearest(distance: np.ndarray, good: list[int], tie: float) -> tuple[float, int] | None:
    """Return the least distance and, of those as near but for rounding, the lowest row."""
    if not good:
        return None
    least = min(distance[c] for c in good)
    return float(least), min(int(c) for c in good if distance[c] <= least + tie)


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
    definition = Definition(frame, m, spec.options)
    focal, other = check_pairs(frame, m, definition)
    check_weights(frame, m, focal, other)
    shuffles = spec.options["order"] == "random" or "seed" in spec.options
    if not shuffles and "min_ratio" not in spec.options:
        assert set(zip(focal.tolist(), other.tolist(), strict=True)) == by_definition(m, definition)
    if not (spec.is_tied or shuffles or spec.options["order"] == "data" or spec.options["distance"] in SPACES):
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
