"""A comparison of centres made by hand, each centre's numbers known again wherever they leak."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.publish.bundle.bundle import write_bundle
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records import Store
from toolkit.studies.progress_centres.facts import ProgressCentresFacts
from toolkit.studies.result import AsOf, Gate, StudyResult

QUESTION = "para73_centres"
WITHIN, ABOVE, BELOW, FEW = "C01", "C02", "C03", "C04"
SMALL, ELSEWHERE = "C20", "C30"
_OUTSIDE = {ABOVE: 2, BELOW: -3, "C05": 1}
_FAMILIES = {WITHIN: 118, ABOVE: 216, BELOW: 327, FEW: 59}


def comparison(*, failed: bool = False, **facts: Any) -> StudyResult:
    """Return a comparison of ten centres and one too small, of which two lie beyond the outer limits."""
    rows = []
    for number in range(1, 11):
        centre = f"C{number:02d}"
        families = _FAMILIES.get(centre, 400 + 37 * number)
        rows.append(
            {"centre_id": centre, "families": families, "improved": families // 2 + number, "observed": 0.5,
             "expected": 0.5, "share": 0.5, "target": 0.5, "low_95": 0.41234, "high_95": 0.61234, "low_99_8": 0.31234,
             "high_99_8": 0.71234, "outside": _OUTSIDE.get(centre, 0)}
        )  # fmt: skip
    known: dict[str, Any] = {field.name: 0 for field in fields(ProgressCentresFacts)} | {
        "families_scored_twice": sum(row["families"] for row in rows), "improved": sum(row["improved"] for row in rows),
        "centres_compared": 10, "centres_with_scores": 11, "centres_too_small": 1, "stand_out_above": 1,
        "stand_out_below": 1, "share": 0.5, "rank_span": 3.6, "covariates_used": ("first_score",),
        "covariates_left_out": (), "limits_allow_for_differences": False,
    }  # fmt: skip
    gate = Gate("centres", "fail" if failed else "pass", 10.0, 10.0, "10 centres have enough families.")
    small = pd.DataFrame({"centre_id": [SMALL], "families": [7]})
    return StudyResult(
        question=QUESTION, title="Do centres differ?", kind="progress_centres", recommendation="Paragraph 73",
        simulated=False, protocol_hash="a" * 64, snapshot_hash="b" * 64, version="0.1.0", seed=1,
        as_of=AsOf(1, "2007-04-01", "2012-03-31"), estimates=(), balance=None, matched_sets=None, gates=(gate,),
        flow=(), tables={"centres_funnel": pd.DataFrame(rows), "centres_too_small": small},
        facts=ProgressCentresFacts(**{**known, **facts}), timings={}, registered=(),
    )  # fmt: skip


def kept_in(store: Store, result: StudyResult | None = None, *, name: str = "one") -> Path:
    """Write a comparison as a result of a store, unpublished; return its folder."""
    found = comparison() if result is None else result
    found = replace(found, simulated=store.is_simulated)
    return write_bundle(found, verdict_for(found), store.folder / "results" / QUESTION / name)
