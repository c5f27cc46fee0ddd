"""The share that improved and the mean change, of the families seen again and of all: weighted, and bounded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.missing.unseen import Measured, OfAll, WithUnseen, with_unseen
from toolkit.studies.codes import codes_of
from toolkit.studies.progress_missing.known import FirstDay
from toolkit.tables.instrument_scale import Instrument


@dataclass(frozen=True, slots=True)
class OfFamilies:
    """What is known of all families.

    Attributes
    ----------
    improved, change
        The share whose last score was better, and the mean change in points.
    found
        Both, with what the weights are worth.
    """

    improved: OfAll
    change: OfAll
    found: WithUnseen


def of_families(day: FirstDay, instrument: Instrument) -> OfFamilies | None:
    """Return what is known of all families; ``None`` where there is none.

    Those who start at the top cannot rise, and those at the bottom cannot fall: that alone is known of the unseen.
    """
    frame = day.frame
    if not len(frame):
        return None
    first, last = (frame[name].to_numpy(dtype=np.float64) for name in ("first", "last"))
    is_seen = ~np.isnan(last)
    change = last - first
    lowest, highest = float(instrument.lowest), float(instrument.highest)
    reach = highest - lowest
    nothing: Floats = np.zeros(len(frame))
    improved = Measured(
        values=np.where(is_seen, change > 0, np.nan),
        least=nothing,
        most=(first < highest).astype(np.float64),
        is_share=True,
        limits=(0.0, 1.0),
    )
    moved = Measured(change, lowest - first, highest - first, is_share=False, limits=(-reach, reach))
    found = with_unseen((improved, moved), is_seen, day.design, day.penalty, day.stratum, codes_of(frame["centre_id"]))
    return OfFamilies(found.figures[0], found.figures[1], found)


def halves_at(complete: float, improved: float) -> float | None:
    """Return the share of the unseen that would have to have improved for the share of all to be half the headline.

    Where more than this did, the share of all is more than half of what it is among the seen. ``None`` where even none
    of them would not halve it: at least half were seen.

    Parameters
    ----------
    complete, improved
        The share seen, and the share of the seen that improved.
    """
    at = improved * (0.5 - complete) / (1 - complete) if complete < 1 else -1.0
    return at if at >= 0 and improved > 0 else None
