"""The tables of the change in scores: the transitions, the change by starting score, the lost, and the funnel."""

from __future__ import annotations

import pandas as pd

from toolkit.stats.ordinal.beyond import ChangeBeyond
from toolkit.stats.ordinal.change import OrdinalChange, Share
from toolkit.stats.providers.counts import binomial_funnel
from toolkit.studies.estimates import known
from toolkit.studies.progress_change.by_parts import change_by_scorer
from toolkit.studies.progress_change.on_scale import shown_levels
from toolkit.studies.progress_change.usual import usual_by_start
from toolkit.tables.instrument_scale import Instrument

CHANGES = ("improved", "same", "worse")


def tables_of(
    frame: pd.DataFrame, change: OrdinalChange, beyond: ChangeBeyond | None, instrument: Instrument
) -> dict[str, pd.DataFrame]:
    """Return the study's tables, of exact counts: publish protects them before members see any.

    ``transitions`` (from, to, families), ``change`` (each direction with its interval, clustered by centre, under both
    the names that files have had), ``by_start`` and ``no_second_score`` (by starting score), ``funnel`` (a row a
    centre, in order of its number; ``outside`` counts the limits passed, negative below; ``between`` is the standard
    deviation of centres' true shares that the limits allow for), ``change_by_scorer``.

    By first score, too: ``expected``, the points that scoring the same families again would move them by itself, as
    second scorings show (``beyond`` is the change less that); and ``usual_change``, that of families of other centres
    that began there, with the middle half of where they end.
    """
    return {
        "transitions": _transitions(change, instrument),
        "change": _change(change),
        "by_start": _by_start(frame, change, beyond, instrument),
        "no_second_score": _no_second_score(change, instrument),
        "funnel": _funnel(frame),
        "change_by_scorer": change_by_scorer(frame),
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


def _by_start(
    frame: pd.DataFrame, change: OrdinalChange, beyond: ChangeBeyond | None, instrument: Instrument
) -> pd.DataFrame:
    levels = shown_levels(instrument)
    usual = usual_by_start(frame, instrument)
    by_chance = {} if beyond is None else {row.start: row for row in beyond.by_start}
    rows = []
    for row, is_usual in zip(change.by_start, usual, strict=True):
        cells: dict[str, object] = {"start": levels[row.start - 1], "families": row.improved.of}
        for name in CHANGES:
            share: Share = getattr(row, name)
            cells |= {name: share.count, f"share_{name}": share.share}
            cells |= {f"low_{name}": share.low, f"high_{name}": share.high}
        cells |= {"mean_change": row.mean_change * instrument.step}
        mine = by_chance.get(float(levels[row.start - 1]))
        cells |= dict.fromkeys(("expected", "beyond", "low_beyond", "high_beyond"))
        cells |= dict(is_usual)
        if mine is not None:
            left = mine.beyond
            cells |= {"expected": known(mine.expected.estimate), "beyond": known(left.estimate)}
            cells |= {"low_beyond": known(left.low), "high_beyond": known(left.high)}
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
