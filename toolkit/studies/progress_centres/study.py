"""Centres beside each other: a funnel of how families' scores moved, their families allowed for; nobody is ranked."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toolkit.progress import Progress
from toolkit.stats.providers.case_mix import UNLIKE
from toolkit.stats.providers.shrinkage import Shrunken
from toolkit.stats.variance.clustered_mean import clustered_mean
from toolkit.studies.estimates import estimate_of_mean, known, no_figure
from toolkit.studies.progress_centres import gates
from toolkit.studies.progress_centres.case_mix_of import columns_of
from toolkit.studies.progress_centres.checks import checks_of
from toolkit.studies.progress_centres.compared import Compared, compare
from toolkit.studies.progress_centres.facts import ProgressCentresFacts, Told
from toolkit.studies.progress_centres.spec import ProgressCentresSpec
from toolkit.studies.progress_centres.tables import tables_of
from toolkit.studies.progress_change.readings import FirstAndLast, first_and_last
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, FlowStep, StudyResult

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Hold centres against each other; a snapshot without scores gives a result whose gates say so.

    Raises
    ------
    InputError
        When there are scores but none of the dimension, or tenths of deprivation of two editions would be compared.
    """
    spec = protocol.spec_as(ProgressCentresSpec)
    began = perf_counter()
    progress("Reading the scores", 0.0)
    readings = first_and_last(snapshot, dimension=spec.dimension, wait_days=spec.wait_days, instrument=spec.instrument)
    highest = float(readings.instrument.highest)
    frame = readings.frame.assign(highest=highest)
    twice = frame[frame["last"].notna()].reset_index(drop=True)
    progress("Holding centres against each other", 0.4)
    columns = columns_of(twice, snapshot, spec.covariates)
    compared = compare(twice, columns, highest, min_families=spec.min_families, seed=seed)
    progress("Looking at what to ask first", 0.8)
    limits = protocol.gates
    facts = _facts(readings, twice, compared, spec)
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        first_day=None if readings.first_day is None else readings.first_day.date(),
        last_day=None if readings.last_day is None else readings.last_day.date(),
        estimates=_estimates(twice, compared),
        gates=(
            gates.scored_twice(facts.families_scored_twice, limits.min_treated),
            gates.centres(facts.centres_compared, limits.min_clusters),
            gates.differ_at_all(compared.shares is not None),
            gates.scored_again(facts.share_without_second, limits.min_follow_up),
            gates.case_mix(facts.covariates_used, facts.covariates_left_out, facts.centres_unlike),
            gates.scorers(facts.share_same_scorer),
        ),
        flow=(*readings.flow, *_flow(compared)),
        tables=tables_of(compared, checks_of(frame, compared, limits.min_follow_up)),
        facts=facts,
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _flow(compared: Compared) -> tuple[FlowStep, ...]:
    small, families = int(compared.too_small.sum()), int(compared.families.sum())
    return (
        FlowStep("out_small_centres", small, small, f"{small:,} families are of centres too small to be compared."),
        FlowStep("compared", families, families, f"{families:,} families are of the centres that are compared."),
    )


def _estimates(twice: pd.DataFrame, compared: Compared) -> tuple[Estimate, ...]:
    """Return how far centres' true shares differ, the share, and how far their true mean last scores differ."""
    codes = np.unique(twice["centre_id"].to_numpy(dtype=object).astype(str), return_inverse=True)[1].reshape(-1)
    better = clustered_mean((twice["last"] > twice["first"]).to_numpy(dtype=np.float64), codes.astype(np.intp))
    return (
        _spread("share_improved_between_centres", compared.shrunken, len(twice)),
        estimate_of_mean(better, "progress", estimator="first_to_last", measure="share_improved", rows=len(twice)),
        _spread("last_score_between_centres", compared.shrunken_means, len(twice)),
    )


def _spread(measure: str, shrunken: Shrunken | None, rows: int) -> Estimate:
    told = _told(shrunken)
    if told is None or shrunken is None:
        return no_figure("progress", estimator="funnel", measure=measure, n_treated=rows)
    middle, low, high = told
    return Estimate(
        outcome="progress", estimator="funnel", measure=measure, estimate=middle, se=None, low=low, high=high,
        n_treated=rows, clusters=len(shrunken.unit),
    )  # fmt: skip


def _told(shrunken: Shrunken | None) -> Told:
    """Return the standard deviation of centres' true figures with its interval."""
    if shrunken is None:
        return None
    low, high = shrunken.spread_interval
    # With few centres the best single estimate may lie below the interval, which carries what chance may hide.
    return shrunken.spread, min(low, shrunken.spread), max(high, shrunken.spread)


def _facts(
    readings: FirstAndLast, twice: pd.DataFrame, compared: Compared, spec: ProgressCentresSpec
) -> ProgressCentresFacts:
    frame, able = readings.frame, twice["first"] < readings.instrument.highest
    return ProgressCentresFacts(
        families_scored_twice=len(twice),
        improved=int((twice["last"] > twice["first"]).sum()),
        at_the_top=int((~able).sum()),
        share_without_second=float(frame["last"].isna().mean()) if len(frame) else None,
        share_same_scorer=readings.counts.share_same_scorer,
        centres_with_scores=int(twice["centre_id"].nunique()),
        centres_compared=len(compared.centres),
        centres_too_small=len(compared.too_small),
        spread=_told(compared.shrunken),
        mean_spread=_told(compared.shrunken_means),
        covariates_used=compared.columns.used,
        covariates_left_out=compared.columns.left_out,
        centres_unlike=int((compared.unlike > UNLIKE * compared.could).sum()),
        min_families=spec.min_families,
        **_of_funnels(compared),
    )


def _of_funnels(compared: Compared) -> dict[str, Any]:
    shares, means, drawn, ranks = compared.shares, compared.means, compared.shrunken, compared.ranks
    outside = np.zeros(0) if shares is None else shares.outside
    return {
        "stand_out_above": int((outside == 2).sum()),
        "stand_out_below": int((outside == -2).sum()),
        "beyond_inner": int((outside != 0).sum()),
        "mean_stands_out": 0 if means is None else int((np.abs(means.outside) == 2).sum()),
        "share": None if shares is None else float(shares.target),
        "shrunken_least": None if drawn is None else float(np.clip(drawn.shrunk.min(), 0, 1)),
        "shrunken_most": None if drawn is None else float(np.clip(drawn.shrunk.max(), 0, 1)),
        "dispersion": None if shares is None else known(shares.dispersion),
        "by_chance": None if shares is None else known(shares.p_value),
        "limits_allow_for_differences": shares is not None and shares.between > 0,
        "rank_span": None if ranks is None else float((ranks.high - ranks.low + 1).mean()),
        "ranks_sure": 0 if ranks is None else int(ranks.notes[0].figures.get("sure", 0)),
    }
