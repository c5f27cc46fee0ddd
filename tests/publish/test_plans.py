"""Which results may be published by their plan, and what members read of it before the answer."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from toolkit.errors import InputError, StoreError
from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import write_bundle
from toolkit.publish.members import release
from toolkit.publish.members.release import preview, publish_result, published_view, withdraw_answer
from toolkit.publish.plans.standing import note_run
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records import Store
from toolkit.studies.preregistration import COPIES, FILE, read_register, register, registered_text
from toolkit.studies.protocol_file import list_protocols, load_protocol

QUESTION = "rec11_referrals"
FIRST, LATER = date(2026, 11, 23), date(2026, 11, 28)
ANSWER = "Of every 100 families supported, about 3 fewer were referred within a year."
ONE_SIGN = ('sign_needs = ["detection", "time_course"]', 'sign_needs = ["detection"]')


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store", simulated=True)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A protocol in a folder of its own, with no register yet."""
    folder = tmp_path / "analyses"
    folder.mkdir()
    return Path(shutil.copyfile(ANALYSES / f"{QUESTION}.toml", folder / f"{QUESTION}.toml"))


@pytest.fixture
def run(store: Store, make_result, plan: Path) -> Callable[..., Path]:
    """Run the plan as it is now: a result made by hand, with what its protocol and register say."""

    def make(name: str, **parts: object) -> Path:
        asked = load_protocol(plan)
        note_run(store, asked, by="Ann")
        found = make_result(
            **{
                "protocol_hash": asked.hash,
                "protocol_text": asked.text,
                "registered": asked.registered.entries,
                "seed": asked.seed,
                **parts,
            }
        )
        return write_bundle(found, verdict_for(found), store.folder / "results" / QUESTION / name)

    return make


@pytest.fixture
def publish(store: Store, plan: Path) -> Callable[..., str]:
    """Publish a result and return the first thing that members then read."""

    def do(folder: Path, why: str = "") -> str:
        publish_result(store, QUESTION, folder, by="Ann", why=why, analyses=plan.parent)
        return published_view(store.folder, store.record(QUESTION)[-1]).verdict.sentence

    return do


def change(plan: Path, *by: tuple[str, str]) -> None:
    text = plan.read_text(encoding="utf-8")
    for before, after in by:
        assert before in text
        text = text.replace(before, after)
    plan.write_text(text, encoding="utf-8")


def test_a_registered_plan_as_it_was_first_written_says_nothing_before_the_answer(run, publish, plan) -> None:
    register(plan, on=FIRST)
    assert publish(run("1")).startswith(ANSWER)


def test_a_plan_that_is_in_no_register_is_refused_in_words_and_the_refusal_is_on_record(
    run, publish, plan, store: Store
) -> None:
    folder = run("1")
    with pytest.raises(StoreError, match=r"does not stand in the register.*toolkit register rec11_referrals --why"):
        publish(folder)
    assert store.record() == () and not (store.folder / "published").exists()
    line = store.audit_lines(last=1).iloc[0]
    assert (line["who"], line["action"], line["what"]) == ("Ann", "refused", "publication")
    assert "does not stand in the register" in json.loads(line["detail"])["because"]


def test_a_plan_registered_after_its_result_was_seen_says_so_first_also_when_it_is_run_again(
    run, publish, plan
) -> None:
    folder = run("1")
    register(plan, on=LATER)
    late = "This plan was registered on 28 November 2026, after a result of it was seen. "
    assert publish(folder).startswith(late + ANSWER)
    assert publish(run("1"), why="run again").startswith(late + ANSWER)  # it took the place of the first on disk


def test_a_gate_taken_out_is_named_in_the_first_sentence_that_members_read(run, publish, plan) -> None:
    register(plan, on=FIRST)
    change(plan, ONE_SIGN, ("caliper = 0.2", "caliper = 0.4"))
    with pytest.raises(StoreError, match="does not stand in the register"):
        publish(run("1"))
    register(plan, on=LATER, why="the check is not needed")
    said = publish(run("2"))
    assert said.startswith(
        "This plan asks less than the one registered on 23 November 2026: it lets those compared be further apart: "
        "0.4, where 0.2 was the most; it says fewer or more even where the check of whether the course over the "
        "year fits the answer speaks against it; it was registered on 28 November 2026, after a result of it "
        "was seen. Of every 100"
    )


def test_where_the_first_plan_is_not_known_nothing_is_published_until_it_is(run, publish, plan) -> None:
    before = plan.read_bytes()
    register(plan, on=FIRST)
    change(plan, ONE_SIGN)
    register(plan, on=LATER, why="the check is not needed")
    (copy,) = (plan.parent / COPIES).glob(f"*{hashlib.sha256(before).hexdigest()[:16]}.toml")
    for kept in (None, before + b"# otherwise\n"):  # a copy that was changed is no copy
        copy.unlink() if kept is None else copy.write_bytes(kept)
        with pytest.raises(StoreError, match=f"the one registered on 23 November 2026 is not known.*{copy.name}"):
            publish(run("1"))
    copy.write_bytes(before)
    assert publish(run("1")).startswith("This plan asks less than the one registered on 23 November 2026: ")


def test_an_entry_taken_out_of_the_register_still_counts_where_a_result_saw_it(run, publish, plan) -> None:
    register(plan, on=FIRST)
    change(plan, ONE_SIGN)
    register(plan, on=LATER, why="the check is not needed")
    folder = run("1")
    lines = (plan.parent / FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    (plan.parent / FILE).write_text("".join([lines[0], lines[2]]), encoding="utf-8")
    assert publish(folder).startswith("This plan asks less than the one registered on 23 November 2026: ")


def test_a_plan_is_held_against_that_of_the_answer_published_before_too(run, publish, plan, store: Store) -> None:
    register(plan, on=FIRST)
    change(plan, ("min_clusters = 10", "min_clusters = 20"))
    register(plan, on=FIRST, why="more areas")
    assert publish(run("1")).startswith(ANSWER)
    withdraw_answer(store, QUESTION, by="Ann", why="a wrong year")  # what was shown once still counts
    change(plan, ("min_clusters = 20", "min_clusters = 10"), ("seed = 11", "seed = 12"))
    register(plan, on=LATER, why="fewer areas again")
    today = store.record(QUESTION)[0].at
    said = publish(run("2"), why="fewer areas again")
    assert said.startswith(
        "This plan asks something else than the one registered on 23 November 2026: it draws with the seed 12, where "
        f"it was 11; and it asks less than the one of the answer published on {today:%-d %B %Y}: it answers from 10 "
        f"areas on, where it needed 20. {ANSWER}"
    )


def test_where_the_plan_published_before_is_not_on_record_that_is_said(run, publish, plan, store: Store) -> None:
    register(plan, on=FIRST)
    store.publish(QUESTION, run("0", protocol_hash="c" * 64, protocol_text=""), by="Ann")
    said = publish(run("1"), why="written down at last")
    assert said.startswith("This plan cannot be held against the one of the answer published on")
    assert "whose text is not on record. Of every 100" in said


def test_a_result_of_another_seed_or_a_changed_plan_is_refused(run, publish, plan) -> None:
    register(plan, on=FIRST)
    with pytest.raises(StoreError, match="run with the seed 12, and its plan says 11"):
        publish(run("1", seed=12))
    with pytest.raises(StoreError, match="is not the one that its hash names"):
        publish(run("2", protocol_text=plan.read_text(encoding="utf-8") + "# otherwise\n"))


def test_a_result_of_another_question_is_refused(run, publish, plan, store: Store) -> None:
    register(plan, on=FIRST)
    with pytest.raises(StoreError, match="answers rec11_referrals, not rec12_reach"):
        publish_result(store, "rec12_reach", run("1"), by="Ann", analyses=plan.parent)


@pytest.mark.parametrize("has_check", [True, False])
def test_an_older_result_says_what_its_check_of_the_register_said_or_that_nobody_knows(
    run, publish, plan, has_check: bool
) -> None:
    register(plan, on=FIRST)
    folder = run("1")
    content = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    del content["registered"]
    if has_check:
        row = {"hash": content["protocol_hash"], "registered_on": "2026-11-23", "why": ""}
        shape = {"figure": None, "threshold": None, "sentence": "", "is_gate": False}
        content["checks"] = [{"name": "pre_registration", "label": "", "status": "pass", "table": [row], **shape}]
    (folder / "result.json").write_text(json.dumps(content), encoding="utf-8")
    unknown = (
        "This plan was registered on 23 November 2026, and no record says if that was before its result was seen. "
    )
    assert publish(folder).startswith(ANSWER if has_check else unknown + ANSWER)


def test_a_preview_is_what_members_then_see_and_changes_nothing(run, publish, plan, store: Store) -> None:
    register(plan, on=FIRST)
    folder = run("1")
    shown = preview(store, QUESTION, folder, analyses=plan.parent)
    assert store.record() == () and not (store.folder / "published").exists()
    publish(folder)
    assert published_view(store.folder, store.record(QUESTION)[-1]) == shown


def test_what_was_published_while_an_answer_was_protected_is_reckoned_with(
    run, publish, plan, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(plan, on=FIRST)
    folder, made, times = run("1"), release._made, []

    def meanwhile(store_folder: Path, *rest: object) -> object:
        times.append(store_folder)
        if len(times) == 1:
            (store_folder / "published" / "other").mkdir(parents=True)
            (store_folder / "published" / "other" / "version-1.json").write_text('{"said": {}}')
        return made(store_folder, *rest)

    monkeypatch.setattr(release, "_made", meanwhile)
    assert publish(folder).startswith(ANSWER) and len(times) == 2
    assert [one.version for one in store.record(QUESTION)] == [1]


@pytest.mark.parametrize(
    "why", ["three families were added", "we left out 4 of the younger children", "one child was counted twice"]
)
def test_a_reason_that_counts_families_is_refused(run, publish, plan, store: Store, why: str) -> None:
    register(plan, on=FIRST)
    folder = run("1")
    publish(folder)
    with pytest.raises(InputError, match="leave counts of families, children and referrals out"):
        publish(folder, why=why)
    with pytest.raises(InputError, match="leave counts of families, children and referrals out"):
        withdraw_answer(store, QUESTION, by="Ann", why=why)
    publish(folder, why="two centres' records of 2011 children's scores came in")


def test_what_was_withdrawn_still_counts_as_said(run, publish, plan, store: Store) -> None:
    from toolkit.publish.bundle.bundle import read_bundle
    from toolkit.publish.disclosure import load_policy
    from toolkit.publish.figures.tables import book_of
    from toolkit.publish.members.kept import said_before

    register(plan, on=FIRST)
    folder = run("1")
    book = book_of(read_bundle(folder), load_policy())
    assert said_before(store.folder, book) == {}
    publish(folder)
    shown = said_before(store.folder, book)
    withdraw_answer(store, QUESTION, by="Ann", why="a wrong year")
    assert shown and said_before(store.folder, book) == shown


def test_the_text_of_every_registered_plan_is_kept() -> None:
    for path in list_protocols(ANALYSES):
        entries = read_register(ANALYSES, path.stem).entries
        lost = [entry for entry in entries if registered_text(ANALYSES, path.stem, entry.hash) is None]
        assert entries and not lost, f"put the file as it was into {COPIES}: {lost}"


def test_the_commands_publish_and_withdraw_with_a_reason_and_refuse_an_unseen_state(
    run, plan, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from toolkit.cli.main import app

    register(plan, on=FIRST)
    folder = run("1")
    run("2")

    def said(*words: str) -> SimpleNamespace:
        done = CliRunner().invoke(app, [*words, "--store", str(store.folder), "--by", "Ann"])
        return SimpleNamespace(text=done.output, error=done.exception)

    asked = ("publish", QUESTION, "--analyses", str(plan.parent))
    assert "Members see the result 1" in said(*asked, "--result", folder.name, "--seen", "0").text
    assert "Say why this one takes its place" in str(said(*asked).error)
    assert "what stands now is version 1, by Ann" in str(said(*asked, "--why", "newer", "--seen", "0").error)
    assert "It took the place of version 1, because: newer" in said(*asked, "--why", "newer", "--seen", "1").text
    assert 'Did you mean "rec11_referrals"?' in str(said("publish", "rec11_referral").error)
    assert "has no result 3" in str(said(*asked, "--result", "3").error)
    assert "Version 2 of rec11_referrals is withdrawn" in said("withdraw", QUESTION, "--why", "a wrong year").text
    assert [(one.what, one.version, one.why) for one in store.record()] == [
        ("published", 1, ""),
        ("published", 2, "newer"),
        ("withdrawn", 2, "a wrong year"),
    ]
