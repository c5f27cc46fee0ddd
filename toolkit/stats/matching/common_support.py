"""Common support: rows whose score has no counterpart in the other arm."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats


def discarded_rows(score: Floats | None, treated: Booleans, discard: str | None) -> Booleans:
    """Return the rows outside the range of the other arm's scores, of the arms named by `discard`."""
    nobody = np.zeros(len(treated), dtype=bool)
    if discard is None or score is None:
        return nobody
    inside, outside = score[treated], score[~treated]
    beyond_controls = treated & ((score < outside.min()) | (score > outside.max()))
    beyond_treated = ~treated & ((score < inside.min()) | (score > inside.max()))
    if discard == "treated":
        return np.asarray(beyond_controls, dtype=bool)
    return np.asarray(beyond_treated if discard == "control" else beyond_controls | beyond_treated, dtype=bool)
