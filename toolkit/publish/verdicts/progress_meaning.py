"""The verdict on what scores mean: whether the first one tells of later referrals what nobody knew without it."""

from __future__ import annotations

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.progress_meaning import ALL, APART, HIGH, LOW, SAME, matched_name, pair
from toolkit.publish.figures.shown import Shown
from toolkit.publish.plans.words import and_
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.reasons import reasons_of
from toolkit.publish.verdicts.rule import Code, Verdict
from toolkit.studies.progress_meaning.facts import ProgressMeaningFacts
from toolkit.wording.amounts import in_every, more_or_fewer

ADDS = "Families scored low were later referred more often, even beyond what we already knew of them."
ADDS_NOTHING = "The first score tells us next to nothing of later referrals that we did not already know."
CANNOT_TELL = "We cannot tell if the first score says more about later referrals than we already knew."
MAY_HELP = (
    "Say we must pick which of two families will be referred. With the score, we would be right from {low} to {high} "
    "times in every 100."
)
BY_SCORE = (
    "Of every 100 families scored {low} at the start, about {in_low} {happened} {within}. Of every 100 scored {high}, "
    "about {in_high} did."
)
PICKED = (
    "Take two families, of which one was then referred. What we knew picks out the right one {known} times in 100. "
    "With the score it is {both}."
)
ALSO_BY_OTHERS = "It also holds for referrals that no centre made."
NOT_BY_OTHERS = "We cannot be sure that it holds for referrals that no centre made."
CHANGE = {
    "yes": "How the score then changed tells more still: those that fell were referred more often.",
    "no": "How the score then changed told next to nothing more.",
    "unknown": "We cannot tell if how the score then changed says more.",
}
ROSE = (
    "Of every {base:,} families whose score rose, {about} {happened} in the year after than of families like them. The "
    "data fit anything from {low} to {high}."
)
GOES_WITH = "That goes with the rise. It was not shown to come from it."
AGREE = "Two workers who scored the same family on the same day gave the same score {same} times in 100."
AGREE_UNKNOWN = "We do not know if two workers would score a family alike: too few were scored by two."
CREEPS = "Workers' end scores creep up by about {points} of a point a year beside the scores of others."
RISES = "Workers' end scores rise by about {points} of a point a year. Kinder scores and better help look alike here."
TOO_FEW = "Too few families were referred, or too few were not, to give figures."

NOT_HELP = "A score that tells of referrals does not show that centres help."
SIGN = "A score that rises may be a sign that a family does better. It need not be the cause."
ACTED_ON = "Workers act on what they see. A low score can bring a referral about, or help that heads it off."
ONE_OUTCOME = "A referral is one thing of many. A score may tell of others that no one writes down."


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict on what scores mean.

    ``more``: families scored low are referred more, beyond what was known. ``little_or_no_difference``: the score adds
    too little to matter. Otherwise ``inconclusive``, or ``cannot_say`` where a gate failed.
    """
    facts = bundle.facts_as(ProgressMeaningFacts)
    few, is_told = shown.is_few(*pair(ALL)), shown.are_told(*pair(ALL))
    code = _code(facts, may_say=not bundle.failed_gates and not few)
    may = MayShow.of(bundle.kind, code)
    if code == "cannot_say":
        reasons = reasons_of(bundle.kind, bundle.failed_gates) or [TOO_FEW if few else sentences.NO_ESTIMATE]
        sentence, detail = sentences.CANNOT_SAY.format(reason=" ".join(reasons)), []
    else:
        sentence = _sentence(code, facts, is_told=is_told)
        of_answer = _of_answer(facts, code, is_told=is_told)
        detail = [*_by_score(bundle, facts, shown), *of_answer, *_rose(facts, shown)] if may.effect else []
    detail += [*_agreement(facts, shown), *_drift(facts)]
    cannot_show = (NOT_HELP, SIGN, ACTED_ON, ONE_OUTCOME, sentences.ONE_COUNTY)
    return Verdict(code, sentence, " ".join(detail), cannot_show, 1, sentences.MARYLAND[1])


def _code(facts: ProgressMeaningFacts, *, may_say: bool) -> Code:
    if not may_say or facts.added_value is None:
        return "cannot_say"
    codes: dict[str, Code] = {"yes": "more", "no": "little_or_no_difference"}
    return codes.get(facts.adds_value, "inconclusive")


def _sentence(code: Code, facts: ProgressMeaningFacts, *, is_told: bool) -> str:
    if code == "more":
        return ADDS
    if code == "little_or_no_difference":
        return ADDS_NOTHING
    if not is_told or facts.added_value is None or facts.largest_rise is None:
        return CANNOT_TELL
    low, high = (round(100 * end) for end in (facts.added_value[1], facts.largest_rise))
    return f"{CANNOT_TELL} {MAY_HELP.format(low=more_or_fewer(low), high=more_or_fewer(high))}"


def _by_score(bundle: Bundle, facts: ProgressMeaningFacts, shown: Shown) -> list[str]:
    low, high = (shown.share(*pair(name)) for name in (LOW, HIGH))
    if low is None or high is None:
        return []
    bands = [
        [str(row["band"]) for row in bundle.table("meaning_by_score") if row["end"] == end] for end in ("low", "high")
    ]
    said = BY_SCORE.format(
        low=and_(bands[0]).replace(" and ", " or "),
        high=and_(bands[1]).replace(" and ", " or "),
        in_low=round(100 * low),
        in_high=round(100 * high),
        happened=facts.happened,
        within=facts.within,
    )
    return [said]


def _of_answer(facts: ProgressMeaningFacts, code: Code, *, is_told: bool) -> list[str]:
    """Return what the score adds, whether that holds of referrals that no centre made, and what change adds."""
    told = []
    if is_told and facts.area_known is not None and facts.area_both is not None:
        told.append(PICKED.format(known=round(100 * facts.area_known[0]), both=round(100 * facts.area_both[0])))
    if code == "more" and facts.odds_ratio_by_others is not None:
        told.append(ALSO_BY_OTHERS if facts.odds_ratio_by_others[1] > 1 else NOT_BY_OTHERS)
    if facts.change_added_value is not None:
        told.append(CHANGE[facts.change_adds_value])
    return told


def _rose(facts: ProgressMeaningFacts, shown: Shown) -> list[str]:
    names = (*pair(matched_name(rose=True)), *pair(matched_name(rose=False)))
    if not facts.rose_stands or facts.rose_difference is None or shown.is_few(*names) or not shown.are_told(*names):
        return []
    base, whole = in_every(facts.rose_difference)
    about, low, high = (
        more_or_fewer(number, exactly=share) for number, share in zip(whole, facts.rose_difference, strict=True)
    )
    return [ROSE.format(base=base, about=about, happened=facts.happened, low=low, high=high), GOES_WITH]


def _agreement(facts: ProgressMeaningFacts, shown: Shown) -> list[str]:
    same = shown.share(SAME, APART)
    if facts.agreement is None or same is None:
        return [AGREE_UNKNOWN]
    return [AGREE.format(same=round(100 * same))]


def _drift(facts: ProgressMeaningFacts) -> list[str]:
    """Return that end scores rise, where that is sure: beside others' scores of the day, or else of their own."""
    for found, words in ((facts.drift_against_other, CREEPS), (facts.drift, RISES)):
        if found is not None and found[1] > 0:
            return [words.format(points=f"{found[0]:.2f}".rstrip("0"))]
    return []
