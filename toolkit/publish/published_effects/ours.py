"""Our own answer in the unit of the published effects, of the kinds of study that have one."""

from __future__ import annotations

import math

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.published_effects.beside import Ours
from toolkit.studies.area_panel.facts import AreaPanelFacts

ONE_PER_CENT = 1.01


def ours_of(bundle: Bundle) -> Ours | None:
    """Return all councils' answer as per cent of referrals for 1% more spent; ``None`` without a figure of that kind.

    The study tells what goes with twice the money. Its model is in logarithms, so that 1% more goes with the same power
    of 1.01 as twice the money with of 2.
    """
    if bundle.kind != "area_panel":
        return None
    facts = bundle.facts_as(AreaPanelFacts)
    if facts.effect is None:
        return None
    estimate, low, high = (100 * (ONE_PER_CENT ** math.log2(1 + change) - 1) for change in facts.effect)
    return Ours(estimate, low, high, facts.outcome, "one_per_cent_more_spending")
