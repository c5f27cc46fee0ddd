"""Differences and shares as numbers that a reader can picture: "3 fewer in every 100", never "0 fewer"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

BASES = (100, 1_000, 10_000)
LARGE = 0.5


@dataclass(frozen=True, slots=True)
class Amounts:
    """A difference and its interval as whole families in every ``base``; below 0 is fewer."""

    base: int
    estimate: int
    low: int
    high: int


def amounts_of(estimate: float, low: float, high: float) -> Amounts:
    """Return a difference of shares and its interval as whole families in every 100, or more: see `in_every`.

    >>> amounts_of(-0.031, -0.052, -0.011)
    Amounts(base=100, estimate=-3, low=-5, high=-1)
    """
    base, whole = in_every((estimate, low, high))
    return Amounts(base, *whole)


def in_every(shares: Sequence[float]) -> tuple[int, tuple[int, ...]]:
    """Return a base and shares as whole numbers of it, in every 100 or in more where 100 would round one away.

    The smallest base is taken at which no figure other than an exact nought becomes nought and different ones stay
    apart; 10,000 where there is none. Of a figure as large as a half a hundred says enough: "3 fewer to 13,386 more of
    every 10,000" is no finer for an end that happens to lie near nought.

    Parameters
    ----------
    shares
        Shares or differences of shares, -1 to 1.

    Examples
    --------
    >>> in_every((-0.031, -0.052, -0.011)), in_every((-0.004, -0.013, 0.005)), in_every((0.5, -0.0003, 1.3386))
    ((100, (-3, -5, -1)), (1000, (-4, -13, 5)), (100, (50, 0, 134)))
    """
    is_large = any(abs(share) >= LARGE for share in shares)
    for base in BASES[:1] if is_large else BASES:
        whole = tuple(_whole(share * base) for share in shares)
        none_lost = all(shown != 0 or share == 0 for shown, share in zip(whole, shares, strict=True))
        if none_lost and len(set(whole)) == len(set(shares)):
            break
    return base, whole


def base_of(figures: Sequence[float] | None) -> int:
    """Return the number of families that a figure and its ends are counted in, and all beside it; 100 without one.

    >>> base_of((-0.031, -0.052, -0.011)), base_of((-0.004, -0.013, 0.005)), base_of(None)
    (100, 1000, 100)
    """
    return BASES[0] if figures is None else in_every(figures)[0]


def of_every(base: int, shares: Sequence[float]) -> tuple[int, ...]:
    """Return shares or differences of shares as whole families in every ``base``, where a table has one for all.

    >>> of_every(1000, (-0.0168, 0.0004))
    (-17, 0)
    """
    return tuple(_whole(share * base) for share in shares)


def levels_apart(base: int, difference: int, control: float) -> tuple[int, int]:
    """Return two shares as whole families in every ``base`` that lie exactly as far apart as the difference said.

    Each rounded by itself, 50.6 and 67.4 in a thousand would read 51 and 67, and their difference of 16.8 as 17.

    Parameters
    ----------
    base, difference
        The difference in whole families of ``base``, as `in_every` rounded it; below 0 is fewer of the treated.
    control
        The share of the control.

    Returns
    -------
    tuple of int
        Of the treated, and of the control; neither is below 0.

    Examples
    --------
    >>> levels_apart(1000, -17, 0.0674), levels_apart(100, -3, 0.107)
    ((50, 67), (8, 11))
    """
    others = _whole(base * control)
    return max(0, others + difference), others


def more_or_fewer(families: int, *, exactly: float | None = None) -> str:
    """Return a signed whole number of families in words; a figure that rounds to nought is told by its sign.

    >>> more_or_fewer(-3), more_or_fewer(12), more_or_fewer(0), more_or_fewer(0, exactly=-0.00001)
    ('3 fewer', '12 more', 'no difference', 'less than 1 fewer')
    """
    if families == 0:
        if not exactly:
            return "no difference"
        return "less than 1 fewer" if exactly < 0 else "less than 1 more"
    return f"{abs(families):,} {'fewer' if families < 0 else 'more'}"


def fewer_or_more(difference: float) -> str:
    """Return a difference in words, to one decimal.

    >>> fewer_or_more(-2.04), fewer_or_more(0.4), fewer_or_more(-0.01)
    ('2.0 fewer', '0.4 more', 'no difference')
    """
    size = f"{abs(difference):,.1f}"
    return "no difference" if size == "0.0" else f"{size} {'fewer' if difference < 0 else 'more'}"


def in_100(difference: float | None) -> str:
    """Return a difference of shares as families in every 100, to one decimal: "2.0 fewer".

    >>> in_100(-0.0204), in_100(0.004), in_100(None)
    ('2.0 fewer', '0.4 more', 'no figure')
    """
    return "no figure" if difference is None or not math.isfinite(difference) else fewer_or_more(100 * difference)


def share_in_words(share: float, base: int) -> str:
    """Return a share as whole families in every ``base``; a small share is never "0".

    >>> share_in_words(0.0312, 1000), share_in_words(0.00001, 100), share_in_words(0.0, 100)
    ('about 31', 'fewer than 1', 'none')
    """
    whole = _whole(share * base)
    if whole == 0:
        return "none" if share == 0 else "fewer than 1"
    return f"about {whole:,}"


def parts_of_100(*counts: int) -> tuple[int, ...]:
    """Return counts as whole parts of 100 that add up to it, the largest remainders rounded up.

    >>> parts_of_100(1, 1, 1)
    (34, 33, 33)
    """
    whole = sum(counts)
    floors = [100 * count // whole for count in counts]
    order = sorted(range(len(counts)), key=lambda place: (-(100 * counts[place] % whole), place))
    for place in order[: 100 - sum(floors)]:
        floors[place] += 1
    return tuple(floors)


def _whole(value: float) -> int:
    # Halves go away from nought, as people expect (Python rounds them to even).
    return int(abs(value) + 0.5) * (1 if value > 0 else -1)
