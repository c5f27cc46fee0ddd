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
        "money-published": "Money: published figures",
        "publish": "Publish",
        "findings": "What we found",
        "answers": "Answers",
        "trends": "Trends",
        "reach": "Who is not reached",
        "ledger": "Decisions",
        "explore": "Explore referrals",
        "overview": "The report of 2011",
        "runs": "Runs",
        "accounts": "Accounts",
        "about": "About these data",
    }
)
"""Titles by address, in the order of the menu."""
