"""A way of comparing beside the main one that a small council's records stop takes nothing from the answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from council_records import write_council
from hidden_causes import STRENGTHS
from small_council import Options, SmallCouncil

from toolkit.cohort.trials import build_cohort
from toolkit.project_files import ANALYSES
from toolkit.studies.matched_cohort.checks import estimator_agreement
from toolkit.studies.matched_cohort.comparison import match_cohort
from toolkit.studies.matched_cohort.estimators import compare_otherwise
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.result import Estimate
from toolkit.studies.run import run_study

PROTOCOL = load_protocol(ANALYSES / "rec11_referrals.toml")


@pytest.fixture(scope="module")
def council(tmp_path_factory):
    """A council in which a trait that only joiners have decides who joins, for some families of some folds."""
    snapshot = write_council(SmallCouncil(Options(20001)), tmp_path_factory.mktemp("council"))
    spec = PROTOCOL.spec.model_copy(update={"outcomes": PROTOCOL.spec.outcomes[:1]})
    return snapshot, spec, match_cohort(build_cohort(snapshot, spec.design(), seed=PROTOCOL.seed), spec)


def test_a_model_of_joining_that_does_not_settle_gives_no_figure_and_the_reason(council) -> None:
    snapshot, spec, comparison = council
    (none,), why = compare_otherwise("doubly_robust", comparison, spec)
    assert none.with_interval is None and none.n_treated and '"episode_last_year"' in why
    (weighted,), nothing = compare_otherwise("entropy", comparison, spec)
    assert weighted.with_interval is not None and nothing == ""
    main = Estimate("any_referral_12m", "matched", "difference", 0.01, 0.02, -0.03, 0.05)
    evidence = Evidence(
        PROTOCOL, snapshot, 1, comparison, (main, weighted, none), not_worked_out={"doubly_robust": why}
    )
    said = estimator_agreement.check(evidence).sentence
    assert "2 ways of comparing" in said and "Not worked out. Weighting and a model of referrals together" in said
    assert "Not worked out" not in estimator_agreement.check(replace(evidence, not_worked_out={})).sentence


@pytest.mark.verify
@pytest.mark.parametrize(
    ("hidden", "seed"), [("", 20001), ("", 20003), ("passing", 20008), ("growing", 20011), ("lasting", 20017)]
)
def test_the_whole_study_of_a_small_council_runs_to_its_end(hidden: str, seed: int, tmp_path: Path) -> None:
    """Councils in which a rare trait, or a rare stage of the cascade, once stopped it."""
    strength = STRENGTHS[hidden]["two"] if hidden else 0.0
    snapshot = write_council(SmallCouncil(Options(seed, "none", hidden, strength)), tmp_path)
    result = run_study(PROTOCOL, snapshot)
    assert result.primary.with_interval is not None and len(result.checks) > 15
