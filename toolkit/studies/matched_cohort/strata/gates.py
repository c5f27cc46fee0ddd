"""The house's gates, asked of authorities' sums: of each by itself and of all together, by a whole study's own judges.

Only what adds up is needed: rows followed, joiners that found a match, and by how much remaining differences, or what
became of families that moved away, could change each authority's answer. A change of definition is judged within its
authority, where its day and area mean something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from toolkit.cohort.counts import rows_followed
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.matched_cohort.gates import (
    balance,
    clusters,
    definition_breaks,
    enough_families,
    follow_up,
    lost_families,
    overlap,
)
from toolkit.studies.protocol import Gates
from toolkit.studies.result import Check, Status

if TYPE_CHECKING:
    from toolkit.studies.matched_cohort.strata.sums import StratumSums

BARRING = 0.5
"""A change of definition bars all authorities' answer where those that it changes have this share of the joiners."""


@dataclass(frozen=True, slots=True)
class GateSums:
    """What an authority adds to the gates.

    Attributes
    ----------
    joined
        Joiners that could be followed; those of them that found a match are the authority's ``n_treated``.
    rows, kept
        Rows of the joiners and of the others, and how many of each were followed for the whole time.
    shift, shift_se
        By how much what still differs could shift the answer, and its error; ``None`` where no forecast could be made.
    unseen, unseen_se
        By how much families that moved away could change the answer, and its error.
    breaks
        How the authority came out where definitions changed, and what is said of it.
    """

    joined: int
    rows: tuple[int, int]
    kept: tuple[int, int]
    shift: float | None
    shift_se: float | None
    unseen: float
    unseen_se: float
    breaks: tuple[Status, str]


def gate_sums(evidence: Evidence) -> GateSums:
    """Return what an authority's comparison adds to the gates."""
    comparison, draws = evidence.comparison, evidence.draws
    shift = None if draws is None else draws.shift
    unseen, unseen_se = lost_families.apart(*lost_families.losses(comparison, evidence.primary.outcome))
    rows, kept = rows_followed(comparison.cohort.person_time)
    found = definition_breaks.check(evidence)
    return GateSums(
        joined=int((comparison.followed["treated"] == 1).sum()),
        rows=rows,
        kept=kept,
        shift=None if shift is None else float(shift.estimate),
        shift_se=None if shift is None else float(shift.se),
        unseen=unseen,
        unseen_se=unseen_se,
        breaks=(found.status, found.sentence),
    )


def judged(
    strata: Sequence[StratumSums], se: float, differences: Mapping[str, float], limits: Gates
) -> tuple[Check, ...]:
    """Judge authorities together, or one by itself.

    Parameters
    ----------
    strata
        Their sums.
    se
        The standard error of their answer.
    differences
        Standardised differences that are left, by the covariate's name.
    limits
        The protocol's.
    """
    each = [one.gates for one in strata]
    matched = np.array([one.n_treated for one in strata], dtype=float)
    joined, rows, kept = (np.array([getattr(one, name) for one in each]).sum(axis=0) for name in _COUNTED)
    unseen, unseen_se = _together(matched, [one.unseen for one in each], [one.unseen_se for one in each])
    return (
        enough_families.judge(int(matched.sum()), limits.min_treated),
        _balance(each, matched, se, differences, limits),
        overlap.judge(float(matched.sum() / joined) if joined else 0.0, limits.min_overlap),
        follow_up.judge(float(kept[0] / rows[0]), float(kept[1] / rows[1]), limits.min_follow_up),
        lost_families.judge(unseen, unseen_se, se),
        clusters.judge(sum(one.clusters for one in strata), limits.min_clusters),
        _breaks(strata, matched),
    )


_COUNTED = ("joined", "rows", "kept")


def _balance(
    each: Sequence[GateSums], matched: np.ndarray, se: float, differences: Mapping[str, float], limits: Gates
) -> Check:
    if limits.max_shift is None:
        worst = max(differences, key=lambda name: abs(differences[name]), default="")
        return balance.judge(abs(differences[worst]) if worst else None, balance.label_of(worst), limits.max_smd)
    known = [
        (share, one.shift, one.shift_se) for share, one in zip(matched, each, strict=True) if one.shift is not None
    ]
    if not known:
        return balance.judge_shift(None, se, limits.max_shift)
    shares, shifts, errors = (list(part) for part in zip(*known, strict=True))
    return balance.judge_shift(_together(np.array(shares), shifts, errors), se, limits.max_shift)


def _together(matched: np.ndarray, changes: ArrayLike, errors: ArrayLike) -> tuple[float, float]:
    """Return a change of the answer of all, and its error, from what each authority's would change by."""
    share = matched / matched.sum()
    return float(share @ np.asarray(changes)), float(np.sqrt(share**2 @ np.asarray(errors) ** 2))


def _breaks(strata: Sequence[StratumSums], matched: np.ndarray) -> Check:
    """Judge changes of definition by the share of the joiners in whose authority the answer is not the same."""
    if len(strata) == 1:
        status, sentence = strata[0].gates.breaks
        return _break_check(status, float(status == "fail"), sentence)
    changed = np.array([one.gates.breaks[0] == "fail" for one in strata])
    share = float(matched[changed].sum() / matched.sum())
    names = [one.authority for one in strata if one.gates.breaks[0] == "fail"]
    if not names:
        return _break_check("pass", share, "In no authority did a change of definition go with another answer.")
    sentence = f"What is counted changed in follow-up, and the answer with it, in {', '.join(names)}."
    return _break_check("fail" if share >= BARRING else "warn", share, sentence)


def _break_check(status: Status, share: float, sentence: str) -> Check:
    return Check(
        name="definition_breaks",
        label=definition_breaks.LABEL,
        status=status,
        figure=share,
        threshold=BARRING,
        sentence=sentence,
    )
