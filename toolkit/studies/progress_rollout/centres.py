"""The centres of the study: since when each scores families, and what its area was before any did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.staggered.contrast import NEVER

FAR = 10**6
"""A day no family joins on: of a centre that does not score."""


@dataclass(frozen=True, slots=True)
class Centres:
    """Centres that families joined, in order of their number.

    Attributes
    ----------
    ids, district
        Their numbers, and districts.
    begins
        Shape (u,): the day each began to score, as a number; `FAR` for one that does not.
    before
        One row a centre: the columns of `ALIKE_ON`, and ``area_team`` and ``provider_code``.
    """

    ids: tuple[str, ...]
    district: tuple[str, ...]
    begins: Integers
    before: pd.DataFrame

    @property
    def scores(self) -> Booleans:
        """Which of them score."""
        return np.asarray(self.begins < FAR)

    def codes_of(self, centre_ids: pd.Series) -> Integers:
        """Return the place of each family's centre."""
        return np.asarray(pd.Index(self.ids).get_indexer(pd.Index(centre_ids)), dtype=np.intp)

    def assigned(self, starts: Integers) -> Integers:
        """Return the place of each centre's start among the starts; `NEVER` where it has none of them."""
        return np.asarray(np.where(np.isin(self.begins, starts), np.searchsorted(starts, self.begins), NEVER))

    def values(self, names: tuple[str, ...], among: Booleans) -> Floats:
        """Return what centres were before, in standard deviations of those among which they are compared, (u, k)."""
        values = self.before[list(names)].to_numpy(dtype=np.float64)
        if not names or not among.any():
            return np.zeros((len(self.ids), 0))
        mean, spread = values[among].mean(axis=0), values[among].std(axis=0)
        return np.asarray((values - mean)[:, spread > 0] / spread[spread > 0], dtype=np.float64)

    def strata(self, within: str, among: Booleans) -> Integers:
        """Return codes of the groups of centres among which days could have been dealt; -1 for those left out."""
        codes = np.zeros(len(self.ids), dtype=np.intp)
        if within == "deprivation" and among.any():
            tenth = self.before["deprivation"].to_numpy(dtype=np.float64)
            codes = (tenth > np.median(tenth[among])).astype(np.intp)
        elif within in ("area_team", "provider"):
            column = "area_team" if within == "area_team" else "provider_code"
            codes = np.unique(self.before[column].to_numpy(dtype=str), return_inverse=True)[1].reshape(-1)
        return np.asarray(np.where(among, codes, -1), dtype=np.intp)


def centres_of(centres: pd.DataFrame, areas: pd.DataFrame, joined: pd.Series) -> Centres:
    """Return the centres that families joined.

    Parameters
    ----------
    centres
        The table of centres.
    areas
        What their reach areas were in the first year of the records; a centre without one is taken as average.
    joined
        The centre of each family.
    """
    rows = centres.assign(centre_id=centres["centre_id"].astype(str))
    rows = rows[rows["centre_id"].isin(set(joined))].sort_values("centre_id")
    rows = rows.merge(areas, on="centre_id", how="left").reset_index(drop=True)
    numbers = rows[["deprivation", "earlier_referrals", "area_families"]].astype(np.float64)
    numbers = numbers.fillna(numbers.mean()).fillna(0.0)
    before = pd.DataFrame(
        {
            "deprivation": numbers["deprivation"],
            "earlier_referrals": numbers["earlier_referrals"],
            "size": np.log(np.maximum(numbers["area_families"], 1.0)),
            "provider": (rows["provider"] == "county").astype(np.float64),
            "area_team": rows["area_team"].astype(str),
            "provider_code": rows["provider"].astype(str),
        }
    )
    since = pd.to_datetime(rows["tracks_progress_from"])
    return Centres(
        ids=tuple(rows["centre_id"]),
        district=tuple(rows["district"].astype(str)),
        begins=np.where(since.isna(), FAR, day_numbers(since.fillna(pd.Timestamp(1970, 1, 1)))).astype(np.intp),
        before=before,
    )


def day_numbers(days: pd.Series) -> Integers:
    """Return days as numbers since 1 January 1970."""
    return np.asarray(days.to_numpy().astype("datetime64[D]").astype(np.int64), dtype=np.intp)
