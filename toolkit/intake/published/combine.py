"""Several releases into one set of counts: the later release is kept, and where they differ is said."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.intake.published.areas import area_name, is_authority
from toolkit.intake.published.cells import Sheet
from toolkit.intake.published.editions import ranked
from toolkit.intake.published.suppression_marks import PUBLISHED, SUPPRESSED, read_numbers

KEY = ["area", "period", "measure"]
_FIRST = {SUPPRESSED: 0, PUBLISHED: 1}
POPULATION = ["area", "year", "population"]
POPULATION_MEASURE = "population_0_17"
PER_RATE = 10_000
"""Rates are per 10,000 children aged 0 to 17."""
AGREE = 0.02
"""Two rates agree when the populations they imply are within this share, rounding apart."""


def keep_latest(frames: list[pd.DataFrame]) -> tuple[pd.DataFrame, tuple[str, ...], tuple[str, ...]]:
    """Return one row a key from several files, a note a pair of files that differ, and what cannot be decided.

    Parameters
    ----------
    frames
        One frame a file: area, period, year, measure, count, status, source, edition (`editions.Edition`), rank.

    Notes
    -----
    Kept is the latest release, and of a release the latest edition, even where it is empty and an earlier one was not:
    the publisher took the figure back. Between files that cannot be told apart so, a suppressed figure comes before a
    published one (it is not brought back), that before one that is missing, and then the order of the layouts decides.
    Two files of one layout and edition that publish different figures are for a person to decide.
    """
    every = pd.concat(frames, ignore_index=True)
    places = ranked(every["edition"].unique().tolist())
    every["place"] = every["edition"].map(places)
    every["emptiness"] = every["status"].map(_FIRST).fillna(len(_FIRST))
    order = [*KEY, "place", "emptiness", "rank", "source"]
    every = every.sort_values(order, ascending=[True] * 3 + [False] + [True] * 3, kind="stable")
    is_kept = ~every.duplicated(KEY)
    kept = every[is_kept]
    beaten = every[~is_kept].merge(
        kept[[*KEY, "count", "status", "source", "place", "rank"]], on=KEY, suffixes=("", "_kept")
    )
    kept = kept.drop(columns=["place", "emptiness", "edition"]).reset_index(drop=True)
    return kept, _differences(beaten), _undecided(beaten)


def _undecided(beaten: pd.DataFrame) -> tuple[str, ...]:
    """Return a problem a pair of files of one layout and edition that publish different figures."""
    alike = beaten[(beaten["place"] == beaten["place_kept"]) & (beaten["rank"] == beaten["rank_kept"])]
    both = alike[(alike["status"] == PUBLISHED) & (alike["status_kept"] == PUBLISHED)]
    differ = both[both["count"] != both["count_kept"]]
    return tuple(
        f"{one} and {other} are the same release and differ in {len(rows):,} figures, such as {largest_of(rows)}. "
        "Nothing says which was published later: give the later one alone, or read each with the day it was published."
        for (one, other), rows in differ.groupby(["source", "source_kept"], sort=True)
    )


def largest_of(rows: pd.DataFrame) -> str:
    """Return the largest difference of rows with ``count`` and ``count_kept``, in words."""
    largest = rows.iloc[int((rows["count_kept"] - rows["count"]).abs().to_numpy().argmax())]
    return (
        f"{largest['measure']}, {area_name(largest['area'])}, {largest['period']}: "
        f"{largest['count']:,.0f} against {largest['count_kept']:,.0f}"
    )


def _differences(beaten: pd.DataFrame) -> tuple[str, ...]:
    """Return a note a pair of files (earlier, kept) whose figures differ."""
    beaten = beaten[beaten["status"] == PUBLISHED]
    notes = []
    for (earlier, later), rows in beaten.groupby(["source", "source_kept"], sort=True):
        councils = rows[is_authority(rows["area"])]
        both = councils[councils["count_kept"].notna()]
        apart = (both["count_kept"] - both["count"]).abs()
        differ = both[apart > 0]
        withdrawn = int(councils["count_kept"].isna().sum())
        if differ.empty and not withdrawn:
            continue
        said = f"{earlier} and {later}: {len(differ):,} of {len(both):,} council figures differ"
        if len(differ):
            said += f"; the largest is {largest_of(both)}"
        if withdrawn:
            said += f"; no longer published: {withdrawn:,}"
        notes.append(f"{said}. Kept: {later}.")
    return tuple(notes)


def add_population(counts: pd.DataFrame, implied: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the counts with ``population``, children aged 0 to 17 at the preceding mid-year, and ``is_worked_back``.

    Parameters
    ----------
    counts
        One row a key, with ``year`` (year ending the rate is over).
    implied
        Populations worked back from published rates, a frame a file (area, year, population), used where no estimate
        was given.
    """
    estimates = counts.loc[counts["measure"] == POPULATION_MEASURE, ["area", "year", "count"]].dropna()
    estimates = estimates.rename(columns={"count": "population"})
    parts = [part for part in (estimates, *implied) if len(part)] or [estimates]
    parts = [part.assign(is_worked_back=part is not estimates) for part in parts]
    both = pd.concat(parts, ignore_index=True).drop_duplicates(["area", "year"])
    with_population = counts.merge(both, on=["area", "year"], how="left", validate="many_to_one")
    is_rated = with_population["measure"] != POPULATION_MEASURE
    with_population["population"] = with_population["population"].where(is_rated)
    return with_population


def implied_population(sheet: Sheet, frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a census file's populations (area, year, population), worked back or else as printed, and notes.

    Population = referrals / rate × 10,000, to a whole child; the rate has one decimal, so it is right to about one
    child in 5,000 of a usual council. Only published counts are used: a suppressed count is never worked out from its
    rate. Where the rate of children in need implies another population (County Durham 2010), neither is used. A council
    without a rate has the population the file prints, to the nearest hundred (Havering and Newham 2012).
    """
    if sheet.rates is None:
        return frame.iloc[:0].assign(population=pd.Series(dtype=float))[POPULATION], ()
    by_referrals = _worked_back(sheet.rates, sheet.marks, frame, "referrals")
    by_need = _worked_back(sheet.rates, sheet.marks, frame, "children_in_need_31_march")
    both = by_referrals.merge(by_need[["area", "population", "slack"]], on="area", how="left", suffixes=("", "_need"))
    apart = (both["population"] / both["population_need"] - 1).abs()
    clash = apart > both["slack"] + both["slack_need"] + AGREE
    notes = tuple(
        f"{sheet.name}: the published rates of {area_name(area)} imply {by_rate:,.0f} children by referrals and "
        f"{by_other:,.0f} by children in need; its population is left empty."
        for area, by_rate, by_other in both.loc[clash, ["area", "population", "population_need"]].to_numpy()
    )
    printed = _printed(sheet.rates, sheet.marks, frame)
    without_rate = printed[~printed["area"].isin(both["area"])]
    return pd.concat([both.loc[~clash, POPULATION], without_rate], ignore_index=True), notes


def _worked_back(rates: pd.DataFrame, marks: Mapping[str, str], frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return area, year, population and slack (the share by which rounding of the rate can move it)."""
    of_measure = rates[rates["measure"] == measure]
    rate = pd.Series(read_numbers(of_measure["rate"], marks).values, index=of_measure["row"])
    at = frame[(frame["measure"] == measure) & frame["count"].notna()].copy()
    per = at["row"].map(rate).astype(float)
    per = per.where(per > 0)
    at["population"] = (at["count"] / per * PER_RATE).round()
    at["slack"] = 0.05 / per
    return at.loc[at["population"] > 0, [*POPULATION, "slack"]]


def _printed(rates: pd.DataFrame, marks: Mapping[str, str], frame: pd.DataFrame) -> pd.DataFrame:
    """Return the populations a file prints: area, year and population."""
    of_population = rates[rates["measure"] == POPULATION_MEASURE]
    people = pd.Series(read_numbers(of_population["rate"], marks).values, index=of_population["row"])
    areas = frame.drop_duplicates("area")
    areas = areas.assign(population=areas["row"].map(people).astype(float))
    return areas.loc[areas["population"] > 0, POPULATION]
