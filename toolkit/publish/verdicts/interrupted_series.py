"""The verdict on a series: what was seen when the money came, and why one county's counts cannot show the cause."""

from __future__ import annotations

from datetime import date

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.interrupted_series import HIGHEST, LATEST, LOWEST, YEAR_BEFORE, names_of_quarters
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.rule import Interval, Verdict
from toolkit.studies.interrupted_series.facts import SeriesFacts

ONE_COUNTY = "This is one county alone. No place like it without the money stands beside it."
RELABELLED = "Some of the money may be old money with a new name. Then little really changed."
OTHER_THINGS = "Many things move referrals: news, inspections, new rules on what to count."
NOISE = "One county's count can move by 20 in 100 in a year for no known reason. Small changes cannot be seen."


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict on a series: ``cannot_say`` when a gate fails, otherwise ``inconclusive``; never a cause."""
    facts = bundle.facts_as(SeriesFacts)
    change = _change(bundle)
    can_say = not bundle.failed_gates and change is not None
    return Verdict(
        "inconclusive" if can_say else "cannot_say",
        _seen(change) if can_say and change is not None else _why_not(bundle),
        " ".join(_detail(bundle, facts, shown)),
        (ONE_COUNTY, RELABELLED, OTHER_THINGS, NOISE, _needed(facts)),
        1,
        sentences.MARYLAND[1],
    )


def _why_not(bundle: Bundle) -> str:
    failed = {gate.name: gate.sentence for gate in bundle.failed_gates}
    if len(failed) > 1:
        # Too few quarters say it all; what else happened then matters no more, nor that no change can be worked out.
        failed = {name: sentence for name, sentence in failed.items() if name.startswith("quarters")} or failed
    return sentences.CANNOT_SAY.format(reason=" ".join(failed.values())).strip()


def _seen(change: Interval) -> str:
    fit = f"he data fit anything from {_fewer(change.low)} to {_fewer(change.high)}."
    if change.low <= 0 <= change.high:
        return f"We cannot tell if referrals changed when the money came. For every 100 expected, t{fit}"
    return f"Referrals changed when the money came, but we cannot tell why. For every 100 expected, t{fit}"


def _change(bundle: Bundle) -> Interval | None:
    """Return the change and its ends, in per cent of what was expected."""
    primary = bundle.primary
    if primary is None or primary.estimate is None or primary.low is None or primary.high is None:
        return None
    return Interval(100 * (primary.estimate - 1), 100 * (primary.low - 1), 100 * (primary.high - 1))


def _fewer(percent: float) -> str:
    whole = int(abs(percent) + 0.5)
    return "no change" if whole == 0 else f"{whole} {'fewer' if percent < 0 else 'more'}"


def _detail(bundle: Bundle, facts: SeriesFacts, shown: Shown) -> list[str]:
    lines = []
    if facts.quarters:
        lines.append(
            f"We counted {facts.quarters} quarters: {facts.quarters_before} before the money and "
            f"{facts.quarters_after} after."
        )
    lines += _years(facts, shown)
    if facts.smallest_visible_ratio:
        jump = max(1, round(100 * (facts.smallest_visible_ratio - 1)))
        lines.append(f"A jump of less than about {jump} in 100 would not stand out.")
    else:
        lines += _lowest_and_highest(bundle, facts, shown)
    return lines


def _years(facts: SeriesFacts, shown: Shown) -> list[str]:
    compared = facts.year_before
    if compared is None:
        return []
    now, then = (
        _count(facts, shown, name, exactly)
        for name, exactly in ((LATEST, compared.referrals), (YEAR_BEFORE, compared.referrals_year_before))
    )
    if now is None or then is None:
        return []
    return [
        f"From {compared.first_month} to {compared.last_month} there were {now} referrals. In the same months a year "
        f"before there were {then}."
    ]


def _lowest_and_highest(bundle: Bundle, facts: SeriesFacts, shown: Shown) -> list[str]:
    """Return the range of the quarters, unless one is hidden: it would then be known to lie between the two."""
    if facts.source != "published" and not shown.are_told(*names_of_quarters(bundle.tables)):
        return []
    low, high = (
        _count(facts, shown, name, exactly)
        for name, exactly in ((LOWEST, facts.lowest_quarter), (HIGHEST, facts.highest_quarter))
    )
    return [] if low is None or high is None else [f"The quietest quarter had {low}, the busiest {high}."]


def _count(facts: SeriesFacts, shown: Shown, name: str, exactly: int | None) -> str | None:
    """Return a count in words: what the report printed is public, a council's own counts are told as released."""
    if facts.source == "published" and exactly is not None:
        return f"{exactly:,}"
    count = shown.count(name)
    return None if count is None else f"about {count:,}"


def _needed(facts: SeriesFacts) -> str:
    year = date.fromisoformat(facts.money_from).year
    return (
        f"To learn more, we would need two years of counts from {year} on. We would also need places that got more "
        "money and places that got less."
    )
