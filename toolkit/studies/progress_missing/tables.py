"""The tables of families never scored again: by what was known of them, by centre, and what all may have done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from toolkit.cohort.covariates import COVARIATES
from toolkit.stats.variance.clustered_mean import clustered_mean
from toolkit.studies.codes import codes_of
from toolkit.studies.estimates import known
from toolkit.studies.progress_change.on_scale import shown_levels
from toolkit.studies.progress_missing.bounded import OfFamilies
from toolkit.studies.progress_missing.known import FirstDay
from toolkit.tables.instrument_scale import Instrument
from toolkit.tables.progress_scores import WHO

MOST_BANDS = 6
"""Scales of more scores than this are shown in bands, fifths of the scale."""
BANDS = 5
NOT_KNOWN = "Not known"
GROUPS = ("first_score", "who_scored", "deprivation", "referred_before")
"""What families are told apart by, beside each yes-or-no need among the covariates."""
_COLUMNS = ("group", "group_label", "level", "label", "families", "no_second_score", "share", "low", "high")
_DEPRIVED = {
    1: "Most deprived fifth",
    2: "Second fifth",
    3: "Middle fifth",
    4: "Fourth fifth",
    5: "Least deprived fifth",
}


def tables_of(day: FirstDay, found: OfFamilies | None, instrument: Instrument) -> dict[str, pd.DataFrame]:
    """Return the study's tables, of exact counts: publish protects them before members see any.

    ``missing_by_group`` (a row a level of each group: ``families``, ``no_second_score``, the share with its interval,
    clustered by centre), ``missing_by_centre`` (the same by centre, in order of its number, for staff),
    ``missing_range`` (``measure``, ``how``, ``estimate``, ``low``, ``high``; of bounds the estimate is empty, ``from``
    and ``to`` are the bounds of these families and ``low`` and ``high`` the interval about them), ``missing_counts``
    (one row: ``improved``, ``not_better``, ``lost_can_rise``, ``lost_at_top``).
    """
    frame = day.frame.assign(is_lost=day.frame["last"].isna())
    groups = [row for group in _groups(frame, instrument) for row in group]
    by_centre = [
        {"centre_id": name, **_cells(rows, is_one_centre=True)} for name, rows in frame.groupby("centre_id", sort=True)
    ]
    return {
        "missing_by_group": pd.DataFrame(groups, columns=list(_COLUMNS)),
        "missing_by_centre": pd.DataFrame(by_centre, columns=["centre_id", *_COLUMNS[4:7]]),
        "missing_range": _range(found),
        "missing_counts": _counts(frame, instrument),
    }


def _groups(frame: pd.DataFrame, instrument: Instrument) -> Iterator[list[dict[str, object]]]:
    scores = shown_levels(instrument)
    yield _levels(frame, "first_score", "First score", _bands(frame["first"], scores))
    said = frame["who"].map(WHO).fillna(NOT_KNOWN)
    yield _levels(frame, "who_scored", "Who scored first", said, [*WHO.values(), NOT_KNOWN])
    if "idaci_decile" in frame:
        fifth = ((frame["idaci_decile"] + 1) // 2).map(_DEPRIVED).fillna(NOT_KNOWN)
        yield _levels(frame, "deprivation", "Deprivation of the neighbourhood", fifth, [*_DEPRIVED.values(), NOT_KNOWN])
    before = [name for name in ("referrals_last_3m", "referrals_3m_to_12m") if name in frame]
    if before:
        count = frame[before].sum(axis=1, min_count=len(before))
        yield _levels(frame, "referred_before", "Referred in the year before", _yes_no(count), ["Yes", "No", NOT_KNOWN])
    for name in frame.columns:
        if name in COVARIATES and COVARIATES[name].source == "family" and set(frame[name].dropna()) <= {0.0, 1.0}:
            yield _levels(frame, name, COVARIATES[name].label, _yes_no(frame[name]), ["Yes", "No", NOT_KNOWN])


def _yes_no(values: pd.Series) -> pd.Series:
    named = np.select([values.isna(), values > 0], [NOT_KNOWN, "Yes"], "No")
    return pd.Series(named, index=values.index)


def _bands(first: pd.Series, scores: Sequence[float]) -> pd.Series:
    """Return each first score's name, or that of its fifth of a long scale."""
    if len(scores) <= MOST_BANDS:
        return first.map(lambda score: f"{score:g}")
    of = (first - scores[0]) / (scores[-1] - scores[0]) * BANDS
    place = of.clip(upper=BANDS - 1).astype(int)
    ends = first.groupby(place).agg(["min", "max"])
    names = {fifth: f"{row['min']:g} to {row['max']:g}" for fifth, row in ends.iterrows()}
    return place.map(names)


def _levels(
    frame: pd.DataFrame, group: str, label: str, named: pd.Series, order: Sequence[str] | None = None
) -> list[dict[str, object]]:
    if order is None:  # in the order of the scores
        order = list(named.loc[frame["first"].sort_values(kind="stable").index].unique())
    there = [name for name in order if (named == name).any()]
    return [
        {"group": group, "group_label": label, "level": place, "label": name, **_cells(frame[named == name])}
        for place, name in enumerate(there)
        if len(there) > 1
    ]


def _cells(rows: pd.DataFrame, *, is_one_centre: bool = False) -> dict[str, object]:
    lost = rows["is_lost"].to_numpy(dtype=np.float64)
    cells: dict[str, object] = {"families": len(rows), "no_second_score": int(lost.sum()), "share": float(lost.mean())}
    if is_one_centre:
        return cells
    found = clustered_mean(lost, codes_of(rows["centre_id"]))
    return cells | {"low": known(found.low), "high": known(found.high)}


def _range(found: OfFamilies | None) -> pd.DataFrame:
    rows = []
    for measure, of in () if found is None else (("share_improved", found.improved), ("mean_change", found.change)):
        for how, one in (("seen", of.seen), ("weighted", of.weighted)):
            ends = {"from": None, "to": None, "low": known(one.low), "high": known(one.high)}
            rows.append({"measure": measure, "how": how, "estimate": known(one.estimate), **ends})
        for how, between in (("no_better", of.no_better), ("anything", of.anything)):
            ends = {"from": between.lowest, "to": between.highest, "low": between.low, "high": between.high}
            rows.append({"measure": measure, "how": how, "estimate": None, **{k: known(v) for k, v in ends.items()}})
    return pd.DataFrame(rows, columns=["measure", "how", "estimate", "from", "to", "low", "high"])


def _counts(frame: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    lost, at_top = frame["is_lost"], frame["first"] >= instrument.highest
    improved = (frame["last"] > frame["first"]) & ~lost
    counts = {
        "improved": int(improved.sum()),
        "not_better": int((~lost & ~improved).sum()),
        "lost_can_rise": int((lost & ~at_top).sum()),
        "lost_at_top": int((lost & at_top).sum()),
    }
    return pd.DataFrame([counts] if len(frame) else [], columns=list(counts))
