"""A plain check that the tables can tell the truth: trial rows by pandas, a log-linear regression, g-computation.

It knows nothing of the toolkit's own cohort or matching, only what any analyst would do with the tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.simulate import County

NEEDS = ("idaci_decile", "lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care")
FOLLOW_UP = pd.Timedelta(days=365)


@dataclass(frozen=True)
class Recovered:
    """Estimate, standard error (clustered by family) and the naive difference with its own standard error."""

    estimate: float
    se: float
    naive: float
    naive_se: float


def trial_rows(county: County) -> pd.DataFrame:
    """Return one row a family and trial month: not yet registered, a child under five, followed for a year."""
    tables = county.tables
    families = tables["families"].merge(
        tables["registrations"].groupby("family_id")["registered_on"].min().reset_index(), on="family_id", how="left"
    )
    born = tables["children"].assign(born=month_number(tables["children"]["birth_month"]))
    days = tables["referrals"].merge(tables["children"], on="child_id")[["family_id", "received_on"]].drop_duplicates()
    number = pd.Series(np.arange(len(families)), index=families["family_id"])
    events = np.sort(number[days["family_id"]].to_numpy() * 10**6 + day_number(days["received_on"]))
    born_of = (number[born["family_id"]].to_numpy(), born["born"].to_numpy())
    rng = np.random.default_rng(0)
    months = pd.period_range("2008-04", "2011-03", freq="M")
    return pd.concat([_month_rows(families, born_of, events, month, rng) for month in months], ignore_index=True)


def _month_rows(families, born, events, month, rng) -> pd.DataFrame:
    first, last = month.start_time, month.end_time.normalize()
    joins = families["registered_on"].between(first, last).to_numpy()
    drawn = rng.choice(families["registered_on"].to_numpy()[joins], len(families))
    zero = pd.Series(np.where(joins, families["registered_on"].to_numpy(), drawn))
    number, age = born[0], (month.year * 12 + month.month - 1) - born[1]
    children = np.bincount(number[(age >= 0) & (age < 216)], minlength=len(families))
    youngest = np.full(len(families), 999)
    np.minimum.at(youngest, number[age >= 0], age[age >= 0])
    waits = families["registered_on"].isna() | (families["registered_on"] > zero) | joins
    stays = families["known_to"].isna() | (families["known_to"] >= zero + FOLLOW_UP)
    keep = waits & stays & (families["known_from"] <= zero) & (youngest < 60)
    rows = families.loc[keep, ["family_id", "reach_centre_id", "district", *NEEDS]].astype({n: float for n in NEEDS})
    row = np.flatnonzero(keep)
    day = row * 10**6 + day_number(zero[keep])

    def count(after: int, until: int) -> np.ndarray:
        return np.searchsorted(events, day + until, "right") - np.searchsorted(events, day + after, "right")

    known = (zero[keep] - families.loc[keep, "known_from"]).dt.days // 30
    return rows.assign(
        month=str(month), treated=joins[row].astype(float), children=children[row], youngest=youngest[row],
        under_one=(youngest[row] < 12) * 1.0, months_known=np.minimum(known, 24),
        recent=np.minimum(count(-91, 0), 2), older=np.minimum(count(-365, -91), 2), referred=(count(0, 365) > 0) * 1.0,
    )  # fmt: skip


def recover(rows: pd.DataFrame) -> Recovered:
    """Return the difference for joiners that a log-linear regression on recorded need gives, and the naive one."""
    covariates = ["treated", *NEEDS, "children", "youngest", "under_one", "months_known", "recent", "older"]
    places = pd.get_dummies(rows[["district", "month"]], drop_first=True, dtype=float)
    design = np.column_stack([rows[covariates].to_numpy(dtype=float), np.ones(len(rows)), places.to_numpy()])
    design[:, 1:] /= np.abs(design[:, 1:]).max(axis=0)
    outcome = rows["referred"].to_numpy()
    beta, variance = _poisson(design, outcome, rows["family_id"].astype("category").cat.codes.to_numpy())
    joined = design[design[:, 0] == 1]
    without_it = np.exp(joined @ beta - beta[0]).mean()
    arms = [outcome[design[:, 0] == arm] for arm in (1, 0)]
    naive_se = np.sqrt(sum(arm.var() / len(arm) for arm in arms))
    se = without_it * np.exp(beta[0]) * np.sqrt(variance[0, 0])
    return Recovered(without_it * np.expm1(beta[0]), se, arms[0].mean() - arms[1].mean(), naive_se)


def _poisson(design: np.ndarray, outcome: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a log-linear regression's coefficients and their variance clustered by group."""
    beta = np.zeros(design.shape[1])
    beta[len(NEEDS) + 7] = np.log(outcome.mean())
    for _ in range(30):
        mean = np.exp(design @ beta)
        bread = np.linalg.inv(design.T @ (design * mean[:, None]))
        step = bread @ (design.T @ (outcome - mean))
        beta += step * min(1.0, 1.0 / np.abs(step).max())
        if np.abs(step).max() < 1e-8:
            break
    scores = np.zeros((group.max() + 1, design.shape[1]))
    np.add.at(scores, group, design * (outcome - np.exp(design @ beta))[:, None])
    return beta, bread @ (scores.T @ scores) @ bread


def month_number(days: pd.Series) -> np.ndarray:
    return (days.dt.year * 12 + days.dt.month - 1).to_numpy()


def day_number(days: pd.Series) -> np.ndarray:
    return days.to_numpy().astype("datetime64[D]").astype(np.int64)
