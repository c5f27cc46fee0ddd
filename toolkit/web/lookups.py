"""Numbers and names that many pages look up, read again only when their table has changed.

What is kept is the same for everyone and never shown as it is: a family's number only to know it again in a file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from toolkit.areas.measure_words import COUNTED
from toolkit.areas.panel import POPULATION, AreaPanel, area_panel, measures_there
from toolkit.errors import InputError
from toolkit.intake.pseudonyms import KEY_VARIABLE, Numbers, read_key
from toolkit.publish.members.explored import children_by_year
from toolkit.records import Store
from toolkit.records.erasure.retention import RetentionPolicy, Rule


def family_ids(store: Store) -> frozenset[str]:
    """Return the number of every family stored."""
    return _ids(store, "families", "family_id", store.changed_in("families"))


def centre_names(store: Store) -> Mapping[str, str]:
    """Return every centre's name by its number."""
    return _names(store, store.changed_in("centres"))


def councils(store: Store) -> tuple[AreaPanel, tuple[str, ...]]:
    """Return councils' published counts, those that have a name in words, and the files they were read from."""
    return _councils(store, store.changed_in("area_counts"))


def children(store: Store, area: str) -> Mapping[str, float]:
    """Return an area's children under 18 by year; see `toolkit.publish.members.explored.children_by_year`."""
    return _children(store, area, store.changed_in("area_counts"))


def retention_due(store: Store, policy: RetentionPolicy, today: date) -> pd.DataFrame:
    """Return how much a policy no longer keeps; see `toolkit.records.Store.retention_due`. Nobody may change it."""
    return _due(store, store.version, today, tuple(policy.rules.values()))


def stored_number(store: Store) -> Callable[[str, str], str] | None:
    """Return what makes a person's number in a file the one stored; ``None`` where files have it as it is stored.

    It is where the store holds pseudonyms and the app was started with their key (`KEY_VARIABLE`).

    Raises
    ------
    InputError
        When the key that is named cannot be read or is another.
    """
    told, file = store.key_mark, os.environ.get(KEY_VARIABLE, "")
    if not told or not file:
        return None
    key = read_key(Path(file))
    if key.mark != told:
        raise InputError(
            f"The pseudonyms in this store are made with the key of the mark {told}, and the app was started with that "
            f"of the mark {key.mark}. Ask whoever runs it."
        )
    return Numbers(key).stored


@lru_cache(maxsize=4)
def _ids(store: Store, table: str, column: str, changed_in: int) -> frozenset[str]:
    return frozenset(store.read(table, columns=[column])[column])


@lru_cache(maxsize=4)
def _names(store: Store, changed_in: int) -> Mapping[str, str]:
    centres = store.read("centres", columns=["centre_id", "name"]).sort_values("name")
    return MappingProxyType(dict(zip(centres["centre_id"], centres["name"], strict=True)))


@lru_cache(maxsize=1)
def _due(store: Store, version: int, today: date, rules: tuple[Rule, ...]) -> pd.DataFrame:
    return store.retention_due(RetentionPolicy({rule.table: rule for rule in rules}, ""), today=today)


@lru_cache(maxsize=1)
def _councils(store: Store, changed_in: int) -> tuple[AreaPanel, tuple[str, ...]]:
    rows = store.read("area_counts", measures=[*COUNTED, POPULATION])
    there = measures_there(rows)
    panel = area_panel(rows, measures=[name for name in COUNTED if name in there])
    return panel, tuple(str(source) for source in rows["source"].dropna().unique())


@lru_cache(maxsize=4)
def _children(store: Store, area: str, changed_in: int) -> Mapping[str, float]:
    return MappingProxyType(children_by_year(store.read("area_counts", measures=["referrals"]), area))
