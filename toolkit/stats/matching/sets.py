"""Matched sets as a list of memberships, from which weights, sets and clusters all follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.matching.problem import Pairs
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class Memberships(Shown):
    """One entry a row and set it belongs to: a control used three times has three.

    Attributes
    ----------
    rows : ndarray, shape (s,)
        Row positions.
    sets : ndarray, shape (s,)
        Set numbers from 1.
    weights : ndarray, shape (s,)
        What the row stands for in the set: in a set with k controls each has 1/k.
    """

    rows: Integers
    sets: Integers
    weights: Floats

    @property
    def is_reused(self) -> bool:
        """Whether any row belongs to more than one set."""
        return bool(np.bincount(self.rows, minlength=1).max() > 1)

    def weight_by_row(self, rows: int) -> Floats:
        """Return each row's total weight, shape (rows,)."""
        return np.asarray(np.bincount(self.rows, weights=self.weights, minlength=rows), dtype=np.float64)


def memberships_of_pairs(pairs: Pairs) -> tuple[Memberships, Integers]:
    """Return the memberships, and each pair's set number; pairs must be in ascending order of the focal row."""
    is_first = np.ones(len(pairs.focal), dtype=bool)
    is_first[1:] = pairs.focal[1:] != pairs.focal[:-1]
    number = np.cumsum(is_first) - 1
    focal_rows, size = pairs.focal[is_first], np.bincount(number)
    sets = np.concatenate([np.arange(len(focal_rows)), number]) + 1
    rows = np.concatenate([focal_rows, pairs.other])
    weights = np.concatenate([np.ones(len(focal_rows)), 1.0 / size[number]])
    return Memberships(rows, sets, weights), number + 1


def memberships_of_strata(strata: Integers, treated: Booleans, estimand: str) -> Memberships:
    """Return the memberships of a division into strata (-1 for rows outside all), weighted for the estimand.

    Rows of the focal arm weigh 1 (ATT: the treated; ATC: the controls) and the other arm is weighted to the focal
    arm's number in each stratum; for ATE both arms are weighted to the stratum's size.
    """
    rows = np.flatnonzero(strata >= 0)
    _, number = np.unique(strata[rows], return_inverse=True)
    number = number.reshape(-1)
    arm = treated[rows]
    inside = np.bincount(number, weights=arm)
    size = np.bincount(number).astype(np.float64)
    outside = size - inside
    target = {"ATT": inside, "ATC": outside, "ATE": size}[estimand]
    with np.errstate(divide="ignore"):
        weights = np.where(arm, (target / inside)[number], (target / outside)[number])
    return Memberships(rows, number.astype(np.intp) + 1, weights)


def pairs_table(labels: pd.Index, pairs: Pairs | None, sets: Integers | None, swapped: bool) -> pd.DataFrame:
    """Return ``set``, ``treated``, ``control``, ``distance``, one row a pair; swapped: controls sought the matches."""
    if pairs is None or sets is None:
        nothing = labels[:0]
        return pd.DataFrame({"set": np.empty(0, int), "treated": nothing, "control": nothing, "distance": []})
    treated, control = (pairs.other, pairs.focal) if swapped else (pairs.focal, pairs.other)
    columns = {"set": sets, "treated": labels[treated], "control": labels[control]}
    return pd.DataFrame(columns | {"distance": pairs.distance})


def only_set(members: Memberships, rows: int) -> Integers:
    """Return the set of each row, shape (rows,); 0 for rows in no set, or in several."""
    numbers = np.zeros(rows, dtype=np.int64)
    numbers[members.rows] = members.sets
    numbers[np.bincount(members.rows, minlength=rows) > 1] = 0
    return numbers


def rows_of_sets(frame: pd.DataFrame, members: Memberships, score: Floats | None, prefix: str) -> pd.DataFrame:
    """Return the frame's rows set by set, those of a set in the frame's order, a row once for each set it is in.

    Parameters
    ----------
    frame : DataFrame
        The rows used.
    members : Memberships
        Which row is in which set.
    score : ndarray, shape (n,), or None
        Each row's score; not a number in every row where there is none.
    prefix : str
        What goes before the names of the columns added, ``weight`` (in the set), ``set`` and ``score``.

    Raises
    ------
    InputError
        When the frame has a column of such a name, which would hide one or the other.
    """
    names = [f"{prefix}{name}" for name in ("weight", "set", "score")]
    taken = [name for name in names if name in frame.columns]
    if taken:
        raise InputError(
            f"The frame has columns of its own called {', '.join(taken)}. Give the new ones other names: "
            'matched_frame(prefix="matched_").'
        )
    order = np.lexsort((members.rows, members.sets))
    rows = members.rows[order]
    scores = np.full(len(rows), np.nan) if score is None else score[rows]
    added = zip(names, (members.weights[order], members.sets[order], scores), strict=True)
    return frame.iloc[rows].assign(**dict(added))
