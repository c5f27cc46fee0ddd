"""The tables of the roll-out: what could be seen, the course around the start, centres before, and families counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Booleans
from toolkit.stats.staggered.balance import standardised_differences
from toolkit.stats.staggered.visible import Visible
from toolkit.studies.progress_rollout.centres import Centres
from toolkit.studies.progress_rollout.comparison import Comparison, HalfYear
from toolkit.studies.progress_rollout.spec import ALIKE_ON

GROUPS = ("after", "before", "others")
TIMES = (1.0, 2.0, 4.0)


def visible_table(seen: Visible | None, centres: int) -> pd.DataFrame:
    """Return what could be seen as it is, with more families a centre, and with more centres.

    Columns: ``families_times``, ``centres`` and ``smallest`` (difference of shares seen in four samples of five).
    """
    rows = []
    if seen is not None:
        for families, units in [(times, 1.0) for times in TIMES] + [(1.0, times) for times in TIMES[1:]]:
            smallest = seen.smallest(rows=families, units=units)
            rows.append({"families_times": families, "centres": round(centres * units), "smallest": smallest})
    return pd.DataFrame(rows, columns=["families_times", "centres", "smallest"])


def half_year_table(course: Sequence[HalfYear]) -> pd.DataFrame:
    """Return how far apart both kinds of centre had moved by half year: ``half_year`` (-1 is the last before)."""
    columns = ["half_year", "apart", "low", "high", "centres_scoring", "centres_not_yet"]
    rows = []
    for one in course:
        if one.apart is not None:
            low, high = one.apart.interval()
            figures = (one.number, one.apart.estimate, low, high, one.apart.treated, one.apart.controls)
            rows.append(dict(zip(columns, figures, strict=True)))
    return pd.DataFrame(rows, columns=columns)


def centres_table(centres: Centres, scoring: Booleans, others: Booleans) -> pd.DataFrame:
    """Return what both kinds of centre were before: ``label``, the two means, and how many deviations apart."""
    columns = ["term", "label", "mean_scoring", "mean_others", "smd"]
    among = scoring | others
    if not scoring.any() or not others.any():
        return pd.DataFrame(columns=columns)
    values = centres.before[list(ALIKE_ON)].to_numpy(dtype=np.float64)
    apart = standardised_differences(values[among], scoring[among])
    means = values[scoring].mean(axis=0), values[others].mean(axis=0)
    rows = zip(ALIKE_ON, ALIKE_ON.values(), *means, apart, strict=True)
    table = pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows], columns=columns)
    is_size = table["term"] == "size"
    return table.assign(
        **{name: np.where(is_size, np.exp(table[name]), table[name]) for name in ("mean_scoring", "mean_others")}
    )


def groups_table(frames: Sequence[tuple[str, pd.DataFrame, Comparison]], centres: Centres) -> pd.DataFrame:
    """Return, by outcome and group, the families compared and those with it.

    Groups: ``after`` and ``before`` are families of centres that score, by when they joined; ``others`` those of
    centres that do not, each once however often they are compared.
    """
    rows = []
    for outcome, frame, one in frames:
        for group, inside in families_of(one, centres).items():
            some = frame[inside]
            with_it = int(some[outcome].sum())
            rows.append(
                {"outcome": outcome, "group": group, "centres": int(some["centre_id"].nunique())}
                | {"families": len(some), "with_outcome": with_it}
                | {"share": with_it / len(some) if len(some) else None}
            )
    return pd.DataFrame(rows, columns=["outcome", "group", "centres", "families", "with_outcome", "share"])


def families_of(one: Comparison, centres: Centres) -> dict[str, Booleans]:
    """Return which families are compared, by group."""
    unit = one.compared.rows.unit
    found = {group: np.zeros(len(unit), dtype=bool) for group in GROUPS}
    if one.effect is None:
        return found
    weighs, treated = one.effect.contrast.weights[0] > 0, one.effect.contrast.is_treated[0]
    for group, sides in (("after", one.compared.after), ("before", one.compared.before)):
        found[group] = np.asarray((sides & treated[unit]).any(axis=1))
    either = one.compared.before | one.compared.after
    found["others"] = np.asarray((either & weighs[unit]).any(axis=1) & ~centres.scores[unit])
    return found
