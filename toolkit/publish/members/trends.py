"""Published counts over the years: a council's rate beside councils like it, its region and England, for members.

The figures are the Department's own, protected before they were published. A count that it hid stays hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd

from toolkit.areas.beside import beside
from toolkit.areas.council import Council
from toolkit.areas.measure_words import COUNTED
from toolkit.areas.panel import PER, AreaPanel
from toolkit.intake.published.areas import area_name
from toolkit.publish.disclosure import SUPPRESSED
from toolkit.publish.report_2011.claims import WORCESTERSHIRE
from toolkit.wording.numbers import in_words
from toolkit.wording.years import financial_year

FIRST: tuple[str, ...] = ("referrals", "looked_after_31_march")
"""Counts that stand first among those to choose from."""
NEIGHBOURS, REGION, ENGLAND = "neighbours", "region", "england"
LEAST_IN: Mapping[str, int] = MappingProxyType({NEIGHBOURS: 5, REGION: 6, ENGLAND: 100})
"""A rate of others is given for years in which at least so many councils are in it: fewer are not what it is called."""
_RELEASE = re.compile(r"release of (\d{4})")
_ONE_PLACE = 10


@dataclass(frozen=True, slots=True)
class Trend:
    """A council's rate of one count over the years, beside others'.

    Attributes
    ----------
    counted
        What is counted, in words.
    council
        The council's name.
    places
        What each line is called, by its column: ``council``, then others there are figures of.
    rates
        A row a year, oldest first: ``year`` as it is written, a rate per 10,000 children under 18 for each place
        (missing where it is not known), and ``low`` and ``high``, the council's where the Department hid its count.
    table
        The same in words, with the council's own number: ``year``, ``number`` and each place.
    has_hidden
        Whether a count of the council's was hidden.
    model
        The year of the model that says which councils are like it; ``None`` where nobody gave one.
    """

    counted: str
    council: str
    places: Mapping[str, str]
    rates: pd.DataFrame
    table: pd.DataFrame
    has_hidden: bool
    model: int | None

    def beside(self, place: str) -> Trend:
        """Return the council beside one other place alone; beside all of them where there is no such place."""
        if place not in self.places:
            return self
        return replace(self, places={one: name for one, name in self.places.items() if one in ("council", place)})

    @property
    def headline(self) -> str:
        """What the picture shows, as a sentence."""
        known = self.rates.dropna(subset=["council"])
        if known.empty:
            return f"{self.council}: no rate of {self.counted} is known"
        first, last = known.iloc[0], known.iloc[-1]
        said = f"{self.council} had {rate_told(last['council'])} {self.counted} for every {PER:,} children"
        if len(known) == 1:
            return f"{said} in {last['year']}"
        return f"{said} in {last['year']}, and {rate_told(first['council'])} in {first['year']}"

    @property
    def in_words(self) -> str:
        """What the picture shows for whoever does not see it; the numbers follow in the table."""
        lines = []
        for place, name in self.places.items():
            known = self.rates.dropna(subset=[place])
            if len(known):
                first, last = known.iloc[0], known.iloc[-1]
                lines.append(
                    f"{name}: {rate_told(first[place])} in {first['year']}, {rate_told(last[place])} in {last['year']}."
                )
        return f"A line for each place, {self.counted} for every {PER:,} children by year. " + " ".join(lines)


def counts_there(panel: AreaPanel, area: str) -> tuple[str, ...]:
    """Return which counts there are of a council, those that members ask for most first."""
    own = panel.frame[panel.frame["area"] == area]
    there = [name for name in COUNTED if name in panel.measures and own[f"{name}_low"].notna().any()]
    return tuple(sorted(there, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST)))


def area_of(council: Council | None) -> str:
    """Return the ONS code of the council that is looked at: the one that was named, or the report's own."""
    return WORCESTERSHIRE if council is None else council.area


def trend(panel: AreaPanel, measure: str, council: Council | None, *, model: int | None = None) -> Trend:
    """Return a council's rate of a count over the years beside others'.

    Parameters
    ----------
    panel
        Councils' published counts.
    measure
        What is counted: one of `counts_there`.
    council
        Whose; the report's own council where nobody has said.
    model
        The year of the model of statistical neighbours; the newest there is when not given.

    Raises
    ------
    InputError
        When the panel has no such council or count.
    """
    area, models = area_of(council), {} if council is None else council.neighbours
    model = model if model in models else max(models, default=None)
    found = beside(panel, area, measure, neighbours=() if model is None else models[model])
    own = panel.frame[panel.frame["area"] == area].set_index("year")
    rates = found.rates.set_index("year")
    for place, least in LEAST_IN.items():
        rates[place] = rates[place].where(rates[f"{place}_councils"] >= least)
    hidden = own[measure].isna() & own[f"{measure}_low"].notna()
    for end in ("low", "high"):
        rates[end] = (own[f"{measure}_{end}"] / own["population"] * PER).where(hidden)
    rates = _between_first_and_last(rates)
    names = {
        "council": found.name,
        NEIGHBOURS: "Councils like it",
        REGION: area_name(str(own["region"].iloc[0])),
        ENGLAND: "England",
    }
    places = {place: name for place, name in names.items() if rates[place].notna().any() or place == "council"}
    written = pd.Series([financial_year(int(year)) for year in rates.index], index=rates.index)
    table = pd.DataFrame({"year": written})
    counts = own[measure].reindex(rates.index)
    is_hidden = hidden.reindex(rates.index).to_numpy(dtype=bool)
    table["number"] = [
        SUPPRESSED if hides else in_words(None if pd.isna(count) else int(count))
        for count, hides in zip(counts, is_hidden, strict=True)
    ]
    for place in places:
        table[place] = [rate_told(rate) for rate in rates[place]]
    table.loc[is_hidden, "council"] = SUPPRESSED
    rates = rates[[*places, "low", "high"]].assign(year=written).reset_index(drop=True)
    return Trend(COUNTED[measure], found.name, places, rates, table.reset_index(drop=True), bool(hidden.any()), model)


def _between_first_and_last(rates: pd.DataFrame) -> pd.DataFrame:
    """Leave out years before the first and after the last in which anything is known."""
    known = rates[["council", "low", *LEAST_IN]].notna().any(axis=1)
    if not known.any():
        return rates.iloc[:0]
    return rates.loc[known.idxmax() : known[::-1].idxmax()]


def rate_told(rate: float) -> str:
    """Return a rate as a whole number, or with one place where it is small; nothing where it is not known."""
    if pd.isna(rate):
        return ""
    return f"{rate:.1f}" if rate < _ONE_PLACE else f"{rate:,.0f}"


def releases_in_words(sources: Iterable[str]) -> str:
    """Return which of the Department's releases figures came from, as a page's line of sources."""
    years = sorted({int(found[1]) for source in sources if (found := _RELEASE.search(str(source)))})
    if not years:
        return "Source: figures that the Department for Education publishes, as they were imported."
    span = f"of {years[0]}" if len(years) == 1 else f"of {years[0]} to {years[-1]}"
    return f"Source: Department for Education, statistics on children in need and looked after, releases {span}."
