"""Who may do what: one table of pages and one of actions, and what is not in them is shut."""

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
    ADMINISTRATOR = "administrator"


ROLE_NAMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.MANAGER: "Centre manager",
        Role.LEAD: "Early intervention lead",
        Role.MEMBER: "Scrutiny member",
        Role.ANALYST: "Analyst",
        Role.ADMINISTRATOR: "Administrator",
    }
)

_LEADS = ("answers-list", "referrals", "reach-and-trust", "progress", "money", "money-published")
PAGES: Mapping[Role, tuple[str, ...]] = MappingProxyType(
    {
        Role.MANAGER: ("due", "upload", "correct", "my-centre", "scales", "about", "search"),
        Role.LEAD: (*_LEADS, "publish", "runs", "about", "search"),
        Role.MEMBER: ("findings", "answers", "trends", "reach", "ledger", "explore", "overview", "about", "search"),
        Role.ANALYST: ("runs", *_LEADS, "about", "search"),
        Role.ADMINISTRATOR: ("accounts", "settings", "audit", "retention", "system", "search"),
    }
)
"""The pages of each role, by their address, in the order of the menu."""

EVERY_PAGE = frozenset(page for pages in PAGES.values() for page in pages)


class Action(StrEnum):
    """What changes the store or takes something out of it."""

    UPLOAD = "upload"
    WITHDRAW = "withdraw"
    CORRECT = "correct a score"
    ADD_INSTRUMENT = "add an instrument"
    DOWNLOAD_RECEIPT = "download receipt"
    DOWNLOAD_LEFT_OUT = "download left-out rows"
    DOWNLOAD_TEMPLATE = "download template"
    DOWNLOAD_DUE = "download families due"
    DOWNLOAD_EXPLORED = "download explored figures"
    DOWNLOAD_RESULT = "download result"
    DOWNLOAD_DICTIONARY = "download data dictionary"
    DOWNLOAD_REPORT = "download report"
    OPEN = "open answer"
    PUBLISH = "publish"
    TRANSLATE = "add a translation"
    DOWNLOAD_TRANSLATION_FORM = "download sentences to translate"
    RUN = "run"
    CHANGE_PLAN = "change plan"
    MANAGE_ACCOUNTS = "manage accounts"
    DOWNLOAD_AUDIT = "download audit"


ACTIONS: Mapping[Role, frozenset[Action]] = MappingProxyType(
    {
        Role.MANAGER: frozenset(
            {
                Action.UPLOAD,
                Action.WITHDRAW,
                Action.CORRECT,
                Action.ADD_INSTRUMENT,
                Action.DOWNLOAD_RECEIPT,
                Action.DOWNLOAD_LEFT_OUT,
                Action.DOWNLOAD_TEMPLATE,
                Action.DOWNLOAD_DUE,
                Action.DOWNLOAD_DICTIONARY,
            }
        ),
        Role.LEAD: frozenset(
            {
                Action.OPEN,
                Action.PUBLISH,
                Action.TRANSLATE,
                Action.DOWNLOAD_TRANSLATION_FORM,
                Action.RUN,
                Action.DOWNLOAD_RESULT,
                Action.DOWNLOAD_DICTIONARY,
                Action.DOWNLOAD_REPORT,
            }
        ),
        Role.MEMBER: frozenset({Action.DOWNLOAD_EXPLORED, Action.DOWNLOAD_DICTIONARY, Action.DOWNLOAD_REPORT}),
        Role.ANALYST: frozenset({Action.RUN, Action.CHANGE_PLAN, Action.DOWNLOAD_RESULT, Action.DOWNLOAD_DICTIONARY}),
        Role.ADMINISTRATOR: frozenset({Action.MANAGE_ACCOUNTS, Action.DOWNLOAD_AUDIT}),
    }
)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in: a role, for a manager the centres, and the name of the account where there is one.

    Attributes
    ----------
    role
        What they are here as.
    centre_id, centre_name
        For a manager, the centre they are at work for now.
    user
        The sign-in name; empty in the demonstration.
    centre_ids
        For a manager, every centre of theirs.
    has_account
        Whether the name is an account of ours, and not a provider's.
    """

    role: Role
    centre_id: str = ""
    centre_name: str = ""
    user: str = ""
    centre_ids: tuple[str, ...] = ()
    has_account: bool = False

    @property
    def name(self) -> str:
        """How the person is named on screen, in the store and in its audit."""
        here_as = ROLE_NAMES[self.role] + (f", {self.centre_name}" if self.centre_name else "")
        return f"{self.user} ({here_as})" if self.user else here_as

    @property
    def own_centres(self) -> frozenset[str]:
        """The centres whose rows a manager may see and change; nobody else has any."""
        return frozenset(filter(None, (self.centre_id, *self.centre_ids))) if self.role is Role.MANAGER else frozenset()


def may_open(person: Person | None, page: str) -> bool:
    """Whether a person may open a page; nobody may open anything without signing in."""
    return person is not None and page in PAGES.get(person.role, ())


def whose(page: str, person: Person) -> str:
    """Return, in words, whose page it is that a person's role does not reach, and what to do."""
    roles = [ROLE_NAMES[role] for role, pages in PAGES.items() if page in pages]
    named = " or ".join(filter(None, [", ".join(roles[:-1]), *roles[-1:]]))
    return (
        f"This page is for: {named}. You are signed in as: {person.name}. If the link was meant for you, ask whoever "
        "sent it for what you can see, or ask your administrator whether your role is right."
    )


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


def may_do(person: Person | None, action: Action, *, centre_id: str | None = None) -> bool:
    """Whether a person may do something, and where it touches one centre's rows, whether that centre is theirs."""
    if person is None or action not in ACTIONS.get(person.role, frozenset()):
        return False
    return centre_id is None or centre_id in person.own_centres


def check_action(person: Person | None, action: Action, *, centre_id: str | None = None) -> Person:
    """Return the person if they may do something.

    Raises
    ------
    NotPermitted
        When they may not.
    """
    if person is None or not may_do(person, action, centre_id=centre_id):
        raise NotPermitted("The role you are signed in as may not do this.")
    return person
