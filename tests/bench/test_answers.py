"""The judging of answers counts what it says: wrong signs, coverage, refusals, and checks by kind of world."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import answers
import numpy as np
import pytest
from answers import WORLDS, Case, lines_of, run_all
from answers_report import check_table, estimator_table, report, shown, world_table, wrong_signed


def _line(seed: int, *, hidden: str, truth: float, estimate: float, verdict: str, status: str) -> dict[str, Any]:
    world = {"name": f"w{hidden}", "source": "small", "effect": "none", "hidden": hidden, "strength": 1.0}
    four = [estimate, 0.01, estimate - 0.02, estimate + 0.02]
    wider = [estimate, 0.02, estimate - 0.03, estimate + 0.03]
    return {
        "key": f"w{hidden}/{seed}",
        "seed": seed,
        "world": world,
        "truth": truth,
        "verdict": verdict,
        "primary": four,
        "primary_estimator": "matched",
        "estimates": {"matched": four, **({"calibrated": wider} if seed == 2 else {})},
        "checks": {"too_soon": [status, 0.0, False], "balance": ["pass", 0.0, True]},
        "sizes": {"matched": 100},
    }


LINES = [
    _line(1, hidden="", truth=0.0, estimate=0.03, verdict="more", status="pass"),
    _line(2, hidden="", truth=0.0, estimate=0.025, verdict="inconclusive", status="pass"),
    _line(3, hidden="", truth=-0.02, estimate=-0.03, verdict="fewer", status="pass"),
    _line(4, hidden="", truth=-0.02, estimate=-0.03, verdict="cannot_say", status="warn"),
    _line(1, hidden="passing", truth=0.0, estimate=0.03, verdict="more", status="warn"),
    _line(2, hidden="passing", truth=0.0, estimate=0.00, verdict="inconclusive", status="fail"),
]


def test_each_world_is_counted_by_the_interval_that_a_reader_is_shown() -> None:
    rows = {row["world"]: row for row in world_table(LINES)}
    clean = rows["w"]
    assert (clean["number"], clean["truth"], clean["cannot say %"], clean["wrong sign %"]) == (
        "4", "-1.00", "25.0", "25.0",
    )  # fmt: skip
    # The first leaves out its truth, nought; the second does so too until it is calibrated.
    assert (clean["plain coverage %"], clean["coverage %"], clean["false positives %"]) == ("50.0", "75.0", "50.0")
    assert clean["width ratio"] == "1.50" and clean["verdict right %"] == "75.0"
    assert rows["small: all hidden"]["wrong sign %"] == "50.0" and rows["small: all clean"]["number"] == "4"


def test_a_sign_is_wrong_where_the_truth_is_nought_and_a_refusal_never() -> None:
    assert wrong_signed(LINES).tolist() == [True, False, False, False, True, False]
    assert shown(LINES)[1].tolist() == pytest.approx([0.025, 0.02, -0.005, 0.055])


def test_each_check_stands_with_its_rates_in_clean_and_in_hidden_worlds() -> None:
    rows = {row["check"]: row for row in check_table(LINES)}
    assert (rows["too_soon"]["clean, small"], rows["too_soon"]["hidden, small"]) == ("25 (0)", "100 (50)")
    assert rows["too_soon"]["apart, small"] == "+75" and rows["balance"]["apart, small"] == "+0"
    assert rows["any that is no gate"]["clean, small"] == "25"
    found = {row["estimator"]: row for row in estimator_table(LINES)}
    assert found["calibrated"]["small, clean: coverage %"] == "100.0"
    assert "too_soon" in report(LINES)


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text(json.dumps({"key": "small_none/1"}) + "\n" + '{"key": "small_none/2", "tru')
    asked = []

    class Pool:
        def __init__(self, workers: int) -> None: ...

        def __enter__(self) -> Pool:
            return self

        def __exit__(self, *_: object) -> None: ...

        def submit(self, run: object, case: Case) -> Any:
            asked.append(case.key)
            return type("Done", (), {"result": lambda self: {"key": case.key}})()

    monkeypatch.setattr(answers, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(answers, "as_completed", list)
    lines = run_all([Case("small_none", seed) for seed in (1, 2, 3)], file, 1)
    assert asked == ["small_none/2", "small_none/3"] and [line["key"][-1] for line in lines] == list("123")
    assert lines_of(file) == lines


def test_every_kind_of_hidden_cause_is_a_world_at_both_strengths() -> None:
    hidden = [world for world in WORLDS.values() if world.source == "small" and not world.is_clean]
    assert {world.hidden for world in hidden} == {"lasting", "passing", "growing"} and len(hidden) == 6
    strengths = np.array([world.strength for world in hidden]).reshape(3, 2)
    assert (strengths[:, 0] < strengths[:, 1]).all() and {world.effect for world in hidden} == {"none"}
