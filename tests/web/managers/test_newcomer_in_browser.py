"""A newcomer's file of 12 rows with 4 wrong cells: all in sight, put right on the page, stored in nine clicks."""

from __future__ import annotations

import io
import re
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import expect

from toolkit.intake.outgoing.template import template_bytes
from toolkit.tables import table

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def centre(county) -> pd.Series:
    centres = county.read("centres")
    return centres[centres["tracks_progress_from"].notna()].iloc[1]


@dataclass(frozen=True)
class Newcomer:
    """A template of 12 rows with 4 wrong cells, what is said of them, and what is right."""

    file: Path
    sentences: tuple[str, ...]
    right: dict[str, str]


@pytest.fixture
def newcomer(county, centre, tmp_path) -> Newcomer:
    number = centre["centre_id"]
    joined = county.read("registrations", centre_ids=[number])
    families = sorted(set(joined.loc[joined["centre_id"] == number, "family_id"]))
    book = openpyxl.load_workbook(io.BytesIO(template_bytes(table("progress_scores"), centre_id=number)))
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    wrong = {4: ("Score", 7), 7: ("Date of score", "31/02/2012"), 9: ("Stage", "middle"), 12: ("Family number", "F0")}
    for row in range(3, 15):
        cells = {
            "Family number": families[row], "Date of score": datetime(2012, 2, row), "Stage": "At a review",
            "Score": 3, "A higher score is": "Better for the family",
        }  # fmt: skip
        for heading, value in (cells | dict([wrong[row]] if row in wrong else [])).items():
            sheet.cell(row, at[heading]).value = value
    book.save(tmp_path / "newcomer.xlsx")
    return Newcomer(
        tmp_path / "newcomer.xlsx",
        (
            "F4: Score is 7. Enter a whole number from 1 to 5.",
            "C7: Date of score is 31/02/2012. February 2012 has only 29 days. Enter a date as day/month/year, such as "
            "04/03/2010.",
            'D9: Stage is middle. Choose "At the start of support", "At a review" or "At the end of support".',
            "A12: Family number is F0. No such family is stored. Check the family number.",
        ),
        {
            "Score, row 4 (a whole number from 1 to 5)": "4",
            "Date of score, row 7 (day/month/year)": "29/02/2012",
            "Stage, row 9": "At a review",
            "Family number, row 12": families[12],
        },
    )


def test_a_newcomers_file_with_four_errors_is_put_right_and_stored_in_nine_clicks_with_all_of_them_in_sight(
    chromium, app, county, centre, newcomer, artefacts
) -> None:
    before = county.read("progress_scores")
    clicks = 0

    def click(what) -> None:
        nonlocal clicks
        clicks += 1
        what.click()

    with closing(chromium.new_context(viewport={"width": 1280, "height": 720})) as context:
        page = context.new_page()
        page.goto(app)
        click(page.get_by_text("Centre manager", exact=True))
        clicks += 1  # a list of centres is opened, and one chosen in it
        number = page.locator("option", has_text=centre["name"]).first.get_attribute("value")
        page.get_by_label("Your centre").select_option(number)
        clicks += 1
        click(page.get_by_role("button", name="Sign in"))
        click(page.get_by_role("link", name="Upload scores"))
        with page.expect_file_chooser() as chooser:
            click(page.get_by_test_id("stFileUploader").locator("button").first)
        chooser.value.set_files(newcomer.file)
        summary = page.get_by_role("alert")
        expect(summary).to_be_focused()
        expect(summary.get_by_role("heading")).to_have_text("There is a problem: 4 cells")
        links = summary.get_by_role("link")
        assert [link.inner_text() for link in links.all()] == list(newcomer.sentences)
        for size in ((390, 844), (1280, 720)):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            for link in links.all():
                expect(link).to_be_in_viewport(ratio=1)
            page.screenshot(path=artefacts / f"newcomer-{size[0]}.png")
        click(links.first)
        for label, value in newcomer.right.items():  # from one wrong cell to the next by Tab, past what is folded
            for _ in range(6):
                if page.evaluate("document.activeElement.getAttribute('aria-label')") != label:
                    page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.getAttribute('aria-label')") == label
            page.keyboard.press("Control+A")
            page.keyboard.type(value)
            if label.startswith("Stage"):
                page.keyboard.press("Enter")
        click(page.get_by_role("button", name="Check again"))
        expect(page.get_by_role("status").filter(has_text="12 rows are good")).to_be_focused()
        click(page.get_by_role("button", name="Store 12 rows"))
        receipt = page.get_by_role("status").filter(has_text="Stored. Receipt number")
        expect(receipt).to_be_focused()
        expect(receipt).to_contain_text("Put right on the page: F4, C7, D9 and A12")
        page.screenshot(path=artefacts / "newcomer-receipt.png")
        with page.expect_download() as download:
            page.get_by_role("button", name=re.compile("^Download receipt")).click()
        assert "12 rows of newcomer.xlsx" in Path(download.value.path()).read_text()
    assert clicks <= 9, clicks
    assert len(county.read("progress_scores")) == len(before) + 12
    county.withdraw(int(county.uploads()["upload_id"].max()), by="tests")
