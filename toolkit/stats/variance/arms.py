"""How many independent groups each arm rests on: counted apart, as an arm with few has an error nobody can know well.

Sixty areas that are treated say nothing of how two that are not differ from each other. What is said of a number of
clusters here is always of the arm that has fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.codes import dense_codes

FEW = 50  # fewer clusters than this in an arm, or as good as fewer, are corrected for
VERY_FEW = 4  # fewer than this in an arm, or as good as fewer, and the interval rests on what cannot be seen
NAMES = {False: "comparison", True: "treated"}


@dataclass(frozen=True, slots=True)
class Arms(Shown):
    """Which arm each row is in, and what it weighs there.

    Attributes
    ----------
    treated : ndarray of bool, shape (n,)
        The arm.
    weights : ndarray, shape (n,)
        From 0; rows of weight 0 are in no arm.
    """

    treated: Booleans
    weights: Floats

    def shares(self, codes: Integers, groups: int) -> Floats:
        """Return the share of each arm's weight that each group holds, shape (groups, 2), the comparison arm first."""
        columns = []
        for arm in (~self.treated, self.treated):
            held = np.bincount(codes[arm], weights=self.weights[arm], minlength=groups)
            columns.append(held / max(float(held.sum()), 1e-300))
        return np.column_stack(columns)

    def squared_shares(self, codes: Integers, groups: int) -> Floats:
        """Return, by group, the sum of its rows' squared shares of their arm's weight, shape (groups, 2)."""
        columns = []
        for arm in (~self.treated, self.treated):
            mine = self.weights[arm]
            held = np.bincount(codes[arm], weights=mine * mine, minlength=groups)
            columns.append(held / max(float(mine.sum()) ** 2, 1e-300))
        return np.column_stack(columns)


@dataclass(frozen=True, slots=True)
class Fewest(Shown):
    """The arm and way of clustering with the fewest clusters.

    Attributes
    ----------
    way : int
        Which of the ways.
    treated : bool
        Which arm.
    clusters : int
        How many clusters it has.
    effective : float
        How many of like weight would be as good: 1 over the sum of their squared shares.
    largest : float
        The share of the arm's weight in its largest cluster.
    """

    way: int
    treated: bool
    clusters: int
    effective: float
    largest: float


def fewest_clusters(ways: Sequence[Integers], arms: Arms) -> Fewest:
    """Return the arm and way with the fewest clusters, as good as."""
    found = []
    for place, way in enumerate(ways):
        codes, groups = dense_codes(way)
        for arm, shares in enumerate(arms.shares(codes, groups).T):
            effective = 1 / max(float(shares @ shares), 1e-300)
            count, largest = int((shares > 0).sum()), float(shares.max(initial=0.0))
            found.append(Fewest(place, bool(arm), count, effective, largest))
    return min(found, key=lambda fewest: (fewest.effective, fewest.clusters))


def require_clusters(
    ways: Sequence[Integers], words: Sequence[str], arms: Arms, label: Callable[[int, int], str] | None = None
) -> None:
    """Refuse an arm that lies in one cluster, or has one row.

    Parameters
    ----------
    ways : sequence of ndarray, each of shape (n,)
        Cluster codes.
    words : sequence of str
        What each way is called; "row" where each row is a cluster.
    arms : Arms
        The arms.
    label : callable, optional
        Gives what a row's cluster is called in the data, from the way's place and the row's; for the message.

    Raises
    ------
    InputError
        Naming every arm and its one cluster.
    """
    alone, problems = [], []
    for treated in (True, False):
        inside = np.flatnonzero((arms.treated == treated) & (arms.weights > 0))
        for place, (way, word) in enumerate(zip(ways, words, strict=True)):
            mine = way[inside]
            if not len(mine) or mine.min() < mine.max():
                continue
            if len(inside) == 1 or word == "row":
                alone.append(
                    f"The {NAMES[treated]} arm has one row, and one row does not show how rows differ: no standard "
                    "error can be had. Compare more rows."
                )
                break
            problems.append(_one_cluster(word, "" if label is None else label(place, int(inside[0])), treated, inside))
    if alone or problems:
        raise InputError(" ".join(alone or problems))


def _one_cluster(word: str, label: str, treated: bool, rows: Integers) -> str:
    called = f" ({label})" if label else ""
    return (
        f"All {len(rows):,} rows of the {NAMES[treated]} arm are in one cluster of {word}{called}: what sets that "
        "cluster apart cannot be told from the treatment, so no standard error can be had. Cluster by a column with "
        "more values in each arm, or bring in more clusters."
    )


def few_clusters_note(ways: Sequence[Integers], words: Sequence[str], arms: Arms) -> tuple[Note, ...]:
    """Return a note where an arm has so few clusters that the interval rests on what cannot be seen, else nothing."""
    fewest = fewest_clusters(ways, arms)
    if fewest.effective >= VERY_FEW:
        return ()
    word = words[fewest.way]
    of = "rows" if word == "row" else f"clusters of {word}"
    like = f", worth {fewest.effective:.1f} of equal weight" if fewest.effective < fewest.clusters - 0.05 else ""
    sentence = (
        f"The {NAMES[fewest.treated]} arm has {fewest.clusters} {of}{like}. The interval is made wide for so few; it "
        f"is right if they differ among themselves as those of the {NAMES[not fewest.treated]} arm do, which so few "
        "cannot show, and else too short. Bring in more, or read the effect as a hint."
    )
    figures: dict[str, float | int | str] = {
        "arm": NAMES[fewest.treated],
        "clusters": fewest.clusters,
        "effective": fewest.effective,
        "largest_share": fewest.largest,
    }
    return (Note("few_clusters", sentence, figures),)
