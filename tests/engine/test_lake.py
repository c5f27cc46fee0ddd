"""Many authorities: the sums are what one machine would find, and a run that is stopped goes on where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from small_lake import LIMITS
from toolkit.cli.main import app
from toolkit.errors import InputError, NotReached, StoreError
from toolkit.pooling.nation import nation_in_words, national, write_national
from toolkit.records.snapshots.lake import Lake, part_folder
from toolkit.runs.strata import run as strata_run
from toolkit.runs.strata.cost import BEGINNING_MEGABYTES, cost_of
from toolkit.runs.strata.run import run_lake
from toolkit.stats import Effects, Matched
from toolkit.stats.pooling.random_effects import random_effects
from toolkit.studies.matched_cohort.checks.names import GATES
from toolkit.studies.matched_cohort.comparison import compare
from toolkit.studies.matched_cohort.design_stage import Designed, make_design
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.matched_cohort.strata import stratum
from toolkit.studies.matched_cohort.strata.nation import nation_of
from toolkit.studies.matched_cohort.strata.sums import StratumSums
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study

OUTCOME = "any_referral_12m"


def test_sums_are_what_one_machine_finds_on_every_row(lake: Lake, protocol: Path, strata: list[StratumSums]) -> None:
    """All matched rows in one frame, one call: the effect by authority with its joint covariance, then added up."""
    asked = load_protocol(protocol)
    spec = asked.spec_as(MatchedCohort)
    frames, pairs = [], []
    for authority in lake.authorities:
        found = compare(lake.part(authority), spec, seed=asked.seed)
        frame = found.followed.assign(
            authority=authority,
            centre=authority + found.followed["reach_centre_id"].astype(str),
            value=found.values(OUTCOME),
        )
        frames.append(frame.set_axis(authority + frame.index.astype(str)))
        own = found.rounds.pairs[["treated", "control", "distance"]]
        pairs.append(own.assign(**{arm: authority + own[arm].astype(str) for arm in ("treated", "control")}))
    every = pd.concat(frames)
    matched = Matched.from_pairs(every, "treated", list(spec.covariates), pd.concat(pairs, ignore_index=True))
    effects = matched.effect("value", by="authority", cluster="centre")
    assert isinstance(effects, Effects)
    counts = np.array([one.n_treated for one in effects.effects], dtype=float)
    share = counts / counts.sum()
    nation = nation_of(strata, asked.gates)
    assert nation.estimate == pytest.approx(share @ [one.estimate for one in effects.effects], abs=1e-9)
    assert nation.se == pytest.approx(np.sqrt(share @ effects.covariance @ share), abs=1e-9)
    joined = every[every["treated"] == 1]["idaci_decile"]
    others = every[every["treated"] == 0]["idaci_decile"]
    before = (joined.mean() - others.mean()) / joined.std()
    assert nation.balance.loc["idaci_decile", "smd_before"] == pytest.approx(before, abs=1e-9)
    weights = matched.weights
    inside, kept = weights[weights > 0], every.loc[weights[weights > 0].index]
    of_arm = [np.average(kept["idaci_decile"][kept["treated"] == arm], weights=inside[kept["treated"] == arm])
              for arm in (1, 0)]  # fmt: skip
    after = (of_arm[0] - of_arm[1]) / joined.std()
    assert nation.balance.loc["idaci_decile", "smd_after"] == pytest.approx(after, abs=1e-9)
    flow = nation.flow.set_index("step")["rows"]
    assert flow["compared_joined"] == len(joined) and flow["compared_not_joined"] == len(others)


def test_an_authority_by_itself_passes_the_gates_that_its_own_study_passes(
    lake: Lake, protocol: Path, strata: list[StratumSums]
) -> None:
    alone = run_study(load_protocol(protocol), lake.part("A002"), primary_only=True)
    nation = nation_of(strata[1:2], LIMITS)
    assert [(one.name, one.status) for one in nation.gates] == [(one.name, one.status) for one in alone.gates]
    assert [one.sentence for one in nation.gates] == [one.sentence for one in alone.gates]
    ours, theirs = ({one.name: one.figure for one in found.gates} for found in (nation, alone))
    assert {name: ours[name] for name in GATES[:-1]} == pytest.approx({name: theirs[name] for name in GATES[:-1]})


def test_gates_are_asked_of_all_together_and_of_each(strata: list[StratumSums]) -> None:
    """Three that are too small alone are enough together; what bars all stands before any figure."""
    few = max(one.n_treated for one in strata) + 1
    nation = nation_of(strata, LIMITS.model_copy(update={"min_treated": few, "min_clusters": 10}))
    assert all(gate.status != "fail" for gate in nation.gates)
    assert set(nation.by_authority["barred_by"]) == {"enough_families, clusters"}
    said = " ".join(nation_in_words(national(nation, "Do they help?")))
    assert (
        "hold." in said and "By themselves these councils would not pass: how many families were compared (A001" in said
    )
    unlike = [replace(one, gates=replace(one.gates, shift=9.0 * one.se, shift_se=one.se)) for one in strata]
    barred = national(nation_of(unlike, LIMITS), "Do they help?")
    assert nation_in_words(barred)[1].startswith("These figures are no answer to the question. What was recorded")
    assert "hold." not in " ".join(nation_in_words(barred))


def test_a_change_of_definition_bars_all_where_it_changed_the_answer_of_half(strata: list[StratumSums]) -> None:
    def with_breaks(*authorities: str) -> str:
        found = [
            replace(one, gates=replace(one.gates, breaks=("fail" if one.authority in authorities else "pass", "")))
            for one in strata
        ]
        return nation_of(found, LIMITS).gates[-1].status

    assert [with_breaks(), with_breaks("A001"), with_breaks("A001", "A003")] == ["pass", "warn", "fail"]


def test_what_an_authority_adds_is_kept_to_the_last_digit(strata: list[StratumSums]) -> None:
    assert [StratumSums.of_text(one.as_text()) for one in strata] == strata
    assert all(len(one.as_text()) < 10_000 for one in strata)


def test_authorities_of_two_protocols_or_twice_are_refused(strata: list[StratumSums]) -> None:
    with pytest.raises(InputError, match=r"more than once: A001"):
        nation_of([strata[0], strata[0]], LIMITS)
    with pytest.raises(InputError, match=r"Run one protocol on both"):
        nation_of([strata[0], replace(strata[1], protocol_hash="0" * 64)], LIMITS)
    with pytest.raises(InputError, match=r"A001: no records"):
        nation_of([], LIMITS, {"A001": "no records"})


@pytest.fixture
def with_damage(lake: Lake) -> Iterator[Lake]:
    """Give the lake with one authority more, of which only the manifest is there."""
    part = part_folder(lake.folder, "A009")
    part.mkdir()
    (part / "manifest.json").write_text((part_folder(lake.folder, "A001") / "manifest.json").read_text())
    yield Lake.open(lake.folder)
    (part / "manifest.json").unlink()
    part.rmdir()


@pytest.mark.usefixtures("in_this_process")
def test_a_stopped_run_goes_on_and_gives_what_one_that_was_not_stopped_gives(
    with_damage: Lake, protocol: Path, strata: list[StratumSums], tmp_path: Path
) -> None:
    lake, out = with_damage, tmp_path / "out"

    def stop(step: str, _: float) -> None:
        if step.startswith("A001"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_lake(protocol, lake, out, progress=stop)
    done = {path.name: path.stat().st_mtime_ns for path in (out / "strata").glob("*.json")}
    assert list(done) == ["A001.json"] and not (out / "result.json").exists()
    (out / "strata" / "A002.json").write_text(strata[1].as_text())  # what was run elsewhere is taken up as well
    said: list[str] = []
    found = run_lake(protocol, lake, out, progress=lambda step, _: said.append(step))
    assert [step.split()[0] for step in said if step.endswith("of 4")] == ["A003", "A009"]
    assert all((out / "strata" / name).stat().st_mtime_ns == at for name, at in done.items())
    assert list(found.failed) == ["A009"] and ".parquet" in found.failed["A009"]
    assert found.by_authority.equals(nation_of(strata, load_protocol(protocol).gates).by_authority)


def test_a_process_of_its_own_finds_the_same(
    lake: Lake, protocol: Path, strata: list[StratumSums], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A process of its own reads the main module again: what Streamlit's test runner left there is a page.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    run_lake(protocol, replace(lake, authorities=("A001",)), tmp_path, processes=2)
    assert StratumSums.of_text((tmp_path / "strata/A001.json").read_text()) == strata[0]


@pytest.mark.verify
def test_a_killed_run_goes_on_and_gives_what_two_processes_give(
    with_damage: Lake, protocol: Path, tmp_path: Path
) -> None:
    lake, out = with_damage, tmp_path / "out"
    words = ["nation", str(protocol), "--lake", str(lake.folder), "--out", str(out), "--processes", "1"]
    running = subprocess.Popen([sys.executable, "-m", "toolkit.cli", *words], stdout=subprocess.DEVNULL)
    first = out / "strata" / "A001.json"
    until = time.monotonic() + 300
    while not first.exists() and time.monotonic() < until:
        assert running.poll() is None
        time.sleep(0.01)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    time.sleep(2.5)  # the process it had begun sees that it is alone
    done = {path.name: path.stat().st_mtime_ns for path in (out / "strata").glob("*.json")}
    assert first.name in done and not (out / "result.json").exists()
    said: list[str] = []
    found = run_lake(protocol, lake, out, progress=lambda step, _: said.append(step))
    ran = {step.split()[0] for step in said if step.endswith("of 4")}
    assert ran == set(lake.authorities) - {name.removesuffix(".json") for name in done}
    assert all((out / "strata" / name).stat().st_mtime_ns == at for name, at in done.items())
    assert list(found.by_authority["authority"]) == ["A001", "A002", "A003"]
    assert list(found.failed) == ["A009"] and ".parquet" in found.failed["A009"]
    assert run_lake(protocol, lake, tmp_path / "two", processes=2).as_dict() == found.as_dict()


def test_a_process_that_dies_takes_no_other_authority_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A001 kills its process each time, A002 once; A003 is beside them."""
    died = iter([BrokenProcessPool(), BrokenProcessPool(), BrokenProcessPool()])
    fails = {"A001": 2, "A002": 1}

    class Pool:
        def submit(self, _: object, authority: str) -> Future[str]:
            future: Future[str] = Future()
            if fails.get(authority, 0):
                fails[authority] -= 1
                future.set_exception(next(died))
            else:
                future.set_result(authority)
            return future

    monkeypatch.setattr(strata_run, "pool", lambda _: nullcontext(Pool()))
    monkeypatch.setattr(strata_run, "PAUSE", 0.0)
    monkeypatch.setattr(strata_run.StratumSums, "of_text", lambda text: text)
    state = strata_run._State()
    names = ["A001", "A002", "A003", "A004"]
    strata_run._run_all({one: one for one in names}, state, 2, 4, lambda *_: None)  # type: ignore[arg-type]
    assert sorted(state.done) == ["A002", "A003", "A004"]
    assert list(state.failed) == ["A001"] and state.failed["A001"].startswith("tried 2 times: its process was killed")


def test_a_lake_that_is_gone_is_not_waited_for_by_each_authority(monkeypatch: pytest.MonkeyPatch) -> None:
    """A001 is done; of the eight others none is reached, and those that were never begun are named too."""

    class Pool:
        begun: ClassVar[list[str]] = []

        def submit(self, _: object, authority: str) -> Future[str]:
            future: Future[str] = Future()
            self.begun.append(authority)
            if authority == "A001":
                future.set_result(authority)
            else:
                future.set_exception(NotReached("the lake did not answer"))
            return future

    slept: list[float] = []
    monkeypatch.setattr(strata_run, "pool", lambda _: nullcontext(Pool()))
    monkeypatch.setattr(strata_run.time, "sleep", slept.append)
    monkeypatch.setattr(strata_run.StratumSums, "of_text", lambda text: text)
    state, names = strata_run._State(), [f"A00{place}" for place in range(1, 10)]
    strata_run._run_all({one: one for one in names}, state, 1, 9, lambda *_: None)  # type: ignore[arg-type]
    assert list(state.done) == ["A001"] and sorted(state.failed) == names[1:]
    assert Pool.begun == names[:6] and slept[1:6] == [5.0, 10.0, 15.0, 20.0, 25.0]
    assert all("5 in a row could not be reached: the lake did not answer" in why for why in state.failed.values())


@pytest.mark.usefixtures("in_this_process")
def test_an_authority_too_large_is_refused_with_its_size(lake: Lake, protocol: Path, tmp_path: Path) -> None:
    needed = cost_of(load_protocol(protocol), lake.part("A001"))
    with pytest.raises(InputError, match=rf"A001 has {needed.family_months:,} family-months and needs about"):
        run_lake(protocol, lake, tmp_path / "out", memory_mb=300)


def test_the_nation_is_told_in_words_pictures_and_figures(strata: list[StratumSums], tmp_path: Path) -> None:
    nation = nation_of(strata, LIMITS, {"A009": "families.parquet is missing."})
    found = national(nation, "Do they help?")
    assert found.effects is not None
    each = nation.by_authority
    usual = random_effects(each["estimate"], each["se"], each["degrees_of_freedom"])
    assert found.effects.prediction == usual.prediction
    assert usual.prediction[0] < usual.interval[0] < usual.interval[1] < usual.prediction[1]
    write_national(found, tmp_path)
    told = json.loads((tmp_path / "result.json").read_text())
    assert told["protocol_hash"] == strata[0].protocol_hash and len(told["design_hash"]) == 64
    assert [one["design_hash"] for one in told["by_authority"]] == [one.design_hash for one in strata]
    assert told["random_effects"]["prediction"] == pytest.approx(usual.prediction, rel=1e-9)
    assert told["failed"] == {"A009": "families.parquet is missing."}
    words = (tmp_path / "nation.md").read_text()
    assert all(said in words for said in ("SIMULATED DATA", "next council should expect", "figures: A009."))
    assert [one["name"] for one in told["gates"]] == list(GATES) and "Nothing was tried to prove it wrong" in words
    for picture in ("forest.svg", "funnel.svg"):
        assert "A003" in (tmp_path / picture).read_text() and picture in words
    two = national(nation_of(strata[:2], LIMITS), "Do they help?")
    assert two.effects is None and any("fewer than 3 councils" in said for said in nation_in_words(two))
    with pytest.raises(InputError, match="A001 are simulated"):
        nation_of([strata[0], replace(strata[1], simulated=False)], LIMITS)


@pytest.mark.usefixtures("in_this_process")
def test_where_memory_is_short_one_draw_at_a_time_gives_the_same_sums(
    lake: Lake, protocol: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thrice = tmp_path / "thrice.toml"
    thrice.write_text(protocol.read_text().replace("ratio = 2\n", "ratio = 2\ndraws = 3\n"))
    asked, one = load_protocol(thrice), replace(lake, authorities=("A001",))
    cost = cost_of(asked, lake.part("A001"))
    kept: list[bool] = []

    def noted(*given: object, **options: object) -> Designed:
        kept.append(bool(options["keep"]))
        return make_design(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(stratum, "make_design", noted)
    between = int((cost.memory_mb + cost.spared_mb) / 2 + BEGINNING_MEGABYTES)
    for folder, memory in (("ample", None), ("short", between)):
        run_lake(thrice, one, tmp_path / folder, memory_mb=memory)
    assert kept == [True, False]
    ample, short = (json.loads((tmp_path / name / "strata/A001.json").read_text()) for name in ("ample", "short"))
    assert ample == short


def test_what_is_no_lake_is_said(tmp_path: Path, lake: Lake) -> None:
    with pytest.raises(StoreError, match="is no lake"):
        Lake.open(tmp_path)
    with pytest.raises(StoreError, match='no authority "A01"'):
        lake.part("A01")


def test_a_plan_counts_what_will_be_run(lake: Lake, protocol: Path) -> None:
    said = CliRunner().invoke(app, ["plan", str(protocol), "--lake", str(lake.folder), "--json"])
    assert said.exit_code == 0, said.output
    found = json.loads(said.output)
    assert (found["strata"], found["largest"], found["families"]) == (3, "A003", 500 + 540 + 580)
    assert found["family_months"] == found["families"] * 36  # a year of records before the first, and after the last
    alone = CliRunner().invoke(app, ["plan", str(protocol), "--store", str(part_folder(lake.folder, "A003")), "--json"])
    assert json.loads(alone.output)["family_months"] == found["largest_family_months"] == 580 * 36
