"""The rule, written before any result: when a score is said to add to what is known, and when not."""

from __future__ import annotations

from math import isnan
from typing import Literal

from toolkit.stats.prediction.added_value import AddedValue

Adds = Literal["yes", "no", "unknown"]


def adds(found: AddedValue | None, least_rise: float, least_if_sure: float) -> Adds:
    """Return whether a score adds to what is known.

    It is *sure* to tell something where the better a family is scored the less often it is referred, given what is
    known, by more than chance. ``yes``: that is sure, and among centres that the fit had not seen the right one of two
    families is picked out more often with the score. ``no``: even the largest rise that the data fit is too small to
    matter, a smaller limit holding where it is sure. Otherwise ``unknown``.

    Parameters
    ----------
    found
        Of a score or a change turned so that higher is better; ``None`` where nothing could be fitted.
    least_rise
        A rise of the area under the curve too small to matter where it is not sure that there is any.
    least_if_sure
        One too small to matter even where it is sure.
    """
    if found is None or isnan(found.slope.high):
        return "unknown"
    is_sure = found.slope.high < 0
    if found.largest_rise < (least_if_sure if is_sure else least_rise):
        return "no"
    return "yes" if is_sure and found.rise.estimate > 0 else "unknown"


def runs_the_wrong_way(found: AddedValue | None) -> bool:
    """Return whether families that scored better were referred more often, by more than chance."""
    return found is not None and found.slope.low > 0
