"""The one picture of an answer, where its verdict's state lets it have one: made of the member's view and no more."""

from __future__ import annotations

import pandas as pd

from toolkit.charts.decision import criteria_chart, criteria_in_words
from toolkit.charts.forest_plot import forest_chart
from toolkit.publish.decision.picture import picture_rows
from toolkit.publish.decision.words import STANDS
from toolkit.publish.members.model import MemberView
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.report.model import Picture, Table

_CRITERIA = {"claim": "What is asked", "stands": "Is it so?", "found": "What was found", "asked": "Asked"}


def picture_of(view: MemberView) -> Picture | None:
    """Return the picture of an answer; ``None`` where it has none that may be shown."""
    if view.tables.get("decision_criteria"):
        return _criteria(view)
    if view.estimates and MayShow.of("", view.verdict.code).effect:
        return _range(view)
    return None


def table_of(rows: pd.DataFrame, caption: str, labels: dict[str, str]) -> Table:
    """Return rows in words as a table, their columns in the order of the labels."""
    cells = rows[list(labels)].astype(str).itertuples(index=False, name=None)
    return Table(caption, tuple(labels.values()), tuple(cells))


def _criteria(view: MemberView) -> Picture:
    # Of one that is not known only the range is told, as of all that data cannot tell.
    told = [
        {**row, "figure": None} if row["standing"] == "not_known" else row for row in view.tables["decision_criteria"]
    ]
    rows = pd.DataFrame(picture_rows(told))
    met = int((rows["stands"] == STANDS["met"]).sum())
    headline = f"Met: {met} of the {len(rows)} things we asked of the scores"
    return Picture(
        headline, criteria_chart(rows), criteria_in_words(rows), table_of(rows, "The same in a table", _CRITERIA)
    )


def _range(view: MemberView) -> Picture:
    first = view.estimates[0]
    row = {"label": first.label, "words": first.words, "estimate": first.estimate, "low": first.low, "high": first.high}
    said = f"{first.label}: {first.words}"
    told = pd.DataFrame([{"label": one.label, "words": one.words} for one in view.estimates])
    return Picture(
        headline=said,
        chart=forest_chart(pd.DataFrame([row]), f"Of every {first.per:,} families"),
        alternative=f"A point with its range, beside a line where there is no difference. {said}.",
        table=table_of(told, "Differences, about", {"label": "Within 12 months", "words": "About how many"}),
    )
