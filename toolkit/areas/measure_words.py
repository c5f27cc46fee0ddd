"""What published counts count and lines of spending pay for, in words: a study takes what can be called by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

COUNTED: Mapping[str, str] = MappingProxyType(
    {
        "referrals": "referrals",
        "re_referrals_12m": "re-referrals within a year",
        "referrals_nfa": "referrals that ended with no further action",
        "children_referred": "children referred",
        "initial_assessments": "first assessments",
        "section_47_enquiries": "section 47 enquiries",
        "initial_conferences": "first protection conferences",
        "protection_plans_started": "child protection plans begun",
        "protection_plans_31_march": "child protection plans on 31 March",
        "children_in_need_31_march": "children in need on 31 March",
        "looked_after_31_march": "children looked after on 31 March",
    }
)
"""Measures that a study of councils may count, as one says them in the plural."""

SPENT_ON: Mapping[str, str] = MappingProxyType(
    {
        f"spend_gbp_{line}": words
        for line, words in (
            ("sure_start_total", "Sure Start and early years"),
            ("centres_individual", "its own Children's Centres"),
            ("centres_area_wide", "services of Children's Centres for the whole area"),
            ("centres_management", "managing Children's Centres"),
            ("other_early_years", "other services for children under 5"),
            ("targeted_family_support", "targeted family support"),
            ("universal_family_support", "family support for all"),
            ("family_support_total", "family support"),
            ("social_work", "social work"),
        )
    }
)
"""Lines of Section 251 that a study of councils may set them beside."""
