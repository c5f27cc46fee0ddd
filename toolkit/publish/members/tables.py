"""The tables a member may see, each with the way it is protected; a table that is not listed here is never shown.

Every table first enters its counts in the bundle's one book of figures, so that tables of the same families are
protected together; then its rows are made of what the book shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from toolkit.publish.disclosure import Book, Policy, Release
from toolkit.publish.members.interrupted_series import enter_series, series
from toolkit.publish.members.matched_cohort import enter_events_matched, events_matched
from toolkit.publish.members.progress_change import by_start, enter_by_start, enter_funnel, funnel
from toolkit.publish.members.protector import Protector, Tables
from toolkit.publish.members.reach import (
    enter_reach_areas,
    enter_reach_by_year,
    enter_reach_groups,
    reach_areas,
    reach_by_year,
    reach_groups,
)
from toolkit.publish.members.trust import enter_trust_by_source, trust_by_source


def enter_tables(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter the counts of every listed table of a bundle in its book."""
    for name, protector in PROTECTORS.items():
        if tables.get(name):
            protector.enter(tables, book, policy)


def member_tables(tables: Tables, release: Release, policy: Policy) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of a bundle that members may see; a suppressed figure is ``None``."""
    return {
        name: protector.rows(tables, release, policy) if tables[name] else []
        for name, protector in PROTECTORS.items()
        if name in tables
    }


PROTECTORS: Mapping[str, Protector] = MappingProxyType(
    {
        "events_matched": Protector(enter_events_matched, events_matched),
        "by_start": Protector(enter_by_start, by_start),
        "funnel": Protector(enter_funnel, funnel),
        "series": Protector(enter_series, series),
        "reach_groups": Protector(enter_reach_groups, reach_groups),
        "reach_areas": Protector(enter_reach_areas, reach_areas),
        "reach_by_year": Protector(enter_reach_by_year, reach_by_year),
        "trust_by_source": Protector(enter_trust_by_source, trust_by_source),
    }
)
