"""The page of runs: what it says of runs under way and ended, of protocols, of power, and of two results."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from toolkit.errors import InputError, ProtocolError
from toolkit.publish.bundle.again import again_zip, command
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.records import Store
from toolkit.runs import lock as job_lock
from toolkit.runs.answer import answer
from toolkit.runs.jobs import cancel, jobs
from toolkit.runs.power import kept_power, work_out
from toolkit.studies.matched_cohort.power import PowerPlan
from toolkit.studies.protocol import Protocol
from toolkit.studies.protocol_editing import save
from toolkit.studies.protocol_file import load_protocol
from toolkit.web.pages.runs.power import few

pytestmark = pytest.mark.usefixtures("drawn_by_hand")

ANALYSES = Path(__file__).resolve().parents[2] / "analyses"
ASKED = {"question": "para73_change", "by": "Analyst", "started_at": "2026-11-23T08:00:00+00:00"}


def runs_page(folder: str, role: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW["runs"](Store.open(Path(folder)), Person(Role(role)))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store", simulated=True)


@pytest.fixture
def drawn(store: Store) -> Callable[..., AppTest]:
    def draw(role: str = "analyst") -> AppTest:
        kwargs = {"folder": str(store.folder), "role": role}
        app = AppTest.from_function(runs_page, default_timeout=90, kwargs=kwargs).run()
        assert not app.exception
        return app

    return draw


def a_run(store: Store, name: str, **status: object) -> Path:
    folder = store.folder / "runs" / name
    folder.mkdir(parents=True)
    (folder / "request.json").write_text(json.dumps(ASKED))
    if status:
        (folder / "status.json").write_text(json.dumps(status))
    return folder


def unescaped(text: str) -> str:
    return text.replace("\\", "")


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


@pytest.mark.parametrize("role", ["analyst", "lead"])
def test_an_analyst_and_a_lead_may_start_a_run_and_it_is_done_by_a_process_of_its_own(
    drawn, store: Store, role: str
) -> None:
    app = drawn(role)
    app.selectbox[0].set_value(ANALYSES / "para73_change.toml").run()
    assert "As it is now it has not been run" in " ".join(text.value for text in app.markdown)
    next(button for button in app.button if button.label == "Start the run").click().run()
    assert not app.exception
    (job,) = jobs(store.folder)
    assert job.by == ("Analyst" if role == "analyst" else "Early intervention lead")
    if role == "lead":  # it goes on to its end for either
        cancel(job)
        return
    ends = time.monotonic() + 120
    while jobs(store.folder)[0].is_active and time.monotonic() < ends:
        time.sleep(0.2)
    (job,) = jobs(store.folder)
    assert job.state == "done"
    app = drawn(role)
    assert unescaped(app.success[0].value).startswith("The last run is done: Did families move up the 1 to 5 scale?")
    app.selectbox[0].set_value(ANALYSES / "para73_change.toml").run()
    assert "It has been run as it is now." in " ".join(text.value for text in app.markdown)


def test_a_run_under_way_is_shown_to_whoever_opens_the_page_and_can_be_cancelled_there(drawn, store: Store) -> None:
    folder = a_run(store, "20261123T080000000000-aaaa", state="running", step="Matching families", share=0.4)
    lock = job_lock.take(store.folder / "runs" / "lock", folder.name)
    assert lock is not None
    try:
        for role in ("analyst", "lead"):
            app = drawn(role)
            assert "Cancel this run" in buttons(app) and "Start the run" not in buttons(app)
            assert "Started by Analyst" in " ".join(text.value for text in app.info)
            progress = app.get("progress")[0].proto
            assert (progress.value, progress.text) == (40, "Matching families: 40%")
    finally:
        os.close(lock)
    assert "Cancel this run" not in buttons(drawn())


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"state": "running", "step": "Matching families", "share": 0.4}, "stopped without saying why"),
        ({"state": "failed", "message": "Something went wrong: fault 0a1b2c3d."}, "fault 0a1b2c3d"),
        ({"state": "failed", "message": "There is no *protocol*."}, "There is no *protocol*."),
    ],
)
def test_a_run_that_did_not_end_well_says_so_and_the_way_is_free(drawn, store: Store, status: dict, said: str) -> None:
    a_run(store, "20261123T080000000000-aaaa", **status)
    app = drawn()
    assert said in unescaped(app.error[0].value)
    assert "Start the run" in buttons(app)
    assert cancel(jobs(store.folder)[0]).state in ("lost", "failed")


def test_a_protocol_with_a_mistake_is_explained_and_cannot_be_started(drawn, tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "analyses"
    folder.mkdir()
    (folder / "mine.toml").write_text('title = "What?"\nkind = "matched_cohrt"\n')
    monkeypatch.setenv("TOOLKIT_ANALYSES", str(folder))
    app = drawn()
    assert 'Did you mean "matched_cohort"?' in unescaped(app.error[0].value)
    assert "Start the run" not in buttons(app)


def test_a_folder_without_protocols_is_named(drawn, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TOOLKIT_ANALYSES", str(tmp_path))
    assert str(tmp_path) in drawn().info[0].value


PLAN = PowerPlan(
    happened="were referred",
    baseline=0.062,
    joiners=1200,
    clusters=32,
    smallest=0.027,
    curve=pd.DataFrame({"effect_in_100": [0.25 * n for n in range(1, 18)], "power": [n / 17 for n in range(1, 18)]}),
    options=pd.DataFrame({"what": ["As it is", "With 6 more months"], "smallest_in_100": [2.7, float("nan")]}),
    facts={"icc": 0.01, "r_squared": 0.2, "rows_per_family": 2.0, "ratio": 1.0},
)
ASK = "What could these records show?"


def a_power_run(store: Store, monkeypatch: pytest.MonkeyPatch, plan: PowerPlan | InputError) -> Protocol:
    """Leave a run behind that worked out the power of the first protocol on the store as it is."""

    def planned(*_: object, **__: object) -> PowerPlan:
        if isinstance(plan, InputError):
            raise plan
        return plan

    monkeypatch.setattr("toolkit.runs.power.plan_power", planned)
    protocol = load_protocol(ANALYSES / "rec11_referrals.toml")
    folder = a_run(store, "20261123T080000000000-aaaa", state="done", message="It took a second.")
    (folder / "request.json").write_text(json.dumps({**ASKED, "question": "rec11_referrals", "asked_for": "power"}))
    work_out(protocol, store.snapshot(), folder)
    return protocol


def test_what_the_records_could_show_is_a_run_and_shown_to_everyone_for_that_plan_and_these_records(
    drawn, store: Store, monkeypatch
) -> None:
    assert ASK in buttons(drawn())
    a_power_run(store, monkeypatch, PLAN)
    for role in ("analyst", "lead"):
        app = drawn(role)
        assert PLAN.summary() in [text.value for text in app.markdown]
        assert "2.7 fewer in every 100 would be seen four times out of five" in [text.value for text in app.subheader]
        assert unescaped(app.success[0].value).startswith(
            "The last run is done: Do Children's Centres reduce referrals to social care? (power)"
        )
        assert ASK not in buttons(app)
    app.checkbox[0].check().run()
    assert PLAN.summary() in [text.value for text in app.markdown]
    app.selectbox[0].set_value(ANALYSES / "para73_change.toml").run()
    assert PLAN.summary() not in [text.value for text in app.markdown]
    assert ASK not in buttons(app)


def test_what_older_records_or_another_plan_could_show_is_asked_anew(store: Store, monkeypatch) -> None:
    protocol = a_power_run(store, monkeypatch, PLAN)
    kept = kept_power(jobs(store.folder), protocol, store.version)
    assert isinstance(kept, PowerPlan) and kept.summary() == PLAN.summary()
    pd.testing.assert_frame_equal(kept.curve, PLAN.curve)
    pd.testing.assert_frame_equal(kept.options, PLAN.options)
    assert (kept.facts, kept.smallest) == (PLAN.facts, PLAN.smallest)
    assert kept_power(jobs(store.folder), protocol, store.version + 1) is None
    assert kept_power(jobs(store.folder), protocol.model_copy(update={"hash": "0" * 64}), store.version) is None
    monkeypatch.setattr("toolkit.runs.power.__version__", "0.0.1")
    assert kept_power(jobs(store.folder), protocol, store.version) is None


def test_records_that_could_show_nothing_are_kept_as_such(store: Store, monkeypatch) -> None:
    nothing = replace(PLAN, smallest=float("nan"), curve=PLAN.curve.iloc[:0], options=PLAN.options.iloc[1:])
    protocol = a_power_run(store, monkeypatch, nothing)
    kept = kept_power(jobs(store.folder), protocol, store.version)
    assert isinstance(kept, PowerPlan) and kept.summary() == nothing.summary()
    assert kept.curve.empty and kept.options["smallest_in_100"].isna().all()


def test_records_that_cannot_be_compared_are_said_and_not_raised(drawn, store: Store, monkeypatch) -> None:
    a_power_run(store, monkeypatch, InputError("No family joined in these months."))
    app = drawn()
    assert not app.exception
    assert "No family joined in these months." in [unescaped(info.value) for info in app.info]


def test_what_the_records_could_show_is_worked_out_by_a_process_of_its_own(drawn, store: Store) -> None:
    app = drawn("lead")
    next(button for button in app.button if button.label == ASK).click().run()
    assert not app.exception
    ends = time.monotonic() + 120
    while jobs(store.folder)[0].is_active and time.monotonic() < ends:
        time.sleep(0.2)
    (job,) = jobs(store.folder)
    assert (job.asked_for, job.state, job.by) == ("power", "done", "Early intervention lead"), job.message
    assert job.message.startswith("This worked out what these records could show.")
    kept = kept_power([job], load_protocol(ANALYSES / "rec11_referrals.toml"), store.version)
    assert isinstance(kept, str)  # an empty store has no family to compare
    assert kept in [unescaped(info.value) for info in drawn().info]
    assert not list(store.folder.glob("results/*/*/result.json"))


def test_the_powers_table_is_short() -> None:
    assert len(few(PLAN.curve)) <= 12
    assert few(PLAN.curve).iloc[0].tolist() == ["0.2", "6%"]


def test_after_a_changed_plan_the_old_result_is_there_and_the_two_are_compared(
    drawn, store: Store, tmp_path: Path
) -> None:
    changed = Path(shutil.copy(ANALYSES / "para73_change.toml", tmp_path / "para73_change.toml"))
    changed.write_text(changed.read_text() + "\n# said again\n")
    folders = [
        answer(load_protocol(file), store.snapshot(), store_folder=store.folder).folder
        for file in (ANALYSES / "para73_change.toml", changed)
    ]
    assert len({folder.name for folder in folders}) == 2
    app = drawn()
    headings = [heading.value for heading in app.header]
    assert headings.index("Compare two results") < headings.index("Look closer")
    said = unescaped("\n".join(text.value for text in app.markdown))
    assert "What differs: the plan." in said
    assert "The plans differ only in their comments or layout" in said
    html = "\n".join(element.proto.body for element in app.get("html"))
    for file in (ANALYSES / "para73_change.toml", changed):
        assert load_protocol(file).hash in html
    second = next(box for box in app.selectbox if box.label == "Second")
    first = next(box for box in app.selectbox if box.label == "First")
    second.set_value(first.value).run()
    assert "Choose two different results." in [info.value for info in app.info]


def test_after_a_run_its_pair_is_compared_first_and_another_choice_is_kept(drawn, store: Store, tmp_path: Path) -> None:
    changed = Path(shutil.copy(ANALYSES / "para73_change.toml", tmp_path / "para73_change.toml"))
    changed.write_text(changed.read_text() + "\n# said again\n")
    missing = load_protocol(ANALYSES / "para73_missing.toml")
    answer(missing, store.snapshot(), store_folder=store.folder)
    for file in (ANALYSES / "para73_change.toml", changed):
        done = answer(load_protocol(file), store.snapshot(), store_folder=store.folder)
    again = answer(missing, store.snapshot(), store_folder=store.folder, seed=2)
    kept = done.folder.relative_to(store.folder).as_posix()
    a_run(store, "20261123T080000000000-aaaa", state="done", message="It took a second.", result_folder=kept)
    app = drawn()
    headings = [heading.value for heading in app.header]
    assert headings.index("Compare two results") < headings.index("Results")
    boxes = {box.key: box for box in app.selectbox}
    assert boxes["compare-question"].value == "para73_change"
    assert boxes["compare-2"].value == done.folder != boxes["compare-1"].value
    boxes["compare-question"].set_value("para73_missing").run()
    assert not app.exception
    assert {box.key: box for box in app.selectbox}["compare-2"].value == again.folder


def test_what_is_downloaded_makes_the_same_result_again_though_the_records_moved_on(
    store: Store, tmp_path: Path
) -> None:
    done = answer(load_protocol(ANALYSES / "para73_change.toml"), store.snapshot(), store_folder=store.folder)
    bundle = read_bundle(done.folder)
    unpacked = tmp_path / "again"
    made = again_zip(done.folder, bundle)
    assert made == again_zip(done.folder, bundle)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        archive.extractall(unpacked)
    named = {path.name for path in unpacked.iterdir()}
    assert named == {"README.txt", "hashes.txt", "para73_change.toml", "register.csv", "result.json"}
    score = {"family_id": "F1", "centre_id": "C01", "scored_on": date(2010, 1, 1), "stage": "start", "score": 2}
    score |= {"dimension": None, "higher_is": "better", "scored_by": None}
    store.add({"progress_scores": pd.DataFrame([score])}, by="x", source_name="x")
    asked = command(bundle)
    assert asked in (unpacked / "README.txt").read_text(encoding="utf-8")
    words = asked.replace("STORE", str(store.folder)).split()
    run = subprocess.run(
        [sys.executable, "-m", "toolkit.cli", *words[1:]], cwd=unpacked, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert (unpacked / "again" / "result.json").read_bytes() == (unpacked / "result.json").read_bytes()
    assert hashlib.sha256((unpacked / "result.json").read_bytes()).hexdigest() in (unpacked / "hashes.txt").read_text()


@pytest.fixture
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of protocols that a test may change."""
    folder = shutil.copytree(ANALYSES, tmp_path / "analyses")
    monkeypatch.setenv("TOOLKIT_ANALYSES", str(folder))
    return folder


def test_an_analyst_changes_a_plan_sees_what_differs_and_registers_it_with_a_reason(drawn, store, plans: Path) -> None:
    file = plans / "rec11_referrals.toml"
    app = drawn()
    assert not any("not the one that was registered" in one.value for one in app.markdown)
    assert "caliper" in _tables(app)
    (area,) = app.text_area
    area.set_value(area.value.replace('  "lone_parent",\n', "")).run()
    _press(app, "Check and keep the change")
    assert "The change is kept." in [one.value for one in app.success]
    assert '"lone_parent"' not in file.read_text()
    assert "lone_parent taken out" in _tables(app)
    assert any("not the one that was registered" in one.value for one in app.markdown)
    _press(app, "Register this plan")
    assert "Say why it changed" in unescaped(app.error[0].value)
    next(one for one in app.text_input if one.label == "Why the plan changed").set_value("it says too little").run()
    _press(app, "Register this plan")
    assert load_protocol(file).registered.entries[-1].why == "it says too little"
    assert load_protocol(file).registered.entry_of(load_protocol(file).hash)
    assert "Register this plan" not in buttons(app)
    lines = store.audit_lines(last=9)
    assert {"changed", "registered"} <= set(lines[lines["what"] == "plan"]["action"])


def test_a_wrong_plan_is_not_kept_and_a_lead_is_offered_no_change(drawn, plans: Path) -> None:
    file = plans / "rec11_referrals.toml"
    before = file.read_bytes()
    app = drawn()
    (area,) = app.text_area
    area.set_value(area.value.replace("\ncaliper = ", "\ncalipper = ")).run()
    _press(app, "Check and keep the change")
    assert "calipper" in unescaped(app.error[0].value)
    assert file.read_bytes() == before
    with pytest.raises(ProtocolError, match="Somebody changed"):
        save(file, before.decode(), seen="0" * 64)
    lead = drawn("lead")
    assert not lead.text_area and "Register this plan" not in buttons(lead)


def _press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def _tables(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_a_damaged_result_is_named_without_the_servers_path_and_the_page_is_drawn(store: Store, drawn) -> None:
    folder = store.folder / "results" / "rec11_referrals" / "0123456789abcdef"
    folder.mkdir(parents=True)
    (folder / "result.json").write_text('{"format": 1,')
    app = drawn()
    (said,) = [unescaped(one.value) for one in app.warning]
    assert said == "rec11_referrals/0123456789abcdef/result.json is damaged (line 1). Run the protocol again."
    assert "Every table and column of these data" in "".join(element.proto.body for element in app.get("html"))
