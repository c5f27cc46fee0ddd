"""Scoring as a treatment: what is compared, how often nothing is taken for something, and what is said first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from score_worlds import VARIANTS, score_county

from rolled_out import rolled_out
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.disclosure import load_policy, protect
from toolkit.publish.figures.tables import book_of, member_tables
from toolkit.publish.verdicts.verdict import verdict_for, verdict_for_members
from toolkit.stats.staggered.effect import Clustered
from toolkit.studies.progress_rollout import gates
from toolkit.studies.progress_rollout.case_mix import without_case_mix
from toolkit.studies.progress_rollout.centres import centres_of
from toolkit.studies.progress_rollout.comparison import Comparison, compare, compared_of, half_years
from toolkit.studies.progress_rollout.findings import facts_of, findings_of
from toolkit.studies.progress_rollout.joining import CASE_MIX, joining_families
from toolkit.studies.progress_rollout.spec import ProgressRolloutSpec
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study

PROTOCOL = load_protocol(Path(__file__).parents[3] / "analyses" / "para73_rollout.toml")


@pytest.fixture(scope="module")
def result(counties):
    return counties.result(PROTOCOL, counties.snapshot())


def compared(seed: int, draws: int = 199, **options: float) -> Comparison:
    council = rolled_out(seed, **options)
    spec = ProgressRolloutSpec(draws=draws)
    frame = council.joining.frame
    centres = centres_of(council.centres, council.joining.areas, frame["centre_id"])
    return compare(compared_of(frame, "referred", tuple(CASE_MIX), centres, 24), centres, spec, seed)


def refused(found: list[Comparison], effect: float = 0.0) -> int:
    """How many of the widest ranges leave out an effect."""
    return sum(not one.effect.widest[0] <= effect <= one.effect.widest[1] for one in found)


def test_the_families_and_what_came_of_them_are_those_of_a_recount_by_hand(counties):
    snapshot = counties.snapshot()
    joining = joining_families(snapshot, keep_months=6, while_open="count")
    families = snapshot.read("families").set_index("family_id")
    referrals = snapshot.read("referrals").merge(snapshot.read("children")[["child_id", "family_id"]], on="child_id")
    days = {family: sorted(some["received_on"]) for family, some in referrals.groupby("family_id")}
    registrations = snapshot.read("registrations")
    last, first = referrals["received_on"].max(), referrals["received_on"].min()
    year, half = pd.Timedelta(days=365), pd.Timedelta(days=182)
    counted = {"families": 0, "referred": 0, "before": 0, "coming": 0}
    for family, some in registrations.sort_values(["registered_on", "centre_id"]).groupby("family_id"):
        day, moved = some["registered_on"].iloc[0], families.loc[family, "known_to"]
        if day < first or day + year > last or (pd.notna(moved) and moved <= day + year):
            continue
        counted["families"] += 1
        counted["referred"] += any(day < on <= day + year for on in days.get(family, ()))
        counted["before"] += any(day - year < on <= day for on in days.get(family, ()))
        left = some["left_on"].fillna(pd.Timestamp(2099, 1, 1))
        counted["coming"] += bool(((some["registered_on"] <= day + half) & (left > day + half)).any())
    kept = joining.frame[joining.frame["is_followed"]]
    assert counted["families"] > 1000
    assert counted == {
        "families": len(kept), "referred": int(kept["referred"].sum()), "before": int(kept["referred_before"].sum()),
        "coming": int(kept["still_coming"].sum()),
    }  # fmt: skip
    assert joining.flow[-1].rows == len(kept)


def test_what_families_were_is_taken_out_and_what_scoring_did_is_not():
    rng = np.random.default_rng(1)
    unit, day = np.repeat([0, 1], 4000), rng.integers(0, 1460, 8000)
    late = (day >= 730) & (unit == 0)
    lone = (rng.random(8000) < np.where(late, 0.8, 0.2)) * 1.0
    frame = pd.DataFrame({"lone": lone, "same": 1.0, "out": 0.3 * lone - 0.1 * late})
    left = without_case_mix(frame, "out", ("lone", "same"), unit, day)
    assert left[late].mean() - left[~late].mean() == pytest.approx(-0.1, abs=0.005)
    assert frame["out"][late].mean() - frame["out"][~late].mean() > 0.05


def test_a_centre_that_scored_before_the_records_begin_is_no_comparison():
    council = rolled_out(3, scoring=19)
    early = council.centres["tracks_progress_from"].notna() & (np.arange(34) % 5 == 0)
    table = council.centres.assign(
        tracks_progress_from=council.centres["tracks_progress_from"].mask(early, pd.Timestamp(2001, 1, 1))
    )
    found = findings_of(council.joining, table, ProgressRolloutSpec(draws=199), 1)
    scoring, others = found.kinds
    assert early.sum() >= 3 and not (scoring | others)[early.to_numpy()].any()
    facts = facts_of(found, council.joining, ProgressRolloutSpec())
    assert facts.no_before == early.sum() and facts.compared_scoring == 19 - early.sum()
    assert gates.before(facts.compared_scoring, 19, 0.5).status == "warn"
    assert gates.before(9, 19, 0.5).status == "fail" and gates.before(0, 0, 0.5).status == "fail"


def test_with_nothing_done_few_ranges_leave_out_nought():
    assert refused([compared(seed, families=25.0) for seed in range(12)]) <= 2


@pytest.mark.verify
@pytest.mark.parametrize(
    ("centres", "scoring", "options"),
    [(34, 19, {}), (34, 19, {"by_need": 1.0}), (20, 11, {}), (12, 7, {})],
    ids=["34", "34, the poor begin", "20", "12"],
)
def test_with_nothing_done_at_most_six_in_a_hundred_ranges_leave_out_nought(centres, scoring, options):
    runs = [compared(seed, 399, centres=centres, scoring=scoring, **options) for seed in range(500)]
    assert refused(runs) <= 30


@pytest.mark.verify
def test_from_records_to_verdict_nothing_is_seldom_taken_for_something(tmp_path):
    """Judged on counties that another hand wrote: the poor are likelier to score, and each family has a life."""
    quick = PROTOCOL.model_copy(update={"spec": PROTOCOL.spec.model_copy(update={"draws": 399})})
    codes = []
    for seed in range(200):
        county = score_county(VARIANTS["tracking does nothing"], seed)
        codes.append(verdict_for(run_study(quick, county.write(tmp_path / str(seed)))).code)
    assert sum(code in ("fewer", "more") for code in codes) <= 12
    assert codes.count("cannot_say") <= 30


@pytest.mark.verify
def test_an_effect_as_large_as_is_said_to_be_visible_is_seen_about_as_often_as_is_said():
    size = float(np.mean([compared(seed, families=120.0).visible.smallest() for seed in range(20)]))
    runs = [compared(seed, 399, families=120.0, effect=-size) for seed in range(200)]
    assert 0.65 <= refused(runs) / 200 <= 0.92
    assert refused(runs, effect=-size) <= 16


def test_an_effect_larger_than_visible_is_seen_and_its_size_is_in_the_range():
    runs = [compared(seed, families=60.0, effect=-0.06) for seed in range(4)]
    assert all(one.visible.smallest() < 0.06 for one in runs)
    assert refused(runs) >= 3 and refused(runs, effect=-0.06) <= 1


def test_what_could_be_seen_is_reckoned_without_what_came_of_families_once_scored():
    council = rolled_out(5, families=40.0)
    frame, spec = council.joining.frame, ProgressRolloutSpec(draws=199)
    centres = centres_of(council.centres, council.joining.areas, frame["centre_id"])
    begins = frame["centre_id"].map(council.centres.set_index("centre_id")["tracks_progress_from"])
    other = frame.assign(referred=frame["referred"].where(~(frame["day"] >= begins), 1.0 - frame["referred"]))
    one, two = (compare(compared_of(some, "referred", (), centres, 24), centres, spec, 1) for some in (frame, other))
    assert abs(two.effect.clustered.estimate - one.effect.clustered.estimate) > 0.3
    assert two.visible.smallest() == pytest.approx(one.visible.smallest(), rel=1e-9)


def test_the_course_is_level_before_and_apart_after_by_what_scoring_did():
    council = rolled_out(6, families=60.0, effect=0.3)
    frame, spec = council.joining.frame, ProgressRolloutSpec(draws=199)
    centres = centres_of(council.centres, council.joining.areas, frame["centre_id"])
    one = compare(compared_of(frame, "referred", tuple(CASE_MIX), centres, 24), centres, spec, 1)
    course = {point.number: point.apart for point in half_years(one, centres, spec)}
    assert set(course) == set(range(-4, 4)) and course[-1] is not None
    for number, apart in course.items():
        if apart is not None:
            assert apart.estimate == pytest.approx(0.3 if number >= 0 else 0.0, abs=0.08)


def test_paths_apart_before_bar_an_answer_and_paths_not_shown_alike_lower_its_level():
    apart = Clustered(-0.06, 0.01, 20.0, 19, 15)
    unsure, alike = replace(apart, estimate=-0.01, se=0.03), replace(apart, estimate=0.005)
    assert [gates.trends(one, 0.04).status for one in (apart, unsure, alike, None)] == ["fail", "warn", "pass", "warn"]
    narrow_but_not_nought = replace(apart, estimate=0.015, se=0.005)
    assert narrow_but_not_nought.interval()[0] > 0 and gates.trends(narrow_but_not_nought, 0.04).status == "pass"


def test_few_centres_of_a_kind_bar_an_answer():
    status = [gates.centres_of_each_kind(*kinds, each=8, in_all=16).status for kinds in ((19, 15), (7, 20), (9, 9))]
    assert status == ["pass", "fail", "warn"]


def test_what_could_be_seen_opens_the_words_and_is_short(result):
    said = verdict_for(result)
    first = said.sentence.split(". ")[0]
    smallest = round(100 * result.facts.smallest_visible)
    assert first == (
        f"With {result.facts.centres_compared} centres, a change of less than about {smallest} in every 100 families "
        "would go unseen"
    )
    assert len(first.split()) <= 25
    assert said.code == "inconclusive" and "We cannot tell if scoring changes" in said.sentence
    assert next(iter(result.tables)) == "rollout_visible"
    assert result.tables["rollout_visible"]["smallest"].iloc[0] == result.facts.smallest_visible


def test_the_answer_has_the_widest_of_three_ranges(result):
    primary, ranges = result.estimates[0], result.facts.ranges
    assert set(ranges) == {"cr2", "wild_bootstrap", "randomisation"}
    assert primary.low == min(low for low, _ in ranges.values()) and primary.low == result.facts.effect[1]
    assert primary.high == max(high for _, high in ranges.values())
    assert (result.facts.ways_agree, result.estimates[1].outcome) == (True, "still_coming")
    assert {one.estimator for one in result.estimates[2:]} == {"within_districts", "after_only", "unadjusted"}


def test_the_same_seed_gives_the_same_result(counties, result):
    again = run_study(PROTOCOL, counties.snapshot())
    assert (again.estimates, again.facts, again.gates) == (result.estimates, result.facts, result.gates)


def test_members_see_what_could_be_seen_and_no_count_of_who_still_comes(result):
    bundle, policy = bundle_of(result), load_policy()
    book = book_of(bundle, policy)
    release = protect(book, policy)
    shown = member_tables(bundle.tables, release, policy)
    assert shown["rollout_visible"][0]["smallest_in_1000"] == round(1000 * result.facts.smallest_visible)
    assert {row["group"] for row in shown["rollout_groups"]} == {"after", "before", "others"}
    assert all(set(row) == {"group", "families", "referred", "referred_in_100"} for row in shown["rollout_groups"])
    assert book["rollout/still_coming/after/with"] > 0 and "rollout/still_coming/after/families" not in book
    said = verdict_for_members(bundle, book, release, policy)
    assert str(result.facts.families_after) not in said.detail


def test_records_without_scoring_centres_or_without_anything_give_gates_that_say_so(counties, make_snapshot):
    nothing = run_study(PROTOCOL, make_snapshot({}))
    assert {gate.name for gate in nothing.gates if gate.status == "fail"} >= {"enough_families", "before", "alike"}
    assert verdict_for(nothing).code == "cannot_say" and nothing.facts.smallest_visible is None
    council = rolled_out(1, families=10.0)
    found = findings_of(council.joining, council.centres.assign(tracks_progress_from=pd.NaT), PROTOCOL.spec, 1)
    assert found.referred.effect is None and found.kinds[0].sum() == 0 and found.imbalance is None
