"""How long work says where it has got to, without knowing who listens.

A function that takes more than a second accepts ``progress: Progress = silent`` and calls it with what it is
doing and how far it is; the command line draws a bar from it, the app a status line, tests nothing.
"""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with a short sentence ("Matching families") and the share done, from 0 to 1."""


def silent(step: str, share_done: float) -> None:
    """Listen to progress and say nothing."""


def part(progress: Progress, start: float, stop: float) -> Progress:
    """Return a progress whose 0 to 1 is ``start`` to ``stop`` of the given one.

    >>> heard = []
    >>> part(lambda step, done: heard.append((step, done)), 0.5, 1.0)("Balance", 0.5)
    >>> heard
    [('Balance', 0.75)]
    """

    def inner(step: str, share_done: float) -> None:
        progress(step, start + (stop - start) * share_done)

    return inner
