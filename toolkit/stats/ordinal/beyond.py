"""What change beyond regression to the mean is told in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.stats.agreement.coefficient import Coefficient
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class StartBeyond(Shown):
    """Change of those who started at one score.

    Attributes
    ----------
    start : float
        The first score.
    families : int
        How many of them have a last one.
    change : float
        Last less first, on average.
    expected, beyond : Coefficient
        What scoring them again would show by itself, and the change less that; not a number with too few scored twice,
        and `beyond` without an interval for fewer than ten families.
    """

    start: float
    families: int
    change: float
    expected: Coefficient
    beyond: Coefficient


@dataclass(frozen=True, slots=True)
class ChangeBeyond(Shown):
    """Mean change, and what is left of it beyond regression to the mean.

    Attributes
    ----------
    change : Coefficient
        Last less first, in points, of families with both.
    expected : Coefficient
        What the same families' scores would rise by if they were only scored again.
    beyond : Coefficient
        The change less that. Not a number with fewer than 20 scored twice.
    direct : Coefficient
        Last less *second* scoring, of those scored twice alone: needs no line between scores, and is less exact.
    slope : Coefficient
        Points by which the second scoring rises a point of the first: the reliability among all, which choosing
        families by their first score leaves as it is.
    by_others : Coefficient
        Last less first as the *second* scorers would have scored both: free of chance at the start, of one scorer being
        stricter, and of scorers who are kinder to their own families' ends. Needs 20 second scorings of ends too.
    bounds : tuple of float
        The change less the most, and the least, that regression to the mean could make over the ranges given, with the
        change's own interval.
    by_start : tuple of StartBeyond
        One for every first score that was given.
    families, without_last, pairs, pairs_at_end : int
        Families with a last score, without one, and scored twice at the start and at the end.
    kind : str
        "double" (second scorings of the same day) or "repeat" (after waiting).
    notes : tuple of Note
        Few second scorings, what those of the same day cannot show, second scorings elsewhere.
    """

    change: Coefficient
    expected: Coefficient
    beyond: Coefficient
    direct: Coefficient
    slope: Coefficient
    by_others: Coefficient
    bounds: tuple[float, float]
    by_start: tuple[StartBeyond, ...]
    families: int
    without_last: int
    pairs: int
    pairs_at_end: int
    kind: str
    notes: tuple[Note, ...]

    def tidy(self) -> pd.DataFrame:
        """Return one row a first score: families, change, what is expected, and what is beyond it with its interval."""
        rows = [
            {"start": row.start, "families": row.families, "change": row.change, "expected": row.expected.estimate}
            | {"beyond": row.beyond.estimate, "low": row.beyond.low, "high": row.beyond.high}
            for row in self.by_start
        ]
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Return it in a few lines, for a person."""
        if np.isfinite(self.beyond.estimate):
            line = (
                f"Scores moved by {self.change:+.2f} points on average. Scoring the same families again would move "
                f"them by {self.expected:+.2f} by itself; {self.beyond:+.2f} is beyond that."
            )
            if np.isfinite(self.by_others.estimate):
                line += f" As others scored them at both ends: {self.by_others:+.2f}."
        else:
            low, high = self.bounds
            line = (
                f"Scores moved by {self.change:+.2f} points on average. How much of that is chance is not known: what "
                f"is beyond it may be anything from {low:+.2f} to {high:+.2f}."
            )
        return "\n".join([line, *self.notes])
