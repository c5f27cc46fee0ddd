"""What the Department publishes in other shapes: c1 of 2024, the table tool, releases whole, codes that changed."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.intake.published.areas import authority_areas
from toolkit.intake.published.dfe import read_dfe
from toolkit.intake.published.layouts import EXPLORE, LAYOUTS, MONTHS
from toolkit.intake.published.recognition import AROUND, nearest, recognise
from toolkit.intake.published.years import year_ending

ROW = "2024,Reporting year,Local authority,E92000001,England,E12000003,Yorkshire,{old},{new},{name},x,{counts}\n"
HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,"
    "old_la_code,new_la_code,la_name,category,"
)
C1_OF_2024 = (
    "Referrals,Referrals_rate,Re_referrals,Re_referrals_percent,No_Further_Action,No_Further_Action_percent,"
    "Not_in_Need,Not_in_Need_percent,Referrals_child,Referrals_child_rate,Re_referrals_child,Re_referrals_child_percent"
)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def row(counts: str, old: str = "885", new: str = "E10000034", name: str = "Worcestershire") -> str:
    return ROW.format(old=old, new=new, name=name, counts=counts)


def of(counts: pd.DataFrame, measure: str) -> dict[tuple[str, str], float]:
    rows = counts[counts["measure"] == measure]
    return dict(zip(zip(rows["area"], rows["period"], strict=True), rows["count"], strict=True))


def test_c1_of_2024_is_read_like_that_of_2025(tmp_path: Path) -> None:
    text = HEADER + C1_OF_2024 + "\n" + row("4538,739.4,1151,25.4,c,c,1961,43.2,3966,646.2,984,24.8")
    imported = read_dfe([write(tmp_path / "c1.csv", text)])
    assert imported.problems == ()
    found = imported.area_counts.set_index("measure")
    assert found["count"].dropna().to_dict() == {
        "referrals": 4538, "re_referrals_12m": 1151, "referrals_assessed_not_in_need": 1961,
        "children_referred": 3966, "re_referred_children": 984,
    }  # fmt: skip
    assert found.loc["referrals_nfa", "status"] == "suppressed"


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout.family == EXPLORE], ids=lambda one: one.name)
def test_a_file_with_one_heading_changed_is_closest_to_what_it_is(layout) -> None:
    wanted = sorted(layout.columns) or sorted({layout.split_by, layout.split_column})
    for renamed in wanted:
        columns = [*sorted(layout.required | AROUND - {renamed}), *wanted]
        here = ["something_else" if column == renamed else column for column in columns]
        if recognise(here) is None:
            said = nearest(here)
            assert said.startswith(f"Closest: {layout.name} (it lacks"), (renamed, said)


def test_a_file_of_the_table_tool_is_read(tmp_path: Path) -> None:
    text = (
        "location,location_code,geographic_level,time_period,category,referral_count,rereferral_percent\n"
        "England,E92000001,country,2024,Referrals,621880,22.4\n"
        "West Midlands,E12000005,region,2024,Referrals,64200,20.7\n"
        "Worcestershire,E10000034,localAuthority,2024,Referrals,4784,20.9\n"
        "Barnsley,E08000038,localAuthority,202425,Referrals,c,c\n"
        "Salford,355,Local authority,2024,Referrals,4538,25.4\n"
    )
    imported = read_dfe([write(tmp_path / "table.csv", text)])
    assert imported.problems == ()
    found = of(imported.area_counts, "referrals")
    hidden = imported.area_counts.set_index("area").loc["E08000016"]
    assert (hidden["period"], hidden["status"]) == ("2025", "suppressed")
    assert {at: count for at, count in found.items() if count == count} == {
        ("E92000001", "2024"): 621_880, ("E12000005", "2024"): 64_200, ("E10000034", "2024"): 4784,
        ("E08000006", "2024"): 4538,
    }  # fmt: skip


def test_headings_in_the_words_of_the_table_tools_pages_are_read(tmp_path: Path) -> None:
    text = "Location,Location code,Geographic level,Time period,Number of re-referrals\n"
    text += "Worcestershire,E10000034,Local authority,2023/24,1002\n"
    assert of(read_dfe([write(tmp_path / "a.csv", text)]).area_counts, "re_referrals_12m") == {
        ("E10000034", "2024"): 1002
    }


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_any_columns_of_one_layout_are_that_layout_or_one_that_means_the_same(data: st.DataObject) -> None:
    layout = data.draw(st.sampled_from([one for one in LAYOUTS if one.family == EXPLORE and one.columns]))
    chosen = data.draw(st.lists(st.sampled_from(sorted(layout.columns)), min_size=1, unique=True))
    found = recognise([*AROUND, *chosen])
    if found is None:  # two layouts use the word for different things, and no other column tells which
        homes = [one for one in LAYOUTS if one.family == EXPLORE and set(chosen) <= one.columns.keys()]
        assert len({tuple(one.columns[column] for column in chosen) for one in homes}) > 1
    else:
        assert [found.columns[column] for column in chosen] == [layout.columns[column] for column in chosen]
    assert recognise([*AROUND, *chosen, "unheard_of"]) in (None, *LAYOUTS)


def release(folder: Path) -> None:
    """Write a release as it is downloaded: data, the meaning of columns, guidance, a spreadsheet."""
    write(folder / "data" / "c1.csv", HEADER + C1_OF_2024 + "\n" + row("10,1,2,20,0,0,1,10,9,1,2,20"))
    write(folder / "data" / "c1.meta.csv", "col_name,col_type,label\nReferrals,Indicator,Referrals\n")
    write(folder / "data" / "d2_durations.csv", HEADER + "Under_3_months\n" + row("3"))
    write(folder / "data-guidance" / "data-guidance.txt", "Children in need\nPublished: 31 October 2024\n")
    write(folder / "supporting-files" / "tables.ods", "PK")


def test_a_whole_release_is_read_from_its_folder_or_its_archive_and_the_rest_is_listed(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    release(folder)
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(folder.rglob("*")):
            packed.write(path, str(path.relative_to(folder)))
    of_files = read_dfe(path for path in folder.rglob("*") if path.is_file())
    for imported in (read_dfe([folder]), read_dfe([archive]), of_files):
        assert imported.problems == ()
        assert of(imported.area_counts, "referrals") == {("E10000034", "2024"): 10}
        assert [(file.name, str(file.published)) for file in imported.files] == [("c1.csv", "2024-10-31")]
        listed = next(note for note in imported.notes if note.startswith("Not read"))
        assert {"c1.meta.csv", "d2_durations.csv", "tables.ods"} == set(listed.split(": ")[1].rstrip(".").split(", "))


def test_a_file_beside_others_that_is_of_a_known_kind_and_broken_is_a_problem(tmp_path: Path) -> None:
    good = write(tmp_path / "good.csv", HEADER + "referral_count,rereferral_count\n" + row("5,1"))
    short = write(tmp_path / "short.csv", HEADER + "referral_count,rereferral_count\n2024,cut off\n")
    archive = tmp_path / "broken.zip"
    archive.write_bytes(b"PK\x03\x04 no archive")
    problems = read_dfe([good, short, archive, tmp_path / "gone.csv"]).problems
    assert [problem.split()[0].rstrip(",") for problem in problems] == ["broken.zip", "gone.csv", "short.csv"]


def test_an_archive_that_holds_too_much_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.intake.published.sources.MOST_UNPACKED", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("c1.csv", "0" * 5000)
    (problem,) = read_dfe([tmp_path / "bomb.zip"]).problems
    assert problem.startswith("bomb.zip holds more than")


def test_two_files_of_one_name_keep_their_folders_apart(tmp_path: Path) -> None:
    text = HEADER + "referral_count,rereferral_count\n"
    write(tmp_path / "one" / "c1.csv", text + row("5,1"))
    write(tmp_path / "two" / "c1.csv", text + row("5,1").replace("2024", "2023"))
    assert {file.name for file in read_dfe([tmp_path]).files} == {"one/c1.csv", "two/c1.csv"}


@pytest.mark.parametrize("old", ["370", ""])
def test_a_councils_new_code_joins_its_old_series(tmp_path: Path, old: str) -> None:
    text = HEADER + "referral_count,rereferral_count\n"
    text += row("3114,1", old, "E08000016", "Barnsley") + row("3200,1", old, "E08000038", "Barnsley").replace(
        "2024", "2025"
    )
    text += row("9,1", old and "373", "E08000039", "Sheffield") + row("8,1", old and "815", "E06000065", "N Yorks")
    text += row("7,1", old and "815", "E06000065", "N Yorks").replace("2024", "2015")
    imported = read_dfe([write(tmp_path / "c1.csv", text)])
    assert imported.problems == ()
    assert of(imported.area_counts, "referrals") == {
        ("E08000016", "2024"): 3114, ("E08000016", "2025"): 3200, ("E08000019", "2024"): 9,
        ("E06000065", "2024"): 8, ("E10000023", "2015"): 7,
    }  # fmt: skip


def test_surreys_series_goes_on_as_the_sum_of_the_two_councils_it_became(tmp_path: Path) -> None:
    counts = {
        "936": ("E10000030", "Surrey"),
        "": ("E06000091", "East Surrey"),
        " ": ("E06000092", "West Surrey Council"),
    }
    text = HEADER + "referral_count,rereferral_count\n"
    for (old, (area, name)), count in zip(counts.items(), ("100,10", "60,c", "50,5"), strict=True):
        text += row(count, old.strip(), area, name).replace("2024,", "2027," if old == "936" else "2028,")
    later = date(2029, 1, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("toolkit.intake.published.long.year_ending", lambda said: year_ending(said, later))
        imported = read_dfe([write(tmp_path / "c1.csv", text)])
    assert imported.problems == ()
    surrey = imported.area_counts[imported.area_counts["area"] == "E10000030"].set_index(["period", "measure"])
    assert surrey["count"].dropna().to_dict() == {
        ("2027", "referrals"): 100, ("2027", "re_referrals_12m"): 10, ("2028", "referrals"): 110,
    }  # fmt: skip
    assert surrey.loc[("2028", "re_referrals_12m"), "status"] == "suppressed"
    assert of(imported.area_counts, "referrals")[("E06000091", "2028")] == 60
    assert any(note.startswith("Surrey was split: its counts from 2028 on") for note in imported.notes)


def test_a_code_in_no_list_is_said_one_that_is_no_code_refused_and_two_councils_in_a_row_too(tmp_path: Path) -> None:
    header = HEADER + "referral_count,rereferral_count\n"
    new = read_dfe([write(tmp_path / "new.csv", header + row("5,1", "", "E06000099", "East Nowhere"))])
    assert new.problems == () and "East Nowhere (E06000099)" in new.notes[0]
    wrong = read_dfe([write(tmp_path / "wrong.csv", header + row("5,1", "", "E0600009", "East Nowhere"))])
    assert "wrong.csv, row 2" in wrong.problems[0] and wrong.area_counts.empty
    two = read_dfe([write(tmp_path / "two.csv", header + row("5,1", "370", "E08000039", "Barnsley"))])
    assert "which is Barnsley, and the code E08000039, which is Sheffield" in two.problems[0]


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("2024", 2024), ("202324", 2024), ("2023/24", 2024), ("2023-24", 2024), ("2023/2024", 2024), ("199900", None),
        ("202404", None), ("202325", None), ("202322", None), ("2099", None), ("1024", None), ("24", None),
        ("2024 Q1", None), ("", None), ("2023/2124", None), ("209899", None),
    ],
)  # fmt: skip
def test_only_a_year_is_a_year(said: str, year: int | None) -> None:
    assert year_ending(said) == year


def test_periods_that_are_no_year_are_refused(tmp_path: Path) -> None:
    header = HEADER + "referral_count,rereferral_count\n"
    text = header + row("1,1").replace("2024,", "202404,") + row("1,1").replace("Reporting year", "Academic year")
    problems = read_dfe([write(tmp_path / "a.csv", text)]).problems
    assert 'row 3, column "time_identifier": "Academic year" is no year ending 31 March' in problems[0]
    assert 'row 2, column "time_period": "202404" is not a year' in problems[1]
    wide = "geog_l,geog_c,geog_n,Referrals0911\nLA,885,Worcestershire,20\n"
    assert '"Referrals0911" names no year' in read_dfe([write(tmp_path / "w.csv", wide)]).problems[0]


def test_every_council_cell_of_the_files_of_2024_is_what_is_published(shared_data: Path) -> None:
    cells = 0
    for path in sorted((shared_data / "dfe_original").glob("*_to_2024.csv")):
        raw = pd.read_csv(path, dtype=str, keep_default_na=False)
        raw = raw[raw["geographic_level"] == "Local authority"]
        layout = recognise(raw.columns)
        columns = [column for column in raw.columns if column.lower() in layout.columns]
        if not columns:
            continue
        raw["area"] = authority_areas(raw["old_la_code"], raw["time_period"].astype(int))
        published = raw.melt(["area", "time_period"], columns, "column", "text")
        published["measure"] = published["column"].str.lower().map(layout.columns)
        monthly = published["measure"] == "referrals_month"
        year, month = published["time_period"].astype(int), published["column"].str.lower().map(_month)
        written = (year - (month > 3)).astype(str) + "-" + month.map("{:02.0f}".format)
        published["period"] = written.where(monthly, published["time_period"])
        both = published.merge(read_dfe([path]).area_counts, how="left", on=["area", "period", "measure"])
        assert len(both) == len(published)
        is_number = both["status"] == "published"
        assert (both["text"].str.isdigit() == is_number).all()
        assert (both.loc[is_number, "text"].astype(float) == both.loc[is_number, "count"]).all()
        assert set(both.loc[~is_number, "text"]) <= {"c", "x", "u", "z", ":", ".."}
        cells += len(both)
    assert cells == 83_857


def _month(column: str) -> int:
    return (MONTHS.index(column) + 3) % 12 + 1 if column in MONTHS else 1
