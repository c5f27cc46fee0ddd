"""Scores as places on their instrument, which is what ordinal statistics count, and back to its own points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.stats.ordinal.change import OrdinalChange, ordinal_change
from toolkit.stats.variance.clustered_mean import ClusteredMean
from toolkit.tables.instrument_scale import Instrument


def places(scores: pd.Series, instrument: Instrument) -> pd.Series:
    """Return the place of each score on its instrument, the lowest being 1; empty where the score is."""
    of = (scores.astype(float) - instrument.lowest) / instrument.step
    return pd.Series(np.rint(of.to_numpy()) + 1, index=scores.index)


def shown_levels(instrument: Instrument) -> tuple[int | float, ...]:
    """Return every score of an instrument as tables show it: 3, not 3.0, where it has whole points only."""
    levels = instrument.levels
    return levels if instrument.has_half_points else tuple(int(level) for level in levels)


def change_on(frame: pd.DataFrame, instrument: Instrument, *, cluster: pd.Series | None = None) -> OrdinalChange:
    """Return the change from ``first`` to ``last`` of a frame's families, by places on the instrument.

    Parameters
    ----------
    frame
        With ``first`` and ``last`` in points, turned so that the highest is best; ``last`` may be empty.
    instrument
        What all of them were given on.
    cluster
        See `ordinal_change`.
    """
    first, last = (places(frame[name], instrument) for name in ("first", "last"))
    return ordinal_change(first, last, levels=len(instrument.levels), cluster=cluster)


def in_points(change: ClusteredMean, instrument: Instrument) -> ClusteredMean:
    """Return a mean change of places in the instrument's points."""
    step = instrument.step
    return replace(change, mean=change.mean * step, se=change.se * step, low=change.low * step, high=change.high * step)
