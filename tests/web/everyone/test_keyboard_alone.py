"""Keys alone, from the sign-in on: a file uploaded and mended, a score corrected, answers read, a plan changed and run.

Nobody clicks and no field is given the focus by a script. After every key something that can be seen has the focus.
Publishing and withdrawing an answer by keys alone is tried in test_publishing_in_browser.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import FileChooser, expect

from by_keyboard import Hands
from toolkit.project_files import ANALYSES
from toolkit.records import Store
from toolkit.runs.answer import answer
from toolkit.runs.jobs import jobs
from toolkit.studies.protocol_file import load_protocol

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SCORES = "para73_change"
LONG = 120_000
"""Milliseconds: a short run on a loaded machine."""


@pytest.fixture
def come_in(visitor) -> Callable[..., Hands]:
    """Sign in by keys alone, to the county's app or another."""

    def come(role: str, centre: str = "", **where: object) -> Hands:
        hands = Hands(visitor(**where))
        page = hands.of.page
        page.goto(hands.of.address)
        hands.press("Tab")
        while role not in hands.at()["words"]:
            hands.press("ArrowDown")
        hands.press("Space")
        if centre:
            hands.press("Tab")
            page.keyboard.type(centre)
        hands.to("Sign in")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Sign out")).to_be_attached()
        hands.of.settle()
        return hands

    return come


def follow(hands: Hands, title: str) -> None:
    """Follow the link that has the focus to a page with that title."""
    hands.of.page.keyboard.press("Enter")
    expect(hands.of.page.get_by_role("heading", level=1)).to_have_text(title)
    hands.of.settle()


@pytest.fixture
def centre(county) -> pd.Series:
    centres = county.read("centres")
    return centres[centres["tracks_progress_from"].notna()].iloc[2]


@pytest.fixture
def families(county, centre) -> list[str]:
    """Two families of the centre's."""
    joined = county.read("registrations", centre_ids=[centre["centre_id"]])
    return sorted(joined.loc[joined["centre_id"] == centre["centre_id"], "family_id"])[:2]


def test_a_manager_uploads_a_file_with_an_error_mends_it_stores_it_and_takes_it_back(
    come_in, county, centre, families, tmp_path: Path
) -> None:
    before = county.read("progress_scores")
    file = tmp_path / "scores.csv"
    rows = [f"{families[0]},2/2/2012,At a review,3", f"{families[1]},3/2/2012,At a review,7"]
    file.write_text("\n".join(["Family number,Date of score,Stage,Score", *rows]), encoding="utf-8")
    hands = come_in("Centre manager", centre["name"])
    page = hands.of.page
    choosers: list[FileChooser] = []
    page.on("filechooser", lambda one: choosers.append(one))  # long before the key: it is told of in its own time
    hands.to("Upload scores")
    follow(hands, "Upload scores")
    hands.to("Upload", kind="button")
    page.keyboard.press("Enter")
    for _ in range(100):
        page.wait_for_timeout(0 if choosers else 100)
    choosers[0].set_files(file)
    expect(page.get_by_role("heading", name="One question first")).to_be_visible()
    hands.of.settle()
    hands.kept("Choosing a file")
    hands.to("Better for the family", kind="radio")
    hands.do("Space", until="There is a problem: 1 cell")
    hands.to("D3: Score is 7. Enter a whole number from 1 to 5.")
    hands.press("Enter")
    assert "Score, row 3" in hands.at()["words"]  # the link put the focus in its field
    hands.type("4")
    hands.to("Check again")
    hands.do(until="2 rows are good")
    hands.to("Store 2 rows")
    hands.do(until="Stored. Receipt number")
    assert len(county.read("progress_scores")) == len(before) + 2
    hands.to("Withdraw an upload")
    hands.press("ArrowDown", "Enter")
    hands.of.settle()
    hands.kept("Choosing an upload")
    hands.to("Yes, take its rows out again.")
    hands.do("Space")
    hands.to("Withdraw", kind="button")
    hands.do(until="Withdrawn: receipt number")
    pd.testing.assert_frame_equal(county.read("progress_scores"), before)
    hands.of.check()


@pytest.mark.verify
def test_a_manager_corrects_a_stored_score_after_being_told_what_is_wrong(come_in, county, centre, families) -> None:
    before = county.read("progress_scores")
    own = before[before["centre_id"] == centre["centre_id"]]
    family = own.groupby("family_id").size().loc[lambda size: size > 1].index[0]
    hands = come_in("Centre manager", centre["name"])
    hands.to("Correct a score")
    follow(hands, "Correct a score")
    hands.to("Family number", kind="text")
    hands.type("F0")
    hands.do(until="There is a problem: no score found")
    hands.to("Your centre has no score of a family with this number.")
    hands.press("Enter")
    assert "Family number" in hands.at()["words"]
    hands.type(family)
    hands.do(until="Family number")
    hands.to("Score (a whole number from 1 to 5)")
    was = hands.of.page.evaluate("document.activeElement.value")
    hands.type("9")
    hands.to("Store the correction")
    hands.do(until="There is a problem: 1 to put right")
    hands.to("Enter a whole number from 1 to 5.")
    hands.press("Enter")
    assert "Score (a whole number from 1 to 5)" in hands.at()["words"]
    hands.type("4" if was != "4" else "3")
    hands.to("Store the correction")
    hands.do(until="Corrected. Receipt number")
    county.withdraw(int(county.uploads()["upload_id"].max()), by="tests")
    pd.testing.assert_frame_equal(county.read("progress_scores"), before)
    hands.of.check()


@pytest.mark.verify
def test_a_member_reads_an_answer_takes_the_report_along_and_goes_back(come_in) -> None:
    hands = come_in("Scrutiny member")
    page = hands.of.page
    hands.to("Read the answer to Recommendations 12 and 13")
    follow(hands, "Which families with young children have not joined a centre?")
    hands.to("The numbers in this chart")
    hands.press("Enter")
    expect(page.get_by_role("table")).to_be_visible()
    hands.to("Numbers (csv)")
    with page.expect_download() as taken:
        hands.do()
    assert taken.value.suggested_filename.endswith(".csv")
    hands.to("A report to take along")
    hands.press("Enter")
    hands.to("Web page")
    with page.expect_download() as taken:
        hands.do()
    assert taken.value.suggested_filename == "simulated-report.html"
    hands.back_to("All that was found")
    follow(hands, "What we found")
    hands.to("Read the answer to Recommendations 12 and 13")
    hands.of.check()


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A folder of protocols that a test may change."""
    return shutil.copytree(ANALYSES, tmp_path / "analyses")


@pytest.fixture
def run_once(tmp_path: Path, plans: Path, serve: Callable[..., AbstractContextManager[str]]) -> Iterator[tuple]:
    """A store in which one plan was run, on no records, and the address of an app on it."""
    store = Store.create(tmp_path / "store", simulated=True)
    answer(load_protocol(plans / f"{SCORES}.toml"), store.snapshot(), store_folder=store.folder)
    with serve(store.folder, tmp_path / "app.txt", TOOLKIT_ANALYSES=str(plans)) as address:
        yield store, address


@pytest.mark.verify
def test_an_analyst_changes_a_plan_registers_it_runs_it_and_lands_on_the_comparison(
    come_in, run_once, plans: Path
) -> None:
    store, address = run_once
    plan = plans / f"{SCORES}.toml"
    hands = come_in("Analyst", address=address)
    page = hands.of.page
    hands.to("Question", kind="combobox")
    page.keyboard.type("Did families move up the 1 to 5 scale?")
    hands.do(until="Question")
    assert f"question={SCORES}" in page.url
    hands.to("Change the plan")
    hands.press("Enter")
    hands.to("The plan, as its file has it")
    place = plan.read_text(encoding="utf-8").index("min_follow_up = 0.8") + len("min_follow_up = 0.")
    caret = "document.activeElement.selectionStart"
    hands.press("Control+Home")
    while page.evaluate(caret) < place:
        hands.press("ArrowDown")
    while page.evaluate(caret) > place:
        hands.press("ArrowLeft")
    hands.press("Delete")
    page.keyboard.type("7")
    hands.to("Check and keep the change")
    hands.do()
    expect(page.get_by_text("The change is kept.")).to_be_visible()
    assert "min_follow_up = 0.7" in load_protocol(plan).text
    hands.to("Register this plan")
    hands.do()
    expect(page.get_by_text("Say why it changed")).to_be_visible()
    hands.back_to("Why the plan changed", kind="text")
    hands.type("four in five were not found again")
    hands.to("Register this plan")
    hands.do(until="The plan is registered.")
    hands.to("Start the run")
    hands.do(until="Started by Analyst")
    expect(page.get_by_role("heading", name="Compare two results")).to_be_visible(timeout=LONG)  # nobody reloads
    hands.of.settle()
    hands.kept("the end of the run", until="The last run is done")
    assert "In the plan, min follow up: 0.8 became 0.7." in page.inner_text("body")
    assert [job.state for job in jobs(store.folder)] == ["done"]
    hands.of.check()
