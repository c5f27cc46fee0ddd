"""The rule, written before any result: when a score is said to add to what is known, and when not."""

from __future__ import annotations

from math import isnan
from typing import Literal

from toolkit.stats.prediction.added_value import AddedValue

Adds = Literal["yes", "no", "unknown"]


def adds(found: AddedValue | None, least_rise: float) -> Adds:
    """Return whether a score adds to what is known.

    ``no``: the largest rise that the data fit is too small to matter, whatever its sign. ``yes``: the better a family
    is scored the less often it is referred, given what is known, by more than chance, and among centres that the fit
    had not seen the right one of two families is picked out more often with the score. Otherwise ``unknown``.

    Parameters
    ----------
    found
        Of a score or a change turned so that higher is better; ``None`` where nothing could be fitted.
    least_rise
        A rise of the area under the curve too small to matter.
    """
    if found is None or isnan(found.slope.high):
        return "unknown"
    if found.largest_rise < least_rise:
        return "no"
    return "yes" if found.slope.high < 0 and found.rise.estimate > 0 else "unknown"


def runs_the_wrong_way(found: AddedValue | None) -> bool:
    """Return whether families that scored better were referred more often, by more than chance."""
    return found is not None and found.slope.low > 0
