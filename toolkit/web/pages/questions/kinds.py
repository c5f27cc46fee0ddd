"""Which parts each kind of study has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.publish.bundle.model import Bundle
from toolkit.web.pages import money_parts
from toolkit.web.pages.questions.parts import Parts
from toolkit.web.pages.questions.reach import REACH
from toolkit.web.pages.questions.trust import TRUST
from toolkit.web.pages.referrals.parts import MATCHED
from toolkit.web.pages.scores import centres, change, decision, lost, meaning, rollout

KINDS: Mapping[str, Parts] = MappingProxyType(
    {
        "matched_cohort": MATCHED,
        "progress_decision": decision.PARTS,
        "progress_change": change.PARTS,
        "progress_missing": lost.PARTS,
        "progress_centres": centres.PARTS,
        "progress_meaning": meaning.PARTS,
        "progress_rollout": rollout.PARTS,
        "interrupted_series": money_parts.SERIES,
        "reach_areas": money_parts.AREAS,
        "area_panel": money_parts.PANEL,
        "synthetic_county": money_parts.SYNTHETIC,
        "reach": REACH,
        "trust": TRUST,
    }
)
"""The parts of every kind."""


def parts_of(bundle: Bundle) -> Parts:
    """Return what a result's kind draws of its own; nothing for a kind that is not known here."""
    return KINDS.get(bundle.kind, Parts())
