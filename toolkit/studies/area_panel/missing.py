"""What published files lack for councils to be compared by their money: said once, each with the file that has it."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.panel import POPULATION
from toolkit.intake.published.areas import is_authority, is_listed
from toolkit.studies.area_panel.spec import AreaPanelSpec

COUNTS = (
    'Counts of "{outcome}" are not there. Import the Department\'s files of referrals, of all councils (toolkit import '
    "dfe)."
)
SPENDING = 'Spending on "{line}" is not there. Import councils\' spending, Section 251 (toolkit import s251).'
CHILDREN = (
    "The number of children in each council is not there. It is in the ONS's mid-year estimates of population, and in "
    "the Department's census files that print rates (toolkit import dfe)."
)
NOT_TOGETHER = (
    "Counts, spending and numbers of children are there, but not of the same councils and years. Import files of the "
    "same years, spending a year earlier."
)


def missing(counts: pd.DataFrame, spec: AreaPanelSpec) -> str:
    """Return in words what the counts of the protocol's years lack, and which file has it.

    Parameters
    ----------
    counts
        The table `area_counts`.
    spec
        The protocol's.
    """
    codes = [area for area in counts["area"].unique() if is_listed(area)]
    rows = counts[is_authority(counts["area"]) & counts["area"].isin(codes) & counts["period"].str.fullmatch(r"\d{4}")]
    year, is_figure = rows["period"].astype(int), rows["count"].notna()
    window = year.between(spec.first_year, spec.last_year)
    # An estimate of 30 June serves the year ending the next 31 March.
    estimated = is_figure & (rows["measure"] == POPULATION) & (year + 1).between(spec.first_year, spec.last_year)
    rated = window & (rows["measure"] != POPULATION) & rows["population"].notna()
    there = {
        COUNTS.format(outcome=spec.outcome): window & is_figure & (rows["measure"] == spec.outcome),
        SPENDING.format(line=spec.spending): is_figure
        & (rows["measure"] == spec.spending)
        & year.between(spec.first_year - 1, spec.last_year - 1),
        CHILDREN: estimated | rated,
    }
    lacking = [sentence for sentence, found in there.items() if not found.any()]
    return " ".join(lacking) or NOT_TOGETHER
