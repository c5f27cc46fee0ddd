"""The E-value: how strongly a hidden cause must go with joining and with referral both to explain the answer away."""

from __future__ import annotations

import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.sensitivity.evalue import e_value
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check

LABEL = "How big a hidden cause must be"
_WEAK = 1.2
"""A hidden cause that makes joining and referral both a fifth likelier is easy to imagine."""


def check(evidence: Evidence) -> Check:
    """Warn when an answer of fewer or more would fall to so weak a hidden cause.

    An answer whose interval holds nought has nothing to explain away.
    """
    ratio = evidence.estimate_for(evidence.primary.outcome, measure="ratio")
    if ratio is None or ratio.estimate is None:
        return Check(
            name="e_value",
            label=LABEL,
            status="pass",
            figure=None,
            threshold=_WEAK,
            sentence="The two groups' shares could not be set as a ratio.",
        )
    try:
        found = e_value(ratio.estimate, ratio.low or float("nan"), ratio.high or float("nan"))
    except InputError:
        return Check(
            name="e_value",
            label=LABEL,
            status="pass",
            figure=None,
            threshold=_WEAK,
            sentence="The two groups' shares could not be set as a ratio.",
        )
    table = pd.DataFrame(
        [{"label": "the figure", "e_value": found.point}, {"label": "its interval", "e_value": found.limit}]
    )
    if found.limit <= 1:
        sentence = "The data already fit no difference, so no hidden cause is needed to explain the figure."
        return Check(
            name="e_value",
            label=LABEL,
            status="pass",
            figure=found.limit,
            threshold=_WEAK,
            sentence=sentence,
            table=table,
        )
    sentence = (
        f"A hidden cause that makes families {found.limit:.1f} times as likely to join, and as likely to be referred, "
        "could explain the answer away. A weaker one could not."
    )
    return Check(
        name="e_value",
        label=LABEL,
        status="pass" if found.limit > _WEAK else "warn",
        figure=found.limit,
        threshold=_WEAK,
        sentence=sentence,
        table=table,
    )
