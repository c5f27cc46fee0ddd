"""Statistical neighbours as the Department lists them, by the models of 2021 and 2025."""

from __future__ import annotations

from pathlib import Path

import pytest

from in_process import run
from toolkit.errors import InputError
from toolkit.intake.published.neighbours import read_neighbours

FILES = {2021: "_".join(["New_Statistical_Neighbour", "Groupings_April_2021.csv"]), 2025: "sn_model_2025_wide.csv"}
CLOSEST = {2021: "Warwickshire", 2025: "Somerset"}


@pytest.mark.parametrize("model", FILES)
@pytest.mark.parametrize("asked", ["Worcestershire", "E10000034", " 885 "])
def test_ten_neighbours_the_closest_first(shared_data: Path, model: int, asked: str) -> None:
    found = read_neighbours(shared_data / "la_panels" / FILES[model], asked)
    assert (found.model, found.area, found.name, len(found.rows)) == (model, "E10000034", "Worcestershire", 10)
    assert (
        found.rows["name"].iloc[0] == CLOSEST[model] and found.rows["closeness"].str.lower().str.contains("close").all()
    )
    assert found.rows["area"].str.fullmatch(r"E\d{8}").all() and found.rows["area"].is_unique


def test_what_is_no_list_and_who_is_no_council_are_told(shared_data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("code,name\n885,Worcestershire\n", encoding="utf-8")
    with pytest.raises(InputError, match="no list of statistical neighbours"):
        read_neighbours(other, "Worcestershire")
    with pytest.raises(InputError, match=r'"Worcestershre" is no council.*Worcestershire'):
        read_neighbours(shared_data / "la_panels" / FILES[2021], "Worcestershre")
    short = tmp_path / "short.csv"
    lines = (shared_data / "la_panels" / FILES[2025]).read_text("utf-8-sig").splitlines()
    short.write_text("\n".join(lines[:3]), encoding="utf-8")
    with pytest.raises(InputError, match="has no row of Worcestershire"):
        read_neighbours(short, "Worcestershire")


def test_the_command_prints_the_line_a_protocol_needs(shared_data: Path) -> None:
    code, said = run("neighbours", shared_data / "la_panels" / FILES[2021], "Worcestershire")
    assert code == 0 and "Warwickshire" in said
    assert 'neighbours = ["E10000031", ' in " ".join(said.split())
