"""Matching, weighting and effects, usable alone: ``from toolkit.stats import match``."""

from __future__ import annotations

from toolkit.stats.balance.table import balance_table
from toolkit.stats.doubly_robust.estimate import estimate_effect
from toolkit.stats.doubly_robust.many_outcomes import estimate_effects
from toolkit.stats.effects.effect import Effect, Effects
from toolkit.stats.matching.match import match
from toolkit.stats.matching.matched import Matched
from toolkit.stats.weighting.weight import weight
from toolkit.stats.weighting.weighted import Weighted

__all__ = [
    "Effect",
    "Effects",
    "Matched",
    "Weighted",
    "balance_table",
    "estimate_effect",
    "estimate_effects",
    "match",
    "weight",
]
