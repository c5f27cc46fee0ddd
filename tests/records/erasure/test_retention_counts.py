"""What is past keeping is counted in the database: the same counts as going through every row one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from toolkit.intake.origin import Origin
from toolkit.records import Store
from toolkit.records.database.connect import reading
from toolkit.records.database.schema import RENUMBERED, ROWS, UPLOADS, VERSIONS
from toolkit.records.erasure.retention import load_policy
from toolkit.tables import TABLES

DAYS = (date(2014, 1, 1), date(2017, 6, 1), date(2033, 6, 1), date(2070, 1, 1))
COVERS = frozenset({"referrals", "section_47", "protection_plan"})
Rows = dict[str, list[dict[str, Any]]]


def referral(child: str, received: date, closed: date | None = None) -> dict[str, Any]:
    known = {"referral_id": f"R {child} {received}", "child_id": child, "received_on": received, "source": "6"}
    return {**known, "outcome": None, "closed_on": closed, "closure_reason": None, "referred_back": None}


def census(store: Store, year: int, *rows: dict[str, Any]) -> int:
    frames = {"referrals": pd.DataFrame(list(rows), columns=list(TABLES["referrals"].names))}
    done = store.merge(
        frames,
        speaks_of={"referrals": ["closed_on,closure_reason,nfa,source"] * len(rows)},
        origin=Origin("census", date(year, 3, 31), "file", "", date(year, 3, 31), COVERS),
        by="t",
        source_name=f"census {year}",
        content_hash=repr((year, rows)),
    )
    return 0 if done.receipt is None else done.receipt.upload_id


OPEN = (2009, referral("K001", date(2009, 1, 5)), referral("K002", date(2009, 1, 6)), referral("K9", date(2009, 2, 1)))
CLOSED = (2010, referral("K001", date(2009, 1, 5), date(2009, 6, 1)), referral("K003", date(2009, 9, 1)))
AGAIN = (2010, referral("K001", date(2009, 1, 5), date(2009, 7, 1)), referral("K002", date(2009, 1, 6)))


def filled(store: Store, county: dict[str, pd.DataFrame], made: Any, order: tuple[int, ...]) -> Store:
    """Fill a store as a council does: returns in some order, one twice, then corrections, a number changed, one out."""
    left = {"F001": date(2005, 5, 1), "F002": date(2009, 5, 1), "F003": None, "F006": date(2009, 5, 1)}
    county["families"]["known_to"] = [left.get(one, date(2020, 1, 1)) for one in county["families"]["family_id"]]
    county["registrations"]["left_on"] = [date(2009, 4, 1), None]
    own = ("centres", "families", "children", "registrations", "progress_scores")
    store.add({name: county[name] for name in own if name in county}, by="t", source_name="t")
    stored = [census(store, *(OPEN, CLOSED, AGAIN)[place]) for place in order]
    census(store, *OPEN)  # the same file again
    store.correct({"progress_scores": made.frame("progress_scores", made.score(1, value=5))}, by="t", source_name="t")
    moved = {"child_id": "K002", "family_id": "F006", "birth_month": date(2009, 3, 1)}
    store.correct({"children": made.frame("children", moved)}, by="t", source_name="t")
    store.renumber("child", "K001", "K001B", by="t", why="another system")
    store.renumber("family", "F002", "F002B", by="t", why="another system")
    if order[0]:
        store.withdraw(next(filter(None, stored)), by="t")
    return store


def test_counts_are_those_of_going_through_every_row(new_store: Callable[..., Store], county, made) -> None:
    store = filled(new_store(), county, made, (0, 1, 2))
    holds_on_every_day(store)


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 1, 0)])
def test_in_any_order_of_files(order: tuple[int, ...], store: Store, county, made) -> None:
    filled(store, county, made, order)
    holds_on_every_day(store)
    counted = plainly(store, DAYS[-1])
    union = Counter(table for table, _ in set().union(*counted.values()))
    erased = store.apply_retention(load_policy(store.folder), today=DAYS[-1], by="t")
    assert erased is not None and erased.rows == union
    assert store.retention_due(load_policy(store.folder), today=DAYS[-1])["rows"].sum() == 0


def holds_on_every_day(store: Store) -> None:
    found = set()
    for today in DAYS:
        due = store.retention_due(load_policy(store.folder), today=today)
        shown = {(line.rule, line.table): line.rows for line in due.itertuples() if line.rows}
        plain = {
            (rule, t): n
            for rule, rows in plainly(store, today).items()
            for t, n in Counter(table for table, _ in rows).items()
        }
        assert shown == plain, today
        found |= set(shown)
    expected = {("families", "children"), ("registrations", "registrations"), ("referrals", "referrals")}
    assert found >= {*expected, ("history", "children"), ("families", "referrals")}


def plainly(store: Store, today: date) -> dict[str, set[tuple[str, int]]]:
    """Return the rows past keeping by rule, as (table, row), by reading every row and asking each."""
    with reading(store.engine) as connection:
        rows = {name: [dict(row) for row in connection.execute(sa.select(t)).mappings()] for name, t in ROWS.items()}
        at = {row.version: row.at for row in connection.execute(sa.select(VERSIONS))}
        uploads = {row.upload_id: row.withdrawn_in for row in connection.execute(sa.select(UPLOADS))}
        renamed = [
            (row.kind, row.old, row.new)
            for row in connection.execute(sa.select(RENUMBERED).order_by(RENUMBERED.c.upload_id))
            if uploads[row.upload_id] is None
        ]
    found: dict[str, set[tuple[str, int]]] = {}
    for name, rule in load_policy(store.folder).rules.items():
        limit = rule.keep_from(today)
        if name == "families":
            found[name] = _of_families(rows, renamed, _gone(rows, rule.after, limit))
        elif name == "history":
            moment = datetime(limit.year, limit.month, limit.day, tzinfo=UTC)
            old = {
                (t, r["row_id"]): r for t in rows for r in rows[t] if r["v_to"] is not None and at[r["v_to"]] < moment
            }
            found[name] = {
                key
                for key, r in old.items()
                if uploads[r["upload_id"]] is not None or not _is_used(key[0], r, rows, renamed)
            }
        else:
            past = [row for row in rows[name] if row[rule.after] is not None and row[rule.after] < limit]
            found[name] = {(name, row["row_id"]) for row in past}
            if name == "referrals":
                about = {(_now(renamed, "child", row["child_id"]), row["received_on"]) for row in past}
                found[name] |= {
                    (name, row["row_id"])
                    for row in rows[name]
                    if row["v_to"] is not None
                    and (_now(renamed, "child", row["child_id"]), row["received_on"]) in about
                }
    return found


def _now(renamed: list[tuple[str, str, str]], kind: str, number: str) -> str:
    for what, old, new in renamed:
        number = new if (what, old) == (kind, number) else number
    return number


def _gone(rows: Rows, after: str, limit: date) -> set[str]:
    current = {name: [row for row in rows[name] if row["v_to"] is None] for name in rows}
    family_of = {row["child_id"]: row["family_id"] for row in current["children"]}
    gone = {row["family_id"] for row in current["families"] if row[after] is not None and row[after] < limit}
    for name in ("registrations", "progress_scores", "referrals", "episodes"):
        for row in current[name]:
            if any(isinstance(value, date) and value >= limit for value in row.values()):
                gone.discard(row["family_id"] if "family_id" in row else family_of.get(row["child_id"], ""))
    return gone


def _of_families(rows: Rows, renamed: list[tuple[str, str, str]], gone: set[str]) -> set[tuple[str, int]]:
    whole = {_now(renamed, "family", one) for one in gone}
    newest = {row["child_id"]: row["family_id"] for row in sorted(rows["children"], key=lambda row: row["row_id"])}
    children = {_now(renamed, "child", c) for c, family in newest.items() if _now(renamed, "family", family) in whole}
    return {
        (name, row["row_id"])
        for name in rows
        for row in rows[name]
        if _now(renamed, "family", row.get("family_id", "")) in whole
        or _now(renamed, "child", row.get("child_id", "")) in children
    }


def _is_used(name: str, row: dict[str, Any], rows: Rows, renamed: list[tuple[str, str, str]]) -> bool:
    """Whether rows that stand may be made of this one: what a file said of a child that has some."""
    if name not in ("referrals", "episodes"):
        return False
    current = [one for one in rows[name] if one["v_to"] is None and one["child_id"] == row["child_id"]]
    if row["child_id"] in {old for _, old, _ in renamed}:
        return row["speaks_of"] != ""
    if row["speaks_of"] is None:
        return any(one["speaks_of"] == "" for one in current)
    return row["speaks_of"] != "" and bool(current)
