"""Published counts read again, against those stored: the later edition stands, and what changes is said.

A figure the publisher took back is not brought back by an earlier file, and populations that are stored are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.intake.published.combine import KEY, POPULATION_MEASURE, largest_of
from toolkit.intake.published.editions import Edition, edition_of, edition_of_source, later, source_name
from toolkit.intake.published.imported import Imported
from toolkit.intake.published.suppression_marks import PUBLISHED, SUPPRESSED


@dataclass(frozen=True, slots=True)
class Revision:
    """What reading files does to a store's published counts.

    Attributes
    ----------
    rows
        The rows to store, with the columns of `area_counts`: new ones, and stored ones that change.
    new, changed, kept
        How many counts are new, how many stored ones take another figure, and how many keep the stored figure against
        the files'.
    notes
        What changes and what is kept, a sentence a pair of sources.
    """

    rows: pd.DataFrame
    new: int
    changed: int
    kept: int
    notes: tuple[str, ...]


def revise(stored: pd.DataFrame, imported: Imported) -> Revision:
    """Return what of the counts read is to be stored.

    Parameters
    ----------
    stored
        A frame with the columns of `area_counts`: what the store holds.
    imported
        What was read from files.

    Notes
    -----
    Of two figures of one key the later edition's stands: that of the later release year, day of publication or
    revision (`toolkit.intake.published.editions`). Where that cannot be told, the figure read now stands, except that
    a suppressed figure stays suppressed, and that a file which has no figure takes none away.
    """
    editions = {file.name: edition_of(file.name, file.release, file.published) for file in imported.files}
    sources = {name: source_name(name, edition) for name, edition in editions.items()}
    read = imported.area_counts.assign(source=imported.area_counts["source"].map(sources))
    columns = list(read.columns)
    both = read.merge(stored[columns], on=KEY, how="left", suffixes=("", "_stored"), indicator=True, validate="1:1")
    is_stored = both["_merge"] == "both"
    later_by = _later_by(both[is_stored], _editions(stored), _editions(read)).reindex(both.index, fill_value=0)
    differs = is_stored & _differ(both)
    stays = differs & _stays(both, later_by)
    changes = differs & ~stays
    notes = (*_said(both[changes]), *_kept(both[stays]))
    # Where both have the same figure its source is the later file, and of two equal ones the first by name.
    by_name = (later_by == 0) & (both["source_stored"].fillna("").astype(str) <= both["source"].astype(str))
    keeps_source = stays | (is_stored & ~differs & ((later_by < 0) | by_name))
    for name, keeps in (("count", stays), ("status", stays), ("source", keeps_source)):
        both[name] = both[name].where(~keeps, both[f"{name}_stored"])
    both["population"] = both["population"].where(both["population"].notna(), both["population_stored"])
    merged = _with_estimates(stored[columns], both[columns])
    rows = _only_different(stored[columns], merged)
    return Revision(rows, int((~is_stored).sum()), int(changes.sum()), int(stays.sum()), notes)


def _differ(both: pd.DataFrame) -> pd.Series:
    same = (both["count"] == both["count_stored"]) | (both["count"].isna() & both["count_stored"].isna())
    return ~same | (both["status"] != both["status_stored"])


def _stays(both: pd.DataFrame, later_by: pd.Series) -> pd.Series:
    """Return whether the stored figure of each row stands: ``later_by`` is 1 where the file read is the later."""
    was_hidden = (both["status_stored"] == SUPPRESSED) & (both["status"] != SUPPRESSED)
    takes_nothing = (both["status_stored"] == PUBLISHED) & ~both["status"].isin([PUBLISHED, SUPPRESSED])
    return (later_by < 0) | ((later_by == 0) & (was_hidden | takes_nothing))


def _editions(counts: pd.DataFrame) -> dict[str, Edition]:
    """Return the edition of each source."""
    ends = _year_ending(counts).groupby(counts["source"].fillna("").astype(str)).max()
    return {str(source): edition_of_source(str(source), int(end)) for source, end in ends.items()}


def _later_by(rows: pd.DataFrame, stored: dict[str, Edition], read: dict[str, Edition]) -> pd.Series:
    pairs = list(zip(rows["source"].astype(str), rows["source_stored"].fillna("").astype(str), strict=True))
    found = {pair: later(read[pair[0]], stored[pair[1]]) for pair in set(pairs)}
    return pd.Series([found[pair] for pair in pairs], index=rows.index, dtype=int)


def _year_ending(counts: pd.DataFrame) -> pd.Series:
    """Return the year ending 31 March each row's rate is over; a mid-year population serves the year after."""
    # What a council stored itself may name its periods otherwise: such rows belong to no release.
    year = pd.to_numeric(counts["period"].astype(str).str[:4], errors="coerce").fillna(0).astype(int)
    month = pd.to_numeric(counts["period"].str.extract(r"^\d{4}-(\d\d)$", expand=False), errors="coerce")
    serves_next = (month > 3) | (counts["measure"] == POPULATION_MEASURE)
    return year + serves_next.astype(int)


def _with_estimates(stored: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """Return stored and read rows as one, with the population estimate of its year in every row that has a rate.

    Where there is no estimate, a row keeps the population it has.
    """
    read_keys = pd.MultiIndex.from_frame(read[KEY])
    others = stored[~pd.MultiIndex.from_frame(stored[KEY]).isin(read_keys)]
    merged = pd.concat([part for part in (others, read) if len(part)] or [read], ignore_index=True)
    merged["year"] = _year_ending(merged)
    is_estimate = merged["measure"] == POPULATION_MEASURE
    estimates = merged[is_estimate].set_index(["area", "year"])["count"].dropna()
    is_rated = ~is_estimate & ~merged["measure"].str.contains("_gbp_", regex=False)
    at = pd.MultiIndex.from_frame(merged[["area", "year"]])
    estimate = pd.Series(estimates.reindex(at).to_numpy(), index=merged.index).where(is_rated)
    merged["population"] = estimate.where(estimate.notna(), merged["population"])
    return merged[list(read.columns)]


def _only_different(stored: pd.DataFrame, merged: pd.DataFrame) -> pd.DataFrame:
    """Return the merged rows that are not stored just so."""
    both = merged.merge(stored, on=KEY, how="left", suffixes=("", "_stored"), indicator=True)
    same = both["_merge"] == "both"
    for name in ("count", "population", "status", "source"):
        one, other = both[name], both[f"{name}_stored"]
        same &= (one == other) | (one.isna() & other.isna())
    return merged[~same.to_numpy()].sort_values(KEY, kind="stable").reset_index(drop=True)


def _said(changed: pd.DataFrame) -> list[str]:
    """Return a note a pair of sources (stored, read) whose figures change."""
    notes = []
    for (was, now), rows in changed.groupby(["source_stored", "source"], sort=True):
        both = rows[(rows["status"] == PUBLISHED) & (rows["status_stored"] == PUBLISHED)]
        said = [f"figures of {now} that take the place of those of {was}: {len(rows):,}"]
        if len(both):
            pair = both.assign(count=both["count_stored"], count_kept=both["count"])
            said.append(f"the largest is {largest_of(pair)}")
        for status, words in (("status", "no longer published"), ("status_stored", "published that were not")):
            count = int(((rows[status] != PUBLISHED) & ~rows.index.isin(both.index)).sum())
            if count:
                said.append(f"{words}: {count:,}")
        notes.append("Changed: " + "; ".join(said) + ".")
    return notes


def _kept(stays: pd.DataFrame) -> list[str]:
    """Return a note a source whose stored figures stand against those read: nothing is silently left out."""
    notes = []
    for was, rows in stays.groupby("source_stored", sort=True):
        hidden = int((rows["status_stored"] == SUPPRESSED).sum())
        said = f"Kept as stored from {was}, which is the later or hides them: {len(rows):,} figures"
        notes.append(said + (f", of them suppressed by the publisher: {hidden:,}." if hidden else "."))
    return notes
