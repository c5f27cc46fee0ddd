from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.intake.published.s251 import LINES, MEASURES, SPELLINGS, read_s251
from toolkit.tables import table

HEADER = "fin_year_ending,la_code,la_name,item,gross_expenditure_gbp,income_gbp,line\n"
CENTRES = "Spend by individual Sure Start Children's Centres"


@pytest.fixture(scope="module")
def outturn(shared_data: Path) -> Path:
    return shared_data / "la_panels" / "s251_outturn_selected_lines_2009_2019.csv"


def write(folder: Path, rows: str, name: str = "outturn.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def test_the_whole_outturn_is_read_and_every_spelling_known(outturn: Path) -> None:
    imported = read_s251([outturn])
    counts = imported.area_counts
    assert imported.problems == ()
    assert not any("is not known" in note for note in imported.notes)
    assert len(counts) == 2 * 14_588
    assert set(counts["measure"]) == set(MEASURES)
    assert list(counts.columns) == [column.name for column in table("area_counts").columns]
    assert not counts.duplicated(["area", "period", "measure"]).any()
    assert "spend_gbp_centres_management has no line in 2013." in imported.notes


def test_the_relabelled_budget_of_worcestershire_shows(outturn: Path) -> None:
    counts = read_s251([outturn]).area_counts
    county = counts[counts["area"] == "E10000034"].set_index(["measure", "period"])["count"]
    centres, families = county["spend_gbp_centres_individual"], county["spend_gbp_targeted_family_support"]
    assert (centres["2014"], centres["2015"]) == (3_963_771, 545_912)
    assert round(100 * (centres["2015"] / centres["2014"] - 1)) == -86
    assert round(100 * (families["2015"] / families["2014"] - 1)) == 74


def test_every_amount_is_the_amount_in_the_file(outturn: Path) -> None:
    raw = pd.read_csv(outturn)
    counts = read_s251([outturn]).area_counts
    spent = counts[counts["measure"].str.startswith("spend_gbp_")]
    assert spent["count"].sum() == pytest.approx(raw["gross_expenditure_gbp"].sum())
    assert counts["count"].sum() - spent["count"].sum() == pytest.approx(raw["income_gbp"].sum())


def test_money_and_referrals_of_a_council_meet_on_the_same_code(outturn: Path) -> None:
    counts = read_s251([outturn]).area_counts
    assert not counts["area"].isin(["E06000065", "E06000066", "E06000060"]).any()
    assert {"E10000001", "E10000004"} <= set(counts.loc[counts["period"] == "2009", "area"])


def test_a_line_no_release_names_is_left_out_and_said(tmp_path: Path) -> None:
    rows = f"2011,885,Worcestershire,,100,0,{CENTRES}\n2011,885,Worcestershire,,7,0,Spend on ponies\n"
    imported = read_s251([write(tmp_path, rows)])
    assert list(imported.area_counts["measure"]) == ["income_gbp_centres_individual", "spend_gbp_centres_individual"]
    assert imported.notes[0].startswith('outturn.csv: the line "Spend on ponies" is not known; rows left out: 1.')


def test_case_and_punctuation_of_a_line_do_not_matter(tmp_path: Path) -> None:
    rows = f"2011,885,Worcestershire,,100,0,{CENTRES.upper().replace(chr(39), chr(8217))}\n"
    assert read_s251([write(tmp_path, rows)]).area_counts["count"].tolist() == [0, 100]


def test_every_wrong_cell_is_said_at_once(tmp_path: Path) -> None:
    rows = (
        f"2011,885,Worcestershire,,a lot,0,{CENTRES}\n"
        f"2010/11,885,Worcestershire,,1,0,{CENTRES}\n"
        f"2011,000,Nowhere,,1,0,{CENTRES}\n"
    )
    assert read_s251([write(tmp_path, rows)]).problems == (
        'outturn.csv, row 3, column "fin_year_ending": "2010/11" is not a year such as 2015.',
        'outturn.csv, row 4, column "la_code": "000" is not a council\'s three-digit code.',
        'outturn.csv, row 2, column "gross_expenditure_gbp": "a lot" is not an amount in pounds.',
    )


def test_two_amounts_for_one_line_and_year_are_refused(tmp_path: Path) -> None:
    one = write(tmp_path, f"2011,885,Worcestershire,,100,0,{CENTRES}\n", "one.csv")
    two = write(tmp_path, f"2011,885,Worcestershire,,200,0,{CENTRES}\n", "two.csv")
    problems = read_s251([one, two]).problems
    assert len(problems) == 1 and problems[0].startswith("one.csv row 2 and two.csv row 2: E10000034 2011 spend_gbp_")
    assert read_s251([one, write(tmp_path, one.read_text().removeprefix(HEADER), "two.csv")]).problems == ()


def test_another_kind_of_file_is_a_problem_and_a_description_a_note(tmp_path: Path) -> None:
    other, text = tmp_path / "other.csv", tmp_path / "about.txt"
    other.write_text("a,b\n1,2\n")
    text.write_text("What the lines mean\n")
    imported = read_s251([other, text])
    assert len(imported.problems) == 1 and "lacks the columns fin_year_ending" in imported.problems[0]
    assert imported.notes == ("Skipped, because it describes other files: about.txt.",)
    assert imported.area_counts.empty


def test_spellings_lead_only_to_lines_with_a_meaning() -> None:
    assert set(SPELLINGS.values()) == set(LINES)


RELEASE = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,"
    "new_la_code,la_name,category_of_expenditure,description_of_expenditure,own_provision,total_expenditure,income\n"
)
START = "202122,Financial year,Local authority,E92000001,England,E12000005,West Midlands"


def published(
    total: str, income: str, line: str = "3.0.5 Total Sure Start childrens centres and other spend on"
) -> str:
    under_5 = " children under 5" if line.endswith("on") else ""
    return f'{START},885,E10000034,Worcestershire,Sure Start,"{line}{under_5}",0,"{total}","{income}"\n'


def test_section_251_is_read_as_the_department_publishes_it(tmp_path: Path) -> None:
    path = tmp_path / "s251_childrens_young_peoples_services.csv"
    england = published("900000000", "1").replace("Local authority", "National")
    looked_after = published("61,000,500", "-20", "3.1.11 Total Children Looked After")
    barnsley = published("z", "c").replace("885,E10000034", ",E08000038")
    path.write_text(RELEASE + published("1,234,567", "4,000") + looked_after + england + barnsley, encoding="utf-8")
    imported = read_s251([path])
    assert imported.problems == ()
    counts = imported.area_counts.set_index(["area", "period", "measure"])
    county = counts.loc[("E10000034", "2022")]
    assert county["count"].to_dict() == {
        "spend_gbp_sure_start_total": 1_234_567, "income_gbp_sure_start_total": 4000,
        "spend_gbp_looked_after_total": 61_000_500, "income_gbp_looked_after_total": -20,
    }  # fmt: skip
    assert set(counts.loc[("E08000016", "2022"), "status"]) == {"not_applicable", "suppressed"}
    assert any("rows of other levels left out: 1" in note for note in imported.notes)


def test_a_release_in_millions_becomes_pounds_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s251outturn_cypservices.csv"
    text = RELEASE.replace("total_expenditure", "TotalExpenditure").replace("old_la_code", "Laold")
    looked_after = published("61.000499", "0", "3.1.11 Total Children Looked After")
    path.write_text(text + published("1.234567", "0.004") + looked_after, encoding="utf-8")
    imported = read_s251([path])
    counts = imported.area_counts.set_index("measure")["count"]
    assert counts["spend_gbp_sure_start_total"] == 1_234_567 and counts["income_gbp_sure_start_total"] == 4000
    assert counts["spend_gbp_looked_after_total"] == 61_000_499
    assert any("in millions of pounds" in note for note in imported.notes)


def test_a_revised_outturn_stands_and_a_period_that_is_no_year_is_refused(tmp_path: Path) -> None:
    first, revised = tmp_path / "s251.csv", tmp_path / "s251_revised.csv"
    first.write_text(RELEASE + published("61000000", "1", "3.1.11 Total Children Looked After"), encoding="utf-8")
    revised.write_text(RELEASE + published("62000000", "1", "3.1.11 Total Children Looked After"), encoding="utf-8")
    for files in ([first, revised], [revised, first]):
        imported = read_s251(files)
        assert imported.problems == () and 62_000_000 in set(imported.area_counts["count"])
    first.write_text(first.read_text().replace("202122", "202123"), encoding="utf-8")
    assert '"202123" is not a year' in read_s251([first]).problems[0]
