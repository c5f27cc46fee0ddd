"""Time to an event: the days from time zero to the first of a kind, and what ended the waiting.

Waiting ends where a row is lost (its family moves, leaves or joins), and those lost are not like the rest: a curve of
those days alone is not what would have been. One of the rows with a weight above 0, weighted by
``censoring_weight_<event>``, is (`toolkit.cohort.censoring`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.cohort.outcome_definitions import COMPETING, EVENTS, Base

CENSORED, EVENT, COMPETED = 0, 1, 2
"""Codes of ``event_<base>``: follow-up ended first, it happened, a child entered care first."""

_NEVER = np.iinfo(np.int32).max


def first_days_sql(names: Sequence[str], records: str) -> dict[str, str]:
    """Return, by name, the expressions over a row's follow-up that give the first day of each event of one table.

    Entry into care is among them wherever another event is asked for, as what competes with it.
    """
    wanted = [EVENTS[name] for name in dict.fromkeys(names)]
    if wanted and COMPETING.name not in names:
        wanted.append(COMPETING)
    return {
        first_name(base): f"min(after) FILTER (WHERE {base.condition})" for base in wanted if base.records == records
    }


def first_name(base: Base) -> str:
    """Return the name of the column that `first_days_sql` gives a base."""
    return f"first_{base.name}"


def time_to_columns(
    names: Sequence[str], first_days: Mapping[str, Any], days_followed: NDArray[Any]
) -> dict[str, NDArray[Any]]:
    """Return ``days_to_<base>`` and ``event_<base>`` of every event.

    Parameters
    ----------
    names
        Names in `toolkit.cohort.outcome_definitions.EVENTS`.
    first_days
        By `first_name`: days from time zero to the first event, 0 where there is none.
    days_followed
        Days from time zero to the end of follow-up, its last day included.

    Notes
    -----
    An event on the day of entry into care counts as the event. What happens after follow-up ends counts nowhere.
    """
    columns: dict[str, NDArray[Any]] = {}
    end = days_followed.astype(np.int32)
    competing = _or_never(first_days[first_name(COMPETING)]) if names else end
    for name in names:
        own = _or_never(first_days[first_name(EVENTS[name])])
        rival = competing if EVENTS[name].condition != COMPETING.condition else np.full_like(own, _NEVER)
        first = np.minimum(own, rival)
        code = np.where(first > end, CENSORED, np.where(own <= rival, EVENT, COMPETED))
        columns[f"days_to_{name}"] = np.minimum(first, end).astype(np.int16)
        columns[f"event_{name}"] = code.astype(np.int8)
    return columns


def _or_never(days: NDArray[Any]) -> NDArray[np.int32]:
    days = np.asarray(days, dtype=np.int32)
    return np.where(days > 0, days, _NEVER).astype(np.int32)
