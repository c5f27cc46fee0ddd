"""Whether those that moved away were like those that stand for them, or part of what became of them is out of sight.

What is known of families that moved counts, and those still here stand for them by weights that know what was recorded,
a referral since among it (`toolkit.cohort.censoring`). That is right where a referral, or anything else on record, made
them move. It is not where something nobody recorded makes families both move and be referred.

That something leaves a trace. A referral that makes a family move does so soon; a family that moves because its
troubles go on was referred long before. So in each arm the families that moved are asked how many had been referred in
follow-up more than three months before they moved, against how many would have been, had they been referred as families
like them are. As often as that they are taken to have been referred on, unseen. What this would change in the primary
difference is the figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.censoring import weight_name, weighted_outcome
from toolkit.cohort.happened import RECENT
from toolkit.cohort.outcomes import outcomes_named
from toolkit.studies.matched_cohort.comparison import Comparison
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check, Status
from toolkit.wording.amounts import in_100

LABEL = "Families that moved away"
_MATTERS = 0.5
"""Of a standard error: what could be out of sight may not be as large."""
_SURE = 1.96


@dataclass(frozen=True, slots=True)
class Loss:
    """What the families of one arm that moved away could change in its share.

    Attributes
    ----------
    moved
        Of the rows compared, the share that moved.
    known, expected
        Rows of the arm with the outcome more than three months before they moved; how many families like them would
        have had it by then.
    unseen
        The share of all rows compared expected to have had the outcome after they moved.
    se
        The standard error of ``known``, families clustered; of what is expected where that is larger.
    """

    moved: float
    known: float
    expected: float
    unseen: float
    se: float

    @property
    def shift(self) -> float:
        """By how much the arm's share would change, had those that moved gone on as they were before."""
        return self.unseen * (self.known / self.expected - 1) if self.expected > 0 else 0.0

    @property
    def shift_se(self) -> float:
        """The standard error of `shift`."""
        return self.unseen * self.se / self.expected if self.expected > 0 else 0.0


def check(evidence: Evidence) -> Check:
    """Fail when what is out of sight could change the difference by half its standard error, chance allowed for."""
    joined, others = losses(evidence.comparison, evidence.primary.outcome)
    table = pd.DataFrame([_row(label, one) for label, one in (("joined", joined), ("not_joined", others))])
    return judge(*apart(joined, others), evidence.primary.se, table)


def losses(comparison: Comparison, outcome: str) -> tuple[Loss, Loss]:
    """Return what the joiners that moved away, and the others, could change in their shares."""
    return loss_of(comparison, outcome, 1), loss_of(comparison, outcome, 0)


def apart(joined: Loss, others: Loss) -> tuple[float, float]:
    """Return by how much the difference could change for both, and the standard error of that."""
    return joined.shift - others.shift, float(np.hypot(joined.shift_se, others.shift_se))


def judge(shift: float, shift_se: float, se: float | None, table: pd.DataFrame | None = None) -> Check:
    """Judge how far the difference could be off, beside its own standard error."""
    is_there = abs(shift) > _SURE * shift_se
    limit = _MATTERS * se if se else None
    status: Status = "pass" if not is_there else ("fail" if limit is None or abs(shift) > limit else "warn")
    unlike = "Before they moved, families that moved away had not been referred as often as families like them."
    sentence = {
        "pass": "Before they moved, families that moved away had been referred about as often as families like them.",
        "warn": f"{unlike} What became of them out of sight could change the answer by very little.",
        "fail": f"{unlike} Had that gone on out of sight, the answer would be {in_100(shift)} in every 100 than it is.",
    }[status]
    return Check(
        name="lost_families",
        label=LABEL,
        status=status,
        figure=abs(shift),
        threshold=limit,
        sentence=sentence,
        table=table,
    )


def loss_of(comparison: Comparison, outcome: str, treated: int) -> Loss:
    """Return what those of an arm that moved away could change in its share with the outcome.

    How often families like them have it is a least-squares line on the covariates through all rows of the arm, spread
    evenly over the outcome's days. It is asked of all rows of the arm, and applied to those of the matched sets.
    """
    named = outcomes_named([outcome])[0]
    frame = comparison.followed[comparison.followed["treated"] == treated]
    risk = _risk(frame, outcome, list(comparison.ready.covariates))
    moves = np.minimum(frame["days_followed"].to_numpy(dtype=float), named.window_days)
    moved = (frame["follow_up"] == "moved").to_numpy() & (moves < named.window_days)
    happened = frame[f"days_to_{named.base}"].to_numpy(dtype=float)
    early = moved & (frame[f"event_{named.base}"] == 1).to_numpy() & (happened <= moves - RECENT)
    due = np.where(moved, risk * np.maximum(moves - RECENT, 0) / named.window_days, 0.0)
    known, expected = float(early.sum()), float(due.sum())
    lost = moved & (frame[weight_name(outcome)] == 0).to_numpy()
    unseen = pd.Series(np.where(lost, risk * (1 - moves / named.window_days), 0.0), index=frame.index)
    inside, weights = _inside(comparison, frame)
    return Loss(
        moved=_mean(pd.Series(moved, index=frame.index), inside, weights),
        known=known,
        expected=expected,
        unseen=_mean(unseen, inside, weights),
        se=_clustered(early - due * (known / expected if expected > 0 else 1.0), frame["family_id"], expected),
    )


def _risk(frame: pd.DataFrame, outcome: str, covariates: list[str]) -> NDArray[np.float64]:
    """Return the share with the outcome among families like each row's."""
    design = np.column_stack([np.ones(len(frame)), frame[covariates].to_numpy(dtype=float)])
    values = weighted_outcome(frame, outcome).to_numpy(dtype=float)
    return np.asarray(np.clip(design @ np.linalg.lstsq(design, values, rcond=None)[0], 0.0, 1.0), dtype=np.float64)


def _inside(comparison: Comparison, frame: pd.DataFrame) -> tuple[pd.Index, NDArray[np.float64]]:
    rows = pd.Index(comparison.sets["row_id"])
    mine = rows.isin(frame.index)
    return rows[mine], comparison.set_weights[mine]


def _mean(values: pd.Series, rows: pd.Index, weights: NDArray[np.float64]) -> float:
    return float(np.average(values.loc[rows].to_numpy(dtype=float), weights=weights)) if len(rows) else 0.0


def _clustered(residual: NDArray[np.float64], family: pd.Series, expected: float) -> float:
    """Return the standard error of a count whose rows are clustered by family.

    Never less than chance gives the count that is expected: the few that were seen may be few by chance.
    """
    sums = np.bincount(family.cat.codes.to_numpy(), weights=residual)
    return float(np.sqrt(max((sums**2).sum(), expected, 1.0)))


def _row(label: str, loss: Loss) -> dict[str, Any]:
    ratio = loss.known / loss.expected if loss.expected > 0 else None
    return {"label": label, "moved": loss.moved, "referred_as_often": ratio, "could_change": loss.shift}
