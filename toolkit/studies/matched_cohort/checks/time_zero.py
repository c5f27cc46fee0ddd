"""Whether the clock started fairly: the immortal-time self-test, from the raw tables and not from the cohort's queries.

It also shows what the usual mistake would have said: counting only the families that came back for a second score.
"""

from __future__ import annotations

import pandas as pd

from toolkit.stats.effects.effect import Effect
from toolkit.studies.matched_cohort.checks.words import passes
from toolkit.studies.matched_cohort.evidence import Evidence, rows_of
from toolkit.studies.result import Check
from toolkit.wording.amounts import in_100

LABEL = "The day the count starts"


def check(evidence: Evidence) -> Check:
    """Pass when joiners are followed from their first registration and no compared family had registered by its day."""
    inside = evidence.comparison.inside
    first = evidence.snapshot.read("registrations").groupby("family_id")["registered_on"].min()
    registered = pd.to_datetime(inside["family_id"].astype(str).map(first))
    starts = pd.to_datetime(inside["time_zero"])
    joined = inside["role"] == "joined"
    late = int((registered[joined] != starts[joined]).sum())
    early = int((registered[~joined] <= starts[~joined]).sum())
    wrong = late + early
    if wrong:
        sentence = f"{wrong:,} families do not start on a fair day. The answer cannot be used. Please report this."
    else:
        sentence = "Every family that joined is counted from the day it joined, whether or not it came back."
    survivors = _survivors_only(evidence, inside[joined])
    table = None
    if survivors is not None:
        table = rows_of([("Every joiner", evidence.primary), ("Only those with a second score", survivors)])
        sentence += (
            f" Had we counted only those who came back for a second score, the figure would be "
            f"{in_100(survivors.estimate)} in every 100 instead of {in_100(evidence.primary.estimate)}."
        )
    return Check(
        name="time_zero",
        label=LABEL,
        status=passes(not wrong),
        figure=float(wrong),
        threshold=0.0,
        sentence=sentence,
        table=table,
    )


def _survivors_only(evidence: Evidence, joiners: pd.DataFrame) -> Effect | None:
    scores = evidence.snapshot.read("progress_scores")
    back = set(scores.loc[scores["stage"] != "start", "family_id"])
    came_back = joiners.index[joiners["family_id"].astype(str).isin(back)]
    if len(came_back) < evidence.protocol.gates.min_treated:
        return None
    inside = evidence.comparison.inside
    rows = came_back.union(inside.index[inside["role"] == "not_joined"])
    return evidence.effect_of(evidence.primary.outcome, rows=rows)
