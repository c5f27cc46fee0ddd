"""Every page of every role in a real browser, wide and narrow: no exception, no console error, no sideways scroll.

Each is asked for breaches of WCAG and laid beside its pictures, wide, narrow and dark (see tests/shared/pictures.py).
"""

from __future__ import annotations

import csv
import html
import json
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from axe import COLOURS, breaches
from cut_off import words_cut_off
from pictures import differs
from toolkit.accounts.roles import PAGES, ROLE_NAMES, Role
from toolkit.project_files import ANALYSES
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.publish.verdicts.rule import state_of
from toolkit.runs.answer import latest
from toolkit.studies.protocol_file import list_protocols
from toolkit.web.pages.questions.frame import LABELS
from toolkit.web.pages.scores.county import STUDIES
from toolkit.web.titles import TITLES
from toolkit.wording.amounts import fewer_or_more
from toolkit.wording.numbers import signed

if TYPE_CHECKING:
    from conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HEADINGS = {
    "due": "Families due a second score",
    "upload": "Upload scores",
    "correct": "Correct a score",
    "my-centre": "Progress at {centre}",
    "scales": "Scales",
    "answers-list": "All answers",
    "referrals": "Do centres reduce referrals?",
    "reach-and-trust": "Who is reached, and are centres trusted?",
    "progress": "Are the progress scores helpful?",
    "money": "Did the extra money change referrals?",
    "money-published": "What published figures say of the money",
    "findings": "What we found",
    "overview": "What the report of 2011 said",
    "trends": "Referrals and children looked after",
    "reach": "Who is not reached",
    "ledger": "What was decided",
    "answers": "The answers so far",
    "explore": "Explore referrals",
    "publish": "Publish",
    "runs": "Runs",
    "accounts": "Accounts",
    "settings": "Settings",
    "audit": "Audit",
    "retention": "Retention",
    "system": "Health",
    "about": "About these data",
    "search": "Search",
}
FIRST_SEEN = {page: role for role in reversed(Role) for page in PAGES[role]}
"""Whose visit a page is looked at more closely in: most pages are of more than one role, and drawn alike for them."""

REAL = ("money-published", "overview", "trends")
"""Pages whose figures were published, whatever records the store holds."""


@pytest.fixture(scope="session")
def centre(county) -> str:
    """A centre that scores families."""
    centres = county.read("centres")
    return str(centres.loc[centres["tracks_progress_from"].notna(), "name"].iloc[0])


@pytest.fixture(scope="module")
def come_in(signed_in, centre) -> Callable[..., Visitor]:
    """Return who is signed in as a role, on whichever page they stand."""

    def come(role: Role, width: int = 1280) -> Visitor:
        return signed_in(ROLE_NAMES[role], centre if role is Role.MANAGER else "", width=width)

    return come


@pytest.fixture(scope="module")
def arrive(come_in, centre) -> Callable[..., Visitor]:
    """Return who is signed in as a role and came from another page to their first one, which is drawn anew."""

    def come(role: Role) -> Visitor:
        person = come_in(role)
        for page in (PAGES[role][-1], PAGES[role][0]):
            person.open(TITLES[page], HEADINGS[page].format(centre=centre))
        return person

    return come


@pytest.mark.parametrize(
    ("role", "widths"),
    [
        *((role, (1280, 390)) for role in Role if role is not Role.ANALYST),  # whose pages are all the lead's too
        pytest.param(Role.MEMBER, (390,), marks=pytest.mark.verify),
        pytest.param(Role.ANALYST, (1280, 390), marks=pytest.mark.verify),
        pytest.param(Role.MANAGER, (390,), marks=pytest.mark.verify),
    ],
    ids=str,
)
def test_every_page_of_a_role_draws(role: Role, widths: tuple[int, ...], come_in, centre, artefacts: Path) -> None:
    person = come_in(role, widths[0])
    wrong = []
    for page in PAGES[role]:
        if len(PAGES[role]) > 1:
            person.open(TITLES[page], HEADINGS[page].format(centre=centre))
        expect(person.page.get_by_role("heading", level=1)).to_have_text(HEADINGS[page].format(centre=centre))
        banner = person.page.get_by_text("Simulated data: no real families")
        expect(banner).to_have_count(0 if page in REAL else 1)  # what was published is real
        assert person.page.title() == TITLES[page]
        is_seen_closely = FIRST_SEEN[page] is role and len(widths) > 1
        for width in widths:
            person.widen_to(width)
            person.shoot(artefacts / f"{role}-{page}-{width}.png", ask=width == 1280)
            assert person.widest() <= width
            assert person.page.locator("canvas").count() == 0  # nothing is drawn that a screen reader cannot reach
            assert person.headings_in_order()
            person.check()
            if is_seen_closely:
                wrong += drawn_otherwise(person, page, width, artefacts)
        if is_seen_closely:
            person.widen_to(widths[0])  # Streamlit leaves a chart as it is where a narrow window gets a little narrower
            person.widen_to(320)
            assert person.widest() <= 320
            wrong += [f"{page} at 320: {breach}" for breach in breaches(person.page)]
        person.widen_to(widths[0])
    assert wrong == [], "\n".join(wrong)


NEVER_THE_SAME = ("audit", "system")
"""Pages that show what else was done on the store, and how the machine is: no picture of them holds."""
LOOKS = {1280: (("dark", "dark"), ("wide", "light")), 390: (("narrow", "light"),)}
"""The pictures of a page at a width, and the scheme that each is in: the last is the one that the page is left in."""


def drawn_otherwise(person: Visitor, page: str, width: int, artefacts: Path) -> list[str]:
    """Return what is wrong of a page in the dark, and where it looks other than its pictures of this width."""
    wrong = []
    for state, scheme in LOOKS[width]:
        person.in_the(scheme)
        if state == "dark":
            wrong += [f"{page} in the dark: {breach}" for breach in breaches(person.page, COLOURS)]
        if page not in NEVER_THE_SAME:
            wrong += filter(None, [differs(person.page, state, page, artefacts)])
    return wrong


@pytest.mark.verify
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_whatever_its_state(role: Role, scheme: str, come_in, centre) -> None:
    person = come_in(role)
    person.in_the(scheme)
    wrong = []
    for page in PAGES[role]:
        if len(PAGES[role]) > 1:
            person.open(TITLES[page], HEADINGS[page].format(centre=centre))
        person.unfold()
        for width, larger in ((1280, 100), (320, 100), (1280, 200)):
            person.widen_to(width)
            person.page.evaluate("larger => { document.documentElement.style.fontSize = larger; }", f"{larger}%")
            assert person.widest() <= width
            found = [*breaches(person.page), *words_cut_off(person.page)]
            wrong += [f"{page}, {width} px, {larger}%: {one}" for one in found]
        person.page.evaluate("document.documentElement.style.fontSize = ''")
        person.widen_to(1280)
    person.in_the("light")
    assert wrong == [], "\n".join(wrong)


def test_what_is_printed_has_every_fold_open_and_no_menu(come_in, tmp_path: Path) -> None:
    person = come_in(Role.LEAD)
    person.open(TITLES["referrals"], HEADINGS["referrals"])
    folds = person.page.locator("[data-testid=stExpander] summary").all_inner_texts()
    assert folds and person.page.locator("[data-testid=stExpander] details[open]").count() == 0
    person.page.evaluate(
        "window.addEventListener('beforeprint', () => { window.shutWhenPrinted ="
        " document.querySelectorAll('[data-testid=stExpander] details:not([open])').length; })"
    )
    person.page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert person.page.evaluate("window.shutWhenPrinted") == 0
    assert person.page.locator("[data-testid=stExpander] details[open]").count() == 0  # afterwards as before
    person.page.emulate_media(media="print")
    for unprinted in ("stSidebar", "stHeader", "stDownloadButton"):
        assert person.page.get_by_test_id(unprinted).locator("visible=true").count() == 0, unprinted
    expect(person.page.get_by_role("heading", name="What this cannot show")).to_be_visible()
    person.page.emulate_media(media="null")
    person.check()


def test_in_forced_colours_every_box_has_an_edge_and_the_open_page_is_told_from_the_others(come_in) -> None:
    person = come_in(Role.LEAD)
    person.open(TITLES["referrals"], HEADINGS["referrals"])
    person.page.emulate_media(forced_colors="active")
    for box in (".simulated", ".verdict", "[data-testid=stAlertContainer]", "[data-testid=stExpander] details"):
        edges = person.page.locator(f"{box} >> visible=true").evaluate_all(
            "all => all.map(one => getComputedStyle(one)).map(style => ['Top', 'Right', 'Bottom', 'Left'].map("
            "side => style[`border${side}Style`] === 'solid' ? parseFloat(style[`border${side}Width`]) : 0))"
        )
        assert edges and min(map(min, edges)) >= 2, box
    outlines = person.page.get_by_test_id("stSidebarNavLink").evaluate_all(
        "all => all.map(one => [one.innerText.trim(), getComputedStyle(one).outlineStyle])"
    )
    assert [name for name, outline in outlines if outline == "solid"] == [TITLES["referrals"]]
    assert breaches(person.page) == []
    person.page.emulate_media(forced_colors="none")
    person.check()


def test_a_member_takes_a_charts_table_and_picture_away_and_they_say_what_the_page_says(come_in) -> None:
    person = come_in(Role.MEMBER)
    person.open(TITLES["overview"], HEADINGS["overview"])
    fold = person.page.get_by_test_id("stExpander").filter(has_text="The numbers in this chart: ").first
    headline = fold.locator("summary").inner_text().split("The numbers in this chart: ")[1]
    expect(person.page.get_by_role("heading", level=3, name=headline)).to_be_visible()
    fold.locator("summary").click()
    taken = {}
    for button in ("Numbers (csv)", "Picture (svg)"):
        person.settle()  # a click while the page is drawn anew goes to a button that is no more
        with person.page.expect_download() as download:
            fold.get_by_role("button", name=button).click()
        taken[button] = Path(download.value.path()).read_text(encoding="utf-8-sig")
    said, source, *rows = csv.reader(taken["Numbers (csv)"].splitlines())
    assert said == [f"# {headline}"]
    assert "Department for Education" in source[0]  # what is real is not called made up
    shown = [row.locator("th, td").all_inner_texts() for row in fold.get_by_role("row").all()]
    assert rows == shown and len(rows) > 3
    assert headline in html.unescape(taken["Picture (svg)"])
    person.check()


SHUT_OUT = (Role.MANAGER, Role.MEMBER)
"""Roles that are tried in a browser in every run; over HTTP and by websocket all are."""
ROOM = {"Answer": (2500, 400), "How sure": (3500, 600), "For whom": (4500, 900), "Method": (4500, 900)}
"""Pixels at 1280 and words that a tab may take; of the first as the issue asks."""
ADDRESSES = [
    "/referrals",
    *(pytest.param(f"/progress?question={study.question}", marks=pytest.mark.verify) for study in STUDIES),
    "/reach-and-trust?question=rec12_reach",
]


@pytest.mark.parametrize("where", ADDRESSES)
def test_every_question_is_read_in_four_tabs_of_which_one_is_drawn(where: str, come_in, artefacts: Path) -> None:
    person = come_in(Role.LEAD)
    person.page.goto(f"{person.address}{where}")
    for label in LABELS if where == "/referrals" else LABELS[:1]:
        tab = person.page.get_by_role("tab", name=label)
        expect(tab).to_be_visible()
        person.settle()
        if label != LABELS[0]:
            tab.click()
            person.settle()
            assert f"tab={label.replace(' ', '+')}" in person.page.url
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(person.page.locator(".verdict")).to_have_count(1 if label == LABELS[0] else 0)
        main = person.page.get_by_test_id("stMain")
        words = [word for word in main.inner_text().split() if any(map(str.isalnum, word))]
        tall, most = ROOM[label]
        assert main.evaluate("main => main.scrollHeight") <= tall, where
        assert len(words) <= most, where
        for width in (1280, 390):
            person.widen_to(width)
            person.shoot(artefacts / f"lead-{where.strip('/').split('=')[-1]}-{label}-{width}.png", ask=width == 1280)
            assert person.widest() <= width
            assert person.headings_in_order()
        person.widen_to(1280)
        drawn = person.page.get_by_test_id("stVegaLiteChart").count()
        assert drawn == person.page.get_by_text("The numbers in this chart").count()
    person.check()


def test_a_lead_comes_from_the_list_to_a_question_and_its_tab_opens_from_the_address(arrive) -> None:
    person = arrive(Role.LEAD)
    expect(person.page.get_by_role("rowheader")).to_have_count(len(list_protocols(ANALYSES)))
    person.page.get_by_role("link", name="Do the 1 to 5 scores mean anything?").click()
    expect(person.page.get_by_role("heading", level=2, name="Do the 1 to 5 scores mean anything?")).to_be_visible()
    person.settle()  # what the page loads is let arrive: a page left before it has is a request that failed
    person.page.goto(f"{person.page.url}&tab=How+sure")
    expect(person.page.get_by_role("tab", name="How sure")).to_have_attribute("aria-selected", "true")
    expect(person.page.get_by_text("Strength of evidence")).to_be_visible()
    person.page.get_by_text("Centres", exact=True).click()
    expect(person.page.get_by_role("heading", level=2, name="Do centres differ")).to_be_visible()
    assert "question=para73_centres" in person.page.url
    person.check()


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_holds_the_pages_of_the_role_and_no_other(role: Role, come_in) -> None:
    person = come_in(role)
    links = person.page.get_by_test_id("stSidebarNav").get_by_role("link").all_inner_texts()
    several = len(PAGES[role]) > 1  # Streamlit draws no menu of one page
    assert links == ([TITLES[page] for page in PAGES[role]] if several else [])
    signed_in = person.page.get_by_test_id("stSidebar").get_by_text("Signed in as")
    expect(signed_in).to_contain_text(ROLE_NAMES[role])


def test_the_sign_in_page_draws_and_offers_every_role(visitor, artefacts: Path) -> None:
    for width in (1280, 390):
        person = visitor(width)
        person.page.goto(person.address)
        for name in ROLE_NAMES.values():
            person.page.get_by_text(name, exact=True).wait_for()
        assert person.page.title() == "Sign in"
        assert person.headings_in_order()
        person.page.screenshot(path=artefacts / f"sign-in-{width}.png", full_page=True)
        for scheme in ("light", "dark"):
            person.page.emulate_media(color_scheme=scheme)
            assert breaches(person.page) == []
        ground = person.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(18, 24, 29)"  # as the app in the dark
        person.check()


@pytest.mark.parametrize(
    "role",
    [pytest.param(role, marks=() if role in SHUT_OUT else pytest.mark.verify) for role in Role],
)
def test_a_page_of_another_role_is_shut_to_whoever_writes_its_address(role: Role, come_in) -> None:
    person = come_in(role)
    for page in sorted(set(TITLES) - set(PAGES[role])):
        person.go_within_the_session(page)
        expect(person.page.get_by_text("This page is not open to the role you are signed in as.")).to_be_visible()
        expect(person.page.get_by_role("heading", level=1)).to_have_text(TITLES[page])
        assert person.page.get_by_role("table").count() == 0
        assert person.page.locator(".verdict").count() == 0
    person.check()


def test_an_address_opened_anew_leads_to_signing_in_and_shows_nothing(visitor) -> None:
    person = visitor()
    for page in TITLES:
        person.page.goto(f"{person.address}/{page}")
        person.page.get_by_role("button", name="Sign in").wait_for()
        expect(person.page.get_by_role("heading", level=1)).to_have_text("Do Children's Centres help?")
        assert person.page.get_by_role("table").count() == 0
        assert person.page.get_by_role("dialog").count() == 0
    person.check()


def test_after_signing_out_nothing_is_left(visitor) -> None:
    person = visitor()
    person.sign_in("Early intervention lead")
    person.page.get_by_role("button", name="Sign out").click()
    person.page.get_by_role("button", name="Sign in").wait_for()
    assert person.page.get_by_role("link", name="Referrals").count() == 0
    assert person.page.locator(".verdict").count() == 0


def test_the_page_says_the_numbers_of_result_json(arrive, county) -> None:
    result = json.loads((latest(county.folder)["rec11_referrals"] / "result.json").read_text())
    primary = result["estimates"][0]
    is_answered = state_of(result["verdict"]["code"]) == "answered"
    said = fewer_or_more if is_answered else signed  # where the data cannot tell, no figure is said to be a finding
    person = arrive(Role.LEAD)
    person.page.goto(f"{person.address}/referrals")
    expect(person.page.locator(".verdict")).to_have_text(result["verdict"]["sentence"])
    person.page.get_by_role("tab", name="How sure").click()
    person.settle()
    person.page.get_by_text("The numbers in this chart" if is_answered else NOT_A_FINDING).first.click()
    row = person.page.get_by_role("row", name=re.compile("^The answer, allowing for what earlier years showed")).first
    shown = row.get_by_role("cell").all_inner_texts()
    assert shown == [said(100 * primary[name]) for name in ("estimate", "low", "high")]


def test_a_member_sees_no_small_count_and_no_family(arrive, county) -> None:
    families = set(county.read("families")["family_id"]) | set(county.read("children")["child_id"])
    person = arrive(Role.MEMBER)
    for page in PAGES[Role.MEMBER]:
        if page == "search":
            continue  # it looks through names alone, and none was asked for
        person.open(TITLES[page], HEADINGS[page])
        person.unfold()
        text = person.page.inner_text("body")
        assert len(text) > 300
        assert not families & set(re.findall(r"\w+", text)), page
        assert not re.search(r"\b[1-5] (?:families|children|referrals|centres)\b", text), page
        if page == "about":
            continue  # it holds no count: codes and ranges of columns
        cells = [cell.strip() for cell in person.page.get_by_role("cell").all_inner_texts()]
        cells += [cell.strip() for cell in person.page.get_by_role("rowheader").all_inner_texts()]
        assert cells or page in ("findings", "answers", "trends", "ledger")  # tables only where there are figures
        assert not {"1", "2", "3", "4", "5"} & set(cells), page
    person.open("What we found", HEADINGS["findings"])
    person.page.locator("a[href='/answers?question=rec11_referrals']").click()
    expect(person.page.get_by_text("Questions to ask officers")).to_be_visible()
    assert "Of every" in person.page.inner_text("body")
    person.check()


def test_an_analyst_downloads_the_very_result(arrive, county) -> None:
    person = arrive(Role.ANALYST)
    with person.page.expect_download() as download:
        person.page.get_by_role("button", name="Download result.json").click()
    question = download.value.suggested_filename.removesuffix(".json")
    given = Path(download.value.path()).read_bytes()
    assert given == (latest(county.folder)[question] / "result.json").read_bytes()
    person.open(TITLES["about"], HEADINGS["about"])
    with person.page.expect_download() as download:
        person.page.get_by_role("button", name="Download the data dictionary").click()
    assert "Progress scores" in Path(download.value.path()).read_text(encoding="utf-8")
    person.check()


def test_the_bare_letter_r_does_not_rerun_the_app(arrive) -> None:
    person = arrive(Role.ANALYST)
    assert person.sent  # the app and the browser do talk over what is watched here
    before = len(person.sent)
    person.page.keyboard.press("r")
    person.page.keyboard.press("c")
    person.page.wait_for_timeout(1500)
    assert len(person.sent) == before


def test_the_focus_shows_on_the_menu_and_a_change_of_page_is_said(arrive) -> None:
    person = arrive(Role.LEAD)
    link = person.page.get_by_role("link", name="Progress scores", exact=True)
    link.focus()
    person.page.keyboard.press("Shift+Tab")
    person.page.keyboard.press("Tab")
    style = link.evaluate("link => getComputedStyle(link).outlineStyle + ' ' + getComputedStyle(link).outlineWidth")
    assert style == "solid 3px"
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#page-announcer")).to_have_text("Progress scores")


def test_the_server_sends_its_headers_and_speaks_british_english(app) -> None:
    with urllib.request.urlopen(app) as answer:
        page, headers = answer.read().decode(), answer.headers
    assert '<html lang="en-GB">' in page
    assert "<title>Sign in</title>" in page
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    with urllib.request.urlopen(f"{app}/_stcore/health") as answer:
        assert answer.status == 200
