"""The auditor: attacks what is about to be shown, by linear programming over all of it together.

The attacker knows the rules, every sum, and what every shown figure can have been before rounding. The least and the
most a hidden figure can be are two linear programmes each (Fischetti and Salazar 2000, Models and algorithms for
optimizing cell suppression in tabular data with linear constraints). Counts are whole, so the ends are brought to
whole numbers, and where tables are linked in more than two ways whole-number programmes confirm them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse.csgraph import connected_components

from toolkit.publish.disclosure.book import Book, Statement
from toolkit.publish.disclosure.policy import Policy

FAR = 1e7
_NEAR = 1e-6
_WHOLE_UP_TO = 400


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure that could be worked out too nearly.

    Attributes
    ----------
    name
        The figure.
    least, most
        The range left to whoever puts all that is shown together; ``least > most`` when what is said cannot all be
        true of these records.
    """

    name: str
    least: float
    most: float


def audit(book: Book, said: Mapping[str, Statement], policy: Policy) -> tuple[Finding, ...]:
    """Return every figure that had to be hidden and yet keeps fewer possible values than the policy asks.

    Parameters
    ----------
    book
        The figures and their sums.
    said
        What is said of each figure, before and now; one that is not in it is hidden.
    policy
        The rules.
    """
    hidden = sensitive_figures(book, policy)
    found: list[Finding] = []
    for part in components(book):
        sensitive = [name for name in part.names if name in hidden]
        if sensitive:
            found += part.narrowed(*part.bounds(said), sensitive, policy.hidden_to - 1)
    return tuple(found)


def sensitive_figures(book: Book, policy: Policy) -> set[str]:
    """Return the figures nobody may work out: the small ones and those withheld, unless everybody knows them."""
    return {name for name in book.names if policy.is_small(book[name]) or name in book.withheld} - book.known


@dataclass(frozen=True, slots=True)
class Component:
    """Figures that have to do with each other, and their sums."""

    names: tuple[str, ...]
    sums: sparse.csc_matrix
    is_two_way: bool

    def bounds(self, said: Mapping[str, Statement]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the least and the most each figure can be by what is said of it alone."""
        nothing = Statement(0, FAR)
        of = [said.get(name, nothing) for name in self.names]
        return np.array([one.least for one in of], float), np.array([min(one.most, FAR) for one in of], float)

    def narrowed(
        self, least: NDArray[np.float64], most: NDArray[np.float64], asked: Iterable[str], width: float
    ) -> Iterator[Finding]:
        """Yield each figure asked of which fewer than ``width`` + 1 values agree with what is known of all.

        Every set of counts that a programme finds shows a value of every figure, so most need no programme of their
        own.
        """
        place = {name: number for number, name in enumerate(self.names)}
        lowest, highest = np.full(len(place), np.inf), np.full(len(place), -np.inf)
        for name in asked:
            number = place[name]
            for sign in (1, -1):
                if highest[number] - lowest[number] >= width - _NEAR:
                    break
                fits = self._furthest(number, least, most, sign)
                if fits is None:
                    yield Finding(name, np.inf, -np.inf)
                    break
                lowest, highest = np.minimum(lowest, fits), np.maximum(highest, fits)
            else:
                if highest[number] - lowest[number] < width - _NEAR:
                    yield Finding(name, float(lowest[number]), float(highest[number]))

    def _furthest(
        self, number: int, least: NDArray[np.float64], most: NDArray[np.float64], sign: int
    ) -> NDArray[np.float64] | None:
        """Return whole counts that agree with all that is known and have the most (or least) of one figure."""
        if not self.sums.shape[0]:
            return most if sign > 0 else least
        target, nought = np.zeros(len(self.names)), np.zeros(self.sums.shape[0])
        target[number] = -sign
        if self.is_two_way or len(self.names) > _WHOLE_UP_TO:
            bounds = np.column_stack([least, most])
            solved = linprog(target, A_eq=self.sums, b_eq=nought, bounds=bounds, method="highs-ds")
        else:
            solved = milp(
                target,
                constraints=LinearConstraint(self.sums, nought, nought),
                bounds=Bounds(least, most),
                integrality=np.ones(len(target)),
                options={"mip_rel_gap": 0.0, "time_limit": 20.0},
            )
        return None if solved.x is None else np.asarray(solved.x, float)


def components(book: Book) -> tuple[Component, ...]:
    """Return the book's figures in groups that share no sum."""
    sums = book.equations().tocsc()
    names = np.array(book.names, dtype=object)
    if not len(names):
        return ()
    links = (abs(sums.T) @ abs(sums)).tocsr()
    count, of = connected_components(links, directed=False)
    found = []
    for number in range(count):
        which = of == number
        rows = np.flatnonzero(abs(sums[:, which]).sum(axis=1))
        found.append(Component(tuple(names[which]), sums[rows][:, which].tocsc(), _is_two_way(sums, which)))
    return tuple(found)


def _is_two_way(sums: sparse.csc_matrix, which: NDArray[np.bool_]) -> bool:
    """Whether the sums form a network: every figure in at most two of them, which can be given two sides.

    Then the linear programmes have whole-number ends (their matrix is totally unimodular).
    """
    mine = sums[:, which]
    per_figure = np.diff(mine.indptr)
    if per_figure.max(initial=0) > 2:
        return False
    # Two sums that share a figure with equal signs must stand on different sides, with unequal ones on the same.
    side: dict[int, int] = {}
    near: dict[int, list[tuple[int, int]]] = {}
    for start, stop in zip(mine.indptr[:-1], mine.indptr[1:], strict=True):
        if stop - start == 2:
            (a, b), (x, y) = mine.indices[start:stop], mine.data[start:stop]
            flips = 1 if x == y else 0
            near.setdefault(int(a), []).append((int(b), flips))
            near.setdefault(int(b), []).append((int(a), flips))
    for first in near:
        if first in side:
            continue
        side[first] = 0
        waiting = [first]
        while waiting:
            here = waiting.pop()
            for there, flips in near[here]:
                wanted = side[here] ^ flips
                if there not in side:
                    side[there] = wanted
                    waiting.append(there)
                elif side[there] != wanted:
                    return False
    return True
