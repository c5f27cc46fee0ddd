"""What must hold between the cells of a definition break."""

from __future__ import annotations

import pandas as pd

from toolkit.tables.definition_breaks import DEFINITION_BREAKS, EVERY_SOURCE, TOUCHES
from toolkit.tables.findings import Finding

OF_REFERRALS = ("referrals", "assessments")
"""What a source can be said of."""


def only_referrals_have_a_source(rows: pd.DataFrame, stored: pd.DataFrame) -> list[Finding]:
    """Find rows that give a referral source for a change of something else than referrals."""
    label = DEFINITION_BREAKS.column("touches").label
    given = rows.dropna(subset=["source", "touches"])
    named = given[given["source"] != EVERY_SOURCE]
    return [
        Finding(
            int(row),
            "source",
            f'"{label}" in the same row is "{TOUCHES[touches]}", which has no referral source. Put "{EVERY_SOURCE}" '
            "here, or put the other right.",
        )
        for row, touches in zip(named.index, named["touches"], strict=True)
        if touches not in OF_REFERRALS
    ]
