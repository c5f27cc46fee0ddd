"""What members explore, as they read it: a choice as a table with rates, and every figure there is as a file.

Counts are the protected ones, looked up and never worked out anew; a rate is such a count over a published population.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import pandas as pd

from toolkit.areas.panel import PER
from toolkit.publish.members.explore import ALL, DIMENSIONS, WHICH, Explorer, place
from toolkit.publish.members.told import count_told
from toolkit.publish.members.trends import rate_told
from toolkit.simulate.places import COUNTY_CODE
from toolkit.wording.years import as_years_are_written

BY: Mapping[str, str] = {"district": "District", "year": "Year", "source": "Who referred"}
"""What a page calls each dimension."""
EVERY: Mapping[str, str] = {"district": "All districts", "year": "All years", "source": "Whoever referred"}
TOGETHER = "All together"


@dataclass(frozen=True, slots=True)
class Explored:
    """One choice of what members may explore.

    Attributes
    ----------
    headline
        What was chosen, in words.
    drawn
        ``label``, ``number`` (missing where it is hidden or only said to be few) and ``said``, a row a level: the
        total is not among them.
    table
        ``label``, ``all``, ``nfa``, and ``rate`` where children are known, all in words; the total is the last row.
    has_hidden, has_rates
        Whether a count is hidden, and whether there are rates.
    """

    headline: str
    drawn: pd.DataFrame
    table: pd.DataFrame
    has_hidden: bool
    has_rates: bool


def explored(found: Explorer, by: str, only: Mapping[str, str], children: Mapping[str, float]) -> Explored:
    """Return a choice.

    Parameters
    ----------
    found
        What members may explore.
    by, only
        The dimension of the rows, and a level of at most one other.
    children
        Children under 18 by year, as the explorer names years: rates are given by year, and of all districts alone.
    """
    rows = found.rows(by, only)
    rates = {}
    if by == "year" and "district" not in only:
        rates = {
            row["level"]: row["all"] / children[row["level"]] * PER
            for row in rows
            if _is_told(row["all"], found.least_told) and row["level"] in children
        }
    table = pd.DataFrame(
        [
            {
                "label": _label(row["level"]),
                **{which: count_told(row[which], found.least_told) for which in WHICH},
                **({"rate": rate_told(rates.get(row["level"], float("nan")))} if rates else {}),
            }
            for row in rows
        ]
    )
    levels = [row for row in rows if row["level"] != ALL]
    counts = [row["all"] if _is_told(row["all"], found.least_told) else None for row in levels]
    drawn = pd.DataFrame(
        {
            "label": [_label(row["level"]) for row in levels],
            "number": counts,
            "said": [count_told(row["all"], found.least_told) for row in levels],
        }
    )
    chosen = "".join(f", {as_years_are_written(level)} only" for level in only.values())
    return Explored(
        f"Referrals to children's social care by {BY[by].lower()}{chosen}",
        drawn.astype({"number": "Int64"}),
        table,
        any(row[which] is None for row in rows for which in WHICH),
        bool(rates),
    )


def everything(found: Explorer) -> Iterator[tuple[str, ...]]:
    """Yield every figure that members may look up, headings first: what each choice on the page would show."""
    yield (*(BY[name] for name in DIMENSIONS), *WHICH.values())
    for cell in product(*((*found.levels[name], ALL) for name in DIMENSIONS)):
        if ALL not in cell:
            continue
        where = dict(zip(DIMENSIONS, cell, strict=True))
        counts = (count_told(found.shown[place(where, which)], found.least_told) for which in WHICH)
        yield (*(EVERY[n] if level == ALL else as_years_are_written(level) for n, level in where.items()), *counts)


def children_by_year(counts: pd.DataFrame, area: str) -> dict[str, float]:
    """Return an area's children under 18 by year, as the explorer names years, of published counts with a population.

    Parameters
    ----------
    counts
        Of `area_counts`.
    area
        Its ONS code.
    """
    of_it = (counts["area"] == area) & counts["period"].str.fullmatch(r"\d{4}") & counts["population"].notna()
    years = counts.loc[of_it].drop_duplicates("period").set_index("period")["population"]
    ended = [int(str(year)) for year in years.index]
    return {f"{year - 1}-{year % 100:02d}": float(people) for year, people in zip(ended, years, strict=True)}


def own_area(area: str, *, simulated: bool) -> str:
    """Return the code under which a store's own council is counted: a simulated county has one that is no ONS code."""
    return COUNTY_CODE if simulated else area


def _label(level: str) -> str:
    return TOGETHER if level == ALL else as_years_are_written(level)


def _is_told(count: int | None, least_told: int) -> bool:
    return count is not None and (count == 0 or count >= least_told)
