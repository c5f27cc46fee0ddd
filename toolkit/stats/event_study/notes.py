"""What a reader must know of effects of few units."""

from __future__ import annotations

import numpy as np

from toolkit.stats.event_study.panel import NEVER, Panel
from toolkit.stats.notes.note import Note

FEWEST_UNITS = 10
"""Below so many on either side, simulations with units that vary unevenly lose coverage (docs/event-study-check.md)."""
FEWEST_DEGREES = 8.0


def few_units(panel: Panel, degrees_of_freedom: float) -> tuple[Note, ...]:
    """Return notes where few units start, few are compared with, or a group is one unit.

    Parameters
    ----------
    panel
        As used.
    degrees_of_freedom
        Of the simple average.
    """
    treated = panel.starts[panel.starts != NEVER]
    comparison = int((panel.starts == NEVER).sum())
    alone = int((np.bincount(treated) == 1).sum())
    notes = []
    if min(len(treated), comparison) < FEWEST_UNITS or degrees_of_freedom < FEWEST_DEGREES:
        words = (
            f"{len(treated):,} units start and {comparison:,} do not: with so few, one odd unit can move the answer, "
            "and its interval leans on units varying evenly. Leave each out in turn, and see whether the answer stays."
        )
        figures = {"treated": len(treated), "comparison": comparison, "degrees_of_freedom": degrees_of_freedom}
        notes.append(Note("few_units", words, figures))
    if alone:
        words = (
            f"{alone:,} groups are of one unit, which says nothing of how units vary: for them, that is taken from the "
            "units they are compared with."
        )
        notes.append(Note("groups_of_one", words, {"groups": alone}))
    return tuple(notes)
