"""What members' pictures are made of: protected tables alone, a hidden figure hidden in each of its forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from toolkit.areas.council import council_of, describe_council, keep_council
from toolkit.areas.tiles import Tile, read_tiles
from toolkit.charts.bars import bars_chart, bars_in_words, columns_chart
from toolkit.charts.member_funnel import member_funnel
from toolkit.charts.tile_map import tile_map
from toolkit.errors import InputError, StoreError
from toolkit.publish.members.ended import ended_by_source
from toolkit.publish.members.explore import ALL, DIMENSIONS, WHICH, Explorer, place
from toolkit.publish.members.explored import everything, explored
from toolkit.publish.members.funnel import funnel_of
from toolkit.publish.members.missed import DISTRICT, HOUSEHOLD, TENTH, YEAR, missed, tiles_of, ways_there
from toolkit.publish.members.model import Days, MemberVerdict, MemberView


def view(**tables: list[dict[str, Any]]) -> MemberView:
    return MemberView(
        question="q", title="t", recommendation="r", simulated=True, as_of=Days(), estimates=(), families={},
        verdict=MemberVerdict("fewer", "", "", (), 1, ""), tables=tables, key="c is hidden.",
    )  # fmt: skip


def level(group: str, name: str, share: int | None) -> dict[str, Any]:
    return {"group": group, "level": name, "not_joined_in_100": share, "families": 120}


REACHED = view(
    reach_groups=[
        *(level("idaci_decile", str(tenth), 20 + tenth) for tenth in (10, 1, 2)),
        level("district", "Ashmere", 40), level("district", "Holtwick", None), level("district", "Northvale", 55),
        level("lone_parent", "no", 54), level("lone_parent", "yes", 34), level("kinship_care", "yes", None),
    ],
    reach_by_year=[{"year": 2011, "not_joined_in_100": 68, "whole": False}],
)  # fmt: skip


def test_families_are_told_apart_by_what_the_answer_has_and_by_nothing_else() -> None:
    assert ways_there(REACHED) == (TENTH, DISTRICT, HOUSEHOLD, YEAR)
    assert ways_there(view()) == ()
    assert missed(REACHED, TENTH).rows["short"].tolist() == ["1", "2", "10"]
    assert missed(REACHED, TENTH).headline == (
        "The poorest places: 21 of every 100 families have not joined. The richest places: 30"
    )
    assert missed(REACHED, HOUSEHOLD).headline == "Lone parents: 34 of every 100 families have not joined"
    assert missed(REACHED, YEAR).rows["label"].tolist() == ["2010/11 (part of the year)"]


def test_a_share_that_is_hidden_stands_in_no_bar_no_tile_and_no_words() -> None:
    found = missed(REACHED, DISTRICT)
    assert found.rows["said"].tolist() == ["40", "c", "55"]
    bars = bars_chart(found.rows, "Of every 100", most=100).to_dict()
    drawn = [row["number"] for rows in bars["datasets"].values() for row in rows if "number" in row]
    assert drawn == [40.0, 55.0]
    assert bars_in_words(found.rows, "Of every 100") == "Of every 100: Ashmere, 40; Holtwick, c; Northvale, 55."
    tiles, lacking = tiles_of(found, [Tile("holtwick", 0, 0), Tile("Ashmere", 1, 0), Tile("Elsewhere", 1, 1)])
    assert tiles["said"].tolist() == ["c", "40", "no figure"] and lacking == ("Northvale",)
    squares = json.dumps(tile_map(tiles).to_dict())
    assert "holtwick\\nc" in squares and "Elsewhere" in squares


def test_columns_stand_in_their_order() -> None:
    rows = missed(REACHED, TENTH).rows
    drawn = columns_chart(rows, "Of every 100", "Tenth", most=100).to_dict()
    assert drawn["layer"][0]["encoding"]["x"]["sort"] is None


def test_a_funnel_names_no_point_ranks_nobody_and_leaves_out_what_is_hidden() -> None:
    rows = [
        {"centre_id": f"C{number:02d}", "families": families, "improved_in_100": share}
        for number, (families, share) in enumerate([(100, 50), (200, 60), (None, None), (60, None), (400, 30)])
    ]
    found = funnel_of(view(centres_funnel=rows))
    assert found is not None
    assert found.points["families"].tolist() == [100, 200, 400] and list(found.points) == ["families", "in_100"]
    assert found.table["centre"].tolist() == ["C00", "C01", "C02", "C03", "C04"]
    assert found.table["in_100"].tolist() == ["50", "60", "c", "c", "30"]
    middle = (100 * 50 + 200 * 60 + 400 * 30) / 700
    assert found.middle == round(middle) and found.outside == 2 and "2 of them" in found.headline
    widest = found.limits.iloc[0]
    assert widest["high_95"] == pytest.approx(middle + 1.96 * (middle * (100 - middle) / 100) ** 0.5, abs=1e-3)
    assert "C0" not in json.dumps(member_funnel(found.points, found.limits, found.middle).to_dict())
    assert funnel_of(view(centres_funnel=rows[:1])) is None and funnel_of(view()) is None


def test_how_referrals_ended_begins_with_the_centres_and_hides_what_is_hidden() -> None:
    rows = [
        {"group": "Police", "referrals": 210, "nfa_in_100": 5},
        {"group": "Children's Centres", "referrals": 60, "nfa_in_100": None},
    ]
    found = ended_by_source(view(trust_by_source=rows))
    assert found.rows["label"].tolist() == ["Children's Centres", "Police"] and found.rows["said"].tolist() == [
        "c",
        "5",
    ]
    assert "by who made them" in found.headline
    rows[1]["nfa_in_100"] = 20
    assert ended_by_source(view(trust_by_source=rows)).headline.startswith("Of every 100 referrals by centres, 20")


def made_explorer() -> Explorer:
    levels = {"district": ("Ashmere", "Holtwick"), "year": ("2010-11", "2011-12"), "source": ("Police",)}
    shown = {
        place(dict(zip(DIMENSIONS, cell, strict=True)), which): 40
        for cell in [
            (d, y, s) for d in (*levels["district"], ALL) for y in (*levels["year"], ALL) for s in ("Police", ALL)
        ]
        for which in WHICH
    }
    return Explorer(
        levels, shown | {place({"year": "2010-11"}, "all"): 5, place({"year": "2011-12"}, "nfa"): None}, "", "", True
    )


def test_a_choice_has_rates_where_children_are_known_and_none_of_a_count_that_is_few_or_hidden() -> None:
    found = explored(made_explorer(), "year", {}, {"2010-11": 8_000.0, "2011-12": 8_000.0})
    assert found.table.to_dict("records") == [
        {"label": "2010/11", "all": "fewer than 10", "nfa": "40", "rate": ""},
        {"label": "2011/12", "all": "40", "nfa": "c", "rate": "50"},
        {"label": "All together", "all": "40", "nfa": "40", "rate": ""},
    ]
    assert found.drawn["number"].isna().tolist() == [True, False] and found.has_hidden
    assert not explored(made_explorer(), "year", {"district": "Ashmere"}, {"2011-12": 8_000.0}).has_rates
    assert not explored(made_explorer(), "district", {}, {"2011-12": 8_000.0}).has_rates


def test_the_file_of_all_figures_says_no_more_than_the_page() -> None:
    head, *rows = everything(made_explorer())
    assert head == ("District", "Year", "Who referred", "Referrals", "Of these, no further action")
    assert len(rows) == len(set(rows)) == 3 * 3 * 2 - 2 * 2 * 1
    assert ("All districts", "2010/11", "Whoever referred", "fewer than 10", "40") in rows
    assert ("All districts", "2011/12", "Whoever referred", "40", "c") in rows


@pytest.fixture
def boundaries(tmp_path: Path) -> Path:
    def square(name: str, x: float, y: float) -> dict[str, Any]:
        ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
        return {"properties": {"NAME": name, "CODE": "E1"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    file = tmp_path / "districts.geojson"
    places = [("North", 1, 2), ("West", 0, 1), ("East", 2, 1), ("South", 1, 0), ("South", 1.2, 0)]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [square(*one) for one in places]}))
    return file


def test_tiles_lie_as_their_places_do_and_parts_of_one_name_are_one(boundaries: Path) -> None:
    at = {tile.name: tile for tile in read_tiles(boundaries, "NAME")}
    assert list(at) == ["East", "North", "South", "West"]
    assert at["North"].row < at["West"].row <= at["South"].row and at["West"].column < at["East"].column
    assert len({(tile.column, tile.row) for tile in at.values()}) == 4


@pytest.mark.parametrize(
    ("content", "label", "said"),
    [
        ("not json", "NAME", "cannot be read as GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "NAME", "has no features"),
        ("", "WARD", r"no name under \"WARD\". Its properties are: NAME \(such as “North”\)"),
        ('{"features": [{"properties": {"NAME": "A"}, "geometry": {"type": "Point"}}]}', "NAME", "is no polygon"),
    ],
)
def test_a_file_that_is_no_boundary_file_is_told_in_words(
    boundaries: Path, content: str, label: str, said: str
) -> None:
    if content:
        boundaries.write_text(content)
    with pytest.raises(InputError, match=said):
        read_tiles(boundaries, label)


def test_what_was_said_of_the_council_stands_beside_the_store(boundaries: Path, tmp_path: Path) -> None:
    assert council_of(tmp_path) is None
    keep_council(tmp_path, describe_council("Worcestershire", boundaries=boundaries, label="NAME"))
    kept = keep_council(tmp_path, describe_council("Worcestershire"))
    assert kept == council_of(tmp_path) and kept.area == "E10000034" and len(kept.tiles) == 4
    with pytest.raises(InputError, match="is not one council"):
        describe_council("England")
    (tmp_path / "council.json").write_text("{}")
    with pytest.raises(StoreError, match="Say it again with"):
        council_of(tmp_path)
