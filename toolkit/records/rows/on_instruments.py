"""Scores and anchors held against their instruments with each thing done: none is stored that its own has no place for.

A file is checked cell by cell before it comes here. This is the last door: also for what comes without a file, for an
instrument that is put right, and for one that is taken out again while scores bear its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from toolkit.errors import InputError, did_you_mean
from toolkit.records.database.schema import ROWS
from toolkit.records.rows.frames import frame_of_arrow
from toolkit.records.rows.read import read_arrow
from toolkit.tables import TABLES
from toolkit.tables.instrument_scale import Instrument, instruments_of
from toolkit.tables.progress_scores import BUILT_IN

TOUCHES = frozenset({"instruments", "instrument_anchors", "progress_scores"})
"""Tables whose rows must agree."""

_SHOWN = 10
_SAYS = ("instrument", "score", "dimension", "higher_is")


def check_on_instruments(connection: sa.Connection, tables: Collection[str], version: int) -> None:
    """Check what a version changed in some tables: every score and anchor is one that its instrument allows.

    Raises
    ------
    InputError
        Naming the first rows that no instrument of the store allows, and how many there are.
    """
    if not TOUCHES & set(tables):
        return
    instruments = _instruments(connection)
    found = [*_scores(connection, instruments, version), *_anchors(connection, instruments, version)]
    if found:
        more = f"\n  and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
        raise InputError(
            "Nothing was changed, as these rows and their instruments do not agree:\n  "
            + "\n  ".join(found[:_SHOWN])
            + more
        )


def _instruments(connection: sa.Connection) -> Mapping[str, Instrument]:
    read = {
        name: frame_of_arrow(read_arrow(connection, TABLES[name]), TABLES[name])
        for name in ("instruments", "instrument_anchors")
    }
    return instruments_of(read["instruments"], read["instrument_anchors"])


def _changed(version: int) -> sa.Select[tuple[str]]:
    """Return the instruments that came, changed or went in a version, as part of a query."""
    rows = ROWS["instruments"]
    return sa.select(rows.c.instrument_id).where(sa.or_(rows.c.v_from == version, rows.c.v_to == version))


def _scores(connection: sa.Connection, instruments: Mapping[str, Instrument], version: int) -> Iterator[str]:
    rows = ROWS["progress_scores"]
    concerned = sa.and_(
        rows.c.v_to.is_(None), sa.or_(rows.c.v_from == version, rows.c.instrument.in_(_changed(version)))
    )
    # A county has many scores and few that differ: each is held against its instrument once.
    said = (
        sa.select(*(rows.c[name] for name in _SAYS))
        .where(concerned)
        .distinct()
        .order_by(*(rows.c[name] for name in _SAYS))
    )
    wrong = {tuple(one): list(_faults(one, instruments)) for one in connection.execute(said)}
    for one, faults in wrong.items():
        if not faults:
            continue
        same = [rows.c[name].is_(None) if part is None else rows.c[name] == part
                for name, part in zip(_SAYS, one, strict=True)]  # fmt: skip
        where = ("family_id", "centre_id", "scored_on")
        query = sa.select(*(rows.c[name] for name in where)).where(concerned, *same).order_by(rows.c.row_id)
        for family, centre, day in connection.execute(query):
            yield f"Score of family {family} at {centre} on {day:%d/%m/%Y}: {' '.join(faults)}"


def _faults(one: Sequence[Any], instruments: Mapping[str, Instrument]) -> Iterator[str]:
    number, score, dimension, higher_is = one
    instrument = instruments.get(number or BUILT_IN)
    if instrument is None:
        yield _not_stored(number, instruments)
        return
    given = {"score": f"{score:g}", "dimension": str(dimension), "higher_is": str(higher_is)}
    named = dimension or TABLES["progress_scores"].column("dimension").default
    for column, what_to_do in instrument.faults(score=score, dimension=named, higher_is=higher_is):
        yield f"{column} is {given[column]}. {what_to_do}"


def _anchors(connection: sa.Connection, instruments: Mapping[str, Instrument], version: int) -> Iterator[str]:
    rows = ROWS["instrument_anchors"]
    concerned = sa.or_(rows.c.v_from == version, rows.c.instrument_id.in_(_changed(version)))
    query = sa.select(rows.c.instrument_id, rows.c.value).where(rows.c.v_to.is_(None), concerned)
    for number, value in connection.execute(query.order_by(rows.c.row_id)):
        instrument = instruments.get(number)
        if instrument is None:
            yield f"Anchor {value:g}: {_not_stored(number, instruments)}"
        elif not instrument.allows(value):
            yield f"Anchor of {number}: value is {value:g}. {instrument.expected}"


def _not_stored(number: str, instruments: Mapping[str, Instrument]) -> str:
    near = did_you_mean(number, list(instruments))
    return f'instrument "{number}" is not stored. Import it first, into the table instruments. {near}'.rstrip()
