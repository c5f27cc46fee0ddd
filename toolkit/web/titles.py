"""The pages of the app: their addresses and what the menu calls them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "due": "Families due",
        "upload": "Upload scores",
        "my-centre": "My centre's progress",
        "referrals": "Referrals",
        "progress": "Progress scores",
        "money": "Money and referrals",
        "money-2011": "Worcestershire, 2011",
        "publish": "Publish",
        "overview": "Overview",
        "answers": "Answers",
        "explore": "Explore referrals",
        "runs": "Runs",
        "accounts": "Accounts",
        "about": "About these data",
    }
)
"""Titles by address, in the order of the menu."""
