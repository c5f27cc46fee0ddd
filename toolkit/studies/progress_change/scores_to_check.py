"""Which stored scores of a centre cannot all be right, and what to check: each was said when its file was read."""

from __future__ import annotations

import pandas as pd

from toolkit.studies.progress_change.one_centre import Records
from toolkit.tables.progress_scores import BUILT_IN, DIRECTIONS, PROGRESS_SCORES, STAGES
from toolkit.tables.score_checks import starts_before_it_ends

_COLUMNS = ["family_id", "scored_on", "stage", "check"]


def scores_to_check(records: Records) -> pd.DataFrame:
    """Return the scores that other rows contradict: ``family_id``, ``scored_on``, ``stage`` (in words), ``check``.

    A score is listed once for each thing to check, in order of what is to be checked, then of family and day. That a
    family did not join is said only where the centre's registrations are known.

    Parameters
    ----------
    records
        One centre's own rows: progress_scores and registrations.
    """
    scores = records.read("progress_scores").reset_index(drop=True)
    scores = scores.assign(
        scored_on=pd.to_datetime(scores["scored_on"]),
        dimension=scores["dimension"].fillna(PROGRESS_SCORES.column("dimension").default),
    )
    found = [*_of_joining(scores, records.read("registrations")), _before_start(scores), _other_direction(scores)]
    listed = pd.concat(found)[_COLUMNS]
    return listed.assign(stage=listed["stage"].map(STAGES)).reset_index(drop=True)


def _of_joining(scores: pd.DataFrame, registrations: pd.DataFrame) -> list[pd.DataFrame]:
    if registrations.empty:
        return []
    first = pd.to_datetime(registrations["registered_on"]).groupby(registrations["family_id"]).min()
    joined_on = pd.Series(first.reindex(scores["family_id"]).to_numpy(), scores.index)
    nowhere = scores[joined_on.isna()].assign(
        check="The family is not stored as having joined your centre. Check its number."
    )
    early = scores[scores["scored_on"] < joined_on].assign(
        check=[
            f"The family joined later: {day:%d/%m/%Y}. Check both days."
            for day in joined_on[scores["scored_on"] < joined_on]
        ]
    )
    return [nowhere, early]


def _before_start(scores: pd.DataFrame) -> pd.DataFrame:
    found = {finding.row: finding.sentence for finding in starts_before_it_ends(scores, scores.iloc[:0])}
    return scores.loc[list(found)].assign(check=list(found.values()))


def _other_direction(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the scores whose direction is not that of most scores of the same thing; of two halves, neither."""
    of = [scores["dimension"], scores["instrument"].fillna(BUILT_IN)]
    worse = (scores["higher_is"] == "worse").groupby(of).transform("mean")
    is_odd = ((scores["higher_is"] == "worse") & (worse < 0.5)) | ((scores["higher_is"] == "better") & (worse > 0.5))
    odd = scores[is_odd]
    return odd.assign(
        check=[
            f'It says that a higher score is "{DIRECTIONS[said]}". Most of your scores say the opposite.'
            for said in odd["higher_is"]
        ]
    )
