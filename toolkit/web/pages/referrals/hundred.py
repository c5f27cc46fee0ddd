"""The answer as one picture: both groups as 100 families, or the range where 100 squares could not show it."""

from __future__ import annotations

import pandas as pd

from toolkit.charts.effect import hundred_families
from toolkit.charts.forest_plot import forest_chart
from toolkit.publish.bundle.estimates import HUNDRED, counted_in, span, table_labels
from toolkit.publish.bundle.model import Bundle
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.web.pages.referrals.methods import methods
from toolkit.web.parts.layout import chart
from toolkit.wording.amounts import in_every, levels_apart


def draw(bundle: Bundle) -> None:
    """Draw it, where the question is answered."""
    facts, primary = bundle.facts_as(MatchedCohortFacts), bundle.primary
    figures = None if primary is None else primary.with_interval
    if not bundle.may.effect or figures is None:
        return
    base, (difference, *_) = in_every(figures)
    if base != HUNDRED or facts.mean_control is None:
        _range(bundle)
        return
    with_, without = levels_apart(base, difference, facts.mean_control)
    numbers = pd.DataFrame(
        {"group": ["Families that joined a centre", "Families like them that had not"], "count": [with_, without]}
    )
    numbers["words"] = [f"{row.group}: {row.count} in 100" for row in numbers.itertuples(index=False)]
    happened = facts.happened.removeprefix("were ").capitalize()
    chart(
        f"{happened} {facts.within}: about {with_} in 100 that joined, {without} in 100 like them",
        hundred_families(numbers[["words", "count"]]),
        f"Two grids of 100 squares. {with_} are filled for families that joined, {without} for families like them.",
        numbers[["group", "count"]],
        {"group": "Group", "count": f"{happened}, of every 100"},
        is_wide=False,
    )


def _range(bundle: Bundle) -> None:
    first, base = methods(bundle).head(1), counted_in(bundle)
    if first.empty:
        return
    one, of = first.iloc[0], f"Of every {base:,} families"
    chart(
        f"{of}: {one.estimate_words}, or anything from {span(one.low_words, one.high_words)}",
        forest_chart(first.drop(columns=["heading"]), of),
        f"A point with its range beside a line of no difference: {one.words}.",
        first[["label", "estimate_words", "low_words", "high_words"]],
        table_labels(base, label="What is compared"),
    )
