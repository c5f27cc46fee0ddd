"""The tables of councils' money: years in all, breaks, money that changed its name, a council beside others."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from toolkit.areas.beside import beside
from toolkit.areas.who_refers import WhoRefers, who_refers
from toolkit.errors import InputError
from toolkit.studies.area_panel.councils import LAG, Councils

YEARS = ["year", "councils", "referrals", "rate", "pounds"]
BREAKS = ["council", "year", "kind", "before", "after", "second_before", "second_after", "in_window"]
RELABELLED = ["council", "year", "centres_before", "centres_after", "targeted_before", "targeted_after"]
COURSE = ["year", "council", "neighbours", "region", "england"]
SOURCES = ["source", "first_year", "last_year", "before", "after", "change", "low", "high"]


def years_table(councils: Councils) -> pd.DataFrame:
    """Return, by year ending, what was compared: councils, their referrals, the rate per 10,000, pounds a child."""
    rows = councils.rows
    kept = rows[rows["log_rate"].notna() & rows[f"log_spend_{LAG}"].notna()]
    found = []
    for year, of in kept.groupby("year"):
        people = of["population"].sum()
        pounds = (of[f"spend_{LAG}"] * of["population"]).sum() / people
        figures = (int(str(year)), len(of), int(of["count"].sum()), of["count"].sum() / people * 10_000, pounds)
        found.append(dict(zip(YEARS, figures, strict=True)))
    return pd.DataFrame(found, columns=YEARS)


def breaks_table(councils: Councils, second: str) -> pd.DataFrame:
    """Return every break of recording on record, the largest first, with what the second outcome did beside it.

    ``in_window`` where it parts years compared; all figures are rates per 10,000 in the year before and that year. A
    second outcome that hardly moves speaks for a change of recording.
    """
    fired, inside = councils.breaks.fired, councils.broken
    here = set(zip(inside["area"], inside["year"], strict=True))
    at = list(zip(fired["area"], fired["year"], strict=True))
    rates = pd.Series(dtype=float)
    if second in councils.whole.measures:
        frame = councils.whole.frame
        rates = pd.Series(
            councils.whole.rate_of(second).to_numpy(), index=pd.MultiIndex.from_frame(frame[["area", "year"]])
        )
    beside_it = {
        name: [float(rates.get((area, year + ahead), float("nan"))) for area, year in at]
        for name, ahead in (("second_before", -1), ("second_after", 0))
    }
    table = fired.rename(columns={"name": "council"})
    return table.assign(**beside_it, in_window=[one in here for one in at])[BREAKS]


def relabelled_table(councils: Councils) -> pd.DataFrame:
    """Return every council and year in which money may have changed its name, in pounds of that year."""
    if councils.relabelled is None:
        return pd.DataFrame(columns=RELABELLED)
    return councils.relabelled.fired.rename(columns={"name": "council"})[RELABELLED]


def course_table(
    councils: Councils, council: str | None, outcome: str, neighbours: Collection[str] = ()
) -> pd.DataFrame:
    """Return the rates per 10,000 of the council asked about and of those beside it; no row without one."""
    if council is None:
        return pd.DataFrame(columns=COURSE)
    try:
        rates = beside(councils.whole, council, outcome, neighbours=neighbours).rates
    except InputError:  # the council is not on record: a gate says so
        return pd.DataFrame(columns=COURSE)
    course = rates.dropna(subset=["council"])[COURSE].reset_index(drop=True)
    return course if neighbours else course.drop(columns="neighbours")


def who_referred(councils: Councils, council: str | None, first: int, last: int) -> WhoRefers | None:
    """Return who referred in the council asked about, the first year of the window on record against the last."""
    sources = [name for name in councils.whole.measures if name.startswith("referrals_source_")]
    frame = councils.whole.frame
    own = frame[(frame["area"] == council) & frame["year"].between(first, last)]
    known = own.loc[own[sources].notna().any(axis=1), "year"] if sources else own["year"].iloc[:0]
    if council is None or len(known) < 2:
        return None
    return who_refers(councils.whole, council, int(known.min()), int(known.max()))


def sources_table(found: WhoRefers | None) -> pd.DataFrame:
    """Return who referred in two years; no row where that is not on record."""
    if found is None:
        return pd.DataFrame(columns=SOURCES)
    return found.by_source.assign(first_year=found.first, last_year=found.last)[SOURCES]
