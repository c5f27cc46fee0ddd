"""Every page, file and chart, walked in each state of a verdict for what that state forbids.

Real results are altered until they are answered, cannot tell or cannot say, with an effect that is large and clear and
whose numbers nothing else on a page has. Then whatever leads, analysts and members are given is read: words, headings,
the charts' specifications and text alternatives, the tables beneath them, the files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from google.protobuf import text_format
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.members.release import publish_result
from toolkit.publish.sealed.course import open_answer
from toolkit.publish.sealed.lines import note_answered, note_sealed
from toolkit.publish.target.checklist import write_target
from toolkit.publish.verdicts.verdict import verdict_for_staff
from toolkit.records import Store
from toolkit.runs.answer import latest
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.result import Gate
from toolkit.studies.trust.tables import ENDED

SPOKEN_AGAINST = "cannot_tell, spoken against"
STATES = ("answered", "cannot_tell", SPOKEN_AGAINST, "cannot_say")
CLEAR, WIDE = (-0.0777, -0.0999, -0.0555), (-0.0777, -0.1999, 0.0444)
JOINED, OTHERS = 0.2111, 0.2888
BEFORE = frozenset({"negative_control_outcome", "negative_control_exposure", "too_soon", "placebo_time_zero"})
"""Checks of what joining cannot have changed: their figures are no effect's, and may be the reason for no answer."""

EFFECT = re.compile(
    r"\d[\d,]*(?:\.\d)? (?:fewer|more)\b|[Cc]learly (?:fewer|more|higher|lower)|[Mm]ore were noticed|The top one is"
)
NUMBERS = re.compile(r"(?<![\d.])(?:0\.0777|0\.0999|0\.0555|7\.77|7\.8|10\.0|5\.6|0\.2111|0\.2888|21\.1|28\.9)(?!\d)")


DESCRIBED = ("progress_change", "progress_missing", "progress_centres")


def in_state(bundle: Bundle, state: str) -> Bundle:
    """Return a result with a clear effect, or one with room for none, one spoken against, or one barred."""
    is_spoken_against = state == SPOKEN_AGAINST and bundle.kind == "matched_cohort"
    figures = WIDE if state.startswith("cannot_tell") and not is_spoken_against else CLEAR
    values = dict(zip(("estimate", "low", "high"), figures, strict=True))
    is_described = bundle.kind in DESCRIBED  # it has no effect to alter
    estimates = bundle.estimates if is_described else tuple(replace(one, **values) for one in bundle.estimates)
    bars = "negative_control_outcome" if bundle.checks else bundle.gates[0].name
    failed = bars if state == "cannot_say" else ""
    days = {name: getattr(bundle.as_of, name) or "2012-03-31" for name in ("first_day", "last_day")}
    made = replace(
        bundle,
        as_of=replace(bundle.as_of, **days),  # as if no question had been asked of no records
        estimates=estimates,
        gates=tuple(replace(gate, status="fail" if gate.name == failed else "pass") for gate in _gates(bundle, bars)),
        checks=tuple(_stressed(check, bars, failed, is_spoken_against) for check in bundle.checks),
        tables={name: [_row(name, row, figures) for row in rows] for name, rows in bundle.tables.items()},
        facts=replace(bundle.facts, **_facts(bundle, figures)),
    )
    return replace(made, verdict=verdict_for_staff(made))


def _gates(bundle: Bundle, bars: str) -> list[Any]:
    """Return the gates, with the check that is to bar an answer among them, as a protocol's ``must_pass`` has it."""
    made = [check for check in bundle.checks if check.name == bars and bars not in {gate.name for gate in bundle.gates}]
    return [*bundle.gates, *(Gate(one.name, one.status, one.figure, one.threshold, one.sentence) for one in made)]


def _stressed(check: Any, bars: str, failed: str, is_spoken_against: bool) -> Any:
    speaks = ("fewer",) if is_spoken_against and check.name == "time_course" else ()
    check = replace(check, is_gate=check.is_gate or check.name == bars, against=speaks)
    status = "fail" if check.name == failed else ("pass" if check.is_gate else "warn")
    if check.is_gate or check.name in BEFORE or check.name in ("own_notes", "pre_registration"):
        return replace(check, status=status)
    table = [{"label": "Found", "estimate": -0.0777, "low": -0.0999, "high": -0.0555}]
    return replace(check, status=status, sentence="It would be 7.8 fewer in every 100.", figure=-0.0777, table=table)


def _row(name: str, row: Any, figures: tuple[float, ...]) -> dict[str, Any]:
    said = dict(row)
    if name in ("subgroups", "curve"):
        said |= dict(zip(("estimate" if name == "subgroups" else "difference", "low", "high"), figures, strict=True))
    if name == "curve":
        said |= {"joined": JOINED, "not_joined": OTHERS}
    if name == "subgroup_tests":
        said["differs"] = True
    if name == "trust_matched":  # so many that they may be told
        said |= {"with_outcome": row["with_outcome"] + 10, "rows": row["rows"] + 20}
    if name == "rollout_groups":  # likewise
        said |= {"with_outcome": row["with_outcome"] + 10, "families": row["families"] + 20}
    if name == "rollout_half_years":
        said |= dict(zip(("apart", "low", "high"), figures, strict=True))
    if name == "trust_by_source":
        ends = {ended: row[ended] + 20 for ended in ENDED}
        said |= {**ends, "referrals": row["referrals"] + 20 * len(ends)}
    if name == "reach_groups" and said.get("adjusted_gap") is not None:
        said |= {"adjusted_gap": 0.0777, "adjusted_gap_low": 0.0555, "adjusted_gap_high": 0.0999, "stands": True}
    return said


def _facts(bundle: Bundle, figures: tuple[float, ...]) -> dict[str, Any]:
    return {
        "matched_cohort": {"mean_treated": JOINED, "mean_control": OTHERS},
        "reach": {"slope": figures},
        "reach_areas": {
            **dict.fromkeys(("effect", "prevented", "by_quarter", "other_count", "opening"), figures),
            "trend": (0.0, -0.02, 0.02),  # level paths before the money, which speak against nothing
        },
        "area_panel": dict.fromkeys(("effect", "plain", "unbroken", "within", "second", "pounds"), figures),
        "synthetic_county": {"effect": figures, "uncorrected": figures},
        "progress_meaning": {
            "adds_value": "yes" if figures is CLEAR else "unknown",
            **dict.fromkeys(("added_value", "area_known", "area_both", "rose_difference"), figures),
            "largest_rise": max(figures),
            "rose_stands": True,
        },
        "interrupted_series": {"design": "older_children", "effect": figures, "alone": figures, "ways_agree": True},
        "trust": {"means": {one.outcome: (JOINED, OTHERS) for one in bundle.estimates}},
    }.get(bundle.kind, {})


@dataclass(frozen=True)
class Walked:
    """What a state's store holds: its bundles by question, and everything a reader is given, by where."""

    bundles: dict[str, Bundle]
    texts: dict[str, str]
    folded: dict[str, str]


BACK_TICK, TICK = "\\'", "'"


def drawn_page(name: str, folder: str, role: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW[name](Store.open(Path(folder)), Person(Role(role)))


def drawn_question(question: str, folder: str, role: str) -> None:
    from pathlib import Path

    import streamlit as st

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.access import ResultsStore
    from toolkit.web.access.by_role import view_for
    from toolkit.web.pages.questions.frame import TABS
    from toolkit.web.pages.questions.parts import Opened

    person = Person(Role(role))
    store = view_for(Store.open(Path(folder)), person, ResultsStore)
    opened = Opened(store, person, *store.newest(question))
    for label, draw in TABS.items():
        st.header(f"The tab {label}")
        draw(opened)


def said_on(block: Block, *, is_folded: bool = False) -> Iterator[tuple[bool, str]]:
    """Yield all that a page is made of as text, and whether it stands in the fold of what is not a finding."""
    for child in block.children.values():
        proto = getattr(child, "proto", None)
        inside = is_folded or "Not a finding" in getattr(child, "label", "")
        if proto is not None:
            written = text_format.MessageToString(proto, as_utf8=True)
            drawn = [pa.ipc.open_stream(one.data.data).read_all().to_pylist() for one in getattr(proto, "datasets", ())]
            yield inside, f"{unescape(written).replace(BACK_TICK, TICK)}\n{drawn}"
        if isinstance(child, Block):
            yield from said_on(child, is_folded=inside)


@pytest.fixture(scope="module")
def answers(counties, tmp_path_factory) -> tuple[Store, dict[str, Bundle]]:
    store = counties.answered(tmp_path_factory.mktemp("states") / "county")
    return store, {question: read_bundle(folder) for question, folder in latest(store.folder).items()}


@pytest.fixture(scope="module")
def walks(answers) -> dict[str, Walked]:
    """Put every result of the store into each state in turn, publish it, and read every page and file."""
    walked: dict[str, Walked] = {}
    last = Walked({}, {}, {})
    for state in STATES:
        last = walked[state] = _walk(*answers, state, last)
    return walked


def _walk(store: Store, found: dict[str, Bundle], state: str, last: Walked) -> Walked:
    """Walk a state; what is of a result that the last state left as it is now reads as it did there."""
    bundles = {question: in_state(bundle, state) for question, bundle in found.items()}
    folders = latest(store.folder)
    anew = [one for one in folders if one not in last.bundles or bundles[one].to_json() != last.bundles[one].to_json()]
    texts, folded = dict(last.texts), dict(last.folded)
    told: dict[str, list[tuple[bool, str]]] = {}
    for question in sorted(anew, key=lambda name: name == "rec11_referrals"):  # the newest is the one looked at
        folder, bundle = folders[question], bundles[question]
        if bundle.kind == "matched_cohort":
            beside = folder.with_name("another-seed")  # so that two are compared
            beside.mkdir(exist_ok=True)
            write_json(beside, replace(bundle, seed=bundle.seed + 1, design=None))
            protocol = load_protocol(ANALYSES / f"{question}.toml")
            texts[f"{question}, TARGET"] = write_target(bundle, protocol, folder).read_text(encoding="utf-8")
        write_json(folder, bundle)
        if bundle.design is not None:
            note_sealed(store, bundle.design, by="Analyst")
            note_answered(store, bundle.design, folder, by="Analyst")
            open_answer(store, folder, by="Early intervention lead")
        why = "The figures were put into another state."
        file = publish_result(store, question, folder, by="Early intervention lead", why=why)
        view = json.loads(file.read_text(encoding="utf-8"))["view"]
        texts[f"{question}, member's file"] = json.dumps(view, ensure_ascii=False)
    for role, pages in {
        "lead": ("answers-list", "money", "runs", "publish"),
        "member": ("findings", "answers", "reach", "ledger", "overview"),
    }.items():
        for page in pages:
            told[f"{role}, {page}"] = read_page(store, page, role)
    for question in anew:
        told[f"member, {question} alone"] = read_page(store, "answers", "member", asked={"question": question})
        told[f"lead, {question}"] = read_page(store, question, "lead", drawn=drawn_question)
    for where, parts in told.items():
        texts[where] = "\n".join(text for inside, text in parts if not inside)
        folded[where] = "\n".join(text for inside, text in parts if inside)
    return Walked(bundles, texts, folded)


def write_json(folder: Path, bundle: Bundle) -> None:
    (folder / "result.json").write_text(json.dumps(bundle.to_json()), encoding="utf-8")


def read_page(
    store: Store,
    page: str,
    role: str,
    *,
    asked: Mapping[str, str] | None = None,
    drawn: Callable[..., None] = drawn_page,
) -> list[tuple[bool, str]]:
    """Return all that a page, or a question with its four tabs, is made of; with what its address asks."""
    kwargs = {"question" if drawn is drawn_question else "name": page, "folder": str(store.folder), "role": role}
    app = AppTest.from_function(drawn, default_timeout=60, kwargs=kwargs)
    for key, value in (asked or {}).items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return list(said_on(app.main))


def without(text: str, bundle: Bundle, *more: str) -> str:
    """Return a text without the sentences of what joining cannot have changed, and others that may stand in it."""
    told = [check.sentence for check in bundle.checks if check.name in BEFORE or check.name == "own_notes"]
    for sentence in (*told, *more):
        for written in (sentence, "".join(f"\\{sign}" if sign in r"\`*_{}[]<>#|~$:" else sign for sign in sentence)):
            text = text.replace(written, "").replace(written.replace("\\", "\\\\"), "")
    return text


def assert_nothing_of(pattern: re.Pattern[str], text: str, where: str) -> None:
    hit = pattern.search(text)
    assert hit is None, f"{where}: {text[max(0, hit.start() - 200) : hit.end() + 80]}"


def views_of(walked: Walked) -> dict[str, dict[str, Any]]:
    return {where: json.loads(text) for where, text in walked.texts.items() if where.endswith("member's file")}


def charts_on(page: str) -> int:
    return page.count("vega-lite/v")


@pytest.mark.parametrize("state", STATES)
def test_each_result_is_of_the_state_it_was_put_into(walks, state: str) -> None:
    code = {"answered": "fewer", "cannot_say": "cannot_say"}.get(state, "inconclusive")
    kinds = {bundle.kind: bundle.verdict.code for bundle in walks[state].bundles.values()}
    judged = (
        *("matched_cohort", "trust", "reach", "progress_rollout"),
        *("reach_areas", "area_panel", "synthetic_county", "interrupted_series"),
    )
    assert set(kinds) == {*judged, "progress_meaning", "progress_decision", *DESCRIBED}
    assert {kind: kinds[kind] for kind in judged} == dict.fromkeys(judged, code)
    assert kinds["progress_decision"] == ("cannot_say" if state == "cannot_say" else "decided")
    means = {"fewer": "more"}.get(code, code)  # scored low, referred more
    assert kinds["progress_meaning"] == means
    for kind in DESCRIBED:
        assert kinds[kind] == "cannot_say"  # of the cause; what it describes stands all the same


def test_an_answer_is_stated_in_words_charts_and_tables(walks) -> None:
    found = walks["answered"]
    page = found.texts["lead, rec11_referrals"]
    assert EFFECT.search(page) and NUMBERS.search(page) and "Clearly fewer" in page and charts_on(page) >= 5
    assert EFFECT.search(found.texts["lead, runs"]) and EFFECT.search(found.texts["member, rec11_referrals alone"])
    assert "0.0777" in found.texts["rec11_referrals, TARGET"]
    alone = found.texts["member, rec11_referrals alone"]
    assert EFFECT.search(alone) and charts_on(alone) == 1 and "Questions to ask officers" in alone
    view = views_of(found)["rec11_referrals, member's file"]
    assert view["estimates"] and view["tables"]["events_matched"]


@pytest.mark.parametrize("state", ["cannot_tell", SPOKEN_AGAINST])
def test_where_the_data_cannot_tell_only_the_verdicts_own_sentence_gives_a_range(walks, state: str) -> None:
    found = walks[state]
    sentences = [bundle.verdict.sentence for bundle in found.bundles.values()]
    sentences += [view["verdict"]["sentence"] for view in views_of(found).values()]
    for sentence in sentences:
        assert not re.search(r"about [\d,]+ (?:fewer|more)", sentence), sentence
    for where, text in found.texts.items():
        assert_nothing_of(EFFECT, without(text, found.bundles["rec11_referrals"], *sentences), where)
    for where, text in found.folded.items():
        assert_nothing_of(EFFECT, text, where)
    page = found.texts["lead, rec11_referrals"]
    assert_nothing_of(NUMBERS, page, "lead, rec11_referrals")
    assert charts_on(page) == 1 and "Were the groups alike?" in page
    assert "−7.8" in found.folded["lead, rec11_referrals"] and not charts_on(found.folded["lead, rec11_referrals"])
    for where, view in views_of(found).items():
        assert view["estimates"] == [] and not {
            "events_matched",
            "reach_groups",
            "rollout_groups",
            "rollout_half_years",
        } & set(view["tables"]), where


def test_where_the_data_cannot_say_no_figure_and_no_range_of_the_effect_stands_anywhere(walks) -> None:
    found = walks["cannot_say"]
    for where, text in found.texts.items():
        left = without(text, found.bundles["rec11_referrals"])
        assert_nothing_of(EFFECT, left, where)
        assert_nothing_of(NUMBERS, left, where)
    assert not any(found.folded.values())
    page = found.texts["lead, rec11_referrals"]
    assert charts_on(page) == 2 and page.index("no difference should be here") < page.index("Were the groups alike?")
    for where, view in views_of(found).items():
        hidden = {"events_matched", "reach_groups", "reach_areas", "reach_by_year", "trust_by_source"}
        hidden |= {"rollout_groups", "rollout_half_years"}
        assert view["estimates"] == [] and not hidden & set(view["tables"]), where
    assert "Download result.json" not in found.texts["lead, runs"]


def test_where_the_data_cannot_say_what_was_found_comes_first(walks) -> None:
    found = walks["cannot_say"]
    page = found.texts["lead, rec11_referrals"]
    order = ('class=\\"verdict\\"', "Why these data cannot answer", "What this cannot show", "Publishing")
    places = [page.index(said) for said in order if said in page]
    assert len(places) >= 3 and places == sorted(places)
    for reason in (
        found.bundles["rec11_referrals"].verdict.sentence,
        views_of(found)["rec11_referrals, member's file"]["verdict"]["sentence"],
    ):
        assert "did not do the same before they joined. They may differ" in reason


def test_an_analyst_still_reads_every_number_of_a_result_that_cannot_say(answers, walks) -> None:
    store, _ = answers
    assert walks["cannot_say"].bundles["rec11_referrals"].estimates[0].estimate == CLEAR[0]
    text = "\n".join(said for _, said in read_page(store, "runs", "analyst"))  # the last state walked
    assert "Download result.json" in text and "-0.0777" in text


@pytest.mark.parametrize("state", STATES)
def test_a_check_is_called_by_what_it_looked_at_and_never_by_what_passing_it_would_mean(walks, state: str) -> None:
    for where, text in walks[state].texts.items():
        for name in (
            "No difference before joining",
            "No difference too soon",
            "Other methods agree",
            "Enough places",
            "Nothing happens at a made-up joining day",
            "Joining later changes nothing now",
            "No single centre decides it",
        ):
            assert name not in text, where
    said = walks[state].texts["rec11_referrals, member's file"]
    assert json.loads(said)["verdict"]["concerns"]
