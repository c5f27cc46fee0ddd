"""A series in plain words: what was seen when the money came, and why one county's counts cannot show the cause."""

from __future__ import annotations

from datetime import date
from typing import Any

from toolkit.studies.interrupted_series.facts import SeriesFacts
from toolkit.studies.result import StudyResult

ONE_COUNTY = "This is one county alone. No place like it without the money stands beside it."
RELABELLED = "Some of the money may be old money with a new name. Then little really changed."
OTHER_THINGS = "Many things move referrals: news, inspections, new rules on what to count."
NOISE = "One county's count can move by 20 in 100 in a year for no known reason. Small changes cannot be seen."

SMALLEST_SHOWN = 10
"""A council's own counts below this are not told in words."""


def describe(result: StudyResult) -> dict[str, Any]:
    """Return the verdict on a series: ``cannot_say`` when a gate fails, otherwise ``inconclusive``; never a cause.

    Returns
    -------
    dict
        ``code``, ``sentence``, ``detail``, ``cannot_show`` (tuple of str) and ``maryland_level``.
    """
    can_say = not result.failed_gates and _figures(result) is not None
    return {
        "code": "inconclusive" if can_say else "cannot_say",
        "sentence": _seen(result) if can_say else _why_not(result),
        "detail": " ".join(_detail(result)),
        "cannot_show": (ONE_COUNTY, RELABELLED, OTHER_THINGS, NOISE, _needed(result)),
        "maryland_level": 1,
    }


def _why_not(result: StudyResult) -> str:
    failed = {gate.name: gate.sentence for gate in result.failed_gates}
    if len(failed) > 1:
        # Too few quarters say it all; what else happened then matters no more, nor that no change can be worked out.
        failed = {name: sentence for name, sentence in failed.items() if name.startswith("quarters")} or failed
    return " ".join(["These data cannot answer the question.", *failed.values()])


def _seen(result: StudyResult) -> str:
    figures = _figures(result)
    if figures is None:
        return _why_not(result)
    estimate, low, high = figures
    if low <= 0 <= high:
        return (
            "We cannot tell if referrals changed when the money came. For every 100 expected, the data fit anything "
            f"from {_fewer(low)} to {_fewer(high)}."
        )
    return (
        "Referrals changed when the money came, but we cannot tell why. For every 100 expected, there were "
        f"{_about(estimate)}. The data fit anything from {_fewer(low)} to {_fewer(high)}."
    )


def _figures(result: StudyResult) -> tuple[float, float, float] | None:
    """Return the change and its ends, in per cent of what was expected."""
    primary = result.primary
    if primary is None or primary.estimate is None or primary.low is None or primary.high is None:
        return None
    return 100 * (primary.estimate - 1), 100 * (primary.low - 1), 100 * (primary.high - 1)


def _fewer(percent: float) -> str:
    whole = int(abs(percent) + 0.5)
    return "no change" if whole == 0 else f"{whole} {'fewer' if percent < 0 else 'more'}"


def _about(percent: float) -> str:
    return "100" if int(abs(percent) + 0.5) == 0 else f"about {_fewer(percent)}"


def _detail(result: StudyResult) -> list[str]:
    facts = result.facts_as(SeriesFacts)
    lines = []
    if facts.quarters:
        lines.append(
            f"We counted {facts.quarters} quarters: {facts.quarters_before} before the money and "
            f"{facts.quarters_after} after."
        )
    compared = facts.year_before
    if compared and _may_show(result, compared.referrals, compared.referrals_year_before):
        lines.append(
            f"From {compared.first_month} to {compared.last_month} there were "
            f"{_count(result, compared.referrals)} referrals. In the same months a year before there were "
            f"{_count(result, compared.referrals_year_before)}."
        )
    figures = _figures(result)
    if figures and result.failed_gates:
        lines.append(
            f"For every 100 expected after the money there were {_about(figures[0])}. The data fit anything from "
            f"{_fewer(figures[1])} to {_fewer(figures[2])}."
        )
    visible = facts.smallest_visible_ratio
    if visible:
        lines.append(f"A jump of less than about {max(1, round(100 * (visible - 1)))} in 100 would not stand out.")
    elif (
        facts.lowest_quarter is not None
        and facts.highest_quarter is not None
        and _may_show(result, facts.lowest_quarter, facts.highest_quarter)
    ):
        lowest, highest = _count(result, facts.lowest_quarter), _count(result, facts.highest_quarter)
        lines.append(f"Quarters went from {lowest} to {highest}.")
    return lines


def _may_show(result: StudyResult, *counts: int) -> bool:
    return result.facts_as(SeriesFacts).source == "published" or min(counts) >= SMALLEST_SHOWN


def _count(result: StudyResult, count: int) -> str:
    # What the report printed is public; a council's own counts are told to the nearest 5.
    return f"{count:,}" if result.facts_as(SeriesFacts).source == "published" else f"about {5 * round(count / 5):,}"


def _needed(result: StudyResult) -> str:
    year = date.fromisoformat(result.facts_as(SeriesFacts).money_from).year
    return (
        f"To learn more, we would need two years of counts from {year} on. We would also need places that got more "
        "money and places that got less."
    )
