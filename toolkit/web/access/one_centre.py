"""What a centre's own rows come to, worked out once for each version of the store and kept for its pages.

Each is asked for by a centre's number, which `ManagerStore` takes from the session of whoever looks. With the next
version all is forgotten, so that nothing of a family that was erased stays in the server's memory.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import pandas as pd

from toolkit.records import Store
from toolkit.studies.progress_change.by_half_year import HalfYears, by_half_year
from toolkit.studies.progress_change.one_centre import CentreProgress, centre_progress
from toolkit.studies.progress_change.scores_to_check import scores_to_check
from toolkit.studies.progress_change.second_scores import SecondScores, newest_day, second_scores

_KEPT = 64
"""Of so many centres: a county has thirty, and what stands of a centre is small."""
_KEPT_OF: dict[str, tuple[Store, int]] = {}


class RowsOf:
    """The rows of one centre in one version, as a study of that centre reads them: each table once."""

    __slots__ = ("_centre_id", "_read", "_store")

    def __init__(self, store: Store, centre_id: str) -> None:
        self._store = store
        self._centre_id = centre_id
        self._read: dict[str, pd.DataFrame] = {}

    def read(self, name: str) -> pd.DataFrame:
        """Return a table's rows of the centre; the caller may change them."""
        if name not in self._read:
            self._read[name] = self._store.read(name, centre_ids=[self._centre_id])
        return self._read[name].copy(deep=False)


class OneCentre:
    """What the rows of one centre come to, as the store is now.

    Parameters
    ----------
    store
        The store.
    centre_id
        The one centre.
    """

    __slots__ = ("_asked",)

    def __init__(self, store: Store, centre_id: str) -> None:
        self._asked = (store, centre_id, _newest(store))

    def progress(self) -> CentreProgress:
        """Return how the centre's families moved from their first score to their last."""
        return _progress(*self._asked)

    def half_years(self) -> HalfYears:
        """Return how many of the centre's families were scored again and how they moved, by half year."""
        return _half_years(*self._asked)

    def second_scores(self, as_of: date | None, wait_days: int) -> SecondScores:
        """Return which families are due a second score on a day, or where none is given on the records' last."""
        return _second_scores(*self._asked, as_of, date.today(), wait_days)

    def scores_to_check(self) -> pd.DataFrame:
        """Return the centre's stored scores that cannot all be right."""
        return _scores_to_check(*self._asked).copy(deep=False)


def _newest(store: Store) -> int:
    """Return the newest version, having forgotten what was kept of the one before."""
    version = store.version
    if _KEPT_OF.get("version") != (store, version):
        for kept in (_rows, _progress, _half_years, _second_scores, _scores_to_check):
            kept.cache_clear()
        _KEPT_OF["version"] = (store, version)
    return version


@lru_cache(maxsize=8)  # the rows themselves are not kept for long: what is made of them is
def _rows(store: Store, centre_id: str, version: int) -> RowsOf:
    return RowsOf(store, centre_id)


@lru_cache(maxsize=_KEPT)
def _progress(store: Store, centre_id: str, version: int) -> CentreProgress:
    return centre_progress(_rows(store, centre_id, version))


@lru_cache(maxsize=_KEPT)
def _half_years(store: Store, centre_id: str, version: int) -> HalfYears:
    return by_half_year(_rows(store, centre_id, version))


@lru_cache(maxsize=_KEPT)
def _second_scores(
    store: Store, centre_id: str, version: int, as_of: date | None, today: date, wait_days: int
) -> SecondScores:
    rows = _rows(store, centre_id, version)
    return second_scores(rows, as_of=as_of or newest_day(rows) or today, wait_days=wait_days)


@lru_cache(maxsize=_KEPT)
def _scores_to_check(store: Store, centre_id: str, version: int) -> pd.DataFrame:
    return scores_to_check(_rows(store, centre_id, version))
