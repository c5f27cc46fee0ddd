"""Councils that take the place of one that was split: the old one's series goes on as the sum of theirs.

Surrey is two councils from April 2027, so that a study of the county would end there. What both publish is added up and
kept under the county's code too; what one of them hides or has not is not there for the county either.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from toolkit.intake.published.areas import area_name, plain_area
from toolkit.intake.published.combine import KEY
from toolkit.intake.published.suppression_marks import MISSING, PUBLISHED, SUPPRESSED
from toolkit.project_files import read_data_table


@cache
def successors() -> pd.DataFrame:
    """Return the list: name, part_of (the code of the council before) and first_year_ending (whole numbers)."""
    listed = read_data_table("la_successors.csv")
    return listed.assign(first_year_ending=listed["first_year_ending"].astype(int))


def with_old_series(kept: pd.DataFrame, names: dict[str, str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return counts with those of councils that were split added up under the old code, and a note a council.

    Parameters
    ----------
    kept
        One row a key: area, period, year, level, measure, count, status, row, source and rank.
    names
        What files call each area, by its code: a new council's code is in no list yet, its name is.
    """
    listed = successors()
    plain = {plain_area(name): (whole, since) for name, whole, since in listed.itertuples(index=False)}
    parts = {area: plain[said] for area, name in names.items() if (said := plain_area(name)) in plain}
    of_parts = kept[kept["area"].isin(parts)]
    if of_parts.empty:
        return kept, ()
    whole = of_parts.assign(area=of_parts["area"].map({area: found[0] for area, found in parts.items()}))
    is_after = whole["year"] >= of_parts["area"].map({area: found[1] for area, found in parts.items()})
    added = [_added(rows, listed) for _, rows in whole[is_after].groupby(KEY, sort=True)]
    sums = pd.DataFrame([row for row in added if row is not None], columns=kept.columns)
    has_own = pd.MultiIndex.from_frame(sums[KEY]).isin(pd.MultiIndex.from_frame(kept[KEY]))
    sums = sums[~has_own]
    if sums.empty:
        return kept, ()
    notes = tuple(
        f"{area_name(str(area))} was split: its counts from {min(rows['period'])} on are those of "
        f"{' and '.join(listed.loc[listed['part_of'] == area, 'name'])} added up. A child counted by both counts twice."
        for area, rows in sums.groupby("area", sort=True)
    )
    return pd.concat([kept, sums.astype(kept.dtypes.to_dict())], ignore_index=True), notes


def _added(rows: pd.DataFrame, listed: pd.DataFrame) -> dict[str, object] | None:
    """Return the row of the council before, or None where not every part has one."""
    first = rows.iloc[0]
    if len(rows) != int((listed["part_of"] == first["area"]).sum()):
        return None
    statuses = set(rows["status"])
    status = PUBLISHED if statuses == {PUBLISHED} else SUPPRESSED if SUPPRESSED in statuses else MISSING
    count = float(rows["count"].sum()) if status == PUBLISHED else float("nan")
    return {str(name): value for name, value in first.items()} | {"count": count, "status": status}
