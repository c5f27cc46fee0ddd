"""What was known of scored families on their days, as columns of numbers, and what was not there to know it from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.cohort.censoring import weight_name
from toolkit.cohort.days.given import families_on_days
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.studies.codes import codes_of
from toolkit.studies.progress_meaning.readings import Scores
from toolkit.studies.progress_meaning.spec import ProgressMeaningSpec
from toolkit.studies.result import FlowStep

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

CURVED = 6
"""A covariate of more different values than this may bend: its square stands beside it."""
WITHOUT_CENTRE = "_excluding_centre"


@dataclass(frozen=True, slots=True)
class Scored:
    """Families on the day of a score.

    Attributes
    ----------
    frame
        One row a family that could be followed for the year: ``family_id``, ``centre_id``, ``district``, ``first``,
        ``next``, ``day``, the covariates, ``happened`` (0/1), ``by_others`` (0/1: without what centres did), and
        ``weight`` with ``weight_by_others`` (0: it left the records before that could be known). Row level: never part
        of a result.
    in_time
        Families that had such a score, a year of records before it and a year after it, and a child who stays under 18.
    followed
        Of them, those of which it is known what happened.
    """

    frame: pd.DataFrame
    in_time: int
    followed: int

    @property
    def counted(self) -> pd.DataFrame:
        """The rows of which it is known what happened."""
        return self.frame[self.frame["weight"] > 0]

    def columns(self, covariates: Sequence[str], *, extra: Sequence[str] = ()) -> Floats:
        """Return what is known of the rows that count, shape (n, p): each covariate, what bends, and the day itself."""
        rows, columns = self.counted, []
        for name in (*covariates, *extra):
            values = rows[name].to_numpy(dtype=np.float64)
            columns.append(values)
            if len(np.unique(values)) > CURVED or name in extra:
                columns.append((values - values.mean()) ** 2)
        columns.append((rows["day"] - pd.Timestamp(2000, 1, 1)).dt.days.to_numpy(dtype=np.float64))
        return np.column_stack(columns)

    @property
    def centre(self) -> Integers:
        """The centre of each row that counts, as a code from 0."""
        return codes_of(self.counted["centre_id"])


def scored_families(
    snapshot: Snapshot, scores: Scores, spec: ProgressMeaningSpec
) -> tuple[Scored, Scored, tuple[FlowStep, ...]]:
    """Return the families on the day of their first score, those on the day of their next, and the flow to both.

    Raises
    ------
    InputError
        When tenths of deprivation of two editions would be compared, or a covariate is missing.
    """
    families = scores.families
    again = families[families["next_on"].notna()]
    outcomes = [spec.outcome]
    if WITHOUT_CENTRE not in spec.outcome and spec.outcome.startswith("any_referral"):
        outcomes.append(f"{spec.outcome}{WITHOUT_CENTRE}")
    days = pd.concat(
        [
            families.assign(day=families["first_on"], is_next=False),
            again.assign(day=again["next_on"], is_next=True),
        ],
        ignore_index=True,
    )
    if not len(days):
        nobody = Scored(_nobody(spec.covariates), 0, 0)
        return nobody, nobody, (*scores.left_out, *_flow(days, pd.Series(dtype=object), 0, 0))
    found = families_on_days(
        snapshot,
        days[["family_id", "day"]],
        covariates=spec.covariates,
        outcomes=outcomes,
        centre_sources=spec.centre_sources,
        while_open=spec.referrals_while_open,
    )
    rows = found.frame.drop(columns=["family_id"]).join(
        days[["family_id", "centre_id", "first", "next", "day", "is_next"]]
    )
    others = outcomes[-1]
    rows = rows.assign(
        happened=rows[spec.outcome].to_numpy(dtype=np.float64),
        by_others=rows[others].to_numpy(dtype=np.float64),
        weight=rows[weight_name(spec.outcome)].to_numpy(dtype=np.float64),
        weight_by_others=rows[weight_name(others)].to_numpy(dtype=np.float64),
    )
    parts = []
    for is_next in (False, True):
        mine = rows[rows["is_next"] == is_next].reset_index(drop=True)
        parts.append(Scored(mine, len(mine), int((mine["weight"] > 0).sum())))
    flow = _flow(days, found.left_out, parts[0].followed, parts[1].followed)
    return parts[0], parts[1], (*scores.left_out, *flow)


def _nobody(covariates: Sequence[str]) -> pd.DataFrame:
    numbers = ["first", "next", *covariates, "happened", "by_others", "weight", "weight_by_others"]
    columns: dict[str, pd.Series] = {name: pd.Series(dtype=object) for name in ("family_id", "centre_id", "district")}
    columns |= {name: pd.Series(dtype=np.float64) for name in numbers}
    return pd.DataFrame({**columns, "day": pd.Series(dtype="datetime64[ns]")})


_LEFT_OUT = {
    "unlinked": "are in no table of families.",
    "unknown": "were not known, or no longer, on that day.",
    "no_child": "had no child under 18 on that day.",
    "short_history": "were scored before there was a year of referral records to know them by.",
    "records_end": "were scored less than a year before the records end: too soon to tell.",
    "aged_out": "had no child who stays under 18 for the year.",
}


def _flow(days: pd.DataFrame, left_out: pd.Series, first: int, again: int) -> tuple[FlowStep, ...]:
    steps = []
    parts = ((False, "first", "their first score", first), (True, "next", "their next score", again))
    for is_next, name, which, followed in parts:
        mine = (days["is_next"] == is_next).to_numpy() if len(days) else np.zeros(0, dtype=bool)
        why = left_out[mine]
        steps.append(_step(f"scored_{name}", int(mine.sum()), f"families have {which}."))
        steps += [
            _step(f"out_{reason}_{name}", int((why == reason).sum()), f"of these families {said}")
            for reason, said in _LEFT_OUT.items()
            if (why == reason).any()
        ]
        left = int((why == "").sum()) - followed
        said = "of these families moved away before it could be known; those like them stand for them."
        steps.append(_step(f"out_moved_{name}", left, said))
        steps.append(_step(f"followed_{name}", followed, f"families are followed for the year after {which}."))
    return tuple(steps)


def _step(step: str, families: int, what: str) -> FlowStep:
    return FlowStep(step, families, families, f"{families:,} {what}")
