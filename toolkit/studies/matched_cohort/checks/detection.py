"""Whether centres notice more: a rise in their own referrals, and in referrals that come to nothing, is not harm.

A rise in referrals by others is not noticing. Joining a centre gives nobody else a reason to refer, but a trouble that
nobody recorded does both: it makes families join, and be referred. So *more* is an answer only as far as centres'
own referrals account for it.
"""

from __future__ import annotations

import pandas as pd

from toolkit.studies.matched_cohort.checks.words import SURE_ONE_WAY
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check, Status
from toolkit.wording.amounts import in_100

LABEL = "Referrals that centres make"
OUTCOMES = ("centre_referral_12m", "any_referral_12m_excluding_centre")


def check(evidence: Evidence) -> Check:
    """Warn when centres' own referrals rise: then the figure for any referral mixes noticing with preventing."""
    own = evidence.effect_of("centre_referral_12m")
    others = evidence.effect_of("any_referral_12m_excluding_centre")
    if own is None or others is None:
        sentence = "Too few referrals came from centres to tell their own from others'."
        return Check(name="detection", label=LABEL, status="pass", figure=None, threshold=None, sentence=sentence)
    table = pd.DataFrame(
        [
            {"label": label, "estimate": e.estimate, "se": e.se, "low": e.interval[0], "high": e.interval[1]}
            for label, e in (("Referred by a centre", own), ("Referred by others", others))
        ]
    )
    by_others = others.estimate > SURE_ONE_WAY * others.se
    noticed = own.interval[0] > 0
    status: Status = "warn" if noticed or by_others else "pass"
    if by_others:
        sentence = (
            f"Others than centres referred more of the families that joined too: {in_100(others.estimate)} in every "
            "100. A trouble that nobody recorded, in which families join, would look just like that."
        )
    elif noticed:
        sentence = (
            f"Centres themselves referred more of the families that joined: {in_100(own.estimate)} in every 100. "
            f"That is noticing, not harm. Referrals by others: {in_100(others.estimate)} in every 100."
        )
    else:
        sentence = f"Centres' own referrals did not clearly rise: {in_100(own.estimate)} in every 100."
    return Check(
        name="detection",
        label=LABEL,
        status=status,
        figure=own.estimate,
        threshold=0.0,
        sentence=sentence,
        table=table,
        against=("more",) if by_others else (),
    )
