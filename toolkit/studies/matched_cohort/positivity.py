"""Which covariates a comparison can use: those that differ between families, and rows with a counterpart at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.flow import FlowStep


@dataclass(frozen=True, slots=True)
class Usable:
    """What is left to match on.

    Attributes
    ----------
    frame
        The rows that have a counterpart in the other arm on every yes-or-no covariate.
    covariates
        Those that differ between the rows kept.
    left_out
        Covariates not used, and why.
    flow
        Rows left out, one step a covariate.
    """

    frame: pd.DataFrame
    covariates: tuple[str, ...]
    left_out: dict[str, str]
    flow: tuple[FlowStep, ...]


def usable(frame: pd.DataFrame, covariates: Sequence[str]) -> Usable:
    """Return the rows and covariates that a propensity score can be fitted on.

    A covariate that is the same for a whole arm would separate the arms: rows of the other arm with other values have
    no counterpart, so they are left out and counted, and the covariate, now the same for all, is no longer needed.
    """
    left_out: dict[str, str] = {}
    flow: list[FlowStep] = []
    for name in covariates:
        values = frame[name].to_numpy()
        if values.min() == values.max():
            left_out[name] = "the same for every family"
            continue
        treated = frame["treated"].to_numpy() == 1
        arms = values[treated], values[~treated]
        if all(arm.min() != arm.max() for arm in arms if len(arm)):
            continue
        keep = np.isin(values, np.intersect1d(*arms))
        flow.append(_without_counterpart(frame[~keep], name))
        left_out[name] = "only one of its values was found in both groups"
        frame = frame[keep]
    return Usable(frame, tuple(name for name in covariates if name not in left_out), left_out, tuple(flow))


def _without_counterpart(rows: pd.DataFrame, name: str) -> FlowStep:
    joined = int((rows["treated"] == 1).sum())
    return FlowStep(
        f"out_no_counterpart_{name}",
        int(rows["family_id"].cat.codes.nunique()),
        len(rows),
        f"{len(rows):,} family-months ({joined:,} of families that joined) had no counterpart in the other group on "
        f'"{COVARIATES[name].label}".',
    )
