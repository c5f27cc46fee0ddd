"""A matched result made by hand, of which a test changes what it is about."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.studies.preregistration import Entry
from toolkit.studies.result import AsOf, Estimate, FlowStep, Gate, StudyResult

FACTS = MatchedCohortFacts(
    outcome="any_referral_12m",
    outcome_label="Referred within a year",
    happened="were referred",
    within="within a year",
    joined=810,
    matched=803,
    unmatched=7,
    share_matched=803 / 810,
    share_joined_later=0.043,
    caliper=0.2,
    ratio=1,
    margin=0.01,
    first_trial="2009-01",
    last_trial="2010-12",
    trials=24,
    rows=9810,
    covariates_left_out={},
    mean_treated=0.076,
    mean_control=0.107,
    caliper_on_logit=0.13,
    notes=("One match in two was made more widely.",),
    controls=803,
    joined_later=35,
)


def matched_result(
    low: float | None = -0.052, estimate: float | None = -0.031, high: float | None = -0.011, **parts: Any
) -> StudyResult:
    """Return a matched result; keywords replace parts."""
    events = [
        {"outcome": "any_referral_12m", "treated": 1, "rows": 803, "with_outcome": 61, "total": 61},
        {"outcome": "any_referral_12m", "treated": 0, "rows": 803, "with_outcome": 87, "total": 87},
        {"outcome": "care_entry_12m", "treated": 1, "rows": 803, "with_outcome": 2, "total": 2},
        {"outcome": "care_entry_12m", "treated": 0, "rows": 803, "with_outcome": 9, "total": 9},
    ]
    se = None if estimate is None else 0.01
    given: dict[str, Any] = {
        "question": "rec11_referrals",
        "title": "Do Children's Centres reduce referrals?",
        "kind": "matched_cohort",
        "recommendation": "Recommendation 11",
        "simulated": True,
        "protocol_hash": "a" * 64,
        "snapshot_hash": "b" * 64,
        "version": "0.1.0",
        "seed": 11,
        "as_of": AsOf(store_version=1, first_day="2007-04-01", last_day="2012-03-31"),
        "estimates": (
            Estimate("any_referral_12m", "matched", "difference", estimate, se, low, high, 0.01, 803, 803, 34),
            Estimate("any_referral_12m", "matched", "ratio", 0.7, 0.1, 0.5, 0.9, 0.01, 803, 803, 34),
            Estimate("care_entry_12m", "matched", "difference", -0.009, 0.004, -0.02, 0.001, 0.1, 803, 803, 34),
            Estimate("any_referral_12m", "unadjusted", "difference", 0.02, 0.01, 0.0, 0.04, 0.1, 810, 9000, 34),
        ),
        "balance": pd.DataFrame({"smd": [0.01]}, index=pd.Index(["lone_parent"], name="term")),
        "matched_sets": pd.DataFrame({"set": [1, 1], "role": ["joined", "not_joined"], "family_id": ["F1", "F2"]}),
        "gates": (Gate("enough_families", "pass", 803.0, 60.0, "803 families could be compared."),),
        "flow": (FlowStep("joined", 810, 810, "810 families joined."),),
        "tables": {
            "events_matched": pd.DataFrame(events),
            "unmatched": pd.DataFrame({"reason": ["far"], "n": [7]}),
        },
        "facts": FACTS,
        "timings": {"cohort": 1.5},
        "registered": (Entry("a" * 64, date(2026, 11, 23), ""),),
    }
    return StudyResult(**{**given, **parts})
