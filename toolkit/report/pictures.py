"""The one picture of an answer, where its verdict's state lets it have one: made of the member's view and no more.

Members' pages draw the same: what is decided here is decided for screen and paper at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit.charts.bars import bars_chart, bars_in_words, columns_chart
from toolkit.charts.decision import criteria_chart, criteria_in_words
from toolkit.charts.forest_plot import forest_chart
from toolkit.charts.member_funnel import funnel_in_words, member_funnel
from toolkit.publish.decision.picture import picture_rows
from toolkit.publish.decision.words import STANDS
from toolkit.publish.disclosure import SUPPRESSED
from toolkit.publish.members.ended import TABLE as ENDED
from toolkit.publish.members.ended import ended_by_source
from toolkit.publish.members.funnel import TABLE as FUNNEL
from toolkit.publish.members.funnel import funnel_of
from toolkit.publish.members.missed import TENTH, missed, ways_there
from toolkit.publish.members.model import MemberView
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.report.model import Picture, Table
from toolkit.report.money_pictures import NUMBERS, money_picture, source_of

_CRITERIA = {"claim": "What is asked", "stands": "Is it so?", "found": "What was found", "asked": "Asked"}
_NOT_JOINED = "Of every 100 families, had not joined"
_ENDED = "Of every 100 referrals, no further action"
_BY_LUCK = (
    "By luck alone, 1 centre in 20 would lie beyond the broken curves and 1 in 100 beyond the whole ones. They do not "
    "allow for which families each centre helps. The answer does. The picture is no league table."
)
_UNLIKE = "Those who refer send unlike cases. The answer compares like with like; this picture does not."


def picture_of(view: MemberView) -> Picture | None:
    """Return the picture of an answer; ``None`` where its state, or protection, leaves nothing to draw."""
    picture = _of_its_kind(view)
    return None if picture is None else _with_key(picture, view)


def _with_key(picture: Picture, view: MemberView) -> Picture:
    """Return a picture that says what a hidden figure means, where one is hidden."""
    if not view.key or picture.table is None or not any(SUPPRESSED in row for row in picture.table.rows):
        return picture
    return replace(picture, notes=(*picture.notes, view.key))


def _of_its_kind(view: MemberView) -> Picture | None:
    rows = view.tables.get("decision_criteria", ())
    if rows:
        return criteria_picture(rows, source_of(view))
    if view.tables.get(FUNNEL):
        return _centres(view)
    if view.tables.get(ENDED):
        return _ended(view)
    if TENTH in ways_there(view):
        return _missed(view, TENTH)
    if view.estimates and MayShow.of("", view.verdict.code).effect:
        return _range(view)
    return money_picture(view)


def missed_picture(view: MemberView, way: str) -> Picture:
    """Return how many of every 100 families had not joined, by one way of telling them apart."""
    return _with_key(_missed(view, way), view)


def _missed(view: MemberView, way: str) -> Picture:
    found = missed(view, way)
    labels = {"label": "Families", "said": _NOT_JOINED}
    if found.rows["families"].ne("").any():
        labels["families"] = "Families in all"
    if found.of_what:
        drawn = columns_chart(found.rows, "Of every 100", found.of_what, most=100)
    else:
        drawn = bars_chart(found.rows, _NOT_JOINED, most=100)
    return Picture(
        found.headline,
        drawn,
        bars_in_words(found.rows, _NOT_JOINED),
        table_of(found.rows, NUMBERS, labels),
        source_of(view),
    )


def criteria_picture(rows: Sequence[Mapping[str, Any]], source: str) -> Picture:
    """Return every criterion of the decision on scores as it stands.

    Parameters
    ----------
    rows
        The table ``decision_criteria``: exact for staff, or as members may see it.
    source
        Where its figures are from.
    """
    # Of one that is not known only the range is told, as of all that data cannot tell.
    told = [{**row, "figure": None} if row["standing"] == "not_known" else row for row in rows]
    shown = pd.DataFrame(picture_rows(told))
    met = int((shown["stands"] == STANDS["met"]).sum())
    headline = f"Met: {met} of the {len(shown)} things we asked of the scores"
    table = table_of(shown, NUMBERS, _CRITERIA)
    return Picture(headline, criteria_chart(shown), criteria_in_words(shown), table, source)


def table_of(rows: pd.DataFrame, caption: str, labels: Mapping[str, str]) -> Table:
    """Return rows in words as a table, their columns in the order of the labels."""
    cells = rows[list(labels)].astype(str).itertuples(index=False, name=None)
    return Table(caption, tuple(labels.values()), tuple(cells))


def _centres(view: MemberView) -> Picture | None:
    found = funnel_of(view)
    if found is None:
        return None
    labels = {"centre": "Centre", "families": "Families scored twice", "in_100": "Of every 100, scored better"}
    return Picture(
        found.headline,
        member_funnel(found.points, found.limits, found.middle),
        funnel_in_words(len(found.points), found.middle, found.outside),
        table_of(found.table, NUMBERS, labels),
        source_of(view),
        (_BY_LUCK,),
    )


def _ended(view: MemberView) -> Picture:
    found = ended_by_source(view)
    labels = {"label": "Who referred", "said": _ENDED, "referrals": "Referrals in all"}
    return Picture(
        found.headline,
        bars_chart(found.rows, _ENDED, most=100),
        bars_in_words(found.rows, _ENDED),
        table_of(found.rows, NUMBERS, labels),
        source_of(view),
        (_UNLIKE,),
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
        table=table_of(told, NUMBERS, {"label": "Within 12 months", "words": "About how many"}),
        source=source_of(view),
    )
