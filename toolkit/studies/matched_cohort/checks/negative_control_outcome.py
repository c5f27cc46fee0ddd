"""Whether joining "changes" what it cannot have changed: referrals in the year before last, before anyone joined.

These are left out of the matching on purpose. If the groups already differed then, they differ in something nobody
recorded, and the difference afterwards may be that (Lipsitch, Tchetgen Tchetgen and Cohen 2010).
"""

from __future__ import annotations

import pandas as pd

from toolkit.studies.matched_cohort.evidence import Evidence, rows_of
from toolkit.studies.result import Check, Status
from toolkit.wording.amounts import in_100

LABEL = "One to two years before joining"
COVARIATES = ("referred_12m_to_24m_before", "months_known")
_TWO_YEARS = 24


def check(evidence: Evidence) -> Check:
    """Pass when the interval of the difference one to two years before holds nought.

    It fails when it does not and the difference is one that would matter: the protocol's margin or more.
    """
    followed, calendar = evidence.comparison.followed, evidence.comparison.cohort.calendar
    first = pd.Timestamp(calendar.first_day) + pd.DateOffset(months=_TWO_YEARS)
    is_known = (followed["months_known"] >= _TWO_YEARS) & (pd.to_datetime(followed["time_zero"]) >= first)
    effect = evidence.effect_on(followed["referred_12m_to_24m_before"], rows=followed.index[is_known])
    if effect is None:
        sentence = "Too few families were known two years before to see if the groups were alike then."
        return Check(
            name="negative_control_outcome", label=LABEL, status="warn", figure=None, threshold=None, sentence=sentence
        )
    low, high = effect.interval
    margin = evidence.spec.margin
    status: Status = "pass" if low <= 0 <= high else ("fail" if abs(effect.estimate) >= margin else "warn")
    figure = f"{in_100(effect.estimate)} in every 100 of the joiners"
    sentence = {
        "pass": f"One to two years before, when joining could not matter, the groups were alike: {figure}.",
        "warn": f"One to two years before, the groups already differed a little: {figure}.",
        "fail": f"One to two years before, the groups already differed: {figure}. They may not be alike in ways that "
        "nobody recorded.",
    }[status]
    table = rows_of([("One to two years before joining", effect)])
    return Check(
        name="negative_control_outcome",
        label=LABEL,
        status=status,
        figure=effect.estimate,
        threshold=margin,
        sentence=sentence,
        table=table,
    )
