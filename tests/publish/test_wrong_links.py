from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import InputError
from toolkit.link.error_propagation import carried_into
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.bundle.wrong_links import with_wrong_links
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts

# The figures of a real result of rec11_referrals on a tenth of a simulated county.
SHARES, INTERVAL = (0.0436, 0.0632), (-0.0429, 0.0036)


@pytest.fixture
def bundle(make_result) -> Bundle:
    result = make_result(low=INTERVAL[0], estimate=-0.0196, high=INTERVAL[1])
    facts = replace(result.facts, mean_treated=SHARES[0], mean_control=SHARES[1])
    result = replace(result, facts=facts)
    return bundle_of(result, verdict_for(result))


def test_an_answer_is_widened_for_links_that_err_alike_and_further_for_links_that_do_not(bundle: Bundle) -> None:
    found = with_wrong_links(bundle, missed=(0.05, 0.15), false=(0.0, 0.002))
    assert found.outcome == "any_referral_12m"
    assert found.moved.seen == pytest.approx(-0.0196)
    assert (found.low, found.high) == pytest.approx((-0.0429 / 0.848, 0.0036 / 0.848))
    assert found.moved.low < found.moved.low_alike <= found.moved.high_alike < found.moved.high
    assert "in 100 families" in found.sentence and found.sentence.endswith("between 5.1 fewer and 0.4 more in 100.")


def test_perfect_links_change_nothing() -> None:
    found = carried_into("any_referral_12m", SHARES, INTERVAL, missed=(0, 0), false=(0, 0))
    assert found.moved.low == found.moved.high == pytest.approx(-0.0196)
    assert (found.low, found.high) == INTERVAL


@pytest.mark.parametrize(
    ("part", "value"),
    [("measure", "ratio"), ("low", None), ("mean_treated", None), ("mean_control", 3.2), ("estimates", ())],
)
def test_a_result_that_is_no_difference_of_shares_is_refused(bundle: Bundle, part: str, value: Any) -> None:
    if part == "estimates":
        changed = replace(bundle, estimates=value)
    elif part in ("measure", "low"):
        changed = replace(bundle, estimates=(replace(bundle.estimates[0], **{part: value}),))
    else:
        changed = replace(bundle, facts=replace(bundle.facts_as(MatchedCohortFacts), **{part: value}))
    with pytest.raises(InputError, match='The result of "rec11_referrals" is no difference of two shares'):
        with_wrong_links(changed, missed=(0, 0.1), false=(0, 0))


def test_the_command_reads_a_result_and_says_the_range(bundle: Bundle, tmp_path: Path, command) -> None:
    (tmp_path / "result.json").write_text(json.dumps(bundle.to_json()), encoding="utf-8")
    call = ("link-range", tmp_path, "--missed", "0.05", "0.15")
    ran = command(*call, "--false", "0", "0.002", "--json")
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["sentence"] == with_wrong_links(bundle, missed=(0.05, 0.15), false=(0.0, 0.002)).sentence
    wrong = command(*call, "--false", "0", "0.9")
    assert wrong.returncode == 2
    assert "say nothing" in wrong.stderr and "Traceback" not in wrong.stderr
