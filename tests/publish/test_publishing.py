"""Publishing: what members read is made once, protected together with all before it, and there is no other way."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.accounts.roles import PAGES, Role
from toolkit.errors import StoreError
from toolkit.publish.bundle.bundle import write_bundle
from toolkit.publish.disclosure import CannotProtect, Policy
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.release import publish_result, published_view, view_file
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records import Store
from toolkit.studies.result import AsOf, Gate
from toolkit.web.navigation import SHOW

ROOT = Path(__file__).resolve().parents[2]
EXACT = Policy(threshold=5, round_to=1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store", simulated=True)


@pytest.fixture
def result(store: Store, make_result, protocol):
    """Make a result's folder in the store, of so many of 803 joiners and 810 others that entered care."""
    import pandas as pd

    def make(number: int, joined: int, others: int, *, referred: tuple[int, int] = (62, 88)) -> Path:
        events = pd.DataFrame(
            {
                "outcome": ["any_referral_12m"] * 2 + ["care_entry_12m"] * 2,
                "treated": [True, False] * 2,
                "rows": [803, 803] * 2,
                "with_outcome": [*referred, joined, others],
                "total": [0] * 4,
                "per_100": [0.0] * 4,
            }
        )
        found = make_result(tables={"events_matched": events})
        folder = store.folder / "results" / found.question / str(number)
        folder.mkdir(parents=True)
        write_bundle(found, verdict_for(found), folder)
        return folder

    return make


def question_of(folder: Path) -> str:
    return folder.parent.name


def test_a_view_written_before_is_read_and_one_that_is_not_whole_is_refused_in_words(store: Store, result) -> None:
    folder = result(1, 2, 9)
    question = question_of(folder)
    file = publish_result(store, question, folder, by="Ann")
    content = json.loads(file.read_text())
    for name in ("hidden", "concerns"):
        del content["view"]["verdict"][name]
    del content["view"]["notice"]
    file.write_text(json.dumps(content))
    view = published_view(store.folder, store.record(question)[-1])
    assert (view.verdict.hidden, view.verdict.concerns, view.notice) == ("", (), None)
    assert view.verdict.sentence and "notice" not in view.to_json()
    del content["view"]["verdict"]["sentence"], content["view"]["key"]
    file.write_text(json.dumps(content))
    with pytest.raises(StoreError, match=r"MemberVerdict lacks sentence\. Publish the result again\."):
        published_view(store.folder, store.record(question)[-1])


def test_members_read_the_file_that_was_written_when_it_was_published(store: Store, result) -> None:
    folder = result(1, 2, 9)
    question = question_of(folder)
    file = publish_result(store, question, folder, by="Ann")
    assert file == view_file(store.folder, store.record(question)[-1])
    view = published_view(store.folder, store.record(question)[-1])
    assert view == MemberView.from_json(json.loads(file.read_text())["view"])
    (folder / "result.json").unlink()  # whatever becomes of the result, members see what was published
    assert published_view(store.folder, store.record(question)[-1]) == view
    assert store.publications()["question"].tolist() == [question]
    assert [line.action for line in store.audit_lines(last=2).itertuples()] == ["exported", "published"]
    assert store.check_audit().is_whole


def test_an_earlier_publication_is_reckoned_with(store: Store, result) -> None:
    """First the arm's total is told; in the second, telling those without as well would give the 2 away."""
    first, second = result(1, 30, 40), result(2, 2, 40)
    question = question_of(first)
    earlier = publish_result(store, question, first, by="Ann", policy=EXACT)
    later = publish_result(store, question, second, by="Ann", why="more came in", policy=EXACT)
    said = json.loads(later.read_text())["said"]
    assert "families/joined/803" in json.loads(earlier.read_text())["said"]
    assert "events/care_entry_12m/joined/with" not in said and "events/care_entry_12m/joined/without" not in said


def test_what_would_give_a_family_away_is_refused_and_nothing_changes(store: Store, result) -> None:
    first, second = result(1, 30, 40), result(2, 2, 40)
    question = question_of(first)
    file = publish_result(store, question, first, by="Ann", policy=EXACT)
    told = json.loads(file.read_text())  # somebody has told those without as well, since
    told["said"]["events/care_entry_12m/joined/without"] = [801, 801]
    file.write_text(json.dumps(told))
    with pytest.raises(CannotProtect, match="could be worked out from what was shown before"):
        publish_result(store, question, second, by="Ann", why="more came in", policy=EXACT)
    assert store.publications()["result"].str.endswith("/1").all()
    assert list(file.parent.iterdir()) == [file]
    refused = store.audit_lines(last=1)
    assert refused["action"].tolist() == ["refused"] and "could be worked out" in refused["detail"].iloc[0]


def imports_of(module: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Yield every (module, name) of the toolkit that a web module imports, through the web modules it imports."""
    file = ROOT / (module.replace(".", "/") + ".py")
    if module in seen or not file.is_file():
        return
    seen.add(module)
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("toolkit"):
            for alias in node.names:
                yield str(node.module), alias.name
                for inner in (f"{node.module}.{alias.name}", str(node.module)):
                    if inner.startswith("toolkit.web.pages"):
                        yield from imports_of(inner, seen)


# What else a member's page may take from the store: published figures of the Department, and facts about the store.
ALLOWED = {
    "toolkit.publish.report_2011.claims",
    "toolkit.publish.disclosure",
    "toolkit.publish.verdicts.sentences",
    "toolkit.publish.verdicts.findings",  # what checks are called: words that hold no figure
    "toolkit.publish.members.counts",  # released counts in words
    "toolkit.publish.members.decisions",  # what councillors decided
    "toolkit.publish.members.explore",
    "toolkit.publish.members.explored",  # one choice of a table that was protected whole
    "toolkit.publish.members.findings",  # rows of views that were published
    "toolkit.publish.members.missed",  # made of a view that was published
    "toolkit.publish.members.trends",  # of counts that the Department published
    "toolkit.publish.members.published",  # reads what was published, and its record
    "toolkit.publish.members.model",  # what `published_view` returns
    "toolkit.publish.members.questions",  # made of a view that was published
    "toolkit.publish.verdicts.may_show",  # the rule of what a state lets show
    "toolkit.publish.decision.picture",  # the picture and its words, of rows that were published
    "toolkit.publish.decision.words",
}
EXACT_FIGURES = {
    "read_bundle",
    "newest",
    "newest_of_each",
    "every_result",
    "latest",
    "member_view",
    "book_of",
    "snapshot",
    "run_study",
    "referral_cells",
}


@pytest.mark.parametrize("page", sorted(set(PAGES[Role.MEMBER])))
def test_a_members_page_has_no_other_way_to_a_figure(page: str) -> None:
    taken = set(imports_of(SHOW[page].__module__, set()))
    assert not {name for _, name in taken} & EXACT_FIGURES
    rooms = {
        module for module, _ in taken if module.startswith(("toolkit.publish", "toolkit.studies", "toolkit.cohort"))
    }
    assert rooms <= ALLOWED, rooms - ALLOWED


@pytest.mark.parametrize("page", sorted(set(PAGES[Role.MEMBER])))
def test_a_members_page_reads_no_rows_of_families(page: str) -> None:
    """The tables a member's page asks of the store by name: published counts, and nothing about a family."""
    seen: set[str] = set()
    list(imports_of(SHOW[page].__module__, seen))
    for module in seen:
        tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "read":
                assert [ast.literal_eval(one) for one in node.args] in (["area_counts"], []), ast.unparse(node)


def test_members_are_told_that_somebody_was_erased_since(store: Store, result) -> None:
    from toolkit.records.erasure.erased_files import MARK, SENTENCE
    from toolkit.web.results import published

    folder = result(1, 30, 40)
    publish_result(store, question_of(folder), folder, by="Ann")
    assert [answer.erased for answer in published(store)] == [""]
    (folder / MARK).write_text(json.dumps({"sentence": SENTENCE, "erasures": [1]}))
    assert [answer.erased for answer in published(store)] == [SENTENCE]


DAMAGED = [b"", b'{"format": 1,', b"\xff\xfe", b"[" * 100_000, b"[]", b'{"format": 1}', b"null"]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_result_is_named_and_the_others_are_shown(store: Store, result, content: bytes) -> None:
    from toolkit.web.results import damaged, every_result

    whole, broken = result(1, 30, 40), result(2, 30, 40)
    assert set(every_result(store)[0]) == {whole, broken} and damaged(store) == []
    (broken / "result.json").write_bytes(content)
    assert set(every_result(store)[0]) == {whole}
    (sentence,) = damaged(store)
    assert f"{question_of(broken)}/2/result.json" in sentence and str(store.folder) not in sentence
    assert publish_result(store, question_of(whole), whole, by="Ann").is_file()


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_of_an_answer_is_named_in_a_sentence(store: Store, result, content: bytes) -> None:
    folder = result(1, 30, 40)
    file = publish_result(store, question_of(folder), folder, by="Ann")
    file.write_bytes(content)
    with pytest.raises(StoreError, match=rf"^published/{question_of(folder)}/version-1-\w+\.json is damaged"):
        published_view(store.folder, store.record(question_of(folder))[-1])


@pytest.mark.parametrize("name", ["status.json", "request.json", "cancelled.json", "power.json"])
def test_a_damaged_file_of_a_run_leaves_the_others_to_be_shown(store: Store, name: str) -> None:
    from toolkit.runs.files import write_json
    from toolkit.runs.jobs import jobs

    for run in ("20260101T000000-aa", "20260102T000000-bb"):
        folder = store.folder / "runs" / run
        folder.mkdir(parents=True)
        request = {"question": "q", "by": "Ann", "started_at": "2026-01-01T00:00:00+00:00", "asked_for": "power"}
        write_json(folder / "request.json", request)
        write_json(folder / "status.json", {"state": "done", "step": "Done", "share": 1.0})
    (folder / name).write_bytes(b'{"state": "do')
    first, second = jobs(store.folder)
    assert second.question == "q" and second.state == "done" and first.id == "20260102T000000-bb"


def test_a_question_asked_of_no_records_has_no_answer_to_publish_and_is_told_what_to_bring(
    store: Store, make_result
) -> None:
    gate = Gate("published_counts", "fail", 0.0, None, "No published counts are in these records. Import them.")
    result = make_result(as_of=AsOf(store_version=1), gates=(gate,))
    folder = store.folder / "results" / result.question / "1"
    folder.mkdir(parents=True)
    write_bundle(result, verdict_for(result), folder)
    with pytest.raises(StoreError, match=r"asked of no records.*Import them\. Then run the question again"):
        publish_result(store, result.question, folder, by="Ann")
    assert store.record(result.question) == ()
