"""Second scorings of the days of a family's first and last score, by another worker: what chance in scoring is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from toolkit.stats.ordinal.beyond import ChangeBeyond
from toolkit.stats.ordinal.beyond_regression import change_beyond_regression
from toolkit.studies.progress_change.readings import FirstAndLast
from toolkit.tables.progress_scores import BUILT_IN, PROGRESS_SCORES

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

_KEY = ("family_id", "centre_id", "scored_on")


def with_second_scorings(snapshot: Snapshot, readings: FirstAndLast, dimension: str) -> pd.DataFrame:
    """Return the readings' frame with another worker's score of the first day and of the last.

    Parameters
    ----------
    snapshot
        That the readings were read from.
    readings
        The families.
    dimension
        What was scored.

    Returns
    -------
    DataFrame
        With ``second`` and ``second_last``, turned as the first and last are; empty where nobody else scored that day.
        A score that one worker gave twice is no other opinion.
    """
    scores = snapshot.read("progress_scores")
    of = scores["instrument"].fillna(BUILT_IN).astype(str) == readings.instrument.instrument_id
    about = scores["dimension"].fillna(PROGRESS_SCORES.column("dimension").default) == dimension
    second = scores[of & about & scores["second_scoring"].fillna(False).astype(bool)]
    score = second["score"].astype(float)
    ends = readings.instrument.lowest + readings.instrument.highest
    turned = pd.DataFrame(
        {
            "family_id": second["family_id"].astype(str),
            "centre_id": second["centre_id"].astype(str),
            "scored_on": pd.to_datetime(second["scored_on"]),
            "score": score.where(second["higher_is"] != "worse", ends - score),
            "by": second["scored_by"],
        }
    ).sort_values([*_KEY, "by"], kind="stable")
    frame = _beside(readings.frame, turned, day="first_on", by="first_by", name="second")
    return _beside(frame, turned, day="last_on", by="last_by", name="second_last")


def _beside(frame: pd.DataFrame, second: pd.DataFrame, *, day: str, by: str, name: str) -> pd.DataFrame:
    own = frame[["family_id", "centre_id", day, by]].rename(columns={day: "scored_on"})
    both = own.merge(second, on=list(_KEY))
    is_own = both["by"].eq(both[by]).fillna(False).astype(bool)
    found = both[~is_own].drop_duplicates("family_id").set_index("family_id")["score"]
    return frame.assign(**{name: found.reindex(frame["family_id"]).to_numpy(dtype=float, na_value=float("nan"))})


def beyond_chance(frame: pd.DataFrame, readings: FirstAndLast) -> ChangeBeyond | None:
    """Return the change beyond what scoring the same families again would show; ``None`` where nobody was scored twice.

    Parameters
    ----------
    frame
        As `with_second_scorings` returns.
    readings
        The families.
    """
    if frame["last"].notna().sum() == 0:
        return None
    return change_beyond_regression(
        frame["first"].to_numpy(dtype=float),
        frame["last"].to_numpy(dtype=float),
        frame["second"].to_numpy(dtype=float),
        second_last=frame["second_last"].to_numpy(dtype=float),
        scale=(float(readings.instrument.lowest), float(readings.instrument.highest)),
        cluster=frame["centre_id"].to_numpy(dtype=object).astype(str),
    )
