"""From the subset, as DuckDB spells it, to Spark's SQL; a query outside the subset is refused, not bent."""

from __future__ import annotations

import sqlglot
from sqlglot import expressions as exp

from toolkit.errors import InputError

_HALF = 2**32


def to_spark(sql: str) -> str:
    """Return a query as Spark reads it.

    Raises
    ------
    InputError
        When it cannot be said in Spark's SQL.
    """
    try:
        (read,) = sqlglot.parse(sql, read="duckdb")
        if read is None:
            raise InputError("The query is empty.")
        return read.transform(_in_spark).sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    except sqlglot.errors.SqlglotError as error:
        raise InputError(f"This query cannot be asked of Spark: {error}") from error


def _in_spark(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Anonymous) and node.name.lower() == "drawn_from":
        text, n = (argument.sql(dialect="spark") for argument in node.expressions)
        return sqlglot.parse_one(_drawn_from(text, n), read="spark")
    return node


def _drawn_from(text: str, n: str) -> str:
    """Return Spark's SQL for what DuckDB computes as ``md5_number_lower(text) % n``, with ``n`` below 2**31.

    That number is the last eight bytes of MD5, the first of them the lowest. All its 64 bits fit no integer of Spark's,
    so it is taken as two halves.
    """
    upper, lower = (
        "CAST(CONV(CONCAT("
        + ", ".join(f"SUBSTRING(MD5({text}), {place}, 2)" for place in range(last, last - 8, -2))
        + "), 16, 10) AS BIGINT)"
        for last in (31, 23)
    )
    return f"CAST((({upper} % {n}) * (CAST({_HALF} AS BIGINT) % {n}) + {lower}) % {n} AS INT)"
