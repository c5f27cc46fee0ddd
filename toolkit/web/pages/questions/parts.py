"""What a kind of study draws of its own in each tab of its question, and what it is handed to draw it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.accounts.roles import Person
from toolkit.publish.bundle.model import Bundle
from toolkit.web.access import ResultsStore


@dataclass(frozen=True, slots=True)
class Opened:
    """A result that somebody looks at.

    Attributes
    ----------
    store, person
        Where it is kept, and who looks.
    folder, bundle
        The result.
    """

    store: ResultsStore
    person: Person
    folder: Path
    bundle: Bundle


Draw = Callable[[Opened], None]


def nothing(_: Opened) -> None:
    """Draw nothing: the tab holds what every question has."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What is a kind's own; each draws as far as the verdict's state lets.

    Attributes
    ----------
    answer
        The one picture of the answer.
    sure
        What its size and range rest on.
    whom
        Kinds of families, places or centres.
    method
        What only officers need.
    who
        Who was compared, in sentences; without it the first and the last step of the flow.
    """

    answer: Draw = nothing
    sure: Draw = nothing
    whom: Draw = nothing
    method: Draw = nothing
    who: Callable[[Bundle], Sequence[str]] | None = None


def of_bundle(*draws: Callable[[Bundle], None]) -> Draw:
    """Return what draws one thing after another, each of the result alone."""

    def draw(one: Opened) -> None:
        for each in draws:
            each(one.bundle)

    return draw
