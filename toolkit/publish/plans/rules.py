"""Which way each key of a protocol may move without asking less: one rule a key, in one table a kind of study.

A rule is given the two values of its key and returns what the new plan asks less, or otherwise, in words that begin
with "it"; nothing where the new plan asks as much or more. A key without a rule that changes is told as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.publish.plans.moved import (
    Rule,
    dearer,
    free,
    in_100_words,
    least,
    led,
    listed,
    margin,
    most,
    no_longer_assumed,
    only_asked,
    rise,
    same,
    shift,
    wider,
)
from toolkit.publish.plans.words import (
    alike_words,
    case_mix_words,
    check_words,
    covariate_words,
    group_words,
    outcome_words,
    shared_words,
    value_words,
    way_words,
)

_MATCHED_ON = "it no longer compares those alike in {out}"
_SHARED = "those compared need no longer share {out}"
_CALIPER = "it lets those compared be further apart: {new}, where {old} was the most"
_RATIO = least("it seeks {new} alike for each one compared, where it sought {old}")
_COUNTS = "it no longer counts {out}"
_MAIN = "its main question is about {new}, where it was about {old}"

GATES: Mapping[str, Rule] = MappingProxyType(
    {
        "min_treated": least("it answers from {new} families or referrals on, where it needed {old}"),
        "max_smd": most("it lets the groups differ by {new} of a standard deviation, where {old} was the most"),
        "max_shift": shift,
        "min_overlap": least("it needs {new} to find a match, where it needed {old}", in_100_words),
        "min_follow_up": least("it needs {new} to be followed to the end, where it needed {old}", in_100_words),
        "min_clusters": least("it answers from {new} areas on, where it needed {old}"),
    }
)

HEADER: Mapping[str, Rule] = MappingProxyType(
    {
        "kind": same("it is a study of another kind:"),
        "title": same("its question reads"),
        "seed": same("it draws with the seed"),
    }
)

SPECS: Mapping[str, Mapping[str, Rule]] = MappingProxyType(
    {
        "matched_cohort": MappingProxyType(
            {
                "covariates": listed(_MATCHED_ON, covariate_words),
                "exact": listed(_SHARED, shared_words),
                "then_exact": wider,
                "caliper": most(_CALIPER),
                "ratio": _RATIO,
                "draws": least("it draws {new} times, where it drew {old} times"),
                "calibrated": only_asked,
                "sign_needs": listed(
                    "it says fewer or more even where the check of {out} speaks against it", check_words
                ),
                "outcomes": led(_COUNTS, _MAIN, outcome_words),
                "measures": led("it no longer gives {out}", "its main figure is {new}, where it was {old}", way_words),
                "margin": margin,
                "without_centre": only_asked,
                "ages": listed("it no longer counts children of {out} apart", way_words),
                "estimators": listed("it no longer compares by {out} as well", way_words),
                "subgroups": listed("it no longer asks whether the figures differ by {out}", covariate_words),
                "checks": listed("it no longer checks {out}", check_words),
                "must_pass": listed("it answers even where it fails the check of {out}", check_words),
                "curve": free,
            }
        ),
        "trust": MappingProxyType(
            {
                "covariates": listed(_MATCHED_ON, covariate_words),
                "exact": listed(_SHARED, shared_words),
                "caliper": most(_CALIPER),
                "ratio": _RATIO,
                "outcomes": led(_COUNTS, _MAIN, outcome_words),
                "margin": margin,
            }
        ),
        "reach": MappingProxyType(
            {"groups": listed("it no longer looks at {out}", group_words), "margin": margin},
        ),
        "reach_areas": MappingProxyType(
            {
                "min_quarters_before": least(
                    "it answers from {new} quarters before the money on, where it needed {old}"
                ),
                "min_quarters_after": least("it answers from {new} quarters after it on, where it needed {old}"),
                "min_dose_spread": least("it compares areas whose money differs by {new}, where {old} was needed"),
                "min_worth": least("it answers from {new} areas that tell alike on, where it needed {old}"),
                "trend_margin": most("it takes paths {new} apart for alike, where {old} was the most"),
                "step_level": least("it takes a step as rare as {new} for a break, where it was {old}"),
                "months_each_side": same("it compares so many months on each side of an opening:"),
                "min_openings": least("it compares openings of {new} areas on, where it needed {old}"),
                "margin": margin,
            }
        ),
        "area_panel": MappingProxyType(
            {
                "outcome": same("its main question is about counts of"),
                "second_outcome": same("beside it, it looks at counts of"),
                "spending": same("it takes as money the line"),
                "first_year": same("the first year it counts is"),
                "last_year": same("the last year it counts is"),
                "council": same("the council it asks about is"),
                "leave_out": same("the councils it leaves out are"),
                "min_years": least("it answers from {new} years on, where it needed {old}"),
                "most_broken": most(
                    "it answers where {new} of councils break in their records, where {old} was the most"
                ),
                "most_broken_at_once": most(
                    "it answers where {new} of councils break in one year, where {old} was the most"
                ),
                "false_alarms": least("it takes {new} years for broken by chance, where it took {old}"),
                "asked_false_alarm": least(
                    "it takes the asked council's records for broken by a chance of {new}, where it was {old}"
                ),
            }
        ),
        "synthetic_county": MappingProxyType(
            {
                "min_years_before": least("it answers from {new} years before on, where it needed {old}"),
                "min_donors": least("it mixes from {new} councils on, where it needed {old}"),
                "worst_fit": most("it lets a council fit worse than {new} of the others, where {old} was the most"),
                "largest_believed": most("it takes a change of {new} for one of need, where {old} was the most"),
                "margin": margin,
            }
        ),
        "interrupted_series": MappingProxyType(
            {
                "steps": listed("it no longer allows for what changed on {out}", value_words),
                "min_quarters_before": least(
                    "it answers from {new} quarters before the money on, where it needed {old}"
                ),
                "min_quarters_after": least("it answers from {new} quarters after it on, where it needed {old}"),
                "event_window": least("it looks for other events within {new} quarters, where it was {old}"),
                "max_dispersion": most(
                    "it lets quarters vary {new} times as much as by chance, where {old} was the most"
                ),
                "compare_with": listed("it no longer sets the county beside {out}", value_words),
                "step_level": least("it takes a step as rare as {new} for recording, where it was {old}"),
                "most_plausible": most("it takes a change of {new} for real, where {old} was the most"),
                "margin": margin,
            }
        ),
        "progress_change": MappingProxyType({"test_retest": no_longer_assumed}),
        "progress_missing": MappingProxyType(
            {
                "covariates": listed("it no longer takes {out} for known beforehand", covariate_words),
                "largest_share": most("it warns from {new} of all weight in one family on, where it warned from {old}"),
                "least_worth": least("it warns below {new} of what families are worth, where it warned below {old}"),
            }
        ),
        "progress_centres": MappingProxyType(
            {
                "covariates": listed("it no longer allows for {out}", case_mix_words),
                "min_families": least("it compares centres of {new} families on, where it needed {old}"),
            }
        ),
        "progress_meaning": MappingProxyType(
            {
                "covariates": listed("it no longer takes {out} for known beforehand", covariate_words),
                "least_rise": rise,
                "least_if_sure": rise,
                "folds": free,
                "repeats": least("it draws {new} times, where it drew {old} times"),
                "min_referred": least("it answers from {new} families referred on, where it needed {old}"),
                "min_pairs": least("it tells how far workers agree from {new} pairs on, where it needed {old}"),
                "exact": listed(_SHARED, shared_words),
                "caliper": most(_CALIPER),
                "ratio": _RATIO,
                "margin": margin,
            }
        ),
        "progress_rollout": MappingProxyType(
            {
                "months_each_side": same("it compares so many months on each side:"),
                "min_families": least("it compares centres with {new} families on each side on, where it needed {old}"),
                "min_centres": least("it answers from {new} centres of each kind on, where it needed {old}"),
                "alike_on": listed("it no longer makes centres alike on {out}", alike_words),
                "centres_per_covariate": most(
                    "it makes centres alike on one thing for every {new} of them, where it was every {old}"
                ),
                "draws": least("it deals the days again {new} times, where it dealt them {old} times"),
                "margin": margin,
                "trend_margin": most("it takes paths {new} apart for alike, where {old} was the most"),
                "imbalance": least("it compares centres so unlike as {new} of deals, where {old} was the least"),
            }
        ),
        "progress_decision": MappingProxyType(
            {
                "least_complete": least(
                    "it takes scores for complete from {new} scored again on, where it was {old}", in_100_words
                ),
                "least_agreement": least("it takes a kappa of {new} for agreement, where it needed {old}"),
                "no_agreement": least("it takes scores of a kappa up to {new} to mean nothing, where it was {old}"),
                "least_rise": rise,
                "least_rise_of_change": rise,
                "most_drift": most("it lets end scores creep up by {new} points a year, where {old} was the most"),
                "most_harm": most("it rules out a harm of no less than {new} of families, where it was {old}"),
                "min_referred": least("it answers from {new} families referred on, where it needed {old}"),
                "min_pairs": least("it tells how far workers agree from {new} pairs on, where it needed {old}"),
                "repeats": least("it draws {new} times, where it drew {old} times"),
                "draws": least("it deals the days again {new} times, where it dealt them {old} times"),
                "most_cost": dearer,
                "minutes_a_scoring": free,
                "cost_an_hour": free,
                "scorings_a_family": free,
                "cost_source": free,
                "double_share": free,
            }
        ),
    }
)
"""By kind of study. A key that stands in none of them may not change unnamed."""
