"""Which view of the store each role is given."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from toolkit.accounts.roles import Person, Role
from toolkit.errors import NotPermitted
from toolkit.records import Store
from toolkit.web.access import AdminStore, AnalystStore, LeadStore, ManagerStore, MemberStore, StoreView

VIEWS: Mapping[Role, type[StoreView]] = MappingProxyType(
    {
        Role.MANAGER: ManagerStore,
        Role.LEAD: LeadStore,
        Role.MEMBER: MemberStore,
        Role.ANALYST: AnalystStore,
        Role.ADMINISTRATOR: AdminStore,
    }
)
"""The view of each role."""

View = TypeVar("View", bound=StoreView)


def view_for(store: Store, person: Person | None, wanted: type[View]) -> View:
    """Return the view of a person's role, where it can do what is wanted.

    Raises
    ------
    NotPermitted
        When nobody is signed in, or the view of their role is of another kind.
    """
    view = None if person is None else VIEWS[person.role](store, person)
    if isinstance(view, wanted):
        return view
    raise NotPermitted("This page is not open to the role you are signed in as.")
