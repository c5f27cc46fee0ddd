"""A link opens the same view after every way of signing in, says whose page it is, and Back keeps the place."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from playwright.sync_api import expect

from toolkit.accounts import directory, required_steps
from toolkit.accounts.roles import PAGES, ROLE_NAMES, Role
from toolkit.web.door.asked_for import page_asked
from toolkit.web.titles import TITLES

if TYPE_CHECKING:
    from conftest import Visitor
    from door.conftest import Small

pytestmark = pytest.mark.timeout(300)
LINK = "answers?question=rec11_referrals&year=2009%2F10"
NEW = "violet tractor lemonade"


@pytest.fixture
def someone(over_http, small: Small) -> Callable:
    return lambda: over_http.Client(small.host)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("answers", "answers"),
        ("/answers?question=a&only=b%20c", "answers?question=a&only=b+c"),
        ("answers?question=%0d%0aSet-Cookie:x", "answers"),
        ("answers?" + "q=1&" * 13, "answers"),
        ("answers?q=" + "x" * 201, "answers"),
        ("answers?q=%ff", "answers"),
        ("answers?<script>=1&Q=1", "answers"),
        ("answers#x", ""),
        ("x" * 2000, ""),
        ("//example.org", ""),
        ("https://example.org/answers", ""),
        ("\\\\example.org", ""),
        ("/\t/example.org", ""),
        ("answers/../../x", ""),
        ("sign-out", ""),
        ("", ""),
    ],
)
def test_what_was_asked_for_is_written_anew_of_pages_and_plain_choices(asked: str, kept: str) -> None:
    assert page_asked(asked) == kept == page_asked(kept)


def test_a_link_is_kept_through_password_and_second_step(someone, small: Small) -> None:
    first = directory.add_account(small.store, "cllr.ash", Role.MEMBER, by="t")
    client = someone()
    asked = client.ask(f"/{LINK}").headers["location"]
    assert parse_qs(urlsplit(asked).query)["next"] == [LINK]
    page = client.ask(asked).text
    assert 'value="answers?question=rec11_referrals&amp;year=2009%2F10"' in page
    to = client.sign_in(name="cllr.ash", password=first, next=LINK).headers["location"]
    assert to.startswith("/password?") and "rec11_referrals" in client.ask(to).text
    to = client.post("/password", old=first, new=NEW, again=NEW, next=LINK).headers["location"]
    assert to == f"/{LINK}"

    required_steps.ask_of(small.store, [Role.MEMBER], by="t")
    assert client.ask("/answers").headers["location"] == "/sign-in?next=answers"  # who has no second step is out
    to = client.sign_in(name="cllr.ash", password=NEW, next=LINK).headers["location"]
    assert to.startswith("/set-second-step?")
    shown = client.ask(to).text
    assert "Your role is asked for a second step" in shown
    assert client.ask("/answers").headers["location"] == "/set-second-step?next=answers"
    secret = shown.split("<p><code>")[1].split("<")[0].replace(" ", "")
    began, code = time.time(), pyotp.TOTP(secret)
    to = client.post("/set-second-step", present=NEW, code=code.at(int(began)), next=LINK).headers["location"]
    assert to == f"/{LINK}" and client.ask(to).status == 200

    again = someone()
    to = again.sign_in(name="cllr.ash", password=NEW, next=LINK).headers["location"]
    assert to.startswith("/second-step?") and "rec11_referrals" in again.ask(to).text
    to = again.post("/second-step", code=code.at(int(began) + 30), next=LINK).headers["location"]
    assert to == f"/{LINK}"
    required_steps.ask_of(small.store, [], by="t")


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMINISTRATOR])
def test_a_link_to_another_roles_page_says_whose_it_is(role: Role, someone) -> None:
    client = someone()
    to = client.sign_in(role=role.value, next="runs").headers["location"]
    answer = client.ask(to)
    assert (to, answer.status) == ("/runs", 403)
    assert f"“{TITLES['runs']}” is not open to you" in answer.text
    assert "This page is for: Early intervention lead or Analyst." in answer.text
    assert f"You are signed in as: {ROLE_NAMES[role]}." in answer.text


@pytest.mark.parametrize("role", list(Role))
def test_a_roles_first_page_stands_at_its_own_address(role: Role, someone) -> None:
    client = someone()
    client.sign_in(role=role.value, centre="C01")
    first = PAGES[role][0]
    assert client.ask("/").headers["location"] == f"/{first}"
    assert client.ask("/?question=rec11").headers["location"] == f"/{first}?question=rec11"
    assert client.ask(f"/{first}").status == 200


@pytest.mark.browser
def test_a_link_back_and_signing_out_in_chromium(visitor, small: Small) -> None:
    one: Visitor = visitor(address=small.address)
    page = one.page
    page.goto(f"{small.address}/about?part=words")
    page.get_by_text("Scrutiny member", exact=True).click()
    page.get_by_role("button", name="Sign in").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About these data")
    one.settle()
    assert page.url == f"{small.address}/about?part=words"

    def top() -> int:
        return int(page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop"))

    page.mouse.move(800, 500)
    page.mouse.wheel(0, 600)
    page.wait_for_timeout(500)
    before = top()
    assert before > 300
    one.open("Explore referrals", "Explore referrals")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("About these data")
    page.wait_for_function(f"document.querySelector('[data-testid=stMain]').scrollTop === {before}")

    # A term leads to what it means, and Back from there, which loads the page anew, keeps the place too.
    term = page.locator("a.term", has_text="repeat referral")
    term.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    term.click()
    expect(page.locator("#repeat-referral")).to_be_in_viewport()
    page.go_back()
    one.settle()
    expect(term).to_be_in_viewport()

    one.page.goto(f"{small.address}/findings")  # the first page at its own address: no dialog
    one.settle()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("What we found")

    field = page.get_by_role("searchbox")
    field.focus()
    page.keyboard.type("rec 11")
    page.keyboard.press("Enter")
    hit = page.get_by_role("link", name="Recommendation 11")
    hit.focus()
    assert page.url.endswith("/search?q=rec+11")
    page.keyboard.press("Enter")
    page.wait_for_url("**/answers?question=rec11_referrals")
    one.settle()

    other = page.context.new_page()
    other.goto(f"{small.address}/explore")
    expect(other.get_by_role("button", name="Sign out")).to_be_attached()
    page.get_by_role("button", name="Sign out").click()
    expect(other.get_by_text("You are signed out. Sign in to come back")).to_be_visible()
    assert "next=explore" in other.url
