"""Members' further pages drawn by Streamlit's own test runner: what they say, and what they lead to and keep back."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from toolkit.areas.council import describe_council, keep_council
from toolkit.areas.panel import POPULATION
from toolkit.publish.members.decisions import decide
from toolkit.publish.members.kept import published_files, write_kept
from toolkit.publish.members.model import Days, MemberVerdict, MemberView
from toolkit.records import Store
from toolkit.records.settings import settle
from toolkit.web.parts.banner import SIMULATED_BANNER
from toolkit.wording.glossary import TERMS

pytestmark = pytest.mark.usefixtures("drawn_by_hand")

WORDS_BEFORE_THE_ANSWER = 60
ANSWER = "Joining a centre went with fewer referrals."
REAL = "rec10_worcestershire_series"
GROUPS = [
    {"group": "district", "level": name, "not_joined_in_100": share, "families": 120, "against": ""}
    for name, share in (("Ashmere", 41), ("Holtwick", None), ("Northvale", 57))
]
FUNNEL = [
    {"centre_id": f"C{number:02d}", "families": 60 + number, "improved_in_100": 40 + number} for number in range(1, 9)
]
ENDED = [{"group": who, "referrals": 90, "nfa_in_100": share} for who, share in (("Police", 31), ("Health", None))]
QUESTIONS = {
    "rec11_referrals": {}, "rec12_reach": {"reach_groups": GROUPS}, "rec16_trust": {"trust_by_source": ENDED},
    "para73_decision": {}, "para73_centres": {"centres_funnel": FUNNEL}, REAL: {},
}  # fmt: skip


def publish(store: Store, question: str, tables: dict[str, Any]) -> None:
    """Publish an answer made by hand, of a result that has no more than a folder."""
    folder = store.folder / "results" / question / "made-up"
    folder.mkdir(parents=True)
    said = ANSWER if question == "rec11_referrals" else f"This was found of {question}."
    verdict = MemberVerdict("fewer", said, "Any referral counts.", ("It is one county.",), 2, "Level 2.", short=said)
    view = MemberView(
        question=question, title=f"What of {question}?", recommendation="r", simulated=question != REAL, as_of=Days(),
        verdict=verdict, estimates=(), families={}, tables=tables, key="c is hidden.",
    )  # fmt: skip
    content, before = json.dumps({"view": view.to_json(), "said": {}}).encode(), published_files(store.folder)
    keep = lambda version: write_kept(store.folder, question, version, content, since=before)  # noqa: E731
    store.publish(question, folder, by="Lead", keep=keep)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store.create(tmp_path_factory.mktemp("members") / "store", simulated=True)
    for question, tables in QUESTIONS.items():
        publish(store, question, tables)
    return store


def page(name: str, folder: str, role: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW[name](Store.open(Path(folder)), Person(Role(role)))


def drawn(store: Store, name: str, role: str = "member", **asked: str) -> AppTest:
    app = AppTest.from_function(
        page, default_timeout=60, kwargs={"name": name, "folder": str(store.folder), "role": role}
    )
    for key, value in asked.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def read(app: AppTest) -> str:
    """Return what a page says, from its top down, without its style."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "error", "success", "html", "code")
    said = []
    for one in app.main:
        if one.type in kinds:
            said.append(one.value if one.type == "code" else one.proto.body)
    text = re.sub(r"<style>.*?</style>", " ", "\n".join(said), flags=re.DOTALL)
    text = re.sub(r"</?a\b[^>]*>", "", text)  # a link within a sentence parts no words
    return unescape(re.sub(r"<[^>]+>", " ", text)).replace("\\", "")


def links(app: AppTest) -> set[str]:
    """Return what a page leads to, but for what its words mean (`terms`)."""
    return {href for one in app.get("html") for href in re.findall(r'<a href="/([^"]*)"', one.proto.body)}


def test_the_first_answer_is_read_before_sixty_words_and_every_other_is_two_clicks_away(town) -> None:
    findings = drawn(town, "findings")
    before, answer, _ = read(findings).partition(ANSWER)
    assert answer and len(before.split()) <= WORDS_BEFORE_THE_ANSWER, before
    one_click = {href.removeprefix("answers?question=") for href in links(findings)}
    assert one_click == {"rec11_referrals", "rec12_reach", "rec16_trust", "para73_decision"}
    listed = {href.removeprefix("answers?question=") for href in links(drawn(town, "answers"))}
    assert listed == set(QUESTIONS)  # the list is in the menu: one click to it, one to the answer


def terms(app: AppTest) -> list[str]:
    """Return what each link to a term leads to, in the order of the page."""
    return re.findall(r'<a class="term" href="/glossary#([^"]*)"', " ".join(one.proto.body for one in app.get("html")))


@pytest.mark.parametrize(("name", "asked"), [("findings", ""), ("answers", "rec11_referrals"), ("reach", "")])
def test_a_term_is_one_click_from_what_it_means_and_a_link_once_a_page(town, name: str, asked: str) -> None:
    app = drawn(town, name, **({"question": asked} if asked else {}))
    found = terms(app)
    assert found and len(found) == len(set(found)) and set(found) <= {term.anchor for term in TERMS}
    html = " ".join(one.proto.body for one in app.get("html"))
    assert not re.search(r"<a\b(?:(?!</a>).)*<a\b", html)  # no link stands within another


def test_where_nothing_is_published_it_says_what_happens_next_and_whom_to_ask(town) -> None:
    settle(town, {"contact": "scrutiny@council.example"}, by="Ann")
    text = read(drawn(town, "findings"))  # nothing is published on the money
    assert "No answer is published yet." in text and text.count("What happens next: ") == 1
    assert "ask the early intervention lead" in text and "ask: scrutiny@council.example" in text


def test_no_word_of_what_is_real_stands_under_the_banner(town) -> None:
    listed = drawn(town, "answers")
    assert SIMULATED_BANNER in read(listed) and f"found of {REAL}" not in read(listed)
    alone = read(drawn(town, "answers", question=REAL))
    assert SIMULATED_BANNER not in alone and f"found of {REAL}" in alone and "about real figures" in alone
    for name in ("trends", "overview"):
        text = read(drawn(town, name))
        assert SIMULATED_BANNER not in text


@pytest.mark.parametrize(
    ("question", "headline"),
    [
        ("rec16_trust", "How many of every 100 referrals came to no further action, by who made them"),
        ("para73_centres", "At 8 centres together, 45 of every 100 families scored better"),
    ],
)
def test_an_answer_has_its_picture_with_its_numbers(town, question: str, headline: str) -> None:
    app = drawn(town, "answers", question=question)
    assert any(one.value.startswith(headline) for one in app.subheader)
    assert len(app.get("arrow_vega_lite_chart") or app.get("vega_lite_chart")) == 1
    assert any("<table" in one.proto.body for one in app.get("html"))


def test_who_is_not_reached_has_a_map_only_where_a_file_says_where_districts_lie(town, tmp_path: Path) -> None:
    without = drawn(town, "reach")
    assert "There is no map" in read(without) and "toolkit council" in read(without)
    charts = "arrow_vega_lite_chart"
    before = len(without.get(charts) or without.get("vega_lite_chart"))
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    file = tmp_path / "a.geojson"
    shape = {"properties": {"N": "Ashmere"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file.write_text(json.dumps({"features": [shape]}))
    keep_council(town.folder, describe_council("Worcestershire", boundaries=file, label="N"))
    try:
        app = drawn(town, "reach")
    finally:
        (town.folder / "council.json").unlink()
    assert len(app.get(charts) or app.get("vega_lite_chart")) == before + 1
    assert "The boundary file has no Holtwick and Northvale" in read(app)
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", " ".join(one.proto.body for one in app.get("html")))
    assert {"41", "c", "57"} <= set(cells)


def test_trends_say_what_an_officer_does_where_nothing_is_imported(town) -> None:
    text = read(drawn(town, "trends"))
    assert "No published figures of the council are here yet." in text and "toolkit import dfe FILES" in text


def test_trends_are_chosen_in_the_address(tmp_path: Path, made_counts) -> None:
    store = Store.create(tmp_path / "store")
    store.add({"area_counts": made_counts}, by="t", source_name="t")
    text = read(drawn(store, "trends", count="Children looked after on 31 March"))
    assert "Worcestershire had 60 children looked after on 31 March for every 10,000 children in 2010/11" in text
    assert "Nobody has said yet which councils are like it." in text and "simulated" not in text
    assert "Worcestershire had 300 referrals" in read(drawn(store, "trends", count="no such count"))


@pytest.fixture
def made_counts():
    import pandas as pd

    rows = [
        {"area": "E10000034", "period": period, "measure": measure, "count": count, "population": None,
         "status": "published", "source": "a.csv (release of 2011)"}
        for measure, period, count in (
            ("referrals", "2011", 3000.0), ("looked_after_31_march", "2011", 600.0), (POPULATION, "2010", 100_000.0)
        )
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"population": float})


def test_a_lead_writes_down_a_decision_and_members_read_it_with_what_it_replaced(town) -> None:
    lead = drawn(town, "publish", "lead")
    lead.text_area[0].set_value("Keep all centres open.")
    lead.text_input(key="decision-day").set_value("1/1/2001")
    lead.button[-1].click().run()
    assert [one.value for one in lead.error if "not after today" in one.value]
    assert lead.text_area[0].value == "Keep all centres open." and town.decisions() == ()
    lead.text_input(key="decision-day").set_value("31/12/2031")
    lead.button[-1].click().run()
    assert not lead.exception and [one.value for one in lead.success if "Members see it" in one.value]
    decide(town, town.decisions()[0].about, words="Close none.", look_again="1/2/2032", by="Bob")
    app = drawn(town, "ledger")
    text = read(app)
    assert "Decided:** Close none." in text and "Look again by:** 1 February 2032" in text
    assert [one.label for one in app.expander] == ["Decisions before this one (1)"]
    assert "Keep all centres open." in " ".join(one.proto.body for one in app.get("html"))
    assert {one.version for one in town.decisions()} == {1}  # the answer that stood when it was written down
