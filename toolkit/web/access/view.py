"""What every page may ask of the store, whoever looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.accounts import sessions
from toolkit.accounts.roles import Person
from toolkit.records import Store


class StoreView:
    """What every page may ask of the store, whoever looks at it.

    Parameters
    ----------
    store
        The store that is looked at.
    person
        Who looks at it.
    """

    __slots__ = ("_person", "_store")

    def __init__(self, store: Store, person: Person) -> None:
        self._store = store
        self._person = person

    @property
    def is_simulated(self) -> bool:
        """Whether the records are of no real family."""
        return self._store.is_simulated

    @property
    def version(self) -> int:
        """The newest version of the records."""
        return self._store.version

    def is_of_session(self, known_by: str) -> bool:
        """Whether the person is still in by the session of that hash: a part of a page may be drawn long after."""
        found = sessions.find_hash(self._store, known_by, seen=False) if known_by else None
        return found is not None and found.is_in and _is_same(found.person, self._person)

    def audit(self, *, action: str, what: str, detail: Mapping[str, Any] | None = None) -> int:
        """Write down what this person did; return the line."""
        return self._store.audit(who=self._person.name, action=action, what=what, detail=detail)


def _is_same(one: Person, other: Person) -> bool:
    return (one.role, one.user, one.own_centres) == (other.role, other.user, other.own_centres)
