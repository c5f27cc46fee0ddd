"""Work over many rows in chunks that fit the processor's cache, two chunks at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

CHUNK = 8_192  # with a dozen columns of floats, about what a core's own cache holds
CHUNKS_A_TURN = 8
THREADS = 2  # NumPy leaves the interpreter free while it works, so threads share the rows

Given = TypeVar("Given")
Found = TypeVar("Found")


def over_chunks(work: Callable[[slice], Found], count: int) -> list[Found]:
    """Return what `work` makes of each chunk of rows, in the rows' order however the threads ran."""
    begins = range(0, count, CHUNK)
    turns = [begins[place : place + CHUNKS_A_TURN] for place in range(0, len(begins), CHUNKS_A_TURN)]

    def one_turn(begins: Iterable[int]) -> list[Found]:
        return [work(slice(begin, min(begin + CHUNK, count))) for begin in begins]

    return [found for turn in two_at_a_time(one_turn, turns) for found in turn]


def two_at_a_time(work: Callable[[Given], Found], given: Sequence[Given]) -> list[Found]:
    """Return what `work` makes of each thing given, in their order."""
    if len(given) < 2:
        return [work(one) for one in given]
    with ThreadPoolExecutor(max_workers=THREADS) as workers:
        return list(workers.map(work, given))
