"""What a manager may learn of other centres' families by having a file checked: little, and with a line in the audit.

A file is held against the county's family numbers, since a family may be scored where it does not live. So each number
in it that is not of the manager's own centre is a question whether the county knows such a family. An honest file asks
few of them; one that lists numbers by the thousand is not answered.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta

from toolkit.accounts.roles import Person
from toolkit.errors import InputError
from toolkit.intake.review.result import Review
from toolkit.records import Store

MOST_A_DAY = 300
"""So many numbers that are not of the own centre may a person have checked in a day: more than a centre's families."""
CHECKED, FILE = "checked", "file of scores"
_KEY = secrets.token_bytes(32)  # so that what was asked is known again, and can be guessed from no line of the audit


def own_families(store: Store, centre_id: str) -> frozenset[str]:
    """Return the families of a centre: those in its area, those that registered with it, those it scored before."""
    area = store.read("families", centre_ids=[centre_id], columns=["family_id"])["family_id"]
    scored = store.read("progress_scores", centre_ids=[centre_id], columns=["family_id"])["family_id"]
    return frozenset(area) | frozenset(scored)


def write_checked(store: Store, person: Person, found: Review, own: frozenset[str]) -> None:
    """Write that a file asks about families that are not of the person's centre, before they are told what was found.

    Raises
    ------
    InputError
        When the person has asked about more than `MOST_A_DAY` of them within a day; the audit then has a line of it.
    """
    label = next(column.label for column in found.table.columns if column.name == "family_id")
    unknown = {problem.value for problem in found.problems if problem.column == label}
    asked = (set(found.rows["family_id"]) | unknown | _left_out(found, label)) - own
    if not asked:
        return
    known_by = hmac.new(_KEY, "\n".join(sorted(asked)).encode(), hashlib.sha256).hexdigest()
    before = _asked_in_a_day(store, person, but=known_by)
    is_too_many = before + len(asked) > MOST_A_DAY
    detail = {"asked": known_by, "not of the centre": len(asked), "centre_id": person.centre_id}
    action = "refused" if is_too_many else CHECKED
    store.audit(who=person.name, action=action, what=FILE, detail=detail)
    if is_too_many:
        raise InputError(
            f"This file names {len(asked):,} families that are not of your centre, and at most {MOST_A_DAY} a day are "
            "looked up. Check that it is your centre's file. If it is, ask the early intervention lead to bring in "
            "your centre's registrations first."
        )


def _left_out(found: Review, label: str) -> set[str]:
    column = next((name for name in found.left_out.columns if name.strip().casefold() == label.casefold()), None)
    return set() if column is None else set(found.left_out[column].dropna().astype(str))


def _asked_in_a_day(store: Store, person: Person, *, but: str) -> int:
    """Return about how many a person asked in the last day, the very same once, and what is asked now left out."""
    lines = store.audit_lines(action=CHECKED)
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="microseconds")
    mine = lines[(lines["who"] == person.name) & (lines["what"] == FILE) & (lines["at"] >= since)]
    asked = {one["asked"]: int(one["not of the centre"]) for one in map(json.loads, mine["detail"])}
    return sum(count for known_by, count in asked.items() if known_by != but)
