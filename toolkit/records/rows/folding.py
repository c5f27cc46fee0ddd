"""One row of what several files said of it: of each column, the word of the latest file that speaks of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from toolkit.intake.connect.codes import outcome_of
from toolkit.intake.origin import PART
from toolkit.records.rows.grouping import groups_of, ids_of
from toolkit.records.rows.statements import Brought, Statement
from toolkit.tables import TABLES

RETURNS = frozenset({"census", "ssd", "annex_a"})
"""Files that hold all there is of each child in them; a list may be one of several of a day."""
_RESENT_WITHIN = timedelta(days=31)
_REFERRALS, _EPISODES = TABLES["referrals"].names, TABLES["episodes"].names
_UNKNOWN = "10"
_NOT_IN_NEED = "assessed_not_in_need"


@dataclass(frozen=True, slots=True)
class Folded:
    """A row as it should stand, and the statements it is made of, the most believed first."""

    table: str
    values: tuple[Any, ...]
    said: tuple[Statement, ...]


def fold_child(said: Sequence[Statement], uploads: Mapping[int, Brought]) -> list[Folded]:
    """Return the rows of one child that follow from all that was said of it, in whatever order it was."""
    counting = without_superseded(said, uploads)
    referrals = groups_of([one for one in counting if one.table == "referrals"], uploads)
    rows = [
        Folded("referrals", _referral(number, group.said[::-1]), tuple(group.said[::-1]))
        for group, number in zip(referrals, ids_of(referrals), strict=True)
    ]
    episodes: dict[tuple[Any, ...], list[Statement]] = {}
    for one in sorted(counting, key=lambda one: uploads[one.upload_id].rank, reverse=True):
        if one.table == "episodes":
            episodes.setdefault(one.values[:3], []).append(one)
    rows += [
        Folded("episodes", (*key, _latest(its, "ended_on", _EPISODES)), tuple(its)) for key, its in episodes.items()
    ]
    return rows


def without_superseded(said: Sequence[Statement], uploads: Mapping[int, Brought]) -> list[Statement]:
    """Return the statements that count: of a return sent again, only what the last one holds of a child."""
    of_child = {one.upload_id for one in said}
    in_part = {one.upload_id for one in said if one.says(PART)}
    returns = [upload for upload in uploads.values() if upload.origin.kind in RETURNS and upload.origin.as_of]
    later = [
        upload
        for upload in returns
        if (upload.upload_id in of_child or upload.origin.is_whole) and upload.upload_id not in in_part
    ]
    return [
        one
        for one in said
        if not any(
            is_sent_again(uploads[one.upload_id], upload) and one.part in upload.origin.covers for upload in later
        )
    ]


def is_sent_again(first: Brought, later: Brought) -> bool:
    """Return whether an upload is the same return as an earlier one, sent again."""
    one, other = first.origin, later.origin
    if one.kind not in RETURNS or one.kind != other.kind or one.as_of != other.as_of or first.rank >= later.rank:
        return False
    if one.kind == "census" or one.newest_day is None or other.newest_day is None:
        return True
    return abs(one.newest_day - other.newest_day) <= _RESENT_WITHIN


def _referral(number: str, said: Sequence[Statement]) -> tuple[Any, ...]:
    closed_on = _latest(said, "closed_on", _REFERRALS)
    closure = _latest(said, "closure_reason", _REFERRALS)
    if closed_on is None and _first(said, "closed_on") < _first(said, "closure_reason"):
        closure = None  # a later file says that the case is open
    source = next((one for one in said if one.says("source")), None)
    values = {
        "referral_id": number,
        "child_id": said[0].child,
        "received_on": said[0].values[_REFERRALS.index("received_on")],
        "source": _UNKNOWN if source is None else source.values[_REFERRALS.index("source")],
        "outcome": _outcome(said, closure),
        "closed_on": closed_on,
        "closure_reason": closure,
        "referred_back": _latest(said, "referred_back", _REFERRALS),
    }
    return tuple(values[name] for name in _REFERRALS)


def _latest(said: Sequence[Statement], name: str, names: Sequence[str]) -> Any:
    at = names.index(name)
    return next((one.values[at] for one in said if one.says(name)), None)


def _first(said: Sequence[Statement], name: str) -> int:
    return next((at for at, one in enumerate(said) if one.says(name)), len(said))


def _outcome(said: Sequence[Statement], closure: str | None) -> str | None:
    """Return how a referral ended by all that is known: what one file says of it another need not repeat.

    Whether there was further action, and why it was closed, is the latest word on that. A plan or an enquiry in any
    file is one that was, since a later return leaves out those that ended before its year.
    """
    at = _REFERRALS.index("outcome")
    stated = [(one, one.values[at]) for one in said]
    speaking = [(one, outcome) for one, outcome in stated if any(map(one.says, ("outcome", "nfa", "closure_reason")))]
    if speaking and speaking[0][0].is_explicit:
        return None if speaking[0][1] is None else str(speaking[0][1])
    on_action = (outcome == "nfa" for one, outcome in speaking if outcome is not None or one.says("nfa"))
    was_in_need = any(outcome == "in_need" for _, outcome in speaking)
    found = outcome_of(nfa=next(on_action, None), closure=closure, was_in_need=was_in_need)
    if found is None and any(outcome == _NOT_IN_NEED and _is_outright(one) for one, outcome in speaking):
        return _NOT_IN_NEED
    if found is None:
        of_closure = next((both for both in speaking if both[0].says("closure_reason")), None)
        if of_closure is not None and of_closure[0].is_explicit and of_closure[1] == _NOT_IN_NEED:
            return _NOT_IN_NEED
    return found


def _is_outright(one: Statement) -> bool:
    """Return whether an outcome was said as such: not made of why the case was closed, which may be taken back."""
    closure = one.values[_REFERRALS.index("closure_reason")]
    return outcome_of(nfa=None, closure=closure, was_in_need=False) is None
