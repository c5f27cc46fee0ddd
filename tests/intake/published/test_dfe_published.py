"""The Department's own files, as downloaded, against what is known of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.intake.published.areas import authority_areas, is_authority
from toolkit.intake.published.dfe import Imported, read_dfe
from toolkit.intake.published.measures import MEASURES
from toolkit.tables import table

WORCESTERSHIRE = "E10000034"
PANEL_MEASURES = {
    "referrals": "referrals",
    "rereferrals_12m": "re_referrals_12m",
    "referrals_nfa": "referrals_nfa",
    "referrals_assessed_not_in_need": "referrals_assessed_not_in_need",
    "children_referred": "children_referred",
    "cin_at_31_march": "children_in_need_31_march",
}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "dfe_original"


@pytest.fixture(scope="module")
def imported(folder: Path) -> Imported:
    return read_dfe(folder.glob("*"))


@pytest.fixture(scope="module")
def counts(imported: Imported) -> pd.DataFrame:
    return imported.area_counts


@pytest.fixture(scope="module")
def panel(shared_data: Path) -> pd.DataFrame:
    read = pd.read_csv(shared_data / "la_panels" / "dfe_referrals_panel_2010_2025.csv", dtype={"old_la_code": str})
    read["period"] = read["year_ending"].astype(str)
    read["area"] = authority_areas(read["old_la_code"], read["year_ending"])
    return read


def one(counts: pd.DataFrame, area: str, period: str, measure: str) -> pd.Series:
    found = counts[(counts["area"] == area) & (counts["period"] == period) & (counts["measure"] == measure)]
    assert len(found) == 1
    return found.iloc[0]


def test_a_whole_folder_is_read_without_a_problem_and_its_descriptions_are_skipped(imported: Imported) -> None:
    assert imported.problems == ()
    assert len(imported.files) == 27
    assert "SFR27-2012_Meta_Data_Document.txt" in imported.notes[0]


def test_the_frame_is_the_table_with_one_row_a_key(counts: pd.DataFrame) -> None:
    description = table("area_counts")
    assert list(counts.columns) == [column.name for column in description.columns]
    assert not counts.duplicated(list(description.key)).any()
    codes = next(column.codes for column in description.columns if column.name == "status")
    assert set(counts["status"]) <= set(codes)
    assert (counts["count"].notna() == (counts["status"] == "published")).all()
    assert counts["area"].str.fullmatch(r"E\d{8}").all()
    assert set(counts["measure"]) <= set(MEASURES)
    assert counts["period"].str.fullmatch(r"20\d\d(-(0[1-9]|1[0-2]))?").all()


@pytest.mark.parametrize(
    ("period", "referrals"), [("2010", 3160), ("2011", 2855), ("2014", 3451), ("2019", 4929), ("2025", 4805)]
)
def test_worcestershire_referrals_are_as_published(counts: pd.DataFrame, period: str, referrals: int) -> None:
    assert one(counts, WORCESTERSHIRE, period, "referrals")["count"] == referrals


def test_councils_of_2010_sum_to_england(counts: pd.DataFrame) -> None:
    year = counts[(counts["period"] == "2010") & (counts["measure"] == "referrals")]
    assert year.loc[is_authority(year["area"]), "count"].sum() == 603_713
    assert one(counts, "E92000001", "2010", "referrals")["count"] == 603_700


@pytest.mark.parametrize(("column", "measure"), PANEL_MEASURES.items())
def test_every_council_and_year_agrees_with_the_panel(
    counts: pd.DataFrame, panel: pd.DataFrame, column: str, measure: str
) -> None:
    ours = counts[(counts["measure"] == measure) & is_authority(counts["area"])]
    both = panel.merge(ours, on=["area", "period"], how="outer", indicator=True)
    assert not (both["_merge"] == "right_only").any()
    # A census file without the measure (re-referrals in 2010, say) gives no row; the panel is empty there too.
    assert both.loc[both["_merge"] == "left_only", column].isna().all()
    np.testing.assert_array_equal(both[column].to_numpy(), both["count"].to_numpy())


def test_only_codes_of_three_made_unitary_councils_differ_from_the_panel(panel: pd.DataFrame) -> None:
    # Their files of 2010 to 2012 carry only the three-digit code. The panel gives those years the code of after the
    # change and 2013 to the change the code of before; here a council has the code of its time in every year.
    differ = panel[panel["area"] != panel["new_la_code"]]
    assert set(differ["la_name"]) == {"Buckinghamshire", "North Yorkshire", "Somerset"}
    assert set(differ["period"]) == {"2010", "2011", "2012"}
    assert len(differ) == 9


def test_population_is_the_preceding_mid_year_and_gives_the_published_rate(
    counts: pd.DataFrame, panel: pd.DataFrame
) -> None:
    ours = counts[counts["measure"] == "referrals"]
    both = panel[panel["year_ending"] >= 2013].merge(ours, on=["area", "period"])
    known = both["pop_0_17"].notna()
    np.testing.assert_array_equal(both.loc[known, "pop_0_17"], both.loc[known, "population"])
    # Three councils that were later joined have no estimate; their census files' rates give one.
    assert set(both.loc[~known, "la_name"]) == {"Bournemouth", "Dorset", "Poole"}
    rate = both["count"] / both["population"] * 10_000
    assert both["referral_rate_per_10k"].notna().sum() > 1900
    assert (rate - both["referral_rate_per_10k"]).abs().max() < 0.0501
    mid_year = one(counts, WORCESTERSHIRE, "2024", "population_0_17")["count"]
    assert one(counts, WORCESTERSHIRE, "2025", "referrals")["population"] == mid_year == 120_119


def test_population_before_the_estimates_gives_back_the_rate_published_beside_the_count(counts: pd.DataFrame) -> None:
    row = one(counts, WORCESTERSHIRE, "2010", "referrals")
    assert round(row["count"] / row["population"] * 10_000, 1) == 272.9


def test_population_is_left_empty_where_published_rates_contradict_each_other(
    imported: Imported, counts: pd.DataFrame
) -> None:
    durham = one(counts, "E06000047", "2010", "referrals")
    assert durham["count"] == 6322 and np.isnan(durham["population"])
    assert any("County Durham" in note and "128,784" in note for note in imported.notes)


def test_published_section_47_rates_follow_from_count_and_population(counts: pd.DataFrame, folder: Path) -> None:
    raw = pd.read_csv(folder / "c4_children_in_need_section_47s_and_icpcs_2013_to_2024.csv", dtype=str)
    raw = raw[raw["geographic_level"] == "Local authority"]
    raw["area"] = authority_areas(raw["old_la_code"], raw["time_period"].astype(int))
    both = raw.merge(
        counts[counts["measure"] == "section_47_enquiries"],
        left_on=["area", "time_period"],
        right_on=["area", "period"],
    )
    published = pd.to_numeric(both["Section47_rate"], errors="coerce")
    rate = both["count"] / both["population"] * 10_000
    known = published.notna() & rate.notna()
    assert known.sum() > 1700
    # The release of 2024 used estimates revised since, so a rate may be a little off.
    assert ((rate - published).abs()[known] < 0.02 * published[known] + 0.1).mean() > 0.99


def test_months_run_from_april_to_march_and_sum_to_the_year(counts: pd.DataFrame) -> None:
    months = counts[(counts["area"] == WORCESTERSHIRE) & (counts["measure"] == "referrals_month")]
    year = months[(months["period"] >= "2023-04") & (months["period"] <= "2024-03")]
    assert list(year["count"]) == [361, 449, 522, 354, 315, 443, 453, 384, 358, 380, 412, 353]
    assert year["count"].sum() == one(counts, WORCESTERSHIRE, "2024", "referrals")["count"]
    assert year["population"].nunique() == 1


def test_sources_of_referral_sum_to_the_total(counts: pd.DataFrame) -> None:
    sources = counts[
        (counts["area"] == WORCESTERSHIRE)
        & (counts["period"] == "2024")
        & counts["measure"].str.startswith("referrals_source_")
    ]
    assert len(sources) == 11
    assert sources["count"].sum() == one(counts, WORCESTERSHIRE, "2024", "referrals")["count"]
    assert one(counts, WORCESTERSHIRE, "2017", "referrals_source_police")["count"] == 1910


def test_a_suppressed_source_stays_suppressed(counts: pd.DataFrame) -> None:
    year = counts[(counts["area"] == WORCESTERSHIRE) & (counts["period"] == "2018")]
    sources = year[year["measure"].str.startswith("referrals_source_")].set_index("measure")
    hidden = sources[sources["status"] == "suppressed"]
    assert len(hidden) and hidden["count"].isna().all()


def test_an_x_means_suppressed_in_the_old_files_and_not_available_in_the_new(counts: pd.DataFrame) -> None:
    assert one(counts, "E09000001", "2011", "referrals")["status"] == "suppressed"
    hackney = counts[(counts["area"] == "E09000012") & (counts["period"] == "2021")]
    assert one(hackney, "E09000012", "2021", "referrals")["status"] == "missing"


@pytest.mark.parametrize("name", ["SFR45-2013ud.csv", "SFR43-2014.csv", "SFR41-2015_Underlying_data.csv"])
def test_england_is_england_though_the_file_gives_it_the_code_of_the_isle_of_wight(folder: Path, name: str) -> None:
    counts = read_dfe([folder / name]).area_counts
    referrals = counts[counts["measure"] == "referrals"].set_index("area")["count"]
    assert len(referrals) == 153
    assert referrals["E92000001"] > 500_000 > 5_000 > referrals["E06000046"]


def test_inner_and_outer_london_are_told_apart_by_name(folder: Path) -> None:
    counts = read_dfe([folder / "ssda903_SFR20_CLA2012.csv"]).area_counts
    looked_after = counts[counts["measure"] == "looked_after_31_march"].set_index("area")["count"]
    assert looked_after["E12000007"] == 10_250
    assert looked_after["E13000001"] == 4_560
    assert looked_after["E13000002"] == 5_680


def test_a_council_has_one_code_a_year_whatever_the_files_give_it(counts: pd.DataFrame) -> None:
    assert not counts["area"].isin(["E08000020", "E06000048"]).any()
    referrals = counts[counts["measure"] == "referrals"]
    assert set(referrals.loc[referrals["area"] == "E10000023", "period"]) == {str(year) for year in range(2010, 2024)}
    assert set(referrals.loc[referrals["area"] == "E06000065", "period"]) == {"2024", "2025"}


def test_the_later_release_is_kept_and_the_difference_said(folder: Path) -> None:
    old, new = folder / "SFR43-2014.csv", next(folder.glob("c1_*"))
    assert one(read_dfe([old]).area_counts, WORCESTERSHIRE, "2014", "referrals_assessed_not_in_need")["count"] == 930
    both = read_dfe([old, new])
    row = one(both.area_counts, WORCESTERSHIRE, "2014", "referrals_assessed_not_in_need")
    assert row["count"] == 1012 and row["source"] == new.name
    note = next(note for note in both.notes if note.startswith("SFR43-2014.csv and c1_"))
    assert "69 of 594 council figures differ; the largest is re_referrals_12m, Leeds, 2014: 1,467 against 2,816" in note


def test_slips_in_column_names_are_read_as_the_rest_of_the_file_and_said(imported: Imported, folder: Path) -> None:
    assert any("ReferralsNFA112" in note and "2012" in note for note in imported.notes)
    assert any("CINAt310316" in note and "2017" in note for note in imported.notes)
    counts = read_dfe([folder / "SFR61-2017_UD.CSV"]).area_counts
    assert one(counts, WORCESTERSHIRE, "2017", "children_in_need_31_march")["count"] == 4067
    assert set(counts["period"]) == {"2017"}
