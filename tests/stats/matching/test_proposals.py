"""Lists for many rows at once and proposals make the pairs that trying every candidate in turn makes, at any size."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import match

DESIGNS: dict[str, dict[str, Any]] = {
    "narrow windows in strata": {"distance": "mahalanobis", "exact": "cell"},
    "wide windows in a caliper": {"mahalanobis_on": ["x", "z"], "caliper": 0.5},
    "windows of a column's caliper in strata": {
        "distance": "mahalanobis", "exact": "cell", "covariate_calipers": {"x": 0.8},
    },
    "a line under a caliper": {"covariate_calipers": {"z": 0.3}},
    "a line under a narrow caliper": {"covariate_calipers": {"z": 0.02}, "exact": "half"},
    "a line where values must differ": {"anti_exact": "cell", "caliper": 0.2},
}  # fmt: skip


def made(many_treated: bool, is_tied: bool, seed: int, rows: int = 1_200) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.normal(size=rows), "z": rng.normal(size=rows), "cell": rng.integers(0, 40, rows)})
    if is_tied:
        frame[["x", "z"]] = frame[["x", "z"]].round(0) * 0.1
    frame["half"] = frame["cell"] % 2
    frame["t"] = (rng.random(rows) < 1 / (1 + np.exp((-0.2 if many_treated else 1.6) - frame["x"]))).astype(int)
    # Cells that one arm does not reach.
    frame.loc[frame["t"] == 0, "cell"] = frame.loc[frame["t"] == 0, "cell"].replace({7: 8, 20: 21, 39: 0})
    return frame


def tried_in_turn(frame: pd.DataFrame, m, options: dict[str, Any], ratio: int) -> list[tuple[int, int]]:
    """Greedy matching by whole rows of the matrix of distances."""
    score = m.score.to_numpy()
    treated = (frame["t"] == 1).to_numpy()
    if options.get("distance") == "mahalanobis" or "mahalanobis_on" in options:
        values = frame[["x", "z"]].to_numpy()
        within = [values[arm] - values[arm].mean(axis=0) for arm in (treated, ~treated)]
        inverse = np.linalg.inv(sum(part.T @ part for part in within) / (len(frame) - 2))
        gaps = values[:, None] - values[None]
        distance = np.sqrt((gaps @ inverse * gaps).sum(axis=2))
    else:
        distance = np.abs(score[:, None] - score[None])
    allowed = np.broadcast_to(~treated, distance.shape).copy()
    if m.caliper is not None:
        allowed &= np.abs(score[:, None] - score[None]) <= m.caliper + 1e-9
    for name, width in options.get("covariate_calipers", {}).items():
        column = frame[name].to_numpy()
        allowed &= np.abs(column[:, None] - column[None]) <= width + 1e-9
    for name, same in ((options.get("exact"), True), (options.get("anti_exact"), False)):
        if name:
            column = frame[name].to_numpy()
            allowed &= (column[:, None] == column[None]) == same
    focal, pairs = np.flatnonzero(treated).tolist(), []
    for _ in range(ratio):
        found = []
        for row in focal:
            gap = np.where(allowed[row], distance[row], np.inf)
            if np.isfinite(gap.min()):
                chosen = int(np.flatnonzero(gap <= gap.min() + 1e-8)[0])
                allowed[:, chosen] = False
                pairs.append((row, chosen))
                found.append(row)
        focal = found
    return sorted(pairs)


@pytest.mark.parametrize("is_tied", [False, True])
@pytest.mark.parametrize("many_treated", [False, True])
@pytest.mark.parametrize("design", DESIGNS)
def test_the_pairs_are_those_found_by_trying_every_candidate(design, many_treated, is_tied):
    frame, options = made(many_treated, is_tied, seed=1), DESIGNS[design]
    m = match(frame, "t", ["x", "z"], order="data", ratio=2, **options)
    found = sorted(zip(m.pairs["treated"].tolist(), m.pairs["control"].tolist(), strict=True))
    assert found == tried_in_turn(frame, m, options, ratio=2)
