"""First and last readings of each family, oriented so that higher is better, from the tables of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.studies.progress_change.pooled import Pooled, pooled_readings
from toolkit.studies.result import FlowStep
from toolkit.tables.instrument_scale import Instrument
from toolkit.tables.progress_scores import BUILT_IN, PROGRESS_SCORES, STAGES

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class ReadingCounts:
    """What was read, and how; each attribute as in `ProgressChangeFacts`."""

    families: int
    families_scored_twice: int
    readings: int
    readings_higher_is_worse: int
    direction: str
    share_of_joiners_scored: float | None
    families_scorer_known: int
    share_same_scorer: float | None
    median_days_between: float | None


@dataclass(frozen=True, slots=True)
class FirstAndLast:
    """The families of the study, with their first and last readings.

    Attributes
    ----------
    frame
        One row a family: ``family_id``, ``centre_id``, ``first_on``, ``first``, ``first_by``, ``first_who`` (a
        code of `WHO`, empty where nobody says) and, empty without a second reading, ``last_on``, ``last``, ``last_by``,
        ``last_who``. Scores are oriented: the highest is best.
    instrument
        The one that all of them were given on.
    flow
        From families that joined to families scored twice, and which readings were not pooled.
    counts
        What was done to the readings: directions declared, how many were turned round, the days between readings.
    first_day, last_day
        Of the readings of the dimension; ``None`` where there are none.
    """

    frame: pd.DataFrame
    instrument: Instrument
    flow: tuple[FlowStep, ...]
    counts: ReadingCounts
    first_day: pd.Timestamp | None
    last_day: pd.Timestamp | None


def first_and_last(snapshot: Snapshot, *, dimension: str, wait_days: int, instrument: str = BUILT_IN) -> FirstAndLast:
    """Return each family's first reading and the last one of the same spell at the same centre.

    A family counts once, with its first reading at any centre. Its spell ends when it joins that centre again. A
    reading on the same day as the first is no second reading. Families first scored less than ``wait_days`` before
    the last reading of all are left out, whether they were scored again or not. Only readings of one instrument are
    pooled, turned so that its highest score is best, and no second scorings of a day: these tell how scorers agree.

    Parameters
    ----------
    snapshot
        With tables progress_scores, instruments, centres and registrations.
    dimension
        What was scored.
    wait_days
        Time a family must have had to be scored again.
    instrument
        What the readings were given on.

    Raises
    ------
    InputError
        When there are scores but none of this instrument or dimension, naming those there are; or one that the
        instrument does not allow, or that runs the other way.
    """
    pooled = pooled_readings(snapshot, instrument)
    readings = _oriented(pooled, dimension)
    registrations = snapshot.read("registrations").assign(
        registered_on=lambda rows: pd.to_datetime(rows["registered_on"])
    )
    first = readings.drop_duplicates("family_id")
    both = _with_last(first, readings, registrations)
    last_day = readings["scored_on"].max() if len(readings) else None
    is_recent = (
        (last_day - both["first_on"]).dt.days < wait_days if last_day is not None else pd.Series(False, both.index)
    )
    frame = both[~is_recent].reset_index(drop=True)
    joined = _joined_scoring_centres(registrations, snapshot.read("centres"))
    return FirstAndLast(
        frame=frame,
        instrument=pooled.instrument,
        flow=pooled.left_out + _flow(joined, len(both), int(is_recent.sum()), frame, wait_days),
        counts=_counts(readings, pooled.instrument, frame, len(joined & set(both["family_id"])), len(joined)),
        first_day=readings["scored_on"].min() if len(readings) else None,
        last_day=last_day,
    )


def _oriented(pooled: Pooled, dimension: str) -> pd.DataFrame:
    """Return the readings of a dimension in order of family and time, scores turned so that higher is better."""
    scores = pooled.readings
    of = scores["dimension"].fillna(PROGRESS_SCORES.column("dimension").default)
    chosen = scores[of == dimension]
    if len(scores) and not len(chosen):
        known = sorted(str(name) for name in of.unique())
        raise InputError(
            f'Table progress_scores has no row with dimension "{dimension}". {did_you_mean(dimension, known)}'.rstrip()
        )
    ends = pooled.instrument.lowest + pooled.instrument.highest  # of 1 to 10, 2 from the other end is 9
    is_reversed = (chosen["higher_is"] == "worse").to_numpy()
    score = chosen["score"].astype(float).to_numpy()
    stage = chosen["stage"].map({name: place for place, name in enumerate(STAGES)})
    readings = pd.DataFrame(
        {
            "family_id": chosen["family_id"].astype(str),
            "centre_id": chosen["centre_id"].astype(str),
            "scored_on": pd.to_datetime(chosen["scored_on"]),
            "stage": stage.astype(float),
            "score": np.where(is_reversed, ends - score, score),
            "is_reversed": is_reversed,
            "scored_by": chosen["scored_by"],
            "who": chosen["who_scored"],
        }
    )
    order = ["family_id", "scored_on", "stage", "centre_id", "scored_by"]
    return readings.sort_values(order, kind="stable", ignore_index=True)


def _with_last(first: pd.DataFrame, readings: pd.DataFrame, registrations: pd.DataFrame) -> pd.DataFrame:
    both = first[["family_id", "centre_id", "scored_on", "score", "scored_by", "who"]].rename(
        columns={"scored_on": "first_on", "score": "first", "scored_by": "first_by", "who": "first_who"}
    )
    if not len(both):
        lasts = {f"last{part}": both[f"first{part}"] for part in ("_on", "", "_by", "_who")}
        return both.assign(**lasts)
    joining = registrations[["family_id", "centre_id", "registered_on"]].astype({"family_id": str, "centre_id": str})
    again = both.merge(joining, on=["family_id", "centre_id"])
    again = again[again["registered_on"] > again["first_on"]]
    ends = again.groupby("family_id")["registered_on"].min().rename("spell_ends")
    spell = both[["family_id", "centre_id", "first_on", "first_by"]]
    spell = spell.assign(spell_ends=ends.reindex(both["family_id"]).to_numpy())
    later = readings.merge(spell, on=["family_id", "centre_id"])
    in_spell = later["spell_ends"].isna() | (later["scored_on"] < later["spell_ends"])
    later = later[(later["scored_on"] > later["first_on"]) & in_spell]
    # Of two people who scored on the last day, whoever gave the first score too: a change is then the family's.
    later = later.assign(is_same=later["scored_by"].eq(later["first_by"]).fillna(False).astype(bool))
    later = later.sort_values(["family_id", "scored_on", "stage", "is_same"], kind="stable")
    last = later.drop_duplicates("family_id", keep="last")
    last = last[["family_id", "scored_on", "score", "scored_by", "who"]].rename(
        columns={"scored_on": "last_on", "score": "last", "scored_by": "last_by", "who": "last_who"}
    )
    return both.merge(last, on="family_id", how="left")


def _joined_scoring_centres(registrations: pd.DataFrame, centres: pd.DataFrame) -> set[str]:
    """Return the families that joined a centre on or after the day it began to score."""
    since = pd.to_datetime(centres.set_index(centres["centre_id"].astype(str))["tracks_progress_from"])
    begun = since.reindex(registrations["centre_id"].astype(str)).to_numpy()
    return set(registrations.loc[registrations["registered_on"] >= begun, "family_id"].astype(str))


def _flow(joined: set[str], scored: int, recent: int, frame: pd.DataFrame, wait_days: int) -> tuple[FlowStep, ...]:
    twice = int(frame["last"].notna().sum())
    return (
        _step("joined", len(joined), "joined a centre after it began to score families."),
        _step("scored", scored, "were scored at least once."),
        _step("out_recent", recent, f"were first scored less than {wait_days} days before the last score: too soon."),
        _step("scored_in_time", len(frame), "had time to be scored again."),
        _step("out_no_second_score", len(frame) - twice, "were never scored again."),
        _step("scored_twice", twice, "were scored twice or more, and are compared first to last."),
    )


def _step(step: str, families: int, what: str) -> FlowStep:
    return FlowStep(step, families, families, f"{families:,} families {what}")


def _counts(
    readings: pd.DataFrame, instrument: Instrument, frame: pd.DataFrame, joined_and_scored: int, joined: int
) -> ReadingCounts:
    turned = int(readings["is_reversed"].sum())
    two = frame[frame["last"].notna()]
    known = two["first_by"].notna() & two["last_by"].notna()
    same = int((two.loc[known, "first_by"] == two.loc[known, "last_by"]).sum())
    return ReadingCounts(
        families=len(frame),
        families_scored_twice=len(two),
        readings=len(readings),
        readings_higher_is_worse=turned,
        direction=_direction(turned, len(readings), instrument.highest),
        share_of_joiners_scored=joined_and_scored / joined if joined else None,
        families_scorer_known=int(known.sum()),
        share_same_scorer=same / int(known.sum()) if known.any() else None,
        median_days_between=float((two["last_on"] - two["first_on"]).dt.days.median()) if len(two) else None,
    )


def _direction(turned: int, readings: int, best: int) -> str:
    if turned == 0:
        return "Every score was declared as higher is better."
    if turned == readings:
        return f"Every score was declared as higher is worse. All were turned round: here {best} is best."
    return (
        f"{readings - turned:,} scores were declared as higher is better and {turned:,} as higher is worse. The latter "
        f"were turned round: here {best} is best."
    )
