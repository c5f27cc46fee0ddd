"""All that the study finds, from families as they joined: the comparisons of both outcomes and what bears on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Booleans
from toolkit.stats.staggered.balance import chance_of_imbalance
from toolkit.stats.staggered.effect import Clustered, Effect
from toolkit.studies.progress_rollout.centres import Centres, centres_of
from toolkit.studies.progress_rollout.comparison import (
    Comparison,
    HalfYear,
    after_only,
    compare,
    compared_of,
    half_years,
    within_districts,
)
from toolkit.studies.progress_rollout.facts import RolloutFacts
from toolkit.studies.progress_rollout.gates import signs
from toolkit.studies.progress_rollout.joining import CASE_MIX, Joining
from toolkit.studies.progress_rollout.spec import ALIKE_ON, ProgressRolloutSpec
from toolkit.studies.progress_rollout.tables import families_of

IMBALANCE_DRAWS = 1999


@dataclass(frozen=True, slots=True)
class Findings:
    """What was compared and found.

    Attributes
    ----------
    centres
        Centres that families joined.
    on_record, scoring_on_record
        Centres in the records, and those of them that score.
    followed, seen
        Families followed for a year, and those of whom it can be told whether they still came.
    referred, coming
        The comparisons of both outcomes.
    plain, districts, after
        The effect on referrals without families and centres made alike; with each district's own change held the
        same; and from families after alone, which needs no time before. ``None`` where it cannot be had.
    course
        How far apart both kinds had moved, by half year.
    kinds
        Which centres began to score and are compared, and which they are compared with that never did.
    imbalance
        How often a deal would leave centres as unlike.
    """

    centres: Centres
    on_record: int
    scoring_on_record: int
    followed: pd.DataFrame
    seen: pd.DataFrame
    referred: Comparison
    coming: Comparison
    plain: Clustered | None
    districts: Clustered | None
    after: Clustered | None
    course: tuple[HalfYear, ...]
    kinds: tuple[Booleans, Booleans]
    imbalance: float | None


def findings_of(joining: Joining, centres: pd.DataFrame, spec: ProgressRolloutSpec, seed: int) -> Findings:
    """Return all that the study finds.

    Parameters
    ----------
    joining
        Families as they joined, and their centres' areas.
    centres
        The table of centres.
    spec
        What the protocol asks.
    seed
        Of the deals and signs.
    """
    frame = joining.frame
    followed = frame[frame["is_followed"]].reset_index(drop=True)
    seen = frame[frame["is_seen"]].reset_index(drop=True)
    known = centres_of(centres, joining.areas, frame["centre_id"])
    referred = _compare(followed, "referred", known, spec, seed)
    kinds = _kinds(referred, known)
    return Findings(
        centres=known,
        on_record=len(centres),
        scoring_on_record=int(centres["tracks_progress_from"].notna().sum()),
        followed=followed,
        seen=seen,
        referred=referred,
        coming=_compare(seen, "still_coming", known, spec, seed),
        plain=_plain(followed, known, spec, seed),
        districts=within_districts(referred, known, spec),
        after=after_only(referred.compared, known, spec),
        course=tuple(half_years(referred, known, spec)),
        kinds=kinds,
        imbalance=_imbalance(known, kinds, spec, referred, seed),
    )


def _compare(frame: pd.DataFrame, outcome: str, centres: Centres, spec: ProgressRolloutSpec, seed: int) -> Comparison:
    compared = compared_of(frame, outcome, tuple(CASE_MIX), centres, spec.months_each_side)
    return compare(compared, centres, spec, seed)


def _plain(frame: pd.DataFrame, centres: Centres, spec: ProgressRolloutSpec, seed: int) -> Clustered | None:
    compared = compared_of(frame, "referred", (), centres, spec.months_each_side)
    one = compare(compared, centres, spec.model_copy(update={"alike_on": (), "draws": 0}), seed)
    return None if one.effect is None else one.effect.clustered


def _kinds(one: Comparison, centres: Centres) -> tuple[Booleans, Booleans]:
    if one.effect is None:
        none = np.zeros(len(centres.ids), dtype=bool)
        return none, none
    weighs = (one.effect.contrast.weights[0] > 0).any(axis=1)
    scoring = one.effect.contrast.is_treated[0].any(axis=1)
    return scoring, np.asarray(weighs & ~scoring)


def _imbalance(
    centres: Centres, kinds: tuple[Booleans, Booleans], spec: ProgressRolloutSpec, one: Comparison, seed: int
) -> float | None:
    scoring, others = kinds
    among = scoring | others
    if min(scoring.sum(), others.sum()) < 2:
        return None
    values = centres.values(tuple(ALIKE_ON), among)[among]
    strata = one.design.strata[among]
    return chance_of_imbalance(values, scoring[among], strata, draws=IMBALANCE_DRAWS, seed=seed)


def facts_of(found: Findings, joining: Joining, spec: ProgressRolloutSpec) -> RolloutFacts:
    """Return the single figures that words and the decision need."""
    one, effect = found.referred, found.referred.effect
    scoring, others = found.kinds
    begins = found.centres.begins[scoring]
    counted = {group: int(inside.sum()) for group, inside in families_of(one, found.centres).items()}
    stayed = {step.step: step.rows for step in joining.flow}
    in_time = stayed["followed"] + stayed["out_moved"]
    seen, seen_coming = one.visible, found.coming.visible
    trend = one.trend
    return RolloutFacts(
        centres=found.on_record,
        centres_scoring=found.scoring_on_record,
        centres_not_scoring=found.on_record - found.scoring_on_record,
        compared_scoring=int(scoring.sum()),
        compared_not_yet=0 if effect is None else effect.clustered.controls,
        centres_compared=int((scoring | others).sum()),
        no_before=found.scoring_on_record - int(scoring.sum()),
        first_start=_day(int(begins.min())) if len(begins) else None,
        last_start=_day(int(begins.max())) if len(begins) else None,
        families=len(found.followed),
        families_after=counted["after"],
        families_before=counted["before"],
        families_others=counted["others"],
        share_followed=stayed["followed"] / in_time if in_time else None,
        margin=spec.margin,
        trend_margin=spec.trend_margin,
        smallest_visible=None if seen is None else seen.smallest(),
        smallest_visible_retention=None if seen_coming is None else seen_coming.smallest(),
        families_for_margin=None if seen is None else seen.rows_for(spec.margin),
        centres_for_margin=(
            None if seen is None else int(np.ceil(seen.units_for(spec.margin) * (scoring | others).sum()))
        ),
        between_centres=None if seen is None else float(np.sqrt(one.compared.spread.between)),
        effect=with_widest(effect),
        effect_retention=with_widest(found.coming.effect),
        ranges=_ranges(effect),
        ways_agree=len(set(signs(effect))) == 1 if len(signs(effect)) > 1 else None,
        trend=None if trend is None else (trend.estimate, *trend.interval(0.9)),
        trends_alike=trend is not None and max(map(abs, trend.interval(0.9))) < spec.trend_margin,
        chance_of_imbalance=found.imbalance,
        retention_known=len(found.seen) > 0,
        keep_months=spec.keep_months,
    )


def with_widest(effect: Effect | None) -> tuple[float, float, float] | None:
    """Return an effect with the ends of its widest range; ``None`` without one, or where an end is not to be had."""
    if effect is None or not np.isfinite(effect.widest).all():
        return None
    return effect.clustered.estimate, *effect.widest


def _ranges(effect: Effect | None) -> dict[str, tuple[float, float]]:
    if effect is None:
        return {}
    found = {"cr2": effect.clustered.interval()}
    if effect.wild is not None:
        found["wild_bootstrap"] = effect.wild[1]
    if effect.randomised is not None:
        found["randomisation"] = (effect.randomised.low, effect.randomised.high)
    return {name: ends for name, ends in found.items() if np.isfinite(ends).all()}


def _day(number: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()
