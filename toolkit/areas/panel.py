"""Published counts as a panel of councils and years: figures, intervals where suppressed, population and rate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.areas.reorganised import Rule, as_units, reorganised
from toolkit.areas.suppressed import with_intervals
from toolkit.errors import InputError, did_you_mean
from toolkit.intake.published.areas import area_name, is_authority, is_listed, la_codes
from toolkit.intake.published.measures import SOURCES
from toolkit.wording.years import financial_year

POPULATION = "population_0_17"
PER = 10_000
"""Rates are per this many children aged 0 to 17."""
SMALLEST: tuple[str, ...] = ("E09000001", "E06000053")
"""City of London and Isles of Scilly: too few children for a rate, left out of models by default."""
SOURCE_MEASURES: tuple[str, ...] = tuple(f"referrals_source_{name}" for name in SOURCES)
SPEND_MEASURES: tuple[str, ...] = tuple(
    f"spend_gbp_{line}"
    for line in (
        *("sure_start_total", "centres_individual", "centres_area_wide", "centres_management", "other_early_years"),
        *("targeted_family_support", "universal_family_support", "family_support_total", "social_work"),
    )
)
COUNTS: tuple[str, ...] = ("referrals", "section_47_enquiries", "protection_plans_started", "children_in_need_31_march")
"""Read where nothing else is asked for, with sources and money."""


@dataclass(frozen=True, slots=True)
class AreaPanel:
    """Councils by year.

    Attributes
    ----------
    frame
        One row a council and year, sorted so: ``area`` (ONS code), ``name``, ``region`` (ONS code), ``year`` (ending
        31 March, int), ``population`` (children aged 0 to 17), ``population_is`` ("estimate", "worked back" or ""),
        and of each measure its figure under its own name (missing where none was published), ``<measure>_low`` and
        ``<measure>_high`` (the figure itself, or the interval a suppressed one lies in). ``rate`` is referrals per
        10,000 children. Money is in nominal pounds.
    measures
        The measures in it.
    changed
        Councils that were put together or left out: area, name, first_year_ending, what.
    """

    frame: pd.DataFrame
    measures: tuple[str, ...]
    changed: pd.DataFrame

    def summary(self) -> str:
        """Return one sentence for a person."""
        if self.frame.empty:
            return "No council's counts."
        first, last = int(self.frame["year"].min()), int(self.frame["year"].max())
        return (
            f"{self.frame['area'].nunique()} councils, {financial_year(first)} to {financial_year(last)}, "
            f"{len(self.measures)} measures."
        )

    def rate_of(self, measure: str) -> pd.Series:
        """Return a measure per 10,000 children aged 0 to 17, on the frame's index.

        Raises
        ------
        InputError
            When the panel lacks it, naming the closest.
        """
        if measure not in self.measures:
            near = did_you_mean(measure, self.measures)
            raise InputError(f'The panel has no measure "{measure}". {near}'.rstrip())
        return self.frame[measure] / self.frame["population"] * PER


def area_panel(
    counts: pd.DataFrame,
    *,
    measures: Iterable[str] | None = None,
    first: int | None = None,
    last: int | None = None,
    reorganisations: Rule = "harmonised",
    populations: Literal["any", "one_source_a_year"] = "any",
    leave_out: Iterable[str] = (),
) -> AreaPanel:
    """Return the panel of a store's or snapshot's published counts.

    Parameters
    ----------
    counts
        The table `area_counts`: ``snapshot.read("area_counts")``, or what `read_dfe` and `read_s251` return, put
        together.
    measures
        Which; by default those of `COUNTS`, `SOURCE_MEASURES` and `SPEND_MEASURES` that the table has. ``referrals``
        are always among them.
    first, last
        Years ending of the window; by default all.
    reorganisations
        What is done with councils joined, split or recoded *within* the window.
    populations
        ``one_source_a_year`` leaves a population out that is worked back from a published rate in a year in which
        other councils have an estimate: estimates are revised later, the rates of the time are not.
    leave_out
        Codes of councils to leave out, such as `SMALLEST`.
    """
    rows = counts[_of_councils_by_year(counts)].reset_index(drop=True)
    wanted = _wanted(rows, measures)
    years = rows["period"].astype(int)
    first = int(years.min() if len(years) else 0) if first is None else first
    last = int(years.max() if len(years) else 0) if last is None else last
    people, population_is = _population(rows, years)
    rows = rows[rows["measure"].isin(wanted) & years.between(first, last)]
    long = with_intervals(rows.assign(year=rows["period"].astype(int)))
    people = people[people["year"].between(first, last)]
    if populations == "one_source_a_year":
        people = _of_one_source(people, population_is)
    long, unlisted = _listed(pd.concat([long, people], ignore_index=True), set(leave_out))
    long, changed = as_units(long, first, last, reorganisations)
    return AreaPanel(_wide(long, wanted, population_is), wanted, pd.concat([changed, unlisted], ignore_index=True))


def measures_there(counts: pd.DataFrame) -> frozenset[str]:
    """Return what a table of published counts has of councils by year; it may have other counts of England alone."""
    return frozenset(counts.loc[_of_councils_by_year(counts), "measure"])


def _of_councils_by_year(counts: pd.DataFrame) -> pd.Series:
    return is_authority(counts["area"]) & counts["period"].str.fullmatch(r"\d{4}")


def _wanted(rows: pd.DataFrame, measures: Iterable[str] | None) -> tuple[str, ...]:
    there = set(rows["measure"])
    if measures is None:
        return tuple(
            name for name in (*COUNTS, *SOURCE_MEASURES, *SPEND_MEASURES) if name in there or name == "referrals"
        )
    asked = tuple(dict.fromkeys(("referrals", *measures)))
    missing = [name for name in asked if name not in there and name != "referrals"]
    if missing:
        said = " ".join(f'"{name}" is not there. {did_you_mean(name, there)}'.rstrip() for name in missing)
        raise InputError(f"The published counts lack what is asked for: {said}")
    return asked


def _population(rows: pd.DataFrame, years: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """Return children by council and year in long form, and by (area, year) whether they are an estimate.

    The estimate of a year's 30 June serves the year ending the next 31 March.
    """
    is_estimate = (rows["measure"] == POPULATION) & rows["count"].notna()
    estimates = rows.loc[is_estimate, ["area", "count"]].assign(year=years[is_estimate] + 1, said="estimate")
    is_rated = (rows["measure"] != POPULATION) & rows["population"].notna()
    rated = rows.loc[is_rated, ["area", "population"]].rename(columns={"population": "count"})
    rated = rated.assign(year=years[is_rated], said="worked back")
    both = pd.concat([estimates, rated], ignore_index=True).drop_duplicates(["area", "year"])
    long = both[["area", "year", "count"]].assign(measure=POPULATION, low=both["count"], high=both["count"])
    return long, both.set_index(["area", "year"])["said"]


def _of_one_source(people: pd.DataFrame, population_is: pd.Series) -> pd.DataFrame:
    is_estimate = population_is.reindex(pd.MultiIndex.from_frame(people[["area", "year"]])).eq("estimate").to_numpy()
    return people[is_estimate | ~people["year"].isin(people.loc[is_estimate, "year"])]


def _listed(long: pd.DataFrame, leave_out: set[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out whom the caller names and codes in no list: they may be parts of a council that is there as well."""
    areas = long["area"].drop_duplicates()
    unknown = sorted(area for area in areas if not is_listed(area))
    said = pd.DataFrame(
        {
            "area": unknown,
            "name": [area_name(area) for area in unknown],
            "first_year_ending": [int(long.loc[long["area"] == area, "year"].min()) for area in unknown],
            "what": ["Its code is in no list of councils: it is left out."] * len(unknown),
        }
    )
    return long[~long["area"].isin(leave_out | set(unknown))], said


def _wide(long: pd.DataFrame, wanted: tuple[str, ...], population_is: pd.Series) -> pd.DataFrame:
    counted = long[long["measure"] != POPULATION]
    key = pd.MultiIndex.from_frame(counted[["area", "year"]].drop_duplicates().sort_values(["area", "year"]))
    columns: dict[str, pd.Series] = {}
    by_measure = dict(tuple(long.set_index(["area", "year"]).groupby("measure")))
    for name in wanted:
        of = by_measure.get(name)
        for column, suffix in (("count", ""), ("low", "_low"), ("high", "_high")):
            none = pd.Series(np.nan, index=key)
            columns[f"{name}{suffix}"] = none if of is None else of[column].reindex(key)
    people = by_measure.get(POPULATION)
    population = pd.Series(np.nan, index=key) if people is None else people["count"].reindex(key)
    frame = pd.DataFrame({"population": population, **columns})
    said = population_is.reindex(key).where(frame["population"].notna())
    frame.insert(1, "population_is", said.fillna("").mask(frame["population"].notna() & said.isna(), "estimate"))
    frame["rate"] = frame["referrals"] / frame["population"] * PER
    frame = frame.reset_index()
    names, regions = _names(), dict(zip(la_codes()["area"], la_codes()["region"], strict=True))
    frame.insert(1, "name", frame["area"].map(lambda area: names.get(area, area_name(area))))
    frame.insert(2, "region", frame["area"].map(regions))
    return frame


def _names() -> dict[str, str]:
    table = reorganised()
    return dict(zip(table["unit"], table["unit_name"], strict=True))
