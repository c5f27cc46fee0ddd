"""Disclosure control at the size where the auditor no longer asks for whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from toolkit.publish.disclosure import Policy, protect
from toolkit.publish.disclosure.audit import _WHOLE_UP_TO, components
from toolkit.publish.members.explore import ALL, DIMENSIONS, book_of_cells, place

EXACT = Policy(threshold=5, round_to=1)
SIZES = {"district": 4, "year": 4, "source": 6}


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    """Referrals by district, year, source and ending, of which most counts are small."""
    rng = np.random.default_rng(2)
    weights = [rng.dirichlet(np.full(size, spread)) for size, spread in zip(SIZES.values(), (2, 8, 0.8), strict=True)]
    expected = 500 * np.einsum("i,j,k->ijk", *weights)
    rows = []
    for where in np.ndindex(expected.shape):
        count = int(rng.poisson(expected[where]))
        nfa = int(rng.binomial(count, 0.1))
        names = [f"{name} {number}" for name, number in zip(DIMENSIONS, where, strict=True)]
        rows += [(*names, True, nfa), (*names, False, count - nfa)]
    return pd.DataFrame(rows, columns=[*DIMENSIONS, "nfa", "referrals"])


class Attack:
    """Whole counts of the finest cells that would be shown the same; nothing of the package's auditor is used."""

    def __init__(self, cells: pd.DataFrame, shown: Mapping[str, int | None], policy: Policy) -> None:
        self.true = cells["referrals"].to_numpy()
        self.small: list[np.ndarray] = []
        sums, low, high = [], [], []
        for chosen in product(*((*sorted(cells[name].unique()), ALL) for name in DIMENSIONS)):
            levels = {name: level for name, level in zip(DIMENSIONS, chosen, strict=True) if level != ALL}
            here = np.logical_and.reduce(
                [np.ones(len(cells), bool), *(cells[n] == level for n, level in levels.items())]
            )
            for which, mask in ((ALL, here), ("nfa", here & cells["nfa"]), ("other", here & ~cells["nfa"])):
                mask = np.asarray(mask, bool)
                if 1 <= self.true[mask].sum() <= policy.hidden_to:
                    self.small.append(mask)
                figure = shown.get(place(levels, which)) if ALL in chosen else None
                if figure is not None:
                    counts = np.arange(figure + 2 * policy.round_to + 1)
                    is_shown_so = np.floor(counts / policy.round_to + 0.5) * policy.round_to == figure
                    fits = counts[is_shown_so & ~((counts >= 1) & (counts <= policy.hidden_to))]
                    sums.append(mask)
                    low.append(fits.min())
                    high.append(fits.max())
        self.sums = sparse.csr_matrix(np.array(sums, float))
        self.low, self.high = np.array(low), np.array(high)
        self.seen = [self.true]

    def values_of(self, which: np.ndarray, enough: int) -> int:
        """Return how many values a figure can have, looking no further than enough."""
        for sign in (1, -1):
            if self._reach(which) >= enough:
                break
            solved = milp(
                -sign * which.astype(float),
                constraints=LinearConstraint(self.sums, self.low, self.high),
                bounds=Bounds(0, 1e5),
                integrality=np.ones(len(which)),
                options={"time_limit": 20},
            )
            assert solved.x is not None, solved.message
            found = np.round(solved.x).astype(int)
            told = self.sums @ found
            assert (told >= self.low).all() and (told <= self.high).all()
            self.seen.append(found)
        return self._reach(which)

    def _reach(self, which: np.ndarray) -> int:
        reach = [int(counts[which].sum()) for counts in self.seen]
        return max(reach) - min(reach) + 1


@pytest.mark.timeout(300)
def test_a_table_to_explore_too_large_for_whole_number_audits_gives_no_small_number_away(cells: pd.DataFrame) -> None:
    book, _ = book_of_cells(cells)
    assert any(len(part.names) > _WHOLE_UP_TO and not part.is_two_way for part in components(book))
    shown = protect(book, EXACT).shown
    attack = Attack(cells, {name: count for name, count in shown.items() if name not in book.inner}, EXACT)
    assert len(attack.small) > 100 and len(attack.low) > 50  # much to find out, and something is shown
    assert all(attack.values_of(which, EXACT.threshold) >= EXACT.threshold for which in attack.small)


def test_the_same_table_leaks_where_only_its_small_numbers_are_hidden(cells: pd.DataFrame) -> None:
    book, _ = book_of_cells(cells)
    naive = {name: count for name, count in book.values.items() if name not in book.inner and not EXACT.is_small(count)}
    attack = Attack(cells, naive, EXACT)
    assert any(attack.values_of(which, EXACT.threshold) < EXACT.threshold for which in attack.small)
