"""Negative controls from a council's own records: referrals of years that joining cannot have reached.

The families compared are held against each other in the years before the last: by who referred, what came of it, and
the children's ages. These years were not matched on (the last year was), so a difference in them is one that families
brought with them.

Other controls were tried and left out, because where nothing is hidden they find something. Families that will join a
year or more later are those to which something will happen first; a made-up joining day has the same fault (a quarter
of sound counties failed it). Made-up areas and shuffled days can find nothing at all, hidden cause or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.stats import Matched
from toolkit.stats.effects.several import several_effects
from toolkit.studies.matched_cohort.comparison import Comparison
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.tables.referrals import OUTCOMES, SOURCE_GROUPS

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

Flags = NDArray[np.bool_]

WINDOWS = ((365, 730, "one to two years before"), (730, 1095, "two to three years before"))
"""Days before time zero, nearer and further, and how a reader is told."""
FEWEST_EVENTS = 20
"""Rows with the event that a control needs: with fewer its share is noise."""
FEWEST_JOINERS, FEWEST_PLACES = 60, 5
"""Joiners that a window needs, and places of each arm: with fewer there is no standard error to go by."""
_AGES = ((0, 5, "children under 5"), (5, 10, "children of 5 to 9"), (10, 18, "children of 10 to 17"))


@dataclass(frozen=True, slots=True)
class Controls:
    """What the negative controls found.

    Attributes
    ----------
    table
        One row a control: ``label``, ``estimate``, ``se`` (differences of shares), ``share`` (of the families compared
        with, the control's scale), ``events`` (rows with it).
    covariance
        Of the relative differences, ``estimate / share``; shape (k, k).
    asked
        How many controls the records were asked for.
    """

    table: pd.DataFrame
    covariance: NDArray[np.float64]
    asked: int

    @property
    def relative(self) -> NDArray[np.float64]:
        """Each difference as a share of the families compared with; shape (k,)."""
        return np.asarray(self.table["estimate"] / self.table["share"], dtype=np.float64)


def find_controls(comparison: Comparison, snapshot: Snapshot, spec: MatchedCohort) -> Controls:
    """Compare the matched families in years that joining cannot have reached.

    A window is compared among families on record, and whose records reach, as far back as it does; joiners with no
    family left to compare with stand out.
    """
    rows = comparison.followed.loc[comparison.sets["row_id"].unique()]
    past = _past_of(rows, snapshot)
    asked, labels, found = 0, [], []
    for nearer, further, when in WINDOWS:
        sample = _known_so_far_back(comparison, rows, snapshot, further, spec)
        for label, is_kind in _kinds(past):
            asked += 1
            happened = past.loc[is_kind & (past["ago"] >= nearer) & (past["ago"] < further), "row_id"].unique()
            values = pd.Series(0.0, index=comparison.ready.frame.index, name=label)
            values.loc[happened] = 1.0
            if sample is not None and values[sample.weights > 0].sum() >= FEWEST_EVENTS:
                labels.append(f"{label}, {when}")
                found.append((sample, values))
    return _compared(found, labels, asked, spec)


def _compared(found: list[tuple[Matched, pd.Series]], labels: list[str], asked: int, spec: MatchedCohort) -> Controls:
    columns = ["label", "estimate", "se", "share", "events"]
    if not found:
        return Controls(pd.DataFrame(columns=columns), np.zeros((0, 0)), asked)
    effects, covariance = several_effects(found, cluster=spec.cluster)
    share = np.array([effect.mean_control for effect in effects])
    events = [int(values[sample.weights > 0].sum()) for sample, values in found]
    kept = np.flatnonzero(share > 0)  # adjusted means of the very rare can fall below
    table = pd.DataFrame(
        {
            "label": labels,
            "estimate": [effect.estimate for effect in effects],
            "se": [effect.se for effect in effects],
            "share": share,
            "events": events,
        }
    )
    relative = covariance[np.ix_(kept, kept)] / np.outer(share[kept], share[kept])
    return Controls(table.iloc[kept].reset_index(drop=True), relative, asked)


def _past_of(rows: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
    """Return the referrals of the rows' families before time zero: ``row_id``, ``ago`` (days), what they were of."""
    children = snapshot.read("children").set_index("child_id")
    referrals = snapshot.read("referrals")
    born = pd.to_datetime(referrals["child_id"].map(children["birth_month"]))
    events = pd.DataFrame(
        {
            "family_id": referrals["child_id"].map(children["family_id"]).astype("str"),
            "day": pd.to_datetime(referrals["received_on"]),
            "source": referrals["source"].astype("str").map(SOURCE_GROUPS),
            "outcome": referrals["outcome"].astype("str"),
            "age": (pd.to_datetime(referrals["received_on"]) - born).dt.days / 365.25,
        }
    )
    whose = pd.DataFrame(
        {
            "row_id": rows.index.to_numpy(),
            "family_id": rows["family_id"].astype("str").to_numpy(),
            "time_zero": pd.to_datetime(rows["time_zero"]).to_numpy(),
        }
    )
    past = whose.merge(events, on="family_id")
    past["ago"] = (past["time_zero"] - past["day"]).dt.days
    return past[past["ago"] >= min(nearer for nearer, _, _ in WINDOWS)]


def _kinds(past: pd.DataFrame) -> Iterator[tuple[str, Flags]]:
    """Yield each kind of referral: by who referred, what came of it, and the child's age."""
    groups = past["source"].value_counts()
    usual = [name for name in dict.fromkeys(SOURCE_GROUPS.values()) if name in groups.index[:4]]
    for name in usual:
        yield f"Referred by: {name}", (past["source"] == name).to_numpy()
    yield "Referred by: others", (~past["source"].isin(usual)).to_numpy()
    for code, meaning in OUTCOMES.items():
        yield f"Referral, {meaning.split(':')[0].lower()}", (past["outcome"] == code).to_numpy()
    for youngest, oldest, label in _AGES:
        yield f"Referral, {label}", ((past["age"] >= youngest) & (past["age"] < oldest)).to_numpy()


def _known_so_far_back(
    comparison: Comparison, rows: pd.DataFrame, snapshot: Snapshot, days: int, spec: MatchedCohort
) -> Matched | None:
    """Return the sets among families known, and on whose time records reach, so far back; ``None`` where too few."""
    families = snapshot.read("families").set_index("family_id")["known_from"]
    families.index = families.index.astype("str")
    start = pd.to_datetime(rows["time_zero"])
    known = (start - pd.to_datetime(rows["family_id"].astype("str").map(families))).dt.days >= days
    reaches = (start - pd.Timestamp(comparison.cohort.calendar.first_day)).dt.days >= days
    able = rows.index[known & reaches]
    pairs = comparison.rounds.pairs
    pairs = pairs[pairs["treated"].isin(able) & pairs["control"].isin(able)]
    places = comparison.followed[spec.cluster].astype("str")
    arms = [pairs[arm].unique() for arm in ("treated", "control")]
    if len(arms[0]) < FEWEST_JOINERS or min(places.loc[arm].nunique() for arm in arms) < FEWEST_PLACES:
        return None
    pairs = pairs[["treated", "control", "distance"]]
    return Matched.from_pairs(comparison.ready.frame, "treated", comparison.ready.covariates, pairs)
