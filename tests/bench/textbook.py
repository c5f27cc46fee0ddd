"""A careful textbook's way to the same answer, with scikit-learn, NumPy, pandas and statsmodels: what ours is beside.

The propensity is fitted to convergence, for scikit-learn's defaults would change most of the pairs. Greedy matching
looks at every free control of the district for each treated row.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Textbook:
    """What came of it, and how long it took."""

    treated: np.ndarray
    control: np.ndarray
    estimate: float
    se: float
    wall: float
    processor: float


def textbook(frame: pd.DataFrame, names: list[str], caliper: float) -> Textbook:
    """Match in pairs within districts, compare the arms, and regress with clustered standard errors."""
    import statsmodels.api as sm
    from sklearn.linear_model import LogisticRegression

    began, ran = time.perf_counter(), time.process_time()
    x, treated = frame[names].to_numpy(dtype=float), frame["treated"].to_numpy()
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=100).fit(x, treated)
    score = model.decision_function(x)
    ours, theirs = greedy(score, treated, frame["district"].to_numpy(), caliper * score.std(ddof=1))
    used = np.concatenate([ours, theirs])
    balance(frame[names], treated, used)
    centred = x[used] - x[ours].mean(axis=0)
    arm = treated[used].astype(float)
    design = np.column_stack([np.ones(len(used)), arm, centred, centred * arm[:, None]])
    groups = np.column_stack([np.tile(np.arange(len(ours)), 2), frame["area"].to_numpy()[used]])
    fit = sm.OLS(frame["y"].to_numpy(dtype=float)[used], design).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return Textbook(
        ours, theirs, float(fit.params[1]), float(fit.bse[1]), time.perf_counter() - began, time.process_time() - ran
    )


def greedy(score: np.ndarray, treated: np.ndarray, stratum: np.ndarray, caliper: float) -> tuple[np.ndarray, ...]:
    """Let each treated row, the largest score first, take the nearest free control of its stratum."""
    ours, theirs = [], []
    for code in np.unique(stratum):
        inside = np.flatnonzero((stratum == code) & (treated == 1))
        outside = np.flatnonzero((stratum == code) & (treated == 0))
        left = score[outside].copy()
        for row in inside[np.argsort(-score[inside], kind="stable")]:
            gaps = np.abs(left - score[row])
            nearest = int(gaps.argmin())
            if gaps[nearest] <= caliper:
                ours.append(row)
                theirs.append(outside[nearest])
                left[nearest] = np.inf
    return np.array(ours), np.array(theirs)


def balance(columns: pd.DataFrame, treated: np.ndarray, used: np.ndarray) -> pd.DataFrame:
    """Return standardised differences, variance ratios and the largest gap between distributions, before and after."""
    from scipy.stats import ks_2samp

    table = {}
    for name in columns:
        values = columns[name].to_numpy(dtype=float)
        deviation = values[treated == 1].std(ddof=1)
        row = []
        for rows in (np.arange(len(values)), used):
            one, other = values[rows][treated[rows] == 1], values[rows][treated[rows] == 0]
            gap = ks_2samp(one, other, method="asymp").statistic
            row += [(one.mean() - other.mean()) / deviation, one.var(ddof=1) / other.var(ddof=1), gap]
        table[name] = row
    return pd.DataFrame(table).T
