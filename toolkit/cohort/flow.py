"""The flow: how many families and rows each step keeps or leaves out, so that nothing is dropped in silence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One line of the flow.

    Attributes
    ----------
    step
        A short fixed name (``control_candidates``); names that begin ``out_`` say how many were left out.
    families
        Different families, where they can be counted.
    rows
        Rows: a row is one family in one monthly trial.
    sentence
        The same in words.
    """

    step: str
    families: int | None
    rows: int
    sentence: str
