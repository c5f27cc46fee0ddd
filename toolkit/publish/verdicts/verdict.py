"""From a result to words: one of five verdicts, decided by gates, interval and margin, and its plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from toolkit.publish.verdicts import interrupted_series, progress_change, reach, sentences, trust
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, StudyResult
from toolkit.wording.amounts import amounts_of, more_or_fewer, share_in_words

Code = Literal["fewer", "more", "little_or_no_difference", "inconclusive", "cannot_say"]
CODES: tuple[str, ...] = get_args(Code)


_DESCRIBE = {
    "progress_change": progress_change.describe,
    "interrupted_series": interrupted_series.describe,
    "reach": reach.describe,
    "trust": trust.describe,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A result in words.

    Attributes
    ----------
    code
        ``fewer``, ``more``, ``little_or_no_difference``, ``inconclusive`` or ``cannot_say``.
    sentence
        The answer, with absolute numbers.
    detail
        What was compared, and the figures behind the answer.
    cannot_show
        What the answer does not show, one sentence each.
    maryland_level
        1 to 5 on the Maryland scientific methods scale; a matched cross-section is 2.
    evidence
        The level in words.
    hidden
        How big a difference that nobody recorded would have to be to explain the answer away; empty where the study
        did not ask.
    concerns
        The attempts to prove the answer wrong that it did not wholly stand, by name on the page.
    """

    code: Code
    sentence: str
    detail: str
    cannot_show: tuple[str, ...]
    maryland_level: int
    evidence: str
    hidden: str = ""
    concerns: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return the whole verdict as lines of text."""
        lines = [self.sentence, self.detail, self.hidden, *self.cannot_show, self.evidence]
        if self.concerns:
            lines.append(sentences.CONCERNS.format(concerns="; ".join(self.concerns)))
        return "\n".join(line for line in lines if line)


def verdict_for(result: StudyResult, protocol: Protocol) -> Verdict:
    """Return the verdict on a result.

    A failed gate makes it ``cannot_say``. Otherwise the primary difference decides: an interval that leaves out
    nought is ``fewer`` or ``more``; one inside the protocol's margin on both sides is ``little_or_no_difference``;
    any other is ``inconclusive``. Kinds that estimate no such difference describe themselves.
    """
    if result.kind != "matched_cohort":
        return _described(result, _DESCRIBE[result.kind](result))
    difference = primary_difference(result)
    code = decide(result, difference, margin=protocol.spec.margin)  # type: ignore[attr-defined]
    if code == "cannot_say" or difference is None:
        sentence, detail = sentences.CANNOT_SAY.format(reason=_reason(result)), _compared(result)
    else:
        facts = result.facts_as(MatchedCohortFacts)
        sentence = sentence_for(code, difference, facts.happened, facts.within)
        detail = f"{_compared(result)} {_levels(result, difference)}"
    hidden = "" if code == "cannot_say" else _hidden(result)
    return Verdict(code, sentence, detail, _cannot_show(result), 2, sentences.MARYLAND[2], hidden, _concerns(result))


def _hidden(result: StudyResult) -> str:
    return next((check.sentence for check in result.checks if check.name == "hidden_difference"), "")


def _concerns(result: StudyResult) -> tuple[str, ...]:
    return tuple(check.label for check in result.checks if check.status != "pass")


def primary_difference(result: StudyResult) -> Estimate | None:
    """Return the first estimate, if it is a difference with an interval."""
    primary = result.primary
    if primary is None or primary.measure != "difference":
        return None
    has_interval = primary.estimate is not None and primary.low is not None and primary.high is not None
    return primary if has_interval else None


def decide(result: StudyResult, difference: Estimate | None, *, margin: float) -> Code:
    """Return the verdict's code from the gates, the interval and the margin (a difference of shares)."""
    if result.failed_gates or difference is None or difference.low is None or difference.high is None:
        return "cannot_say"
    if difference.high < 0:
        return "fewer"
    if difference.low > 0:
        return "more"
    if -margin < difference.low and difference.high < margin:
        return "little_or_no_difference"
    return "inconclusive"


def sentence_for(code: Code, difference: Estimate, happened: str, within: str) -> str:
    """Return the answer's sentence for a difference of shares: ("were referred", "within a year")."""
    if difference.estimate is None or difference.low is None or difference.high is None:
        return sentences.CANNOT_SAY.format(reason=sentences.NO_ESTIMATE)
    amounts = amounts_of(difference.estimate, difference.low, difference.high)
    template = {
        "fewer": sentences.FEWER,
        "more": sentences.MORE,
        "little_or_no_difference": sentences.LITTLE,
        "inconclusive": sentences.INCONCLUSIVE if amounts.estimate else sentences.INCONCLUSIVE_LEVEL,
    }[code]
    return template.format(
        base=f"{amounts.base:,}",
        estimate=more_or_fewer(amounts.estimate, exactly=difference.estimate),
        low=more_or_fewer(amounts.low, exactly=difference.low),
        high=more_or_fewer(amounts.high, exactly=difference.high),
        happened=happened,
        within=within,
    )


def _described(result: StudyResult, described: Mapping[str, Any]) -> Verdict:
    level = int(described.get("maryland_level", 1))
    cannot_show = [*described.get("cannot_show", ())]
    if result.simulated:
        cannot_show.append(sentences.SIMULATED)
    return Verdict(
        described["code"],
        described["sentence"],
        described.get("detail", ""),
        tuple(cannot_show),
        level,
        sentences.MARYLAND[level],
    )


def _reason(result: StudyResult) -> str:
    reasons = [gate.sentence for gate in result.failed_gates]
    return " ".join(reasons) if reasons else sentences.NO_ESTIMATE


def _compared(result: StudyResult) -> str:
    primary = result.primary
    if primary is None or not primary.n_treated:
        return ""
    return sentences.COMPARED.format(families=_about(primary.n_treated), controls=_about(primary.n_control or 0))


def _levels(result: StudyResult, difference: Estimate) -> str:
    facts = result.facts_as(MatchedCohortFacts)
    treated, control = facts.mean_treated, facts.mean_control
    if treated is None or control is None:
        return ""
    base = amounts_of(difference.estimate or 0.0, difference.low or 0.0, difference.high or 0.0).base
    return sentences.WITHOUT_AND_WITH.format(
        base=f"{base:,}",
        treated=share_in_words(treated, base),
        control=share_in_words(control, base),
        happened=facts.happened,
    )


def _cannot_show(result: StudyResult) -> tuple[str, ...]:
    lines = [sentences.HIDDEN_DIFFERENCES, sentences.DETECTION]
    facts = result.facts_as(MatchedCohortFacts)
    later = facts.share_joined_later
    if later and round(100 * later) >= 1:
        lines.append(sentences.JOINED_LATER.format(share=round(100 * later)))
    lines += [sentences.ONE_COUNTY, sentences.NOT_ONE_FAMILY]
    if facts.primary_only:
        lines.append(sentences.FIRST_LOOK)
    if result.simulated:
        lines.append(sentences.SIMULATED)
    return tuple(lines)


def _about(families: int) -> str:
    # To the nearest 5, as everything a member reads: an exact number of families is for leads and analysts.
    return "fewer than 10" if families < 10 else f"about {5 * round(families / 5):,}"
