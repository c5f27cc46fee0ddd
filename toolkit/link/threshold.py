"""Where to draw the line between links and no links: what each threshold would find, and get wrong.

Two views of the same thresholds. The model's own: a link of probability 0.9 is wrong one time in ten, so the
probabilities add up to how many links are right and how many were left. And, where someone looked at a sample of
referrals by hand, what that sample says. The model cannot see what it never compared, nor that its probabilities may be
too sure; the sample can.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.inference.intervals import wilson

THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


def likeliest(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the likeliest family of each referral; where two are equally likely, the smaller family number.

    Parameters
    ----------
    pairs
        As `toolkit.link.model.score` returns them.
    """
    ordered = pairs.sort_values(["referral_id", "probability", "family_id"], ascending=[True, False, True])
    return ordered.drop_duplicates("referral_id").reset_index(drop=True)


def threshold_table(
    pairs: pd.DataFrame, *, looked_at: pd.DataFrame | None = None, thresholds: tuple[float, ...] = THRESHOLDS
) -> pd.DataFrame:
    """Return what each threshold would give.

    Parameters
    ----------
    pairs
        As `toolkit.link.model.score` returns them.
    looked_at
        Referrals looked at by hand, drawn at random: ``referral_id`` and the right ``family_id``, empty where the child
        is in none of the families.
    thresholds
        Probabilities from which a pair is a link.

    Returns
    -------
    pandas.DataFrame
        One row a threshold: ``threshold``, ``links``, ``precision`` (share of links that are right) and ``recall``
        (share of right links that are found) by the model; with ``looked_at`` also ``precision_seen``,
        ``precision_low``, ``precision_high``, the same for recall (Wilson, 95 in 100), and ``links_seen``.

    Raises
    ------
    InputError
        When ``looked_at`` lacks a column, names a referral twice, or none of its referrals has a family.
    """
    best = likeliest(pairs)
    chance = best["probability"].to_numpy(dtype=float)
    rows = []
    for threshold in thresholds:
        kept = chance >= threshold
        right = float(chance[kept].sum())
        rows.append(
            {
                "threshold": threshold,
                "links": int(kept.sum()),
                "precision": right / kept.sum() if kept.any() else np.nan,
                "recall": right / chance.sum() if chance.sum() else np.nan,
            }
        )
    table = pd.DataFrame(rows)
    return table if looked_at is None else pd.concat([table, _seen(best, _checked(looked_at), thresholds)], axis=1)


def _checked(looked_at: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in ("referral_id", "family_id") if name not in looked_at.columns]
    if missing:
        raise InputError(
            f"The sample looked at by hand has no column {missing[0]}. It needs referral_id and family_id."
        )
    sample: pd.DataFrame = looked_at[["referral_id", "family_id"]].fillna("").astype(str)
    sample = pd.DataFrame({name: sample[name].str.strip() for name in sample.columns})
    twice = sample.loc[sample["referral_id"].duplicated(), "referral_id"]
    if len(twice):
        raise InputError(f'The sample looked at by hand has referral_id "{twice.iloc[0]}" twice. Keep one row each.')
    if not sample["family_id"].ne("").any():
        raise InputError("No referral of the sample looked at by hand has a family: it cannot say how many are missed.")
    return sample


def _seen(best: pd.DataFrame, sample: pd.DataFrame, thresholds: tuple[float, ...]) -> pd.DataFrame:
    both = sample.merge(best, on="referral_id", how="left", suffixes=("_right", ""))
    chance = both["probability"].fillna(-1.0).to_numpy()
    is_right = both["family_id"].eq(both["family_id_right"]).to_numpy()
    links = np.array([int((chance >= at).sum()) for at in thresholds])
    right = np.array([int((is_right & (chance >= at)).sum()) for at in thresholds])
    there = int(both["family_id_right"].ne("").sum())
    columns: dict[str, Any] = {"links_seen": links}
    for name, total in (("precision", links), ("recall", np.full(len(links), there))):
        low, high = wilson(right, total)
        with np.errstate(invalid="ignore"):
            columns |= {f"{name}_seen": right / np.where(total > 0, total, np.nan)}
        columns |= {f"{name}_low": low, f"{name}_high": high}
    return pd.DataFrame(columns)


def picture(table: pd.DataFrame, *, chosen: float | None = None) -> dict[str, Any]:
    """Return the picture to choose a threshold by, as a Vega-Lite specification.

    Parameters
    ----------
    table
        From `threshold_table`.
    chosen
        A threshold to mark.

    Returns
    -------
    dict
        Precision and recall by threshold as two named lines; where a sample was looked at, its ranges as bars.
    """
    names = {"precision": "links that are right", "recall": "right links that are found"}
    long = pd.concat([table[["threshold"]].assign(what=label, share=table[name]) for name, label in names.items()])
    axes = {
        "x": alt.X("threshold:O", title="Threshold: the least probability of a link"),  # evenly: most stand near 1
        "color": alt.Color("what:N", title=None, scale=alt.Scale(range=["#1d4f76", "#b4501e"])),
    }
    share = alt.Y("share:Q", title="Share", axis=alt.Axis(format="%"), scale=alt.Scale(zero=False))
    line = (
        alt.Chart(long).mark_line(point=True).encode(**axes, y=share, strokeDash=alt.StrokeDash("what:N", legend=None))
    )
    layers: list[Any] = [line]
    if "precision_low" in table.columns:
        spans = [
            table[["threshold"]].assign(what=label, low=table[f"{name}_low"], high=table[f"{name}_high"])
            for name, label in names.items()
        ]
        layers.append(alt.Chart(pd.concat(spans)).mark_rule(opacity=0.6).encode(**axes, y="low:Q", y2="high:Q"))
    if chosen is not None:
        layers.append(alt.Chart(pd.DataFrame({"at": [chosen]})).mark_rule(strokeDash=[2, 3]).encode(x="at:O"))
    told = "Share of links that are right, and of right links that are found, at each threshold."
    drawn: dict[str, Any] = alt.layer(*layers).properties(width=560, height=300, description=told).to_dict()
    return drawn
