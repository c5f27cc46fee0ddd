"""The tables of reach: groups of families with their gaps, reach areas in a funnel, and the trend by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.reach import GROUPS, YES_NO
from toolkit.stats.inference.intervals import wilson
from toolkit.stats.inference.multiplicity import holm
from toolkit.stats.providers.counts import binomial_funnel
from toolkit.stats.variance.clustered_mean import clustered_mean
from toolkit.studies.reach.gaps import Contrast, Gap, gaps

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupGaps:
    """Groups of families with their shares and gaps.

    Attributes
    ----------
    table
        One row a group: ``group``, ``label``, ``level``, ``families``, ``missed``, ``share`` with ``low`` and
        ``high`` (clustered by reach area), ``against`` (whom it is compared with), ``gap`` and ``adjusted_gap`` with
        their ends, and ``stands``: whether the adjusted gap is still told from nought when all groups are looked at
        together (Holm).
    plain, adjusted
        The gaps by contrast.
    """

    table: pd.DataFrame
    plain: Mapping[Contrast, Gap]
    adjusted: Mapping[Contrast, Gap]


def group_gaps(frame: pd.DataFrame, groups: Sequence[str], numbers: Sequence[str], minimum: int) -> GroupGaps:
    """Return every group's share missed, and its gap against the others, as it is and with the rest held the same.

    Deprivation tenths are compared with the least deprived tenth that has ``minimum`` families, the yes-or-no groups
    with the families that are not of them, a district with all other districts together.

    Parameters
    ----------
    frame
        One row a family: ``missed``, ``reach_centre_id`` and the groups' columns.
    groups
        Names in `toolkit.cohort.reach.GROUPS`.
    numbers
        Columns held the same that are not groups.
    minimum
        Families a tenth needs to be the one the others are compared with.
    """
    contrasts = {group: _contrasts(frame, group, minimum) for group in groups}
    every = [contrast for some in contrasts.values() for contrast in some]
    adjusted = gaps(frame, every, others=groups, numbers=numbers)
    plain = {key: gap for some in contrasts.values() for key, gap in gaps(frame, some).items()}
    stands = _holm({key: gap.p_value for key, gap in adjusted.items()})
    rows = []
    for group in groups:
        by_level = {contrast.level: contrast for contrast in contrasts[group]}
        for level, some in frame.groupby(group, sort=True):
            contrast = by_level.get(level)
            rows.append(
                {"group": group, "label": GROUPS[group], "level": _named(group, level), **_share(some)}
                | {"against": "" if contrast is None else _against(contrast)}
                | _cells("gap", plain.get(contrast) if contrast else None)
                | _cells("adjusted_gap", adjusted.get(contrast) if contrast else None)
                | {"stands": contrast in stands}
            )
    return GroupGaps(pd.DataFrame(rows), plain, adjusted)


def by_year(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the share missed by the year families came to have a young child, oldest first.

    ``whole`` is false for years whose first or last months are not in the records.
    """
    rows = []
    first, last = (frame["starts_on"].min(), frame["starts_on"].max()) if len(frame) else (None, None)
    for year, some in frame.groupby("year", sort=True):
        number = int(str(year))
        is_whole = (
            first is not None
            and first <= pd.Timestamp(number - 1, 4, 30)
            and last is not None
            and last >= pd.Timestamp(number, 3, 1)
        )
        rows.append({"year": number, **_share(some), "whole": bool(is_whole)})
    return pd.DataFrame(rows)


@dataclass(frozen=True, slots=True)
class AreaFunnel:
    """Reach areas against limits that allow for more than chance.

    Attributes
    ----------
    table
        One row a reach area in order of its number: ``reach_centre_id``, ``district``, ``families``, ``missed``,
        ``share`` with ``low`` and ``high`` (Wilson), ``low_95`` … ``high_99_8`` and ``outside`` (-2 to 2).
    target
        The share of all areas together.
    dispersion
        Mean squared standardised difference: 1 when areas differ by chance alone.
    between
        The standard deviation of areas' true shares that the limits allow for.
    """

    table: pd.DataFrame
    target: float
    dispersion: float
    between: float


def area_funnel(frame: pd.DataFrame) -> AreaFunnel:
    """Return the reach areas' shares missed, with limits that allow for areas truly differing.

    Areas differ in ways no list holds, so limits of chance alone would put too many outside.
    """
    counts = frame.groupby(["reach_centre_id", "district"], sort=True)["missed"].agg(["sum", "size"]).reset_index()
    counts = counts.groupby("reach_centre_id", sort=True).agg({"district": "first", "sum": "sum", "size": "sum"})
    missed, families = counts["sum"].to_numpy(dtype=float), counts["size"].to_numpy(dtype=float)
    funnel = binomial_funnel(list(counts.index), missed, families, over_dispersed=True)
    low, high = wilson(missed, families)
    table = pd.DataFrame(
        {
            "reach_centre_id": counts.index.astype(str),
            "district": counts["district"].to_numpy(),
            "families": families.astype(int),
            "missed": missed.astype(int),
            "share": missed / families,
            "low": low,
            "high": high,
        }
    )
    drawn = funnel.tidy()
    limits = [name for name in drawn.columns if name.startswith(("low_", "high_"))]
    table = table.assign(**{name: drawn[name].to_numpy() for name in [*limits, "outside"]})
    return AreaFunnel(table, funnel.target, funnel.dispersion, funnel.between)


def _contrasts(frame: pd.DataFrame, group: str, minimum: int) -> list[Contrast]:
    counts = frame[group].value_counts()
    if group in YES_NO:
        return [Contrast(group, 1, (0,))] if {0, 1} <= set(counts.index) else []
    if group == "idaci_decile":
        enough = sorted(counts.index[counts >= minimum])
        if not enough:
            return []
        return [Contrast(group, level, (enough[-1],)) for level in sorted(counts.index) if level != enough[-1]]
    levels = sorted(counts.index)
    return [Contrast(group, one, tuple(x for x in levels if x != one)) for one in levels] if len(levels) > 1 else []


def _holm(p_values: Mapping[Contrast, float], level: float = 0.05) -> set[Contrast]:
    """Return which of several hypotheses are rejected together at the level."""
    return {key for key, p_value in zip(p_values, holm(list(p_values.values())), strict=True) if p_value <= level}


def _share(some: pd.DataFrame) -> dict[str, Any]:
    """Return a share missed with an interval that takes only reach areas as independent."""
    families, missed = len(some), int(some["missed"].sum())
    mean = clustered_mean(some["missed"].to_numpy(dtype=np.float64), some["reach_centre_id"].to_numpy(dtype=str))
    share = missed / families if families else None
    return {"families": families, "missed": missed, "share": share, "low": mean.low, "high": mean.high}


def _cells(name: str, gap: Gap | None) -> dict[str, float | None]:
    if gap is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: gap.estimate, f"{name}_low": gap.low, f"{name}_high": gap.high}


def _named(group: str, level: Any) -> str:
    return ("yes" if level else "no") if group in YES_NO else str(level)


def _against(contrast: Contrast) -> str:
    if contrast.column == "idaci_decile":
        return f"tenth {contrast.against[0]}"
    return "the other families" if contrast.column in YES_NO else "the other districts"
