"""The page of one question in a browser: answer, picture, limits, what to ask officers and sources, on two screens."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest
from playwright.sync_api import expect

from toolkit.publish.members.kept import published_files, write_kept
from toolkit.publish.members.model import Days, MemberEstimate, MemberVerdict, MemberView
from toolkit.publish.members.questions import questions_to_ask
from toolkit.publish.verdicts import sentences, synthetic_county
from toolkit.publish.verdicts.findings import LOOKED
from toolkit.records import Store
from toolkit.web.parts.banner import SIMULATED_BANNER

if TYPE_CHECKING:
    from conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SCREEN = 720
"""Pixels of a screen of 1280 by 720."""
REFERRALS, REACH, TRUST, REAL = "rec11_referrals", "rec12_reach", "rec16_trust", "rec10_synthetic_county"
HAPPENED = {"happened": "were referred", "within": "within a year"}
ESTIMATES = tuple(
    MemberEstimate(name, label, 1000, -31, -52, -11, "31 fewer in every 1,000 families, from 52 fewer to 11 fewer")
    for name, label in (("any_referral_12m", "Referred to social care"), ("care_entry_12m", "Came into care"))
)
EVENTS = [
    {"label": "Referred to social care", "joined": joined, "families": 805, "with_outcome": count}
    for joined, count in ((True, 60), (False, 85))
]
ANSWERED = MemberView(
    question=REFERRALS,
    title="Do Children's Centres reduce referrals?",
    recommendation="Recommendation 11",
    simulated=True,
    as_of=Days("2007-04-01", "2012-03-31"),
    verdict=MemberVerdict(
        "fewer",
        sentences.FEWER.format(base="1,000", estimate="31 fewer", low="52 fewer", high="11 fewer", **HAPPENED),
        " ".join(
            [
                sentences.COMPARED.format(families="about 805", controls="about 805"),
                sentences.WITHOUT_AND_WITH.format(base="1,000", control="about 107", treated="about 76", **HAPPENED),
                sentences.CONTROLS_DIFFERED.format(more="more"),
            ]
        ),
        (
            sentences.HIDDEN_DIFFERENCES,
            sentences.DETECTION,
            sentences.JOINED_LATER.format(share=4),
            sentences.ONE_COUNTY,
            sentences.NOT_ONE_FAMILY,
            sentences.SIMULATED,
        ),
        2,
        sentences.MARYLAND[2],
        concerns=(
            LOOKED["overlap"].warned,
            LOOKED["leave_one_centre_out"].warned,
            LOOKED["estimator_agreement"].warned,
        ),
    ),
    estimates=ESTIMATES,
    families={"joined": 805, "compared_with": 805},
    tables={"events_matched": EVENTS},
    key=sentences.TOO_FEW,
    plan="1bdb2f4d",
)
BARRED = replace(
    ANSWERED,
    question=REACH,
    title="Which families with young children have not joined a centre?",
    verdict=replace(ANSWERED.verdict, code="cannot_say", sentence=sentences.CANNOT_SAY.format(reason=""), concerns=()),
)
"""With estimates and tables in its file, as an old one has them, that its state does not let show."""
OF_REAL = replace(
    ANSWERED,
    question=REAL,
    title="Did Worcestershire part from counties like it?",
    simulated=False,
    verdict=replace(ANSWERED.verdict, cannot_show=(synthetic_county.ALONE, synthetic_county.RECORDED), concerns=()),
    estimates=(),
    tables={},
)


def publish(store: Store, view: MemberView) -> None:
    """Publish a view as it is, of a result that has no more than a folder."""
    folder = store.folder / "results" / view.question / "made-up"
    folder.mkdir(parents=True)
    content = json.dumps({"view": view.to_json(), "said": {}}).encode()
    before = published_files(store.folder)
    store.publish(
        view.question,
        folder,
        by="Lead",
        keep=lambda version: write_kept(store.folder, view.question, version, content, since=before),
    )


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A simulated store with an answer, one that is barred, a real one and one withdrawn."""
    store = Store.create(tmp_path_factory.mktemp("one-question") / "store", simulated=True)
    for view in (ANSWERED, BARRED, OF_REAL, replace(ANSWERED, question=TRUST, title="Do referrals bounce back?")):
        publish(store, view)
    store.withdraw_publication(TRUST, by="Lead", why="the years were wrong")
    return store


@pytest.fixture(scope="module")
def town(books: Store, serve: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """The address of an app on it."""
    with serve(books.folder, books.folder.parent / "app.txt") as address:
        yield address


@pytest.fixture
def member(town: str, signed_in) -> Callable[[int, str], Visitor]:
    """Return a member, on a screen so wide, who followed a link to a question."""

    def at(width: int, question: str) -> Visitor:
        person = signed_in("Scrutiny member", width=width, address=town)
        person.page.goto(f"{town}/answers?question={question}")
        expect(person.page.get_by_role("button", name="Sign out")).to_be_attached()
        person.settle()
        return person

    return at


def height_of(person: Visitor) -> float:
    """Return how far down the page its last words stand, in pixels."""
    return float(
        person.page.evaluate(
            "Math.max(...[...document.querySelectorAll('[data-testid=stMainBlockContainer] :is(p, li, summary)')]"
            ".filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().bottom))"
            " + document.querySelector('[data-testid=stMain]').scrollTop"
        )
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_one_question(width: int, member, artefacts: Path) -> None:
    person = member(width, REFERRALS)
    page = person.page
    expect(page.get_by_role("heading", level=1)).to_have_text(ANSWERED.title)
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings == ["The answer", "What this cannot show", "Questions to ask officers", "Where this comes from"]
    expect(page.locator(".verdict")).to_have_text(ANSWERED.verdict.sentence)
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(1)
    expect(page.get_by_text(sentences.NOT_ONE_FAMILY)).to_be_visible()  # the limits are not folded away
    assert page.locator("ol > li").all_inner_texts() == list(questions_to_ask(ANSWERED))
    for source in (
        "Published on",
        "Records from 1 April 2007 to 31 March 2012.",
        "reference: rec11_referrals 1bdb2f4d",
    ):
        expect(page.get_by_text(source)).to_be_visible()
    assert person.headings_in_order() and person.widest() <= width
    person.shoot(artefacts / f"member-one-question-{width}.png")
    if width == 1280:
        page.set_viewport_size({"width": 1280, "height": SCREEN})
        person.settle()
        assert height_of(person) <= 2 * SCREEN
    person.unfold()
    tables = "\n".join(page.get_by_role("table").all_inner_texts())
    assert ESTIMATES[0].words in tables and "Came into care" in tables and "805" in tables
    assert person.widest() <= width
    person.check()


@pytest.mark.parametrize("width", [1280, 390])
def test_where_there_is_no_answer_nothing_of_its_size_is_drawn_and_what_is_needed_is_asked(
    width: int, member, artefacts: Path
) -> None:
    person = member(width, REACH)
    page = person.page
    expect(page.get_by_role("heading", level=1)).to_have_text(BARRED.title)
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(0)
    assert page.locator("ol > li").all_inner_texts() == list(questions_to_ask(BARRED))
    assert page.get_by_role("table").count() == 0 and ESTIMATES[0].words not in page.inner_text("body")
    assert person.headings_in_order() and person.widest() <= width
    person.shoot(artefacts / f"member-no-answer-{width}.png")
    person.check()


def test_what_is_real_does_not_stand_under_the_banner_of_what_is_simulated(member) -> None:
    person = member(1280, REAL)
    expect(person.page.get_by_role("heading", level=1)).to_have_text(OF_REAL.title)
    expect(person.page.get_by_text(SIMULATED_BANNER)).to_have_count(0)
    expect(person.page.get_by_text("This answer is about real figures")).to_be_visible()
    expect(member(1280, REFERRALS).page.get_by_text(SIMULATED_BANNER)).to_be_visible()
    person.check()


@pytest.mark.parametrize(
    ("question", "title", "said"),
    [
        (TRUST, "Withdrawn", "The answer to this question was withdrawn on"),
        ("para73_decision", "No answer here", "Nothing is published on “Are the 1 to 5 scores helpful?” yet."),
        ("nobody_asked_<b>this</b>", "No answer here", "Nothing is published on the question that this address names."),
    ],
)
def test_an_address_of_no_answer_is_told_in_words_and_leads_back(question: str, title: str, said: str, member) -> None:
    person = member(1280, question)
    expect(person.page.get_by_role("heading", level=1)).to_have_text(title)
    expect(person.page.get_by_text(said)).to_be_visible()
    assert "nobody_asked" not in person.page.inner_text("body") and person.headings_in_order()
    assert ANSWERED.verdict.sentence not in person.page.inner_text("body")
    person.check()
    person.page.get_by_role("link", name="All that was found").last.click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("What we found")
    person.settle()


def test_a_finding_leads_to_its_question_and_back(member) -> None:
    person = member(1280, REFERRALS)
    person.page.get_by_role("link", name="All that was found").first.click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("What we found")
    person.settle()
    person.page.locator(f"a[href='/answers?question={REFERRALS}']").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text(ANSWERED.title)
    person.settle()
    person.check()


def test_a_member_takes_the_report_of_a_question_along(member: Callable[[int, str], Visitor], books: Store) -> None:
    person = member(1280, REFERRALS)
    person.page.get_by_text("A report to take along").click()
    button = person.page.get_by_role("button", name="PDF", exact=True)
    begun = time.monotonic()
    with person.page.expect_download() as download:
        button.click()
    content = Path(download.value.path()).read_bytes()
    took = time.monotonic() - begun
    assert download.value.suggested_filename == "simulated-report.pdf" and content.startswith(b"%PDF-")
    with pikepdf.open(io.BytesIO(content)) as opened, opened.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
    assert took < 15, took  # three seconds on a machine that does nothing else
    person.settle()
    lines = books.audit_lines(action="exported")
    [took_along] = lines[lines["what"] == "report"].to_dict("records")
    assert REFERRALS in str(took_along["detail"]) and "Scrutiny member" in took_along["who"]
    person.check()
