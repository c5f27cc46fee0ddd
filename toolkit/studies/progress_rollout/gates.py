"""Gates of the roll-out: centres and families enough, a time before, trends and centres alike, ways that agree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from toolkit.stats.staggered.effect import Clustered, Effect
from toolkit.studies.definition_breaks import Break, definitions_gate, said, within
from toolkit.studies.figures import Gate, Status, enough_said, passes, per_cent_met


def enough_families(families: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families that joined a scoring centre after it began."""
    return Gate(
        name="enough_families",
        status=passes(families >= minimum),
        figure=float(families),
        threshold=float(minimum),
        sentence=enough_said(
            families, minimum, "families", "that joined after a centre began to score can be compared"
        ),
    )


def centres_of_each_kind(scoring: int, others: int, each: int, in_all: int) -> Gate:
    """Pass with at least ``each`` centres of either kind and ``in_all`` together; warn below 30."""
    fewest = min(scoring, others)
    status: Status = "fail" if fewest < each or scoring + others < in_all else "pass"
    if status == "pass" and scoring + others < 30:
        status = "warn"
    sentence = (
        f"{scoring} centres that began to score are compared with {others} that had not. At least {each} of each are "
        f"needed, and {in_all} in all."
    )
    return Gate(
        name="centres_of_each_kind", status=status, figure=float(fewest), threshold=float(each), sentence=sentence
    )


def before(with_before: int, scoring: int, minimum: float) -> Gate:
    """Pass when enough of the centres that score had families before they did; warn when some had not."""
    if not scoring:
        sentence = "No centre scores families, so there is no before and after."
        return Gate(name="before", status="fail", figure=None, threshold=minimum, sentence=sentence)
    share = with_before / scoring
    status: Status = "fail" if share < minimum else ("warn" if with_before < scoring else "pass")
    sentence = f"{with_before} of {scoring} centres that score had families enough before they began, and after."
    if status == "fail":
        sentence += " Too many began before the records tell what went before."
    return Gate(name="before", status=status, figure=share, threshold=minimum, sentence=sentence)


def followed(share: float | None, minimum: float) -> Gate:
    """Pass when at least ``minimum`` of the families that joined in time were followed for the year."""
    if share is None:
        sentence = "No family joined early enough to be followed for a year."
        return Gate(name="follow_up", status="fail", figure=None, threshold=minimum, sentence=sentence)
    sentence = (
        f"{per_cent_met(share)} of families were followed for a year. At least {per_cent_met(minimum)} is needed."
    )
    return Gate(name="follow_up", status=passes(share >= minimum), figure=share, threshold=minimum, sentence=sentence)


def trends(trend: Clustered | None, margin: float) -> Gate:
    """Pass when both kinds of centre are shown to have moved alike before; fail when they are shown not to have.

    Alike is an equivalence: the 90% range of the difference lies within the margin. Where the range is too wide for
    either, it warns: no difference found is not yet no difference.
    """
    within = f"{round(100 * margin)} in every 100"
    if trend is None:
        sentence = "It cannot be seen if both kinds of centre moved alike before."
        return Gate(name="trends", status="warn", figure=None, threshold=margin, sentence=sentence)
    low, high = trend.interval(0.9)
    wide_low, wide_high = trend.interval(0.95)
    if -margin < low and high < margin:
        status: Status = "pass"
        sentence = f"Before, both kinds of centre moved alike, to within {within}."
    elif wide_low > 0 or wide_high < 0:
        status = "fail"
        sentence = "The two kinds of centre were moving apart before any began to score."
    else:
        status = "warn"
        sentence = f"It cannot be shown that both kinds of centre moved alike before, to within {within}."
    return Gate(name="trends", status=status, figure=trend.estimate, threshold=margin, sentence=sentence)


def alike(chance: float | None, minimum: float) -> Gate:
    """Fail when centres are so unlike that fewer deals than ``minimum`` would leave them so; warn below a tenth."""
    if chance is None:
        sentence = "There are no centres of both kinds to set side by side."
        return Gate(name="alike", status="fail", figure=None, threshold=minimum, sentence=sentence)
    status: Status = "fail" if chance < minimum else ("warn" if chance < 0.1 else "pass")
    sentence = {
        "pass": "Centres that score were no more unlike the rest than luck makes them.",
        "warn": "Centres that score were somewhat unlike the rest before they began.",
        "fail": "Centres that score were too unlike the rest before they began.",
    }[status]
    return Gate(name="alike", status=status, figure=chance, threshold=minimum, sentence=sentence)


def ways_agree(effect: Effect | None) -> Gate:
    """Warn when the ways of reckoning with few centres do not agree whether there is an effect."""
    verdicts = signs(effect)
    if len(verdicts) < 3:
        sentence = "With so few centres not every way of reckoning could be used."
        return Gate(name="ways_agree", status="warn", figure=float(len(verdicts)), threshold=3.0, sentence=sentence)
    agree = len(set(verdicts)) == 1
    sentence = (
        "Three ways of reckoning with few centres agree."
        if agree
        else ("Three ways of reckoning with few centres do not agree. The answer takes the widest range.")
    )
    status: Status = "pass" if agree else "warn"
    return Gate(name="ways_agree", status=status, figure=float(len(set(verdicts))), threshold=1.0, sentence=sentence)


def signs(effect: Effect | None) -> tuple[int, ...]:
    """Return what each way of reckoning says: -1 fewer, 1 more, 0 neither shown."""
    if effect is None:
        return ()
    ends = [effect.clustered.interval()]
    ends += [] if effect.wild is None else [effect.wild[1]]
    ends += [] if effect.randomised is None else [(effect.randomised.low, effect.randomised.high)]
    return tuple(int(low > 0) - int(high < 0) for low, high in ends)


def definitions(breaks: Sequence[Break], first_day: date | None, last_day: date | None) -> Gate:
    """Warn when what a referral is changed within the records: it moves all centres, but perhaps not all alike."""
    inside = within(breaks, first_day, last_day, "referrals")
    sentence = "The council has confirmed no change of what a referral is in this time."
    if inside:
        sentence = f"What a referral is changed in this time: {said(inside)}."
    return definitions_gate(inside, sentence)
