"""The tables of centres beside each other: the two funnels, what to look at first, and those too small to compare."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.stats.providers.funnel import Funnel
from toolkit.stats.providers.shrinkage import Shrunken
from toolkit.studies.progress_centres.compared import Compared

LIMITS = ("low_95", "high_95", "low_99_8", "high_99_8")
FUNNEL = ("centre_id", "families", "improved", "observed", "expected", "share", "target", *LIMITS, "outside")
MEANS = ("centre_id", "families", "mean", "target", *LIMITS, "outside")
_DRAWN = ("shrunk", "shrunk_low", "shrunk_high")


def tables_of(compared: Compared, checks: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the study's tables, of exact counts: publish protects them before members see any.

    ``centres_funnel``: a row a centre in order of its number: families scored twice and improved, the shares
    ``observed`` and ``expected`` of its case mix, ``share`` (adjusted), the limits, ``outside`` (how many limits it is
    beyond, negative below), and the share drawn towards the others with its 95% interval. An adjusted share is a ratio
    to what was expected; one above 1 is given as 1. ``centres_mean``: the same of the mean last score, given the first.
    ``centres_checks``: see `checks_of`. ``centres_too_small``: ``centre_id``, ``families``. No table has a rank in it.
    """
    small = compared.too_small
    return {
        "centres_funnel": _funnel(compared),
        "centres_mean": _mean(compared.means, compared.shrunken_means),
        "centres_checks": checks,
        "centres_too_small": pd.DataFrame({"centre_id": small.index.astype(str), "families": small.to_numpy(int)}),
    }


def _funnel(compared: Compared) -> pd.DataFrame:
    found = compared.shares
    if found is None or compared.shrunken is None:
        return pd.DataFrame(columns=[*FUNNEL, *_DRAWN])
    counts = {"families": compared.families.astype(int), "improved": compared.improved.astype(int)}
    table = found.tidy().rename(columns={"unit": "centre_id", "rate": "share"}).assign(**counts)
    table["observed"] = compared.improved / compared.families
    table["expected"] = compared.expected / compared.families
    within = table[["share", *LIMITS]].clip(0.0, 1.0)
    return table[list(FUNNEL)].assign(**within).assign(**_drawn(compared.shrunken, 0.0, 1.0))


def _mean(found: Funnel | None, shrunken: Shrunken | None) -> pd.DataFrame:
    if found is None or shrunken is None:
        return pd.DataFrame(columns=[*MEANS, *_DRAWN])
    table = found.tidy().rename(columns={"unit": "centre_id", "rate": "mean"})
    table["families"] = found.size.astype(int)
    return table[list(MEANS)].assign(**_drawn(shrunken, -np.inf, np.inf))


def _drawn(shrunken: Shrunken, least: float, most: float) -> dict[str, np.ndarray]:
    ends = (shrunken.shrunk, shrunken.low, shrunken.high)
    return {name: np.clip(values, least, most) for name, values in zip(_DRAWN, ends, strict=True)}
