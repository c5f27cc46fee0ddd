"""Whether a score tells of referral: the fits of the first score and of change, and their calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats
from toolkit.stats.prediction.added_value import AddedValue, added_value
from toolkit.stats.prediction.calibration import Calibrated, calibration
from toolkit.studies.progress_meaning.known import Scored, codes_of
from toolkit.studies.progress_meaning.rule import Adds, adds
from toolkit.studies.progress_meaning.spec import ProgressMeaningSpec

FEWEST_EVENTS = 5
"""Fewer families referred, or not, than this: nothing is fitted."""
FEWEST_CENTRES = 3


@dataclass(frozen=True, slots=True)
class Telling:
    """What a score, or its change, tells of referral in the year after it.

    Attributes
    ----------
    found
        Beside what was known; ``None`` where families or centres are too few for any fit.
    by_others
        The same of referrals that no centre made; ``None`` where it was not asked, or is too few for.
    calibrated
        Of the chances with the score; ``None`` with ``found``.
    rows
        The families fitted on, with ``expected_known`` and ``expected`` (chances by fits that had not seen their
        centre, without and with the score) where there is a fit. Row level.
    adds
        What the protocol's rule makes of it.
    """

    found: AddedValue | None
    by_others: AddedValue | None
    calibrated: Calibrated | None
    rows: pd.DataFrame
    adds: Adds

    @property
    def families(self) -> int:
        """Families of which it is known what happened."""
        return len(self.rows)

    @property
    def referred(self) -> int:
        """Those of them to which it happened."""
        return int(self.rows["happened"].sum())


def first_score_tells(scored: Scored, spec: ProgressMeaningSpec, seed: int) -> Telling:
    """Return what the first score tells beyond what was known that day."""
    rows = scored.counted
    columns = scored.columns(spec.covariates) if len(rows) else np.zeros((0, 1))
    return _telling(scored, columns, rows["first"].to_numpy(dtype=np.float64), spec, seed)


def change_tells(scored: Scored, spec: ProgressMeaningSpec, seed: int) -> Telling:
    """Return what the change from the first score to the next tells, beyond the first and what was known by then."""
    rows = scored.counted
    columns = scored.columns(spec.covariates, extra=("first",)) if len(rows) else np.zeros((0, 1))
    change = (rows["next"] - rows["first"]).to_numpy(dtype=np.float64)
    return _telling(scored, columns, change, spec, seed)


def _telling(scored: Scored, columns: Floats, score: Floats, spec: ProgressMeaningSpec, seed: int) -> Telling:
    rows = scored.counted
    outcome, weights = (rows[name].to_numpy(dtype=np.float64) for name in ("happened", "weight"))
    found = _fit(outcome, columns, score, rows["centre_id"], weights, spec, seed)
    others = rows["by_others"].to_numpy(dtype=np.float64)
    of_others = rows["weight_by_others"].to_numpy(dtype=np.float64)
    differ = bool((others != outcome).any())
    by_others = _fit(others, columns, score, rows["centre_id"], of_others, spec, seed, repeats=1) if differ else None
    if found is None:
        return Telling(None, by_others, None, rows, adds(None, spec.least_rise, spec.least_if_sure))
    known, both = (1 / (1 + np.exp(-column)) for column in found.linear.T)
    return Telling(
        found=found,
        by_others=by_others,
        calibrated=calibration(found.linear[:, 1], outcome, codes_of(rows["centre_id"]), weights=weights),
        rows=rows.assign(expected_known=known, expected=both, log_odds=found.linear[:, 1]),
        adds=adds(found, spec.least_rise, spec.least_if_sure),
    )


def _fit(
    outcome: Floats,
    columns: Floats,
    score: Floats,
    centre: pd.Series,
    weights: Floats,
    spec: ProgressMeaningSpec,
    seed: int,
    *,
    repeats: int | None = None,
) -> AddedValue | None:
    kept = weights > 0
    events, centres = int(outcome[kept].sum()), centre[kept].nunique()
    if min(events, int(kept.sum()) - events) < FEWEST_EVENTS or centres < FEWEST_CENTRES or np.ptp(score[kept]) == 0:
        return None
    return added_value(
        outcome,
        columns,
        score,
        codes_of(centre),
        weights=weights,
        folds=spec.folds,
        repeats=spec.repeats if repeats is None else repeats,
        seed=seed,
    )
