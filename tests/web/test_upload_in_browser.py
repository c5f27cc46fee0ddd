"""A centre manager's deadline day: a messy spreadsheet, every problem by its cell, mended, stored, withdrawn."""

from __future__ import annotations

import re

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def centre(county) -> pd.Series:
    centres = county.read("centres")
    return centres[centres["tracks_progress_from"].notna()].iloc[1]


@pytest.fixture
def come_again(come_again):
    """Return a manager who comes again and goes on to the page of uploads."""

    def come(role, centre, **how):
        person = come_again(role, centre, **how)
        person.open("Upload scores", "Upload scores")
        return person

    return come


@pytest.fixture(autouse=True)
def tidy(county):
    """Leave the county as it was, whatever a test did."""
    yield
    uploads = county.uploads()
    standing = uploads[uploads["by"].str.startswith("Centre manager") & uploads["withdrawn_in"].isna()]
    for number in standing["upload_id"]:
        county.withdraw(int(number), by="tests")


@pytest.fixture
def files(messy, county, centre, tmp_path):
    registered = county.read("registrations", centre_ids=[centre["centre_id"]])["family_id"].drop_duplicates()
    return messy.write_messy(tmp_path, centre_id=centre["centre_id"], families=sorted(registered)[:7])


@pytest.mark.parametrize(("ending", "window"), [("xlsx", (1280, 720)), ("csv", (390, 844))])
def test_messy_then_mended_then_stored_then_withdrawn(
    ending, window, come_again, county, centre, files, artefacts
) -> None:
    messy_file, fixed = (files.xlsx, files.fixed_xlsx) if ending == "xlsx" else (files.csv, files.fixed_csv)
    before = county.read("progress_scores")
    width = window[0]
    person = come_again("Centre manager", centre["name"], width=width)
    person.page.set_viewport_size({"width": width, "height": window[1]})
    _choose(person, messy_file)
    summary = person.page.get_by_role("alert")
    expect(summary.get_by_role("heading", name="There is a problem: 4 cells")).to_be_visible()
    expect(summary).to_be_focused()
    for sentence in files.sentences:
        expect(summary.get_by_role("link", name=sentence)).to_be_in_viewport(ratio=1)
    assert person.widest() <= width
    person.shoot(artefacts / f"upload-messy-{ending}.png")
    assert person.page.get_by_role("button", name=re.compile("^Store the 4 good rows")).is_disabled()
    pd.testing.assert_frame_equal(county.read("progress_scores"), before)

    _choose(person, fixed)
    store = person.page.get_by_role("button", name=f"Store {files.fixed_rows} rows")
    store.click()
    expect(person.page.get_by_role("heading", name=re.compile(r"^Stored\. Receipt number \d+"))).to_be_visible()
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


def test_the_good_rows_alone_are_stored_only_after_saying_so(
    come_again, county, centre, files, artefacts, tmp_path
) -> None:
    before = county.read("progress_scores")
    person = come_again("Centre manager", centre["name"])
    _choose(person, files.xlsx)
    person.page.get_by_text(re.compile("I know that .* rows will be left out")).click()
    person.page.get_by_role("button", name=f"Store the {files.good_rows} good rows").click()
    expect(person.page.get_by_role("heading", name=re.compile(r"^Stored\. Receipt number"))).to_be_visible()
    person.settle()
    assert len(county.read("progress_scores")) == len(before) + files.good_rows
    person.settle()
    expect(person.page.get_by_text("4 rows were left out and not stored.")).to_be_visible()
    person.page.get_by_text("The 4 rows left out, and why").click()
    for sentence in files.sentences:
        expect(person.page.get_by_role("cell", name=sentence)).to_be_visible()
    person.shoot(artefacts / "upload-left-out.png")
    with person.page.expect_download() as mend:
        person.page.get_by_role("button", name="Download the 4 rows to mend").click()
    assert mend.value.suggested_filename == "to-mend-scores.xlsx"
    mend.value.save_as(tmp_path / "to-mend.xlsx")
    listed = openpyxl.load_workbook(tmp_path / "to-mend.xlsx").active
    assert listed.max_row == 1 + 4
    _withdraw_newest(person)
    pd.testing.assert_frame_equal(county.read("progress_scores"), before)
    person.check()


def test_nothing_is_read_before_the_direction_is_said(come_again, centre, files) -> None:
    person = come_again("Centre manager", centre["name"])
    person.page.locator("input[type=file]").set_input_files(files.fixed_csv)
    expect(person.page.get_by_role("heading", name="One question first")).to_be_visible()
    assert person.page.get_by_role("radio", checked=True).count() == 0
    assert person.page.get_by_role("button", name=re.compile("^Store")).count() == 0
    person.page.get_by_text("Worse for the family", exact=True).click()
    expect(person.page.get_by_role("button", name=f"Store {files.fixed_rows} rows")).to_be_visible()
    person.check()


def test_the_same_file_twice_is_known_again_and_adds_nothing(come_again, county, centre, files) -> None:
    person = come_again("Centre manager", centre["name"])
    _choose(person, files.fixed_xlsx)
    person.page.get_by_role("button", name=f"Store {files.fixed_rows} rows").click()
    expect(person.page.get_by_role("heading", name=re.compile(r"^Stored\. Receipt number"))).to_be_visible()
    person.settle()
    stored = county.read("progress_scores")
    _choose(person, files.fixed_xlsx)
    expect(person.page.get_by_text("This very file was stored already, as receipt number")).to_be_visible()
    expect(person.page.get_by_text("There is nothing to store.")).to_be_visible()
    assert person.page.get_by_role("button", name=re.compile("^Store")).count() == 0
    pd.testing.assert_frame_equal(county.read("progress_scores"), stored)
    person.page.get_by_role("button", name=re.compile("^Leave this file")).click()
    _withdraw_newest(person)
    person.check()


def test_a_manager_sees_and_withdraws_only_the_uploads_of_the_own_centre(come_again, county, centre, files) -> None:
    centres = county.read("centres")
    other = centres[centres["tracks_progress_from"].notna()].iloc[4]
    person = come_again("Centre manager", centre["name"])
    _choose(person, files.fixed_csv)
    person.page.get_by_role("button", name=f"Store {files.fixed_rows} rows").click()
    expect(person.page.get_by_role("heading", name=re.compile(r"^Stored\. Receipt number"))).to_be_visible()
    person.settle()
    neighbour = come_again("Centre manager", other["name"])
    expect(neighbour.page.get_by_text(re.compile("^None on this page yet"))).to_be_visible()
    assert neighbour.page.get_by_label("Withdraw an upload").count() == 0
    _withdraw_newest(person)


def test_the_template_names_the_own_centre_and_is_read_as_it_comes(come_again, centre, tmp_path) -> None:
    person = come_again("Centre manager", centre["name"])
    with person.page.expect_download() as download:
        person.page.get_by_role("button", name="Download the template").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == f"simulated-scores-{centre['centre_id']}.xlsx"
    person.page.locator("input[type=file]").set_input_files(file)
    expect(person.page.get_by_text("There is nothing to store.")).to_be_visible()
    person.check()


def test_a_workbook_cut_short_is_refused_in_a_sentence(come_again, centre, files, tmp_path) -> None:
    broken = tmp_path / "scores.xlsx"
    broken.write_bytes(files.fixed_xlsx.read_bytes()[:2000])
    person = come_again("Centre manager", centre["name"])
    person.page.locator("input[type=file]").set_input_files(broken)
    expect(person.page.get_by_role("alert").filter(has_text="scores.xlsx")).to_be_visible()
    person.check()


def test_another_centres_rows_are_refused_by_cell(come_again, county, centre, files, messy, tmp_path) -> None:
    centres = county.read("centres")
    other = str(centres.loc[centres["centre_id"] != centre["centre_id"], "centre_id"].iloc[0])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    families = sorted(county.read("families")["family_id"])[:7]
    file = messy.write_messy(elsewhere, centre_id=other, families=families).fixed_xlsx
    person = come_again("Centre manager", centre["name"])
    _choose(person, file)
    expect(person.page.get_by_role("link", name=re.compile(rf"^B2: .*{other}"))).to_be_visible()
    assert person.page.get_by_role("button", name=re.compile("^Store")).count() == 0
    person.check()


def _withdraw_newest(person) -> None:
    person.settle()
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
    done = person.page.get_by_role("status").filter(has_text="Withdrawn: receipt number")
    expect(done).to_be_focused()
    person.settle()


def _choose(person, file) -> None:
    """Choose a file, which says nothing of its direction, and say that a higher score is better."""
    person.page.locator("input[type=file]").set_input_files(file)
    person.page.get_by_text("Better for the family", exact=True).click()
    person.settle()
