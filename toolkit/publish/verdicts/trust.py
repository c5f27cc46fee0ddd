"""The verdict on trust: how centres' referrals end, set against similar ones, and what that does not show."""

from __future__ import annotations

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.shown import Shown
from toolkit.publish.figures.trust import SENT_BACK, matched_names
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.reasons import reasons_of
from toolkit.publish.verdicts.rule import Code, Interval, Verdict, base_for, decide, interval_of
from toolkit.studies.trust.facts import TrustFacts
from toolkit.wording.amounts import base_of, in_every, levels_apart, more_or_fewer, of_every

NOT_WRONG = "A referral with no further action is not always a wrong one. Social care may have been too full to act."
SOURCE_CODE = "Some codes hold more than centres. Others' referrals may hide among theirs."
NOT_WRITTEN = "Centres may refer cases that differ in ways no one wrote down."
FIRST_TALK = "Calls that never became a referral are not in here."
TIP_OFF = "If social care knows a family from the centre, it may act in other ways."
TOO_FEW = "Too few referrals ended this way, or too few did not, to give figures."

ENDED = {
    "nfa": "ended with no further action",
    "assessed_not_in_need": "were looked into and no need was found",
    "re_referral_12m": "were followed by another within a year",
}


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict on centres' referrals: whether ``more`` or ``fewer`` of them ended like the first outcome."""
    facts = bundle.facts_as(TrustFacts)
    interval = interval_of(bundle.primary)
    few = shown.is_few(*_matched(facts.outcome))
    code = decide(interval, margin=facts.margin, may_say=not bundle.failed_gates and not few)
    may = MayShow.of(bundle.kind, code)
    if code == "cannot_say" or interval is None:
        reasons = reasons_of(bundle.kind, bundle.failed_gates) or [TOO_FEW if few else sentences.NO_ESTIMATE]
        sentence, detail = sentences.CANNOT_SAY.format(reason=" ".join(reasons)), _sent_back(shown)
    else:
        sentence = _sentence(code, interval if _may_tell(facts.outcome, shown) else None, facts.outcome)
        of_effect = [*_means(facts, interval, shown), *_others(bundle, shown)] if may.effect else []
        detail = [*of_effect, *_sent_back(shown)]
    cannot_show = (NOT_WRONG, SOURCE_CODE, NOT_WRITTEN, TIP_OFF, FIRST_TALK)
    return Verdict(code, sentence, " ".join(detail), cannot_show, 2, sentences.MARYLAND[2])


def _may_tell(outcome: str, shown: Shown) -> bool:
    return shown.are_told(*_matched(outcome))


def _matched(outcome: str) -> tuple[str, ...]:
    return (*matched_names(outcome, by_centres=True), *matched_names(outcome, by_centres=False))


def _sentence(code: Code, interval: Interval | None, outcome: str) -> str:
    if interval is None:
        return sentences.REFERRALS_WITHOUT_FIGURES[code].format(ended=ENDED[outcome])
    exactly = (interval.estimate, interval.low, interval.high)
    base = base_for(code, interval)
    whole = of_every(base, exactly)
    about, low, high = (more_or_fewer(n, exactly=share) for n, share in zip(whole, exactly, strict=True))
    fit = f"he data fit anything from {low} to {high}."
    if code == "little_or_no_difference":
        return f"We see little or no difference. Of every {base:,} referrals by centres, t{fit}"
    if code == "inconclusive":
        fit = f"the data fit anything from {low} to {high} that {ENDED[outcome]}"
        return f"We cannot tell if centres' referrals end in other ways. Of every {base:,} by centres, {fit}."
    return f"Of every {base:,} referrals by centres, about {about} {ENDED[outcome]} than of others like them. T{fit}"


def _means(facts: TrustFacts, interval: Interval, shown: Shown) -> list[str]:
    """Return both arms' shares of the first outcome, as far apart as the answer says.

    To staff as estimated; to members the others' as their released counts have it.
    """
    outcome = facts.outcome
    if not _may_tell(outcome, shown):
        return []
    centres, others = facts.means.get(outcome, (None, None))
    if not shown.is_exact:
        centres, others = (shown.share(*matched_names(outcome, by_centres=arm)) for arm in (True, False))
    if centres is None or others is None:
        return []
    base, (difference, *_) = in_every((interval.estimate, interval.low, interval.high))
    said = levels_apart(base, difference, others)
    return [
        f"Of every {base:,} by centres, about {said[0]:,} {ENDED[outcome]}. Of every {base:,} like them by others, "
        f"{said[1]:,} did."
    ]


def _others(bundle: Bundle, shown: Shown) -> list[str]:
    """Return a sentence for each further outcome with enough referrals behind it, in as many as the answer is given."""
    told, base = [], base_of(None if bundle.primary is None else bundle.primary.with_interval)
    for estimate in bundle.estimates[1:]:
        interval = interval_of(estimate)
        if estimate.estimator != "matched" or interval is None:
            continue
        if shown.is_few(*_matched(estimate.outcome)) or not _may_tell(estimate.outcome, shown):
            continue
        exactly = (interval.estimate, interval.low, interval.high)
        whole = of_every(base, exactly)
        about, low, high = (more_or_fewer(n, exactly=share) for n, share in zip(whole, exactly, strict=True))
        told.append(f"Of every {base:,}, {about} {ENDED[estimate.outcome]} (from {low} to {high}).")
    return told


def _sent_back(shown: Shown) -> list[str]:
    share = shown.share(*SENT_BACK)
    if share is None:
        return []
    return [
        f"Of every 100 referrals by centres, about {round(100 * share)} were sent back to the centre. Only a centre's "
        "own can be, so there is no one to compare with."
    ]
