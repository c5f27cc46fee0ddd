"""The tables of the change in scores: the transitions, the change by starting score, the lost, and the funnel."""

from __future__ import annotations

import pandas as pd

from toolkit.stats.inference.funnel import binomial_funnel
from toolkit.stats.ordinal.change import OrdinalChange, Share
from toolkit.stats.ordinal.regression_to_the_mean import expected_from_noise
from toolkit.studies.progress_change.on_scale import places, shown_levels
from toolkit.tables.instrument_scale import Instrument

CHANGES = ("improved", "same", "worse")


def tables_of(
    frame: pd.DataFrame, change: OrdinalChange, test_retest: float, instrument: Instrument
) -> dict[str, pd.DataFrame]:
    """Return the study's tables, of exact counts: publish protects them before members see any.

    ``transitions`` (from, to, families), ``change`` (each direction with its interval, clustered by centre, under both
    the names that files have had), ``by_start`` and ``no_second_score`` (by starting score), ``funnel`` (a row a
    centre, in order of its number; ``outside`` counts the limits passed, negative below; ``between`` is the standard
    deviation of centres' true shares that the limits allow for).
    """
    return {
        "transitions": _transitions(change, instrument),
        "change": _change(change),
        "by_start": _by_start(frame, change, test_retest, instrument),
        "no_second_score": _no_second_score(change, instrument),
        "funnel": _funnel(frame),
    }


def _transitions(change: OrdinalChange, instrument: Instrument) -> pd.DataFrame:
    scores = list(enumerate(shown_levels(instrument)))
    return pd.DataFrame(
        [
            {"from": a, "to": b, "families": int(change.transitions[row, column])}
            for row, a in scores
            for column, b in scores
        ]
    )


def _change(change: OrdinalChange) -> pd.DataFrame:
    rows = []
    for name in CHANGES:
        share: Share = getattr(change, name)
        clustered = change.clustered[name]
        rows.append(
            {"change": name, "families": share.count, "of": share.of, "share": share.share}
            | {"low": share.low, "high": share.high}
            | {"low_clustered": clustered.low, "high_clustered": clustered.high}
        )
    return pd.DataFrame(rows)


def _by_start(frame: pd.DataFrame, change: OrdinalChange, test_retest: float, instrument: Instrument) -> pd.DataFrame:
    first, levels = places(frame["first"], instrument), shown_levels(instrument)
    noise = expected_from_noise(first, test_retest, levels=change.levels) if len(frame) else None
    rows = []
    for row in change.by_start:
        cells: dict[str, object] = {"start": levels[row.start - 1], "families": row.improved.of}
        for name in CHANGES:
            share: Share = getattr(row, name)
            cells |= {name: share.count, f"share_{name}": share.share}
            cells |= {f"low_{name}": share.low, f"high_{name}": share.high}
        cells |= {"mean_change": row.mean_change * instrument.step}
        cells |= {"expected_from_noise": None if noise is None else float(noise[row.start - 1]) * instrument.step}
        rows.append(cells | {"can_improve": row.can_improve, "can_worsen": row.can_worsen})
    return pd.DataFrame(rows)


def _no_second_score(change: OrdinalChange, instrument: Instrument) -> pd.DataFrame:
    levels = shown_levels(instrument)
    return pd.DataFrame(
        [
            {
                "start": levels[row.start - 1],
                "families": row.without_second.of,
                "no_second_score": row.without_second.count,
            }
            | {"share": row.without_second.share, "low": row.without_second.low, "high": row.without_second.high}
            for row in change.by_start
        ]
    )


def _funnel(frame: pd.DataFrame) -> pd.DataFrame:
    two = frame[frame["last"].notna()]
    if not len(two):
        return pd.DataFrame(columns=["centre_id", "families", "improved", "share", "target", "outside"])
    counts = two.assign(is_improved=two["last"] > two["first"]).groupby("centre_id")["is_improved"].agg(["sum", "size"])
    found = binomial_funnel(
        list(counts.index), counts["sum"].to_numpy(), counts["size"].to_numpy(), over_dispersed=True
    )
    funnel = found.tidy().assign(between=found.between)
    funnel = funnel.rename(columns={"unit": "centre_id", "count": "improved", "size": "families", "rate": "share"})
    return funnel.astype({"improved": int, "families": int})
