"""Differences as numbers of families that a reader can picture: "3 fewer in every 100", never "0 fewer"."""

from __future__ import annotations

from dataclasses import dataclass

BASES = (100, 1_000, 10_000)


@dataclass(frozen=True, slots=True)
class Amounts:
    """A difference and its interval as whole families in every ``base``; below 0 is fewer."""

    base: int
    estimate: int
    low: int
    high: int


def amounts_of(estimate: float, low: float, high: float) -> Amounts:
    """Return a difference of shares as whole families in every 100, or in more where 100 would round it away.

    The smallest base is taken at which no figure other than an exact nought becomes nought and the three stay apart;
    10,000 where there is none.

    Parameters
    ----------
    estimate, low, high
        Differences of shares, -1 to 1.

    Examples
    --------
    >>> amounts_of(-0.031, -0.052, -0.011)
    Amounts(base=100, estimate=-3, low=-5, high=-1)
    >>> amounts_of(-0.004, -0.013, 0.005)
    Amounts(base=1000, estimate=-4, low=-13, high=5)
    """
    values = (estimate, low, high)
    for base in BASES:
        rounded = tuple(_whole(value * base) for value in values)
        none_lost = all(shown != 0 or value == 0 for shown, value in zip(rounded, values, strict=True))
        if none_lost and len(set(rounded)) == len(set(values)):
            break
    return Amounts(base, *rounded)


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


def share_in_words(share: float, base: int) -> str:
    """Return a share as whole families in every ``base``; a small share is never "0".

    >>> share_in_words(0.0312, 1000), share_in_words(0.00001, 100), share_in_words(0.0, 100)
    ('about 31', 'fewer than 1', 'none')
    """
    whole = _whole(share * base)
    if whole == 0:
        return "none" if share == 0 else "fewer than 1"
    return f"about {whole:,}"


def _whole(value: float) -> int:
    # Halves go away from nought, as people expect (Python rounds them to even).
    return int(abs(value) + 0.5) * (1 if value > 0 else -1)
