"""The pages of the app: their addresses and what the menu calls them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "due": "Families due",
        "upload": "Upload scores",
        "correct": "Correct a score",
        "my-centre": "My centre's progress",
        "scales": "Scales",
        "answers-list": "All answers",
        "referrals": "Referrals",
        "progress": "Progress scores",
        "money": "Money and referrals",
        "money-published": "Money: published figures",
        "reach-and-trust": "Reach and trust",
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
        "settings": "Settings",
        "audit": "Audit",
        "retention": "Retention",
        "system": "Health",
        "about": "About these data",
        "search": "Search",
    }
)
"""Titles by address, in the order of the menu."""

ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "due": "Families of your centre that are due a second score.",
        "upload": "Upload progress scores, see what is wrong in the file, take an upload back.",
        "my-centre": "How your centre's families come on, and how many were scored again.",
        "answers-list": "Every question, how it stands, and what members see.",
        "reach-and-trust": "Who is not reached, and what becomes of centres' referrals.",
        "referrals": "Do centres reduce referrals? The answer, its checks, and for whom.",
        "progress": "Are the 1 to 5 scores helpful? Centres, lost families, what the scores mean.",
        "money": "Did the extra money change referrals? By reach area, month and council.",
        "money-published": "What the published figures of councils say of the money.",
        "publish": "Publish an answer to scrutiny members, or withdraw one.",
        "findings": "What was found on each recommendation.",
        "overview": "The report's own figures and percentages, beside the Department's.",
        "answers": "Every published answer, with its limits and questions to ask officers.",
        "explore": "Referrals by district, year and who referred.",
        "runs": "Studies that were run; run one, compare two.",
        "accounts": "Make, change and shut accounts; end sessions.",
        "settings": "Second step by role; the council's name and whom to ask.",
        "audit": "Who did what when: by person, by what was done, by days.",
        "retention": "What is past keeping by the council's rules.",
        "system": "Versions, backups, disk, studies running.",
        "about": "What this is, how to read an answer, every table and column.",
    }
)
"""What a page is for, by its address, for whoever searches."""
