"""What money was worth: answers by hand, what must hold of any entry, and files of costs with all their problems."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.value.costs import Consequence, Costs, costs_of, load_costs
from toolkit.value.ranges import Range, range_of
from toolkit.value.unit_costs import UnitCost, lait_cost, report_cost
from toolkit.value.worth import Avoided, break_even, cost_per_referral, swings, worth_of, worth_of_one

ENTERED = """
price_year = 2011

[money]
pounds = 1_000_000
what = "front-line capacity, 2010/11"
source = "Scrutiny report of May 2011"

[[consequence]]
name = "assessments"
per_referral = [0.5, 0.6, 0.7]
per_referral_source = "our own records"
pounds = 500
source = "made up for this test"
who = "the council's social care"
when = "within a year"

[[consequence]]
name = "weeks in residential care"
per_referral = 0.1
per_referral_source = "our own records"
report = "residential_week"
cash = true
cash_why = "placements are bought by the week"
who = "the council"
when = "in the two years after"
"""
COSTS = costs_of(ENTERED)
AVOIDED = Avoided(200.0, 50.0, 350.0, 2_000.0, "referrals", 12)


def known(value: float) -> Range:
    return Range(value, value, value)


def test_the_answer_by_hand() -> None:
    found = worth_of(AVOIDED, COSTS)
    # A referral: 0.6 assessments at £500 and a tenth of a week at £4,000, the report's £3,000 to £5,000.
    assert worth_of_one(COSTS) == pytest.approx(300 + 400)
    assert found.average.central == pytest.approx(140_000) and found.cash.central == pytest.approx(80_000)
    assert found.break_even_average == pytest.approx(1_000_000 / 700)
    assert found.break_even_cash == pytest.approx(1_000_000 / 400)
    cost = found.cost_per_referral
    assert (cost.low, cost.central, cost.high) == pytest.approx((1_000_000 / 350, 5_000, 20_000))
    assert [one.count.central for one in found.quantities] == pytest.approx([120, 20])


def test_where_the_interval_crosses_nought_no_cost_is_too_high_and_where_none_was_avoided_there_is_none() -> None:
    crossing = cost_per_referral(replace(AVOIDED, low=-10.0), known(1_000.0))
    assert crossing.high is None and crossing.low == pytest.approx(1_000 / 350) and crossing.is_any
    worse = cost_per_referral(replace(AVOIDED, low=-50.0, estimate=-5.0), known(1_000.0))
    assert worse.central is None and worse.high is None and worse.low is not None
    none = cost_per_referral(replace(AVOIDED, low=-50.0, estimate=-20.0, high=0.0), known(1_000.0))
    assert not none.is_any and none.low is none.central is none.high is None


def test_with_everything_else_known_the_drawn_ends_are_those_of_the_effect() -> None:
    exact = replace(
        COSTS,
        consequences=tuple(
            replace(one, per_referral=known(one.per_referral.central), cost=replace(one.cost, pounds=known(100.0)))
            for one in COSTS.consequences
        ),
    )
    lopsided = replace(AVOIDED, low=150.0, high=500.0)
    found = worth_of(lopsided, exact, draws=200_000)
    count = found.quantities[0].count
    assert (count.low, count.high) == pytest.approx((0.6 * 150, 0.6 * 500), rel=0.01)
    assert found.average.low == pytest.approx(70 * 150, rel=0.01)


def test_the_same_seed_gives_the_same_figures_and_what_is_not_known_widens_them() -> None:
    assert worth_of(AVOIDED, COSTS, seed=4) == worth_of(AVOIDED, COSTS, seed=4)
    assert worth_of(AVOIDED, COSTS, seed=4).average != worth_of(AVOIDED, COSTS, seed=5).average
    steady = replace(AVOIDED, low=199.9, high=200.1)
    wide = worth_of(steady, COSTS).average
    assert wide.high - wide.low > 10_000  # the ranges entered


NUMBERS = st.floats(0.01, 1e4)


@st.composite
def entries(draw: st.DrawFn) -> Costs:
    def ranged() -> Range:
        return Range(*sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS))))

    made = [
        Consequence(f"thing {n}", ranged(), "s", UnitCost(ranged(), 2011, "s"), draw(st.booleans()), "w", "who", "when")
        for n in range(draw(st.integers(1, 3)))
    ]
    return Costs(2011, ranged(), "money", "s", tuple(made))


@settings(max_examples=60, deadline=None)
@given(entries(), st.tuples(*[st.floats(-500, 500)] * 3).map(sorted), st.floats(1.1, 10))
def test_what_must_hold_of_any_entry(costs: Costs, effect: list[float], times: float) -> None:
    low, estimate, high = effect
    assume(low < estimate < high and abs(estimate) > 0.1)
    avoided = Avoided(estimate, low, high, 1_000, "referrals", 12)
    dearer = replace(
        costs, money=Range(*(times * end for end in (costs.money.low, costs.money.central, costs.money.high)))
    )
    cheap, dear = (worth_of(avoided, one, draws=500) for one in (costs, dearer))
    if cheap.cost_per_referral.low is not None:
        assert dear.cost_per_referral.low == pytest.approx(times * cheap.cost_per_referral.low)
    assert (cheap.cost_per_referral.high is None) == (low <= 0)
    assert dear.break_even_average == pytest.approx(times * float(cheap.break_even_average or 0))
    assert cheap.average == dear.average  # what was spent changes nothing of what came of it
    if cheap.break_even_cash is not None and cheap.break_even_average is not None:
        assert cheap.break_even_cash >= cheap.break_even_average * (1 - 1e-12)
    at_even = replace(avoided, low=0.0, estimate=float(cheap.break_even_average or 0), high=1e12)
    assert worth_of(at_even, costs, draws=100).average.central == pytest.approx(costs.money.central)
    spread = [abs(one.at_high - one.at_low) for one in cheap.swings]
    assert spread == sorted(spread, reverse=True)


def test_a_swing_is_the_result_with_one_thing_at_its_ends() -> None:
    found = {one.name: one for one in swings(AVOIDED, COSTS)}
    assert set(found) == {"referrals avoided", "assessments for each referral", "cost of weeks in residential care"}
    assert found["referrals avoided"].at_low == pytest.approx(50 * 700 - 1e6)
    assert found["cost of weeks in residential care"].at_high == pytest.approx(200 * (300 + 500) - 1e6)


def test_break_even_needs_no_result_and_there_is_none_where_nothing_has_worth() -> None:
    assert break_even(replace(COSTS, consequences=())) is None
    bare = replace(COSTS, consequences=(replace(COSTS.consequences[0], is_cash=False),))
    assert break_even(bare, cash_alone=True) is None


# The file -------------------------------------------------------------------------------------------------------------


def test_the_report_s_own_cost_ships_with_its_source_and_year_and_no_other() -> None:
    found = report_cost("residential_week")
    assert (found.pounds, found.price_year) == (Range(3_000, 4_000, 5_000), 2011)
    assert "2011" in found.source
    with pytest.raises(InputError, match="no unit cost"):
        report_cost("assessment")


def test_the_users_lait_file_gives_a_weekly_cost_with_its_year(shared_data: Path) -> None:
    file = shared_data / "la_panels" / "lait_extract_2016_2025.csv"
    found = lait_cost(file, "RescareFinance", "Worcestershire", "2023-24 (OT)")
    rows = [
        line.split(",")
        for line in file.read_text(encoding="utf-8-sig").splitlines()
        if line.startswith("RescareFinance,2023-24 (OT),") and ",Worcestershire," in line
    ]
    assert found.pounds.central == float(rows[0][-1]) and found.price_year == 2024
    assert "Worcestershire" in found.source
    assert lait_cost(file, "RescareFinance", "Worcestershire").price_year == 2025
    with pytest.raises(InputError, match="Did you mean"):
        lait_cost(file, "RescareFinance", "Worcestershir")
    with pytest.raises(InputError, match="no weekly unit cost"):
        lait_cost(file, "LAC", "Worcestershire")


def test_lait_files_that_are_none_are_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "other.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column measure"):
        lait_cost(wrong, "RescareFinance", "Kent")
    with pytest.raises(InputError, match="cannot be read"):
        lait_cost(tmp_path / "none.csv", "RescareFinance", "Kent")
    wrong.write_text("measure,period,area,value\nRescareFinance,2023-24,Kent,x\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no RescareFinance"):
        lait_cost(wrong, "RescareFinance", "Kent")
    wrong.write_text("measure,period,area,value\nRescareFinance,2023-24,Kent,0\n", encoding="utf-8")
    with pytest.raises(InputError, match="no cost to reckon with"):
        lait_cost(wrong, "RescareFinance", "Kent")


def test_everything_wrong_in_a_file_is_said_at_once(tmp_path: Path) -> None:
    broken = (
        ENTERED.replace("price_year = 2011", "price_year = 11")
        .replace("pounds = 1_000_000", "pounds = -1")
        .replace("[0.5, 0.6, 0.7]", "[0.7, 0.6, 0.5]")
        .replace('who = "the council\'s social care"', 'whom = "x"')
        .replace("cash_why", "cash_reason")
        .replace('report = "residential_week"', 'report = "foster_week"')
    )
    (tmp_path / "costs.toml").write_text(broken, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_costs(tmp_path / "costs.toml")
    for said in (
        "price_year is 11",
        "money: pounds is -1",
        "consequence 1: per_referral is [0.7, 0.6, 0.5]",
        'whom is not a key. Did you mean "who"',
        "consequence 1: who is missing",
        "consequence 2: cash_why is missing",
        'no unit cost "foster_week"',
    ):
        assert said in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("price_year = ", "not written as TOML"),
        ("", r"\[money\] is missing"),
        (ENTERED.replace("pounds = 500\n", ""), "given by none"),
        (ENTERED.replace("pounds = 500\n", 'pounds = 500\nlait = "SWFinance"\n'), "pounds and lait"),
        (ENTERED.replace("pounds = 500\nsource", 'lait = "SWFinance"\narea'), "no extract of it was given"),
        (ENTERED.replace("pounds = 500\n", "pounds = 500\nprice_year = 2024\n"), "in prices of 2024"),
        (ENTERED.replace("cash = true", 'cash = "yes"'), "Give true or false"),
        (ENTERED.replace("pounds = 1_000_000", "pounds = 0"), "Give what was spent"),
        (ENTERED.split("[[")[0], "No .*consequence"),
        (
            ENTERED.replace("pounds = 1_000_000", "pounds = 1e300"),
            r"money: pounds is 1e\+300. Give .* £1 and £100,000,000,000",
        ),
        (ENTERED.replace("pounds = 1_000_000", "pounds = 0.01"), "money: pounds is 0.01. Give nought, or between £1"),
        (ENTERED.replace("pounds = 500\n", "pounds = [0.2, 1, 3]\n"), "consequence 1: pounds is"),
        (
            ENTERED.replace("per_referral = 0.1", "per_referral = 1e-300"),
            "consequence 2: per_referral is .* 0.0001 and 1,000",
        ),
        (ENTERED.replace('"weeks in residential care"', '"Assessments "'), "consequence 2: name is .* consequence 1"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_do(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        costs_of(text)


def test_a_figure_is_a_number_or_three() -> None:
    assert range_of([1, 2, 3]) == Range(1, 2, 3)
    for wrong in ("3", [1, 2], [3, 2, 1], True, float("inf"), -1, None):
        with pytest.raises(InputError, match="Give"):
            range_of(wrong)
    assert np.unique(known(4.0).drawn(np.random.default_rng(0), 3)).tolist() == [4.0]


def test_what_cannot_be_reckoned_with_is_refused() -> None:
    with pytest.raises(InputError, match="in order"):
        worth_of(replace(AVOIDED, low=300.0), COSTS)
    with pytest.raises(InputError, match="draws is 5"):
        worth_of(AVOIDED, COSTS, draws=5)
