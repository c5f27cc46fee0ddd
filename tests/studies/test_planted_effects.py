"""Families that had not joined, drawn as joiners, and effects planted among them: what is drawn, taken and left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.cohort.censoring import weighted_outcome
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.outcomes import outcomes_named
from toolkit.errors import InputError, ProtocolError
from toolkit.progress import silent
from toolkit.studies.matched_cohort.comparison import match_cohort
from toolkit.studies.matched_cohort.planted.planting import plant
from toolkit.studies.matched_cohort.planted.pool import NEVER
from toolkit.studies.matched_cohort.planted.taking import take_away
from toolkit.studies.matched_cohort.study import run_primary
from toolkit.studies.protocol_file import load_protocol

ANALYSES = Path(__file__).parents[2] / "analyses"
BUILD = "toolkit.studies.matched_cohort.planted.planting.build_cohort"


@pytest.fixture(scope="module")
def protocol():
    return load_protocol(ANALYSES / "rec11_referrals.toml")


@pytest.fixture(scope="module")
def snapshot(counties):
    return counties.snapshot()


@pytest.fixture(scope="module")
def planting(protocol, snapshot):
    return plant(protocol, snapshot, draws=8)


@pytest.fixture(scope="module")
def tried(planting):
    return planting.on_draw(0)


def taken(planting, frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    chance = planting.effect / planting.share
    return take_away(frame, planting.design, planting.outcomes, chance, np.random.default_rng(seed))


def changed(planting, **spec: object):
    protocol = planting.protocol
    return protocol.model_copy(update={"spec": protocol.spec.model_copy(update=spec)})


def test_as_many_are_drawn_in_each_month_and_district_as_joined_and_none_that_did(planting) -> None:
    real = planting.cohort.frame
    frame = planting.pool.joined(planting.drawn[0])
    places = ["trial", "district"]
    as_drawn = frame[frame["treated"] == 1].groupby(places, observed=True).size()
    pd.testing.assert_series_equal(as_drawn, real[real["treated"] == 1].groupby(places, observed=True).size())
    assert not frame.index.intersection(real.index[real["treated"] == 1]).size
    assert planting.pool.wanted == as_drawn.sum() == (planting.drawn[0] != NEVER).sum()


def test_a_family_is_drawn_once_and_is_compared_with_before_but_not_after(planting) -> None:
    frame = planting.pool.joined(planting.drawn[0])
    joined = frame[frame["treated"] == 1].set_index("family_id")["trial"].cat.codes
    assert joined.index.is_unique
    month = frame["family_id"].map(joined.to_dict()).astype(float)
    code = frame["trial"].cat.codes
    assert not (code > month).any()
    assert ((code < month) & (frame["treated"] == 0)).sum() > len(joined)
    gone = planting.pool.frame.drop(frame.index)
    assert (gone["trial"].cat.codes > gone["family_id"].map(joined.to_dict()).astype(float)).all()
    assert not np.array_equal(planting.drawn[0], planting.drawn[1])


def test_those_drawn_are_like_joiners_and_not_like_the_others(planting) -> None:
    real = planting.cohort.frame
    joiners, others = (real[real["treated"] == arm] for arm in (1, 0))
    drawn = pd.concat(
        rows[rows["treated"] == 1] for rows in (planting.pool.joined(months) for months in planting.drawn)
    )
    for name in ("lone_parent", "young_parent", "under_one", "referrals_last_3m", "episode_last_year"):
        apart = joiners[name].mean() - others[name].mean()
        assert (drawn[name].mean() - others[name].mean()) / apart == pytest.approx(1, abs=0.5), name


def test_the_share_falls_by_the_effect_that_was_asked(planting) -> None:
    falls = []
    for place, months in enumerate(planting.drawn):
        frame = planting.pool.joined(months)
        joined = frame["treated"] == 1
        for seed in range(4):
            after = taken(planting, frame, 100 * place + seed)
            falls.append(
                weighted_outcome(frame, planting.outcomes[0].name)[joined].mean()
                - weighted_outcome(after, planting.outcomes[0].name)[joined].mean()
            )
    assert planting.effect == 0.02
    assert np.mean(falls) == pytest.approx(0.02, abs=3 * np.std(falls) / np.sqrt(len(falls)))


def test_all_of_a_spared_joiner_goes_and_nothing_else_changes(planting) -> None:
    frame = planting.pool.joined(planting.drawn[0])
    after = taken(planting, frame, 1)
    outcomes, events = [one.name for one in planting.outcomes], planting.design.time_to
    moving = [*outcomes, *(f"{what}_{one}" for one in events for what in ("event", "days_to"))]
    weights = [f"censoring_weight_{one}" for one in (*outcomes, *events)]
    rest = frame.columns.difference([*moving, *weights])
    pd.testing.assert_frame_equal(after[rest], frame[rest])
    pd.testing.assert_series_equal(after.dtypes, frame.dtypes)
    differs = (after[moving] != frame[moving]).any(axis=1)
    spared = after[differs]
    assert len(spared) and (spared["treated"] == 1).all()
    assert (frame.loc[spared.index, outcomes[0]] == 1).all()
    assert (spared[outcomes] == 0).all(axis=None) and (spared[[f"event_{one}" for one in events]] == 0).all(axis=None)
    for one in events:
        assert (spared[f"days_to_{one}"] == spared["days_followed"]).all()
    lost = differs & (frame["days_followed"] < 365)
    pd.testing.assert_frame_equal(after.loc[~lost, weights], frame.loc[~lost, weights])


def test_a_spared_joiner_that_moved_is_known_no_longer_and_all_other_rows_stay() -> None:
    frame = pd.DataFrame(
        {
            "family_id": pd.Categorical(["a", "a", "b", "c"]),
            "treated": [0, 1, 1, 1],
            "days_followed": [365, 200, 365, 365],
            "any_referral_12m": [1, 1, 0, 1],
            "any_referral_6m": [0, 1, 0, 0],
            "event_any_referral": [1, 1, 0, 1],
            "days_to_any_referral": [190, 130, 365, 300],
        }
    )
    weights = [f"censoring_weight_{name}" for name in ("any_referral_12m", "any_referral_6m", "any_referral")]
    frame = frame.assign(**dict.fromkeys(weights, 1.25))
    before = frame.copy()
    design = TrialDesign(covariates=(), outcomes=("any_referral_12m", "any_referral_6m"), time_to=("any_referral",))
    after = take_away(frame, design, outcomes_named(design.outcomes), 1.0, np.random.default_rng(0))
    assert after["any_referral_12m"].tolist() == [1, 0, 0, 0]
    assert after["any_referral_6m"].tolist() == [0, 0, 0, 0]
    assert after["event_any_referral"].tolist() == [1, 0, 0, 0]
    assert after["days_to_any_referral"].tolist() == [190, 200, 365, 365]
    # Followed for 200 days: for a year it is lost now, for six months it is known to have had nothing.
    assert after[weights].to_numpy().T.tolist() == [[1.25, 0, 1.25, 1.25], [1.25] * 4, [1.25, 0, 1.25, 1.25]]
    pd.testing.assert_frame_equal(frame, before)
    nobody = take_away(frame, design, outcomes_named(design.outcomes), 0.0, np.random.default_rng(0))
    pd.testing.assert_frame_equal(nobody, before)


def test_what_is_judged_is_what_the_study_itself_finds(planting, protocol, snapshot) -> None:
    once = changed(planting, draws=1, outcomes=protocol.spec.outcomes[:1], ages=(), measures=("difference",))
    study = run_primary(once, snapshot, protocol.seed, silent)
    comparison = match_cohort(planting.cohort, once.spec)
    of_it = replace(planting, protocol=once)
    mine = of_it.tried(comparison, of_it.before_follow_up(comparison))
    assert mine.answer.estimator == study.estimates[0].estimator == "calibrated"
    for name in ("estimate", "se", "low", "high", "n_treated", "n_control", "clusters"):
        assert getattr(mine.answer, name) == pytest.approx(getattr(study.estimates[0], name), rel=1e-9), name
    theirs = {check.name: check for check in study.checks if check.name not in planting.not_asked}
    assert {check.name for check in mine.checks} == set(theirs) >= {"balance", "detection", "time_course"}
    for check in mine.checks:
        assert (check.status, check.is_gate, check.against, check.sentence) == (
            theirs[check.name].status,
            theirs[check.name].is_gate,
            theirs[check.name].against,
            theirs[check.name].sentence,
        )
    events = study.tables["events_matched"]
    events = events[events["outcome"] == protocol.spec.outcomes[0]]
    with_it = events["with_outcome"].tolist()
    assert list(mine.counts) == [*with_it, *(events["rows"] - events["with_outcome"])]


def test_the_effect_is_found_where_it_was_planted_and_matching_did_not_see_it(tried) -> None:
    nothing, planted = tried
    assert planted.answer.estimate < nothing.answer.estimate
    assert (planted.answer.n_treated, planted.answer.n_control) == (nothing.answer.n_treated, nothing.answer.n_control)
    assert planted.counts[0] < nothing.counts[0]


def test_what_became_of_joiners_is_never_read_and_the_same_seed_draws_the_same(
    protocol, snapshot, tried, planting, monkeypatch
) -> None:
    def scrambled(*arguments, **options):
        cohort = planting.cohort
        frame, rng = cohort.frame.copy(), np.random.default_rng(5)
        joined = np.flatnonzero(frame["treated"] == 1)
        for name in frame.columns:
            if name.startswith(("event_", "days_to_", "censoring_weight")) or name in planting.design.outcomes:
                column = frame[name].to_numpy().copy()
                column[joined] = 1 - rng.permutation(column[joined]).clip(0, 1)
                frame[name] = column
        return replace(cohort, frame=frame, events=cohort.events.iloc[::-1])

    monkeypatch.setattr(BUILD, scrambled)
    again = plant(protocol, snapshot, draws=8)
    assert again.share == planting.share
    assert all(np.array_equal(*both) for both in zip(again.drawn, planting.drawn, strict=True))
    for one, other in zip(again.on_draw(0), tried, strict=True):
        assert (one.answer, one.counts) == (other.answer, other.counts)
        assert [(c.name, c.status, c.figure, c.against) for c in one.checks] == [
            (c.name, c.status, c.figure, c.against) for c in other.checks
        ]


def test_another_seed_draws_others(protocol, snapshot, planting, monkeypatch) -> None:
    monkeypatch.setattr(BUILD, lambda *arguments, **options: planting.cohort)
    other = plant(protocol, snapshot, draws=1, seed=protocol.seed + 1)
    assert not np.array_equal(other.drawn[0], planting.drawn[0])


def test_what_cannot_be_planted_is_said(protocol, snapshot, planting, monkeypatch) -> None:
    with pytest.raises(ProtocolError, match="kind progress_change"):
        plant(load_protocol(ANALYSES / "para73_change.toml"), snapshot, draws=1)
    with pytest.raises(ProtocolError, match=r'strategy is "joined_and_stayed".* the first of measures is "ratio"'):
        plant(changed(planting, strategy="joined_and_stayed", measures=("ratio",)), snapshot, draws=1)
    cohort = planting.cohort
    monkeypatch.setattr(BUILD, lambda *arguments, **options: cohort)
    for size in (0.0, -0.01, 0.5):
        with pytest.raises(InputError, match=f"An effect of {100 * size:g} in every 100 cannot be planted"):
            plant(protocol, snapshot, draws=1, effect=size)
    assert plant(protocol, snapshot, draws=1, effect=0.01).effect == 0.01
    rare = cohort.frame.assign(any_referral_12m=np.arange(len(cohort.frame)) % 400 == 0)
    monkeypatch.setattr(BUILD, lambda *arguments, **options: replace(cohort, frame=rare))
    with pytest.raises(InputError, match=r"Only 0\.\d in every 100 families .* too few to plant"):
        plant(protocol, snapshot, draws=2)
