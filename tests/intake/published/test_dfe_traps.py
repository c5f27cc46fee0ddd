"""Small files that hold every trap of published data, one at a time."""

from __future__ import annotations

import itertools
from pathlib import Path

import pandas as pd
import pytest

from toolkit.intake.published.dfe import read_dfe

LONG_HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,"
    "old_la_code,new_la_code,la_name,category,referral_count,rereferral_count\n"
)
WIDE_HEADER = "geog_l,geog_c,geog_n,CINAt310310,CINRatePer10K,Referrals0910,Referrals0910Rate\n"


def council(year: str, count: str, *, code: str = "885", area: str = "E10000034", name: str = "Worcestershire") -> str:
    return (
        f"{year},Reporting year,Local authority,E92000001,England,E12000005,West Midlands,{code},{area},{name},"
        f"Referrals,{count},10\n"
    )


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def referrals(counts: pd.DataFrame) -> dict[tuple[str, str], float]:
    rows = counts[counts["measure"] == "referrals"]
    return dict(zip(zip(rows["area"], rows["period"], strict=True), rows["count"], strict=True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_of_the_publisher_is_read(tmp_path: Path, encoding: str) -> None:
    text = LONG_HEADER + council("2024", "5", name="Wörcestershire – “county”")
    imported = read_dfe([write(tmp_path, "download.csv", text, encoding)])
    assert referrals(imported.area_counts) == {("E10000034", "2024"): 5}
    assert imported.problems == ()


def test_thousands_separators_spaces_blank_rows_and_nameless_columns_are_no_trouble(tmp_path: Path) -> None:
    text = WIDE_HEADER.replace("\n", ",,\n") + 'LA,885,Worcestershire, x ,..," 3,160 ",272.9,,\n,,,,,,,,\n'
    imported = read_dfe([write(tmp_path, "a.csv", text)])
    assert referrals(imported.area_counts) == {("E10000034", "2010"): 3160}
    need = imported.area_counts.query("measure == 'children_in_need_31_march'").iloc[0]
    assert need["status"] == "suppressed" and pd.isna(need["count"])


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    text = LONG_HEADER + council("2024", "5")
    imported = read_dfe([write(tmp_path, "osr28-2010ud.csv", text)])
    assert imported.files[0].layout.startswith("referrals and re-referrals")
    assert imported.files[0].first_period == imported.files[0].last_period == "2024"


def test_the_year_of_a_wide_file_comes_from_its_columns(tmp_path: Path) -> None:
    text = WIDE_HEADER.replace("0910", "1415").replace("0310", "0315") + "LA,885,Worcestershire,10,100,20,200\n"
    imported = read_dfe([write(tmp_path, "SFR-2010.csv", text)])
    assert referrals(imported.area_counts) == {("E10000034", "2015"): 20}
    assert imported.notes[-1].startswith("Where the files hold no population estimate (2015; areas times years: 1)")


def test_a_financial_year_in_six_digits_is_its_ending_year(tmp_path: Path) -> None:
    imported = read_dfe([write(tmp_path, "a.csv", LONG_HEADER + council("202324", "7"))])
    assert referrals(imported.area_counts) == {("E10000034", "2024"): 7}


@pytest.mark.parametrize(
    ("mark", "status"),
    [("c", "suppressed"), ("x", "missing"), ("u", "missing"), (":", "missing"), ("z", "not_applicable")],
)
def test_a_mark_of_the_new_files_is_a_status_and_never_nought(tmp_path: Path, mark: str, status: str) -> None:
    row = read_dfe([write(tmp_path, "a.csv", LONG_HEADER + council("2024", mark))]).area_counts.iloc[1]
    assert (row["measure"], row["status"]) == ("referrals", status)
    assert pd.isna(row["count"])


def test_a_suppressed_count_is_not_worked_out_from_its_published_rate(tmp_path: Path) -> None:
    imported = read_dfe([write(tmp_path, "a.csv", WIDE_HEADER + "LA,201,City of London,56,580.9,x,311.2\n")])
    row = imported.area_counts.query("measure == 'referrals'").iloc[0]
    assert pd.isna(row["count"]) and pd.isna(row["population"]) and row["status"] == "suppressed"


def test_every_wrong_cell_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    text = LONG_HEADER + council("2024", "12a") + council("2023", "-4") + council("2022", "8") + council("next", "9")
    imported = read_dfe([write(tmp_path, "a.csv", text)])
    assert imported.problems[0] == ('a.csv, row 5, column "time_period": "next" is not a year such as 2024 or 202324.')
    assert imported.problems[1].startswith('a.csv, row 2, column "referral_count": "12a" is neither a count nor a mark')
    assert imported.problems[2].startswith('a.csv, row 3, column "referral_count": "-4" is neither')
    assert referrals(imported.area_counts) == {("E10000034", "2022"): 8}


def test_a_file_that_is_not_known_names_the_closest_layout_and_what_it_lacks(tmp_path: Path) -> None:
    text = (LONG_HEADER + council("2024", "5")).replace("rereferral_count", "something")
    imported = read_dfe([write(tmp_path, "a.csv", text)])
    assert len(imported.problems) == 1
    assert imported.problems[0].startswith("a.csv is not a file the toolkit knows. Closest: referrals and re-referrals")
    assert "it lacks rereferral_count" in imported.problems[0]
    assert imported.area_counts.empty and "area" in imported.area_counts.columns


def test_every_file_that_cannot_be_read_is_said_and_text_beside_them_is_only_noted(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, "b.csv", "one,two\n1,2\n"),
        write(tmp_path, "c.csv", ""),
        write(tmp_path, "d.xlsx", "not a workbook"),
        write(tmp_path, "e.csv", LONG_HEADER + "2024,too short\n"),
        write(tmp_path, "f.txt", "Title: what the columns mean\ngeog_l: level\n"),
        tmp_path / "gone.csv",
    ]
    imported = read_dfe(paths)
    assert [problem.split()[0].rstrip(",") for problem in imported.problems] == [
        "b.csv", "c.csv", "d.xlsx", "e.csv", "gone.csv",
    ]  # fmt: skip
    assert "row 2, has 2 cells where the header has 13" in imported.problems[3]
    assert imported.notes == ("Skipped, because they describe other files: f.txt.",)


def test_a_text_file_that_holds_a_known_table_is_read(tmp_path: Path) -> None:
    imported = read_dfe([write(tmp_path, "a.txt", LONG_HEADER + council("2024", "5"))])
    assert referrals(imported.area_counts) == {("E10000034", "2024"): 5}


def test_the_later_release_wins_in_whatever_order_files_are_given(tmp_path: Path) -> None:
    old = write(tmp_path, "z_old.csv", LONG_HEADER + council("2022", "100") + council("2021", "90"))
    new = write(tmp_path, "a_new.csv", LONG_HEADER + council("2022", "110") + council("2023", "120"))
    wide = write(tmp_path, "m.csv", WIDE_HEADER.replace("0910", "2122") + "LA,885,Worcestershire,1,1,80,100\n")
    results = [read_dfe(order) for order in itertools.permutations([old, new, wide])]
    for imported in results:
        assert referrals(imported.area_counts) == {
            ("E10000034", "2021"): 90, ("E10000034", "2022"): 110, ("E10000034", "2023"): 120,
        }  # fmt: skip
        assert any("z_old.csv and a_new.csv: 1 of 2 council figures differ" in note for note in imported.notes)
    assert all(other.notes == results[0].notes for other in results)


def test_a_figure_the_publisher_took_back_is_not_kept(tmp_path: Path) -> None:
    old = write(tmp_path, "old.csv", LONG_HEADER + council("2022", "100"))
    new = write(tmp_path, "new.csv", LONG_HEADER + council("2022", "c") + council("2023", "120"))
    imported = read_dfe([old, new])
    assert imported.area_counts.query("period == '2022' and measure == 'referrals'")["status"].item() == "suppressed"
    assert any("no longer published: 1" in note for note in imported.notes)


def test_one_file_with_two_figures_for_a_key_is_refused_and_a_plain_repeat_is_not(tmp_path: Path) -> None:
    twice = read_dfe([write(tmp_path, "a.csv", LONG_HEADER + council("2024", "5") + council("2024", "6"))])
    assert twice.problems == (
        "a.csv, rows 2 and 3: E10000034 has different figures of referrals for 2024. Keep the right one.",
    )
    same = read_dfe([write(tmp_path, "a.csv", LONG_HEADER + council("2024", "5") + council("2024", "5"))])
    assert same.problems == () and len(same.area_counts) == 2


def test_a_new_council_is_learnt_from_a_file_that_carries_both_codes(tmp_path: Path) -> None:
    wide = write(tmp_path, "wide.csv", WIDE_HEADER + "LA,999,New Council,10,100,20,200\n")
    alone = read_dfe([wide])
    assert alone.problems == (
        'wide.csv, row 2: "New Council" has the code "999", which is not in the list of council codes. Give with it a '
        "file that carries both the three-digit and the nine-character code.",
    )
    long = write(tmp_path, "long.csv", LONG_HEADER + council("2024", "5", code="999", area="E06000099"))
    both = read_dfe([wide, long])
    assert both.problems == ()
    assert referrals(both.area_counts) == {("E06000099", "2010"): 20, ("E06000099", "2024"): 5}


def test_other_levels_are_left_out_and_counted(tmp_path: Path) -> None:
    text = LONG_HEADER + council("2024", "5") + council("2024", "9").replace("Local authority", "Constituency")
    imported = read_dfe([write(tmp_path, "a.csv", text)])
    assert imported.notes == ("a.csv: left out rows of other levels (Constituency: 1).",)
    assert referrals(imported.area_counts) == {("E10000034", "2024"): 5}


def test_two_columns_for_one_measure_are_refused(tmp_path: Path) -> None:
    text = WIDE_HEADER.replace("CINRatePer10K", "CINAt310309") + "LA,885,Worcestershire,10,100,20,200\n"
    imported = read_dfe([write(tmp_path, "a.csv", text)])
    assert imported.problems == (
        'a.csv: columns "CINAt310310" and "CINAt310309" both look like children_in_need_31_march. Take one out.',
    )


def test_only_children_under_18_are_taken_from_a_population_file(tmp_path: Path) -> None:
    header = LONG_HEADER.replace("category,referral_count,rereferral_count", "age_group,population_estimate")
    start = "2023,Reporting year,Local authority,E92000001,England,E12000005,West Midlands,885,E10000034,Worcestershire"
    text = f"{header}{start},Children aged 0 to 17 years,1000\n{start},All ages,9000\n"
    files = [write(tmp_path, "p.csv", text), write(tmp_path, "r.csv", LONG_HEADER + council("2024", "5"))]
    imported = read_dfe(files)
    row = imported.area_counts.query("measure == 'referrals'").iloc[0]
    assert row["population"] == 1000
    assert 'p.csv: left out rows of "age_group" (All ages: 1).' in imported.notes
