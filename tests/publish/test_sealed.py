"""Sealed, answered, opened, published: the audit proves the order, and what nobody opened is not published."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from made_up import DRAW
from toolkit.cli.main import app
from toolkit.errors import StoreError
from toolkit.publish.bundle.bundle import bundle_of, read_bundle, write_bundle
from toolkit.publish.members.release import preview, publish_result
from toolkit.publish.sealed.course import course_of, open_answer
from toolkit.publish.sealed.lines import OUTSIDE, note_answered, note_sealed, note_seen
from toolkit.publish.sealed.words import design_in_words, figures_of_design
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records import Store
from toolkit.runs import answer as runs
from toolkit.studies.design_record import DesignRecord, DrawDesign
from toolkit.studies.result import StudyResult

OTHER = replace(DRAW, seed=12, matched=841, unmatched=14, share_matched=841 / 855, shift=0.0034, smallest=0.0209)
QUESTION = "rec11_referrals"


@pytest.fixture
def record() -> DesignRecord:
    return DesignRecord(QUESTION, "a" * 64, "b" * 64, "0.1.0", 11, "any_referral_12m", (DRAW, OTHER, DRAW))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store", simulated=True)


@pytest.fixture
def result(make_result, record) -> StudyResult:
    return make_result(design=record)


@pytest.fixture
def folder(store: Store, result: StudyResult) -> Path:
    """A result that was sealed and answered, and that nobody has opened."""
    assert result.design is not None
    note_sealed(store, result.design, by="Ann")
    made = write_bundle(result, verdict_for(result), store.folder / "results" / QUESTION / "1")
    note_answered(store, result.design, made, by="Ann")
    return made


def steps(store: Store, folder: Path) -> list[str]:
    return [word for word, _ in course_of(store, folder).steps]


def test_the_audit_proves_that_a_result_was_sealed_answered_opened_and_published_in_that_order(store, folder) -> None:
    assert steps(store, folder) == ["design sealed", "answered"] and not course_of(store, folder).is_open
    open_answer(store, folder, by="Bob")
    publish_result(store, QUESTION, folder, by="Bob")
    found = course_of(store, folder)
    assert [word for word, _ in found.steps] == ["design sealed", "answered", "opened", "published"]
    numbers = [line.number for _, line in found.steps]
    assert numbers == sorted(numbers) and not found.problems and not found.seen_before
    assert "by Ann" in found.summary() and f"opened on {found.opened.at:%-d %B %Y}" in found.summary()
    assert found.opened.who == "Bob" and store.check_audit().is_whole
    assert found.sealed.detail["design"] == read_bundle(folder).design.hash
    lines = store.version, len(store.audit_lines())
    open_answer(store, folder, by="Cy")  # it is open: nothing more is written
    assert (store.version, len(store.audit_lines())) == lines


def test_what_nobody_has_opened_is_neither_published_nor_previewed_and_the_refusal_is_kept(store, folder) -> None:
    for refused in (publish_result, preview):
        with pytest.raises(StoreError, match=r"Nobody has opened the answer 1 to rec11_referrals yet.*toolkit open"):
            refused(store, QUESTION, folder, **({"by": "Bob"} if refused is publish_result else {}))
    assert store.record(QUESTION) == () and store.audit_lines(last=1)["action"].item() == "refused"
    open_answer(store, folder, by="Bob")
    publish_result(store, QUESTION, folder, by="Bob")
    assert store.record(QUESTION)[-1].version == 1


def test_an_answer_of_before_designs_were_sealed_counts_as_open(store, make_result) -> None:
    old = make_result()
    made = write_bundle(old, verdict_for(old), store.folder / "results" / QUESTION / "0")
    assert "design" not in json.loads((made / "result.json").read_text()) and read_bundle(made).design is None
    assert course_of(store, made).is_open and "No design was sealed" in course_of(store, made).summary()
    publish_result(store, QUESTION, made, by="Bob")
    assert not course_of(store, made).problems


def test_a_bundle_keeps_the_design_with_its_hash_and_one_that_was_changed_is_not_read(folder, result) -> None:
    file = folder / "result.json"
    kept = json.loads(file.read_text())
    assert kept["design"]["hash"] == result.design.hash == read_bundle(folder).design.hash
    assert bundle_of(result) == replace(read_bundle(folder), verdict=bundle_of(result).verdict)
    kept["design"]["draws"][1]["matched"] += 1
    file.write_text(json.dumps(kept))
    with pytest.raises(StoreError, match="design is not as it was sealed"):
        read_bundle(folder)


def _without_design(content: dict) -> None:
    del content["design"]


def _another_figure(content: dict) -> None:
    content["estimates"][0]["estimate"] = -0.05


@pytest.mark.parametrize(
    ("change", "said"),
    [(_another_figure, "not the one that was answered"), (_without_design, "no longer kept with the result")],
)
@pytest.mark.parametrize("was_open", [False, True])
def test_a_result_that_was_changed_is_sealed_again_and_cannot_be_opened(store, folder, change, said, was_open) -> None:
    if was_open:
        open_answer(store, folder, by="Bob")
    content = json.loads((folder / "result.json").read_text())
    change(content)
    (folder / "result.json").write_text(json.dumps(content))
    assert not course_of(store, folder).is_open
    with pytest.raises(StoreError, match=rf"cannot be opened.*{said}"):
        open_answer(store, folder, by="Bob")
    with pytest.raises(StoreError, match="Nobody has opened"):
        publish_result(store, QUESTION, folder, by="Bob")


def test_a_result_that_the_audit_knows_nothing_of_cannot_be_opened(store, result) -> None:
    made = write_bundle(result, verdict_for(result), store.folder / "results" / QUESTION / "2")
    with pytest.raises(StoreError, match=r"No line of the audit says that the design.*was answered\. Run the protocol"):
        open_answer(store, made, by="Bob")


def test_a_design_of_another_plan_opens_nothing(store, make_result, record) -> None:
    note_sealed(store, record, by="Ann")
    found = make_result(design=record, protocol_hash="d" * 64)
    made = write_bundle(found, verdict_for(found), store.folder / "results" / QUESTION / "5")
    note_answered(store, record, made, by="Ann")
    with pytest.raises(StoreError, match="is of another plan, other records or another seed"):
        open_answer(store, made, by="Bob")


def test_an_order_that_is_wrong_is_told(store, result) -> None:
    made = write_bundle(result, verdict_for(result), store.folder / "results" / QUESTION / "3")
    note_answered(store, result.design, made, by="Ann")
    note_sealed(store, result.design, by="Ann")
    store.publish(QUESTION, made, by="Bob")
    (first, second) = course_of(store, made).problems
    assert first == "It was answered (line 2) before its design was sealed (line 3)."
    assert second == "It was published (line 4), and no line says that anybody opened it."


def test_who_had_seen_an_answer_before_the_design_was_sealed_is_told(store, result, record) -> None:
    note_seen(store, replace(record, protocol_hash="d" * 64), what=OUTSIDE, by="Ann")
    note_sealed(store, record, by="Ann")
    made = write_bundle(result, verdict_for(result), store.folder / "results" / QUESTION / "4")
    note_answered(store, record, made, by="Ann")
    found = course_of(store, made)
    assert [line.number for line in found.seen_before] == [2] and not found.problems
    assert "Before this design was sealed an answer to the question had been seen" in found.summary()


@pytest.fixture
def study(monkeypatch, result, record) -> Callable[..., StudyResult]:
    """In place of a study: it seals its design, and notes how long the audit was before it went on."""

    def run(protocol, snapshot, *, sealed, **options) -> StudyResult:
        sealed(record)
        run.seen = list(run.store.audit_lines()["action"]) if run.store else []
        return replace(result, matched_sets=None)

    run.store = None
    monkeypatch.setattr(runs, "run_study", run)
    monkeypatch.setattr(runs, "write_target", lambda *_: None)
    return run


def test_a_run_writes_the_seal_before_it_goes_on_and_the_answer_once_the_bundle_is_there(store, study, result) -> None:
    study.store = store
    asked = type("Asked", (), {"kind": "matched_cohort"})()
    done = runs.answer(asked, None, store_folder=store.folder, by="Ann")
    assert study.seen[0] == "sealed" and "answered" not in study.seen
    assert steps(store, done.folder) == ["design sealed", "answered"]
    runs.first_look(asked, None, store_folder=store.folder, by="Cy")
    assert [(row.action, row.what) for row in store.audit_lines(last=2).itertuples()] == [
        ("opened", "first look"),
        ("sealed", "design"),
    ]


def test_where_there_is_no_store_the_record_is_in_the_bundle_alone(study, tmp_path: Path, record) -> None:
    asked = type("Asked", (), {"kind": "matched_cohort"})()
    done = runs.answer(asked, None, tmp_path / "out", store_folder=tmp_path)
    assert read_bundle(done.folder).design.hash == record.hash and study.seen == []


def test_a_design_is_told_with_both_ends_where_its_draws_differ(record) -> None:
    said = design_in_words(record)
    assert (
        said[0] == "837 to 841 of 855 families that joined (97% to 98%) found families like them to be compared with."
    )
    assert any("a fall of 2.1 in every 100 four times out of five" in one for one in said)
    assert any("could shift the answer by 0.3 in every 100." in one for one in said) and any(
        "drawn 3 times" in one for one in said
    )
    (alone,) = [replace(record, draws=(replace(DRAW, smallest=None, shift=None, largest_difference=None),))]
    told = " ".join(design_in_words(alone))
    assert "could not show a difference of any size" in told and "drawn" not in told and "None" not in told


def test_every_figure_of_a_design_is_in_its_table_under_a_name_of_its_own(record) -> None:
    rows = figures_of_design(record)
    assert len({row["figure"] for row in rows}) == len(rows) == len(fields(DrawDesign))
    by_name = dict(zip((field.name for field in fields(DrawDesign)), rows, strict=True))
    assert (by_name["matched"]["draw_1"], by_name["matched"]["draw_2"]) == ("837", "841")
    assert by_name["shift"]["draw_1"] == "−0.0021" and by_name["largest_on"]["draw_3"] == "Lone parent"


def test_the_commands_open_an_answer_and_prove_the_order(store, folder) -> None:
    def said(*words: str, typed: str = "") -> tuple[str, int]:
        done = CliRunner().invoke(app, [*words, QUESTION, "--store", str(store.folder)], input=typed)
        return " ".join(done.output.split()), done.exit_code

    order = ("audit", "result")
    assert "answered on" in said(*order)[0] and "opened" not in said(*order)[0] and said(*order)[1] == 0
    shown, code = said("open", "--by", "Bob", typed="n\n")
    assert "837 to 841 of 855 families" in shown and "fewer in every 100" not in shown.partition("Open the answer")[2]
    assert code == 1 and not course_of(store, folder).is_open
    shown, code = said("open", "--by", "Bob", typed="y\n")
    assert code == 0 and "opened on" in shown and "by Bob (line 4)" in shown
    assert read_bundle(folder).verdict.sentence in shown
    content = json.loads(said(*order, "--json")[0])
    assert [line["what"] for line in content["lines"]] == ["design sealed", "answered", "opened"]
    assert content["problems"] == content["seen_before"] == []
    (folder / "result.json").write_text((folder / "result.json").read_text().replace("-0.031", "-0.051"))
    shown, code = said(*order)
    assert code == 1 and "The result's file is not the one that was answered: it was changed since." in shown
