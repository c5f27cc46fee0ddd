"""The vocabulary: one module a table, and everything that must agree about a table made from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.errors import InputError, did_you_mean
from toolkit.tables.area_counts import AREA_COUNTS
from toolkit.tables.centres import CENTRES
from toolkit.tables.children import CHILDREN
from toolkit.tables.definition_breaks import DEFINITION_BREAKS
from toolkit.tables.episodes import EPISODES
from toolkit.tables.events import EVENTS
from toolkit.tables.families import FAMILIES
from toolkit.tables.instruments import INSTRUMENT_ANCHORS, INSTRUMENTS
from toolkit.tables.investments import INVESTMENTS
from toolkit.tables.neighbourhoods import NEIGHBOURHOODS
from toolkit.tables.progress_scores import PROGRESS_SCORES
from toolkit.tables.referrals import REFERRALS
from toolkit.tables.registrations import REGISTRATIONS
from toolkit.tables.schema import Column, Kind, Table

# In the order the data refer to each other: a table stands after those its columns point to.
TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            CENTRES,
            FAMILIES,
            CHILDREN,
            REGISTRATIONS,
            INSTRUMENTS,
            INSTRUMENT_ANCHORS,
            PROGRESS_SCORES,
            REFERRALS,
            EPISODES,
            INVESTMENTS,
            EVENTS,
            DEFINITION_BREAKS,
            NEIGHBOURHOODS,
            AREA_COUNTS,
        )
    }
)


def table(name: str) -> Table:
    """Return the table of that name.

    Raises
    ------
    InputError
        When there is none, naming the closest.
    """
    if name not in TABLES:
        raise InputError(f'There is no table "{name}". {did_you_mean(name, TABLES)}'.rstrip())
    return TABLES[name]


__all__ = ["TABLES", "Column", "Kind", "Table", "table"]
