"""A council and those to mix from, by year: rates for every 10,000 children, who is left out and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.areas.panel import SMALLEST, AreaPanel, area_panel
from toolkit.areas.recording_breaks import recording_breaks
from toolkit.areas.relabelled_spend import CENTRES, TARGETED, relabelled_spend
from toolkit.errors import did_you_mean
from toolkit.intake.published.areas import area_codes, area_name, is_authority
from toolkit.stats.arrays.types import Floats
from toolkit.studies.synthetic_county.spec import SyntheticCountySpec
from toolkit.wording.phrases import possessive
from toolkit.wording.phrases import years as phrase_of_years
from toolkit.wording.years import financial_year

LEFT_OUT = ["area", "name", "why"]
TOO_SMALL = "It has too few children for a rate."
NAMED = "The protocol leaves it out."
NOT_WHOLE = "A count of it is hidden or not published, or nought, in {year}."
BROKE = "Its counts stepped in {year} as only a change of recording makes them."


@dataclass(frozen=True, slots=True)
class CountyPanel:
    """The council and the others.

    Attributes
    ----------
    area, name
        The council's ONS code and name.
    years
        Years ending 31 March, one after the other.
    before
        How many of them came before the first treated one.
    areas, names : tuple of str
        The council first, then those to mix from, by code.
    rates : ndarray, shape (years, areas)
        For every 10,000 children aged 0 to 17; all above nought.
    left_out
        Councils that are not mixed from: area, name, why.
    broke
        Years in which the council's own recording broke, by the detector.
    relabelled
        Years in which its money on centres may have gone on under another name; ``None`` where no spending by line is
        on record.
    """

    area: str
    name: str
    years: tuple[int, ...]
    before: int
    areas: tuple[str, ...]
    names: tuple[str, ...]
    rates: Floats
    left_out: pd.DataFrame
    broke: tuple[int, ...]
    relabelled: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class NotThere:
    """What is not in the records, and what to import."""

    name: str
    sentence: str


IMPORT = "Import the Department for Education's files of children in need, as published (toolkit import dfe)."


def county_panel(counts: pd.DataFrame, spec: SyntheticCountySpec) -> CountyPanel | NotThere:
    """Return the panel of published counts, or what is missing.

    Raises
    ------
    InputError
        When a name in the protocol is no council's.
    """
    codes = area_codes(spec.council)
    name = area_name(codes[0])
    asked = {code for one in (*spec.donors, *spec.leave_out) for code in area_codes(one)}  # a wrong name ends it here
    of_councils = counts[is_authority(counts["area"]) & counts["period"].str.fullmatch(r"\d{4}")]
    if of_councils.empty:
        return NotThere(name, f"No published counts of councils are in these records. {IMPORT}")
    measures = set(of_councils["measure"])
    if spec.outcome not in measures:
        near = did_you_mean(spec.outcome, measures)
        return NotThere(
            name, f'No published count named "{spec.outcome}" is in these records. {near} {IMPORT}'.replace("  ", " ")
        )
    own = of_councils[of_councils["area"].isin(codes) & (of_councils["measure"] == spec.outcome)]
    years = own.loc[own["count"].notna(), "period"].astype(int)
    held = of_councils.loc[(of_councils["measure"] == spec.outcome) & of_councils["count"].notna(), "period"].astype(
        int
    )
    first = spec.first_year or _first_without_gap(set(years), spec)
    if held.empty or first < held.min() or spec.last > held.max():
        return NotThere(name, _outside(held, first, spec))
    missing = sorted(set(range(first, spec.last + 1)) - set(years))
    if missing:
        return NotThere(name, f"{possessive(name)} count is hidden or not in these records {_years(missing)}. {IMPORT}")
    panel = area_panel(
        counts,
        measures=(spec.outcome,),
        first=first,
        last=spec.last,
        reorganisations=spec.reorganised,
        populations="one_source_a_year",
    )
    rates = _rates(panel, spec)
    area = next((code for code in codes if code in rates.columns and rates[code].notna().all()), None)
    if area is None:
        changed = panel.changed.loc[panel.changed["area"].isin(codes), "what"]
        why = str(changed.iloc[0]) if len(changed) else f"Its number of children is not there for every year. {IMPORT}"
        return NotThere(name, f"{name} cannot be followed through these years. {why}")
    fired = _fired(counts, spec, first)
    kept, left_out = _kept(rates, area, panel, spec, fired, asked)
    return CountyPanel(
        area=area,
        name=str(_names(panel).get(area, name)),
        years=tuple(range(first, spec.last + 1)),
        before=spec.treated_year - first,
        areas=(area, *kept),
        names=tuple(str(_names(panel)[code]) for code in (area, *kept)),
        rates=rates[[area, *kept]].to_numpy(dtype=np.float64),
        left_out=left_out,
        broke=tuple(int(year) for year in fired.loc[fired["area"] == area, "year"]),
        relabelled=_relabelled(counts, area, first, spec.last),
    )


def _first_without_gap(years: set[int], spec: SyntheticCountySpec) -> int:
    """Return the first of the unbroken run of years up to the treated one; two years before it at the least."""
    first = spec.treated_year - 2
    while first - 1 in years and first in years:
        first -= 1
    return first


def _rates(panel: AreaPanel, spec: SyntheticCountySpec) -> pd.DataFrame:
    """Return rates by year (rows) and council; a count of nought has no logarithm and is missing."""
    frame = panel.frame.assign(rate=panel.rate_of(spec.outcome))
    wide = frame.pivot(index="year", columns="area", values="rate")
    return wide.where(wide > 0)


def _fired(counts: pd.DataFrame, spec: SyntheticCountySpec, first: int) -> pd.DataFrame:
    """Return the recording breaks of these years, judged by every year on record."""
    whole = area_panel(counts, measures=(spec.outcome,), reorganisations="as_published", leave_out=SMALLEST)
    rated = replace(whole, frame=whole.frame.assign(rate=whole.rate_of(spec.outcome)))
    fired = recording_breaks(rated).fired
    return fired[fired["year"].between(first + 1, spec.last)]


def _kept(
    rates: pd.DataFrame,
    area: str,
    panel: AreaPanel,
    spec: SyntheticCountySpec,
    fired: pd.DataFrame,
    asked: Iterable[str],
) -> tuple[list[str], pd.DataFrame]:
    """Return the councils to mix from, and the others with the reason of each."""
    never = {code for one in spec.leave_out for code in area_codes(one)}
    named = {code for code in asked if code not in never}
    broke = dict(zip(fired["area"], fired["year"], strict=True))
    names = _names(panel)
    kept: list[str] = []
    rows: list[dict[str, str]] = []
    for code in sorted(str(code) for code in rates.columns if code != area):
        empty = rates.index[rates[code].isna()]
        if spec.donors and code not in named:
            continue
        if code in never:
            why = NAMED
        elif code in SMALLEST:
            why = TOO_SMALL
        elif len(empty):
            why = NOT_WHOLE.format(year=financial_year(int(empty[0])))
        elif code in broke:
            why = BROKE.format(year=financial_year(int(broke[code])))
        else:
            kept.append(code)
            continue
        rows.append({"area": code, "name": names[code], "why": why})
    changed = panel.changed.rename(columns={"what": "why"})[LEFT_OUT] if spec.reorganised == "left_out" else None
    if changed is not None and spec.donors:
        changed = changed[changed["area"].isin(named)]
    left_out = pd.DataFrame(rows, columns=LEFT_OUT)
    return kept, left_out if changed is None else pd.concat([left_out, changed], ignore_index=True)


def _names(panel: AreaPanel) -> dict[str, str]:
    return dict(zip(panel.frame["area"], panel.frame["name"], strict=True))


def _relabelled(counts: pd.DataFrame, area: str, first: int, last: int) -> tuple[int, ...] | None:
    lines = (*CENTRES, TARGETED)
    if not set(lines) <= set(counts.loc[counts["area"] == area, "measure"]):
        return None
    panel = area_panel(counts[counts["area"] == area], measures=lines, reorganisations="as_published")
    fired = relabelled_spend(panel).fired
    return tuple(int(year) for year in fired["year"] if first < year <= last)


def _years(years: list[int]) -> str:
    return f"for {phrase_of_years(years)}"


def _outside(held: pd.Series, first: int, spec: SyntheticCountySpec) -> str:
    """Say that the years asked about lie outside those on record: files of them may not be published at all."""
    if held.empty:
        return f'Every count of "{spec.outcome}" in these records is hidden.'
    return (
        f"These records hold {financial_year(int(held.min()))} to {financial_year(int(held.max()))}, and the protocol "
        f"needs {financial_year(first)} to {financial_year(spec.last)}. Ask about years that are held."
    )
