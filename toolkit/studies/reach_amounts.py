"""Shares as whole numbers in every 100, or in more where 100 would round them away, for the words of a study."""

from __future__ import annotations

from collections.abc import Sequence

BASES = (100, 1_000, 10_000)


def in_every(shares: Sequence[float]) -> tuple[int, tuple[int, ...]]:
    """Return a base and the shares as whole numbers of it, halves away from nought.

    The smallest base is taken at which only an exact nought is nought and different shares stay apart; the last where
    there is none.

    >>> in_every((-0.031, -0.052, -0.011)), in_every((-0.004, -0.013, 0.005))
    ((100, (-3, -5, -1)), (1000, (-4, -13, 5)))
    """
    for base in BASES:
        whole = tuple(int(abs(share) * base + 0.5) * (1 if share > 0 else -1) for share in shares)
        if all(n or not share for n, share in zip(whole, shares, strict=True)) and len(set(whole)) == len(set(shares)):
            break
    return base, whole


def more_or_fewer_words(whole: int) -> str:
    """Return a signed whole number in words.

    >>> more_or_fewer_words(-3), more_or_fewer_words(0)
    ('3 fewer', 'no difference')
    """
    return "no difference" if whole == 0 else f"{abs(whole):,} {'fewer' if whole < 0 else 'more'}"
