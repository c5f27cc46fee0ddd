"""Gates of a series: periods enough on both sides, nothing else near, recording unchanged, and whom it is beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from toolkit.stats.series.memory import LONG
from toolkit.studies.definition_breaks import Break, said
from toolkit.studies.figures import Gate, Status, gate_of, passes
from toolkit.studies.interrupted_series.recording import SourceStep
from toolkit.wording.numbers import counted

BESIDE = {"older_children": "children too old for the centres", "neighbours": "neighbouring councils"}


def before(count: int, minimum: int, by: str) -> Gate:
    """Pass with at least ``minimum`` quarters or months before the money."""
    sentence = f"There {_are(count, by)} from before the money. At least {minimum} are needed."
    return gate_of("quarters_before", passes(count >= minimum), count, minimum, sentence)


def after(count: int, minimum: int, by: str, money_from: date) -> Gate:
    """Pass with at least ``minimum`` quarters or months from the money on."""
    found = f"There {_are(count, by)}" if count else f"There is no {by}"
    sentence = f"{found} from after the money came in {money_from:%B %Y}. At least {minimum} are needed."
    return gate_of("quarters_after", passes(count >= minimum), count, minimum, sentence)


def enough_referrals(fewest: int | None, minimum: int) -> Gate:
    """Pass with at least ``minimum`` referrals on the side of the money with fewer; a side with none is another's."""
    if fewest is None or fewest >= minimum:
        sentence = f"Enough referrals came on either side of the money: {minimum:,} or more, as is needed."
        return gate_of("enough_referrals", "pass", fewest, minimum, sentence)
    sentence = f"Too few referrals came before the money, or after: fewer than the {minimum:,} needed."
    return gate_of("enough_referrals", "fail", fewest, minimum, sentence)


def estimable(is_estimable: bool, count: int, by: str) -> Gate:
    """Pass when the change could be estimated at all."""
    sentence = f"There are enough {by}s to work out a change."
    if not is_estimable:
        sentence = f"With {counted(count, by)} no change can be worked out."
    return gate_of("estimable", passes(is_estimable), count, None, sentence)


def dispersion(figure: float | None, maximum: float, by: str) -> Gate:
    """Warn when counts vary more than ``maximum`` times as much as chance alone would make them."""
    if figure is None:
        return gate_of("dispersion", "warn", None, maximum, f"How much {by}s vary by themselves is not known.")
    status: Status = "pass" if figure <= maximum else "warn"
    sentence = f"{by.capitalize()}s vary {max(figure, 0.1):.1f} times as much as chance alone would make them."
    return gate_of("dispersion", status, figure, maximum, sentence)


def memory(figure: float | None, by: str) -> Gate:
    """Warn when more than half of a shock is still there a period later: such a series says far less."""
    if figure is None:
        return gate_of("memory", "warn", None, LONG, "How long a rise or fall lasts by itself is not known.")
    status: Status = "pass" if figure <= LONG else "warn"
    sentence = f"Of a chance rise or fall, about {round(100 * figure)} in 100 is still there a {by} later."
    if figure > LONG:
        sentence += " So what looks like a change may be one of these."
    return gate_of("memory", status, figure, LONG, sentence)


def other_events(near: Sequence[str], window: int, by: str, beside: str | None) -> Gate:
    """Fail when something else happened within ``window`` periods of the money and the county stands alone.

    Beside others of the same county it warns: what moves both by the same part is no change.
    """
    if not near:
        sentence = f"Nothing else is recorded within {counted(window, by)} of the money."
        return gate_of("other_events", "pass", 0, 0, sentence)
    names = "; ".join(near)
    if beside is None:
        sentence = f"Something else happened close to the money, so the two cannot be told apart: {names}."
        return gate_of("other_events", "fail", len(near), 0, sentence)
    sentence = f"Close to the money there was also: {names}. We take it to have moved {BESIDE[beside]} as much."
    return gate_of("other_events", "warn", len(near), 0, sentence)


def definitions(breaks: Sequence[Break], near: Sequence[Break], first_day: date, last_day: date) -> Gate:
    """Fail when what counts as a referral changed close to the money; one further off has a term of the model."""
    inside = [one for one in breaks if first_day < one.starts_on <= last_day and one not in near]
    if near:
        sentence = f"What counts as a referral changed close to the money, so nobody can tell: {said(near)}."
        return gate_of("definitions", "fail", len(near), 0, sentence)
    sentence = "The council has confirmed no change of what counts as a referral in this time."
    if inside:
        sentence = f"What counts as a referral changed in this time, and that is allowed for: {said(inside)}."
    return gate_of("definitions", "pass", 0, 0, sentence)


def recording(stepped: Sequence[SourceStep], looked_at: int, is_too_large: bool) -> Gate:
    """Fail where one source's referrals stepped when the money came, or the change is larger than any money makes."""
    if stepped:
        names = "; ".join(one.source for one in stepped)
        sentence = f"When the money came, who refers changed in one step. This may be recording: {names}."
        return gate_of("recording", "fail", len(stepped), 0, sentence)
    if is_too_large:
        sentence = "Referrals changed by more than such money has ever done. Ask first if recording changed."
        return gate_of("recording", "fail", 1, 0, sentence)
    if not looked_at:
        return gate_of("recording", "warn", None, 0, "Who refers is not known, so a change in recording may be missed.")
    return gate_of("recording", "pass", 0, 0, "No one source's referrals stepped when the money came.")


def comparison(main: str, wanted: Sequence[str]) -> Gate:
    """Pass where others stand beside the county; warn where it stands alone."""
    if main in BESIDE:
        return gate_of("comparison", "pass", None, None, f"The county's counts stand beside those of {BESIDE[main]}.")
    sentence = "Only one county is counted. No place without the money stands beside it."
    if wanted:
        sentence = "The counts it was to stand beside are not on record, or are too few. The county stands alone."
    return gate_of("comparison", "warn", None, None, sentence)


def _are(count: int, by: str) -> str:
    return f"{_is_or_are(count)} {counted(count, by)}"


def _is_or_are(count: int) -> str:
    return "is" if count == 1 else "are"
