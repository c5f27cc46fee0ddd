"""The decision on scores is right in worlds whose truth is known: one county of each in passing, 200 in verify.

The rules were set on seeds 1 to 8 and changed after 5,000 to 7,007 were seen; those from 8,000 on judged them, and
verify judges on seeds from 10,000 on, which nobody had looked at.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from score_worlds import WORLDS, ScoreCounty, score_county

from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.verdicts.progress_decision import decision_for
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.protocol import Protocol
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.result import StudyResult
from toolkit.studies.run import run_study

RIGHT = {
    "meaningful and complete": "roll_out",
    "meaningful, half missing": "mend_and_measure_again",
    "meaningless": "stop",
    "workers inflate": "conversation_only",
}
QUICK, JUDGED = 8000, range(10_000, 10_200)
LEAST_RIGHT = 0.9


def protocol(**keys: int) -> Protocol:
    read = load_protocol(ANALYSES / "para73_decision.toml")
    return read.model_copy(update={"spec": read.spec.model_copy(update=keys)})


def decided(plan: Protocol, county: ScoreCounty, folder: Path) -> tuple[StudyResult, str]:
    folder.mkdir(parents=True, exist_ok=True)
    result = run_study(plan, county.write(folder))
    found = decision_for(bundle_of(result))
    return result, "nothing" if found is None else found.choice


def test_the_four_worlds_are_those_that_a_decision_is_asked_in() -> None:
    assert set(RIGHT) == set(WORLDS)


@pytest.mark.parametrize("world", RIGHT)
def test_a_county_of_each_world_gets_its_decision_in_plain_words(world: str, tmp_path: Path) -> None:
    plan = protocol(repeats=1, draws=199)
    result, choice = decided(plan, score_county(WORLDS[world], QUICK), tmp_path)
    assert choice == RIGHT[world]
    verdict = verdict_for(result)
    assert verdict.code == "decided"
    assert len(f"{verdict.sentence} {verdict.detail}".split()) <= 60


@pytest.mark.verify
@pytest.mark.parametrize("world", RIGHT)
def test_in_200_counties_of_each_world_the_decision_is_right_in_nine_of_ten(world: str, tmp_path: Path) -> None:
    plan = protocol()
    found = Counter(decided(plan, score_county(WORLDS[world], seed), tmp_path / str(seed))[1] for seed in JUDGED)
    assert found[RIGHT[world]] >= LEAST_RIGHT * len(JUDGED), found
