"""Matching, weighting and effects, usable alone: ``from toolkit.stats import match``."""

from __future__ import annotations

from toolkit.stats.balance import balance_table
from toolkit.stats.designs import match
from toolkit.stats.doubly_robust import estimate_effects
from toolkit.stats.effect import Effect, Effects
from toolkit.stats.estimators import estimate_effect
from toolkit.stats.matched import Matched
from toolkit.stats.weighted import Weighted
from toolkit.stats.weights import weight

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
