"""A centre manager's deadline day: a messy spreadsheet, every problem by its cell, mended, stored, withdrawn."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


@pytest.fixture
def centre(county) -> pd.Series:
    centres = county.read("centres")
    return centres[centres["tracks_progress_from"].notna()].iloc[1]


@pytest.fixture
def files(messy, county, centre, tmp_path):
    registered = county.read("registrations", centre_ids=[centre["centre_id"]])["family_id"].drop_duplicates()
    return messy.write_messy(tmp_path, centre_id=centre["centre_id"], families=sorted(registered)[:7])


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_messy_then_mended_then_stored_then_withdrawn(ending, visitor, county, centre, files, artefacts) -> None:
    messy_file, fixed = (files.xlsx, files.fixed_xlsx) if ending == "xlsx" else (files.csv, files.fixed_csv)
    before = county.read("progress_scores")
    person = visitor()
    person.sign_in("Centre manager", centre["name"])
    person.page.get_by_text("Better for the family", exact=True).click()
    person.settle()

    person.page.locator("input[type=file]").set_input_files(messy_file)
    expect(person.page.get_by_role("heading", name="4. What we found")).to_be_visible()
    person.settle()
    for sentence in files.sentences:
        expect(person.page.get_by_role("cell", name=sentence)).to_be_visible()
    person.shoot(artefacts / f"upload-messy-{ending}.png")
    assert person.page.get_by_role("button", name=re.compile("^Store the 4 good rows")).is_disabled()
    pd.testing.assert_frame_equal(county.read("progress_scores"), before)

    person.page.get_by_role("button", name=re.compile("^Remove")).click()
    person.settle()
    person.page.locator("input[type=file]").set_input_files(fixed)
    store = person.page.get_by_role("button", name=f"Store {files.fixed_rows} rows")
    store.click()
    expect(person.page.get_by_text(re.compile(r"^Stored\. Receipt number \d+"))).to_be_visible()
    person.settle()
    person.shoot(artefacts / f"upload-stored-{ending}.png")
    after = county.read("progress_scores")
    assert len(after) == len(before) + files.fixed_rows
    new = after.merge(before, how="left", indicator=True).query("_merge == 'left_only'")
    assert set(new["centre_id"]) == {centre["centre_id"]}
    assert set(new["higher_is"]) == {"better"}

    _withdraw_newest(person)
    pd.testing.assert_frame_equal(county.read("progress_scores"), before)
    expect(person.page.get_by_role("row").filter(has_text="Withdrawn").first).to_be_visible()
    person.shoot(artefacts / f"upload-withdrawn-{ending}.png")
    person.check()


def test_the_good_rows_alone_are_stored_only_after_saying_so(visitor, county, centre, files) -> None:
    before = county.read("progress_scores")
    person = visitor()
    person.sign_in("Centre manager", centre["name"])
    person.page.get_by_text("Better for the family", exact=True).click()
    person.settle()
    person.page.locator("input[type=file]").set_input_files(files.xlsx)
    person.page.get_by_text(re.compile("I know that .* rows will be left out")).click()
    with person.page.expect_download() as mend:
        person.page.get_by_role("button", name=re.compile("rows to mend$")).click()
    assert mend.value.suggested_filename == "to-mend-scores.xlsx"
    person.page.get_by_role("button", name=f"Store the {files.good_rows} good rows").click()
    expect(person.page.get_by_text(re.compile(r"^Stored\. Receipt number"))).to_be_visible()
    assert len(county.read("progress_scores")) == len(before) + files.good_rows
    _withdraw_newest(person)
    pd.testing.assert_frame_equal(county.read("progress_scores"), before)
    person.check()


def test_another_centres_rows_are_refused_by_cell(visitor, county, centre, files, messy, tmp_path) -> None:
    centres = county.read("centres")
    other = str(centres.loc[centres["centre_id"] != centre["centre_id"], "centre_id"].iloc[0])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    families = sorted(county.read("families")["family_id"])[:7]
    file = messy.write_messy(elsewhere, centre_id=other, families=families).fixed_xlsx
    person = visitor()
    person.sign_in("Centre manager", centre["name"])
    person.page.get_by_text("Better for the family", exact=True).click()
    person.settle()
    person.page.locator("input[type=file]").set_input_files(file)
    expect(person.page.get_by_role("cell", name=re.compile(rf"^B2: .*{other}"))).to_be_visible()
    assert person.page.get_by_role("button", name=re.compile("^Store")).count() == 0
    person.check()


def _withdraw_newest(person) -> None:
    chooser = person.page.get_by_label("Withdraw an upload")
    chooser.focus()
    chooser.press("ArrowDown")
    expect(person.page.get_by_role("option").first).to_be_visible()
    chooser.press("Enter")
    expect(chooser).to_have_value(re.compile("^Receipt"))
    person.settle()
    person.page.get_by_text("Yes, take its rows out again.").click()
    person.settle()
    person.page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(person.page.get_by_label("Withdraw an upload")).to_have_count(0)
    person.settle()
