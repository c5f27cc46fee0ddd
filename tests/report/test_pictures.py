"""What picture an answer has: one for each kind, with its words, table and source, and none of what its state hides."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from toolkit.publish.disclosure import SUPPRESSED
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.published import Published
from toolkit.report.money_pictures import NUMBERS
from toolkit.report.pictures import picture_of
from toolkit.wording.sources import MADE_UP, PUBLISHED

REACH = [
    {"group": "idaci_decile", "level": str(tenth), "not_joined_in_100": share, "families": 120}
    for tenth, share in ((2, 29), (1, 23), (10, 69))
]
ENDED = [
    {"group": "Police", "referrals": 210, "nfa_in_100": 5},
    {"group": "Children's Centres", "referrals": 60, "nfa_in_100": 20},
    {"group": "Schools", "referrals": None, "nfa_in_100": None},
]
CENTRES = [
    {"centre_id": f"C{number:02d}", "families": families, "improved_in_100": share}
    for number, (families, share) in enumerate([(100, 50), (200, 60), (None, None), (400, 30)])
]
COURSE = [{"year": year, "council": 400.4, "region": 410.0, "england": 500.0} for year in range(2009, 2013)]
PATH = [{"year": year, "rate": 400, "mixture": 390, "is_after": year > 2011} for year in range(2009, 2013)]


@pytest.mark.parametrize(
    ("tables", "begins", "rows"),
    [
        ({"reach_groups": REACH}, "The poorest places: 23 of every 100", 3),
        ({"trust_by_source": ENDED}, "Of every 100 referrals by centres, 20 came to no further action", 3),
        ({"centres_funnel": CENTRES}, "At 3 centres together, 41 of every 100 families scored better", 4),
        ({"panel_course": COURSE}, "Referrals of every 10,000 children: the council beside its region", 4),
        ({"synthetic_path": PATH}, "Referrals of every 10,000 children: the council and the mixture", 4),
    ],
)
def test_each_kind_of_answer_has_its_picture_in_words_and_numbers(
    answers: list[Published], tables: dict[str, Any], begins: str, rows: int
) -> None:
    picture = picture_of(replace(answers[0].view, estimates=(), tables=tables))
    assert picture is not None and picture.headline.startswith(begins)
    assert picture.table is not None and picture.table.caption == NUMBERS and len(picture.table.rows) == rows
    assert len(picture.alternative) > 40 and picture.source == MADE_UP
    has_hidden = any(SUPPRESSED in row for row in picture.table.rows)
    assert (answers[0].view.key in picture.notes) is has_hidden is ("null" in json.dumps(tables))
    assert "layer" in picture.chart.to_dict()


def test_what_was_counted_is_drawn_where_there_is_no_answer_and_a_hidden_count_in_no_form(
    answers: list[Published],
) -> None:
    view = answers[2].view
    picture = picture_of(view)
    assert picture is not None and picture.headline == "6 quarters of referrals: from 737 to 855 in each"
    assert picture.source == PUBLISHED and picture.table is not None
    assert picture.table.rows[0] == ("2009/10 Q1", "758")
    hidden = [{**row, "referrals": None} if row["referrals"] == 758 else row for row in view.tables["series"]]
    less = picture_of(replace(view, tables={"series": hidden}))
    assert less is not None and less.table is not None and less.table.rows[0] == ("2009/10 Q1", SUPPRESSED)
    assert "758" not in json.dumps(less.chart.to_dict(), default=str) + less.headline + less.alternative


@pytest.mark.parametrize("code", ["inconclusive", "cannot_say"])
def test_a_file_of_what_cannot_be_told_has_no_picture_of_it(answers: list[Published], code: str) -> None:
    view = replace(answers[0].view, tables={"reach_groups": REACH, "trust_by_source": ENDED, "synthetic_path": PATH})
    told = {**view.to_json(), "verdict": {**view.to_json()["verdict"], "code": code}}
    assert picture_of(view) is not None
    assert picture_of(MemberView.from_json(told)) is None
