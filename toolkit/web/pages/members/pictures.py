"""The one picture of an answer: a range, a decision's criteria, a funnel, who is missed, what ended."""

from __future__ import annotations

import pandas as pd

from toolkit.charts.bars import bars_chart, bars_in_words, columns_chart
from toolkit.charts.forest_plot import forest_chart
from toolkit.charts.member_funnel import member_funnel
from toolkit.publish.members.ended import ended_by_source
from toolkit.publish.members.funnel import funnel_of
from toolkit.publish.members.missed import TENTH, missed, ways_there
from toolkit.publish.members.model import MemberEstimate, MemberView
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.web.pages.scores import criteria
from toolkit.web.parts.layout import chart, link, sentence

_LABELS = {"label": "Within 12 months", "words": "About how many"}
_NOT_JOINED = "Of every 100 families, had not joined"


def draw(view: MemberView) -> None:
    """Draw it; nothing where a verdict's state, or protection, leaves nothing to draw."""
    rows = view.tables.get("decision_criteria", ())
    if rows:
        criteria.draw(rows)
    elif view.tables.get("centres_funnel"):
        _centres(view)
    elif view.tables.get("trust_by_source"):
        _ended(view)
    elif TENTH in ways_there(view):
        of_missed(view, TENTH)
        link("reach", "Who is not reached: by district, language and household too")
    elif view.estimates and MayShow.of("", view.verdict.code).effect:
        _range(view.estimates[0])


def of_missed(view: MemberView, way: str) -> None:
    """Draw how many of every 100 families had not joined, by one way of telling them apart."""
    found = missed(view, way)
    labels = {"label": "Families", "said": _NOT_JOINED}
    has_families = found.rows["families"].ne("").any()
    numbers = found.rows[["label", "said", *(["families"] if has_families else [])]]
    if found.of_what:
        drawn = columns_chart(found.rows, "Of every 100", found.of_what, most=100)
    else:
        drawn = bars_chart(found.rows, _NOT_JOINED, most=100)
    chart(
        found.headline,
        drawn,
        bars_in_words(found.rows, _NOT_JOINED),
        numbers,
        {**labels, "families": "Families in all"},
    )
    if found.has_hidden:
        sentence(view.key)


def _centres(view: MemberView) -> None:
    found = funnel_of(view)
    if found is None:
        return
    chart(
        found.headline,
        member_funnel(found.points, found.limits, found.middle),
        f"{len(found.points)} points, a centre each, by how many families it scored twice. A line at {found.middle} in "
        f"100 for all together. The curves around it are narrower for larger centres; {found.outside} points lie "
        "beyond the outer ones.",
        found.table,
        {"centre": "Centre", "families": "Families scored twice", "in_100": "Of every 100, scored better"},
    )
    sentence(
        "By luck alone, 1 centre in 20 would lie beyond the broken curves and 1 in 100 beyond the whole ones. They do "
        "not allow for which families each centre helps. The answer does. The picture is no league table."
    )


def _ended(view: MemberView) -> None:
    found = ended_by_source(view)
    said = "Of every 100 referrals, no further action"
    chart(
        found.headline,
        bars_chart(found.rows, said, most=100),
        bars_in_words(found.rows, said),
        found.rows[["label", "said", "referrals"]],
        {"label": "Who referred", "said": said, "referrals": "Referrals in all"},
    )
    sentence("Those who refer send unlike cases. The answer compares like with like; this picture does not.")


def _range(first: MemberEstimate) -> None:
    said = f"{first.label}: {first.words}"
    row = {"label": first.label, "words": first.words, "estimate": first.estimate, "low": first.low, "high": first.high}
    chart(
        said,
        forest_chart(pd.DataFrame([row]), f"Of every {first.per:,} families"),
        f"A point with its range, beside a line where there is no difference. {said}.",
        pd.DataFrame([{"label": first.label, "words": first.words}]),
        _LABELS,
    )
