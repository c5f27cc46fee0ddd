"""Runs from the page in a real browser: they outlive it, are seen from another, can be cancelled, and are compared."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.sealed.course import open_answer
from toolkit.records import Store
from toolkit.runs.answer import answer, latest
from toolkit.runs.jobs import cancel, jobs
from toolkit.studies.protocol_file import load_protocol

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
ANALYSES = Path(__file__).resolve().parents[2] / "analyses"
LONG = 240_000  # milliseconds: a whole run on a loaded machine


@pytest.fixture(scope="module")
def analyses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of protocols that this file's tests may change, and their app's."""
    return shutil.copytree(ANALYSES, tmp_path_factory.mktemp("plans") / "analyses")


@pytest.fixture(scope="module")
def town(counties, analyses: Path, serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, str]]:
    """A county with every analysis run and nothing published, and one app for the whole file."""
    folder = tmp_path_factory.mktemp("runs")
    store = counties.answered(folder / "county")
    with serve(store.folder, folder / "app.txt", TOOLKIT_ANALYSES=str(analyses)) as address:
        yield store, address


@pytest.fixture
def own(analyses: Path, town: tuple[Store, str]) -> Iterator[tuple[Store, str]]:
    """The store and its app; what a test leaves running is ended, and the plans are as they were."""
    yield town
    for job in jobs(town[0].folder):
        cancel(job)
    shutil.copytree(ANALYSES, analyses, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def helped(counties, serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a county whose answer is that fewer were referred: only then are all its charts drawn."""
    store = counties.copy(tmp_path_factory.mktemp("helped") / "county", 5033, "tenth", "prevent")
    done = answer(load_protocol(ANALYSES / "rec11_referrals.toml"), store.snapshot(), store_folder=store.folder)
    assert done.verdict.code == "fewer"
    open_answer(store, done.folder, by="Early intervention lead")
    with serve(store.folder, tmp_path_factory.mktemp("log") / "app.txt") as address:
        yield address


def test_a_run_outlives_the_browser_and_is_seen_and_cancelled_from_another(own, visitor, artefacts: Path) -> None:
    store, address = own
    lead = visitor(390, address=address)
    lead.sign_in("Early intervention lead")
    lead.open("Runs", "Runs")
    lead.page.get_by_role("button", name="Start the run").click()
    expect(lead.page.get_by_role("button", name="Cancel this run")).to_be_visible()
    assert lead.widest() <= 390
    lead.check()
    lead.page.context.close()
    analyst = visitor(address=address)
    analyst.sign_in("Analyst")
    expect(analyst.page.get_by_text("Started by Early intervention lead")).to_be_visible()
    assert analyst.page.get_by_role("button", name="Start the run").count() == 0
    expect(analyst.page.get_by_role("progressbar")).to_be_visible()
    assert jobs(store.folder)[0].is_active
    analyst.shoot(artefacts / "run-under-way.png")
    analyst.page.get_by_role("button", name="Cancel this run").click()
    expect(analyst.page.get_by_text("Cancelled by Analyst.").first).to_be_visible()
    expect(analyst.page.get_by_role("button", name="Start the run")).to_be_visible()
    assert jobs(store.folder)[0].state == "cancelled"
    analyst.check()


@pytest.mark.verify  # the run itself is tried in tests/publish/test_jobs.py
def test_what_the_records_could_show_is_a_run_like_others_and_shown_when_it_is_done(
    own, visitor, artefacts: Path
) -> None:
    store, address = own
    analyst = visitor(address=address)
    analyst.sign_in("Analyst")
    analyst.page.get_by_role("button", name="What could these records show?").click()
    expect(analyst.page.get_by_role("button", name="Cancel this run")).to_be_visible()
    expect(analyst.page.get_by_text("reduce referrals to social care? (power) Started by Analyst")).to_be_visible()
    seen = "would be seen four times out of five"
    expect(analyst.page.get_by_role("heading", name=seen)).to_be_visible(timeout=LONG)  # nobody reloads the page
    analyst.settle()
    job = jobs(store.folder)[0]
    assert (job.asked_for, job.state, job.result_folder) == ("power", "done", job.folder)
    analyst.unfold()
    for width in (1280, 390):
        analyst.widen_to(width)
        assert analyst.widest() <= width
        analyst.shoot(artefacts / f"power-{width}.png")
    assert analyst.headings_in_order()
    analyst.check()
    lead = visitor(address=address)
    lead.sign_in("Early intervention lead")
    lead.open("Runs", "Runs")
    expect(lead.page.get_by_role("heading", name=seen)).to_be_visible()
    lead.check()


@pytest.mark.verify  # the comparison itself is tried in tests/publish, the same way by keys alone in tests/web/everyone
def test_a_changed_covariate_list_is_run_and_the_old_result_is_still_there_beside_it(
    own, analyses: Path, visitor, artefacts: Path
) -> None:
    store, address = own
    old = latest(store.folder)["rec11_referrals"]
    before = (old / "result.json").read_bytes()
    protocol = analyses / "rec11_referrals.toml"
    protocol.write_text(protocol.read_text().replace('  "lone_parent",\n', ""))
    analyst = visitor(address=address)
    analyst.sign_in("Analyst")
    expect(analyst.page.get_by_text("As it is now it has not been run")).to_be_visible()
    analyst.page.get_by_role("button", name="Start the run").click()
    done = analyst.page.get_by_text("The last run is done: Do Children's Centres reduce referrals")
    expect(done).to_be_visible(timeout=LONG)  # nobody reloads the page
    analyst.settle()
    job = jobs(store.folder)[0]
    new = job.result_folder
    assert new != old and (old / "result.json").read_bytes() == before
    assert job.message.endswith("Its answer is sealed until an early intervention lead opens it.")
    assert "Sealed: a lead opens it" in analyst.page.inner_text("body")
    assert analyst.page.get_by_role("heading", name="Compare two results").count() == 0
    lead = visitor(address=address)
    lead.sign_in("Early intervention lead")
    expect(lead.page.get_by_text("1 answer waits to be opened.")).to_be_visible()
    lead.open("Referrals", "Do centres reduce referrals?")
    opens = lead.page.get_by_role("button", name="Open the answer")
    expect(opens).to_be_visible()
    lead.settle()
    for width in (1280, 390):
        lead.widen_to(width)
        assert lead.widest() <= width
        lead.shoot(artefacts / f"before-the-answer-{width}.png")
    assert lead.headings_in_order()
    opens.click()
    expect(opens).to_have_count(0)
    lead.check()
    analyst.open("About these data", "About these data")
    analyst.open("Runs", "Runs")
    analyst.settle()
    text = analyst.page.inner_text("body")
    for folder in (old, new):
        assert read_bundle(folder).protocol_hash in text
    assert read_bundle(new).protocol_hash == load_protocol(protocol).hash
    assert "In the plan, covariates: lone_parent taken out." in text
    said = [read_bundle(folder).may.effect for folder in (old, new)]
    assert bool(re.search(r"The main figure (went from|stayed where it was)", text)) is all(said)
    assert "Nothing else differs, so the change in covariates is what moved the figures." in text
    for width in (1280, 390):
        analyst.widen_to(width)
        assert analyst.widest() <= width
        analyst.shoot(artefacts / f"compared-{width}.png")
    assert analyst.headings_in_order()
    analyst.check()


@pytest.mark.verify
@pytest.mark.parametrize("width", [1280, 390])
def test_the_answer_with_everything_unfolded_fits_and_its_switches_work(
    helped: str, visitor, width: int, artefacts: Path
) -> None:
    lead = visitor(width, address=helped)
    lead.sign_in("Early intervention lead")
    lead.open("Referrals", "Do centres reduce referrals?")
    lead.page.get_by_role("tab", name="For whom").click()
    lead.page.get_by_text("Without those that centres made").click()
    expect(lead.page.get_by_text("Protection and care are shown whoever made the referral.")).to_be_visible()
    lead.page.get_by_text("Aged 0 to 4").click()
    lead.settle()
    for tab, every in {
        "For whom": ("More noticed, or more harmed?", "Does it differ between families?"),
        "How sure": ("Through the year", "things that could prove it wrong."),
        "Method": ("Were the groups alike?", "Nothing against it"),
    }.items():
        lead.page.get_by_role("tab", name=tab).click()
        lead.settle()
        lead.unfold()
        text = lead.page.inner_text("body")
        for said in every:
            assert said in text
        assert not re.search(r"\bnan\b|\bNone\b|p_value", text)
        assert lead.widest() <= width
        assert lead.headings_in_order()
        assert lead.page.locator("canvas").count() == 0
        lead.shoot(artefacts / f"answer-unfolded-{tab}-{width}.png")
    lead.check()
