"""Whether joining in the future "changes" the present: among the compared families, those who will join much later.

Joining 18 to 24 months on cannot matter to referrals in the first six months. The gap of a year between them keeps
a referral from being the very reason for joining.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.stats.variance.two_means import adjusted_difference
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check, Status
from toolkit.wording.amounts import in_100

LABEL = "Families that join much later"
OUTCOMES = ("any_referral_6m",)
_FROM, _TO = 548, 730  # days
_FEWEST = 30


def check(evidence: Evidence) -> Check:
    """Pass when those of the compared families that join 18 to 24 months on fare like the rest for six months.

    What was recorded is allowed for by least squares.
    """
    inside = evidence.comparison.inside.assign(any_referral_6m=evidence.comparison.values_inside("any_referral_6m"))
    others = inside[inside["role"] == "not_joined"]
    registered = evidence.snapshot.read("registrations").groupby("family_id")["registered_on"].min()
    joins = pd.to_datetime(others["family_id"].astype(str).map(registered))
    days = (joins - pd.to_datetime(others["time_zero"])).dt.days.to_numpy()
    last_day = pd.Timestamp(evidence.comparison.cohort.calendar.last_day)
    is_seen = ((last_day - pd.to_datetime(others["time_zero"])).dt.days >= _TO).to_numpy()
    usable = is_seen & ~(days < _FROM)
    later = (days >= _FROM) & (days < _TO)
    if (later & usable).sum() < _FEWEST:
        sentence = "Too few of the compared families joined much later to test this."
        return Check(
            name="negative_control_exposure", label=LABEL, status="pass", figure=None, threshold=None, sentence=sentence
        )
    rows = others[usable]
    estimate, low, high = adjusted_difference(
        rows["any_referral_6m"].to_numpy(dtype=float),
        later[usable],
        rows[list(evidence.comparison.ready.covariates)].to_numpy(dtype=float),
        np.unique(rows[evidence.spec.cluster].astype(str), return_inverse=True)[1],
    )
    status: Status = "pass" if low <= 0 <= high else "warn"
    figure = f"{in_100(estimate)} in every 100"
    sentence = {
        "pass": f"Families that joined much later fared like the rest before they did: {figure}.",
        "warn": f"Families that joined much later already fared differently: {figure}. Joiners may "
        "differ in ways that nobody recorded.",
    }[status]
    table = pd.DataFrame([{"label": "Will join in 18 to 24 months", "estimate": estimate, "low": low, "high": high}])
    return Check(
        name="negative_control_exposure",
        label=LABEL,
        status=status,
        figure=estimate,
        threshold=0.0,
        sentence=sentence,
        table=table,
    )
