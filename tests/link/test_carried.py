from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.errors import InputError
from toolkit.link.error_propagation import carried_into

# The figures of a real result.json of rec11_referrals on a tenth of a simulated county.
BUNDLE = {
    "question": "rec11_referrals",
    "estimates": [
        {"outcome": "any_referral_12m", "measure": "difference", "estimate": -0.0196, "low": -0.0429, "high": 0.0036}
    ],
    "facts": {"mean_treated": 0.0436, "mean_control": 0.0632},
}


def test_an_answer_is_widened_for_links_that_err_alike_and_further_for_links_that_do_not() -> None:
    found = carried_into(BUNDLE, missed=(0.05, 0.15), false=(0.0, 0.002))
    assert found.moved.seen == pytest.approx(-0.0196)
    assert (found.low, found.high) == pytest.approx((-0.0429 / 0.848, 0.0036 / 0.848))
    assert found.moved.low < found.moved.low_alike <= found.moved.high_alike < found.moved.high
    assert "in 100 families" in found.sentence and found.sentence.endswith("between 5.1 fewer and 0.4 more in 100.")


def test_perfect_links_change_nothing() -> None:
    found = carried_into(BUNDLE, missed=(0, 0), false=(0, 0))
    assert found.moved.low == found.moved.high == pytest.approx(-0.0196)
    assert (found.low, found.high) == (-0.0429, 0.0036)


@pytest.mark.parametrize(
    ("part", "value"),
    [("measure", "ratio"), ("low", None), ("mean_treated", None), ("mean_control", 3.2), ("estimates", [])],
)
def test_a_result_that_is_no_difference_of_shares_is_refused(part: str, value: object) -> None:
    bundle = copy.deepcopy(BUNDLE)
    place = {"measure": bundle["estimates"][0], "low": bundle["estimates"][0], "estimates": bundle}
    place.get(part, bundle["facts"])[part] = value
    with pytest.raises(InputError, match='The result of "rec11_referrals" is no difference of two shares'):
        carried_into(bundle, missed=(0, 0.1), false=(0, 0))


def test_the_command_reads_a_result_and_says_the_range(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(json.dumps({"format": 1, **BUNDLE}), encoding="utf-8")
    call = [sys.executable, "-m", "toolkit.cli.main", "link-range", str(tmp_path), "--missed", "0.05", "0.15"]
    ran = subprocess.run([*call, "--false", "0", "0.002", "--json"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["sentence"] == carried_into(BUNDLE, missed=(0.05, 0.15), false=(0.0, 0.002)).sentence
    wrong = subprocess.run([*call, "--false", "0", "0.9"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "say nothing" in wrong.stderr and "Traceback" not in wrong.stderr
