"""Whether one centre makes the answer: it is worked out again without each reach area in turn."""

from __future__ import annotations

import pandas as pd

from toolkit.stats.effects.effect import Effect
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check, Status
from toolkit.wording.amounts import in_100

LABEL = "Leaving out one centre at a time"


def check(evidence: Evidence) -> Check:
    """Warn when leaving out one reach area changes what the interval says of nought.

    It fails when that turns the sign of an answer whose interval leaves out nought.
    """
    primary = evidence.primary
    rows = evidence.comparison.inside
    areas = sorted(str(area) for area in rows["reach_centre_id"].unique())
    without: dict[str, Effect] = {}
    for area in areas:
        elsewhere = rows.index[(rows["reach_centre_id"] != area).to_numpy()].unique()
        found = evidence.effect_of(primary.outcome, rows=elsewhere)
        if found is not None:
            without[area] = found
    if primary.estimate is None or primary.low is None or primary.high is None or len(without) < 2:
        sentence = "There are too few places to leave one out."
        return Check(
            name="leave_one_centre_out", label=LABEL, status="warn", figure=None, threshold=None, sentence=sentence
        )
    table = pd.DataFrame(
        [
            {"left_out": area, "estimate": e.estimate, "low": e.interval[0], "high": e.interval[1]}
            for area, e in without.items()
        ]
    )
    low, high = float(table["estimate"].min()), float(table["estimate"].max())
    code = _says(primary.low, primary.high)
    changed = [e for e in without.values() if _says(*e.interval) != code]
    turned = code != "either" and any((e.estimate > 0) != (primary.estimate > 0) for e in without.values())
    status: Status = "fail" if turned else ("warn" if changed else "pass")
    ending = {
        "pass": "No single one decides the answer.",
        "warn": "Without one of them the answer would be worded otherwise.",
        "fail": "Without one of them the answer turns round.",
    }[status]
    span = f"{in_100(low)} to {in_100(high)}"
    sentence = f"Leaving out each centre's area in turn gives from {span} in every 100. {ending}"
    furthest = max(high - primary.estimate, primary.estimate - low)
    return Check(
        name="leave_one_centre_out",
        label=LABEL,
        status=status,
        figure=furthest,
        threshold=None,
        sentence=sentence,
        table=table,
    )


def _says(low: float, high: float) -> str:
    return "fewer" if high < 0 else ("more" if low > 0 else "either")
