"""The verdict on a matched cohort: whether families that joined had the outcome less often than families like them."""

from __future__ import annotations

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.matched_cohort import JOINED_LATER, compared, event_names
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.findings import finding_of
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.reasons import against, reasons_of
from toolkit.publish.verdicts.rule import Code, Interval, Verdict, base_for, decide, interval_of, spoken_against
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.wording.amounts import amounts_of, levels_apart, more_or_fewer, of_every


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict: the primary difference decides, unless a gate failed or too few had the outcome."""
    facts = bundle.facts_as(MatchedCohortFacts)
    interval = interval_of(bundle.primary)
    few = shown.is_few(*_events(facts.outcome))
    may_say = not bundle.failed_gates and not few
    alone = decide(interval, margin=facts.margin, may_say=may_say)
    spoken = against(alone, bundle.checks)
    code = decide(interval, margin=facts.margin, may_say=may_say, against=spoken_against(bundle.checks))
    may = MayShow.of(bundle.kind, code)
    if code == "cannot_say" or interval is None:
        reasons = reasons_of(bundle.kind, bundle.failed_gates) or [
            sentences.TOO_FEW_HAD_IT if few else sentences.NO_ESTIMATE
        ]
        sentence, detail = sentences.CANNOT_SAY.format(reason=" ".join(reasons)), _compared(bundle, shown)
    elif spoken:
        sentence, detail = sentences.SPOKEN_AGAINST.format(reason=" ".join(spoken)), _compared(bundle, shown)
    else:
        told = may_tell(shown, facts.outcome)
        sentence = sentence_for(code, interval if told else None, facts.happened, facts.within)
        levels = _levels(facts, interval, shown) if told and may.effect else ""
        detail = " ".join(filter(None, [_compared(bundle, shown), levels, _of_controls(facts)]))
    return Verdict(
        code,
        sentence,
        detail,
        _cannot_show(facts, shown),
        2,
        sentences.MARYLAND[2],
        _hidden(bundle) if may.effect and may_tell(shown, facts.outcome) else "",
        tuple(finding_of(check) for check in may.concerns([one for one in bundle.checks if alone not in one.against])),
    )


def may_tell(shown: Shown, outcome: str) -> bool:
    """Whether a difference in an outcome may be put into words: with one of its four counts hidden it would tell it."""
    return shown.are_told(*_events(outcome))


def sentence_for(code: Code, interval: Interval | None, happened: str, within: str) -> str:
    """Return the answer's sentence ("were referred", "within a year"), without figures where there is no interval."""
    if interval is None:
        return sentences.WITHOUT_FIGURES[code].format(happened=happened, within=within)
    base = base_for(code, interval)
    exactly = (interval.estimate, interval.low, interval.high)
    about, low, high = (
        more_or_fewer(n, exactly=share) for n, share in zip(of_every(base, exactly), exactly, strict=True)
    )
    template = {
        "fewer": sentences.FEWER,
        "more": sentences.MORE,
        "little_or_no_difference": sentences.LITTLE,
        "inconclusive": sentences.INCONCLUSIVE,
    }[code]
    return template.format(
        base=f"{base:,}",
        estimate=about,
        low=low,
        high=high,
        happened=happened,
        within=within,
    )


def _events(outcome: str) -> tuple[str, ...]:
    return (*event_names(outcome, joined=True), *event_names(outcome, joined=False))


def _compared(bundle: Bundle, shown: Shown) -> str:
    if bundle.primary is None or not bundle.primary.n_treated:
        return ""
    names = compared(bundle)
    families, controls = (_about(names.get(arm), shown) for arm in ("joined", "compared_with"))
    return sentences.COMPARED.format(families=families, controls=controls)


def _about(name: str | None, shown: Shown) -> str:
    """Return a number of families as it may be told; of a few only that they are few."""
    count = None if name is None else shown.count(name)
    least = shown.policy.least_told
    if name is None or shown.is_few(name) or (count is not None and count < least):
        return f"fewer than {least}"
    return "some" if count is None else f"about {count:,}"


def _levels(facts: MatchedCohortFacts, interval: Interval, shown: Shown) -> str:
    """Return both arms' shares, as far apart as the answer says: one figure for one quantity, wherever it is read.

    The others' is told to staff as estimated and to members as their released counts have it; the joiners' is what that
    and the answer give, so that it says no more than those two.
    """
    amounts = amounts_of(interval.estimate, interval.low, interval.high)
    control = facts.mean_control
    if not shown.is_exact:
        control = shown.share(*event_names(facts.outcome, joined=False))
        if shown.share(*event_names(facts.outcome, joined=True)) is None:
            return ""
    if control is None:
        return ""
    said = levels_apart(amounts.base, amounts.estimate, control)
    joined, others = (f"about {whole:,}" if whole else "fewer than 1" for whole in said)
    return sentences.WITHOUT_AND_WITH.format(
        base=f"{amounts.base:,}", treated=joined, control=others, happened=facts.happened
    )


def _of_controls(facts: MatchedCohortFacts) -> str:
    """Return what earlier years showed, in which joining could change nothing; no figure of them is told."""
    if facts.controls_asked is None:
        return ""
    if facts.controls_moved is None:
        return sentences.CONTROLS_TOO_FEW
    if facts.controls_moved == 0:
        return sentences.CONTROLS_ALIKE
    return sentences.CONTROLS_DIFFERED.format(more="more" if facts.controls_moved < 0 else "fewer")


def _hidden(bundle: Bundle) -> str:
    return next((check.sentence for check in bundle.checks if check.name == "hidden_difference"), "")


def _cannot_show(facts: MatchedCohortFacts, shown: Shown) -> tuple[str, ...]:
    lines = [sentences.HIDDEN_DIFFERENCES, sentences.DETECTION]
    later = shown.share(*JOINED_LATER)
    if later is not None and round(100 * later) >= 1:
        lines.append(sentences.JOINED_LATER.format(share=round(100 * later)))
    lines += [sentences.ONE_COUNTY, sentences.NOT_ONE_FAMILY]
    if facts.primary_only:
        lines.append(sentences.FIRST_LOOK)
    return tuple(lines)
