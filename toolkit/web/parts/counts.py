"""What pages say of counts that were rounded before members saw them."""

from __future__ import annotations


def to_the_nearest(round_to: int) -> str:
    """Return the sentence that counts are rounded, with a space after it; nothing where they are exact.

    >>> to_the_nearest(5), to_the_nearest(1)
    ('To the nearest 5. ', '')
    """
    return f"To the nearest {round_to}. " if round_to > 1 else ""
