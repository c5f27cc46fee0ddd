"""An effect planted: of those drawn as joiners and referred since, some are as if they had not been.

Each has the same chance of it, as help that prevents one referral in so many would have it. To take away a fixed number
would leave the share as uncertain as it was without help, and the plan would look worse than it is.

The effect is that of joining on that day rather than not on that day, as the plan's own answer is: some of the others
join later, and may be helped too. So their rows stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.censoring import weight_name
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.outcomes import Outcome
from toolkit.cohort.time_to_event import CENSORED

Places = NDArray[np.int64]


def take_away(
    frame: pd.DataFrame, design: TrialDesign, outcomes: Sequence[Outcome], chance: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the rows with an effect planted.

    Parameters
    ----------
    frame
        Rows as if families had joined.
    design
        That they were built by.
    outcomes
        The design's, the one that the effect is on first.
    chance
        That a joiner with the first outcome is as if nothing had happened to it.
    rng
        Decides which.

    Notes
    -----
    All that happened to such a joiner goes. Whoever was lost to follow-up with an outcome, and has it no longer, is no
    longer known and weighs nothing for it.
    """
    had_it = np.flatnonzero((frame["treated"] == 1) & (frame[outcomes[0].name] > 0))
    spared = had_it[rng.random(len(had_it)) < chance]
    followed = frame["days_followed"].to_numpy()[spared]
    columns: dict[str, NDArray[np.generic]] = {}
    for one in outcomes:
        columns[one.name] = _with(frame, one.name, spared, 0)
        columns[weight_name(one.name)] = _with(frame, weight_name(one.name), spared[followed < one.window_days], 0.0)
    for base in design.time_to:
        columns[f"event_{base}"] = _with(frame, f"event_{base}", spared, CENSORED)
        columns[f"days_to_{base}"] = _with(frame, f"days_to_{base}", spared, followed)
        columns[weight_name(base)] = _with(frame, weight_name(base), spared[followed < design.follow_up_days], 0.0)
    return frame.assign(**columns)


def _with(frame: pd.DataFrame, name: str, rows: Places, values: object) -> NDArray[np.generic]:
    column = frame[name].to_numpy().copy()
    column[rows] = values
    return column
