"""What checks and gates looked at and how an answer stood it, in the words of leads' pages and of officers' files.

What speaks against an answer comes first, whoever reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.publish.bundle.check_figures import written
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.findings import LOOKED, looked_at
from toolkit.studies.result import Gate

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {"fail": "Against it", "warn": "Take care", "pass": "Nothing against it"}
)
"""How an answer stood what was looked at, the gravest first."""
MUST_HOLD = "All that was looked at. What speaks against the answer is first. What must hold bars it where it does not."
_GATES: Mapping[str, str] = MappingProxyType(
    {
        "enough_referrals": "How many referrals were compared",
        "scored_twice": "How many families were scored twice",
        "scored_again": "How many families were scored again",
        "centres": "How many centres score",
        "single_rater": "Who gave the scores",
        "comparison": "Someone to compare with",
        "chance": "How much of a change is chance",
        "complete": "How many families were scored again",
        "weights": "Families like those lost",
        "known": "What was known on the first day",
        "enough_referred": "How many families were referred",
        "clusters": "How many centres score",
        "direction": "Which way up the scores are",
        "agreement": "Whether workers agree",
        "drift": "Whether workers' end scores creep up",
        "centres_of_each_kind": "How many centres of each kind",
        "before": "Families from before scores began",
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
)
"""What the gates of other kinds than matched cohorts looked at."""
_SHARES = frozenset({"scored_again", "complete", "overlap", "follow_up"})
"""Gates whose figure is a share, told as so many of every 100; that of others is a count or a number."""


def figure_of(gate: Gate, value: float) -> str:
    """Return what a gate found, or needs, as a page writes it."""
    return f"{100 * value:.0f} of every 100" if gate.name in _SHARES else written(value)


def looked_at_gate(gate: Gate) -> str:
    """Return what a gate looked at, as a page calls it."""
    if gate.name in _GATES:
        return _GATES[gate.name]
    return LOOKED[gate.name].at if gate.name in LOOKED else gate.name.replace("_", " ").capitalize()


def all_looked_at(bundle: Bundle) -> tuple[tuple[str, str, str], ...]:
    """Return all that was looked at, as far as the verdict's state lets it be told.

    Returns
    -------
    tuple
        What it was, how the answer stood it, and what was found, the gravest first.
    """
    may = bundle.may
    told = [
        (f"{looked_at(one)}{' (must hold)' if one.is_gate else ''}", one.status, may.said_of(one))
        for one in bundle.checks
        if one.is_gate or may.bears(one.name)
    ]
    named = {one.name for one in bundle.checks}
    told += [(looked_at_gate(one), one.status, may.said_of_gate(one)) for one in bundle.gates if one.name not in named]
    order = list(OUTCOMES)
    return tuple((what, OUTCOMES[how], found) for what, how, found in sorted(told, key=lambda one: order.index(one[1])))
