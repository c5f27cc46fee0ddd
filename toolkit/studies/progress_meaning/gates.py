"""Gates of what scores mean: enough families, referred, followed, of enough centres, and the scale the right way up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from toolkit.stats.agreement.coefficient import Coefficient
from toolkit.studies.definition_breaks import Break, definitions_gate, said, within
from toolkit.studies.figures import Gate, Status, enough_said, gate_of, passes, per_cent_met

POOR_AGREEMENT, GOOD_AGREEMENT = 0.4, 0.6
"""Kappa up to which agreement is no more than fair, and from which it is substantial (Landis and Koch, 1977, Biometrics
33, 159-174)."""


def enough_families(families: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families followed after their first score."""
    sentence = enough_said(families, minimum, "families", "were followed for a year after their first score")
    return gate_of("enough_families", passes(families >= minimum), float(families), float(minimum), sentence)


def enough_referred(referred: int, not_referred: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families to which it happened, and as many to which it did not."""
    fewest = min(referred, not_referred)
    which = "were" if referred <= not_referred else "were not"
    happened = f"{which} referred in that year"
    sentence = enough_said(fewest, minimum, "of the families scored", happened, is_counted=False)
    return gate_of("enough_referred", passes(fewest >= minimum), float(fewest), float(minimum), sentence)


def followed(share: float | None, minimum: float) -> Gate:
    """Pass when at least ``minimum`` of the families that had a year were followed; warn below 95%."""
    if share is None:
        return gate_of("follow_up", "fail", None, minimum, "No family that was scored has a year of records after it.")
    status: Status = "fail" if share < minimum else ("warn" if share < 0.95 else "pass")
    sentence = f"{per_cent_met(share)} of the families scored in time were followed for the year."
    if status == "fail":
        sentence = f"Only {sentence} At least {per_cent_met(minimum)} is needed."
    return gate_of("follow_up", status, share, minimum, sentence)


def centres(count: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` centres; below 30 intervals lean on a small-sample correction: warn."""
    status: Status = "fail" if count < minimum else ("warn" if count < 30 else "pass")
    sentence = f"The scores come from {count} centres. At least {minimum} are needed."
    if status == "warn":
        sentence += " With fewer than 30 the ranges are less sure."
    return gate_of("clusters", status, float(count), float(minimum), sentence)


def direction(wrong_way: bool, slope: float | None) -> Gate:
    """Fail when families that scored better were referred more, by more than chance: the scale may be upside down."""
    sentence = "Scores run the way they were said to run, as far as can be seen."
    if wrong_way:
        sentence = (
            "Families that scored better were referred more often. Check which way the scores run before anything "
            "rests on them."
        )
    return gate_of("direction", "fail" if wrong_way else "pass", slope, 0.0, sentence)


def agreement(kappa: Coefficient | None, pairs: int, minimum: int) -> Gate:
    """Warn where it is not known how far scorers agree, or they agree only in part; it bars nothing."""
    figure = None if kappa is None or kappa.estimate != kappa.estimate else float(kappa.estimate)
    if pairs < minimum or figure is None:
        sentence = (
            f"Fewer than {minimum} families were scored by two workers on the same day, so how far workers agree is "
            "not known."
        )
        return gate_of("agreement", "warn", figure, GOOD_AGREEMENT, sentence)
    how = "agree in part" if figure >= POOR_AGREEMENT else "seldom agree"
    status: Status = "warn"
    if figure >= GOOD_AGREEMENT:
        how, status = "mostly agree", "pass"
    sentence = f"Two workers who score the same family on the same day {how}, chance allowed for."
    return gate_of("agreement", status, figure, GOOD_AGREEMENT, sentence)


def drift(found: Coefficient | None, against_other: Coefficient | None) -> Gate:
    """Warn where end scores rise over the years for families that started alike, or where it cannot be seen."""
    known = [one for one in (against_other, found) if one is not None and one.low == one.low]
    if not known:
        return gate_of("drift", "warn", None, 0.0, "Whether workers' end scores creep up could not be seen.")
    # The scores that another gave too are few: where they cannot tell, all end scores still may.
    one = next((one for one in known if one.low > 0), known[-1])
    if one.low <= 0:
        sentence = "Workers' end scores do not creep up over the years, as far as can be seen."
    elif one is against_other:
        sentence = "Workers' end scores creep up over the years, beside others' scores of the same day."
    else:
        sentence = (
            "Workers' end scores rise over the years. Better support and kinder scoring look the same here: only "
            "second scores by others can tell them apart."
        )
    return gate_of("drift", "warn" if one.low > 0 else "pass", float(one.estimate), 0.0, sentence)


def definitions(breaks: Sequence[Break], first_day: date | None, last_day: date | None) -> Gate:
    """Warn when what a referral is, or what comes of one, changed in the years that are looked at."""
    inside = within(breaks, first_day, last_day, "referrals", "assessments")
    sentence = "The council has confirmed no change of what a referral is in this time."
    if inside:
        sentence = f"What a referral is, or what comes of one, changed in this time: {said(inside)}."
    return definitions_gate(inside, sentence)
