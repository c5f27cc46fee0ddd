"""Whether families that did not join do better where many neighbours joined: then the comparison hides an effect."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.studies.matched_cohort.checks.words import warns
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check

LABEL = "Families that live near joiners"
_FEWEST = 10


def check(evidence: Evidence) -> Check:
    """Warn when the matched others' outcome goes with the share of families in their area that joined.

    Each area's adjusted mean is that of its compared families' outcomes less what the year before leads one to
    expect, so areas with more need are not mistaken for areas with more joining. The slope is per 10 more of every
    100 families joining, with t intervals on areas less two.
    """
    areas = _areas(evidence)
    if len(areas) < _FEWEST or areas["share_joined"].std() == 0:
        sentence = "There are too few areas to look for effects on neighbours."
        return Check(
            name="spill_over", label=LABEL, status="pass", figure=None, threshold=None, sentence=sentence, table=areas
        )
    line = _line(areas["share_joined"].to_numpy(), areas["residual"].to_numpy(), areas["rows"].to_numpy(dtype=float))
    slope, reach = 0.1 * line[0], 0.1 * line[1] * float(stats.t.ppf(0.975, len(areas) - 2))
    together = abs(slope) > reach
    if together:
        direction = "fewer" if slope < 0 else "more"
        sentence = (
            f"Where more of their neighbours joined, {direction} of the families that did not join were referred. "
            "The comparison may miss an effect on whole areas."
        )
    else:
        sentence = "Families that did not join fared the same whether many or few of their neighbours did."
    return Check(
        name="spill_over",
        label=LABEL,
        status=warns(not together),
        figure=slope,
        threshold=None,
        sentence=sentence,
        table=areas,
    )


def _areas(evidence: Evidence) -> pd.DataFrame:
    followed, inside = evidence.comparison.followed, evidence.comparison.inside
    share = followed.groupby("reach_centre_id", observed=True)["treated"].mean()
    others = inside[inside["role"] == "not_joined"]
    names = list(evidence.comparison.ready.covariates)
    design = np.column_stack([np.ones(len(others)), others[names].to_numpy(dtype=float)])
    values = evidence.comparison.values_inside(evidence.primary.outcome)[(inside["role"] == "not_joined").to_numpy()]
    residual = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    by_area = pd.DataFrame({"area": others["reach_centre_id"].astype(str).to_numpy(), "residual": residual})
    table = (
        by_area.groupby("area")["residual"].agg(["mean", "size"]).rename(columns={"mean": "residual", "size": "rows"})
    )
    # Share of family-months joining, as a yearly rate: a family is a row a month while it has not joined.
    table.insert(0, "share_joined", 12 * share.rename(index=str).reindex(table.index).to_numpy())
    return table.reset_index()


def _line(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return the weighted least-squares slope and its heteroskedasticity-robust standard error (HC3)."""
    design = np.column_stack([np.ones(len(x)), x])
    bread = np.linalg.inv(design.T @ (design * weights[:, None]))
    beta = bread @ (design.T @ (weights * y))
    leverage = weights * np.einsum("ij,jk,ik->i", design, bread, design)
    scores = design * (weights * (y - design @ beta) / (1 - leverage))[:, None]
    return float(beta[1]), float(np.sqrt((bread @ scores.T @ scores @ bread)[1, 1]))
