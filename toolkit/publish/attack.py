"""What could be worked out from a table that is about to be shown: the range left to each hidden figure.

The attacker knows the rules: what a rounded figure can have been, that parts add up to totals, and that nothing shown
is a small count. The least and the most a hidden figure can be are two linear programmes (Fischetti and Salazar 2000).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

FAR = 1e9


def ranges_left(
    least: NDArray[np.floating], most: NDArray[np.floating], figures: Iterable[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], float, float]]:
    """Yield, for each figure asked, its place and the least and the most it can be.

    Parameters
    ----------
    least, most
        What is known of each figure of a table with margins (rows + 1 × columns + 1): the ends of its range.
    figures
        Places in that table; the last row and column are the totals.
    """
    rows, columns = least.shape[0] - 1, least.shape[1] - 1
    of_row = sparse.kron(sparse.eye(rows), np.ones((1, columns)))
    of_column = sparse.kron(np.ones((1, rows)), sparse.eye(columns))
    sums = sparse.vstack([of_row, of_column, np.ones((1, rows * columns))]).tocsr()
    low = np.concatenate([least[:-1, -1], least[-1, :]])
    high = np.minimum(np.concatenate([most[:-1, -1], most[-1, :]]), FAR)
    limits = sparse.vstack([sums, -sums]).tocsc()
    bounds = np.column_stack([least[:-1, :-1].ravel(), np.minimum(most[:-1, :-1].ravel(), FAR)])
    for place in figures:
        target = _target(place, rows, columns, sums)
        ends = [
            sign * linprog(sign * target, A_ub=limits, b_ub=np.concatenate([high, -low]), bounds=bounds).fun
            for sign in (1, -1)
        ]
        yield place, ends[0], ends[1]


def _target(place: tuple[int, int], rows: int, columns: int, sums: sparse.csr_matrix) -> NDArray[np.floating]:
    i, j = place
    if i < rows and j < columns:
        cell = np.zeros(rows * columns)
        cell[i * columns + j] = 1
        return cell
    line = i if j == columns and i < rows else rows + j
    total: NDArray[np.floating] = sums[line].toarray().ravel()
    return total
