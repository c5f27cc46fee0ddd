"""The records a small council would hold of its life, as a snapshot: what nobody sees is not in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from council_families import ADULT, AREA_TEAMS, NEVER, RECORDS_END
from small_council import SmallCouncil

from toolkit.records.snapshots.files import write_snapshot
from toolkit.records.snapshots.snapshot import Snapshot
from toolkit.tables import TABLES

YOUNG_MIX = {"1A": 8, "1C": 2, "1D": 3, "2A": 8, "3A": 4, "3B": 14, "3E": 5, "3F": 5, "4": 3, "5A": 3, "5B": 5}
YOUNG_MIX |= {"5C": 3, "5D": 2, "6": 26, "7": 2, "8": 3, "9": 3, "10": 1}
SCHOOL_MIX = {"1A": 8, "1B": 2, "1C": 2, "1D": 2, "2A": 27, "2B": 4, "3A": 3, "3C": 3, "3E": 4, "3F": 3, "4": 2}
SCHOOL_MIX |= {"5A": 3, "5B": 4, "5C": 3, "5D": 1, "6": 23, "7": 2, "8": 1, "9": 3}
CENTRES_SHARE = 0.14
"""Of the referrals of families that have joined, those that their centre makes."""
SIBLING = 0.45
OUTCOMES = {"nfa": 0.16, "assessed_not_in_need": 0.40, "in_need": 0.44}
_DAY = np.timedelta64(1, "D")


def write_council(council: SmallCouncil, folder: Path) -> Snapshot:
    """Write a council's records to a snapshot in ``folder`` and return it; the same council gives the same bytes."""
    return write_snapshot(records_of(council), simulated=True, version=1, beside=folder, out=folder / "snapshot")


def records_of(council: SmallCouncil) -> dict[str, pa.Table]:
    """Return the tables of a council's records, by name, each sorted by its key."""
    rng = np.random.default_rng(council.rng["records"].bit_generator.seed_seq)
    children, families = _children(council), _families(council)
    referrals, episodes = _referrals(council, children, rng)
    known = set(families["family_id"])
    children = children[children["family_id"].isin(known)]
    made = {
        "centres": _centres(council),
        "families": families,
        "children": children[["child_id", "family_id", "birth_month"]],
        "registrations": _registrations(council, rng),
        "referrals": referrals,
        "episodes": episodes,
    }
    made["progress_scores"] = _scores(council, made["registrations"], rng)
    return {name: _arrow(name, made.get(name)) for name in TABLES}


def _arrow(name: str, frame: pd.DataFrame | None) -> pa.Table:
    schema = TABLES[name].arrow_schema
    if frame is None:
        return schema.empty_table()
    sorted_frame = frame.reindex(columns=schema.names).sort_values(list(TABLES[name].key), kind="stable")
    return pa.Table.from_pandas(sorted_frame, schema, preserve_index=False)


def _named(letter: str, numbers: np.ndarray, width: int = 6) -> np.ndarray:
    return np.array([f"{letter}{number:0{width}d}" for number in numbers], dtype=object)


def _months(numbers: np.ndarray) -> np.ndarray:
    return np.asarray(numbers).astype("datetime64[M]").astype("datetime64[s]")


def _centres(council: SmallCouncil) -> pd.DataFrame:
    areas, number = council.areas, np.arange(len(council.areas.district))
    opened = np.datetime64("2008-09-01") + (number * 53 % 1800).astype("timedelta64[D]")
    tracks = pd.Series(np.where(areas.scores, opened + 200 * _DAY, np.datetime64("NaT")))
    return pd.DataFrame(
        {
            "centre_id": _named("C", number + 1, 2),
            "name": [f"Centre {n + 1}" for n in number],
            "district": _district(council, number),
            "area_team": [AREA_TEAMS[d % 3] for d in areas.district],
            "provider": [("county", "school", "voluntary")[n % 3] for n in number],
            "opened_on": opened,
            "tracks_progress_from": tracks,
        }
    )


def _district(council: SmallCouncil, area: np.ndarray) -> np.ndarray:
    return np.array([f"District {d + 1}" for d in council.areas.district], dtype=object)[area]


def _known(council: SmallCouncil) -> np.ndarray:
    """Return which families the records hold: here at some time in them, with a child under 18 then."""
    families, clock, life = council.families, council.clock, council.life
    last = clock.month[np.clip(life.moved, 0, clock.weeks - 1)]
    begin = int(clock.records_begin.astype("datetime64[M]").astype(int))
    born = families.births <= last[:, None]
    under = families.births > begin - ADULT
    back = int((clock.records_begin - clock.first_monday).astype(int) // 7)
    return (born & under).any(axis=1) & (families.came < clock.weeks) & (life.moved >= np.maximum(back, families.came))


def _families(council: SmallCouncil) -> pd.DataFrame:
    families, life, clock = council.families, council.life, council.clock
    row = np.flatnonzero(_known(council))
    last = clock.month[np.clip(life.moved[row], 0, clock.weeks - 1)][:, None]
    births = np.where(families.births[row] <= last, families.births[row], -NEVER)
    has_moved = life.moved[row] < clock.weeks
    gone = clock.day(np.minimum(life.moved[row], clock.weeks - 1), 6)
    has_moved &= gone <= RECORDS_END
    plain = ("lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care")
    return pd.DataFrame(
        {
            "family_id": _named("F", row),
            "reach_centre_id": _named("C", families.area[row] + 1, 2),
            "lsoa11": [
                f"E{1000000 + area * 4 + number % 4:08d}" for number, area in zip(row, families.area[row], strict=True)
            ],
            "district": _district(council, families.area[row]),
            "idaci_decile": families.decile[row],
            "children": ((last - births >= 0) & (last - births < ADULT)).sum(axis=1),
            "youngest_birth_month": _months(births.max(axis=1)),
            **{name: getattr(families, name)[row] for name in plain},
            "known_from": families.known_since[row].astype("datetime64[D]"),
            "known_to": pd.Series(np.where(has_moved, gone, np.datetime64("NaT"))),
        }
    )


def _children(council: SmallCouncil) -> pd.DataFrame:
    """Return every child of every family born while the family is here and under 18 when the records begin."""
    families, clock = council.families, council.clock
    last = clock.month[np.clip(council.life.moved, 0, clock.weeks - 1)]
    begin = int(clock.records_begin.astype("datetime64[M]").astype(int))
    family, place = np.nonzero((families.births <= last[:, None]) & (families.births > begin - ADULT))
    birth = families.births[family, place]
    return pd.DataFrame(
        {
            "child_id": _named("K", family * 4 + place),
            "family_id": _named("F", family),
            "birth_month": _months(birth),
            "family": family,
            "birth": birth,
        }
    )


def _registrations(council: SmallCouncil, rng: np.random.Generator) -> pd.DataFrame:
    life, clock, families = council.life, council.clock, council.families
    row = np.flatnonzero((life.joined < NEVER) & _known(council))
    day = clock.day(life.joined[row], life.joined_weekday[row])
    row, day = row[day <= RECORDS_END], day[day <= RECORDS_END]
    number = len(council.areas.district)
    elsewhere = rng.random(len(row)) < 0.06
    centre = np.where(elsewhere, rng.integers(0, number, len(row)), families.area[row])
    stays = (14 + rng.exponential(300, len(row))).astype(int)
    left = np.minimum(day + stays.astype("timedelta64[D]"), clock.day(np.minimum(life.moved[row], clock.weeks - 1), 6))
    left = np.where((left <= RECORDS_END) & (left > day), left, np.datetime64("NaT"))
    routes = rng.choice(["self", "health", "school", "social_care", "other"], len(row), p=[0.5, 0.28, 0.1, 0.05, 0.07])
    first = pd.DataFrame(
        {
            "family_id": _named("F", row),
            "centre_id": _named("C", centre + 1, 2),
            "registered_on": day,
            "left_on": pd.Series(left),
            "route": routes,
        }
    )
    again = first[(rng.random(len(row)) < 0.05) & first["left_on"].notna()]
    again = again.assign(registered_on=again["left_on"] + pd.Timedelta(45, "D"), left_on=pd.NaT)
    gone = clock.day(np.minimum(life.moved[row], clock.weeks - 1), 6)[again.index]
    again = again[(again["registered_on"] <= pd.Timestamp(RECORDS_END)) & (again["registered_on"] < gone)]
    return pd.concat([first, again], ignore_index=True)


def _scores(council: SmallCouncil, registrations: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    scoring = {f"C{n + 1:02d}" for n in np.flatnonzero(council.areas.scores)}
    first = registrations.drop_duplicates("family_id")
    first = first[first["centre_id"].isin(scoring) & (rng.random(len(first)) < 0.7)].reset_index(drop=True)
    parts, level = [], rng.normal(2.8, 0.8, len(first))
    for stage, after, share in (("start", 10, 1.0), ("review", 95, 0.6), ("end", 230, 0.4)):
        day = first["registered_on"] + pd.to_timedelta(after + rng.integers(0, 25, len(first)), unit="D")
        score = np.clip(np.round(level + 0.25 * (stage != "start") + 0.6 * rng.standard_normal(len(first))), 1, 5)
        seen = (rng.random(len(first)) < share) & (day <= pd.Timestamp(RECORDS_END))
        seen &= ~(first["left_on"] < day)
        part = first[["family_id", "centre_id"]].assign(scored_on=day, stage=stage, score=score.astype(int))
        parts.append(part[seen])
    scores = pd.concat(parts, ignore_index=True)
    workers = [f"W{centre[1:]}{place % 3}" for place, centre in enumerate(scores["centre_id"])]
    return scores.assign(dimension="overall", higher_is="better", scored_by=workers)


def _referrals(
    council: SmallCouncil, children: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the referrals of children, brothers and sisters on the same day, and the episodes that follow."""
    life, clock = council.life, council.clock
    events = pd.DataFrame({"event": np.arange(len(life.week)), "family": life.referred, "by_centre": life.by_centre})
    events["day"] = clock.day(life.week, life.weekday)
    events["source"] = _sources(council, rng)
    events["luck"], events["first"] = rng.random(len(events)), rng.random(len(events))
    inside = (events["day"] >= clock.records_begin) & (events["day"] <= RECORDS_END)
    pairs = events[inside].merge(children, on="family")
    age = pairs["day"].to_numpy().astype("datetime64[M]").astype(int) - pairs["birth"].to_numpy()
    pairs = pairs[(age >= 0) & (age < ADULT)]
    size = pairs.groupby("event")["child_id"].transform("size").to_numpy()
    place = pairs.groupby("event").cumcount().to_numpy()
    named = (np.floor(pairs["first"].to_numpy() * size) == place) | (rng.random(len(pairs)) < SIBLING)
    pairs = pairs[named].sort_values(["day", "event", "child_id"], kind="stable").reset_index(drop=True)
    luck = np.where(rng.random(len(pairs)) < 0.8, pairs["luck"], rng.random(len(pairs)))
    ends = np.searchsorted(np.cumsum(list(OUTCOMES.values())), luck * 0.999999)
    outcome = np.array(list(OUTCOMES), dtype=object)[ends]
    wait = np.where(ends == 0, 1, np.where(ends == 1, 30, 60 + rng.exponential(170, len(pairs)).astype(int)))
    closed = pairs["day"] + pd.to_timedelta(wait, unit="D")
    is_closed = (closed <= pd.Timestamp(RECORDS_END)).to_numpy()
    back = (ends == 0) & pairs["source"].isin(["8", "5D"]) & (rng.random(len(pairs)) < 0.5)
    referrals = pd.DataFrame(
        {
            "referral_id": _named("R", np.arange(1, len(pairs) + 1)),
            "child_id": pairs["child_id"],
            "received_on": pairs["day"],
            "source": pairs["source"],
            "outcome": outcome,
            "closed_on": closed.where(is_closed),
            "closure_reason": np.where(is_closed & (ends > 0), np.where(ends == 1, "RC8", "RC7"), None),
            "referred_back": back,
        }
    )
    return referrals, _episodes(pairs[ends == 2], rng)


def _sources(council: SmallCouncil, rng: np.random.Generator) -> np.ndarray:
    """Return who made each referral: by the youngest child's age, schools only in term, centres of those joined."""
    life, clock, families = council.life, council.clock, council.families
    age = clock.month[life.week][:, None] - families.births[life.referred]
    is_young = np.where((age >= 0) & (age < ADULT), age, NEVER).min(axis=1) < 60
    found = np.empty(len(life.week), dtype=object)
    for mix, rows in ((YOUNG_MIX, is_young), (SCHOOL_MIX, ~is_young)):
        shares = np.array(list(mix.values()), dtype=float)
        found[rows] = rng.choice(list(mix), rows.sum(), p=shares / shares.sum())
    august = clock.teaching[life.week] < 0.6
    found[august & np.isin(found.astype(str), ["2A", "2B", "3C"])] = "6"
    joined = life.joined[life.referred] < life.week
    own = life.by_centre | (joined & (rng.random(len(found)) < CENTRES_SHARE))
    found[own] = np.where(rng.random(own.sum()) < 0.75, "8", "5D")
    return found


def _episodes(in_need: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the enquiries, plans and care that follow some children's assessments."""
    luck, wait = rng.random(len(in_need)), rng.integers(2, 20, len(in_need))
    parts = []
    for kind, share, after, lasts in (
        ("section_47", 0.24, 0, 15),
        ("protection_plan", 0.10, 18, 260),
        ("looked_after", 0.03, 60, 400),
    ):
        some = in_need[luck < share]
        start = some["day"] + pd.to_timedelta(wait[luck < share] + after, unit="D")
        end = start + pd.to_timedelta((lasts * (0.5 + rng.random(len(some)))).astype(int), unit="D")
        part = pd.DataFrame({"child_id": some["child_id"], "kind": kind, "started_on": start, "ended_on": end})
        parts.append(part.assign(ended_on=end.where(end <= pd.Timestamp(RECORDS_END))))
    made = pd.concat(parts, ignore_index=True)
    made = made[made["started_on"] <= pd.Timestamp(RECORDS_END)]
    return made.drop_duplicates(["child_id", "kind", "started_on"])
