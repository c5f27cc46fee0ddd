"""Published effects in words: what was found elsewhere, and how it lies to ours where that may be said."""

from __future__ import annotations

import pandas as pd

from toolkit.publish.published_effects.beside import Beside, Ours
from toolkit.publish.published_effects.effects import PublishedEffect
from toolkit.wording.numbers import MINUS

_OF = {
    "one_per_cent_more_spending": "for every 1% more spent",
    "a_sure_start_nearby": "with a Sure Start centre nearby",
    "a_family_hub": "with a family hub",
    "the_programme": "with the programme",
}
NOT_MIXED = "What others found is set beside our answer. None of it went into the answer."


def found_in_words(one: PublishedEffect) -> str:
    """Return what a study found, in a sentence of its own."""
    what, where = one.outcome_as_studied, f" ({one.period})" if one.period else ""
    whose = f"{one.study}{f' ({one.year})' if one.year else ''}, {one.where}{where}"
    if one.estimate is not None:
        size = f"{abs(one.estimate):g}% {'lower' if one.estimate < 0 else 'higher'}"
        ends = (
            f", between {_signed(one.low)} and {_signed(one.high)}"
            if one.low is not None and one.high is not None
            else ", with no range known to us"
        )
        return f"{whose}: {_OF[one.dose]}, {what} {size}{ends}."
    said = {
        "fewer": f"fewer {what}, by how many is not known to us",
        "more": f"more {what}, by how many is not known to us",
        "none_shown": f"no change of {what} was shown",
        "not_enough": f"not enough was known to judge {what}",
    }[one.found]
    return f"{whose}: {_OF[one.dose]}, {said}."


def beside_in_words(one: Beside) -> str:
    """Return how a published effect lies to ours: only where our figure may be told."""
    if one.likeness == "other":
        return "It is of something else than ours, so the two are not compared."
    near = " It counts something near to ours, not the same." if one.likeness == "near" else ""
    if one.is_within is None:
        return f"It gives no figure to compare with ours.{near}"
    if one.combined is not None:
        moved = round(100 * one.combined.moved)
        return f"With our data it becomes {_signed(one.combined.estimate)}: it moves {moved}% of the way to ours."
    where = "lies within our range: our data do not speak against it" if one.is_within else "lies outside our range"
    return f"It {where}. Without a range of its own, how far our data move it cannot be said.{near}"


def rows_to_draw(ours: Ours | None, effects: tuple[Beside, ...]) -> pd.DataFrame:
    """Return what a chart draws: ours first where it may be shown, then published figures of the same dose.

    Parameters
    ----------
    ours
        ``None`` where the verdict does not let our figure be told.
    effects
        As `beside` returns them.

    Returns
    -------
    DataFrame
        ``label``, ``words``, ``estimate``, ``low``, ``high`` in per cent and ``kind``, as `forest_chart` takes them.
    """
    rows: list[tuple[str, str, float, float | None, float | None, str]] = []
    if ours is not None:
        words = f"{_signed(ours.estimate)}, between {_signed(ours.low)} and {_signed(ours.high)}"
        rows.append(("Our answer", words, ours.estimate, ours.low, ours.high, "main"))
    for one in effects:
        found = one.published
        if one.likeness == "other" or found.estimate is None:
            continue
        low, high = (found.estimate, found.estimate) if not found.has_interval else (found.low, found.high)
        ends = "no range known" if not found.has_interval else f"between {_signed(low)} and {_signed(high)}"
        label = f"{found.study} {found.year}, {found.outcome_as_studied}, {found.period}".rstrip(", ")
        rows.append((label, f"{_signed(found.estimate)}, {ends}", found.estimate, low, high, "other"))
    return pd.DataFrame(rows, columns=["label", "words", "estimate", "low", "high", "kind"])


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:+.3g}%".replace("-", MINUS)
