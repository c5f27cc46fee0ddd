"""Work over many rows in chunks that fit the processor's cache."""

from __future__ import annotations

from collections.abc import Iterator

CHUNK = 8_192  # with a dozen columns of floats, about what a core's own cache holds


def chunks(count: int) -> Iterator[slice]:
    """Yield slices that together cover `count` rows.

    One after the other on one thread: the steps on a chunk take microseconds, less than threads need to take turns.
    """
    for begin in range(0, count, CHUNK):
        yield slice(begin, min(begin + CHUNK, count))
