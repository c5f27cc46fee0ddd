"""The figures a result is made of: an estimate, a gate it must pass, and a check that tries to prove it wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Status = Literal["pass", "warn", "fail"]
Figures = tuple[float, float, float]
"""An estimate and the ends of its interval."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number with its uncertainty.

    Attributes
    ----------
    outcome, estimator, measure
        What was measured (``any_referral_12m``), how (``matched``) and on which scale (``difference``, ``ratio``).
        A difference of a yes-or-no outcome is a share: -0.03 is three fewer in every 100.
    estimate, se, low, high
        The estimate, its standard error and the ends of its 95% interval; ``None`` where there is none.
    p_value
        For analysts' files only; no page or sentence shows it.
    n_treated, n_control
        Rows behind the estimate in each arm.
    clusters
        Groups the standard error treats as independent (reach areas).
    """

    outcome: str
    estimator: str
    measure: str
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    p_value: float | None = None
    n_treated: int | None = None
    n_control: int | None = None
    clusters: int | None = None

    @property
    def with_interval(self) -> Figures | None:
        """The estimate and the ends of its interval; ``None`` where one of the three is missing."""
        if self.estimate is None or self.low is None or self.high is None:
            return None
        return self.estimate, self.low, self.high


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition a study must meet before its figure may be put into words."""

    name: str
    status: Status
    figure: float | None
    threshold: float | None
    sentence: str


def gate_of(name: str, status: Status, figure: float | None, threshold: float | None, sentence: str) -> Gate:
    """Return a gate whose figure and threshold, whole numbers or not, are kept as fractions."""
    found, held_against = (None if number is None else float(number) for number in (figure, threshold))
    return Gate(name, status, found, held_against, sentence)


def passes(is_met: bool) -> Status:
    """Return the status of a condition that is met or bars an answer.

    >>> passes(True), passes(False)
    ('pass', 'fail')
    """
    return "pass" if is_met else "fail"


def per_cent_met(share: float) -> str:
    """Return a share as a whole per cent, rounded down: a condition not quite met never reads as met.

    >>> per_cent_met(0.799), per_cent_met(0.8)
    ('79%', '80%')
    """
    return f"{int(100 * share + 1e-9)}%"


@dataclass(frozen=True, slots=True)
class Check:
    """One attempt to prove the result wrong, and how the result stood it.

    Attributes
    ----------
    name, label
        Its name in protocols and files, and on a page.
    status
        ``pass``; ``warn``: read the answer with this in mind; ``fail``: the answer does not stand this.
    figure, threshold
        What was found and what it was held against; ``None`` where there is none.
    sentence
        The finding in plain words.
    table
        The figures behind it: aggregates that JSON can hold.
    is_gate
        Whether a failure bars the result from being put into words.
    against
        The signs of an answer, ``fewer`` or ``more``, that what was found speaks against.
    """

    name: str
    label: str
    status: Status
    figure: float | None
    threshold: float | None
    sentence: str
    table: pd.DataFrame | None = None
    is_gate: bool = False
    against: tuple[str, ...] = ()

    def as_gate(self) -> Gate:
        """Return the check as a gate: without its table."""
        return Gate(
            name=self.name, status=self.status, figure=self.figure, threshold=self.threshold, sentence=self.sentence
        )


def enough_said(count: int, minimum: int, things: str, happened: str, *, is_counted: bool = True) -> str:
    """Return whether there were enough of something; the count is not told where they are too few, as members read it.

    >>> enough_said(837, 60, "families", "that joined could be compared")
    '837 families that joined could be compared. At least 60 are needed.'
    >>> enough_said(20, 60, "families", "that joined could be compared")
    'Too few families that joined could be compared: fewer than the 60 that are needed.'
    >>> enough_said(837, 60, "families", "were scored", is_counted=False)
    'Enough families were scored: 60 or more, as is needed.'
    """
    if count < minimum:
        return f"Too few {things} {happened}: fewer than the {minimum} that are needed."
    if is_counted:
        return f"{count:,} {things} {happened}. At least {minimum} are needed."
    return f"Enough {things} {happened}: {minimum} or more, as is needed."
