"""Publishing in a real browser: previewed, published, replaced, withdrawn, refused; and what members then read."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from by_keyboard import Hands
from counties import Counties
from toolkit.project_files import ANALYSES
from toolkit.publish.members.release import publish_result
from toolkit.records import Store
from toolkit.runs.answer import latest
from toolkit.studies.preregistration import read_register, register

if TYPE_CHECKING:
    from conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SCORES, REACH = "para73_change", "rec12_reach"
PUBLISH, PREVIEW = "Publish to scrutiny members", "Preview as a member"
SURE, WHY = "I have read the answer and what it cannot show.", "Why this answer takes the place of the one before"


@dataclass
class Town:
    """A store of this file's own, the protocols it is run by, and the address of an app on both."""

    store: Store
    analyses: Path
    address: str

    def run_anew(self, question: str, *changed: tuple[str, str], registered: bool = True) -> Path:
        """Change a plan, register it or not, and keep what a run of it would: the newest result with that plan."""
        plan = self.analyses / f"{question}.toml"
        text = plan.read_text(encoding="utf-8")
        for before, after in changed:
            assert before in text
            text = text.replace(before, after)
        plan.write_text(text, encoding="utf-8")
        if registered:
            register(plan, on=date(2026, 11, 28), why="another thought")
        content = json.loads((latest(self.store.folder)[question] / "result.json").read_text(encoding="utf-8"))
        entries = read_register(self.analyses, question).entries
        content |= {"protocol_text": text, "protocol_hash": hashlib.sha256(text.encode()).hexdigest()}
        content["registered"] = [{"hash": e.hash, "on": e.on.isoformat(), "why": e.why} for e in entries]
        content.pop("design", None)  # of another plan: as results of before designs were sealed it counts as open
        folder = self.store.folder / "results" / question / content["protocol_hash"][:16]
        folder.mkdir()
        (folder / "result.json").write_text(json.dumps(content), encoding="utf-8")
        return folder

    def publish(self, question: str, folder: Path, why: str = "") -> None:
        publish_result(self.store, question, folder, by="Another lead", why=why, analyses=self.analyses)


@pytest.fixture(scope="module")
def town(
    counties: Counties,
    tmp_path_factory: pytest.TempPathFactory,
    serve: Callable[..., AbstractContextManager[str]],
) -> Iterator[Town]:
    """A county with every analysis run and nothing published, and one app for the whole file."""
    folder = tmp_path_factory.mktemp("publishing")
    store = counties.answered(folder / "county")
    analyses = shutil.copytree(ANALYSES, folder / "analyses")
    with serve(store.folder, folder / "app.txt", TOOLKIT_ANALYSES=str(analyses)) as address:
        yield Town(store, analyses, address)


@pytest.fixture
def come(town: Town, signed_in) -> Callable[[str], Visitor]:
    """Return who signed in to this file's app as a role, on whichever page they stand."""
    return lambda role: signed_in(role, address=town.address)


def read_answers(member: Visitor) -> str:
    """What a member reads of every answer, opened anew and unfolded: the list, and then each on its page."""
    member.open("The report of 2011", "What the report of 2011 said")
    member.open("Answers", "The answers so far")
    read = [member.page.inner_text("[data-testid=stMain]")]
    links = "ul.contents a"
    for address in member.page.locator(links).evaluate_all("all => all.map(one => one.getAttribute('href'))"):
        member.page.locator(f"{links}[href='{address}']").click()
        member.settle()
        member.unfold()
        read.append(member.page.inner_text("[data-testid=stMain]"))
        member.open("Answers", "The answers so far")
    return "\n".join(read)


def choose(lead: Visitor, title: str) -> None:
    """Come to the page Publish from another one, and choose a question there."""
    lead.open("About these data", "About these data")
    lead.open("Publish", "Publish")
    questions = lead.page.get_by_role("combobox", name="Question", exact=True)
    questions.click()
    questions.press_sequentially(title)  # a long list holds only the options that it shows
    lead.page.get_by_role("option", name=title).click()
    expect(lead.page.get_by_role("heading", level=2, name=title)).to_be_visible()
    lead.settle()


def say(lead: Visitor, label: str, reason: str) -> None:
    field = lead.page.get_by_role("textbox", name=label)
    field.fill(reason)
    field.press("Enter")
    lead.settle()


@pytest.mark.verify  # publishing by keys alone, below, goes the same way with every run
def test_a_lead_publishes_only_after_saying_that_it_was_read(town: Town, come, artefacts: Path) -> None:
    assert town.store.publications().empty
    member = come("Scrutiny member")
    member.open("Answers", "The answers so far")
    expect(member.page.get_by_text("Nothing is published yet.")).to_be_visible()
    lead = come("Early intervention lead")
    lead.open("Referrals", "Do centres reduce referrals?")
    button = lead.page.get_by_role("button", name=PUBLISH)
    expect(button).to_be_disabled()
    lead.shoot(artefacts / "lead-before-publishing.png")
    caveats, publishing = (lead.page.get_by_role("heading", name=name) for name in ("What this cannot", "Publishing"))
    assert caveats.bounding_box()["y"] < publishing.bounding_box()["y"] < button.bounding_box()["y"]
    lead.page.get_by_text(SURE).click()
    expect(button).to_be_enabled()
    button.click()
    expect(lead.page.get_by_text("Scrutiny members see this answer.")).to_be_visible()
    assert list(town.store.publications()["question"]) == ["rec11_referrals"]
    assert list(town.store.publications()["by"]) == ["Early intervention lead"]
    assert "replaced" not in read_answers(member)
    expect(member.page.locator("ul.contents a")).to_have_count(1)
    analyst = come("Analyst")
    analyst.open("Progress scores", "Are the progress scores helpful?")
    expect(analyst.page.get_by_text("Scrutiny members do not see this answer yet.")).to_be_visible()
    assert analyst.page.get_by_role("button", name=PUBLISH).count() == 0
    for person in (member, lead, analyst):
        person.check()


def test_an_answer_of_a_weaker_plan_is_previewed_replaces_another_and_is_withdrawn_in_members_sight(
    town: Town, come, artefacts: Path
) -> None:
    town.publish(SCORES, latest(town.store.folder)[SCORES])
    first = town.store.record(SCORES)[-1]
    weaker = town.run_anew(SCORES, ("min_follow_up = 0.8", "min_follow_up = 0.4"))
    lead = come("Early intervention lead")
    choose(lead, "Did families move up the 1 to 5 scale?")
    asks_less = "This plan asks less than the one registered on 23 November 2026: it needs 40 in 100 to be followed"
    expect(lead.page.get_by_text(f"Members would read this first: {asks_less}")).to_be_visible()
    say(lead, WHY, "the year's scores came in")
    lead.page.get_by_text(PREVIEW).click()
    expect(lead.page.get_by_text("This is what members would see. It is not published.")).to_be_visible()
    lead.settle()
    because = f"This answer replaced the one of {first.at:%-d %B %Y}, because: the year's scores came in."
    expect(lead.page.get_by_text(because)).to_be_visible()
    preview = lead.page.locator(".verdict").last.inner_text()
    assert preview.startswith(asks_less) and len(town.store.record(SCORES)) == 1
    lead.shoot(artefacts / "preview-as-a-member.png")
    lead.page.get_by_text(SURE).click()
    lead.page.get_by_role("button", name=PUBLISH).click()
    expect(lead.page.get_by_text("Version 2, published on").first).to_be_visible()
    assert town.store.record(SCORES)[-1].result.endswith(weaker.name)
    member = come("Scrutiny member")
    text = read_answers(member)
    assert because in text and preview in text
    assert "Every version of this answer (2)" in text and "Another lead" in text
    member.shoot(artefacts / "member-replaced.png")
    lead.page.get_by_text("Withdraw the answer that members see").click()
    say(lead, "Why it is withdrawn", "the scores were of the wrong year")
    lead.page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(lead.page.get_by_text("Withdrawn on").first).to_be_visible()
    text = read_answers(member)
    assert f"The answer to this question was withdrawn on {town.store.record(SCORES)[-1].at:%-d %B %Y}." in text
    assert "The reason given: the scores were of the wrong year." in text
    assert preview not in text and because not in text
    for person in (lead, member):
        assert person.widest() <= 1280 and person.headings_in_order()
        person.check()
    assert town.store.check().is_whole, town.store.check().summary()


def test_an_unregistered_plan_is_refused_and_so_is_whoever_has_not_seen_what_stands(town: Town, come) -> None:
    before = latest(town.store.folder)[REACH]
    lead = come("Early intervention lead")
    title = "Which families with young children have not joined a centre?"
    choose(lead, title)
    assert "Do referrals made by centres lead to action" in lead.page.get_by_role("table").first.inner_text()
    lead.page.get_by_text(SURE).click()
    expect(lead.page.get_by_role("button", name=PUBLISH)).to_be_enabled()
    town.publish(REACH, before)  # somebody else, at another place
    lead.page.get_by_role("button", name=PUBLISH).click()
    refused = "Somebody published another answer since you opened this page: Another lead"
    expect(lead.page.get_by_text(refused)).to_be_visible()
    expect(lead.page.get_by_text("Scrutiny members see this answer.")).to_be_visible()
    assert [one.by for one in town.store.record(REACH)] == ["Another lead"]
    town.run_anew(REACH, ('  "kinship_care",\n', ""), registered=False)
    choose(lead, title)
    expect(lead.page.get_by_text("does not stand in the register, so it cannot be published")).to_be_visible()
    assert lead.page.get_by_role("button", name=PUBLISH).count() == 0
    expect(lead.page.get_by_text("They see an older one.")).to_be_visible()
    *_, told = read_answers(come("Scrutiny member")).split(title)
    assert "This plan" not in told and "replaced" not in told and "Published" in told
    lead.check()


def test_a_lead_publishes_and_withdraws_by_keyboard_alone_and_the_focus_goes_to_what_came_of_it(town, come) -> None:
    lead = come("Early intervention lead")
    choose(lead, "Do referrals made by centres lead to action")
    hands = Hands(lead)
    hands.to(SURE)
    hands.do("Space")
    hands.to(PUBLISH)
    hands.do(until="Scrutiny members see this answer.")
    hands.to("Withdraw the answer that members see")
    hands.press("Enter")
    hands.to("Why it is withdrawn", kind="text")
    hands.type("it was of the wrong year")
    hands.do()
    hands.to("Withdraw", kind="button")
    hands.do(until="Scrutiny members do not see this answer yet.")
    expect(lead.page.get_by_text("Withdrawn on").first).to_be_visible()
    lead.check()
