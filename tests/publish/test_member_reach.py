from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from toolkit.publish.disclosure import Book, Policy, protect
from toolkit.publish.figures.tables import PROTECTORS, enter_tables, member_tables

POLICY = Policy()


def shown(tables):
    """Return what members see of tables that are protected together."""
    book = Book()
    enter_tables(tables, book, POLICY)
    return member_tables(tables, protect(book, POLICY), POLICY)


def reach_groups(tables, _):
    return shown(tables)["reach_groups"]


def reach_areas(tables, _):
    return shown(tables)["reach_areas"]


def reach_by_year(tables, _):
    return shown(tables)["reach_by_year"]


def trust_by_source(tables, _):
    return shown(tables)["trust_by_source"]


def group(name, *counts):
    """Return rows of a group from (missed, families) by level."""
    return [
        {
            "group": name,
            "label": name,
            "level": str(place),
            "missed": missed,
            "families": families,
            "against": "the others" if place else "",
            "stands": bool(place),
            "adjusted_gap": 0.123 if place else None,
            "adjusted_gap_low": 0.05 if place else None,
            "adjusted_gap_high": 0.2 if place else None,
        }
        for place, (missed, families) in enumerate(counts)
    ]


def area(centre, missed, families, district="D"):
    return {
        "reach_centre_id": centre,
        "district": district,
        "missed": missed,
        "families": families,
        "low_95": 0.213,
        "high_95": 0.704,
        "outside": 1,
    }


def test_counts_are_rounded_and_shares_are_whole():
    rows = reach_groups({"reach_groups": group("kin", (963, 2021), (59, 204))}, POLICY)
    assert rows[1] == {
        "group": "kin",
        "label": "kin",
        "level": "1",
        "families": 205,
        "not_joined": 60,
        "joined": 145,
        "not_joined_in_100": 29,
        "against": "the others",
        "gap_in_100": [12, 5, 20],
        "stands": True,
    }
    assert (rows[0]["families"], rows[0]["gap_in_100"], rows[0]["stands"]) == (2020, None, None)


def test_a_group_with_a_few_families_shows_neither_count_nor_share_nor_gap():
    rows = reach_groups({"reach_groups": group("kin", (963, 2021), (3, 34))}, POLICY)
    assert [row["not_joined"] for row in rows] == [None, None]
    assert [row["not_joined_in_100"] for row in rows] == [None, None]
    assert [row["gap_in_100"] for row in rows] == [None, None]
    assert [row["stands"] for row in rows] == [None, None]


def test_gaps_are_shown_only_where_no_count_of_the_group_is_hidden():
    levels = (36, 127), (42, 172), (3, 188), (80, 219)
    rows = reach_groups({"reach_groups": group("tenth", *levels)}, POLICY)
    assert any(row["not_joined"] is not None for row in rows)
    assert [row["not_joined_in_100"] for row in rows][2] is None
    assert [row["gap_in_100"] for row in rows] == [None] * 4


def test_a_group_that_would_need_the_total_hidden_is_not_shown_since_the_total_stands_elsewhere():
    tables = {"reach_groups": [*group("kin", (3, 8), (2, 6)), *group("lone", (100, 300), (200, 400))]}
    assert {row["group"] for row in reach_groups(tables, POLICY)} == {"lone"}


def known(shown):
    """Return the least and the most that one who knows the rules knows of a figure."""
    if shown is None:
        return 0, None
    return (0, 0) if shown == 0 else (max(shown - 2, POLICY.threshold + 1), shown + 2)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=5))
def test_no_small_count_is_worked_out_even_by_one_who_knows_the_totals_exactly(levels):
    # Members are not given exact totals; against what they are given the range is the policy's (test_disclosure).
    rows = group("kin", *[(missed, missed + joined) for missed, joined in levels])
    shown = reach_groups({"reach_groups": rows}, POLICY)
    if not shown:
        return
    cells = np.array(levels).ravel()
    bounds = [known(figure) for row in shown for figure in (row["not_joined"], row["joined"])]
    upper, limit = [np.zeros(len(cells))], [0]
    for place, row in enumerate(shown):
        line = np.zeros(len(cells))
        line[2 * place : 2 * place + 2] = 1
        low, high = known(row["families"])
        upper += [-line] if high is None else [line, -line]
        limit += [-low] if high is None else [high, -low]
    totals = np.array([np.tile([1, 0], len(levels)), np.tile([0, 1], len(levels))])
    for place, count in enumerate(cells):
        if not 1 <= count <= POLICY.threshold:
            continue
        aim = np.eye(len(cells))[place]
        low, high = (
            sign * linprog(sign * aim, np.array(upper), limit, totals, totals @ cells, bounds=bounds).fun
            for sign in (1, -1)
        )
        assert low <= count <= high
        assert high - low >= 2 - 1e-6, (levels, shown)


def test_areas_are_in_order_of_their_number_and_those_below_the_minimum_are_left_out():
    rows = [area("C03", 40, 100), area("C01", 30, 82), area("C02", 10, 59), area("C04", 10, 40)]
    shown = reach_areas({"reach_areas": rows}, POLICY)
    assert [row["reach_centre_id"] for row in shown] == ["C01", "C03"]
    assert shown[0] == {
        "reach_centre_id": "C01",
        "district": "D",
        "families": 80,
        "not_joined_in_100": 38,
        "limits_in_100": [21, 70],
        "outside": 1,
    }


def test_one_area_left_out_of_a_district_is_not_worked_out_from_the_others():
    rows = [area("C01", 30, 80), area("C02", 30, 70), area("C03", 10, 40), area("C04", 50, 100, "E")]
    district = group("district", (70, 190), (50, 100))
    for row, name in zip(district, "DE", strict=True):
        row["level"] = name
    tables = {"reach_groups": district, "reach_areas": rows}
    book = Book()
    enter_tables(tables, book, POLICY)
    release = protect(book, POLICY)
    assert [row["reach_centre_id"] for row in member_tables(tables, release, POLICY)["reach_areas"]][-1] == "C04"
    rest = {name: release.said[name] for name in book.names if name.startswith(("reach/district/D", "area/C0"))}
    for which in ("missed", "joined"):
        low = rest[f"reach/district/D/{which}"].least - sum(rest[f"area/C0{n}/{which}"].most for n in (1, 2))
        high = rest[f"reach/district/D/{which}"].most - sum(rest[f"area/C0{n}/{which}"].least for n in (1, 2))
        assert high - max(low, 0) >= POLICY.threshold - 1


def test_an_area_where_a_few_are_missed_shows_no_share():
    (row,) = reach_areas({"reach_areas": [area("C01", 3, 80)]}, POLICY)
    assert row["not_joined_in_100"] is None and row["outside"] is None


def test_years_show_shares_alone():
    rows = [
        {"year": 2009, "missed": 281, "families": 370, "whole": True},
        {"year": 2010, "missed": 3, "families": 9, "whole": False},
    ]
    assert reach_by_year({"reach_by_year": rows}, POLICY) == [
        {"year": 2009, "not_joined_in_100": 76, "whole": True},
        {"year": 2010, "not_joined_in_100": None, "whole": False},
    ]


def test_referrals_by_source_are_protected_as_one_table():
    rows = [
        {"group": "Children's Centres", "referrals": 62, "nfa": 3, "assessed_not_in_need": 21, "in_need": 38},
        {"group": "Police", "referrals": 210, "nfa": 9, "assessed_not_in_need": 84, "in_need": 117},
        {"group": "Health", "referrals": 160, "nfa": 16, "assessed_not_in_need": 58, "in_need": 86},
    ]
    shown = trust_by_source({"trust_by_source": rows}, POLICY)
    assert shown[0]["nfa"] is None and shown[0]["nfa_in_100"] is None
    assert (shown[1]["nfa"], shown[2]["nfa"]) == (10, 15)  # 27 less these is anything from 0 to 6
    assert shown[2]["in_need"] == 85
    assert "62" not in json.dumps(shown) and "117" not in json.dumps(shown)
    assert trust_by_source({"trust_by_source": []}, POLICY) == []


@pytest.mark.parametrize("name", ["reach_groups_in_time", "trust_matched", "trust_everyone"])
def test_tables_that_share_families_with_one_that_is_shown_are_not_shown(name):
    assert name not in PROTECTORS
