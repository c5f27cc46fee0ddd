"""Every page of every role in a real browser, wide and narrow: no exception, no console error, no sideways scroll."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from toolkit.publish.answer import latest
from toolkit.web.doors import PAGES, ROLE_NAMES, Role
from toolkit.web.navigation import TITLES

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

HEADINGS = {
    "upload": "Upload scores",
    "my-centre": "Progress at {centre}",
    "referrals": "Do centres reduce referrals?",
    "progress": "Are the progress scores helpful?",
    "money": "Did the extra money change referrals?",
    "overview": "What is published",
    "answers": "The answers so far",
    "runs": "Runs",
    "about": "About these data",
}


@pytest.fixture(scope="session")
def centre(county) -> str:
    """A centre that scores families."""
    centres = county.read("centres")
    return str(centres.loc[centres["tracks_progress_from"].notna(), "name"].iloc[0])


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_a_role_draws(role: Role, width: int, visitor, centre, artefacts: Path) -> None:
    person = visitor(width)
    person.sign_in(ROLE_NAMES[role], centre if role is Role.MANAGER else "")
    for page in PAGES[role]:
        person.open(TITLES[page], HEADINGS[page].format(centre=centre))
        assert person.page.title() == TITLES[page]
        person.shoot(artefacts / f"{role}-{page}-{width}.png")
        assert person.page.get_by_text("Simulated data: no real families").count() >= 1
        assert person.page.evaluate("document.documentElement.scrollWidth") <= width
        if width > 768:
            menu = person.page.get_by_test_id("stSidebarNav").get_by_role("link").all_inner_texts()
            assert menu == [TITLES[name] for name in PAGES[role]]
        person.check()


def test_the_sign_in_page_draws_and_offers_the_four_roles(visitor, artefacts: Path) -> None:
    for width in (1280, 390):
        person = visitor(width)
        person.page.goto(person.address)
        for name in ROLE_NAMES.values():
            person.page.get_by_text(name, exact=True).wait_for()
        assert person.page.get_by_role("button", name="Sign in").is_disabled()
        assert person.page.title() == "Sign in"
        person.shoot(artefacts / f"sign-in-{width}.png")
        person.check()


def test_a_page_of_another_role_cannot_be_reached_by_its_address(visitor) -> None:
    person = visitor()
    person.sign_in("Scrutiny member")
    for address in ("referrals", "upload", "runs", "my-centre"):
        person.page.goto(f"{person.address}/{address}")
        person.page.get_by_role("button", name="Sign in").wait_for()  # a new address is a new session: signed out
        assert "matched" not in person.page.inner_text("body").lower()


def test_after_signing_out_nothing_is_left(visitor) -> None:
    person = visitor()
    person.sign_in("Early intervention lead")
    person.page.get_by_role("button", name="Sign out").click()
    person.page.get_by_role("button", name="Sign in").wait_for()
    person.settle()
    assert person.page.get_by_role("link", name="Referrals").count() == 0


def test_the_page_says_the_numbers_of_result_json(visitor, county) -> None:
    result = json.loads((latest(county.folder)["rec11_referrals"] / "result.json").read_text())
    primary = result["estimates"][0]
    person = visitor()
    person.sign_in("Early intervention lead")
    person.page.get_by_text("The numbers: Difference in every 100 families").click()
    row = person.page.get_by_role("row", name=re.compile("^Like with like"))
    shown = [float(cell) for cell in row.get_by_role("cell").all_inner_texts()]
    assert shown == [round(100 * primary[name], 1) for name in ("estimate", "low", "high")]
    assert result["verdict"]["sentence"] in person.page.inner_text("body")


def test_a_member_sees_no_small_count_and_no_family(visitor, county) -> None:
    person = visitor()
    person.sign_in("Scrutiny member")
    families = set(county.read("families")["family_id"])
    person.open("Answers", HEADINGS["answers"])
    for folded in person.page.get_by_test_id("stExpander").all():
        folded.click()
    text = person.page.inner_text("body")
    assert "Of every" in text
    assert not families & set(re.findall(r"\b[A-Z]\d{3,}\b", text))
    assert not re.search(r"\b[1-5] (?:families|children|referrals)\b", text)
    person.check()


def test_the_bare_letter_r_does_not_rerun_the_app(visitor) -> None:
    person = visitor()
    person.sign_in("Analyst")
    assert person.sent  # the app and the browser do talk over what is watched here
    before = len(person.sent)
    person.page.keyboard.press("r")
    person.page.wait_for_timeout(1500)
    assert len(person.sent) == before
