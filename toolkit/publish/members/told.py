"""A released count in words: hidden, rounded, or said to be few, as the policy it was published under has it."""

from __future__ import annotations

from toolkit.publish.disclosure import SUPPRESSED
from toolkit.wording.numbers import in_words


def count_told(count: int | None, least_told: int) -> str:
    """Return a released count in words.

    Parameters
    ----------
    count
        As it was released; ``None`` where it is hidden.
    least_told
        A smaller one, such as 6 rounded to 5, would read as too small to show, and is only said to be fewer.

    Examples
    --------
    >>> count_told(None, 10), count_told(5, 10), count_told(1205, 10), count_told(0, 10)
    ('c', 'fewer than 10', '1,205', '0')
    """
    if count is None:
        return SUPPRESSED
    return f"fewer than {least_told}" if 0 < count < least_told else in_words(count)
