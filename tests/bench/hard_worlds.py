"""Simulated data on which comparisons go wrong, each with its effect known: small councils, thin overlap, few clusters.

Written apart from `worlds` and from the package: nothing here knows how the package finds what is wrong. Outcomes are
numbers of standard deviation about 1, alike within clusters; the truth is the mean effect among the treated drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class HardWorld:
    """One data set: ``frame`` has treated, y, area and the covariates named; ``truth`` is the effect on the treated."""

    frame: pd.DataFrame
    covariates: list[str]
    truth: float


def _draw(logit: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Return who is treated, the intercept chosen so that about `share` of rows are."""
    low, high = -40.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        expected = (1 / (1 + np.exp(np.clip(-(logit + middle), -700, 700)))).mean()
        low, high = (middle, high) if expected < share else (low, middle)
    return rng.random(len(logit)) < 1 / (1 + np.exp(np.clip(-(logit + low), -700, 700)))


def _world(
    x: np.ndarray, treated: np.ndarray, base: np.ndarray, gain: np.ndarray, area: np.ndarray, extra: dict | None = None
) -> HardWorld:
    names = [f"x{number}" for number in range(x.shape[1])]
    frame = pd.DataFrame(x, columns=names).assign(**(extra or {}))
    frame = frame.assign(treated=treated.astype(int), area=area, y=base + np.where(treated, gain, 0.0))
    return HardWorld(frame, [*names, *(extra or {})], float(gain[treated].mean()))


def _local(area: np.ndarray, icc: float, rng: np.random.Generator) -> np.ndarray:
    """Return what rows of one area share, and each row's own, of total variance 1."""
    shared = rng.normal(size=int(area.max()) + 1)[area]
    return np.sqrt(icc) * shared + np.sqrt(1 - icc) * rng.normal(size=len(area))


def sound(rows: int, areas: int, share: float = 0.2) -> Callable[[int, bool], HardWorld]:
    """Return a maker of worlds where all is well: six covariates that two linear models have."""

    def make(seed: int, is_null: bool) -> HardWorld:
        rng = np.random.default_rng([seed, int(is_null), rows, areas, 1])
        x = np.column_stack([rng.normal(size=(rows, 4)), rng.random((rows, 2)) < [0.3, 0.5]]).astype(float)
        area = rng.integers(0, areas, rows)
        treated = _draw(0.5 * x[:, 0] - 0.4 * x[:, 1] + 0.5 * x[:, 4], rng, share)
        base = 0.5 * x[:, 0] + 0.3 * x[:, 1] - 0.4 * x[:, 4] + _local(area, 0.02, rng)
        gain = np.zeros(rows) if is_null else -0.3 + 0.1 * x[:, 1]
        return _world(x, treated, base, gain, area)

    return make


def poor_overlap(seed: int, is_null: bool) -> HardWorld:
    """The treated are far from most controls: 30% treated, and the score alone nearly tells who."""
    rng = np.random.default_rng([seed, int(is_null), 2])
    rows = 1200
    x, area = rng.normal(size=(rows, 5)), rng.integers(0, 30, rows)
    treated = _draw(2.2 * x[:, 0] + 1.5 * x[:, 1], rng, 0.3)
    base = 0.6 * x[:, 0] + 0.5 * x[:, 1] + 0.3 * np.maximum(x[:, 0], 0) ** 2 + _local(area, 0.02, rng)
    return _world(x, treated, base, np.full(rows, 0.0 if is_null else -0.4), area)


def square_and_product(is_told: bool) -> Callable[[int, bool], HardWorld]:
    """Return a maker of worlds where a square and a product drive all; `is_told` gives the models both."""

    def make(seed: int, is_null: bool) -> HardWorld:
        rng = np.random.default_rng([seed, int(is_null), 3])
        rows = 2000
        x, area = rng.normal(size=(rows, 4)), rng.integers(0, 30, rows)
        square, product = x[:, 0] ** 2, x[:, 1] * x[:, 2]
        treated = _draw(0.3 * x[:, 0] + 0.45 * square + 0.45 * product, rng, 0.2)
        base = 0.4 * x[:, 3] + 0.5 * square + 0.5 * product + _local(area, 0.02, rng)
        extra = {"square": square, "product": product} if is_told else None
        return _world(x, treated, base, np.full(rows, 0.0 if is_null else -0.4), area, extra)

    return make


def heavy_tails(seed: int, is_null: bool) -> HardWorld:
    """Covariates with a few rows very far out (Student's t with two degrees of freedom)."""
    rng = np.random.default_rng([seed, int(is_null), 4])
    rows = 1000
    x, area = rng.standard_t(2, size=(rows, 4)), rng.integers(0, 30, rows)
    treated = _draw(0.8 * x[:, 0] - 0.6 * x[:, 1], rng, 0.3)
    base = 0.3 * x[:, 0] + 0.3 * x[:, 1] + _local(area, 0.02, rng)
    return _world(x, treated, base, np.full(rows, 0.0 if is_null else -0.4), area)


def one_large_cluster(seed: int, is_null: bool) -> HardWorld:
    """One area of 25 holds 40% of the rows; areas differ in how many join and in how much it helps them."""
    rng = np.random.default_rng([seed, int(is_null), 5])
    rows = 1500
    area = rng.choice(25, rows, p=[0.4, *([0.6 / 24] * 24)])
    x = rng.normal(size=(rows, 4))
    treated = _draw(0.5 * x[:, 0] + 0.8 * rng.normal(size=25)[area], rng, 0.25)
    base = 0.5 * x[:, 0] + 0.3 * x[:, 1] + _local(area, 0.1, rng)
    return _world(x, treated, base, np.full(rows, 0.0 if is_null else -0.4), area)


def few_treated_areas(treated_areas: int, areas: int = 40, rows: int = 1600) -> Callable[[int, bool], HardWorld]:
    """Return a maker of worlds where whole areas have the treatment, few of them, and areas differ."""

    def make(seed: int, is_null: bool) -> HardWorld:
        rng = np.random.default_rng([seed, int(is_null), 6, treated_areas])
        area = np.arange(rows) % areas
        x = rng.normal(size=(rows, 3))
        treated = area < treated_areas
        base = 0.5 * x[:, 0] + 0.3 * x[:, 1] + _local(area, 0.1, rng)
        return _world(x, treated, base, np.full(rows, 0.0 if is_null else -0.4), area)

    return make


def rare_outcome(seed: int, is_null: bool) -> HardWorld:
    """A small council: 700 families in 12 areas, an eighth joining, one in twelve referred."""
    rng = np.random.default_rng([seed, int(is_null), 7])
    rows = 700
    x, area = rng.normal(size=(rows, 5)), rng.integers(0, 12, rows)
    treated = _draw(0.6 * x[:, 0] + 0.4 * x[:, 1], rng, 0.125)
    risk = np.clip(0.08 + 0.02 * x[:, 0] + 0.015 * x[:, 1] + 0.02 * rng.normal(size=12)[area], 0.01, 0.5)
    helped = risk * (1.0 if is_null else 0.6)
    luck = rng.random(rows)
    base, with_help = (luck < risk).astype(float), (luck < helped).astype(float)
    return _world(x, treated, base, with_help - base, area)


WORLDS: dict[str, Callable[[int, bool], HardWorld]] = {
    "sound, 3,000 rows, 34 areas": sound(3000, 34),
    "sound, 800 rows, 20 areas": sound(800, 20),
    "sound, 300 rows, 8 areas": sound(300, 8, 0.3),
    "small council, rare outcome": rare_outcome,
    "poor overlap": poor_overlap,
    "square and product not told": square_and_product(False),
    "square and product told": square_and_product(True),
    "heavy tails": heavy_tails,
    "one area of 40%": one_large_cluster,
    "20 of 40 areas treated": few_treated_areas(20),
    "6 of 40 areas treated": few_treated_areas(6),
    "3 of 40 areas treated": few_treated_areas(3),
    "2 of 40 areas treated": few_treated_areas(2),
    "1 of 40 areas treated": few_treated_areas(1),
}
SOUND = [name for name in WORLDS if name.startswith("sound")] + ["square and product told", "20 of 40 areas treated"]
"""Where a note in more than a tenth of data sets would be crying wolf."""
