"""The tables of money by reach area: areas with their change, the course, what could be seen, counts by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.studies.reach_areas.findings import WANTED, Findings, told

AREA = ["reach_centre_id", "district", "dose", "before", "after", "change", "low", "high", "fitted", "part"]
COURSE = ["half_year", "apart", "low", "high"]
GROUPS = ("least", "middle", "most")
REACH = 1.96


def areas_table(found: Findings) -> pd.DataFrame:
    """Return one row an area: pounds a child and quarter, counts on both sides, its change with a range, and the fit.

    ``change``, ``low``, ``high`` and ``fitted`` are parts of what was to be expected of the area: -0.1 is a tenth
    fewer. ``part`` is its part in what the answer rests on.
    """
    change, plan, panel = found.dose.change, found.plan, found.panel
    if change is None:
        return pd.DataFrame(columns=AREA)
    reach = REACH * np.sqrt(change.variance)
    parts = {
        "change": change.change,
        "low": change.change - reach,
        "high": change.change + reach,
        "fitted": change.fitted,
    }
    table = pd.DataFrame(
        {
            "reach_centre_id": panel.areas,
            "district": panel.district,
            "dose": plan.dose,
            "before": found.counts[:, plan.before].sum(axis=1).astype(int),
            "after": found.counts[:, plan.after].sum(axis=1).astype(int),
            **{name: np.expm1(np.minimum(values, 20.0)) for name, values in parts.items()},
            "part": change.share,
        }
    )
    known = np.isfinite(table["change"].to_numpy(dtype=np.float64))
    return pd.DataFrame(table.loc[known, AREA]).reset_index(drop=True)


def groups_table(found: Findings) -> pd.DataFrame:
    """Return what was counted on both sides, in thirds of areas by their money for each child (``least`` first)."""
    columns = ["group", "areas", "dose", "before", "after"]
    change, plan = found.dose.change, found.plan
    if change is None:
        return pd.DataFrame(columns=columns)
    known = np.flatnonzero(np.isfinite(change.change))
    order = known[np.argsort(plan.dose[known], kind="stable")]
    rows = []
    for group, inside in zip(GROUPS, np.array_split(order, len(GROUPS)), strict=True):
        if len(inside):
            sides = [int(found.counts[inside][:, side].sum()) for side in (plan.before, plan.after)]
            figures = (group, len(inside), float(plan.dose[inside].mean()), *sides)
            rows.append(dict(zip(columns, figures, strict=True)))
    return pd.DataFrame(rows, columns=columns)


def course_table(found: Findings) -> pd.DataFrame:
    """Return, by half year from the money on, how far areas with a typical dose were from those with none.

    ``half_year`` is -1 for the last before. Each is set against the first half year on record.
    """
    rows = []
    for number, effect in found.dose.course:
        figures = told(effect)
        if figures is not None:
            rows.append(dict(zip(COURSE, (number, *figures), strict=True)))
    return pd.DataFrame(rows, columns=COURSE)


def visible_table(smallest: float | None, quarters: int, needed: int | None) -> pd.DataFrame:
    """Return the smallest fall that could be seen with these quarters, and the quarters that a fall of 15% needs."""
    rows = [] if smallest is None else [{"quarters": quarters, "smallest": smallest}]
    rows += [] if needed is None else [{"quarters": needed, "smallest": WANTED}]
    return pd.DataFrame(rows, columns=["quarters", "smallest"])


def steps_table(found: Findings) -> pd.DataFrame:
    """Return each district's largest step: when, the ratio of rates, and how often chance makes one so large."""
    names = sorted(set(found.panel.district))
    rows = [
        {
            "district": names[one.group],
            "from_day": found.panel.starts[one.period].isoformat(),
            "ratio": one.ratio,
            "chance": one.p_value,
        }
        for one in found.dose.steps
    ]
    return pd.DataFrame(rows, columns=["district", "from_day", "ratio", "chance"])
