"""Which families of a centre are due a second score, and when: the list that its manager works from.

It follows the study of `readings`, so that what it asks for is what the study counts: a second score is one of a later
day, of the same thing on the same instrument, in the same stay at the centre; a stay begins anew whenever the family
joins again; and a family that has had the protocol's waiting time and no second score is one that the study has lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import pandas as pd

from toolkit.studies.progress_change.one_centre import Records
from toolkit.tables.progress_scores import BUILT_IN, PREFILLED, PROGRESS_SCORES

SOON_DAYS = 30
"""So many days ahead a second score is due soon."""


class Standing(StrEnum):
    """Where a family stands: each family of the centre stands in exactly one place."""

    LATE = "late"
    SOON = "soon"
    NOT_YET = "not_yet"
    DONE = "done"
    CANNOT = "cannot"


class Why(StrEnum):
    """Why a family cannot be due a second score."""

    BEFORE_SCORING = "before_scoring"
    MOVED_UNSCORED = "moved_unscored"
    LEFT_UNSCORED = "left_unscored"
    MOVED = "moved"
    LEFT = "left"
    ENDED = "ended"
    NOT_SCORED = "not_scored"


WHY: Mapping[Why, str] = MappingProxyType(
    {
        Why.BEFORE_SCORING: "Joined when your centre did not score families",
        Why.MOVED_UNSCORED: "Moved away before a first score",
        Why.LEFT_UNSCORED: "Left the centre before a first score",
        Why.MOVED: "Moved away before a second score",
        Why.LEFT: "Left the centre before a second score",
        Why.ENDED: "Support ended before a second score",
        Why.NOT_SCORED: "No first score since it joined",
    }
)
"""The reasons in words."""

PLACES: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.LATE: "Late for a second score",
        Standing.SOON: "Due soon",
        Standing.NOT_YET: "Not due yet",
        Standing.DONE: "Scored twice or more",
    }
)
"""Where a family stands in words; of one that cannot be due, `WHY` says it."""

_EMPTY = {"dimension": PROGRESS_SCORES.column("dimension").default, "instrument": BUILT_IN}
_LINE = tuple(_EMPTY)


@dataclass(frozen=True, slots=True)
class SecondScores:
    """The families of a centre: those that joined it, and those it scored.

    Attributes
    ----------
    frame
        One row a family, the late ones first and the longest waiting before others: ``family_id``, ``standing``,
        ``why`` (a `Why`, empty unless it cannot be due), ``joined_on`` (the last time), ``first_on`` (its first score
        since), ``due_on`` (where it is late, soon or not yet) and ``ended_on`` (moved, left or support ended).
    to_score
        One row a score to be given to the families that are late or due soon, in the same order: the columns of
        `toolkit.tables.progress_scores.PREFILLED`, as the first score had them.
    as_of
        The day the list is of.
    wait_days
        Days from the first score to the day the second is due.
    """

    frame: pd.DataFrame
    to_score: pd.DataFrame
    as_of: date
    wait_days: int

    def of(self, standing: Standing) -> pd.DataFrame:
        """Return the families that stand in one place."""
        return self.frame[self.frame["standing"] == standing]

    def each_once(self) -> pd.DataFrame:
        """Return where the families stand in words, ``where``, and how many ``families`` do; each family once."""
        cannot = self.of(Standing.CANNOT)["why"]
        counts = [(said, len(self.of(place))) for place, said in PLACES.items()]
        counts += [(said, int((cannot == why).sum())) for why, said in WHY.items()]
        return pd.DataFrame([one for one in counts if one[1]], columns=["where", "families"])


def second_scores(records: Records, *, as_of: date, wait_days: int) -> SecondScores:
    """Return which families are due a second score, which are not, and why.

    Parameters
    ----------
    records
        One centre's own rows: progress_scores, registrations, families and centres.
    as_of
        Today.
    wait_days
        The protocol's waiting time.

    Notes
    -----
    A second score is asked of what the first day's scores were about. A second, independent scoring of a day is none.
    """
    readings = _readings(records.read("progress_scores"))
    families = _families(records, readings)
    joined_on = _days(families.set_index("family_id")["joined_on"], readings)
    readings = readings[joined_on.isna() | (readings["scored_on"] >= joined_on)]
    first = readings.groupby("family_id")["scored_on"].min()
    ends = readings[readings["stage"] == "end"].groupby("family_id")["scored_on"].max()
    families = families.assign(first_on=_days(first, families), support_ended_on=_days(ends, families))
    once = _scored_once(readings)
    families = _standing(families, frozenset(once["family_id"]), pd.Timestamp(as_of), wait_days)
    due = families.loc[families["standing"].isin([Standing.LATE, Standing.SOON]), "family_id"]
    to_score = due.to_frame().merge(once, on="family_id")[list(PREFILLED)]
    return SecondScores(families, to_score, as_of, wait_days)


def newest_day(records: Records) -> date | None:
    """Return the last day on which a centre's records have a score or a registration; ``None`` where there is none."""
    days = [
        pd.to_datetime(records.read(table)[column]).max()
        for table, column in (("progress_scores", "scored_on"), ("registrations", "registered_on"))
    ]
    known = [day.date() for day in days if not pd.isna(day)]
    return max(known, default=None)


def _readings(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the scores that may be a first or second one, in order of time."""
    scores = scores[~scores["second_scoring"].fillna(False).astype(bool)]
    filled = {name: scores[name].fillna(empty) for name, empty in _EMPTY.items()}
    return scores.assign(scored_on=pd.to_datetime(scores["scored_on"]), **filled).sort_values(
        ["scored_on", "family_id", *_LINE], kind="stable", ignore_index=True
    )


def _days(by_family: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Return each row's day by its family; empty where its family has none."""
    return pd.Series(pd.to_datetime(by_family.reindex(rows["family_id"]).to_numpy()), rows.index)


def _families(records: Records, readings: pd.DataFrame) -> pd.DataFrame:
    """Return the centre's families, each with the last day it joined, the days it left and moved, and if too early."""
    joined = records.read("registrations")[["family_id", "registered_on", "left_on"]]
    joined = joined.sort_values(["family_id", "registered_on"], kind="stable").drop_duplicates("family_id", keep="last")
    moved = records.read("families")[["family_id", "known_to"]]
    ids = sorted(set(readings["family_id"]) | set(joined["family_id"]))
    frame = pd.DataFrame({"family_id": pd.Series(ids, dtype=joined["family_id"].dtype)})
    frame = frame.merge(joined, on="family_id", how="left").merge(moved, on="family_id", how="left")
    frame = frame.rename(columns={"registered_on": "joined_on", "known_to": "moved_on"})
    for name in ("joined_on", "left_on", "moved_on"):
        frame[name] = pd.to_datetime(frame[name])
    centres = records.read("centres")
    since = pd.to_datetime(centres["tracks_progress_from"]).min()
    return frame.assign(is_before=bool(len(centres)) & ~(frame["joined_on"] >= since))


def _scored_once(readings: pd.DataFrame) -> pd.DataFrame:
    """Return the first day's scores, of each stay, that were not followed by one of a later day."""
    first_on = readings.groupby("family_id")["scored_on"].transform("min")
    is_first = readings["scored_on"] == first_on
    key = ["family_id", *_LINE]
    first = readings[is_first].drop_duplicates(key, keep="last")
    later = readings.loc[~is_first, key].drop_duplicates()
    both = first.merge(later, on=key, how="left", indicator="is_followed")
    return both[both["is_followed"] == "left_only"]


def _standing(families: pd.DataFrame, once: frozenset[str], today: pd.Timestamp, wait_days: int) -> pd.DataFrame:
    is_scored = families["first_on"].notna()
    is_open = families["family_id"].isin(once)
    due_on = families["first_on"] + pd.Timedelta(days=wait_days)
    soon = today + pd.Timedelta(days=SOON_DAYS)
    has_moved, has_left = families["moved_on"] <= today, families["left_on"] <= today
    reasons = {
        Why.BEFORE_SCORING: ~is_scored & families["is_before"],
        Why.MOVED_UNSCORED: ~is_scored & has_moved,
        Why.LEFT_UNSCORED: ~is_scored & has_left,
        Why.MOVED: has_moved,
        Why.LEFT: has_left,
        Why.ENDED: families["support_ended_on"].notna(),
        Why.NOT_SCORED: ~is_scored,
    }
    why = np.select(list(reasons.values()), [str(one) for one in reasons], default="")
    why = np.where(is_scored & ~is_open, "", why)
    places = {
        Standing.CANNOT: why != "",
        Standing.DONE: ~is_open,
        Standing.LATE: due_on < today,
        Standing.SOON: due_on <= soon,
    }
    standing = np.select(list(places.values()), [str(one) for one in places], default=str(Standing.NOT_YET))
    is_moved, is_left = np.isin(why, [Why.MOVED, Why.MOVED_UNSCORED]), np.isin(why, [Why.LEFT, Why.LEFT_UNSCORED])
    ended_on = families["moved_on"].where(is_moved, families["left_on"].where(is_left, families["support_ended_on"]))
    is_waiting = pd.Series(standing, families.index).isin([Standing.LATE, Standing.SOON, Standing.NOT_YET])
    placed = families.assign(
        standing=standing, why=why, due_on=due_on.where(is_waiting), ended_on=ended_on.where(why != "")
    )
    placed = placed.assign(order=placed["standing"].map({str(one): at for at, one in enumerate(Standing)}))
    placed = placed.sort_values(["order", "due_on", "family_id"], kind="stable", ignore_index=True)
    return placed[["family_id", "standing", "why", "joined_on", "first_on", "due_on", "ended_on"]]
