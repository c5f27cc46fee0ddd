"""The tables of a synthetic county: the council beside its mixture, who is in it, gaps of all, earlier starts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.studies.synthetic_county.findings import COUNCIL, Findings, smallest_fall, told

PATH = ["year", "rate", "mixture", "is_after"]
DONORS = ["area", "name", "weight", "before_augmentation"]
GAPS = ["area", "year", "gap", "is_council"]
STARTS = ["year", "change", "low", "high"]
VISIBLE = ["years_before", "councils", "smallest"]


def path_table(found: Findings) -> pd.DataFrame:
    """Return by year the council's rate for every 10,000 children and its mixture's."""
    panel = found.panel
    rate = panel.rates[:, COUNCIL]
    return pd.DataFrame(
        {
            "year": list(panel.years),
            "rate": rate,
            "mixture": rate * np.exp(-found.control.gaps),
            "is_after": [place >= panel.before for place in range(len(panel.years))],
        },
        columns=PATH,
    )


def donors_table(found: Findings) -> pd.DataFrame:
    """Return the councils in the mixture, the weightiest first; those that count for less than a thousandth are not."""
    panel = found.panel
    rows = pd.DataFrame(
        {
            "area": panel.areas[1:],
            "name": panel.names[1:],
            "weight": found.control.weights,
            "before_augmentation": found.control.mixture,
        },
        columns=DONORS,
    )
    rows = rows[rows["weight"].abs() >= 0.001]
    return rows.sort_values("weight", ascending=False, kind="stable", ignore_index=True)


def gaps_table(found: Findings) -> pd.DataFrame:
    """Return by council and year how far it parts from its own mixture, as a part of what was to be expected."""
    panel = found.panel
    gaps = np.vstack([found.control.gaps, found.placebos.gaps])
    return pd.DataFrame(
        {
            "area": np.repeat(panel.areas, len(panel.years)),
            "year": np.tile(panel.years, len(panel.areas)),
            "gap": np.expm1(np.minimum(gaps, 20.0)).reshape(-1),
            "is_council": np.repeat([place == COUNCIL for place in range(len(panel.areas))], len(panel.years)),
        },
        columns=GAPS,
    )


def starts_table(found: Findings) -> pd.DataFrame:
    """Return what the same sum finds at each earlier start, as parts, with the ends of its range."""
    rows = [(year, *figures) for year, one in found.moved if (figures := told(one)) is not None]
    return pd.DataFrame(rows, columns=STARTS)


def visible_table(found: Findings) -> pd.DataFrame:
    """Return the smallest fall that could be seen."""
    smallest = smallest_fall(found.main)
    rows = [] if smallest is None else [(found.panel.before, len(found.panel.areas) - 1, smallest)]
    return pd.DataFrame(rows, columns=VISIBLE)
