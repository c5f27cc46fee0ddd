"""Scores as this study reads them: the first and the next of each family, those of two scorers, and end scores.

Which score is a family's first, and which its next, is settled on the day it is given: nothing that comes later decides
it. So what happens after a score can be looked at without the score having been chosen by it. The *last* score would
be: a family that is referred may be scored once more because of it. A score given in hindsight is left out for the same
reason: whoever gave it knew what came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.studies.progress_change.pooled import Pooled, pooled_readings
from toolkit.studies.result import FlowStep
from toolkit.tables.instrument_scale import Instrument
from toolkit.tables.progress_scores import BUILT_IN, PROGRESS_SCORES, STAGES

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

IN_HINDSIGHT = "retrospect"
SECOND = "out_second_scoring"
"""The step of the flow that second scorings are left out at elsewhere: here they are read."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of one dimension, turned so that higher is better.

    Attributes
    ----------
    families
        One row a family, in order of its number: ``family_id``, ``centre_id``, ``first_on``, ``first``, ``first_by``
        and, empty without one, ``next_on``, ``next``, ``next_by``.
    doubles
        One row a score that another worker gave again on the same day: ``family_id``, ``centre_id``, ``first``,
        ``second``.
    ends
        One row a family with a score at the end of its stay: ``family_id``, ``centre_id``, ``first``, ``last``,
        ``last_on``, ``last_by`` and ``other``, another's score of that day (empty without one).
    lowest, highest
        Ends of the scale.
    left_out
        How many scores were left out of the pool: those of other instruments, and those given in retrospect.
    first_day, last_day
        Of the scores; ``None`` where there are none.
    """

    families: pd.DataFrame
    doubles: pd.DataFrame
    ends: pd.DataFrame
    lowest: float
    highest: float
    left_out: tuple[FlowStep, ...]
    first_day: pd.Timestamp | None
    last_day: pd.Timestamp | None


def read_scores(snapshot: Snapshot, *, dimension: str, apart_days: int, instrument: str = BUILT_IN) -> Scores:
    """Return the scores of a dimension that were given with one instrument.

    Parameters
    ----------
    snapshot
        With tables progress_scores, instruments and registrations.
    dimension
        What was scored.
    apart_days
        Days from the first score from which on the next is taken; both of the same stay at the same centre, which ends
        when the family joins that centre again.
    instrument
        The instrument's number; the built-in where scores name none. Scores of two instruments are never pooled.

    Raises
    ------
    InputError
        As `pooled_readings`; and when there are scores but none of this dimension, naming those there are.
    """
    pooled = pooled_readings(snapshot, instrument)
    scores = pd.concat([pooled.readings, _second_scorings(snapshot, instrument)], ignore_index=True)
    scores = _of_dimension(scores, dimension)
    in_hindsight = scores["who_scored"].eq(IN_HINDSIGHT).fillna(False).to_numpy(dtype=bool)
    every = _oriented(scores[~in_hindsight], pooled.instrument)
    readings = every[~every["is_second"]]
    first = readings.drop_duplicates("family_id").rename(
        columns={"scored_on": "first_on", "score": "first", "scored_by": "first_by"}
    )
    first = first[["family_id", "centre_id", "first_on", "first", "first_by"]].reset_index(drop=True)
    later = _later(first, readings, snapshot.read("registrations"))
    doubles = _doubles(every)
    return Scores(
        families=_with_next(first, later, apart_days),
        doubles=doubles[["family_id", "centre_id", "first", "second"]].reset_index(drop=True),
        ends=_ends(later, doubles),
        lowest=float(pooled.instrument.lowest),
        highest=float(pooled.instrument.highest),
        left_out=(*_of_others(pooled), *_of_hindsight(int(in_hindsight.sum()))),
        first_day=readings["scored_on"].min() if len(readings) else None,
        last_day=readings["scored_on"].max() if len(readings) else None,
    )


def _second_scorings(snapshot: Snapshot, instrument: str) -> pd.DataFrame:
    scores = snapshot.read("progress_scores")
    of = scores["instrument"].fillna(BUILT_IN).astype(str)
    return scores[(of == instrument) & scores["second_scoring"].fillna(False).astype(bool)]


def _of_others(pooled: Pooled) -> tuple[FlowStep, ...]:
    return tuple(step for step in pooled.left_out if step.step != SECOND)


def _of_hindsight(rows: int) -> tuple[FlowStep, ...]:
    said = f"{rows:,} scores were given in hindsight, by someone who knew what came."
    return (FlowStep("out_in_hindsight", None, rows, said),) if rows else ()


def _of_dimension(scores: pd.DataFrame, dimension: str) -> pd.DataFrame:
    of = scores["dimension"].fillna(PROGRESS_SCORES.column("dimension").default)
    chosen = scores[of == dimension]
    if len(scores) and not len(chosen):
        known = sorted(str(name) for name in of.unique())
        raise InputError(
            f'Table progress_scores has no row with dimension "{dimension}". {did_you_mean(dimension, known)}'.rstrip()
        )
    return chosen


def _oriented(chosen: pd.DataFrame, scale: Instrument) -> pd.DataFrame:
    """Return scores in order of family and time, turned so that higher is better."""
    score = chosen["score"].astype(float)
    is_worse = chosen["higher_is"] == "worse"
    readings = pd.DataFrame(
        {
            "family_id": chosen["family_id"].astype(str),
            "centre_id": chosen["centre_id"].astype(str),
            "scored_on": pd.to_datetime(chosen["scored_on"]),
            "stage": chosen["stage"].map({name: place for place, name in enumerate(STAGES)}).astype(float),
            "score": score.where(~is_worse, scale.lowest + scale.highest - score),
            "scored_by": chosen["scored_by"],
            "is_second": chosen["second_scoring"].fillna(False).astype(bool),
        }
    )
    order = ["family_id", "scored_on", "stage", "centre_id", "scored_by"]
    return readings.sort_values(order, kind="stable", ignore_index=True)


def _later(first: pd.DataFrame, readings: pd.DataFrame, registrations: pd.DataFrame) -> pd.DataFrame:
    """Return every later reading of the stay that a family was first scored in, beside its first."""
    joining = registrations[["family_id", "centre_id", "registered_on"]].astype({"family_id": str, "centre_id": str})
    again = first[["family_id", "centre_id", "first_on"]].merge(joining, on=["family_id", "centre_id"])
    again = again[pd.to_datetime(again["registered_on"]) > again["first_on"]]
    ends = pd.to_datetime(again["registered_on"]).groupby(again["family_id"]).min().rename("spell_ends")
    stays = first.assign(spell_ends=ends.reindex(first["family_id"]).to_numpy())
    later = readings.merge(stays, on=["family_id", "centre_id"])
    in_stay = later["spell_ends"].isna() | (later["scored_on"] < later["spell_ends"])
    later = later[(later["scored_on"] > later["first_on"]) & in_stay]
    # Of two people who scored that day, whoever gave the first score too: a change is then the family's.
    is_same = later["scored_by"].eq(later["first_by"]).fillna(False).astype(bool)
    later = later.assign(is_same=is_same)
    return later.sort_values(["family_id", "scored_on", "stage", "is_same"], kind="stable", ignore_index=True)


def _with_next(first: pd.DataFrame, later: pd.DataFrame, apart_days: int) -> pd.DataFrame:
    apart = later[(later["scored_on"] - later["first_on"]).dt.days >= apart_days]
    day = apart.groupby("family_id")["scored_on"].transform("min")
    chosen = apart[apart["scored_on"] == day].drop_duplicates("family_id", keep="last")
    chosen = chosen[["family_id", "scored_on", "score", "scored_by"]].rename(
        columns={"scored_on": "next_on", "score": "next", "scored_by": "next_by"}
    )
    return first.merge(chosen, on="family_id", how="left")


def _doubles(every: pd.DataFrame) -> pd.DataFrame:
    """Return the scores that were given again the same day, each beside its second; none that one worker gave twice."""
    key = ["family_id", "centre_id", "scored_on", "stage"]
    own = every[~every["is_second"]].drop_duplicates(key).rename(columns={"score": "first"})
    second = every[every["is_second"]].drop_duplicates(key)[[*key, "score", "scored_by"]]
    both = own.merge(second.rename(columns={"score": "second", "scored_by": "second_by"}), on=key)
    is_same = both["scored_by"].eq(both["second_by"]).fillna(False).astype(bool)
    return both[~is_same]


def _ends(later: pd.DataFrame, doubles: pd.DataFrame) -> pd.DataFrame:
    """Return the last score of the stage "end" of each family, beside its first and another's of that day."""
    end = later[later["stage"] == float(list(STAGES).index("end"))].drop_duplicates("family_id", keep="last")
    key = ["family_id", "centre_id", "scored_on", "stage"]
    found = end.merge(doubles[[*key, "second"]], on=key, how="left")
    found = found.rename(columns={"score": "last", "scored_on": "last_on", "scored_by": "last_by", "second": "other"})
    return found[["family_id", "centre_id", "first", "last", "last_on", "last_by", "other"]].reset_index(drop=True)
