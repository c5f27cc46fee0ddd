"""From what was fitted to the single figures of the result."""

from __future__ import annotations

from typing import Any

import numpy as np

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.stats.agreement.coefficient import Coefficient
from toolkit.stats.prediction.added_value import AddedValue
from toolkit.studies.progress_meaning.facts import ProgressMeaningFacts, Told
from toolkit.studies.progress_meaning.known import Scored
from toolkit.studies.progress_meaning.readings import Scores
from toolkit.studies.progress_meaning.rose import Rose
from toolkit.studies.progress_meaning.scorers import Scorers, figures
from toolkit.studies.progress_meaning.spec import ProgressMeaningSpec
from toolkit.studies.progress_meaning.telling import Telling


def facts_of(
    scored: Scored,
    first: Telling,
    change: Telling,
    rose: Rose,
    scorers: Scorers,
    scores: Scores,
    spec: ProgressMeaningSpec,
    *,
    rose_stands: bool,
) -> ProgressMeaningFacts:
    """Return the single figures that words, pages and the decision need."""
    outcome = OUTCOMES[spec.outcome]
    weights, happened = (first.rows[name].to_numpy(dtype=np.float64) for name in ("weight", "happened"))
    return ProgressMeaningFacts(
        outcome=spec.outcome,
        outcome_label=outcome.label,
        happened=outcome.happened,
        within=outcome.within,
        families=first.families,
        referred=first.referred,
        centres=int(first.rows["centre_id"].nunique()),
        risk=float(weights @ happened / weights.sum()) if first.families else None,
        share_followed=scored.followed / scored.in_time if scored.in_time else None,
        **_of_first(first),
        **_of_change(change),
        rose=rose.rose,
        rose_matched=rose.matched,
        rose_difference=rose.estimate.with_interval,
        rose_largest_on="" if rose.largest is None else rose.largest[0],
        rose_largest_smd=None if rose.largest is None else rose.largest[1],
        rose_stands=rose_stands,
        **_of_scorers(scorers),
        lowest=scores.lowest,
        highest=scores.highest,
        least_rise=spec.least_rise,
        least_if_sure=spec.least_if_sure,
        margin=spec.margin,
        min_pairs=spec.min_pairs,
    )


def _of_first(first: Telling) -> dict[str, Any]:
    found, calibrated = first.found, first.calibrated
    return {
        "adds_value": first.adds,
        **_of_areas(found),
        "area_score": None if found is None else figures(found.score),
        "odds_ratio": _odds(None if found is None else found.slope),
        "odds_ratio_by_others": _odds(None if first.by_others is None else first.by_others.slope),
        "brier": None if found is None else figures(found.brier),
        "log_score": None if found is None else figures(found.log_score),
        "calibration_slope": None if calibrated is None else figures(calibrated.slope),
        "calibration_in_the_large": None if calibrated is None else figures(calibrated.in_the_large),
    }


def _of_change(change: Telling) -> dict[str, Any]:
    told = {
        "families": change.families,
        "referred": change.referred,
        "adds_value": change.adds,
        **_of_areas(change.found),
        "odds_ratio": _odds(None if change.found is None else change.found.slope),
    }
    return {f"change_{name}": value for name, value in told.items()}


def _of_areas(found: AddedValue | None) -> dict[str, Any]:
    if found is None:
        return dict.fromkeys(("added_value", "largest_rise", "area_known", "area_both"))
    return {
        "added_value": figures(found.rise),
        "largest_rise": float(found.largest_rise) if np.isfinite(found.largest_rise) else None,
        "area_known": figures(found.known),
        "area_both": figures(found.both),
    }


def _odds(slope: Coefficient | None) -> Told:
    """Return what a point less multiplies the odds by."""
    told = None if slope is None else figures(slope)
    return None if told is None else (float(np.exp(-told[0])), float(np.exp(-told[2])), float(np.exp(-told[1])))


def _of_scorers(scorers: Scorers) -> dict[str, Any]:
    agreement, dependable, drift = scorers.agreement, scorers.reliability, scorers.drift
    same = None if agreement is None or not np.isfinite(agreement.same) else float(agreement.same)
    error = None if dependable is None or not np.isfinite(dependable.error) else float(dependable.error)
    return {
        "agreement": None if agreement is None else figures(agreement.kappa),
        "agreement_pairs": scorers.pairs,
        "agreement_same": same,
        "reliability": None if dependable is None else figures(dependable.one_way),
        "score_error": error,
        "drift": None if drift is None else figures(drift.pooled),
        "drift_against_other": None if drift is None else figures(drift.against_other),
        "drift_scores": 0 if drift is None else drift.scores,
        "drift_scorers": 0 if drift is None else drift.scorers,
        "drift_double": 0 if drift is None else drift.double,
    }
