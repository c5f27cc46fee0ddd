"""Looking through the audit: by person, by what was done, by days, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa

from toolkit.records.database.connect import reading
from toolkit.records.database.schema import AUDIT
from toolkit.records.database.versions import frame_of
from toolkit.records.store_reading import StoreReading

_SHOWN = ("line", "at", "who", "action", "what", "detail")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are looked for; what is empty leaves all of them in.

    Attributes
    ----------
    who
        Part of the name of who did it, in small or capital letters.
    action
        What was done, as the audit writes it.
    first_day, last_day
        Days, in UTC, both included.
    """

    who: str = ""
    action: str = ""
    first_day: date | None = None
    last_day: date | None = None


def lines_found(
    store: StoreReading, wanted: Wanted, *, start: int = 0, most: int | None = None
) -> tuple[pd.DataFrame, int]:
    """Return lines that are wanted, the newest first, and how many there are of them in all.

    Parameters
    ----------
    store
        Whose audit is looked through.
    wanted
        Which.
    start, most
        So many of the newest are passed over, and so many are returned; all where not given.
    """
    those = _condition(wanted)
    counting = sa.select(sa.func.count()).select_from(AUDIT).where(those)
    query = sa.select(*(AUDIT.c[name] for name in _SHOWN)).where(those).order_by(AUDIT.c.line.desc())
    with reading(store.engine) as connection:
        count = int(connection.execute(counting).scalar_one())
        return frame_of(connection.execute(query.offset(start).limit(most))), count


def actions_of(store: StoreReading) -> tuple[str, ...]:
    """Return everything that the audit says was done, each once."""
    with reading(store.engine) as connection:
        return tuple(connection.execute(sa.select(AUDIT.c.action).distinct().order_by(AUDIT.c.action)).scalars())


def _condition(wanted: Wanted) -> sa.ColumnElement[bool]:
    those: list[sa.ColumnElement[bool]] = [sa.true()]
    if wanted.who:
        those.append(sa.func.lower(AUDIT.c.who).contains(wanted.who.casefold(), autoescape=True))
    if wanted.action:
        those.append(AUDIT.c.action == wanted.action)
    if wanted.first_day is not None:
        those.append(AUDIT.c.at >= wanted.first_day.isoformat())
    if wanted.last_day is not None:
        those.append(AUDIT.c.at < (wanted.last_day + timedelta(days=1)).isoformat())
    return sa.and_(*those)
