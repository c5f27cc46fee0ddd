"""What a matched comparison draws in each tab of its question."""

from __future__ import annotations

import streamlit as st

from toolkit.publish.bundle.model import Bundle
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.web.pages.questions.parts import Opened, Parts, of_bundle
from toolkit.web.pages.referrals import balance, cascade, curve, groups, hundred, methods, not_a_finding, planted
from toolkit.web.parts.layout import header
from toolkit.wording.numbers import uk_month


def _sure(one: Opened) -> None:
    bundle = one.bundle
    if bundle.may.effect:
        header("Other ways of comparing")
    methods.draw(bundle)
    curve.draw(bundle)
    not_a_finding.draw(bundle)
    header("Would this plan find an effect?")
    planted.draw(one.store, one.person, one.folder, bundle)


def _whom(bundle: Bundle) -> None:
    groups.draw(bundle)
    cascade.draw(bundle)


def _who(bundle: Bundle) -> list[str]:
    facts = bundle.facts_as(MatchedCohortFacts)
    joined = (
        f"{facts.joined:,} families joined in {facts.trials} months, {uk_month(facts.first_trial)} to "
        f"{uk_month(facts.last_trial)}, and could be followed. {facts.matched:,} of them were matched."
    )
    return [joined, *filter(None, [facts.moved_away]), *(step.sentence for step in bundle.flow[-1:])]


def _method(bundle: Bundle) -> None:
    if bundle.may.state == "cannot_say" and any(gate.name == "balance" for gate in bundle.failed_gates):
        return  # it is the first picture of the answer
    header("Were the groups alike?")
    if not balance.draw(bundle):
        st.info("Nothing was matched.")


MATCHED = Parts(answer=of_bundle(hundred.draw), sure=_sure, whom=of_bundle(_whom), method=of_bundle(_method), who=_who)
