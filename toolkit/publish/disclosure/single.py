"""Single counts, single tables, and shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.publish.disclosure.book import Book
from toolkit.publish.disclosure.policy import Policy, round_half_up
from toolkit.publish.disclosure.protect import protect

SUPPRESSED = "c"


@dataclass(frozen=True, slots=True)
class Protected:
    """A table of counts safe to show. ``None`` is a suppressed figure.

    Attributes
    ----------
    cells
        Rows × columns, as the counts given.
    row_totals, column_totals, total
        The margins, each suppressed or rounded by itself.
    """

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


def protect_counts(counts: NDArray[np.integer] | list[list[int]], policy: Policy) -> Protected:
    """Return a two-way table of counts with its margins, safe to show by itself; a one-way table is one row.

    Tables that share figures belong in one `Book`.

    Parameters
    ----------
    counts
        Rows × columns, whole numbers from 0.
    policy
        The rules.
    """
    table = np.atleast_2d(np.asarray(counts))
    if table.ndim != 2 or not np.issubdtype(table.dtype, np.integer) or (table < 0).any():
        raise ValueError("counts must be a two-way table of whole numbers from 0")
    rows, columns = ([str(number) for number in range(size)] for size in table.shape)
    book = Book()
    book.table("table", rows, columns, table)
    shown = protect(book, policy).shown
    return Protected(
        cells=tuple(tuple(shown[f"table/{row}/{column}"] for column in columns) for row in rows),
        row_totals=tuple(shown[f"table/{row}/all"] for row in rows),
        column_totals=tuple(shown[f"table/all/{column}"] for column in columns),
        total=shown["table/all/all"],
    )


def protect_count(count: int, policy: Policy) -> int | None:
    """Return a count that stands by itself, rounded, or ``None`` when it is too small to show."""
    return None if policy.is_small(count) else round_count(count, policy)


def round_count(count: int, policy: Policy) -> int:
    """Return a count to the nearest of the policy's rounding, halves up."""
    return round_half_up(count, policy.round_to)


def share_of_shown(part: int | None, whole: int | None, policy: Policy) -> int | None:
    """Return a share as a whole per cent of two figures as they are shown, so that it says no more than they do."""
    if part is None or whole is None or whole < policy.minimum_denominator or part > whole:
        return None
    if policy.hide_nought_and_all and part in (0, whole):
        return None
    return int(100 * part / whole + 0.5)


def protect_share(part: int, whole: int, policy: Policy) -> int | None:
    """Return the share of two counts as a whole per cent, or ``None`` where it would tell too much.

    It is worked out from the counts as they would be shown.
    """
    if not 0 <= part <= whole or (policy.hide_nought_and_all and part in (0, whole)):
        return None
    if whole < policy.minimum_denominator or policy.is_small(part) or policy.is_small(whole - part):
        return None
    return share_of_shown(round_count(part, policy), round_count(whole, policy), policy)
