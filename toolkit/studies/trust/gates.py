"""Gates of trust: enough referrals by centres, alike on what was known, matched, ended, and from enough areas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from toolkit.studies.definition_breaks import Break, definitions_gate, said, within
from toolkit.studies.figures import Gate, Status, enough_said, passes, per_cent_met


def enough_referrals(compared: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` referrals by centres compared."""
    return Gate(
        name="enough_referrals",
        status=passes(compared >= minimum),
        figure=float(compared),
        threshold=float(minimum),
        sentence=enough_said(compared, minimum, "referrals", "by centres could be compared"),
    )


def balance(largest_smd: float | None, covariate: str, maximum: float) -> Gate:
    """Pass when the largest standardised difference between the matched referrals is below ``maximum``."""
    if largest_smd is None:
        return Gate(
            name="balance",
            status="fail",
            figure=None,
            threshold=maximum,
            sentence="No referral by a centre found one like it, so the two cannot be shown to be alike.",
        )
    if largest_smd < maximum:
        sentence = "Centres' referrals and those compared with them are alike on all that was known."
    else:
        sentence = (
            "Centres' referrals and those compared with them are not alike enough. They still differ most by this: "
            f"{covariate}."
        )
    return Gate(
        name="balance", status=passes(largest_smd < maximum), figure=largest_smd, threshold=maximum, sentence=sentence
    )


def overlap(share_matched: float, minimum: float) -> Gate:
    """Pass when at least ``minimum`` of centres' referrals found a match; warn below 95%."""
    status: Status = "fail" if share_matched < minimum else ("warn" if share_matched < 0.95 else "pass")
    sentence = f"{per_cent_met(share_matched)} of centres' referrals found one alike."
    if status == "fail":
        sentence = f"Only {sentence} At least {per_cent_met(minimum)} is needed."
    return Gate(name="overlap", status=status, figure=share_matched, threshold=minimum, sentence=sentence)


def outcome_known(share_centres: float, share_others: float, minimum: float) -> Gate:
    """Pass when in both arms at least ``minimum`` of referrals have an outcome; warn when they differ by 5%."""
    lower, apart = min(share_centres, share_others), abs(share_centres - share_others)
    status: Status = "fail" if lower < minimum else ("warn" if apart > 0.05 else "pass")
    sentence = (
        f"How it ended is on record for {per_cent_met(share_centres)} of centres' referrals, and for "
        f"{per_cent_met(share_others)} of the others."
    )
    if status == "fail":
        sentence += f" At least {per_cent_met(minimum)} is needed."
    elif status == "warn":
        sentence += " It is known of one set more than of the other."
    return Gate(name="follow_up", status=status, figure=lower, threshold=minimum, sentence=sentence)


def clusters(count: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` reach areas; warn below 30."""
    status: Status = "fail" if count < minimum else ("warn" if count < 30 else "pass")
    sentence = f"The families live in the reach areas of {count} centres. At least {minimum} are needed."
    if status == "warn":
        sentence += " With fewer than 30 the range is less sure."
    return Gate(name="clusters", status=status, figure=float(count), threshold=float(minimum), sentence=sentence)


def definitions(breaks: Sequence[Break], first_day: date, last_day: date) -> Gate:
    """Warn when what a referral is, or what comes of one, changed between the first and the last that may enter."""
    inside = within(breaks, first_day, last_day, "referrals", "assessments")
    sentence = "The council has confirmed no change of what a referral is, or of what comes of one, in this time."
    if inside:
        sentence = f"What a referral is, or what comes of one, changed in this time: {said(inside)}."
    return definitions_gate(inside, sentence)
