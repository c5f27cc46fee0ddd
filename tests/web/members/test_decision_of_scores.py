"""The decision on scores as members and leads see it: a few words, one picture with its numbers, and the limits."""

from __future__ import annotations

from typing import Any

from google.protobuf import text_format
from streamlit.testing.v1 import AppTest

CRITERIA = (
    ("complete", "not_met", 0.52, 0.49, 0.55, 0.8),
    ("agreement", "met", 0.61, 0.5, 0.7, 0.4),
    ("meaning", "not_known", 0.0123, -0.017, 0.041, 0.03),
    ("tracking", "not_known", None, -0.1, 0.05, 0.02),
    ("cost", "not_known", None, None, None, None),
)
NAMES = ("name", "standing", "figure", "low", "high", "threshold")
ROWS = [dict(zip(NAMES, row, strict=True)) for row in CRITERIA]


def picture(rows: list) -> None:
    from toolkit.web.pages.scores import criteria

    criteria.draw(rows)


def answer(rows: list, question: str) -> None:
    from datetime import UTC, datetime

    from toolkit.publish.members.model import Days, MemberVerdict, MemberView
    from toolkit.web.pages.members.one_question import draw
    from toolkit.web.results import Publication, Published

    said = MemberVerdict("decided", "Not yet.", "Score more.", ("We did not measure talk.",), 1, "Level 1.")
    view = MemberView(
        question=question, title="Should others score?", recommendation="Paragraph 73", simulated=True,
        as_of=Days("2010-01-01", "2012-01-01"), verdict=said, estimates=(), families={},
        tables={"decision_criteria": rows}, key="",
    )  # fmt: skip
    step = Publication(
        publication_id=1, question=question, result="a", by="Lead", at=datetime(2026, 1, 1, tzinfo=UTC),
        what="published", version=1, why="", replaces=None,
    )  # fmt: skip
    draw(Published(view, (step,), ""))


def drawn(what: Any, *args: Any) -> AppTest:
    app = AppTest.from_function(what, args=args, default_timeout=60).run()
    assert not app.exception
    return app


def text_of(app: AppTest, kind: str) -> str:
    return "\n".join(text_format.MessageToString(one.proto, as_utf8=True) for one in app.get(kind))


def test_the_picture_says_each_criterion_in_words_in_the_chart_and_in_the_table() -> None:
    app = drawn(picture, ROWS)
    chart, table = text_of(app, "arrow_vega_lite_chart") or text_of(app, "vega_lite_chart"), text_of(app, "html")
    for said in (
        "Families are scored again",
        "52 of every 100 families (from 49 to 55)",
        "at least 80",
        "Workers agree",
        "agreement of 0.61",
    ):
        assert said in chart and said in table, said
    assert [one.value for one in app.subheader] == ["Met\\: 1 of the 5 things we asked of the scores"]


def test_of_what_is_not_known_no_figure_is_told_and_no_range_stands_in_the_picture() -> None:
    app = drawn(picture, ROWS)
    chart, table = text_of(app, "arrow_vega_lite_chart") or text_of(app, "vega_lite_chart"), text_of(app, "html")
    assert "1.23" not in chart and "1.23" not in table
    assert "from 1.7 below luck to 4.1 above luck in 100 pairs" in table and "1.7 below" not in chart
    assert not drawn(picture, []).subheader


def test_limits_of_every_answer_stand_open() -> None:
    for app in (drawn(answer, ROWS, "para73_decision"), drawn(answer, [], "para73_change")):
        assert "What this cannot show" not in [one.label for one in app.expander]
        assert "What this cannot show" in [one.value for one in app.header]
        assert "We did not measure talk." in text_of(app, "html")
