from __future__ import annotations

import json

import pandas as pd
import pytest

from toolkit.charts.balance import balance_chart
from toolkit.charts.cumulative_incidence import gap_chart, shares_chart
from toolkit.charts.effect import hundred_families
from toolkit.charts.forest_plot import forest_chart
from toolkit.charts.money.areas import areas_chart, areas_in_words, table_of_areas
from toolkit.charts.money.panel import course_chart, course_in_words, table_of_course
from toolkit.charts.power import power_chart
from toolkit.charts.rollout import (
    half_years_chart,
    half_years_in_words,
    visible_chart,
    visible_in_words,
    visible_table,
)
from toolkit.charts.score_centres import centres_in_funnel, funnel_in_words, table_of_centres
from toolkit.charts.score_meaning import (
    came_true_in_words,
    chances_came_true,
    referred_by,
    referred_in_words,
    table_of_chances,
    table_of_referred,
)
from toolkit.charts.score_missing import (
    could_be,
    could_be_in_words,
    never_again,
    never_again_in_words,
    table_of_could_be,
)
from toolkit.charts.scores import change_by_start
from toolkit.charts.theme import following_the_page
from toolkit.charts.time_series import compared_chart, series_chart

BY_START = pd.DataFrame(
    {
        "start": [1, 2, 3],
        "families": [20, 0, 7],
        "share_improved": [0.9, None, 0.0],
        "share_same": [0.1, None, 0.5],
        "share_worse": [0.0, None, 0.5],
        "low_improved": [0.7, None, 0.0],
        "high_improved": [0.97, None, 0.35],
    }
)
QUARTERS = pd.DataFrame(
    {
        "starts_on": pd.to_datetime(["2010-04-01", "2010-07-01", "2010-10-01"]),
        "referrals": [855, 792, 800],
        "expected": [800.0, 810.0, 790.0],
        "low": [750.0, 760.0, 740.0],
        "high": [860.0, 870.0, 850.0],
    }
)
NO_EVENTS = pd.DataFrame({"on": pd.Series(dtype="datetime64[ns]"), "number": pd.Series(dtype=int)})


def rows_in(spec: dict) -> list[dict]:
    return [row for rows in spec["datasets"].values() for row in rows]


@pytest.mark.parametrize(("low", "high"), [(-4.3, 0.4), (0.5, 3.0), (-3.0, -0.5), (0.0, 0.0)])
def test_an_interval_is_drawn_beside_no_difference_wherever_it_lies(low: float, high: float) -> None:
    rows = pd.DataFrame(
        {"label": ["Matched"], "words": ["so many"], "estimate": [(low + high) / 2], "low": [low], "high": [high]}
    )
    spec = forest_chart(rows, "Of every 100 families").to_dict()
    domain = next(
        layer["encoding"]["x"]["scale"]["domain"]
        for layer in spec["layer"]
        if "scale" in layer.get("encoding", {}).get("x", {})
    )
    assert domain[0] < min(low, 0.0) <= max(high, 0.0) < domain[1]


@pytest.mark.parametrize("counts", [(4, 6), (0, 100)])
def test_as_many_squares_are_filled_as_families_were_referred(counts: tuple[int, int]) -> None:
    groups = pd.DataFrame({"words": ["Joined", "Alike"], "count": counts})
    squares = [row for row in rows_in(hundred_families(groups).to_dict()) if "was" in row]
    assert len(squares) == 200
    assert len({(row["x"], row["y"]) for row in squares}) == 200
    for group, count in enumerate(counts):
        of_group = [row for row in squares if row["y"] // 7 == group]
        assert sum(row["was"] == "Referred" for row in of_group) == count


def test_the_balance_chart_tells_before_from_after_by_shape_as_well_as_colour() -> None:
    rows = pd.DataFrame({"label": ["Lone parent", "Children"], "before": [0.27, -0.1], "after": [-0.02, -0.04]})
    points = balance_chart(rows, 0.1).to_dict()["layer"][1]["encoding"]
    for channel in ("shape", "color"):
        assert len(set(points[channel]["scale"]["range"])) == 2
    assert points["y"]["sort"] == ["Lone parent", "Children"]


def test_a_starting_score_of_no_family_has_no_bar() -> None:
    spec = change_by_start(BY_START).to_dict()
    assert {row["first"] for row in rows_in(spec)} == {"Began at 1", "Began at 3"}


@pytest.mark.parametrize("money", [None, pd.Timestamp("2010-08-01")])
@pytest.mark.parametrize("with_events", [False, True])
def test_a_series_is_drawn_with_and_without_events_and_money(money: pd.Timestamp | None, with_events: bool) -> None:
    events = pd.DataFrame({"on": pd.to_datetime(["2010-07-12"]), "number": [3]}) if with_events else NO_EVENTS
    spec = series_chart(QUARTERS, events, money, expected="Mean").to_dict()
    words = {row["words"] for row in rows_in(spec) if "words" in row}
    assert words == ({"3"} if with_events else set()) | ({"Money begins"} if money is not None else set())


def test_a_series_is_drawn_without_what_was_expected_where_that_would_tell_an_effect() -> None:
    spec = series_chart(QUARTERS, NO_EVENTS, None, expected=None).to_dict()
    rows = rows_in(spec)
    assert {row["kind"] for row in rows if "kind" in row} == {"Counted"}
    assert not [row for row in rows if row.get("expected") or row.get("low")]


def test_two_sources_differ_by_mark_and_dash_as_well_as_colour() -> None:
    rows = pd.DataFrame({"year": ["2010", "2010"], "source": ["Report", "Department"], "referrals": [3140, 3160]})
    encoding = compared_chart(rows).to_dict()["encoding"]
    for channel in ("color", "shape", "strokeDash"):
        ranged = encoding[channel]["scale"]["range"]
        assert ranged[0] != ranged[1]


FOREST = pd.DataFrame(
    {
        "label": ["The answer", "Another way of comparing that has a name too long for one line of a phone", "Unfair"],
        "words": ["0.6 more (1.6 fewer to 2.9 more)"] * 3,
        "estimate": [0.6, 0.4, 2.7],
        "low": [-1.6, -1.0, 1.3],
        "high": [2.9, 2.0, 4.2],
        "kind": ["main", "other", "apart"],
        "heading": ["Like with like", "Like with like", "Not fair"],
    }
)


def texts_in(spec: dict) -> list[dict]:
    return sorted((row for row in rows_in(spec) if "text" in row), key=lambda row: row["at"])


def test_a_forest_sets_each_interval_under_its_words_and_each_heading_once() -> None:
    spec = forest_chart(FOREST, "Of every 100 families").to_dict()
    texts = texts_in(spec)
    said = [row["text"] for row in texts]
    assert said.count("Like with like") == said.count("Not fair") == 1
    assert all(len(line) <= 48 for line in said)
    assert " ".join(FOREST["label"]) == " ".join(
        line for line in said if "(" not in line and "ike" not in line and line != "Not fair"
    )
    bars = sorted(row["at"] for row in rows_in(spec) if "estimate" in row)
    assert len(bars) == 3 and max(bars) < spec["height"]
    taken = [row["at"] for row in texts] + bars
    assert len(set(taken)) == len(taken)  # nothing is drawn over anything else
    assert min(abs(bar - row["at"]) for bar in bars for row in texts) > 15


def test_a_forest_tells_its_kinds_by_shape_as_well_as_colour() -> None:
    spec = forest_chart(FOREST, "Of every 100 families").to_dict()
    point = next(layer["encoding"] for layer in spec["layer"] if "shape" in layer.get("encoding", {}))
    assert len(set(point["shape"]["scale"]["range"])) == len(set(point["color"]["scale"]["range"])) == 3


def test_a_forest_has_room_for_the_figure_of_everyone_together() -> None:
    rows = FOREST.head(1).drop(columns=["kind", "heading"])
    domains = [
        layer["encoding"]["x"]["scale"]["domain"]
        for layer in forest_chart(rows, "Of every 100 families", whole=9.0).to_dict()["layer"]
        if "scale" in layer.get("encoding", {}).get("x", {})
    ]
    assert domains[0][0] < -1.6 and domains[0][1] > 9.0


def test_the_two_groups_lines_differ_by_dash_as_well_as_colour_and_begin_at_the_joining_day() -> None:
    rows = pd.DataFrame({"day": [0, 365], "joined": [0, 5.0], "not_joined": [0, 4.4]})
    encoding = shares_chart(rows).to_dict()["encoding"]
    for channel in ("color", "strokeDash"):
        ranged = encoding[channel]["scale"]["range"]
        assert ranged[0] != ranged[1]
    assert encoding["x"]["scale"]["domain"] == [0, 365]
    assert encoding["x"]["axis"]["values"] == [0, 91, 183, 274, 365]


def test_the_gap_is_drawn_with_its_band_and_a_line_of_no_difference() -> None:
    rows = pd.DataFrame({"day": [0, 365], "difference": [0, 0.6], "low": [0, -1.5], "high": [0, 2.8]})
    kinds = [layer["mark"]["type"] for layer in gap_chart(rows).to_dict()["layer"]]
    assert kinds == ["area", "rule", "line"]


def test_power_is_drawn_beside_the_chance_that_is_asked_for() -> None:
    rows = pd.DataFrame({"effect_in_100": [1.0, 3.0], "power": [0.2, 0.9]})
    spec = power_chart(rows).to_dict()
    assert {"power": 0.8} in rows_in(spec)
    assert spec["layer"][1]["encoding"]["y"]["scale"]["domain"] == [0, 1]


BY_SCORE = pd.DataFrame(
    {
        "band": ["1", "2", "5"],
        "families": [90, 0, 70],
        "happened": [18, 0, 0],
        "observed": [0.2, None, 0.0],
        "low": [0.12, None, None],
        "high": [0.31, None, None],
        "expected_known": [0.11, None, 0.1],
    }
)
BY_CHANCE = pd.DataFrame(
    {"group": [1, 2], "families": [80, 80], "happened": [4, 14], "expected": [0.06, 0.16], "observed": [0.05, 0.175]}
)


def test_referrals_by_score_stand_beside_what_was_expected_without_it_in_points_of_two_shapes() -> None:
    spec = referred_by(BY_SCORE, "band", title="First score").to_dict()
    whiskers, points = spec["layer"]
    assert {row["name"] for row in rows_in(spec)} == {"1", "5"}  # no family began at 2
    drawn = [row for row in rows_in(spec) if "what" in row]
    assert sorted(row["share"] for row in drawn) == [0.0, 0.1, 0.11, 0.2]
    for channel in ("shape", "color"):
        assert len(set(points["encoding"][channel]["scale"]["range"])) == 2
    ranges = [row for row in rows_in(spec) if "high" in row]
    assert whiskers["mark"]["type"] == "rule" and [row["high"] for row in ranges] == [0.31]
    assert points["encoding"]["y"]["sort"] == ["1", "5"]  # by score, never by how many


def test_the_words_and_the_table_of_a_chart_of_meaning_hold_its_numbers() -> None:
    said = referred_in_words(BY_SCORE, "band")
    assert said == (
        "1: 20.0 in 100 referred (range 12.0 to 31.0), 11.0 expected without the score. "
        "5: 0.0 in 100 referred, 10.0 expected without the score."
    )
    table = table_of_referred(BY_SCORE, "band", title="First score")
    assert table["First score"].tolist() == ["1", "5"] and table["Referred in 100"].tolist() == [20.0, 0.0]
    moved = BY_SCORE.assign(change=["fell", "same", "rose"])
    assert table_of_referred(moved, "change", title="Change").iloc[:, 0].tolist() == ["Score fell", "Score rose"]
    assert came_true_in_words(BY_CHANCE).startswith("Group 1 of 2: 6.0 in 100 expected, 5.0 referred.")
    assert table_of_chances(BY_CHANCE)["Expected in 100"].tolist() == [6.0, 16.0]


def test_chances_that_came_true_lie_on_a_line_drawn_to_the_same_ends_both_ways() -> None:
    line, points, *names = chances_came_true(BY_CHANCE).to_dict()["layer"]
    ends = [layer["encoding"][axis]["scale"]["domain"] for layer in (line, points) for axis in ("x", "y")]
    assert all(end == ends[0] for end in ends) and ends[0][1] > 0.175
    assert {name["encoding"]["text"]["field"] for name in names} == {"name"}  # "Group 1", beside its point


VISIBLE = pd.DataFrame({"families_times": [1.0, 2.0, 1.0], "centres": [31, 31, 62], "smallest_in_1000": [33, 23, 22]})
HALF_YEARS = pd.DataFrame(
    {"half_year": [-2, -1, 0], "apart_in_100": [1, 0, -3], "low_in_100": [-2, -3, -5], "high_in_100": [4, 3, -1]}
)


def test_what_could_be_seen_has_a_bar_with_its_number_and_the_same_in_words_and_table() -> None:
    spec = visible_chart(VISIBLE).to_dict()
    drawn = {row["what"]: row["smallest_in_1000"] for row in rows_in(spec)}
    assert drawn == {"31 centres, as it is": 33, "31 centres, 2 times the families": 23, "62 centres": 22}
    assert len(set(visible_table(VISIBLE)["kind"])) == 3
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["bar", "text"]
    said = visible_in_words(VISIBLE)
    assert all(f"{what}: {number}" in said for what, number in drawn.items())
    assert "nothing could be seen" in visible_in_words(VISIBLE.head(0)) and not len(visible_table(VISIBLE.head(0)))


def test_the_course_around_the_start_tells_before_from_after_without_colour_and_in_words() -> None:
    spec = half_years_chart(HALF_YEARS).to_dict()
    points = next(layer["encoding"] for layer in spec["layer"] if "shape" in layer.get("encoding", {}))
    assert len(set(points["shape"]["scale"]["range"])) == 2
    assert {row["side"] for row in rows_in(spec) if "side" in row} == {"before", "after"}
    said = half_years_in_words(HALF_YEARS)
    assert "12 to 6 months before: 1 more (from 2 fewer to 4 more)" in said
    assert "0 to 6 months after: 3 fewer (from 5 fewer to 1 fewer)" in said and "6 to 0 months before: none" in said
    assert "In no half year" in half_years_in_words(HALF_YEARS.head(0))


RANGE_ROWS = pd.DataFrame(
    {
        "how": ["anything", "seen", "weighted", "no_better"],
        "estimate": [None, 0.48, 0.41, None],
        "from": [0.26, None, None, 0.26],
        "to": [0.68, None, None, 0.43],
        "low": [0.24, 0.44, 0.36, 0.24],
        "high": [0.71, 0.52, 0.47, 0.46],
    }
)


def test_what_the_share_could_be_is_drawn_said_and_listed_with_the_same_numbers() -> None:
    spec = could_be(RANGE_ROWS).to_dict()
    lines, bars, marks, words = spec["layer"]
    assert [layer["mark"]["type"] for layer in (lines, bars, marks, words)] == ["rule", "bar", "point", "text"]
    drawn = [(row["least"], row["greatest"]) for row in rows_in(spec) if "least" in row]
    assert drawn == [(0.26, 0.43), (0.26, 0.68)]  # in the order of what is taken for granted, whatever the rows' order
    assert marks["encoding"]["x"]["scale"]["domain"] == [0, 1]  # nothing is cut off
    said = could_be_in_words(RANGE_ROWS)
    assert said.startswith("Families scored twice: 48 in 100 scored better (range 44 to 52).")
    assert said.endswith("Whatever the rest did: from 26 to 68 in 100.")
    listed = table_of_could_be(RANGE_ROWS)
    assert listed["Figure in 100"].tolist()[:2] == [48.0, 41.0]
    assert listed["To"].tolist()[2:] == [43.0, 68.0]
    nothing = RANGE_ROWS.iloc[:0]
    assert could_be_in_words(nothing) == "" and table_of_could_be(nothing).empty and could_be(nothing).to_dict()


def test_who_was_lost_is_drawn_in_the_groups_own_order() -> None:
    rows = pd.DataFrame({"label": ["1", "2", "10"], "families": [50, 300, 9], "no_second_score": [8, 75, 9]})
    rows = rows.assign(share=rows["no_second_score"] / rows["families"], low=[0.1, 0.2, None], high=[0.3, 0.3, None])
    spec = never_again(rows).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["1", "2", "10"]
    assert len([row for row in rows_in(spec) if row.get("low") is not None and row["label"] == "10"]) == 0
    assert never_again_in_words(rows).endswith("1: 8 of 50; 2: 75 of 300; 10: 9 of 9.")


CENTRES = pd.DataFrame(
    {
        "centre_id": ["C2", "C1"],
        "families": [18, 70],
        "improved": [9, 12],
        "observed": [0.5, 0.171],
        "expected": [0.45, 0.4],
        "share": [0.52, 0.18],
        "target": [0.42, 0.42],
        "low_95": [0.2, 0.3],
        "high_95": [0.7, 0.6],
        "low_99_8": [0.1, 0.25],
        "high_99_8": [0.9, 1.0],
        "outside": [0, -2],
        "shrunk": [0.5, 0.22],
        "shrunk_low": [0.4, 0.15],
        "shrunk_high": [0.6, 0.3],
    }
)


def test_centres_in_a_funnel_are_told_apart_by_shape_and_point_to_nobody() -> None:
    spec = centres_in_funnel(CENTRES).to_dict()
    points = next(layer["encoding"] for layer in spec["layer"] if "shape" in layer["encoding"])
    assert len(set(points["shape"]["scale"]["range"])) == len(set(points["color"]["scale"]["range"])) == 2
    assert points["y"]["scale"]["domain"] == [0, 1]
    assert not {"text", "tooltip", "href"} & set(points) and "centre_id" not in str(points)


def test_each_centre_has_its_own_limits_and_no_line_joins_one_centres_to_anothers() -> None:
    marks = [(layer["mark"]["type"], layer["encoding"]) for layer in centres_in_funnel(CENTRES).to_dict()["layer"]]
    bars = [
        (said["x"]["field"], said["y"]["field"], said["y2"]["field"])
        for mark, said in marks
        if mark == "rule" and "y2" in said
    ]
    assert bars == [("families", "low_99_8", "high_99_8"), ("families", "low_95", "high_95")]
    assert "line" not in {mark for mark, _ in marks}


def test_the_words_and_the_table_of_centres_hold_the_funnels_numbers_by_number_of_centre() -> None:
    words, table = funnel_in_words(CENTRES), table_of_centres(CENTRES)
    assert words.index("Centre C1") < words.index("Centre C2")
    assert "Centre C1: 18.0 in 100 of 70 families" in words and "from 25.0 to 100.0. Worth a conversation." in words
    assert "from 10.0 to 90.0. Like the others." in words
    assert table["Centre"].tolist() == ["C1", "C2"] and table["In 100"].tolist() == [17.1, 50.0]
    assert table["What it means"].tolist() == ["Worth a conversation", "Like the others"]
    assert funnel_in_words(CENTRES[:0]) == "No centre has enough families to be compared."


def test_areas_are_drawn_by_their_money_with_the_line_and_told_in_words() -> None:
    rows = pd.DataFrame(
        {
            "reach_centre_id": ["C02", "C01"],
            "dose": [30.04, 12.0],
            "change": [-0.3, 2.5],
            "low": [-0.5, -0.2],
            "high": [-0.1, 9.0],
            "fitted": [-0.244, 0.004],
        }
    )
    table = table_of_areas(rows)
    assert table.to_dict("records")[1] == {
        "area": "C02", "pounds": 30.0, "change": -30, "low": -50, "high": -10, "fitted": -24,
    }  # fmt: skip
    words = areas_in_words(table)
    assert "2 areas" in words and "£12 to £30 a quarter" in words
    assert "from no change in every 100 at the least money to 24 fewer at the most" in words
    drawn = rows_in(areas_chart(table).to_dict())
    assert {row["high"] for row in drawn if "high" in row} == {100, -10}  # cut to what is drawn
    assert areas_in_words(table.iloc[:0]) == "No area is drawn."


def test_councils_like_it_are_a_fourth_line_where_a_protocol_names_them() -> None:
    rows = pd.DataFrame(
        {"year": [2019], "council": [421.1], "region": [595.9], "england": [553.5], "neighbours": [500.2]}
    )
    course = table_of_course(rows)
    assert course["neighbours"].tolist() == [500]
    drawn = json.dumps(course_chart(course, "Worcestershire", []).to_dict())
    assert "Councils like it" in drawn


def test_a_council_is_drawn_beside_its_region_and_england_with_the_years_its_records_break() -> None:
    rows = pd.DataFrame(
        {"year": [2019, 2010], "council": [421.1, 272.9], "region": [595.9, None], "england": [553.5, 547.5]}
    )
    table = table_of_course(rows)
    assert table["year"].tolist() == [2010, 2019] and table["council"].tolist() == [273, 421]
    words = course_in_words(table, "Worcestershire")
    assert "Worcestershire: 273 and 421. England: 548 and 554." in words
    drawn = rows_in(course_chart(table, "Worcestershire", [2016]).to_dict())
    assert {row["place"] for row in drawn if "place" in row} == {"Worcestershire", "Its region", "England"}
    assert {"year": 2016} in drawn
    assert {"year": 2016} not in rows_in(course_chart(table, "Worcestershire", []).to_dict())
    assert course_in_words(table.iloc[:0], "Worcestershire") == "No year is drawn."


def test_a_chart_drawn_once_is_the_chart_of_its_rows_and_of_no_others() -> None:
    drawn, anew = (
        forest_chart(FOREST, "Of every 100 families"),
        forest_chart.__wrapped__(FOREST, "Of every 100 families"),
    )
    assert forest_chart(FOREST.copy(), "Of every 100 families") is drawn
    assert drawn.to_dict() == anew.to_dict() and drawn.on_page() == following_the_page(drawn.to_dict())
    drawn.to_dict()["config"]["font"] = "another"
    assert drawn.to_dict() == anew.to_dict(), "whoever changes what they are handed changes nothing for others"
    moved = FOREST.assign(estimate=FOREST["estimate"] + 0.01)
    assert forest_chart(moved, "Of every 100 families").to_dict() != drawn.to_dict()
