"""What is said of a plan tried on planted effects, how it is kept beside its result, and the run that does it."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import readability
from counties import Counties
from made_up import FOUND
from toolkit import __version__
from toolkit.errors import InputError
from toolkit.publish.disclosure import HOUSE_POLICY
from toolkit.runs.answer import folder_of
from toolkit.runs.jobs import cancel, jobs, start_job
from toolkit.runs.planted import PLANTED, code_of, keep, kept_planted, try_out
from toolkit.runs.planted_effects import Tally, in_100_tries
from toolkit.studies.matched_cohort.checks.registry import SPECS
from toolkit.studies.matched_cohort.planted.trying import Planting, Tried
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.result import Check, Estimate

FILE = Path(__file__).parents[2] / "analyses" / "rec11_referrals.toml"


def tried(low: float, high: float, *checks: Check, counts: tuple[int, ...] = (50, 60, 750, 740)) -> Tried:
    answer = Estimate("any_referral_12m", "calibrated", "difference", (low + high) / 2, 0.01, low, high)
    return Tried(answer, checks, counts)


def check(status: str, *, is_gate: bool = False, against: tuple[str, ...] = ()) -> Check:
    return Check(
        name="detection",
        label="Noticing",
        status=status,
        figure=0.0,
        threshold=0.0,
        sentence="",
        is_gate=is_gate,
        against=against,
    )


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (tried(-0.03, -0.01), "fewer"),
        (tried(0.01, 0.03), "more"),
        (tried(-0.009, 0.009), "little_or_no_difference"),
        (tried(-0.03, 0.01), "inconclusive"),
        (tried(0.01, 0.03, check("warn", against=("more",))), "inconclusive"),
        (tried(-0.03, -0.01, check("warn", against=("more",))), "fewer"),
        (tried(-0.03, -0.01, check("fail", is_gate=True)), "cannot_say"),
        (tried(-0.03, -0.01, check("fail")), "fewer"),
        (tried(-0.03, -0.01, counts=(5, 60, 750, 740)), "cannot_say"),
        (tried(-0.03, -0.01, counts=()), "cannot_say"),
        (Tried(replace(tried(0, 0).answer, estimate=None, low=None, high=None), (), (50, 60, 750, 740)), "cannot_say"),
    ],
)
def test_a_try_is_judged_by_the_rule_of_every_verdict(one: Tried, code: str) -> None:
    assert code_of(one, margin=0.01, policy=HOUSE_POLICY) == code


def test_a_tally_counts_each_verdict_once_and_right_by_the_interval() -> None:
    said = [("fewer", True), ("fewer", False), ("more", False), ("inconclusive", True), ("cannot_say", True)]
    at_nothing, planted = Tally.of(0.0, said), Tally.of(-0.02, said)
    assert (planted.tried, planted.answered, planted.right, planted.cannot_say) == (5, 4, 2, 1)
    assert (at_nothing.wrong_sign, planted.wrong_sign) == (3, 1)


def test_the_sentence_says_how_often_it_was_right_and_found_it() -> None:
    assert FOUND.summary() == (
        "With your records this plan was right 94 times in 100, and would have found an effect of 2 in 100 in 81."
    )
    assert "anything from 72 to 87 in 100" in FOUND.explained()
    assert "100 times" in FOUND.explained()
    assert readability.reading_grade(FOUND.explained()) <= 8
    one = replace(FOUND.planted, fewer=80, cannot_say=1)
    assert "In 1 of 100 it could not answer at all" in replace(FOUND, planted=one).summary()
    none = replace(FOUND.nothing, right=0, fewer=0, more=0, inconclusive=0, cannot_say=100)
    assert "could not answer at all" in replace(FOUND, nothing=none, planted=none).summary()
    assert [in_100_tries(count, 400) for count in (0, 1, 398, 399, 400)] == [0, 1, 99, 99, 100]


def test_every_draw_is_judged_with_nothing_and_with_the_effect(monkeypatch, counties: Counties) -> None:
    protocol, seen, heard = load_protocol(FILE), [], []

    def on_draw(self: Planting, place: int) -> tuple[Tried, Tried]:
        seen.append((place, self.effect))
        return tried(-0.01, 0.012), tried(-0.03, -0.001 if place else 0.001)

    monkeypatch.setattr(Planting, "on_draw", on_draw)
    found = try_out(
        protocol, counties.snapshot(), runs=6, effect=0.01, progress=lambda step, share: heard.append((step, share))
    )
    assert seen == [(0, 0.01), (1, 0.01), (2, 0.01)]
    assert (found.nothing.right, found.nothing.inconclusive, found.nothing.truth) == (3, 3, 0.0)
    assert (found.planted.fewer, found.planted.inconclusive, found.planted.right) == (2, 1, 3)
    assert (found.effect, found.planted.truth, found.not_asked) == (0.01, -0.01, (SPECS["time_zero"].label,))
    shares = [share for _, share in heard]
    assert shares == sorted(shares) and {step for step, _ in heard} >= {
        "Trying the plan on families that had not joined"
    }
    for runs in (0, 3):
        with pytest.raises(InputError, match=f"runs is {runs}"):
            try_out(protocol, counties.snapshot(), runs=runs)


def test_what_was_found_is_kept_for_just_that_protocol_snapshot_version_and_seed(tmp_path: Path) -> None:
    protocol = load_protocol(FILE)
    folder = keep(FOUND, protocol, SimpleNamespace(hash="a" * 64), tmp_path)
    of = {"protocol_hash": protocol.hash, "snapshot_hash": "a" * 64, "version": __version__, "seed": protocol.seed}
    assert folder == folder_of(tmp_path, protocol.question, **of)
    assert kept_planted(folder, SimpleNamespace(**of)) == FOUND
    for name, other in (("protocol_hash", "b" * 64), ("snapshot_hash", "b" * 64), ("version", "0"), ("seed", 12)):
        assert kept_planted(folder, SimpleNamespace(**{**of, name: other})) is None
    assert kept_planted(tmp_path, SimpleNamespace(**of)) is None
    assert set(json.loads((folder / PLANTED).read_text())) == {"of", "found"}


@pytest.mark.skipif(sys.platform == "win32", reason="runs from the app need Linux or macOS")
def test_a_run_of_planted_effects_can_be_cancelled_and_then_leaves_nothing(counties: Counties, tmp_path: Path) -> None:
    folder = counties.copy(tmp_path / "county").folder
    start_job(folder, FILE, by="Analyst", asked_for="planted")
    ends = time.monotonic() + 120
    while not (job := jobs(folder)[0]).step.startswith("Trying the plan") and job.is_active:
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert job.asked_for == "planted" and job.is_active, job.message
    ended = cancel(job, by="Analyst")
    assert (ended.state, ended.message) == ("cancelled", "Cancelled by Analyst. Earlier results are as they were.")
    assert not list(folder.glob(f"results/*/*/{PLANTED}"))
