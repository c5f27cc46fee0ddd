"""Effects of staggered starts: R's figures, answers known by hand, few units, and everything wrong said at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.stats import honest_bounds, pre_trend_equivalence, staggered_effects
from toolkit.stats.event_study.effects import EventStudy, StaggeredEffects

# R's did on mpdta, att_gt(control_group = "nevertreated", est_method = "reg") and aggte of each type; the file and its
# source are described in the shared data's README.
PUBLISHED = {
    "simple": (-0.0399512751551763, 0.0120340),
    "dynamic": (-0.0772398, 0.0199650),
    "group": (-0.0310183, 0.0124461),
    "calendar": (-0.0417004, 0.0159719),
}


@pytest.fixture(scope="module")
def mpdta(shared_data: Path) -> StaggeredEffects:
    counties = pd.read_csv(shared_data / "reference" / "mpdta.csv")
    return staggered_effects(counties, "lemp", unit="countyreal", period="year", starts="first.treat")


def areas(units: int = 24, seed: int = 1, effect: float = 0.0, periods: int = 7, **also: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    starts = np.resize([0, 0, 4, 6], units)
    noise = rng.normal(size=(units, periods)).cumsum(axis=1) * also.get("wander", 0.2) + rng.normal(size=(units, 1))
    rows = [
        (f"area-{n}", t, int(starts[n]), noise[n, t - 1] + 0.1 * t + effect * (starts[n] > 0 and t >= starts[n]))
        for n in range(units)
        for t in range(1, periods + 1)
    ]
    return pd.DataFrame(rows, columns=["area", "year", "start", "rate"])


def found_in(frame: object, **also: str) -> StaggeredEffects:
    return staggered_effects(frame, "rate", unit="area", period="year", starts="start", **also)  # type: ignore[arg-type]


@pytest.mark.parametrize("average", list(PUBLISHED))
def test_the_averages_and_errors_are_those_of_r(mpdta: StaggeredEffects, average: str) -> None:
    estimate, se = PUBLISHED[average]
    found = getattr(mpdta, average)
    assert found.estimate == pytest.approx(estimate, abs=1e-7)
    assert found.large_sample_se == pytest.approx(se, abs=1e-7)
    assert se < found.se < 1.03 * se


def test_the_simple_average_is_r_s_to_the_last_digit_it_prints(mpdta: StaggeredEffects) -> None:
    assert mpdta.simple.estimate == pytest.approx(PUBLISHED["simple"][0], abs=1e-14)
    assert (mpdta.treated, mpdta.comparison, mpdta.periods, mpdta.notes) == (191, 309, 5, ())


def test_a_cell_is_the_difference_of_two_mean_changes() -> None:
    frame = areas(effect=-1.0)
    wide = frame.pivot(index="area", columns="year", values="rate")
    start = frame.groupby("area")["start"].first()
    for controls, beside in (("never", start == 0), ("not_yet", (start == 0) | (start > 5))):
        cells = found_in(frame, controls=controls).group_time.set_index(["group", "period"])
        change = wide[5] - wide[3]
        assert cells.loc[(4, 5), "effect"] == pytest.approx(change[start == 4].mean() - change[beside].mean())
        assert cells.loc[(4, 5), "comparison"] == beside.sum()


def test_with_one_group_and_two_periods_it_is_welch_s_test() -> None:
    from scipy import stats

    rng = np.random.default_rng(4)
    change = np.concatenate([rng.normal(1, 3, 5), rng.normal(0, 1, 9)])
    frame = pd.DataFrame(
        [(n, t, 2 if n < 5 else 0, change[n] * (t == 2)) for n in range(14) for t in (1, 2)],
        columns=["area", "year", "start", "rate"],
    )
    simple = found_in(frame).by_group.iloc[0]
    welch = stats.ttest_ind(change[:5], change[5:], equal_var=False)
    assert (simple["low"], simple["high"]) == pytest.approx(tuple(welch.confidence_interval(0.95)))
    assert simple["degrees_of_freedom"] == pytest.approx(welch.df)


def test_effects_that_are_there_are_found_exactly_where_hardly_anything_else_moves() -> None:
    found = found_in(areas(effect=-2.0, wander=1e-8))
    assert found.tidy()["estimate"].to_numpy() == pytest.approx(np.full(4, -2.0))
    assert found.event_study.effect == pytest.approx(np.where(found.event_study.since < 0, 0.0, -2.0), abs=1e-6)


def test_few_units_note_themselves_and_widen_the_interval() -> None:
    frame = areas(units=8)
    found = found_in(frame)
    assert [note.code for note in found.notes] == ["few_units"]
    assert found.simple.degrees_of_freedom < 8
    assert found.simple.se > found.simple.large_sample_se
    alone = found_in(areas(units=24).query("start != 6 or area == 'area-3'"))
    assert "groups_of_one" in {note.code for note in alone.notes}
    assert alone.by_group["se"].iloc[1] > alone.by_group["large_sample_se"].iloc[1]


def test_who_started_before_the_first_period_or_after_the_last_is_said() -> None:
    frame = areas()
    frame.loc[frame["area"] == "area-2", "start"] = 1
    frame.loc[frame["area"] == "area-3", "start"] = 99
    found = found_in(frame)
    assert {note.code: note.figures["units"] for note in found.notes if "units" in note.figures} == {
        "already_treated": 1,
        "starts_after_the_end": 1,
    }
    assert (found.units, found.treated, found.comparison) == (23, 10, 13)


def test_a_blank_start_is_never_and_order_and_names_change_nothing() -> None:
    frame = areas()
    blank = frame.assign(start=frame["start"].replace(0, np.nan)).sample(frac=1, random_state=3)
    assert found_in(blank).tidy().to_numpy()[:, 1:].astype(float) == pytest.approx(
        found_in(frame).tidy().to_numpy()[:, 1:].astype(float)
    )
    assert found_in(frame).summary() == found_in(frame.assign(area=frame["area"].str.upper())).summary()


def test_everything_wrong_is_said_at_once_in_our_words() -> None:
    frame = areas().astype({"rate": object, "start": object})
    frame.loc[3, "rate"] = "many"
    frame.loc[5, "rate"] = np.inf
    frame.loc[9, "start"] = "soon"
    with pytest.raises(InputError) as raised:
        found_in(frame)
    for said in ('"many"', '"inf"', '"soon"', "row 4, 6", "leave the whole unit out"):
        assert said in str(raised.value)
    short = areas().drop(index=[0, 1])
    short.loc[short["area"] == "area-7", "start"] = [0, 0, 0, 4, 4, 4, 4]
    with pytest.raises(InputError) as raised:
        found_in(pd.concat([short, short.tail(1)]))
    for said in ('"area-0" at 1', "no row in some period", "more than one row", '"area-7"'):
        assert said in str(raised.value)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda f: f.query("start > 0"), "0 units never start"),
        (lambda f: f.query("start == 0"), "No unit starts"),
        (lambda f: f.query("year == 1"), "There is 1 period"),
        (lambda f: f.query("year != 3"), "not evenly spaced"),
        (lambda f: f.assign(start=f["start"] + 0.5 * (f["start"] > 0)), "between periods"),
        (lambda f: f.head(0), "no rows"),
        (lambda f: f.rename(columns={"rate": "rates"}), 'Did you mean "rates"'),
        (lambda f: f.assign(area=f["area"].where(f["area"] != "area-1")), "Every row needs a unit"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(broken, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=said):
        found_in(broken(areas()))


def test_without_units_that_never_start_those_that_have_not_yet_serve() -> None:
    frame = areas(effect=-1.0).query("start > 0")
    assert found_in(frame, controls="not_yet").simple.estimate == pytest.approx(-1.0, abs=0.5)
    with pytest.raises(InputError, match="All units start at one time"):
        found_in(frame.query("start == 4"), controls="not_yet")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([0, 1, 3, 4, 5, 9, None, "x", -2, float("inf")]), min_size=2, max_size=7),
    st.integers(1, 5),
    st.sampled_from([0.0, 1.0, float("nan"), float("inf"), "much"]),
    st.sampled_from(["never", "not_yet"]),
)
def test_whatever_comes_in_there_is_an_answer_or_a_sentence_of_ours(starts, periods, odd, controls) -> None:  # type: ignore[no-untyped-def]
    rows = [(n, t, start, (n * t) % 5) for n, start in enumerate(starts) for t in range(1, periods + 1)]
    frame = pd.DataFrame(rows, columns=["area", "year", "start", "rate"]).astype({"rate": object})
    frame.loc[0, "rate"] = odd
    try:
        found = found_in(frame, controls=controls)
    except InputError as error:
        assert str(error)
    else:
        assert np.isfinite(found.simple.estimate)


# Honest bounds and trends before -------------------------------------------------------------------------------------


def study(effect: list[float], se: float = 0.1, before: int = 3) -> EventStudy:
    k = len(effect)
    since = np.array([*range(-1 - before, -1), *range(k - before)], dtype=np.intp)
    errors = np.full(k, se)
    return EventStudy(since, np.array(effect), errors, np.full(k, 1e6), errors, np.diag(errors**2), np.full(k, 9))


def test_by_relative_magnitude_each_size_moves_the_ends_by_what_it_allows() -> None:
    found = honest_bounds(study([0.2, -0.1, 0.1, -2.0, -2.0]), sizes=[0, 1, 2])
    plain = 1.959964 * 0.1 / np.sqrt(2)
    # Steps before are 0.3, 0.2 and 0.1. A parting at the first period moves both effects, at the second one of them.
    assert found.high - found.estimate == pytest.approx(plain + np.array([0, 1, 2]) * 0.3 * 1.5, abs=1e-5)
    assert found.breakdown.value == pytest.approx((2 - plain) / 0.45, rel=2e-3)
    assert found.breakdown.per_period == pytest.approx(found.breakdown.value * 0.3)
    assert not found.breakdown.is_none_needed and found.breakdown.largest_before == pytest.approx(0.3)


def test_by_relative_magnitude_it_is_the_library_s_set(mpdta: StaggeredEffects) -> None:
    found = honest_bounds(mpdta, sizes=[0.0, 1.0])
    # HonestDiD's own interval at a multiple of 1 begins at -0.1775173, by the error for many units (diff-diff 3.13.0).
    assert found.low[1] - found.low[0] == pytest.approx(-0.1775173 + 0.0772398 + 1.959964 * 0.0199650, abs=1e-6)


def test_by_smoothness_a_straight_line_goes_on_and_its_bend_widens() -> None:
    line = study([-0.6, -0.4, -0.2 + 0.0, 0.2, 0.4], se=1e-4)
    # Trends rise by 0.2 a period from -4 on, 0 at -1: what is left of the effects is nothing.
    line.effect[:] = [-0.6, -0.4, -0.2, 0.2, 0.4]
    found = honest_bounds(line, restriction="smooth", sizes=[0.0, 0.01])
    assert found.low[0] < 0 < found.high[0] and found.high[0] - found.low[0] < 0.01
    assert found.breakdown.is_none_needed and found.breakdown.value == 0
    assert found.high[1] - found.low[1] > 0.03 and found.notes == ()
    few = replace(line, degrees_of_freedom=np.full(5, 12.0))
    assert [note.code for note in honest_bounds(few, restriction="smooth", sizes=[0.0]).notes] == [
        "few_units_for_bounds"
    ]
    assert honest_bounds(few).notes == ()


def test_an_effect_clear_of_its_trends_breaks_down_late_and_one_that_is_not_at_once(mpdta: StaggeredEffects) -> None:
    assert honest_bounds(mpdta).breakdown.value == pytest.approx(0.58, abs=0.01)
    assert honest_bounds(mpdta, since=[0]).breakdown.is_none_needed
    still = study([0.0, 0.0, 0.0, -2.0, -2.0])
    assert honest_bounds(still).breakdown.value == float("inf")


def test_bounds_refuse_what_they_cannot_follow() -> None:
    gap = study([0.1, 0.1, 0.1, -1.0])
    gap.since[0] = -6
    with pytest.raises(InputError) as raised:
        honest_bounds(gap, sizes=[-1], since=[7], level=2)
    for said in ("gaps (-6, -3, -2, 0)", "from 0", "since is [7]", "level is 2"):
        assert said in str(raised.value)
    with pytest.raises(InputError, match="one period before"):
        honest_bounds(study([1.0, 1.0], before=0))


def test_trends_are_alike_only_where_every_one_is_shown_to_be() -> None:
    found = pre_trend_equivalence(study([0.05, -0.2, 0.0, 1.0]), margin=0.5)
    assert found.is_alike and (found.largest, found.widest_at, found.periods) == (-0.2, -3, 3)
    assert found.smallest_margin == pytest.approx(0.2 + 1.644854 * 0.1, abs=1e-5)
    assert pre_trend_equivalence(study([0.05, -0.2, 0.0, 1.0]), margin=found.smallest_margin * 1.001).is_alike
    just_not = pre_trend_equivalence(study([0.05, -0.2, 0.0, 1.0]), margin=found.smallest_margin * 0.999)
    assert not just_not.is_alike and just_not.p_value == pytest.approx(0.05, abs=1e-3)
    wide = pre_trend_equivalence(study([0.05, -0.2, 0.0, 1.0], se=2.0), margin=0.5)
    assert not wide.is_alike  # nothing refutes alike trends here, and nothing shows them
    with pytest.raises(InputError, match="margin is -1"):
        pre_trend_equivalence(study([0.1, 1.0], before=1), margin=-1)
