"""A design is made without the joiners' outcomes, told of before they are read, and is what the answer is about."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from toolkit.cohort.censoring import weight_name
from toolkit.cohort.trials import build_cohort
from toolkit.errors import InputError
from toolkit.progress import silent
from toolkit.studies.design_record import DesignRecord
from toolkit.studies.matched_cohort import design_stage, study
from toolkit.studies.matched_cohort.design_stage import make_design
from toolkit.studies.matched_cohort.draws import read_answer
from toolkit.studies.matched_cohort.prognosis import shift_of
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study

PROTOCOL = Path(__file__).parents[2] / "analyses" / "rec11_referrals.toml"
HALF_A_YEAR = {"first_trial": "2009-01", "last_trial": "2009-06"}


def asking(**changes):
    """Return the registered protocol for half a year of joiners, with changes to its table."""
    read = load_protocol(PROTOCOL)
    return read.model_copy(update={"spec": read.spec.model_copy(update={**HALF_A_YEAR, **changes})})


@pytest.fixture(scope="module")
def snapshot(counties):
    return counties.snapshot()


@pytest.fixture(scope="module")
def three(snapshot):
    """The protocol with its three draws, and their design."""
    protocol = asking()
    return protocol, make_design(protocol, snapshot, protocol.spec.design(), seed=11, keep=False, progress=silent)


@pytest.fixture(scope="module")
def one(snapshot):
    """The protocol with one draw and few checks, and its cohort, built once for all tests."""
    protocol = asking(draws=1, checks=(), must_pass=(), sign_needs=(), calibrated=False, estimators=())
    return protocol, build_cohort(snapshot, protocol.spec.design(), seed=11)


@pytest.fixture
def built(one, monkeypatch):
    """Have the design's cohort built before."""
    monkeypatch.setattr(design_stage, "cohorts_of", always(one[1]))
    return one


def always(cohort):
    """Return what builds the same cohort for every seed."""

    @contextmanager
    def cohorts_of(*_, **__):
        yield lambda *_: cohort

    return cohorts_of


def scrambled(cohort):
    """Return a cohort in which the joiners' outcomes, and all that rests on them, are any others."""
    rng, joined = np.random.default_rng(5), cohort.frame["treated"].to_numpy() == 1
    frame = cohort.frame.copy()
    after = [name for name in frame if name.startswith(("any_referral_12m", "censoring_weight", "days_to", "event_"))]
    for name in after:
        values = frame[name].to_numpy().copy()
        values[joined] = rng.integers(0, 2, joined.sum())
        frame[name] = values
    return replace(cohort, frame=frame, events=cohort.events.assign(rows=0), flow=(), weightings=())


def test_the_record_is_the_same_to_the_byte_whatever_became_of_the_joiners(one, snapshot, monkeypatch) -> None:
    protocol, found = one[0], []
    asked = {"design": protocol.spec.design(), "seed": 11, "keep": True, "progress": silent}
    for cohort in (one[1], scrambled(one[1])):
        monkeypatch.setattr(design_stage, "cohorts_of", always(cohort))
        designed = make_design(protocol, snapshot, **asked)
        answer = read_answer(designed, snapshot, protocol.spec, asked["design"], progress=silent)
        found.append((json.dumps(designed.record.to_json()), answer.effect.estimate))
    (record, first), (other, second) = found
    assert record == other
    assert first != second  # so the scrambling did reach what the answer reads


def test_what_became_of_joiners_is_missing_from_what_the_design_looks_at(built, snapshot, monkeypatch) -> None:
    protocol, seen = built[0], []
    matched = design_stage.match_cohort
    monkeypatch.setattr(design_stage, "match_cohort", lambda cohort, spec: seen.append(cohort) or matched(cohort, spec))
    make_design(protocol, snapshot, protocol.spec.design(), seed=11, keep=True, progress=silent)
    (blind,) = seen
    joined, outcome = blind.frame["treated"] == 1, protocol.spec.outcomes[0]
    hidden = [outcome, weight_name(outcome)]
    assert blind.frame.loc[joined, hidden].isna().all(axis=None)
    assert blind.frame.loc[~joined, hidden].notna().all(axis=None)
    known = {"trial", "family_id", "district", "reach_centre_id", "treated", "time_zero", "follow_up", "days_followed"}
    assert set(blind.frame) == {*known, *protocol.spec.covariates, *hidden}
    assert (len(blind.events), blind.flow, blind.weightings) == (0, (), ())


def test_the_answer_is_about_the_sets_that_were_sealed_and_each_figure_is_theirs(three, snapshot) -> None:
    protocol, designed = three
    draws = read_answer(designed, snapshot, protocol.spec, protocol.spec.design(), progress=silent)
    seeds = [one.seed for one in designed.record.draws]
    assert draws.seeds == tuple(seeds) and len(set(seeds)) == 3
    middle = seeds[int(np.argsort(draws.estimates)[1])]
    figures = next(one for one in designed.record.draws if one.seed == middle)
    comparison, weights = draws.comparison, draws.comparison.set_weights
    joined = (comparison.sets["role"] == "joined").to_numpy()
    assert (figures.matched, figures.controls) == (joined.sum(), (~joined).sum())
    assert figures.joined == (comparison.followed["treated"] == 1).sum() == figures.matched + figures.unmatched
    assert figures.effective_controls == pytest.approx(weights[~joined].sum() ** 2 / (weights[~joined] ** 2).sum())
    assert figures.effective_joined == figures.matched and figures.effective_controls < figures.controls
    again = shift_of(comparison, protocol.spec, 11)
    assert (draws.shift.estimate, draws.shift.se) == (again.estimate, again.se)
    assert (figures.shift, figures.clusters) == (again.estimate, draws.effect.clusters)
    assert draws.effect.estimate == sorted(draws.estimates)[1]  # read apart from the frame, it is the same


def test_a_snapshot_that_changed_since_is_refused(three, snapshot) -> None:
    protocol, designed = three
    moved = [replace(one, members=one.members.assign(family_id="F0")) for one in designed.draws]
    with pytest.raises(InputError, match="no longer those of the design that was sealed"):
        read_answer(
            replace(designed, draws=tuple(moved)), snapshot, protocol.spec, protocol.spec.design(), progress=silent
        )


def test_a_study_tells_of_its_design_before_it_reads_the_answer(built, snapshot, monkeypatch) -> None:
    order, told, read = [], [], study.read_answer
    monkeypatch.setattr(study, "read_answer", lambda *a, **k: order.append("read") or read(*a, **k))
    result = run_study(
        built[0],
        snapshot,
        primary_only=True,
        sealed=lambda record: order.append("sealed") or told.append(record),
    )
    assert order == ["sealed", "read"]
    assert [result.design] == told and result.design.seed == result.seed
    assert (result.design.protocol_hash, result.design.snapshot_hash) == (result.protocol_hash, result.snapshot_hash)


def test_where_the_design_cannot_be_told_nothing_is_read(built, snapshot, monkeypatch) -> None:
    def no_store(record: DesignRecord) -> None:
        raise InputError("the audit cannot be written")

    monkeypatch.setattr(study, "read_answer", lambda *_, **__: pytest.fail("the answer was read"))
    with pytest.raises(InputError, match="the audit cannot be written"):
        run_study(built[0], snapshot, sealed=no_store)


def test_a_record_read_back_has_its_hash_and_one_that_was_changed_is_refused(three) -> None:
    record = three[1].record
    kept = json.loads(json.dumps(record.to_json()))
    again = DesignRecord.from_json(kept)
    assert again.hash == record.hash == kept["hash"] and len(record.hash) == 64
    assert asdict(again).keys() == asdict(record).keys()
    for name, other in (("matched", 1), ("smallest", 0.001), ("sets", "0" * 64)):
        changed = {**kept, "draws": [{**kept["draws"][0], name: other}, *kept["draws"][1:]]}
        with pytest.raises(InputError, match=f"hash is said to begin {record.hash[:8]}"):
            DesignRecord.from_json(changed)
    with pytest.raises(InputError, match="DrawDesign lacks matched"):
        DesignRecord.from_json({**kept, "draws": [{k: v for k, v in kept["draws"][0].items() if k != "matched"}]})
    with pytest.raises(InputError, match="design has no draws"):
        DesignRecord.from_json({**kept, "draws": []})
