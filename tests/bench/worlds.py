"""Simulated data sets whose effects are known: 3,000 families in 34 areas, about 12% treated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

COVARIATES = [f"x{number}" for number in range(8)]
ROWS, AREAS = 3000, 34
HORIZON = 1.0  # years up to which restricted means are compared
SEEN_TWICE = 0.3  # share of the untreated who are in the data a second time, as in successive trials


@dataclass(frozen=True)
class World:
    """One simulated data set with the truths that estimates are held against.

    ``repeated`` is ``frame`` with the second appearances; ``family`` says whose they are.
    """

    frame: pd.DataFrame
    repeated: pd.DataFrame
    truth: dict[str, float]


def simulate(seed: int, *, is_null: bool) -> World:
    """Draw one data set; outcomes are correlated within areas (0.02 for the 0/1 outcome)."""
    rng = np.random.default_rng([seed, int(is_null)])
    numbers = rng.normal(size=(ROWS, 5))
    yes_no = (rng.random((ROWS, 3)) < [0.3, 0.5, 0.2]).astype(float)
    area = rng.integers(0, AREAS, ROWS)
    need = 0.5 * numbers[:, 0] + 0.4 * numbers[:, 1] - 0.3 * numbers[:, 2] + yes_no @ np.array([0.6, 0.4, -0.3])
    need = need + 0.15 * numbers[:, 0] * numbers[:, 1] + 0.3 * rng.normal(size=AREAS)[area]
    chance = 1 / (1 + np.exp(2.75 - need))
    treated = rng.random(ROWS) < chance
    local = rng.normal(size=AREAS)[area]
    gain = 0.0 if is_null else 1.0
    frame = pd.DataFrame(np.column_stack([numbers, yes_no]), columns=COVARIATES)
    frame = frame.assign(treated=treated.astype(int), area=area, family=np.arange(ROWS))
    truth: dict[str, float] = {}
    risk = 0.10 + 0.02 * numbers[:, 0] + 0.02 * numbers[:, 1] - 0.01 * numbers[:, 2] + yes_no @ [0.04, 0.02, 0.0]
    risk = np.clip(risk + np.sqrt(0.02 * 0.12 * 0.88) * local, 0.005, 0.9)
    helped = np.clip(risk - gain * 0.015 * (1 + 0.3 * numbers[:, 0]), 0.002, 0.9)
    frame["referred"] = (rng.random(ROWS) < np.where(treated, helped, risk)).astype(int)
    truth["difference"] = float((helped - risk)[treated].mean())
    truth["ratio"] = float(helped[treated].mean() / risk[treated].mean())
    truth["difference in the overlap"] = float(np.average(helped - risk, weights=chance * (1 - chance)))
    rate = np.exp(-1.0 + 0.2 * numbers[:, 0] + 0.15 * numbers[:, 1] + 0.2 * yes_no[:, 0] + 0.15 * local)
    frame["years"] = rng.uniform(0.5, 1.5, ROWS)
    effect = np.exp(-0.15 * gain)
    frame["contacts"] = rng.poisson(frame["years"] * np.where(treated, effect, 1.0) * rate)
    truth["rate_ratio"] = float(effect)
    hazard = 0.5 * np.exp(0.3 * numbers[:, 0] + 0.2 * yes_no[:, 0] + 0.15 * local)
    ended = rng.uniform(0.5, 1.5, ROWS)
    time = rng.exponential(1 / (hazard * np.where(treated, np.exp(-0.25 * gain), 1.0)))
    frame["event"], frame["time"] = (time <= ended).astype(int), np.maximum(np.minimum(time, ended), 1e-6)
    truth["hazard_ratio"] = marginal_hazard_ratio(hazard[treated], -0.25 * gain)
    fewer = hazard * np.exp(-0.25 * gain)
    truth["rmst"] = float((time_without(fewer) - time_without(hazard))[treated].mean())
    latent = 0.5 * numbers[:, 0] + 0.3 * yes_no[:, 1] + 0.2 * local
    centre = 3 + latent + 0.2 * gain * treated
    frame["score"] = np.clip(np.round(centre + rng.normal(size=ROWS)), 1, 5)
    truth["mean_ordinal"] = float((mean_score(3 + latent + 0.2 * gain) - mean_score(3 + latent))[treated].mean())
    again = rng.permutation(np.flatnonzero(~treated))[: int(SEEN_TWICE * (~treated).sum())]
    return World(frame, pd.concat([frame, frame.iloc[np.sort(again)]], ignore_index=True), truth)


def time_without(hazard: np.ndarray) -> np.ndarray:
    """Return the mean time without the event up to the horizon, at a constant hazard."""
    return (1 - np.exp(-hazard * HORIZON)) / hazard


def mean_score(centre: np.ndarray) -> np.ndarray:
    """Return the mean of a normal score rounded and kept from 1 to 5."""
    from scipy.special import ndtr

    return 5.0 - sum(ndtr(cut - centre) for cut in (1.5, 2.5, 3.5, 4.5))


def marginal_hazard_ratio(hazard: np.ndarray, log_ratio: float) -> float:
    """Return the hazard ratio between the treated as they are and as they would be, that Cox regression aims at.

    Both worlds are followed as here (ends even between 0.5 and 1.5); the ratio is the root of the mean score.
    """
    if log_ratio == 0:
        return 1.0
    times = np.linspace(0.005, 1.495, 150)
    followed = np.clip(1.5 - np.maximum(times, 0.5), 0, 1)
    curves = []
    for factor in (1.0, np.exp(log_ratio)):
        alive = np.exp(-np.outer(times, hazard * factor))
        curves.append((alive.mean(axis=1) * followed, (alive * hazard * factor).mean(axis=1) * followed))
    (at_risk_0, events_0), (at_risk_1, events_1) = curves
    low, high = -3.0, 3.0
    for _ in range(60):
        beta = (low + high) / 2
        share = at_risk_1 * np.exp(beta) / (at_risk_1 * np.exp(beta) + at_risk_0)
        score = (events_1 - share * (events_0 + events_1)).sum()
        low, high = (beta, high) if score > 0 else (low, beta)
    return float(np.exp(low))
