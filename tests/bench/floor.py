"""The bare floor: what match, balance and effect cannot do without, in plain NumPy, on arrays known to be sound.

Nothing is checked, explained or kept. Each step is the quickest known here that gives the same numbers, so that what is
above the floor is the price of everything else.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import pandas as pd

CHUNK = 8_192
STEP = 1e-7  # a Newton step so short leaves an error of about its square


@dataclass(frozen=True)
class Floor:
    """What came of it (`estimate`, its `se`, `pairs`, the terms' largest `gaps` after), and seconds on both clocks."""

    estimate: float
    se: float
    pairs: tuple[np.ndarray, np.ndarray]
    gaps: list[float]
    wall: float
    processor: float


def floor(frame: pd.DataFrame, names: list[str], caliper: float) -> Floor:
    """Match in pairs within districts, compare the arms on every covariate and the score, and estimate the effect."""
    began, ran = time.perf_counter(), time.process_time()
    columns = [frame[name].to_numpy() for name in names]
    treated = frame["treated"].to_numpy() == 1
    score = fitted_score(columns, treated)
    ours, theirs = paired(score, treated, frame["district"].to_numpy(), caliper * score.std(ddof=1))
    gaps = [compared(np.asarray(column, dtype=float), treated, ours, theirs) for column in (score, *columns)]
    used = np.concatenate([ours, theirs])
    outcome, area = frame["y"].to_numpy()[used].astype(float), frame["area"].to_numpy()[used].astype(int)
    estimate, se = adjusted_difference([column[used] for column in columns], outcome, len(ours), area)
    return Floor(estimate, se, (ours, theirs), gaps, time.perf_counter() - began, time.process_time() - ran)


def fitted_score(columns: list[np.ndarray], treated: np.ndarray) -> np.ndarray:
    """Return the linear predictor of a logistic regression: Newton's method, from a fit on every 64th row."""
    width, score = len(columns) + 1, np.empty(len(treated))
    beta = np.zeros(width)
    for step in (64, 8, 1):  # few rows begin, which saves passes over all
        some, y = [column[::step] for column in columns], treated[::step]
        for _ in range(30):
            gradient, information = np.zeros(width), np.zeros((width, width))
            for begin in range(0, len(y), CHUNK):  # what fits the processor's cache
                rows = slice(begin, begin + CHUNK)
                x = block(some, rows)
                eta = beta @ x
                p = 1 / (1 + np.exp(-eta))
                gradient += x @ (y[rows] - p)
                information += (x * (p * (1 - p))) @ x.T
            move = np.linalg.solve(information, gradient)
            beta += move
            if np.abs(move).max() < (STEP if step == 1 else 1e-3):
                break
    for begin in range(0, len(treated), CHUNK):
        rows = slice(begin, begin + CHUNK)
        score[rows] = beta @ block(columns, rows)
    return score


def block(columns: list[np.ndarray], rows: slice) -> np.ndarray:
    """Return some rows of the columns below a row of ones."""
    return np.vstack([np.ones(len(columns[0][rows])), *(column[rows] for column in columns)])


def paired(score: np.ndarray, treated: np.ndarray, stratum: np.ndarray, caliper: float) -> tuple[np.ndarray, ...]:
    """Let each treated row, the largest score first, take the nearest free control of its stratum.

    Free places left and right are found by joining runs of taken ones (disjoint sets), so one step a treated row.
    """
    ours, theirs = [], []
    for code in np.unique(stratum):
        inside, outside = np.flatnonzero((stratum == code) & treated), np.flatnonzero((stratum == code) & ~treated)
        inside = inside[np.argsort(-score[inside], kind="stable")]
        outside = outside[np.argsort(score[outside], kind="stable")]
        line = score[outside].tolist()
        size = len(line)
        up, down = list(range(size + 1)), list(range(size + 1))  # down is one place on: 0 is the end
        for row, mine in zip(inside.tolist(), score[inside].tolist(), strict=True):
            place = bisect_left(line, mine)
            right, left = _end(up, place), _end(down, place) - 1
            to_right = line[right] - mine if right < size else np.inf
            to_left = mine - line[left] if left >= 0 else np.inf
            if min(to_left, to_right) <= caliper:
                taken = (
                    left if to_left < to_right or (to_left == to_right and outside[left] < outside[right]) else right
                )
                ours.append(row)
                theirs.append(outside[taken])
                up[taken], down[taken + 1] = taken + 1, taken
    order = np.argsort(ours, kind="stable")
    return np.array(ours)[order], np.array(theirs)[order]


def _end(forest: list[int], place: int) -> int:
    while forest[place] != place:
        forest[place] = forest[forest[place]]
        place = forest[place]
    return place


def compared(values: np.ndarray, treated: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> float:
    """Work out one covariate's row of the balance table, before and after; return the largest gap after."""
    inside, outside = values[treated], values[~treated]
    one, other = values[ours], values[theirs]
    deviation = inside.std(ddof=1)
    row = [(a.mean(), b.mean(), (a.mean() - b.mean()) / deviation) for a, b in ((inside, outside), (one, other))]
    row.append(np.abs(one - other).mean() / deviation)
    if ((values == 0) | (values == 1)).all():
        return abs(row[1][0] - row[1][1])
    row += [(a.var(ddof=1) / b.var(ddof=1),) for a, b in ((inside, outside), (one, other))]
    line = np.sort(values)
    ends = np.flatnonzero(np.append(line[1:] != line[:-1], True))
    counts = np.bincount(np.searchsorted(line, np.sort(inside)), minlength=len(line))
    before = np.cumsum(counts)[ends]  # treated up to each distinct value
    gaps = np.abs(before / len(inside) - (ends + 1 - before) / len(outside))
    row.append((gaps.mean(), gaps.max()))
    one, other = np.sort(one), np.sort(other)
    both = np.sort(np.concatenate([one, other]))  # between these the gap stays as it is
    gaps = np.abs(np.searchsorted(one, both, side="right") - np.searchsorted(other, both, side="right")) / len(one)
    places = np.searchsorted(line[ends], both)
    row.append(((gaps * np.diff(np.append(places, len(ends)))).sum() / len(ends), gaps.max()))
    return float(gaps.max())


def adjusted_difference(
    columns: list[np.ndarray], outcome: np.ndarray, pairs: int, area: np.ndarray
) -> tuple[float, float]:
    """Regress each arm on the covariates; return the difference of their means for the treated, and its error.

    Clustered by pair and by area: CR1 by pair and by both, CR2 by area (Bell and McCaffrey, 2002), combined as
    Cameron, Gelbach and Miller (2011) do.
    """
    design = np.column_stack([np.ones(2 * pairs), *columns])
    design[:, 1:] -= design[:pairs, 1:].mean(axis=0)
    influence, of_areas, means = np.empty(2 * pairs), np.zeros(int(area.max()) + 1), []
    for sign, rows in ((1, slice(0, pairs)), (-1, slice(pairs, None))):
        x, codes = design[rows], area[rows]
        bread = np.linalg.inv(x.T @ x)
        beta = bread @ (x.T @ outcome[rows])
        residual = outcome[rows] - x @ beta
        means.append(beta[0])
        influence[rows] = sign * (x @ bread[0]) * residual
        values, vectors = np.linalg.eigh(bread)
        root = vectors * np.sqrt(values) @ vectors.T
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(of_areas) + 1))
        for group in range(len(of_areas)):
            mine = order[bounds[group] : bounds[group + 1]]
            squares, scores = x[mine].T @ x[mine], x[mine].T @ residual[mine]
            share, turn = np.linalg.eigh(root @ squares @ root)
            turned = root @ turn * ((1 / np.sqrt(1 - share) - 1) / share)
            of_areas[group] += sign * bread[0] @ (scores + squares @ (turned @ (turn.T @ (root @ scores))))
    factor = (2 * pairs - 1) / (2 * pairs - 2 * design.shape[1])
    by_pair = influence[:pairs] + influence[pairs:]
    same = area[:pairs] == area[pairs:]
    by_both = np.concatenate([by_pair[same], influence[:pairs][~same], influence[pairs:][~same]])
    variance = (of_areas**2).sum()
    for sums, sign in ((by_pair, 1), (by_both, -1)):
        variance += sign * factor * len(sums) / (len(sums) - 1) * (sums**2).sum()
    return float(means[0] - means[1]), float(np.sqrt(variance))
