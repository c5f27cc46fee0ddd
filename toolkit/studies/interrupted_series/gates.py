"""Gates of a series: enough quarters on both sides, little noise, nothing else near, and anyone to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from toolkit.stats.series.memory import LONG
from toolkit.studies.definition_breaks import Break, said
from toolkit.studies.result import Gate, Status


def quarters_before(count: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` quarters before the money."""
    sentence = f"There are {count} quarters from before the money. At least {minimum} are needed."
    return Gate(
        name="quarters_before",
        status=_passes(count >= minimum),
        figure=float(count),
        threshold=float(minimum),
        sentence=sentence,
    )


def quarters_after(count: int, minimum: int, money_from: date) -> Gate:
    """Pass with at least ``minimum`` quarters after the money came."""
    found = f"There are {count} quarters" if count else "There is no quarter"
    sentence = f"{found} from after the money came in {money_from:%B %Y}. At least {minimum} are needed."
    return Gate(
        name="quarters_after",
        status=_passes(count >= minimum),
        figure=float(count),
        threshold=float(minimum),
        sentence=sentence,
    )


def estimable(is_estimable: bool, quarters: int) -> Gate:
    """Pass when the change could be estimated at all."""
    if is_estimable:
        return Gate(
            name="estimable",
            status="pass",
            figure=float(quarters),
            threshold=None,
            sentence="There are enough quarters to work out a change.",
        )
    return Gate(
        name="estimable",
        status="fail",
        figure=float(quarters),
        threshold=None,
        sentence=f"With {quarters} quarters no change can be worked out.",
    )


def dispersion(figure: float | None, maximum: float) -> Gate:
    """Warn when quarters vary more than ``maximum`` times as much as chance alone would make them."""
    if figure is None:
        return Gate(
            name="dispersion",
            status="warn",
            figure=None,
            threshold=maximum,
            sentence="How much quarters vary by themselves is not known.",
        )
    status: Status = "pass" if figure <= maximum else "warn"
    sentence = f"Quarters vary {max(figure, 0.1):.1f} times as much as chance alone would make them."
    return Gate(name="dispersion", status=status, figure=figure, threshold=maximum, sentence=sentence)


def memory(figure: float | None) -> Gate:
    """Warn when more than half of a shock is still there a quarter later: such a series says far less."""
    if figure is None:
        sentence = "How long a rise or fall lasts by itself is not known."
        return Gate(name="memory", status="warn", figure=None, threshold=LONG, sentence=sentence)
    status: Status = "pass" if figure <= LONG else "warn"
    sentence = f"Of a chance rise or fall, about {round(100 * figure)} in 100 is still there a quarter later."
    if figure > LONG:
        sentence += " So what looks like a change may be one of these."
    return Gate(name="memory", status=status, figure=figure, threshold=LONG, sentence=sentence)


def other_events(near: Sequence[str], window: int) -> Gate:
    """Fail when something else happened within ``window`` quarters of the money."""
    if not near:
        sentence = f"Nothing else is recorded within {window} quarters of the money."
        return Gate(name="other_events", status="pass", figure=0.0, threshold=0.0, sentence=sentence)
    sentence = f"Something else happened close to the money, so the two cannot be told apart: {'; '.join(near)}."
    return Gate(name="other_events", status="fail", figure=float(len(near)), threshold=0.0, sentence=sentence)


def definitions(breaks: Sequence[Break], steps: Sequence[date], first_day: date, last_day: date) -> Gate:
    """Warn when what counts as a referral changed within the series and no step of the protocol allows for it.

    One close to the money fails `other_events` too.
    """
    inside = [one for one in breaks if first_day < one.starts_on <= last_day]
    open_ = [one for one in inside if not any(_same_quarter(one.starts_on, step) for step in steps)]
    sentence = "The council has confirmed no change of what counts as a referral within these quarters."
    if open_:
        sentence = f"What counts as a referral changed within these quarters, and nothing allows for it: {said(open_)}."
    elif inside:
        sentence = f"What counts as a referral changed within these quarters, and that is allowed for: {said(inside)}."
    return Gate(
        name="definitions",
        status="warn" if open_ else "pass",
        figure=float(len(open_)),
        threshold=0.0,
        sentence=sentence,
    )


def _same_quarter(one: date, other: date) -> bool:
    return (one.year, (one.month - 1) // 3) == (other.year, (other.month - 1) // 3)


def comparison() -> Gate:
    """Warn, always: one county alone."""
    return Gate(
        name="comparison",
        status="warn",
        figure=None,
        threshold=None,
        sentence="Only one county is counted. No place without the money stands beside it.",
    )


def _passes(is_met: bool) -> Status:
    return "pass" if is_met else "fail"
