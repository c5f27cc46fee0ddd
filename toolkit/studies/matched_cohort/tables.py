"""What a matched cohort shows beside its estimate: the sets, the events, follow-up and what became unmatched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.cohort.counts import tally_events
from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.design import month_name
from toolkit.cohort.outcomes import outcomes_named
from toolkit.cohort.trials import Cohort
from toolkit.stats import Effect, Note
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.result import FlowStep

if TYPE_CHECKING:
    from toolkit.studies.matched_cohort.calibration.calibrated import Calibration
    from toolkit.studies.matched_cohort.comparison import Comparison

MOVED_AWAY = (
    "Families that moved away were followed until the move. What had happened by then counts, and families still here "
    "stand for them, weighted by what was known of both."
)
LABELS = {"score": "How likely the family was to join"}


def matched_sets(pairs: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a member of a matched set, from pairs of row labels.

    Parameters
    ----------
    pairs
        Columns ``set``, ``treated``, ``control`` (labels of ``frame``'s index), ``distance`` and ``round``.
    frame
        The cohort's followed rows.

    Returns
    -------
    DataFrame
        ``set``, ``role`` (joined, not_joined), ``row_id``, ``family_id``, ``trial``, ``district``, ``time_zero``,
        ``distance`` and ``round``, ordered by set, the joiner first. Row level: for leads and analysts only.
    """
    joined = pairs.drop_duplicates("set")[["set", "treated", "round"]].rename(columns={"treated": "row_id"})
    others = pairs[["set", "control", "distance", "round"]].rename(columns={"control": "row_id"})
    stacked = pd.concat(
        [joined.assign(role="joined", distance=0.0), others.assign(role="not_joined")], ignore_index=True
    )
    stacked = stacked.sort_values(["set", "role", "distance", "row_id"], kind="stable", ignore_index=True)
    known = frame.loc[stacked["row_id"], ["family_id", "trial", "district", "time_zero"]].reset_index(drop=True)
    known = known.astype({"family_id": "str", "trial": "str", "district": "str"})
    return pd.concat([stacked[["set", "role", "row_id"]], known, stacked[["distance", "round"]]], axis=1)


def labelled(balance: pd.DataFrame) -> pd.DataFrame:
    """Return the balance table with a column ``label``: each term as a page says it."""
    labels = [
        COVARIATES[str(term)].label if term in COVARIATES else LABELS.get(str(term), term) for term in balance.index
    ]
    table = balance.copy()
    table.insert(0, "label", labels)
    return table


def matched_flow(frame: pd.DataFrame, sets: pd.DataFrame) -> tuple[FlowStep, ...]:
    """Return the flow's last steps: joiners with and without a match, and who they were matched to."""
    joined = int((frame["treated"] == 1).sum())
    matched = sets[sets["role"] == "joined"]
    controls = sets[sets["role"] == "not_joined"]
    n, left = len(matched), joined - len(matched)
    wider = int((matched["round"] == 2).sum())
    return (
        FlowStep("out_unmatched", left, left, f"{left:,} families that joined had no family alike to compare with."),
        FlowStep("matched_joined", n, n, f"{n:,} families that joined were matched."),
        FlowStep(
            "matched_more_widely",
            wider,
            wider,
            f"{wider:,} of them found nobody alike in their own month and district, and were matched more widely.",
        ),
        FlowStep(
            "matched_not_joined",
            int(controls["family_id"].nunique()),
            len(controls),
            f"{len(controls):,} family-months of {controls['family_id'].nunique():,} other families are compared with.",
        ),
    )


def tables_of(
    cohort: Cohort, comparison: Comparison, unmatched: pd.DataFrame, spec: MatchedCohort
) -> dict[str, pd.DataFrame]:
    """Return the aggregate tables of a result.

    ``events_matched`` and ``events_everyone`` (outcomes that were followed, by arm; families compared with count so
    that each set's are as many as its joiner), ``follow_up`` (by arm), ``unmatched`` (joiners without a match, by
    reason).
    """
    outcomes = outcomes_named(name for name in spec.outcomes if name in cohort.frame)
    weights = comparison.matched.weights
    inside = comparison.followed.loc[comparison.sets["row_id"].unique()]
    return {
        "events_matched": tally_events(inside, outcomes, weights),
        "events_everyone": cohort.events,
        "follow_up": cohort.person_time,
        "unmatched": unmatched.groupby("reason", sort=True).size().rename("families").reset_index(),
    }


def facts_of(
    comparison: Comparison,
    spec: MatchedCohort,
    effect: Effect | None,
    notes: Sequence[Note],
    calibration: Calibration | None = None,
) -> MatchedCohortFacts:
    """Return the single figures of a result, given what was found and what it says of itself."""
    primary = outcomes_named(spec.outcomes)[0]
    frame, sets, calendar = comparison.followed, comparison.sets, comparison.cohort.calendar
    controls = frame.loc[sets.loc[sets["role"] == "not_joined", "row_id"]]
    joined = int((frame["treated"] == 1).sum())
    matched = int((sets["role"] == "joined").sum())
    return MatchedCohortFacts(
        outcome=primary.name,
        outcome_label=primary.label,
        happened=primary.happened,
        within=primary.within,
        joined=joined,
        matched=matched,
        unmatched=joined - matched,
        share_matched=matched / joined if joined else None,
        share_joined_later=float(controls["joins_later"].mean()) if len(controls) else None,
        caliper=spec.caliper,
        ratio=spec.ratio,
        margin=spec.margin,
        first_trial=month_name(calendar.first),
        last_trial=month_name(calendar.last),
        trials=calendar.trials,
        rows=len(frame),
        covariates_left_out=comparison.ready.left_out,
        mean_treated=None if effect is None else effect.mean_treated,
        mean_control=None if effect is None else effect.mean_control,
        caliper_on_logit=comparison.rounds.caliper,
        notes=tuple(dict.fromkeys(note.code for note in notes)),  # their words may count a few families
        controls=len(controls),
        joined_later=int(controls["joins_later"].sum()),
        moved_away=MOVED_AWAY,
        **_of_controls(calibration),
    )


def _of_controls(calibration: Calibration | None) -> dict[str, Any]:
    if calibration is None:
        return {}
    error = calibration.error
    return {
        "controls_asked": calibration.controls.asked,
        "controls_found": len(calibration.controls.table),
        "controls_moved": None if error is None else -calibration.scale * error.mean,
        "controls_differ": None if error is None else calibration.scale * error.found,
        "controls_differ_se": None if error is None else calibration.scale * error.found_se,
    }
