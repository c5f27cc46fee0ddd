"""Pairs that come from elsewhere, read and checked, and the part of matched sets that lies among some rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Booleans, Integers
from toolkit.stats.matching.problem import Pairs
from toolkit.stats.matching.sets import Memberships
from toolkit.stats.sample.frames import as_frame
from toolkit.stats.sample.names import repeated_names
from toolkit.stats.sample.numbers import numbers_of
from toolkit.stats.sample.sample import Sample

UNPAIRED = "in none of the pairs given"
OUTSIDE = "its set does not lie wholly among the rows kept"


def read_pairs(sample: Sample, given: Any) -> Pairs:
    """Return a table of pairs as row positions, those of a treated row together, by its position in the frame.

    Parameters
    ----------
    sample : Sample
        The rows paired.
    given : DataFrame
        ``treated`` and ``control``: labels of the frame's index. ``distance`` may be there; not a number elsewhere.

    Raises
    ------
    InputError
        When a column is missing, there is no pair, a label is not of the right arm, or a pair is there twice.
    """
    table = as_frame(given, "A table of pairs")
    absent = [name for name in ("treated", "control") if name not in table.columns]
    if absent:
        hints = " ".join(f'"{name}" is not a column of pairs. {did_you_mean(name, map(str, table))}' for name in absent)
        raise InputError(hints.strip())
    several = repeated_names(table, ["treated", "control", "distance"])
    if several:
        raise InputError(f"pairs: {several}")
    if table.empty:
        raise InputError("There is not one pair. Give at least one, with the columns treated and control.")
    positions = {name: sample.frame.index.get_indexer(pd.Index(table[name])) for name in ("treated", "control")}
    for name, arm in (("treated", sample.treated), ("control", ~sample.treated)):
        place = positions[name]
        wrong = table[name][(place < 0) | ~arm[place]]
        if len(wrong):
            raise InputError(
                f'{len(wrong):,} of the labels in "{name}" are not of a {name} row of the frame, the first '
                f"{wrong.iloc[0]!r}. Give labels of the frame's index, of rows used."
            )
    focal, other = positions["treated"].astype(np.intp), positions["control"].astype(np.intp)
    repeated = pd.DataFrame({"treated": focal, "control": other}).duplicated().to_numpy()
    if repeated.any():
        first = table.iloc[int(repeated.argmax())]
        raise InputError(f"The pair {first['treated']!r} and {first['control']!r} is given more than once. Keep one.")
    distance = numbers_of(table["distance"], "distance") if "distance" in table else np.full(len(table), np.nan)
    order = np.argsort(focal, kind="stable")
    return Pairs(focal[order], other[order], distance[order])


def unpaired(sample: Sample, pairs: Pairs) -> pd.DataFrame:
    """Return the treated rows in no pair: ``row`` and ``reason``."""
    alone = np.setdiff1d(sample.positions(True), pairs.focal)
    return pd.DataFrame({"row": sample.frame.index[alone], "reason": UNPAIRED})


def part_of_sets(
    members: Memberships, pairs: Pairs | None, sets: Integers | None, inside: Booleans
) -> tuple[Memberships, Pairs | None, Integers | None]:
    """Return the memberships, pairs and pairs' sets of those sets that lie wholly among the rows of `inside`.

    Raises
    ------
    InputError
        When no set does.
    """
    whole = np.zeros(int(members.sets.max()) + 1, dtype=bool)
    whole[members.sets] = True
    whole[members.sets[~inside[members.rows]]] = False
    if not whole.any():
        raise InputError("No matched set lies wholly among these rows. Keep more rows.")
    kept = whole[members.sets]
    chosen = Memberships(members.rows[kept], members.sets[kept], members.weights[kept])
    if pairs is None or sets is None:
        return chosen, pairs, sets
    here = whole[sets]
    return chosen, Pairs(pairs.focal[here], pairs.other[here], pairs.distance[here]), sets[here]


def rows_lost(sample: Sample, before: Memberships, after: Memberships, estimand: str) -> pd.DataFrame:
    """Return the rows matches were sought for that were in a set before and are in none after (``row``, ``reason``)."""
    treated = sample.treated
    lost = np.zeros(len(treated), dtype=bool)
    lost[before.rows], lost[after.rows] = True, False
    sought = {"ATT": treated, "ATC": ~treated}.get(estimand, np.ones(len(treated), dtype=bool))
    return pd.DataFrame({"row": sample.frame.index[lost & sought], "reason": OUTSIDE})
