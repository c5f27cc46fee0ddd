"""A result with wrong links carried into it, where it is a difference of two shares of families."""

from __future__ import annotations

from toolkit.errors import InputError
from toolkit.link.error_propagation import Carried, carried_into
from toolkit.link.sensitivity import Range
from toolkit.publish.bundle.model import Bundle
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts


def with_wrong_links(bundle: Bundle, *, missed: Range, false: Range) -> Carried:
    """Carry wrong links into the answer of a matched comparison.

    Parameters
    ----------
    bundle
        The study's result.
    missed, false
        The least and greatest chance that a referred family is linked to no referral of its own, and that a family that
        was not referred is linked to one.

    Raises
    ------
    InputError
        When the result is no matched comparison of shares, or for what `toolkit.link.sensitivity.moved` refuses.
    """
    first, shares = bundle.primary, _shares(bundle)
    if first is None or first.measure != "difference" or first.with_interval is None or shares is None:
        raise InputError(
            f'The result of "{bundle.question}" is no difference of two shares of families. Wrong links can be carried '
            "into matched comparisons of a yes-or-no outcome only."
        )
    _, low, high = first.with_interval
    return carried_into(first.outcome, shares, (low, high), missed=missed, false=false)


def _shares(bundle: Bundle) -> tuple[float, float] | None:
    if not isinstance(bundle.facts, MatchedCohortFacts):
        return None
    joined, others = bundle.facts.mean_treated, bundle.facts.mean_control
    if joined is None or others is None or not (0 <= joined <= 1 and 0 <= others <= 1):
        return None
    return joined, others
