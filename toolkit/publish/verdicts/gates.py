"""What each gate looked at, in words: the gates of matched cohorts are called as their checks are."""

from __future__ import annotations

from toolkit.publish.verdicts.findings import LOOKED
from toolkit.studies.result import Gate

_GATES = {
    "enough_referrals": "How many referrals were compared",
    "scored_twice": "How many families were scored twice",
    "scored_again": "Families never scored again",
    "centres": "How many centres score",
    "single_rater": "Who gave the scores",
    "comparison": "Someone to compare with",
    "chance": "How much of a change is chance",
    "complete": "Families never scored again",
    "weights": "Families like those lost",
    "known": "What was known on the first day",
    "enough_referred": "How many families were referred",
    "clusters": "How many centres score",
    "direction": "Which way up the scores are",
    "agreement": "Whether workers agree",
    "drift": "Whether workers' end scores creep up",
    "centres_of_each_kind": "How many centres of each kind",
    "before": "Families from before scoring began",
    "trends": "Whether both kinds were on one path before",
    "alike": "Whether both kinds of centre were alike",
    "ways_agree": "Whether the ways of reckoning agree",
    "quarters_before": "How much was counted before the money",
    "quarters_after": "How much was counted after the money",
    "estimable": "Whether a change can be worked out",
    "recording_asked": "Whether the council's own records break",
    "recording_many": "Whether many councils' records break",
    "relabelled": "Whether money changed its name",
    "money_ahead": "Money that had not come yet",
    "who_refers": "Who referred",
    "range": "How far the range can be trusted",
    "dispersion": "How much counts vary",
    "memory": "How long a rise or fall lasts",
    "published_counts": "Whether its published counts are there",
    "years_before": "Years before",
    "donors": "Councils to mix from",
    "recording": "Whether recording changed",
    "relabelled_spend": "Whether money changed its name",
    "fit": "How alike the mixture was before",
    "placebos_in_time": "The same sum at earlier starts",
    "believable": "Whether a service could have done so much",
    "other_events": "What else happened at the time",
    "definitions": "What counts as a referral, and since when",
}
"""What the gates of other kinds than matched cohorts looked at."""


def looked_at_gate(gate: Gate) -> str:
    """Return what a gate looked at, as a page calls it."""
    if gate.name in _GATES:
        return _GATES[gate.name]
    return LOOKED[gate.name].at if gate.name in LOOKED else gate.name.replace("_", " ").capitalize()
