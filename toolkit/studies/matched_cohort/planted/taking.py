"""An effect planted: of those drawn as joiners and referred since, some are as if they had not been.

Each has the same chance of it, as help that prevents one referral in so many would have it. To take away a fixed number
would leave the share as uncertain as it was without help, and the plan would look worse than it is.
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

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
Columns = dict[str, NDArray[np.generic]]


def take_away(
    frame: pd.DataFrame,
    design: TrialDesign,
    outcomes: Sequence[Outcome],
    chance: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the rows with an effect planted.

    Parameters
    ----------
    frame
        Rows as if families had joined.
    design
        That they were built by: its events to time have the base of every outcome among them.
    outcomes
        The design's, each a yes or no; the first is the one that the effect is on.
    chance
        That a joiner with the first outcome is as if nothing had happened to it.
    rng
        Decides which.

    Notes
    -----
    All that happened to such a joiner goes, and goes from its earlier rows too, where it is one of those compared with
    and is followed past the day it joins: who joins later has the help from then on. Whoever was lost to follow-up with
    the outcome, and has it no longer, is no longer known and weighs nothing for it.
    """
    had_it = np.flatnonzero((frame["treated"] == 1) & (frame[outcomes[0].name] > 0))
    spared = had_it[rng.random(len(had_it)) < chance]
    rows, since = _rows_of(frame, spared)
    days = frame["days_followed"].to_numpy()
    columns: Columns = {}
    later = {base: _is_later(frame, base, rows, since) for base in design.time_to}
    for one in outcomes:
        gone = rows[later[one.base] & (frame[one.name].to_numpy()[rows] > 0)]
        columns[one.name] = _with(frame, one.name, gone, 0)
        _forget(columns, frame, weight_name(one.name), gone[days[gone] < one.window_days])
    for base, is_later in later.items():
        gone = rows[is_later]
        columns[f"event_{base}"] = _with(frame, f"event_{base}", gone, CENSORED)
        columns[f"days_to_{base}"] = _with(frame, f"days_to_{base}", gone, days[gone])
        _forget(columns, frame, weight_name(base), gone[days[gone] < design.follow_up_days])
    return frame.assign(**columns)


def _rows_of(frame: pd.DataFrame, spared: Places) -> tuple[Places, Places]:
    """Return the places of all rows of the spared, and the days from each row's time zero to the day they joined."""
    person = frame["child_id" if "child_id" in frame else "family_id"].cat
    started = frame["time_zero"].to_numpy().astype("datetime64[D]").astype(np.int64)
    codes = person.codes.to_numpy()
    joins = np.zeros(len(person.categories), dtype=np.int64)
    is_spared = np.zeros(len(person.categories), dtype=np.bool_)
    joins[codes[spared]], is_spared[codes[spared]] = started[spared], True
    rows = np.flatnonzero(is_spared[codes])
    return rows, joins[codes[rows]] - started[rows]


def _is_later(frame: pd.DataFrame, base: str, rows: Places, since: Places) -> Flags:
    """Whether what first happened to each of some rows did so after the day they joined."""
    happened = frame[f"event_{base}"].to_numpy()[rows] != CENSORED
    return np.asarray(happened & (frame[f"days_to_{base}"].to_numpy()[rows] > since), dtype=np.bool_)


def _with(frame: pd.DataFrame, name: str, rows: Places, values: object) -> NDArray[np.generic]:
    column = frame[name].to_numpy().copy()
    column[rows] = values
    return column


def _forget(columns: Columns, frame: pd.DataFrame, weight: str, rows: Places) -> None:
    columns[weight] = _with(frame, weight, rows, 0.0)
