"""The tables of the decision: its criteria as they stand, and the exact counts behind each.

Publish decides by the counts which figures may be told, and shows none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import pandas as pd

from toolkit.studies.progress_decision.criteria import (
    AGREEMENT,
    CHANGE,
    COMPLETE,
    INFLATION,
    MEANING,
    TRACKING,
    Criterion,
)
from toolkit.studies.progress_meaning.facts import ProgressMeaningFacts
from toolkit.studies.result import StudyResult


def criteria_table(criteria: Iterable[Criterion]) -> pd.DataFrame:
    """Return one row a criterion: its ``name``, ``standing``, ``figure``, ``low``, ``high`` and ``threshold``."""
    return pd.DataFrame([asdict(one) for one in criteria], dtype=object)


def counts_table(
    frame: pd.DataFrame, meaning: StudyResult, rollout: StudyResult, means: ProgressMeaningFacts
) -> pd.DataFrame:
    """Return by criterion and part the families ``with_it`` and ``without``.

    Scored again or not; two scores the same or apart; referred or not after a score, and after a change; end scores;
    referred or not after a centre began to score, before, and elsewhere.
    """
    again = int(frame["last"].notna().sum())
    doubles = meaning.tables["meaning_double_scores"]
    same = int(doubles.loc[doubles["first"] == doubles["second"], "families"].sum()) if len(doubles) else 0
    rows = [
        (COMPLETE, "all", again, len(frame) - again),
        (AGREEMENT, "all", same, means.agreement_pairs - same),
        (MEANING, "all", means.referred, means.families - means.referred),
        (CHANGE, "all", means.change_referred, means.change_families - means.change_referred),
        (INFLATION, "all", means.drift_scores, 0),
    ]
    groups = rollout.tables["rollout_groups"]
    for group in groups[groups["outcome"] == "referred"].to_dict("records"):
        referred = int(group["with_outcome"])
        rows.append((TRACKING, str(group["group"]), referred, int(group["families"]) - referred))
    return pd.DataFrame(rows, columns=["criterion", "part", "with_it", "without"])
