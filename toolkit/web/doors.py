"""Who may open which page: one table, and what is not in it is shut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from toolkit.errors import NotPermitted


class Role(StrEnum):
    """What a signed-in person is here as."""

    MANAGER = "manager"
    LEAD = "lead"
    MEMBER = "member"
    ANALYST = "analyst"


ROLE_NAMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.MANAGER: "Centre manager",
        Role.LEAD: "Early intervention lead",
        Role.MEMBER: "Scrutiny member",
        Role.ANALYST: "Analyst",
    }
)

_LEADS = ("referrals", "progress", "money")
PAGES: Mapping[Role, tuple[str, ...]] = MappingProxyType(
    {
        Role.MANAGER: ("upload", "my-centre", "about"),
        Role.LEAD: (*_LEADS, "runs", "about"),
        Role.MEMBER: ("overview", "answers", "about"),
        Role.ANALYST: ("runs", *_LEADS, "about"),
    }
)
"""The pages of each role, by their address, in the order of the menu."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in: a role, and for a manager the one centre."""

    role: Role
    centre_id: str = ""
    centre_name: str = ""

    @property
    def name(self) -> str:
        """How the person is named on screen and in the store."""
        return ROLE_NAMES[self.role] + (f", {self.centre_name}" if self.centre_name else "")


def may_open(person: Person | None, page: str) -> bool:
    """Whether a person may open a page; nobody may open anything without signing in."""
    return person is not None and page in PAGES.get(person.role, ())


def check(person: Person | None, page: str) -> Person:
    """Return the person if the page is open to them.

    Raises
    ------
    NotPermitted
        When it is not.
    """
    if person is None or not may_open(person, page):
        raise NotPermitted("This page is not open to the role you are signed in as.")
    return person
