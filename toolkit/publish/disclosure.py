"""Disclosure control: what must be hidden or blurred before anyone but staff sees a count.

Counts of 1 to 5 are suppressed, then further cells or totals, so that no suppressed one follows by subtraction;
whatever is shown is rounded to the nearest 5. Every figure is rounded by itself, so rounded parts need not add up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.publish.attack import ranges_left

SUPPRESSED = "c"


@dataclass(frozen=True, slots=True)
class Policy:
    """The house's rules of disclosure.

    Attributes
    ----------
    threshold
        Counts from 1 to this are suppressed.
    round_to
        Counts shown are rounded to the nearest of these.
    minimum_families
        A centre's outcomes are shown only from this many families on.
    minimum_denominator
        No rate is shown on a smaller one.
    hide_nought_and_all
        Whether a rate of nobody or of everybody is hidden, as both say something of each person.
    """

    threshold: int = 5
    round_to: int = 5
    minimum_families: int = 60
    minimum_denominator: int = 10
    hide_nought_and_all: bool = True


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
    """Return a two-way table of counts with its margins, safe to show; a one-way table is one row.

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
    whole = with_margins(table)
    hidden = safe_pattern(whole, policy)
    shown = [
        [None if hide else round_count(int(count), policy) for count, hide in zip(row, hides, strict=True)]
        for row, hides in zip(whole, hidden, strict=True)
    ]
    return Protected(
        cells=tuple(tuple(row[:-1]) for row in shown[:-1]),
        row_totals=tuple(row[-1] for row in shown[:-1]),
        column_totals=tuple(shown[-1][:-1]),
        total=shown[-1][-1],
    )


def with_margins(table: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return a table with a last column of row totals and a last row of column totals."""
    wide = np.column_stack([table, table.sum(axis=1)])
    return np.vstack([wide, wide.sum(axis=0)])


def suppression_pattern(
    whole: NDArray[np.integer], policy: Policy, already: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """Return which figures of a table with margins are hidden.

    The small ones are; then, in every row and column that hides anything, as many more as make two hidden figures
    above nought: parts and total add up, so one alone follows from the rest, and a nought beside it hides nothing.
    The smallest are taken, so inner cells before totals. What is hidden ``already`` stays so.
    """
    hidden = is_small(whole, policy)
    if already is not None:
        hidden |= already
    changed = True
    while changed:
        changed = False
        for lines, hides in ((whole, hidden), (whole.T, hidden.T)):
            for line, hide in zip(lines, hides, strict=True):
                visible = np.flatnonzero(~hide & (line > 0))
                if hide.any() and (hide & (line > 0)).sum() < 2 and len(visible):
                    hide[visible[np.argmin(line[visible])]] = True  # a view: this changes `hidden`
                    changed = True
    return hidden


def safe_pattern(whole: NDArray[np.integer], policy: Policy) -> NDArray[np.bool_]:
    """Return which figures of a table with margins are hidden so that every small one keeps a wide range.

    The pattern is attacked; while some small figure can be narrowed to fewer than the threshold's number of values,
    the smallest figure still shown in its row or column (or anywhere) is hidden as well.
    """
    hidden = suppression_pattern(whole, policy)
    small = is_small(whole, policy)
    suspects = [(int(i), int(j)) for i, j in np.argwhere(small)]
    while True:
        least, most = _known_ranges(whole, hidden, policy)
        narrow = [
            place for place, low, high in ranges_left(least, most, suspects) if high - low < policy.threshold - 1 - 1e-6
        ]
        if not narrow:
            return hidden
        for i, j in narrow:
            _hide_next(whole, hidden, i, j)
        hidden = suppression_pattern(whole, policy, hidden)


def is_small(counts: NDArray[np.integer], policy: Policy) -> NDArray[np.bool_]:
    """Return which counts are from 1 to the threshold."""
    small: NDArray[np.bool_] = (counts >= 1) & (counts <= policy.threshold)
    return small


def protect_count(count: int, policy: Policy) -> int | None:
    """Return a count that stands by itself, rounded, or ``None`` when it is too small to show."""
    return None if 1 <= count <= policy.threshold else round_count(count, policy)


def round_count(count: int, policy: Policy) -> int:
    """Return a count to the nearest of the policy's rounding, halves up."""
    return (count + policy.round_to // 2) // policy.round_to * policy.round_to


def protect_share(part: int, whole: int, policy: Policy) -> int | None:
    """Return a share as a whole per cent, or ``None`` where it or its complement would tell too much."""
    if whole < policy.minimum_denominator or not 0 <= part <= whole:
        return None
    if any(1 <= count <= policy.threshold for count in (part, whole - part)):
        return None
    if policy.hide_nought_and_all and part in (0, whole):
        return None
    return int(100 * part / whole + 0.5)


def _known_ranges(
    whole: NDArray[np.integer], hidden: NDArray[np.bool_], policy: Policy
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return the ends of what anyone who knows the rules knows of each figure; a hidden one may be anything."""
    half = policy.round_to // 2
    shown = (whole + half) // policy.round_to * policy.round_to
    least = np.where(hidden, 0.0, np.where(whole == 0, 0.0, np.maximum(shown - half, policy.threshold + 1)))
    most = np.where(hidden, np.inf, np.where(whole == 0, 0.0, shown + policy.round_to - half - 1))
    return least, most


def _hide_next(whole: NDArray[np.integer], hidden: NDArray[np.bool_], i: int, j: int) -> None:
    near = np.zeros_like(hidden)
    near[i, :] = near[:, j] = True
    for where in (near, np.ones_like(hidden)):
        places = np.argwhere(where & ~hidden & (whole > 0))
        if len(places):
            values = [whole[a, b] for a, b in places]
            a, b = places[int(np.argmin(values))]
            hidden[a, b] = True
            return
    hidden[:] = True  # only noughts are left to show: hide those too
