"""Gates of councils' money: enough councils and years, records that did not break, money that keeps its name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.areas.who_refers import WhoRefers
from toolkit.intake.published.measures import SOURCES
from toolkit.studies.area_panel.findings import Effect
from toolkit.studies.definition_breaks import Break, said
from toolkit.studies.figures import Gate, Status, gate_of, passes
from toolkit.wording import phrases
from toolkit.wording.numbers import counted
from toolkit.wording.years import financial_year

SURE = 0.99
"""At this level money that had not come yet bars an answer: at 95% one clean panel in twenty would be barred."""
FEW_COUNCILS = 60
MOST = 0.5
"""Of a council's change: a source that made more of it than this made most of it."""
FAMILY_HELP = 2026
"""The year ending from which Family Help changes what councils record as a referral (Working Together reforms)."""


def councils(compared: int, minimum: int, missing: str = "") -> Gate:
    """Pass with at least ``minimum`` councils; warn below 60. ``missing`` says what the records lack, where none is."""
    status: Status = "fail" if compared < minimum else ("warn" if compared < FEW_COUNCILS else "pass")
    sentence = f"{counted(compared, 'council')} can be compared. At least {minimum} are needed."
    if not compared:
        sentence = f"No council's counts and money can be compared. {missing}".rstrip()
    elif compared < minimum:
        sentence = f"{sentence} Import the files of all councils."
    return gate_of("councils", status, compared, minimum, sentence)


def years(found: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` years."""
    sentence = f"{counted(found, 'year')} of counts and money can be compared. At least {minimum} are needed."
    return gate_of("years", passes(found >= minimum), found, minimum, sentence)


def enough_referrals(found: int, minimum: int, what: str = "referrals") -> Gate:
    """Pass with at least ``minimum`` counted in all."""
    sentence = f"Enough {what} are counted: {minimum:,} or more."
    if found < minimum:
        sentence = f"Too few {what} are counted: fewer than the {minimum:,} that are needed."
    return gate_of("enough_referrals", passes(found >= minimum), found, minimum, sentence)


def estimable(effect: Effect | None, beside_paths: Effect | None) -> Gate:
    """Pass where a figure could be worked out, and one beside councils' own paths: without it none may be told."""
    sentence = "A figure could be worked out, and one beside councils' own paths."
    if effect is None:
        sentence = "No figure could be worked out of these counts and money."
    elif beside_paths is None:
        sentence = "It cannot be seen if councils were on paths of their own."
    return gate_of("estimable", passes(effect is not None and beside_paths is not None), None, None, sentence)


def asked(name: str | None, years_broken: Sequence[int], is_there: bool) -> Gate:
    """Fail where the records of the council asked about break, or it is not among those compared."""
    if name is None:
        return gate_of("recording_asked", "pass", 0, 0, "The question is of councils on average, not of one.")
    if not is_there:
        sentence = "The council asked about is not among those compared."
        return gate_of("recording_asked", "fail", None, 0, sentence)
    sentence = f"The records of {name} do not break in these years."
    if years_broken:
        sentence = (
            f"What {name} records breaks in {phrases.years(years_broken)}. It may be how referrals were "
            "recorded, and not need or money."
        )
    return gate_of("recording_asked", "fail" if years_broken else "pass", len(years_broken), 0, sentence)


def many(broken: int, at_once: int, compared: int, most: float, most_at_once: float) -> Gate:
    """Fail where the records of many councils break, in all or in one year; warn where any do."""
    part, part_at_once = (one / max(compared, 1) for one in (broken, at_once))
    sentence = "The records of no council break in these years."
    status: Status = "pass"
    if part > most or part_at_once > most_at_once:
        status = "fail"
        sentence = "The records of many councils break in these years. It may be how referrals were recorded."
    elif broken:
        status = "warn"
        sentence = (
            f"The records of {counted(broken, 'council')} break in these years. What came before and after is not "
            "compared."
        )
    return gate_of("recording_many", status, max(part / most, part_at_once / most_at_once), 1, sentence)


def relabelled(name: str | None, of_asked: Sequence[int], others: int, is_known: bool) -> Gate:
    """Warn where centres' money may have gone on under another name."""
    if not is_known:
        sentence = "It cannot be seen if money went on under another name: lines of spending are missing."
        return gate_of("relabelled", "warn", None, 0, sentence)
    sentence = "No council's money is seen to change its name."
    if of_asked and name is not None:
        sentence = (
            f"In {phrases.years(of_asked)}, money for centres in {name} may have gone on under another name. Its "
            "fall may not be read as a cut."
        )
    elif others:
        sentence = f"In {counted(others, 'council')}, money for centres may have gone on under another name."
    status: Status = "warn" if of_asked or others else "pass"
    return gate_of("relabelled", status, others, 0, sentence)


def who_refers(name: str | None, found: WhoRefers | None) -> Gate:
    """Warn where one source made most of a council's change: then it tells of that source more than of families."""
    if name is None:
        return gate_of("who_refers", "pass", None, MOST, "The question is of councils on average, not of one.")
    if found is None or not len(found.by_source) or not abs(found.change) > 0:
        return gate_of("who_refers", "warn", None, MOST, f"Who referred in {name} is not on record.")
    known = found.by_source.dropna(subset=["change"])
    parts = known["change"].to_numpy(dtype=np.float64) / found.change
    largest = float(parts.max()) if len(parts) else 0.0
    years = f"from {financial_year(found.first)} to {financial_year(found.last)}"
    sentence = f"No one source made most of the change in {name} {years}."
    if largest > MOST:
        source = SOURCES[str(known["source"].iloc[int(parts.argmax())])].split(" (")[0]
        moved = "rise" if found.change > 0 else "fall"
        sentence = f"Most of the {moved} in {name} {years} came from one source: {source}."
    return gate_of("who_refers", "warn" if largest > MOST else "pass", largest, MOST, sentence)


def ahead(found: Effect | None) -> Gate:
    """Fail where counts go with money that had not come yet: then counts moved money, or something moved both."""
    if found is None:
        sentence = "It cannot be seen if referrals go with money that had not come yet."
        return gate_of("money_ahead", "warn", None, None, sentence)
    (low, high), (sure_low, sure_high) = found.interval(), found.interval(SURE)
    sentence = "Referrals do not plainly go with money that had not come yet."
    status: Status = "pass"
    if sure_low > 0 or sure_high < 0:
        status = "fail"
        sentence = "Referrals go with the next year's money, which cannot have worked yet. Something else moves both."
    elif low > 0 or high < 0:
        status = "warn"
        sentence = "Referrals seem to go with the next year's money, which cannot have worked yet."
    return gate_of("money_ahead", status, found.estimate, None, sentence)


def ways_agree(signs: Sequence[int]) -> Gate:
    """Warn when rates by logarithms and counts by pounds do not agree whether there is an effect."""
    if len(signs) < 2:
        return gate_of("ways_agree", "warn", None, None, "Only one way to reckon could be used.")
    agree = len(set(signs)) == 1
    sentence = "Two ways to reckon agree." if agree else "Two ways to reckon do not agree if there is an effect."
    return gate_of("ways_agree", "pass" if agree else "warn", len(set(signs)), 1, sentence)


def errors(note: str) -> Gate:
    """Warn where the fit itself says that its errors may be too small."""
    sentence = f"{note} Read them with care." if note else "There are enough councils for the range to be trusted."
    return gate_of("range", "warn" if note else "pass", None, None, sentence)


def definitions(breaks: Sequence[Break], is_asked: bool, first_year: int, last_year: int) -> Gate:
    """Fail where what a referral is changed in these years: by Family Help, or in the council asked about."""
    inside = [
        one
        for one in breaks
        if one.touches == "referrals" and first_year - 1 <= one.starts_on.year - (one.starts_on.month < 4) < last_year
    ]
    sentence = "No change of what a referral is, is known in these years."
    status: Status = "pass"
    if last_year >= FAMILY_HELP:
        status = "fail"
        sentence = f"From {financial_year(FAMILY_HELP)} on, Family Help changes what councils record as a referral."
    elif inside:
        status = "fail" if is_asked else "warn"
        sentence = f"What a referral is changed in these years: {said(inside)}."
    return gate_of("definitions", status, len(inside), 0, sentence)
