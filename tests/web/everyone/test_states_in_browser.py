"""The states a page can be in beside its usual one, each asked for breaches of WCAG: refused, empty, shut, loading.

The usual ones are asked in test_pages_in_browser.py, those after an upload in test_upload_in_browser.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from axe import COLOURS, breaches
from toolkit.accounts import directory, required_steps
from toolkit.accounts.roles import PAGES, ROLE_NAMES, Role
from toolkit.records import Store
from toolkit.web.titles import TITLES

if TYPE_CHECKING:
    from conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.verify]
SECOND = "correct horse battery staple"


def faults(person: Visitor, state: str) -> list[str]:
    """Return every breach of a state, wide, in the dark and at 320 pixels, where it must not scroll sideways."""
    found = [f"{state}: {one}" for one in breaches(person.page)]
    person.page.emulate_media(color_scheme="dark")
    person.page.wait_for_timeout(100)
    found += [f"{state}, dark: {one}" for one in breaches(person.page, COLOURS)]
    person.page.emulate_media(color_scheme="light")
    person.page.set_viewport_size({"width": 320, "height": 900})
    person.page.wait_for_timeout(300)
    found += [f"{state}, 320 px: {one}" for one in breaches(person.page)]
    wide = person.page.evaluate("document.documentElement.scrollWidth")
    found += [f"{state}: {wide} pixels wide in a window of 320"] if wide > 320 else []
    person.page.set_viewport_size({"width": 1280, "height": 900})
    person.page.wait_for_timeout(300)
    return found


@dataclass
class Bare:
    """A simulated store with nothing in it but accounts, and the address of an app on it."""

    store: Store
    address: str
    password: str


@pytest.fixture(scope="module")
def bare(tmp_path_factory, serve: Callable[..., AbstractContextManager[str]]) -> Iterator[Bare]:
    folder = tmp_path_factory.mktemp("bare")
    store = Store.create(folder / "store", simulated=True)
    password = directory.add_account(store, "cllr.ash", Role.MEMBER, by="t")
    with serve(store.folder, folder / "app.txt") as address:
        yield Bare(store, address, password)


def test_the_doors_pages_and_what_they_refuse(bare: Bare, visitor) -> None:
    person: Visitor = visitor(address=bare.address)
    page, wrong = person.page, []

    def ask(state: str, heading: str = "") -> None:
        if heading:
            expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        wrong.extend(faults(person, state))

    def sign_in(password: str) -> None:
        page.goto(f"{bare.address}/sign-in")
        page.get_by_label("Name").fill("cllr.ash")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").last.click()

    for notice in ("accessibility", "privacy", "glossary"):
        page.goto(f"{bare.address}/{notice}")
        ask(notice)
    page.goto(f"{bare.address}/sign-in?next=runs")
    ask("signing in to come to a page")
    sign_in("wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    ask("a wrong password")
    sign_in(bare.password)
    ask("the first password")
    for name, value in (("old", "wrong"), ("new", "short"), ("again", "other")):
        page.locator(f"input[name={name}]").fill(value)
    page.get_by_role("button").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    ask("a new password refused")
    for name, value in (("old", bare.password), ("new", SECOND), ("again", SECOND)):
        page.locator(f"input[name={name}]").fill(value)
    page.get_by_role("button").first.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()
    page.goto(f"{bare.address}/runs")
    expect(page.get_by_text("is not open to you")).to_be_visible()
    ask("another role's page")
    page.goto(f"{bare.address}/nowhere")
    ask("an address of nothing")
    required_steps.ask_of(bare.store, [Role.MEMBER], by="t")
    sign_in(SECOND)
    ask("a second step to set up")
    page.locator("input[name=present]").fill(SECOND)
    page.locator("input[name=code]").fill("000000")
    page.get_by_role("button").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    ask("a second step refused")
    required_steps.ask_of(bare.store, [], by="t")
    page.goto(f"{bare.address}/sign-in?ended=1")
    ask("a session that ended")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_an_empty_store_and_one_of_another_role(role: Role, county, app, bare, visitor) -> None:
    if role is Role.MANAGER:  # who has a centre only where there is one
        address, centre = app, str(county.read("centres")["name"].iloc[-1])
    else:
        address, centre = bare.address, ""
    person: Visitor = visitor(address=address)
    person.sign_in(ROLE_NAMES[role], centre)
    wrong = []
    for name in PAGES[role]:
        person.go_within_the_session(name)
        expect(person.page.get_by_role("heading", level=1)).to_be_visible()
        wrong += faults(person, f"{name}, empty")
    other = next(name for name in TITLES if name not in PAGES[role])
    person.go_within_the_session(other)
    expect(person.page.get_by_text("This page is not open to the role you are signed in as.")).to_be_visible()
    wrong += faults(person, f"{other}, shut")
    person.check()
    assert wrong == [], "\n".join(wrong)


def test_a_page_that_is_still_loading(app, visitor) -> None:
    person: Visitor = visitor()
    person.sign_in("Scrutiny member")
    person.page.route_web_socket(re.compile("_stcore/stream"), lambda socket: None)  # nobody answers
    person.page.goto(f"{app}/trends")
    expect(
        person.page.get_by_test_id("stAppViewContainer").or_(person.page.get_by_test_id("stApp")).first
    ).to_be_visible()
    person.page.wait_for_timeout(1500)
    assert faults(person, "loading") == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def of_the_manager(person: Visitor, ask: Callable[[str], None], tmp_path: Path) -> None:
    page = person.page
    person.open("Correct a score", "Correct a score")
    page.get_by_label("Family number").fill("F0")
    press(page, "Find its scores")
    expect(page.get_by_role("alert")).to_contain_text("no score found")
    ask("no such family")
    person.open("Scales", "Scales")
    press(page, "Add the scale")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    ask("a scale refused")
    person.open("Upload scores", "Upload scores")
    for name, content, said in (
        ("scores.xlsx", b"PK\x03\x04 cut short", "There is a problem with this file"),
        ("other.csv", b"Client,Day,Kind,Mark\nF0,1/1/2012,start,2\n", ""),
        ("scores.csv", b"Family number,Date of score,Stage,Score\nF0,1/1/2012,At a review,2\n", "One question first"),
    ):
        (tmp_path / name).write_bytes(content)
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        person.settle()
        if said:
            expect(page.get_by_role("heading", name=said)).to_be_visible()
        ask(f"the file {name}")
        page.get_by_role("button", name=re.compile("^Leave this file")).click()
        person.settle()


def of_the_lead(person: Visitor, ask: Callable[[str], None], tmp_path: Path) -> None:
    page = person.page
    person.open("Publish", "Publish")
    press(page, "Write down the decision")
    expect(page.get_by_role("alert").filter(has_text=re.compile("decided|day", re.IGNORECASE)).first).to_be_visible()
    ask("an empty decision")
    page.get_by_text("Withdraw the answer that members see").click()
    press(page, "Withdraw")
    person.settle()
    expect(page.get_by_role("alert").filter(has_text=re.compile("why", re.IGNORECASE)).first).to_be_visible()
    ask("withdrawn without a reason")
    page.get_by_role("combobox", name="Question", exact=True).press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    ask("an open list")


def of_the_analyst(person: Visitor, ask: Callable[[str], None], tmp_path: Path) -> None:
    page = person.page
    page.get_by_text("Change the plan", exact=True).click()
    page.get_by_label("The plan, as its file has it").fill("this is no plan")
    press(page, "Check and keep the change")
    expect(page.get_by_role("alert").first).to_be_visible()
    ask("a plan refused")
    page.get_by_test_id("stTooltipIcon").first.hover()
    ask("a field's help")


def of_the_member(person: Visitor, ask: Callable[[str], None], tmp_path: Path) -> None:
    page = person.page
    for address, said in (
        ("answers?question=nobody_asked", "Nothing is published on"),
        ("search?q=zzzz", "Nothing that you can open"),
        ("search?q=referral", "found."),
    ):
        page.goto(f"{person.address}/{address}")
        expect(page.get_by_text(said).first).to_be_visible()
        person.settle()
        ask(address)
    person.go_within_the_session("explore")
    page.get_by_role("combobox").first.click()
    expect(page.get_by_role("option").first).to_be_visible()
    ask("an open list")


def of_the_administrator(person: Visitor, ask: Callable[[str], None], tmp_path: Path) -> None:
    page = person.page
    person.open("Accounts", "Accounts")
    for name, said in (("", "alert"), ("cllr.birch", "The first password of"), ("cllr.birch", "alert")):
        page.get_by_role("textbox", name="Name to sign in with").fill(name)
        role = page.get_by_role("combobox", name="Role").first
        role.click()
        page.get_by_role("option", name="Scrutiny member").click()
        person.settle()
        press(page, "Make the account")
        person.settle()
        ask(f"an account of the name {name!r}: {said}")
    page.get_by_role("combobox", name="Account").click()
    page.get_by_role("option", name="cllr.birch").click()
    person.settle()
    page.get_by_text("Shut the account", exact=True).click()
    person.settle()
    ask("an account to be changed")
    press(page, "Do it")
    person.settle()
    ask("an account shut")
    page.get_by_role("textbox", name="End every session of").fill("nobody")
    page.get_by_role("textbox", name="End every session of").press("Enter")
    person.settle()
    press(page, "End the sessions")
    person.settle()
    ask("sessions ended")
    person.open("Settings", "Settings")
    press(page, "Ask it of these roles")
    person.settle()
    press(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()
    ask("settings saved")
    person.open("Audit", "Audit")
    page.get_by_label("From day").fill("31/31/2026")
    press(page, "Look")
    expect(page.get_by_role("alert").first).to_be_visible()
    ask("no such day")
    page.get_by_label("From day").fill("")
    page.get_by_label("Who (part of a name)").fill("zzzz")
    press(page, "Look")
    expect(page.get_by_text("No line of the audit is like this.")).to_be_visible()
    ask("no such line")


FORMS = {
    Role.MANAGER: of_the_manager, Role.LEAD: of_the_lead, Role.ANALYST: of_the_analyst, Role.MEMBER: of_the_member,
    Role.ADMINISTRATOR: of_the_administrator,
}  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_what_a_form_refuses_or_has_done(role: Role, county, app, bare, visitor, tmp_path: Path) -> None:
    centre = ""
    if role is Role.MANAGER:
        centres = county.read("centres")
        centre = str(centres.loc[centres["tracks_progress_from"].notna(), "name"].iloc[3])
    person: Visitor = visitor(address=bare.address if role is Role.ADMINISTRATOR else app)
    person.sign_in(ROLE_NAMES[role], centre)
    wrong: list[str] = []
    FORMS[role](person, lambda state: wrong.extend(faults(person, state)), tmp_path)
    person.check()
    assert wrong == [], "\n".join(wrong)
