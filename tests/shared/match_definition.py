"""What a nearest match is, by its definition: small frames, random specifications, every pair tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from toolkit.stats import match
from toolkit.stats.matching.nearest.distances import distance_terms, place_rows
from toolkit.stats.sample.covariates import read_covariate

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
        frame = frame.round(0) * 0.1  # so that sums and differences are off by rounding
    frame["k"] = rng.choice(["x", "y", "z"], spec.rows)
    frame["treated"] = (rng.random(spec.rows) < 1 / (1 + np.exp(0.9 - frame["a"] - 0.4 * frame["b"]))).astype(int)
    frame["g"] = rng.integers(0, 3, spec.rows)
    frame["h"] = rng.integers(0, 4, spec.rows)
    frame["u"] = rng.integers(0, max(2, spec.rows // 3), spec.rows)
    frame["v"] = frame["u"] * 2 + frame["treated"]  # units whose rows are all in one arm
    frame["y"] = rng.normal(size=spec.rows)
    frame["w"] = np.where(rng.random(spec.rows) < 0.1, 0.0, rng.exponential(size=spec.rows))
    return frame.set_index(pd.Index([f"r{i}" for i in rng.permutation(spec.rows)]))


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


def with_weight(frame: pd.DataFrame, options: dict[str, Any]) -> pd.DataFrame:
    """Return the rows that stand for somebody."""
    return frame if options["weights"] is None else frame[frame["w"] > 0]


class Definition:
    """Every pair's distance and whether it is allowed, as whole matrices."""

    def __init__(self, frame: pd.DataFrame, m, options: dict[str, Any]) -> None:
        frame = with_weight(frame, options)
        self.frame, self.options = frame, options
        treated = frame["treated"].to_numpy() == 1
        self.focal = np.flatnonzero(treated if options["estimand"] == "ATT" else ~treated)
        self.others = np.flatnonzero(~treated if options["estimand"] == "ATT" else treated)
        score = m.score[frame.index].to_numpy()
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


def by_definition(m, definition: Definition) -> set[tuple[int, int]]:
    """Greedy matching written as plainly as can be."""
    options, units, capacity = definition.options, definition.units(), definition.capacity()
    focal = order_by_definition(m, definition)
    quota = dict.fromkeys(focal, options["ratio"])
    used: dict[Any, int] = {}
    own: dict[int, list[Any]] = {}
    pairs: set[tuple[int, int]] = set()

    def best(row: int) -> tuple[float, int] | None:
        if options["unit"] is not None and row not in own and used.get(units[row], 0) >= capacity:
            return None
        good = [
            c for c in definition.others
            if definition.allowed[row, c] and used.get(units[c], 0) < capacity and units[c] not in own.get(row, ())
        ]  # fmt: skip
        return nearest(definition.distance[row], good, definition.tie)

    def take(row: int, chosen: int) -> None:
        if options["unit"] is not None and row not in own:
            used[units[row]] = used.get(units[row], 0) + 1
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
    score = m.score[definition.frame.index].to_numpy()
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
