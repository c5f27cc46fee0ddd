"""The pages of the app: their addresses and what the menu calls them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "due": "Families due",
        "upload": "Upload scores",
        "my-centre": "My centre's progress",
        "answers-list": "All answers",
        "referrals": "Referrals",
        "progress": "Progress scores",
        "money": "Money and referrals",
        "money-published": "Money: published figures",
        "reach": "Reach and trust",
        "publish": "Publish",
        "findings": "What we found",
        "overview": "Published referrals",
        "answers": "Answers",
        "explore": "Explore referrals",
        "runs": "Runs",
        "accounts": "Accounts",
        "about": "About these data",
    }
)
"""Titles by address, in the order of the menu."""
