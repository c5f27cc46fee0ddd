"""Answers of the ways of looking at the money in one unit: how much of the county's referrals each says it changed."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.money_designs import DESIGNS, OF_THE_COUNTY
from toolkit.publish.verdicts.rule import Interval, interval_of
from toolkit.studies.reach_areas.facts import ReachAreasFacts
from toolkit.wording.amounts import more_or_fewer, of_every

BASE = 100


def change_of(bundle: Bundle) -> Interval | None:
    """Return the change of the whole county's referrals, as a part of those to be expected; ``None`` without one.

    The areas' own figure is of an area with a typical share of the money, and their county's another.
    """
    if bundle.kind == "reach_areas":
        prevented = bundle.facts_as(ReachAreasFacts).prevented
        return None if prevented is None else Interval(*prevented)
    return interval_of(bundle.primary) if bundle.kind in OF_THE_COUNTY else None


def answers_to_draw(bundles: Iterable[Bundle]) -> pd.DataFrame:
    """Return a row a way that answers, by rank: ``label``, ``words``, ``estimate``, ``low``, ``high`` in every 100.

    Ways that do not answer have no figure to draw (`toolkit.publish.verdicts.may_show`).
    """
    answered = {one.kind: one for one in bundles if one.may.effect}
    rows = []
    for kind in OF_THE_COUNTY:
        change = change_of(answered[kind]) if kind in answered else None
        if change is None:
            continue
        figures = (change.estimate, change.low, change.high)
        whole = of_every(BASE, figures)
        about, low, high = (more_or_fewer(n, exactly=share) for n, share in zip(whole, figures, strict=True))
        rows.append((DESIGNS[kind].name, f"{about} (from {low} to {high})", *whole))
    return pd.DataFrame(rows, columns=["label", "words", "estimate", "low", "high"])
