"""The effect page: the answer on referrals first, then how sure, what it cannot show, and how it was tested."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.charts.balance import BALANCED, balance_chart
from toolkit.charts.effect import hundred_families
from toolkit.publish.bundle.model import Bundle
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.web.access import ResultsStore
from toolkit.web.pages import answer_parts, before_the_answer
from toolkit.web.pages.publishing import part as publishing
from toolkit.web.pages.referrals import cascade as effect_cascade
from toolkit.web.pages.referrals import checks as answer_checks
from toolkit.web.pages.referrals import curve as effect_curve
from toolkit.web.pages.referrals import groups as effect_groups
from toolkit.web.pages.referrals import methods as effect_methods
from toolkit.web.pages.referrals import not_a_finding
from toolkit.web.pages.referrals import planted as effect_planted
from toolkit.web.parts.estimates import HUNDRED
from toolkit.web.parts.layout import chart, header, page_head, verdict
from toolkit.web.results import REFERRALS
from toolkit.wording.amounts import in_every, levels_apart
from toolkit.wording.numbers import uk_month


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page."""
    check(person, "referrals")
    page_head("Do centres reduce referrals?", simulated=store.is_simulated)
    waiting, found = store.waiting(REFERRALS), store.newest(REFERRALS)
    if waiting is not None:
        before_the_answer.draw(store, person, waiting)
    if found is None:
        if waiting is None:
            answer_parts.nothing_yet(REFERRALS)
        return
    if waiting is not None:
        header("The answer that was opened before")
    folder, bundle = found
    may = bundle.may
    verdict(bundle.verdict.sentence)
    st.write(bundle.verdict.detail)
    _why_not(bundle)
    answer_parts.concerns(bundle)
    st.write(bundle.verdict.evidence)
    if may.effect:
        header("How sure can we be?")
    effect_methods.draw(bundle)
    _hundred(bundle)
    header("What this cannot show")
    answer_parts.cannot_show(bundle)
    header("Publishing")
    publishing.draw(store, person, folder, bundle)
    effect_cascade.draw(bundle)
    effect_curve.draw(bundle)
    effect_groups.draw(bundle)
    header("Would this plan find an effect?")
    effect_planted.draw(store, person, folder, bundle)
    header("Did the answer stand up?" if may.effect else "What else was looked at")
    answer_checks.draw(bundle)
    if not answer_checks.is_barred_by(bundle, "balance"):
        header("Were the groups alike?")
        _balance(bundle)
    header("Who was compared")
    st.write(_who(bundle))
    answer_parts.flow(bundle)
    not_a_finding.draw(bundle)
    before_the_answer.draw_course(store, folder, bundle)
    answer_parts.where_from(bundle, folder)
    answer_parts.checklist(store, person, folder)
    answer_parts.let_explore(store, person)


def _why_not(bundle: Bundle) -> None:
    """Draw first, where these data cannot answer, what was found that bars an answer."""
    if bundle.may.state != "cannot_say" or not bundle.failed_gates:
        return
    header("Why these data cannot answer")
    answer_checks.barring(bundle)
    if answer_checks.is_barred_by(bundle, "balance"):
        _balance(bundle)


def _hundred(bundle: Bundle) -> None:
    """Draw both groups as 100 families, where the answer counts in hundreds: fewer squares could not show it."""
    facts, primary = bundle.facts_as(MatchedCohortFacts), bundle.primary
    figures = None if primary is None else primary.with_interval
    if not bundle.may.effect or figures is None or facts.mean_control is None:
        return
    base, (difference, *_) = in_every(figures)
    if base != HUNDRED:
        return
    with_, without = levels_apart(base, difference, facts.mean_control)
    numbers = pd.DataFrame(
        {"group": ["Families that joined a centre", "Families like them that had not"], "count": [with_, without]}
    )
    numbers["words"] = [f"{row.group}: {row.count} in 100" for row in numbers.itertuples(index=False)]
    happened = facts.happened.removeprefix("were ").capitalize()
    chart(
        f"{happened} {facts.within}: about {with_} in 100 that joined, {without} in 100 like them",
        hundred_families(numbers[["words", "count"]]),
        f"Two grids of 100 squares. {with_} are filled for families that joined, {without} for families like them.",
        numbers[["group", "count"]],
        {"group": "Group", "count": f"{happened}, of every 100"},
        is_wide=False,
    )


def _balance(bundle: Bundle) -> None:
    rows = pd.DataFrame(bundle.balance or [])
    if rows.empty:
        st.info("Nothing was matched.")
        return
    shown = rows.rename(columns={"smd_before": "before", "smd": "after"})[["label", "before", "after"]]
    beyond = int((shown["after"].abs() >= BALANCED).sum())
    st.write(
        "Matching should bring the two groups together: each circle should lie within the grey band. "
        f"It ends at {BALANCED} of a standard deviation, within which groups are commonly called alike."
    )
    written = shown.assign(**{name: [f"{round(v, 2) + 0.0:.2f}" for v in shown[name]] for name in ("before", "after")})
    chart(
        f"The groups still differ on {beyond} of {len(shown)} things"
        if beyond
        else "The groups are alike on everything recorded",
        balance_chart(shown, BALANCED),
        f"Differences between the groups before and after matching on {len(shown)} things known on the day. After it "
        f"{len(shown) - beyond} lie within the band.",
        written.replace("-", "−", regex=True),
        {"label": "What was compared", "before": "Before matching", "after": "After matching"},
    )


def _who(bundle: Bundle) -> str:
    facts = bundle.facts_as(MatchedCohortFacts)
    who = (
        f"{facts.joined:,} families joined in {facts.trials} months, {uk_month(facts.first_trial)} to "
        f"{uk_month(facts.last_trial)}, and could be followed. {facts.matched:,} of them were matched."
    )
    return f"{who} {facts.moved_away}".rstrip()
