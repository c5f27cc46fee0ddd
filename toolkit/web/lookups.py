"""Numbers and names that many pages look up, read again only when their table has changed.

What is kept is the same for everyone and never shown as it is: a family's number only to know it again in a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from toolkit.records import Store


def family_ids(store: Store) -> frozenset[str]:
    """Return the number of every family stored."""
    return _ids(store, "families", "family_id", store.changed_in("families"))


def centre_names(store: Store) -> Mapping[str, str]:
    """Return every centre's name by its number."""
    return _names(store, store.changed_in("centres"))


@lru_cache(maxsize=4)
def _ids(store: Store, table: str, column: str, changed_in: int) -> frozenset[str]:
    return frozenset(store.read(table, columns=[column])[column])


@lru_cache(maxsize=4)
def _names(store: Store, changed_in: int) -> Mapping[str, str]:
    centres = store.read("centres", columns=["centre_id", "name"]).sort_values("name")
    return MappingProxyType(dict(zip(centres["centre_id"], centres["name"], strict=True)))
