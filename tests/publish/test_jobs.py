from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from counties import Counties
from toolkit.errors import ProtocolError, StoreError
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.records import Store
from toolkit.runs import lock as job_lock
from toolkit.runs.files import read_job
from toolkit.runs.jobs import AnotherRun, Job, cancel, jobs, start_job
from toolkit.runs.power import kept_power
from toolkit.runs.process import fault_number
from toolkit.studies.matched_cohort.power import PowerPlan, plan_power
from toolkit.studies.protocol_file import load_protocol

ROOT = Path(__file__).resolve().parents[2]
SCORES = ROOT / "analyses" / "para73_change.toml"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs from the app need Linux or macOS")


@pytest.fixture
def county(counties: Counties, tmp_path: Path) -> Iterator[Path]:
    """A store of one test's own; whatever still runs on it at the end is ended."""
    folder = counties.copy(tmp_path / "county").folder
    yield folder
    for job in jobs(folder):
        cancel(job)


def ended(folder: Path, *, within: float = 120.0) -> Job:
    """Wait for the newest run of a store to end."""
    return until(folder, lambda job: not job.is_active, within=within)


def until(folder: Path, is_so: Callable[[Job], bool], *, within: float = 60.0) -> Job:
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        job = jobs(folder)[0]
        if is_so(job):
            return job
        time.sleep(0.05)
    raise AssertionError(f"still {job.state}, {job.step}: {(job.folder / 'log.txt').read_text()}")


def group(job: Job) -> int:
    return int(json.loads((job.folder / "process.json").read_text())["group"])


def test_a_run_is_started_goes_on_by_itself_leaves_a_result_and_cannot_be_cancelled_afterwards(county: Path) -> None:
    job = start_job(county, SCORES, by="Analyst")
    assert (job.state, job.question, job.by, job.result_folder) == ("queued", "para73_change", "Analyst", None)
    assert os.getsid(group(job)) == group(job) != os.getsid(0)
    done = ended(county)
    assert (done.id, done.state, done.share) == (job.id, "done", 1.0), done.message
    assert done.started_at <= done.ended_at
    assert done.result_folder.parent == county / "results" / "para73_change"
    assert read_bundle(done.result_folder).question == "para73_change"
    assert "Earlier results are as they were." in done.message
    assert done.folder.parent == county / "runs"
    assert cancel(done) == done
    assert jobs(county) == [done]


def test_a_run_outlives_whoever_started_it(county: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from toolkit.runs.jobs import start_job;"
        "start_job(Path(sys.argv[1]), Path(sys.argv[2]), by='Analyst')"
    )
    subprocess.run([sys.executable, "-c", code, str(county), str(SCORES)], check=True, cwd=ROOT, timeout=60)
    assert ended(county).state == "done"


def test_it_says_where_it_is_while_it_runs_and_gives_way_to_others(county: Path) -> None:
    start_job(county, SCORES, by="Analyst")
    job = until(county, lambda job: job.state == "running" and job.share > 0)
    os.killpg(group(job), signal.SIGSTOP)
    assert os.getpriority(os.PRIO_PROCESS, group(job)) >= 10
    assert job.step and 0 < job.share < 1 and job.ended_at is None
    os.killpg(group(job), signal.SIGCONT)
    assert ended(county).state == "done"


def test_only_one_run_at_a_time_and_the_refusal_names_the_other(county: Path) -> None:
    first = start_job(county, SCORES, by="Analyst")
    os.killpg(group(first), signal.SIGSTOP)
    with pytest.raises(AnotherRun, match="para73_change is being run already, started by Analyst"):
        start_job(county, SCORES, by="Early intervention lead")
    assert [job.id for job in jobs(county)] == [first.id]
    os.killpg(group(first), signal.SIGCONT)
    cancel(first)
    second = start_job(county, SCORES, by="Early intervention lead")
    assert [job.id for job in jobs(county)] == [second.id, first.id]


def test_asking_how_it_goes_never_keeps_a_run_from_starting(county: Path) -> None:
    (county / "runs").mkdir()
    lock = county / "runs" / "lock"
    code = (
        "import sys; from pathlib import Path; from toolkit.runs.lock import holder_of\n"
        "print(flush=True)\nwhile True: holder_of(Path(sys.argv[1]))"
    )
    asking = subprocess.Popen([sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        asking.stdout.readline()
        for number in range(20):
            taken = job_lock.take(lock, str(number))
            assert taken is not None
            assert job_lock.holder_of(lock) == str(number)
            os.close(taken)
    finally:
        asking.kill()
        asking.wait()


@pytest.mark.parametrize("stopped", [False, True])
def test_a_run_is_cancelled_even_when_it_does_not_answer(county: Path, stopped: bool) -> None:
    job = start_job(county, SCORES, by="Analyst")
    if stopped:
        os.killpg(group(job), signal.SIGSTOP)
    after = cancel(job, by="Early intervention lead")
    assert after.state == "cancelled" and after.ended_at is not None
    assert "Cancelled by Early intervention lead." in after.message
    assert not list(county.glob("results/*/*/result.json"))
    assert cancel(after) == after
    assert jobs(county) == [after]
    assert start_job(county, SCORES, by="Analyst").is_active  # nothing stands in the way of the next


def test_a_run_whose_process_was_killed_shows_as_lost_and_another_can_start(county: Path) -> None:
    job = start_job(county, SCORES, by="Analyst")
    os.killpg(group(job), signal.SIGKILL)
    lost = ended(county)
    assert lost.state == "lost" and "Start it again." in lost.message
    assert lost.result_folder is None and lost.ended_at is None
    before = sorted((county / "runs").rglob("*"))
    assert jobs(county) == [lost]
    assert sorted((county / "runs").rglob("*")) == before  # looking changes nothing
    start_job(county, SCORES, by="Analyst")
    assert ended(county).state == "done"


def test_what_a_person_can_put_right_is_said_as_it_is(county: Path, tmp_path: Path) -> None:
    protocol = Path(shutil.copy(SCORES, tmp_path / "scores.toml"))
    job = start_job(county, protocol, by="Analyst")
    os.killpg(group(job), signal.SIGSTOP)
    protocol.unlink()
    os.killpg(group(job), signal.SIGCONT)
    failed = ended(county)
    assert failed.state == "failed" and failed.ended_at is not None
    assert failed.message.startswith("There is no protocol") and "fault" not in failed.message


def test_a_fault_of_ours_is_a_number_and_the_log_has_the_rest(county: Path) -> None:
    folder = county / "runs" / "20260101T000000000000-aaaa"
    folder.mkdir(parents=True)
    (folder / "request.json").write_text(json.dumps({"question": "para73_change", "by": "Analyst"}))
    command = [sys.executable, "-m", "toolkit.runs.process", str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 1
    (job,) = jobs(county)
    assert job.state == "failed"
    number = re.search(r"fault ([0-9a-f]{8})\.", job.message).group(1)
    assert "KeyError" not in job.message and "Traceback" not in job.message
    assert f"fault {number}" in ran.stderr and "KeyError: 'protocol'" in ran.stderr


def test_the_same_fault_has_the_same_number_whatever_the_value_was() -> None:
    def number(value: object) -> str:
        try:
            {}[value]
        except KeyError as error:
            return fault_number(error)
        raise AssertionError

    assert number("F000123") == number("F000456")


def test_a_protocol_that_cannot_be_used_is_refused_before_anything_starts(county: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('title = "What?"\nkind = "matched_cohrt"\n')
    with pytest.raises(ProtocolError, match="matched_cohort"):
        start_job(county, wrong, by="Analyst")
    with pytest.raises(StoreError):
        start_job(tmp_path / "nowhere", SCORES, by="Analyst")
    assert jobs(county) == []
    assert not (county / "runs").exists()


def test_a_first_look_is_kept_with_the_run_and_not_among_the_results(county: Path) -> None:
    start_job(county, SCORES, by="Analyst", asked_for="first_look")
    done = ended(county)
    assert done.state == "done" and done.asked_for == "first_look", done.message
    assert done.result_folder == done.folder / "first-look"
    assert read_bundle(done.result_folder).question == "para73_change"
    assert not list(county.glob("results/*/*/result.json"))


def test_what_records_could_show_is_worked_out_as_on_the_command_line_and_leaves_no_result(county: Path) -> None:
    file = ROOT / "analyses" / "rec11_referrals.toml"
    start_job(county, file, by="Analyst", asked_for="power")
    done = ended(county)
    assert (done.state, done.asked_for, done.result_folder) == ("done", "power", done.folder), done.message
    store, protocol = Store.open(county), load_protocol(file)
    kept, plan = kept_power(jobs(county), protocol, store.version), plan_power(protocol, store.snapshot())
    assert isinstance(kept, PowerPlan)
    assert (kept.summary(), kept.smallest, kept.joiners) == (plan.summary(), plan.smallest, plan.joiners)
    pd.testing.assert_frame_equal(kept.curve, plan.curve)
    assert not list(county.glob("results/*/*/result.json"))


def test_a_run_asked_for_by_an_earlier_version_is_read_as_what_it_was(tmp_path: Path) -> None:
    for number, (told, asked) in enumerate(
        [({"primary_only": True}, "first_look"), ({"primary_only": False}, "answer")]
    ):
        folder = tmp_path / "runs" / str(number)
        folder.mkdir(parents=True)
        (folder / "request.json").write_text(json.dumps(told))
        assert read_job(folder, is_alive=False).asked_for == asked


def test_a_store_without_runs_has_none_and_asking_makes_none(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    assert jobs(store.folder) == []
    assert not (store.folder / "runs").exists()
