"""The design under each item of TARGET: the trial one would run, and how the records stand in for it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.target.source import BOTH, KIND, MUST_SAY, PROTOCOL, RESULT, Source, Text, listed, outcome_label
from toolkit.publish.verdicts.findings import looked_at

_SCALES = {"difference": "difference of shares", "ratio": "ratio of shares"}


def _question(at: Source) -> str:
    main = outcome_label(at.outcomes[0])
    return f"{at.bundle.title} Main outcome: {main}, over {at.design.follow_up_days} days from joining."


def _aim(at: Source) -> str:
    return f"Records stand in for a trial of joining a Children's Centre. {_question(at)} {_who(at)} {_arms(at)}"


def _records(at: Source) -> str:
    of = at.bundle.as_of
    return (
        "The council's own records of families, children, registrations, referrals and episodes, version "
        f"{of.store_version} of the store, referrals from {of.first_day} to {of.last_day}. Why and how they "
        f"were kept and joined, {MUST_SAY}."
    )


def _who(at: Source) -> str:
    return f"Families known to the council, with a child under {at.years}, that had not joined a Children's Centre."


def _stays(at: Source) -> bool:
    return getattr(at.design, "strategy", "joined") == "joined_and_stayed"


def _censors(at: Source) -> bool:
    return getattr(at.design, "later_joining", "intention_to_treat") == "censor_with_weights"


def _arms(at: Source) -> str:
    stay = f" and stay for {getattr(at.design, 'stay_days', 0)} days" if _stays(at) else ""
    later = "Those that do not never join." if _censors(at) else "Those that do not may join later."
    return f"Join a centre on the day{stay}, against not joining on that day. {later}"


def _chance(_: Source) -> str:
    return "Within a month and district chance would decide which families join. All would know what they got."


def _follow_up(at: Source) -> str:
    return f"From the day chance decides, for {at.design.follow_up_days} days."


def _outcomes(at: Source) -> str:
    told = [
        f"{place}. {OUTCOMES[name].label} ({OUTCOMES[name].description.rstrip('.')})."
        for place, name in enumerate(at.outcomes, start=1)
    ]
    return f"Over those {at.design.follow_up_days} days: {' '.join(told)}"


def _contrast(at: Source) -> str:
    kept = "" if _stays(at) or _censors(at) else ", whatever they or the others do later (intention to treat)"
    return (
        f"The effect of joining on the families that join{kept}: "
        f"{listed([_SCALES[measure] for measure in at.spec.measures])}. The first outcome is the main one: "
        f"{outcome_label(at.outcomes[0])}."
    )


def _trial_assumes(_: Source) -> str:
    return (
        "Chance makes the arms alike. One family's joining does not change another's outcome. Outcomes are recorded "
        "alike in both arms. Families lost do not differ from those followed that were alike on record until then."
    )


def _trial_analysis(at: Source) -> str:
    return (
        f"The share with each outcome in both arms, compared, with only {at.cluster} taken as independent. Families "
        "lost would be counted by arm; nothing would be filled in."
    )


def _found_who(at: Source) -> str:
    return (
        f"Monthly trials, {at.facts.first_trial} to {at.facts.last_trial}. A family is in a month's trial when table "
        f"families has it as known, table children has a child born and under {at.years}, and table registrations has "
        "no joining before the month. A family may be in many trials until it joins."
    )


def _found_arms(at: Source) -> str:
    used = "" if _stays(at) else " How much a family then used the centre is not part of it."
    return (
        "Joined: the first registration at any centre falls in the month. Not joined: no registration up to and on the "
        f"day drawn for the family.{used}"
    )


def _instead_of_chance(at: Source) -> str:
    then = f", then, for those left, on {listed(at.spec.then_exact)}" if at.spec.then_exact is not None else ""
    return (
        f"Nearest-neighbour matching, {at.spec.ratio} to 1 without replacement, on the logit of the propensity score "
        f"within {at.spec.caliper:g} standard deviations, exactly on {listed(at.spec.exact)}{then}. The score is "
        f"fitted on: {at.covariates}."
    )


def _found_follow_up(at: Source) -> str:
    return (
        "Day nought of a joiner is the day it registers. Each other family gets a day drawn from the joining days of "
        "its month and district, and enters if it has not joined by then: entry, arm and start of follow-up are one "
        f"day. Follow-up ends after {at.design.follow_up_days} days, or sooner as item 10 counts. Families that move "
        "away are followed until the move: what happened by then counts, and those still here stand for them, weighted "
        "by what was known of both. Families whose time would run past the records are left out, whatever happened."
    )


def _found_outcomes(at: Source) -> str:
    return (
        f"{_outcomes(at)} From tables referrals and episodes, on the days after day nought. Source codes "
        f"{', '.join(at.spec.centre_sources)} are taken as centres' own referrals."
        + (
            " Referrals received while a case of the child was open are left out."
            if at.spec.referrals_while_open == "leave_out"
            else ""
        )
    )


def _found_contrast(at: Source) -> str:
    share = at.facts.share_joined_later
    later = "" if share is None else f" Of the families compared with, {100 * share:.1f}% joined later."
    return f"The same, in those joiners that found a match. {_contrast(at)}{later}"


def _assumes(_: Source) -> str:
    return (
        "Families alike on what was recorded would have done alike, had they joined or not: no difference at the start "
        "is left that matters. Every kind of family could have joined or not. Joining one centre is like joining "
        "another. One family's joining does not change another's outcome. Both arms are recorded alike: not quite, "
        "since centres also notice and refer, so each outcome should be read beside the one without their referrals."
    )


def _leans_on(at: Source) -> str:
    told = [f"{COVARIATES[name].label}: {COVARIATES[name].description}" for name in at.spec.covariates]
    return f"As they stood on day nought, or in the {at.look_back_days} days up to it. {' '.join(told)}"


def _analysis(at: Source) -> str:
    left = at.facts.covariates_left_out
    out = f" Left out: {'; '.join(f'{name} ({why})' for name, why in left.items())}." if left else ""
    return (
        f"{listed([_SCALES[measure] for measure in at.spec.measures]).capitalize()} in the matched sample, adjusted by "
        f"regression on the same covariates, with standard errors clustered by {at.cluster} and by matched set, "
        f"corrected for few clusters. A missing covariate stops the run; nothing is filled in.{out}"
    )


def _further(at: Source) -> str:
    others = sorted({e.estimator for e in at.bundle.estimates} - {"matched"})
    told = [f"Conditions before the figure is put into words: {listed([gate.name for gate in at.bundle.gates])}."]
    told += [f"Beside the matched figure: {listed(others)}."] if others else []
    told += [f"Attempts to prove it wrong: {'; '.join(looked_at(check) for check in at.checks)}."] if at.checks else []
    groups = [name for name in at.bundle.tables if name.startswith("subgroup")]
    told += ["The main outcome in kinds of family, with a test of whether they differ."] if groups else []
    return " ".join(told)


DESIGN: Mapping[str, tuple[str, Text]] = MappingProxyType(
    {
        "1a": (BOTH, _aim),
        "1b": (RESULT, _records),
        "3": (PROTOCOL, _question),
        "5": (RESULT, _records),
        "6a": (PROTOCOL, _who),
        "6b": (KIND, _arms),
        "6c": (KIND, _chance),
        "6d": (KIND, _follow_up),
        "6e": (PROTOCOL, _outcomes),
        "6f": (PROTOCOL, _contrast),
        "6g": (KIND, _trial_assumes),
        "6h": (KIND, _trial_analysis),
        "7a": (BOTH, _found_who),
        "7b": (KIND, _found_arms),
        "7c": (PROTOCOL, _instead_of_chance),
        "7d": (KIND, _found_follow_up),
        "7e": (PROTOCOL, _found_outcomes),
        "7f": (BOTH, _found_contrast),
        "7g(i)": (KIND, _assumes),
        "7g(ii)": (PROTOCOL, _leans_on),
        "7h(i)": (BOTH, _analysis),
        "7h(ii)": (RESULT, _further),
    }
)
"""By item: where it is reported, and its text."""
