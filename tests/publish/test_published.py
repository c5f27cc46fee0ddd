from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.intake.published.dfe import read_dfe
from toolkit.project_files import DATA_FOLDER
from toolkit.publish.report_2011.claims import (
    dfe_figures,
    is_beyond_rounding,
    recompute_claims,
    referrals_compared,
    report_tables,
)


@pytest.fixture(scope="module")
def census_2010(shared_data: Path) -> pd.DataFrame:
    names = ("osr28-2010ud.csv", "osr26-2011ud.csv")
    return read_dfe(shared_data / "dfe_original" / name for name in names).area_counts


@pytest.fixture
def own_data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA_FOLDER, tmp_path / "data"))


def test_quarters_of_table_3_sum_to_their_year() -> None:
    counts = report_tables()["referrals"].set_index("figure")["count"]
    assert counts[[f"referrals_2009_10_q{quarter}" for quarter in range(1, 5)]].sum() == counts["referrals_2009_10"]
    assert counts["referrals_2010_11_q1"] + counts["referrals_2010_11_q2"] == counts["referrals_2010_11_h1"] == 1647
    assert counts["referrals_2008_09"] == counts["referrals_2009_10"] == 3140


def test_ages_of_table_1_sum_to_all_in_every_period() -> None:
    starts = report_tables()["looked_after_starts"].pivot(index="period", columns="age_group", values="count")
    assert len(starts) == 6
    assert (starts.drop(columns="all").sum(axis="columns") == starts["all"]).all()


def test_ages_of_children_looked_after_sum_to_all() -> None:
    day = report_tables()["looked_after"].query("date == '2010-12-31'").set_index("age_group")["count"]
    assert day.drop("all").sum() == day["all"] == 600


def test_every_figure_says_where_it_stands_and_no_paragraph_is_made_up() -> None:
    for table in report_tables().values():
        assert {"figure", "table", "paragraph", "note"} <= set(table.columns)
        assert set(table["table"]) <= {"", "Table 1", "Table 2", "Table 3"}
        assert set(table["paragraph"]) <= {"", "73"}


def test_the_percentages_the_report_got_wrong_are_marked() -> None:
    claims = recompute_claims().set_index("printed")
    assert claims.loc[12.5, "recomputed"] == 14.3 and claims.loc[12.5, "differs"] is True
    assert "12.5% of the 600" in claims.loc[12.5, "note"]
    assert claims.loc[30.0, "recomputed"] == 14.3 and claims.loc[30.0, "differs"] is True


def test_a_percentage_without_figures_is_neither_right_nor_wrong() -> None:
    claims = recompute_claims().set_index("printed")
    for printed in (54.0, 62.0, 61.0):
        assert pd.isna(claims.loc[printed, "recomputed"]) and claims.loc[printed, "differs"] is None
        assert claims.loc[printed, "note"].startswith("Cannot be recomputed from the report's own figures.")


def test_the_departments_counts_answer_for_the_share_assessed(census_2010: pd.DataFrame) -> None:
    alone = recompute_claims(census_2010.head(0)).set_index("printed")
    assert alone.loc[94.0, "differs"] is None
    claims = recompute_claims(census_2010).set_index("printed")
    assert claims.loc[94.0, "recomputed"] == 94.3 and claims.loc[94.0, "differs"] is False
    assert claims.loc[66.0, "recomputed"] == 65.5
    assert "Cannot" not in claims.loc[94.0, "note"]


@pytest.mark.parametrize(
    ("percent", "printed", "differs"),
    [
        (14.2857, "12.5", True),
        (14.2857, "14.3", False),
        (14.2857, "14", False),
        (14.2857, "14.2", True),
        (14.5, "14", False),
        (14.5, "15", False),
        (14.51, "14", True),
    ],
)
def test_a_difference_within_the_printed_decimals_is_rounding(percent: float, printed: str, differs: bool) -> None:
    assert is_beyond_rounding(percent, printed) is differs


def test_table_3_stands_beside_the_departments_series(census_2010: pd.DataFrame) -> None:
    years = referrals_compared(census_2010).set_index("year")
    assert list(years.index) == ["2006/07", "2007/08", "2008/09", "2009/10", "2010/11"]
    both = years.loc["2009/10"]
    assert (both["report"], both["dfe"], both["difference"]) == (3140, 3160, 20)
    assert "two definitions" in both["note"]
    assert pd.isna(years.loc["2008/09", "dfe"]) and "nothing else confirms it" in years.loc["2008/09", "note"]
    assert years.loc["2010/11", "dfe"] == 2855 and "1,647" in years.loc["2010/11", "note"]


def test_without_published_counts_the_reports_own_years_remain() -> None:
    empty = pd.DataFrame({"area": [], "period": [], "measure": [], "count": []}, dtype=object)
    years = referrals_compared(empty)
    assert list(years["report"]) == [2571, 2805, 3140, 3140]
    assert years["dfe"].isna().all()


def test_a_missing_file_is_named_with_the_nearest(own_data: Path) -> None:
    (own_data / "report_claims.csv").rename(own_data / "report_claim.csv")
    with pytest.raises(InputError, match=r'no file "report_claims.csv".*Did you mean "report_claim.csv"'):
        recompute_claims(folder=own_data)
    with pytest.raises(InputError, match="is not beside the toolkit"):
        report_tables(own_data / "nowhere")


def test_a_claim_on_a_figure_that_is_not_there_is_named_by_row(own_data: Path) -> None:
    claims = own_data / "report_claims.csv"
    claims.write_text(claims.read_text().replace("growth,looked_after_2008,", "growth,looked_after_2007,", 1))
    with pytest.raises(
        InputError, match=r'row 2, column "first".*"looked_after_2007".*Did you mean "looked_after_2008"'
    ):
        recompute_claims(folder=own_data)


def test_a_figure_that_is_no_number_or_stands_twice_is_refused(own_data: Path) -> None:
    aftercare = own_data / "report_aftercare.csv"
    good = aftercare.read_text()
    aftercare.write_text(good.replace(",224,", ",22four,"))
    with pytest.raises(InputError, match=r'report_aftercare.csv, row 2, column "count": "22four" is not a number'):
        report_tables(own_data)
    aftercare.write_text(good.replace("aftercare_2009_03", "aftercare_2008_03"))
    with pytest.raises(InputError, match="aftercare_2008_03 stands twice"):
        report_tables(own_data)


def test_the_figures_the_project_keeps_are_the_departments(shared_data: Path) -> None:
    names = ("osr28-2010ud.csv", "osr26-2011ud.csv", "SFR27-2012ud.csv")
    files = [shared_data / "dfe_original" / name for name in names]
    files += sorted((shared_data / "dfe_original").glob("c1_*.csv"))
    key = ["area", "period", "measure"]
    imported = read_dfe(files).area_counts.set_index(key)["count"]
    kept = dfe_figures().set_index(key)["count"]
    assert len(kept) == 19
    assert kept.equals(imported.loc[kept.index])


def test_without_an_import_the_kept_figures_serve() -> None:
    compared = referrals_compared().set_index("period")
    assert compared.loc["2010", "report"] == 3140 and compared.loc["2010", "dfe"] == 3160
    assert compared.loc["2025", "dfe"] == 4805
