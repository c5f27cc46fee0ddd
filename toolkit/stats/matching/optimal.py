"""Optimal pair and optimal full matching: the least total distance, stratum by stratum.

Optimal pairs are a linear assignment. Optimal full matching, which gives every row a partner and every set one
treated row or one control (Rosenbaum, 1991), is a least-cost edge cover of the two arms; that is in turn an assignment
over the savings cost(t, c) - cheapest(t) - cheapest(c), where only negative ones matter (Schrijver, 2003, chapter 19).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.matching.cover_on_line import cover_on_line
from toolkit.stats.matching.nearest.nearest import pair_distance
from toolkit.stats.matching.problem import Pairs, Problem
from toolkit.stats.notes.shown import Shown

MOST_CELLS = 60_000_000
FEW_CELLS = 1_000_000  # so many distances are soon had, though on a line few of them are needed
LINK_COST = 1e-9  # of the largest distance: what each link of a full match costs beside its distance


@dataclass(frozen=True, slots=True)
class Block(Shown):
    """One exact stratum: its rows, their distances, and which pairs are allowed (shape (focal, candidates))."""

    focal: Integers
    others: Integers
    distance: Floats
    allowed: Booleans


def match_optimal(problem: Problem, ratio: int) -> Pairs:
    """Return the pairs of the greatest number, and among those of the least total distance.

    Each focal row has up to `ratio` candidates, all different, each used once.
    """
    from scipy.optimize import linear_sum_assignment

    chosen: list[tuple[Integers, Integers]] = []
    for block in _blocks(problem, "optimal", ratio):
        far = float(block.distance[block.allowed].max(initial=0.0)) + 1.0
        forbidden = far * (min(block.distance.shape) * ratio + 1)
        cost = np.where(block.allowed, block.distance, forbidden)
        rows, columns = linear_sum_assignment(np.tile(cost, (ratio, 1)))
        rows = rows % len(block.focal)
        good = block.allowed[rows, columns]
        chosen.append((block.focal[rows[good]], block.others[columns[good]]))
    return _pairs(problem, chosen)


def match_full(problem: Problem) -> tuple[Integers, Integers]:
    """Return the sets of optimal full matching: each row's set (-1 for none), and each row's row positions' count.

    Returns
    -------
    sets : ndarray, shape (n,)
        Set codes from 0; -1 for rows that may be with nobody.
    links : ndarray, shape (2, links)
        The focal and other row of each link of the stars.
    """
    sets: Integers = np.full(len(problem.stratum), -1, dtype=np.intp)
    links: list[tuple[Integers, Integers]] = []
    for focal, others in _shared_strata(problem):
        is_line = problem.points is None and problem.score is not None and not problem.limits.any
        is_large = len(focal) * len(others) > FEW_CELLS
        cover = _cover_of_scores if is_line and is_large else _cover_of_block
        chosen = cover(problem, focal, others)
        links.append((focal[chosen[0]], others[chosen[1]]))
    focal = np.concatenate([link[0] for link in links]) if links else np.zeros(0, dtype=np.intp)
    other = np.concatenate([link[1] for link in links]) if links else np.zeros(0, dtype=np.intp)
    if len(focal):
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        size = len(problem.stratum)
        graph = coo_array((np.ones(len(focal)), (focal, other)), shape=(size, size))
        labels = connected_components(graph, directed=False)[1]
        used = np.unique(np.concatenate([focal, other]))
        sets[used] = np.unique(labels[used], return_inverse=True)[1].reshape(-1)
    return sets, np.vstack([focal, other])


def _cover_of_scores(problem: Problem, focal: Integers, others: Integers) -> tuple[Integers, Integers]:
    if problem.score is None:
        raise ValueError("a line needs scores")
    mine, theirs = problem.score[focal], problem.score[others]
    farthest = max(float(theirs.max() - mine.min()), float(mine.max() - theirs.min()), 1e-300)
    return cover_on_line(mine, theirs, problem.caliper, LINK_COST * min(farthest, problem.caliper))


def _cover_of_block(problem: Problem, focal: Integers, others: Integers) -> tuple[Integers, Integers]:
    _check_cells(len(focal) * len(others), "full")
    return cheapest_cover(_block(problem, focal, others))


def cheapest_cover(block: Block) -> tuple[Integers, Integers]:
    """Return the links (focal number, candidate number) of the cheapest cover of all rows that may have a partner.

    Each link costs its distance and a trifle. Without that, links of no distance could join two stars into one set
    with several rows of both arms; with it, the cover has the fewest links, so the most sets, of those as cheap.
    """
    from scipy.optimize import linear_sum_assignment

    trifle = LINK_COST * max(float(block.distance[block.allowed].max(initial=0.0)), 1e-300)
    cost = np.where(block.allowed, block.distance + trifle, np.inf)
    by_focal, by_other = cost.min(axis=1, initial=np.inf), cost.min(axis=0, initial=np.inf)
    with np.errstate(invalid="ignore"):
        saving = cost - by_focal[:, None] - by_other[None, :]
    saving = np.where(saving < -trifle / 2, saving, 0.0)
    rows, columns = linear_sum_assignment(saving)
    kept = saving[rows, columns] < 0
    rows, columns = rows[kept], columns[kept]
    lonely_focal = np.setdiff1d(np.flatnonzero(np.isfinite(by_focal)), rows)
    lonely_other = np.setdiff1d(np.flatnonzero(np.isfinite(by_other)), columns)
    all_rows = np.concatenate([rows, lonely_focal, cost[:, lonely_other].argmin(axis=0)])
    all_columns = np.concatenate([columns, cost[lonely_focal].argmin(axis=1), lonely_other])
    links = np.unique(np.vstack([all_rows, all_columns]), axis=1)
    return links[0].astype(np.intp), links[1].astype(np.intp)


def _shared_strata(problem: Problem) -> list[tuple[Integers, Integers]]:
    """Return the focal rows and the candidates, both ascending, of each stratum that has both."""
    focal_codes, other_codes = problem.stratum[problem.focal], problem.stratum[problem.candidates]
    shared = np.intersect1d(focal_codes, other_codes)
    focal_order, other_order = np.argsort(focal_codes, kind="stable"), np.argsort(other_codes, kind="stable")
    focal_bounds = np.searchsorted(focal_codes[focal_order], [shared, shared + 1])
    other_bounds = np.searchsorted(other_codes[other_order], [shared, shared + 1])
    return [
        (
            np.sort(problem.focal[focal_order[focal_bounds[0][place] : focal_bounds[1][place]]]),
            problem.candidates[other_order[other_bounds[0][place] : other_bounds[1][place]]],
        )
        for place in range(len(shared))
    ]


def _check_cells(cells: int, method: str) -> None:
    if cells > MOST_CELLS:
        raise InputError(
            f'method="{method}" would need {cells:,} distances at once (the most allowed is {MOST_CELLS:,}). Match '
            'exactly on more columns to make smaller strata, or use method="nearest", which needs none.'
        )


def _blocks(problem: Problem, method: str, copies: int) -> list[Block]:
    strata = _shared_strata(problem)
    _check_cells(max((len(focal) * len(others) for focal, others in strata), default=0) * copies, method)
    return [_block(problem, focal, others) for focal, others in strata]


def _block(problem: Problem, focal: Integers, others: Integers) -> Block:
    distance, allowed = np.empty((len(focal), len(others))), np.empty((len(focal), len(others)), dtype=bool)
    for place, row in enumerate(focal.tolist()):
        distance[place] = pair_distance(problem, np.full(len(others), row), others)
        allowed[place] = problem.limits.allows(row, others) & (distance[place] <= problem.caliper)
    return Block(focal, others, distance, allowed)


def _pairs(problem: Problem, chosen: list[tuple[Integers, Integers]]) -> Pairs:
    nothing = np.zeros(0, dtype=np.intp)
    focal = np.concatenate([nothing, *(pair[0] for pair in chosen)])
    other = np.concatenate([nothing, *(pair[1] for pair in chosen)])
    distance = pair_distance(problem, focal, other)
    order = np.lexsort((other, distance, focal))
    return Pairs(focal[order], other[order], distance[order])
