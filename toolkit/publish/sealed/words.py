"""A design in words: what was known of a comparison before its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict

from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.studies.design_record import DesignRecord, DrawDesign
from toolkit.studies.matched_cohort.checks.words import per_cent
from toolkit.wording.numbers import MINUS, counted, in_words

_LABELS = {
    "seed": "Draw (seed)",
    "sets": "Who with whom (hash)",
    "joined": "Joined",
    "matched": "Matched",
    "unmatched": "Without a match",
    "share_matched": "Share matched",
    "controls": "Compared with",
    "effective_joined": "Joined, effective",
    "effective_controls": "Compared with, effective",
    "clusters": "Places",
    "followed_joined": "Followed, joined",
    "followed_others": "Followed, others",
    "largest_difference": "Largest standardised difference",
    "largest_on": "It is on",
    "shift": "Could shift the answer by",
    "shift_se": "Standard error of that",
    "baseline": "Share with the outcome, others",
    "smallest": "Smallest fall shown 4 in 5 times",
}
"""What each figure of a draw is called in a table."""


def figures_of_design(record: DesignRecord) -> tuple[dict[str, str], ...]:
    """Return the rows of a table of a design: ``figure``, and its value in each draw (``draw_1``, ``draw_2``, …)."""
    draws = {f"draw_{place}": asdict(one) for place, one in enumerate(record.draws, 1)}
    return tuple(
        {"figure": label, **{draw: _cell(name, figures[name]) for draw, figures in draws.items()}}
        for name, label in _LABELS.items()
    )


def _cell(name: str, value: str | float | None) -> str:
    if isinstance(value, str):
        return COVARIATES[value].label if value in COVARIATES else value[:16]
    if isinstance(value, float):
        return f"{value:.4f}".replace("-", MINUS)
    return str(value) if name == "seed" else in_words(value)


def design_in_words(record: DesignRecord) -> tuple[str, ...]:
    """Return what a design shows, a sentence each; where its draws differ, both ends are given."""
    return tuple(_sentences(record))


def _sentences(record: DesignRecord) -> Iterator[str]:
    draws = record.draws
    joined = _span(draws, lambda one: one.joined, lambda n: f"{n:,}")
    matched = _span(draws, lambda one: one.matched, lambda n: f"{n:,}")
    share = _span(draws, lambda one: one.share_matched, per_cent)
    yield f"{matched} of {joined} families that joined ({share}) found families like them to be compared with."
    apart = [one for one in draws if one.largest_difference is not None]
    if apart:
        worst = max(apart, key=lambda one: one.largest_difference or 0.0)
        yield (
            f"Of what was recorded, the matched groups differ most on {COVARIATES[worst.largest_on].label.lower()}: by "
            f"{worst.largest_difference:.2f} of a standard deviation."
        )
    shifts = [one.shift for one in draws if one.shift is not None]
    if shifts:
        furthest = max(map(abs, shifts))
        yield f"By itself, what still differs between the groups could shift the answer by {_in_100(furthest)}."
    with_ = _span(draws, lambda one: one.followed_joined, per_cent)
    without = _span(draws, lambda one: one.followed_others, per_cent)
    yield f"{with_} of the families that joined, and {without} of the others, were followed for the whole year."
    worth = _span(draws, lambda one: one.effective_controls, lambda n: f"{n:,.0f}")
    places = min(one.clusters for one in draws)
    yield (
        f"The families compared with tell as much as {worth} of equal weight would. All live in "
        f"{counted(places, 'place', 'places')}."
    )
    yield _could_show(record)
    if len(draws) > 1:
        yield (
            f"The days of the families compared with were drawn {len(draws)} times. Which draw is the middle one, only "
            "the answer tells."
        )


def _could_show(record: DesignRecord) -> str:
    outcome = OUTCOMES[record.outcome]
    known = [one.smallest for one in record.draws if one.smallest is not None]
    bases = [one for one in record.draws if one.baseline is not None]
    if not known or not bases:
        return "These records could not show a difference of any size: they are too few, or the outcome is too rare."
    base = _span(tuple(bases), lambda one: one.baseline or 0.0, lambda share: f"{100 * share:.1f}")
    return (
        f"About {base} in every 100 of the families compared with {outcome.happened} {outcome.within}. These records "
        f"would show a fall of {_in_100(max(known))} four times out of five. A smaller one they would "
        "most often miss."
    )


def _in_100(share: float) -> str:
    """Return a share or difference of shares without a sign: an effect's words are not for what is none."""
    return f"{100 * share:.1f} in every 100"


def _span(draws: tuple[DrawDesign, ...], value: Callable[[DrawDesign], float], said: Callable[[float], str]) -> str:
    """Return a figure of all draws: once where it reads the same, otherwise its least and its greatest."""
    values = [value(one) for one in draws]
    least, greatest = said(min(values)), said(max(values))
    return least if least == greatest else f"{least} to {greatest}"
