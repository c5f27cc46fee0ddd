"""From arrays to a county's tables: pseudonyms for numbers, dates for day numbers, only what the records would hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.simulate.calendar import FIRST_RECORD, LAST, NEVER, RECORDS_FROM, month_number, month_of
from toolkit.simulate.episodes import KINDS, Aftermath
from toolkit.simulate.families import Families
from toolkit.simulate.hazards import ADULT
from toolkit.simulate.places import CENTRE_NAMES, CENTRES, DISTRICT_TEAMS, DISTRICTS, Places, lsoa_codes
from toolkit.simulate.referrals import SOURCE_CODES, ChildReferrals
from toolkit.simulate.registrations import ROUTE_CODES, Registrations
from toolkit.simulate.scorers import WHO_CODES, worker_ids
from toolkit.simulate.scores import HIGHER_IS, STAGE_CODES, Scores
from toolkit.tables import TABLES, Kind
from toolkit.tables.referrals import OUTCOMES

Ints = NDArray[np.int64]

CENTRE_IDS = [f"C{i + 1:02d}" for i in range(CENTRES)]


def dates(days: Ints) -> NDArray[np.datetime64]:
    """Return day numbers as dates to the second, empty where the day never comes or is after the records."""
    moments = np.asarray(days).astype("datetime64[D]").astype("datetime64[s]")
    return np.where(days > LAST, np.datetime64("NaT", "s"), moments)


def months(numbers: Ints) -> NDArray[np.datetime64]:
    """Return month numbers as the first day of each, empty where there is none."""
    first = (np.asarray(numbers) - 1970 * 12).astype("datetime64[M]").astype("datetime64[s]")
    return np.where(np.asarray(numbers) >= NEVER, np.datetime64("NaT", "s"), first)


@dataclass(frozen=True, slots=True)
class Names:
    """The pseudonyms: of each family ("" where the records do not hold it) and each of its children."""

    family: NDArray[np.object_]
    child: NDArray[np.object_]
    is_recorded: NDArray[np.bool_]
    is_child_recorded: NDArray[np.bool_]


def name_all(families: Families) -> Names:
    """Return pseudonyms for the families and children that the records hold.

    Families known at some time in the records; children born, or expected, while the family was here and under 19
    when the records began.
    """
    last_month = np.where(families.known_to < NEVER, month_of(np.minimum(families.known_to, LAST)), NEVER - 1)
    oldest = month_number(RECORDS_FROM) - 19 * 12
    children = (families.births > oldest) & (families.births <= last_month[:, None])
    recorded = (families.known_to > FIRST_RECORD) & (families.known_from <= LAST) & children.any(axis=1)
    children &= recorded[:, None]
    return Names(_numbered("F", recorded), _numbered("K", children), recorded, children)


def _numbered(letter: str, wanted: NDArray[np.bool_]) -> NDArray[np.object_]:
    names = np.full(wanted.shape, "", dtype=object)
    names[wanted] = [f"{letter}{i:06d}" for i in range(1, int(wanted.sum()) + 1)]
    return names


def as_table(name: str, columns: dict[str, Any]) -> pd.DataFrame:
    """Return columns as a table's frame: its columns in its order, with the types frames have between rooms."""
    table = TABLES[name]
    made = {}
    rows = len(columns[table.key[0]])
    for column in table.columns:
        if column.came_later and column.name not in columns:  # nothing of the simulated years
            kind = pd.BooleanDtype() if column.kind is Kind.YES_NO else pd.StringDtype(na_value=np.nan)
            made[column.name] = pd.Series([None] * rows, dtype=kind)
            continue
        values = columns[column.name]
        if column.kind in (Kind.DATE, Kind.MONTH):
            made[column.name] = pd.Series(np.asarray(values, dtype="datetime64[s]"))
        elif column.kind in (Kind.TEXT, Kind.IDENTIFIER, Kind.CODE):
            made[column.name] = pd.Series(values, dtype=pd.StringDtype(na_value=np.nan))
        elif column.kind is Kind.YES_NO and column.came_later:  # empty where nobody said
            made[column.name] = pd.Series(values, dtype=pd.BooleanDtype())
        elif column.kind is Kind.YES_NO:
            made[column.name] = pd.Series(np.asarray(values, dtype=bool))
        elif column.kind is Kind.DECIMAL:
            made[column.name] = pd.Series(np.asarray(values, dtype=float))
        else:
            made[column.name] = pd.Series(np.asarray(values))
    return pd.DataFrame(made, columns=list(table.names))


def table_of_rows(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a table's frame, sorted by its key."""
    table = TABLES[name]
    ordered = sorted(rows, key=lambda row: tuple(row[key] for key in table.key))
    names = [column for column in table.names if column in ordered[0]] if ordered else table.names
    return as_table(name, {column: [row[column] for row in ordered] for column in names})


def centres_table(places: Places) -> pd.DataFrame:
    """Return the centres."""
    return as_table(
        "centres",
        {
            "centre_id": CENTRE_IDS,
            "name": list(CENTRE_NAMES),
            "district": _picked(DISTRICTS, places.district),
            "area_team": _picked(DISTRICT_TEAMS, places.district),
            "provider": list(places.provider),
            "opened_on": dates(places.opened),
            "tracks_progress_from": dates(places.tracks_from),
        },
    )


def families_table(families: Families, places: Places, names: Names) -> pd.DataFrame:
    """Return the families; children and youngest as on the last day that the records know them."""
    row = np.flatnonzero(names.is_recorded)
    births = np.where(names.is_child_recorded[row], families.births[row], NEVER)
    age = month_of(np.minimum(families.known_to[row], LAST))[:, None] - births
    return as_table(
        "families",
        {
            "family_id": names.family[row],
            "reach_centre_id": _picked(CENTRE_IDS, families.centre[row]),
            "lsoa11": _picked(lsoa_codes(len(places.lsoa_size)), families.lsoa[row]),
            "district": _picked(DISTRICTS, places.district[families.centre[row]]),
            "idaci_decile": families.decile[row],
            "children": ((age >= 0) & (age < ADULT)).sum(axis=1),
            "youngest_birth_month": months(np.where(births == NEVER, 0, births).max(axis=1)),
            "lone_parent": families.lone_parent[row],
            "young_parent": families.young_parent[row],
            "english_additional_language": families.english_additional_language[row],
            "disability": families.disability[row],
            "kinship_care": families.kinship_care[row],
            "known_from": dates(families.known_from[row]),
            "known_to": dates(families.known_to[row]),
        },
    )


def children_table(families: Families, names: Names) -> pd.DataFrame:
    """Return the children."""
    row, child = np.nonzero(names.is_child_recorded)
    return as_table(
        "children",
        {
            "child_id": names.child[row, child],
            "family_id": names.family[row],
            "birth_month": months(families.births[row, child]),
        },
    )


def registrations_table(registrations: Registrations, names: Names) -> pd.DataFrame:
    """Return the registrations of recorded families."""
    row = np.flatnonzero(names.is_recorded[registrations.family])
    return as_table(
        "registrations",
        {
            "family_id": names.family[registrations.family[row]],
            "centre_id": _picked(CENTRE_IDS, registrations.centre[row]),
            "registered_on": dates(registrations.day[row]),
            "left_on": dates(registrations.left[row]),
            "route": _picked(ROUTE_CODES, registrations.route[row]),
        },
    )


def progress_table(scores: Scores, names: Names) -> pd.DataFrame:
    """Return the progress scores."""
    row = np.flatnonzero(names.is_recorded[scores.family])
    workers = worker_ids(scores.centre[row], scores.worker[row])
    return as_table(
        "progress_scores",
        {
            "family_id": names.family[scores.family[row]],
            "centre_id": _picked(CENTRE_IDS, scores.centre[row]),
            "scored_on": dates(scores.day[row]),
            "stage": _picked(STAGE_CODES, scores.stage[row]),
            "dimension": ["overall"] * len(row),
            "score": scores.score[row],
            "higher_is": [HIGHER_IS] * len(row),
            "scored_by": workers,
            "who_scored": _picked(WHO_CODES, scores.who[row]),
            # As it is stored: what is no second scoring says nothing of it.
            "second_scoring": [True if is_second else None for is_second in scores.is_second[row].tolist()],
        },
    )


def referrals_table(referrals: ChildReferrals, after: Aftermath, names: Names) -> pd.DataFrame:
    """Return the referrals received while the records run, numbered in the order received."""
    row = np.flatnonzero(referrals.day >= FIRST_RECORD)
    row = row[np.lexsort((referrals.child[row], referrals.family[row], referrals.day[row]))]
    is_open = after.closed[row] > LAST
    reason = np.where(is_open, "", after.reason[row])
    return as_table(
        "referrals",
        {
            "referral_id": [f"R{i:06d}" for i in range(1, len(row) + 1)],
            "child_id": names.child[referrals.family[row], referrals.child[row]],
            "received_on": dates(referrals.day[row]),
            "source": _picked(SOURCE_CODES, referrals.source[row]),
            "outcome": _picked(tuple(OUTCOMES), referrals.outcome[row]),
            "closed_on": dates(after.closed[row]),
            "closure_reason": [text or None for text in reason.tolist()],
            "referred_back": referrals.sent_back[row],
        },
    )


def episodes_table(referrals: ChildReferrals, after: Aftermath, names: Names) -> pd.DataFrame:
    """Return the episodes that go on or begin while the records run."""
    row, kind = np.nonzero((after.starts <= LAST) & (after.ends >= FIRST_RECORD))
    kept = names.is_child_recorded[referrals.family[row], referrals.child[row]]
    row, kind = row[kept], kind[kept]
    child = names.child[referrals.family[row], referrals.child[row]]
    order = np.lexsort((after.starts[row, kind], kind, referrals.child[row], referrals.family[row]))
    row, kind, child = row[order], kind[order], child[order]
    return as_table(
        "episodes",
        {
            "child_id": child,
            "kind": _picked(KINDS, kind),
            "started_on": dates(after.starts[row, kind]),
            "ended_on": dates(after.ends[row, kind]),
        },
    )


def _picked(names: Any, index: Ints) -> NDArray[np.object_]:
    return np.array(names, dtype=object)[index]
