"""Published counts beside other councils, who is missed, funnels and what is explored: as members read them."""

from __future__ import annotations

import doctest
from pathlib import Path

import pandas as pd
import pytest

from toolkit.areas.council import Council
from toolkit.areas.panel import area_panel
from toolkit.errors import InputError
from toolkit.intake.published.areas import la_codes
from toolkit.publish.members.trends import area_of, counts_there, releases_in_words, trend
from toolkit.wording import years

PEOPLE = 120_119
"""Children under 18 in Worcestershire in the middle of 2024, by the Office for National Statistics."""
OURS, NEAR = "E10000034", ("E10000031", "E06000024", "E10000012", "E10000028", "E06000059")


def counts(*, hidden: bool = False) -> pd.DataFrame:
    """Return two years of referrals of all councils: ours 300, others 500 in every 10,000 children."""
    codes = la_codes()
    areas = codes.loc[codes["last_year_ending"].isna(), "area"].drop_duplicates()
    rows = [
        {
            "area": area, "period": str(year), "measure": "referrals", "count": 300.0 if area == OURS else 500.0,
            "population": 10_000.0, "status": "published", "source": f"c1.csv (release of {year})",
        }
        for area in areas for year in (2010, 2011)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    if hidden:
        ours = (frame["area"] == OURS) & (frame["period"] == "2011")
        frame.loc[ours, ["count", "status"]] = [float("nan"), "suppressed"]
    return frame


def test_a_council_stands_beside_councils_like_it_its_region_and_england_for_every_10_000_children() -> None:
    found = trend(area_panel(counts()), "referrals", Council(OURS, "Worcestershire", {2021: NEAR}))
    assert list(found.places.values()) == ["Worcestershire", "Councils like it", "West Midlands", "England"]
    assert found.table.iloc[0].to_dict() == {
        "year": "2009/10", "number": "300", "council": "300", "neighbours": "500",
        "region": "486", "england": "499",
    }  # fmt: skip
    assert found.model == 2021 and not found.has_hidden
    assert found.headline == (
        "Worcestershire had 300 referrals for every 10,000 children in 2010/11, and 300 in 2009/10"
    )
    assert "England: 499 in 2009/10" in found.in_words
    assert list(found.beside("england").places) == ["council", "england"]
    assert found.beside("nowhere").places == found.places


def test_a_count_that_the_department_hid_is_an_interval_and_never_nought() -> None:
    found = trend(area_panel(counts(hidden=True)), "referrals", None)
    last = found.rates.iloc[-1]
    assert found.has_hidden and pd.isna(last["council"]) and (last["low"], last["high"]) == (1, 5)
    assert found.table.iloc[-1][["number", "council"]].tolist() == ["c", "c"]
    assert "0" not in found.table[["number", "council"]].to_numpy()


def test_too_few_councils_are_not_called_england_nor_a_region() -> None:
    few = counts()
    found = trend(area_panel(few[few["area"].isin((OURS, *NEAR))]), "referrals", Council(OURS, "", {2021: NEAR}))
    assert list(found.places) == ["council", "neighbours"]


def test_where_nothing_is_imported_nothing_can_be_chosen() -> None:
    empty = counts().iloc[:0]
    assert counts_there(area_panel(empty), area_of(None)) == ()
    with pytest.raises(InputError):
        trend(area_panel(empty), "referrals", None)


def test_sources_are_told_by_their_releases() -> None:
    assert releases_in_words(counts()["source"].unique()).endswith("releases of 2010 to 2011.")
    assert "as they were imported" in releases_in_words(["a file"])


def test_the_real_files_give_the_rates_that_their_own_counts_give(shared_data: Path) -> None:
    from toolkit.intake.published.dfe import read_dfe

    files = [file for name in ("c1_*.csv", "ons_*.csv") for file in (shared_data / "dfe_original").glob(name)]
    rows = read_dfe(files).area_counts
    found = trend(area_panel(rows, measures=["referrals"]), "referrals", None)
    own = rows[(rows["area"] == OURS) & (rows["measure"] == "referrals") & (rows["period"] == "2025")].iloc[0]
    assert found.table.iloc[-1]["number"] == f"{int(own['count']):,}" == "4,805"
    assert found.table.iloc[-1]["council"] == f"{own['count'] / PEOPLE * 10_000:.0f}"


def test_years_are_written_one_way() -> None:
    assert doctest.testmod(years).failed == 0
