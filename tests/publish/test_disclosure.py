from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from toolkit.publish.disclosure import (
    Policy,
    Protected,
    protect_count,
    protect_counts,
    protect_share,
    suppression_pattern,
    with_margins,
)

POLICY = Policy()
tables = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: st.lists(
        st.lists(st.one_of(st.integers(0, 12), st.integers(0, 400)), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


def bounds_of(shown: int | None, policy: Policy) -> tuple[float, float | None]:
    """Return what an attacker who knows the rules knows of one figure."""
    if shown is None:
        return 0, None
    if shown == 0:
        return 0, 0  # 1 to 5 are suppressed, so a nought shown is one
    half = policy.round_to // 2
    return max(shown - half, policy.threshold + 1), shown + half


def attack(protected: Protected, cell: tuple[int, int], policy: Policy) -> tuple[float, float]:
    """Return the least and the most a suppressed cell can be, by linear programming over all that is shown."""
    rows, columns = len(protected.cells), len(protected.cells[0])
    limits, lower, upper = [], [], []

    def margin(members: list[int], shown: int | None) -> None:
        low, high = bounds_of(shown, policy)
        line = np.zeros(rows * columns)
        line[members] = 1
        limits.append(line)
        lower.append(low)
        upper.append(1e6 if high is None else high)

    for i, shown in enumerate(protected.row_totals):
        margin([i * columns + j for j in range(columns)], shown)
    for j, shown in enumerate(protected.column_totals):
        margin([i * columns + j for i in range(rows)], shown)
    margin(list(range(rows * columns)), protected.total)
    cells = [bounds_of(shown, policy) for row in protected.cells for shown in row]
    matrix, target = np.array(limits), np.zeros(rows * columns)
    target[cell[0] * columns + cell[1]] = 1
    ends = []
    for sign in (1, -1):
        solved = linprog(
            sign * target,
            A_ub=np.vstack([matrix, -matrix]),
            b_ub=np.concatenate([upper, -np.array(lower)]),
            bounds=cells,
        )
        assert solved.status in (0, 3), solved.message
        ends.append(sign * solved.fun if solved.status == 0 else np.inf)
    return ends[0], ends[1]


@settings(max_examples=60, deadline=None)
@given(tables)
def test_no_suppressed_cell_can_be_worked_out_from_what_is_shown(counts):
    table = np.array(counts)
    protected = protect_counts(table, POLICY)
    for i, row in enumerate(table):
        for j, count in enumerate(row):
            if 1 <= count <= POLICY.threshold:
                assert protected.cells[i][j] is None
                low, high = attack(protected, (i, j), POLICY)
                assert low <= count <= high
                assert high - low >= POLICY.threshold - 1, (low, high, protected)


def test_the_attack_works_where_only_small_cells_are_suppressed():
    # What the attack would find without secondary suppression and rounding: 3 = 53 - 50.
    naive = Protected(((None, 50),), (53,), (None, 50), 53)
    exact = Policy(round_to=1)
    low, high = attack(naive, (0, 0), exact)
    assert (low, high) == (3, 3)


@settings(deadline=None)
@given(tables)
def test_no_suppressed_cell_stands_alone_in_a_line_it_could_be_subtracted_from(counts):
    whole = with_margins(np.array(counts))
    hidden = suppression_pattern(whole, POLICY) & (whole > 0)
    for lines in (hidden, hidden.T):
        assert not (lines.sum(axis=1) == 1).any()


@settings(max_examples=40, deadline=None)
@given(tables)
def test_everything_shown_is_rounded_and_near_the_truth(counts):
    table = np.array(counts)
    protected = protect_counts(table, POLICY)
    shown = [(s, t) for row, true in zip(protected.cells, table, strict=True) for s, t in zip(row, true, strict=True)]
    shown += list(zip(protected.row_totals, table.sum(axis=1), strict=True))
    shown += list(zip(protected.column_totals, table.sum(axis=0), strict=True))
    for figure, truth in [*shown, (protected.total, table.sum())]:
        if figure is not None:
            assert figure % 5 == 0 and abs(figure - truth) <= 2
            assert not 1 <= truth <= 5


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (5, None), (6, 5), (7, 5), (8, 10), (123, 125)])
def test_single_counts(count, shown):
    assert protect_count(count, POLICY) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(30, 100, 30), (4, 100, None), (96, 100, None), (0, 100, None), (100, 100, None), (6, 9, None), (10, 20, 50)],
)
def test_shares_that_tell_of_few_or_of_all_are_hidden(part, whole, shown):
    assert protect_share(part, whole, POLICY) == shown


def test_a_nought_may_be_shown_as_a_share_where_the_policy_says_so():
    assert protect_share(0, 100, Policy(hide_nought_and_all=False)) == 0


def test_counts_must_be_whole_and_not_below_nought():
    for wrong in ([[-1]], [[0.5]]):
        with pytest.raises(ValueError, match="whole numbers"):
            protect_counts(wrong, POLICY)
