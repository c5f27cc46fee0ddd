"""A column's value is one of many: asked in one go, however many there are, as one parameter."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from toolkit.records.database.connect import is_sqlite


def one_of(connection: sa.Connection, column: sa.ColumnElement[Any], values: Collection[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a column of texts or whole numbers holds one of some values.

    An ``IN`` of single parameters must be cut into parts, since databases limit how many there are; where no index
    helps, each part goes through the whole table again.
    """
    if is_sqlite(connection):
        listed = sa.func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(sa.select(listed.c.value))
    array = sa.cast(sa.literal(list(values), ARRAY(column.type)), ARRAY(column.type))
    return column.in_(sa.select(sa.func.unnest(array).column_valued()))
