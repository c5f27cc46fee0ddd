"""How far families get better anyway: joiners' fall from the year before, beside that of families just like them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.studies.matched_cohort.checks.words import per_cent, warns
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check

LABEL = "Getting better anyway"
COVARIATES = ("referred_last_year",)
OUTCOMES = ("any_referral_12m",)
_APART = 0.02


def check(evidence: Evidence) -> Check:
    """Show what a before-and-after chart would claim, and how much of it happened without joining.

    The year before counts referrals up to the joining day; matching makes both groups' years alike. A gap between
    them of two in a hundred families warns: then part of the difference after is a difference from before.
    """
    inside = evidence.comparison.inside
    joined = (inside["role"] == "joined").to_numpy()
    weights = evidence.comparison.set_weights
    means = {
        when: [float(np.average(values[arm], weights=weights[arm])) for arm in (joined, ~joined)]
        for when, values in (
            ("before", inside["referred_last_year"].to_numpy()),
            ("after", evidence.comparison.values_inside("any_referral_12m")),
        )
    }
    falls = [before - after for before, after in zip(means["before"], means["after"], strict=True)]
    table = pd.DataFrame({"group": ["joined", "not_joined"], **means, "fall": falls})
    apart = abs(means["before"][0] - means["before"][1])
    if falls[0] <= 0:
        sentence = "Families that joined were not referred less in the year after than in the year before."
        share = None
    else:
        share = falls[1] / falls[0]
        sentence = (
            f"{_of_100(means['before'][0])} in every 100 joiners were referred in the year before, and "
            f"{_of_100(means['after'][0])} in the year after. Families like them that did not join went from "
            f"{_of_100(means['before'][1])} to {_of_100(means['after'][1])}. So a before-and-after chart would credit "
            f"centres with a fall of which {per_cent(min(1.0, max(0.0, share)))} happened without them."
        )
    if apart >= _APART:
        sentence += " The two groups were not referred alike in the year before, so some of the difference is older."
    return Check(
        name="regression_to_the_mean",
        label=LABEL,
        status=warns(apart < _APART),
        figure=share,
        threshold=None,
        sentence=sentence,
        table=table,
    )


def _of_100(share: float) -> str:
    return f"{100 * share:.0f}"
