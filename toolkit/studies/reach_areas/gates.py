"""Gates of money by reach area: areas, quarters and doses enough, paths alike before, nothing that recording did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from toolkit.stats.panel.dose_response import DoseEffect
from toolkit.stats.panel.steps import Step
from toolkit.studies.definition_breaks import Break, definitions_gate, said, within
from toolkit.studies.figures import Gate, Status, gate_of, passes

SURE = 0.99
"""At this level a path before the money that was not level bars an answer: at 95% one clean county in twenty would."""
FEW_AREAS = 30


def areas(compared: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` areas; warn below 30."""
    status: Status = "fail" if compared < minimum else ("warn" if compared < FEW_AREAS else "pass")
    sentence = f"{compared} reach areas can be compared. At least {minimum} are needed."
    return gate_of("areas", status, compared, minimum, sentence)


def quarters(name: str, found: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` whole quarters on one side (``quarters_before`` or ``quarters_after``)."""
    side = "before the money" if name == "quarters_before" else "once the money could work"
    sentence = f"There are {found} whole quarters {side}. At least {minimum} are needed."
    return gate_of(name, passes(found >= minimum), found, minimum, sentence)


def enough_referrals(fewest: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` counted on the side of the money with fewer."""
    sentence = f"Enough referrals came before the money and after: {minimum} or more of each, as is needed."
    if fewest < minimum:
        sentence = f"Too few referrals came before the money, or after: fewer than the {minimum} that are needed."
    return gate_of("enough_referrals", passes(fewest >= minimum), fewest, minimum, sentence)


def dose_varies(spread: float | None, minimum: float) -> Gate:
    """Pass where money for each child differs enough between areas: else there is nothing to compare."""
    if spread is None:
        return gate_of("dose_varies", "fail", None, minimum, "No money by reach area is on record.")
    sentence = "Areas differ enough in how much money they got for each child."
    if spread < minimum:
        sentence = "All areas got much the same money for each child, so none can be set against another."
    return gate_of("dose_varies", passes(spread >= minimum), spread, minimum, sentence)


def rests_on(worth: float | None, minimum: float) -> Gate:
    """Pass where no few areas decide the answer; warn below twice the minimum."""
    if worth is None:
        return gate_of("rests_on", "fail", None, minimum, "No answer can be worked out from these areas.")
    status: Status = "fail" if worth < minimum else ("warn" if worth < 2 * minimum else "pass")
    few = f"as if on {worth:.0f} areas that tell alike"
    sentence = f"The answer rests {few}. At least {minimum:.0f} are needed."
    return gate_of("rests_on", status, worth, minimum, sentence)


def trends(trend: DoseEffect | None, margin: float) -> Gate:
    """Pass when areas with more money are shown to have been on the same path before as those with less.

    Alike is an equivalence: the 90% range lies within the margin. Shown not to be alike fails; neither shown warns.
    """
    within = f"{round(100 * margin)} in every 100"
    if trend is None:
        return gate_of("trends", "warn", None, margin, "It cannot be seen if areas were on the same path before.")
    low, high = trend.interval(0.9)
    sure_low, sure_high = trend.interval(SURE)
    if -margin < low and high < margin:
        status: Status = "pass"
        sentence = f"Before the money, areas with more and with less of it were on the same path, to within {within}."
    elif sure_low > 0 or sure_high < 0:
        status = "fail"
        sentence = "Areas with more of the money were on another path than the rest before it came."
    else:
        status = "warn"
        sentence = f"It cannot be shown that areas were on the same path before, to within {within}."
    return gate_of("trends", status, trend.estimate, margin, sentence)


def rise(found: DoseEffect | None) -> Gate:
    """Fail where the money went where referrals had lately risen or fallen: such areas go back by themselves."""
    if found is None:
        sentence = "It cannot be seen if the money went where referrals had lately risen."
        return gate_of("rise_before", "warn", None, None, sentence)
    sure_low, sure_high = found.interval(SURE)
    moved = "risen" if found.estimate > 0 else "fallen"
    is_sure = sure_low > 0 or sure_high < 0
    sentence = "The money did not plainly go where referrals had lately risen or fallen."
    if is_sure:
        sentence = f"The money went where referrals had just {moved}. Such areas go back by themselves."
    return gate_of("rise_before", "fail" if is_sure else "pass", found.estimate, None, sentence)


def recording(steps: Sequence[Step], names: Sequence[str], level: float) -> Gate:
    """Fail where one district's counts stepped on their own, as they do when one place begins to record otherwise."""
    if not steps:
        sentence = "It cannot be seen if any district's counts stepped on their own."
        return gate_of("recording", "warn", None, level, sentence)
    stepped = [names[one.group] for one in steps if one.p_value < level]
    least = min(one.p_value for one in steps)
    sentence = "No district's counts stepped on their own."
    if stepped:
        where = " and ".join(stepped)
        sentence = f"Counts in {where} stepped on their own. It may be how they were recorded, and not need."
    return gate_of("recording", "fail" if stepped else "pass", least, level, sentence)


def ways_agree(signs: Sequence[int]) -> Gate:
    """Warn when adding quarters up and taking each by itself do not agree whether there is an effect."""
    if len(signs) < 2:
        return gate_of("ways_agree", "warn", None, None, "Only one way to reckon could be used.")
    agree = len(set(signs)) == 1
    sentence = "Two ways to reckon agree." if agree else "Two ways to reckon do not agree if there is an effect."
    return gate_of("ways_agree", "pass" if agree else "warn", len(set(signs)), 1, sentence)


def definitions(breaks: Sequence[Break], places: Sequence[str], first_day: date | None, last_day: date | None) -> Gate:
    """Fail when what a referral is changed in some places alone within the time; warn when it did everywhere."""
    inside = within(breaks, first_day, last_day, "referrals")
    local = [one for one in inside if one.area in places]
    sentence = "The council has confirmed no change of what a referral is in this time."
    if local:
        sentence = f"In some places alone, what a referral is changed in this time: {said(local)}."
    elif inside:
        sentence = f"What a referral is changed everywhere in this time: {said(inside)}."
    return definitions_gate(inside, sentence, bars=bool(local))
