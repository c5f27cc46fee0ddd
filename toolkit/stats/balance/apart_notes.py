"""What stays apart after matching or weighting, as notes that name the terms and what to do."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.balance.apart import Apart, Kind, what_stays_apart
from toolkit.stats.notes.note import Figure, Note
from toolkit.stats.sample.covariates import Covariate, every_term, score_term

MOST_NAMED = 3


def notes_of_balance(
    covariates: Sequence[Covariate],
    treated: Booleans,
    weights: Floats,
    estimand: str,
    score: Floats | None,
    *,
    deed: str,
    remedy: str,
) -> tuple[Note, ...]:
    """Return a note on the terms that stay apart by more than chance and 0.1, and one on squares and products.

    Parameters
    ----------
    covariates, treated, weights, estimand
        See `what_stays_apart`.
    score : ndarray, shape (n,), or None
        Each row's score, where there is one.
    deed : str
        "matching" or "weighting".
    remedy : str
        What to do where terms stay apart.
    """
    terms = every_term(covariates)
    line = None if score is None else score_term(score, terms)
    found = what_stays_apart(terms, treated, weights, estimand, line)
    own = [one for one in found if one.kind is Kind.TERM]
    shapes = [one for one in found if one.kind is not Kind.TERM]
    notes = []
    if own:
        words = (
            f"After {deed} the arms are still apart, by more than chance leaves: {_listed(own, _of_term)}. The effect "
            f"may be this difference and not the treatment's. {remedy}"
        )
        notes.append(Note("terms_apart", words, _figures(own)))
    if shapes:
        words = (
            f"After {deed} the arms still differ by more than chance leaves in {_listed(shapes, _of_shape)}. "
            f"Add to the covariates: {', '.join(_to_add(one) for one in shapes[:MOST_NAMED])}."
        )
        notes.append(Note("squares_or_products_apart", words, _figures(shapes)))
    return tuple(notes)


def _listed(found: Sequence[Apart], say: Callable[[Apart], str]) -> str:
    more = len(found) - MOST_NAMED
    named = [say(one) for one in found[:MOST_NAMED]]
    return ", ".join(named) + (f" and {more:,} more" if more > 0 else "")


def _of_term(one: Apart) -> str:
    return f"{one.terms[0].label} by {abs(one.after):.2f} standard deviations ({abs(one.before):.2f} before)"


def _of_shape(one: Apart) -> str:
    if one.kind is Kind.SQUARE:
        ratio = f", variance ratio {one.variance_ratio:.2f}" if math.isfinite(one.variance_ratio) else ""
        return f"the spread of {one.terms[0].label} (its square by {abs(one.after):.2f} standard deviations{ratio})"
    first, second = one.terms
    return f"how {first.label} and {second.label} go together (by {abs(one.after):.2f} standard deviations)"


def _to_add(one: Apart) -> str:
    """Return the missing term as a formula has it, or in words where a formula could not."""
    names = [term.label for term in one.terms]
    if not all(name.isidentifier() for name in names):
        return f"the square of {names[0]}" if one.kind is Kind.SQUARE else f"the product of {names[0]} and {names[1]}"
    return f"I({names[0]}**2)" if one.kind is Kind.SQUARE else f"I({names[0]}*{names[1]})"


def _figures(found: Sequence[Apart]) -> dict[str, Figure]:
    worst = max(found, key=lambda one: abs(one.after))
    terms = ", ".join(" × ".join(term.label for term in one.terms) for one in found)
    ratios = [one.variance_ratio for one in found if math.isfinite(one.variance_ratio)]
    figures: dict[str, Figure] = {"terms": terms, "count": len(found), "largest": abs(worst.after)}
    if ratios:
        figures["variance_ratio"] = max(ratios, key=lambda ratio: abs(math.log(ratio or 1e-300)))
    return figures
