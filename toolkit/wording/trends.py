"""How far trends may part before an answer is undone, and whether they were alike before, as sentences for people."""

from __future__ import annotations

import math
from typing import Literal

from toolkit.wording.numbers import hundredths


def breakdown_in_words(
    restriction: Literal["relative", "smooth"], value: float, *, is_none_needed: bool, per_period: str, period: str
) -> str:
    """Return at what parting of trends no effect could be ruled out any more.

    Parameters
    ----------
    restriction, value, is_none_needed
        As a `toolkit.stats.Breakdown` has them.
    per_period
        What the value comes to in each period, in words with its unit: "1.4 in every 100".
    period
        What a period is called: "year".

    Examples
    --------
    >>> breakdown_in_words("relative", 0.58, is_none_needed=False, per_period="1.4 in every 100", period="year")
    'No effect could be ruled out if, after the start, both sides had parted each year by 0.58 times the most they did in a year before it: 1.4 in every 100.'
    >>> breakdown_in_words("smooth", 0.0, is_none_needed=True, per_period="", period="year")
    'No effect cannot be ruled out, even if both sides had gone on as before.'
    """  # noqa: E501 - a sentence is printed on one line
    if is_none_needed:
        as_before = "as before" if restriction == "smooth" else "side by side"
        return f"No effect cannot be ruled out, even if both sides had gone on {as_before}."
    if math.isinf(value):
        return "No parting of the two sides that was tried undoes the answer."
    if restriction == "relative":
        return (
            f"No effect could be ruled out if, after the start, both sides had parted each {period} by "
            f"{hundredths(value)} times the most they did in a {period} before it: {per_period}."
        )
    return (
        f"No effect could be ruled out if the pace at which both sides part had changed by {per_period} each {period}."
    )


def alike_in_words(*, is_alike: bool, margin: str, smallest_margin: str) -> str:
    """Return whether both sides are shown to have moved alike before the start.

    Parameters
    ----------
    is_alike
        Whether every effect before the start is shown to lie within the margin.
    margin, smallest_margin
        The margin, and the smallest that would be passed, in words with their unit.

    Examples
    --------
    >>> alike_in_words(is_alike=False, margin="5 in every 100", smallest_margin="5.5 in every 100")
    'It is not shown that both sides moved alike before the start: to within 5.5 in every 100, not 5 in every 100.'
    """
    if is_alike:
        return (
            f"Before the start both sides are shown to have moved alike, to within {smallest_margin} (asked: {margin})."
        )
    return f"It is not shown that both sides moved alike before the start: to within {smallest_margin}, not {margin}."
