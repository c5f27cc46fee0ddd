"""The tables of what scores mean: by score, by change, by chance, the matched families, and the double scores."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats
from toolkit.stats.prediction.calibration import risk_groups
from toolkit.stats.prediction.clusters import weighted_mean
from toolkit.studies.codes import codes_of
from toolkit.studies.progress_meaning.readings import Scores
from toolkit.studies.progress_meaning.rose import Rose
from toolkit.studies.progress_meaning.scorers import double_scores
from toolkit.studies.progress_meaning.telling import Telling

MOST_BANDS = 6
"""Scores of more different values than this are shown in bands, fifths of the scale."""
BANDS = 5
LOW, HIGH = 0.4, 0.6
"""Scores below this part of the scale are low, and those above that one high: of 1 to 5, 1 and 2, and 4 and 5."""
CHANGES = ("fell", "same", "rose")


def tables_of(first: Telling, change: Telling, rose: Rose, scores: Scores) -> dict[str, pd.DataFrame]:
    """Return the study's tables, of exact counts: publish protects them before members see any.

    ``meaning_by_score`` and ``meaning_by_change`` (``families``, ``happened``, the share ``observed`` with its interval
    clustered by centre, and the mean chance without the score, ``expected_known``, and with it, ``expected``),
    ``meaning_by_chance`` (groups of like chance beside what happened), ``meaning_rose`` (the matched arms),
    ``meaning_double_scores``.
    """
    return {
        "meaning_by_score": _by_score(first, scores),
        "meaning_by_change": _by_change(change),
        "meaning_by_chance": _by_chance(first),
        "meaning_rose": rose.arms,
        "meaning_double_scores": double_scores(scores),
    }


def _by_score(first: Telling, scores: Scores) -> pd.DataFrame:
    values = first.rows["first"].to_numpy(dtype=np.float64)
    different = np.unique(values)
    reach = scores.highest - scores.lowest
    if len(different) <= MOST_BANDS:
        bands = [(float(one), float(one)) for one in different]
    else:
        edges = scores.lowest + reach * np.arange(BANDS + 1) / BANDS
        edges[-1] = np.inf
        inside = (different[(different >= low) & (different < high)] for low, high in pairwise(edges))
        bands = [(float(some[0]), float(some[-1])) for some in inside if len(some)]
    rows = []
    for low, high in bands:
        mine = first.rows[(values >= low) & (values <= high)]
        place = ((low + high) / 2 - scores.lowest) / reach
        end = "low" if place < LOW else "high" if place > HIGH else "middle"
        label = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        rows.append({"band": label, "end": end, **_cells(mine)})
    return pd.DataFrame(rows, columns=["band", "end", *_CELLS])


def _by_change(change: Telling) -> pd.DataFrame:
    moved = np.sign((change.rows["next"] - change.rows["first"]).to_numpy(dtype=np.float64))
    parts = zip(CHANGES, (-1, 0, 1), strict=True)
    rows = [{"change": name, **_cells(change.rows[moved == sign])} for name, sign in parts]
    return pd.DataFrame(rows, columns=["change", *_CELLS])


_CELLS = ("families", "happened", "observed", "low", "high", "expected_known", "expected")


def _cells(rows: pd.DataFrame) -> dict[str, float | int | None]:
    weights = rows["weight"].to_numpy(dtype=np.float64)
    happened = rows["happened"].to_numpy(dtype=np.float64)
    found = weighted_mean(happened, weights, codes_of(rows["centre_id"]), is_share=True) if len(rows) else None
    expected = {name: _mean(rows, name, weights) for name in ("expected_known", "expected")}
    ends = (None, None) if found is None else (_share(found.low), _share(found.high))
    observed = None if found is None else _share(found.estimate)
    counts = {"families": len(rows), "happened": int(happened.sum())}
    return {**counts, "observed": observed, "low": ends[0], "high": ends[1], **expected}


def _mean(rows: pd.DataFrame, name: str, weights: Floats) -> float | None:
    return float(weights @ rows[name].to_numpy()) / float(weights.sum()) if name in rows and len(rows) else None


def _share(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _by_chance(first: Telling) -> pd.DataFrame:
    if first.found is None:
        return pd.DataFrame(columns=["group", "families", "happened", "expected", "observed"])
    columns = (first.rows[name].to_numpy(dtype=np.float64) for name in ("log_odds", "happened", "weight"))
    linear, happened, weights = columns
    return risk_groups(linear, happened, weights=weights).rename(columns={"rows": "families", "events": "happened"})
