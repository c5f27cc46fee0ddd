"""Reach areas by quarter as the records have them, the lag, and what became of areas whose centre opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from toolkit.stats.panel.dose_response import DoseEffect
from toolkit.stats.panel.steps import Step
from toolkit.studies.definition_breaks import Break
from toolkit.studies.reach_areas import gates
from toolkit.studies.reach_areas.dose import plan_of
from toolkit.studies.reach_areas.facts import ReachAreasFacts
from toolkit.studies.reach_areas.findings import facts_of, findings_of
from toolkit.studies.reach_areas.openings import openings_of
from toolkit.studies.reach_areas.panel import YEAR, AreaQuarters, area_quarters
from toolkit.studies.reach_areas.spec import ReachAreasSpec

SPEC = ReachAreasSpec(programmes=("Early intervention",))
DAY = pd.Timestamp


def records(folder) -> SimpleNamespace:
    """Three families of two areas, with referrals in and out of what counts."""
    families = pd.DataFrame(
        {
            "family_id": ["f1", "f2", "f3"],
            "reach_centre_id": ["A", "B", None],
            "district": ["North", "South", "South"],
            "idaci_decile": [2, 8, 5],
            "known_from": [DAY(2009, 1, 1), DAY(2010, 2, 15), DAY(2009, 1, 1)],
            "known_to": [pd.NaT, DAY(2010, 8, 1), pd.NaT],
        }
    )
    children = pd.DataFrame(
        {
            "child_id": ["c1", "c2", "c3", "c4"],
            "family_id": ["f1", "f1", "f2", "f3"],
            "birth_month": [DAY(2005, 5, 1), DAY(2010, 5, 1), DAY(2008, 1, 1), DAY(2008, 1, 1)],
        }
    )
    received = {
        "r0": ("c1", DAY(2010, 1, 4)),
        "r1": ("c1", DAY(2010, 4, 29)),  # the day before its fifth birth month ends
        "r2": ("c1", DAY(2010, 5, 1)),  # five
        "r3": ("c2", DAY(2010, 6, 1)),  # its brother's family, in the same quarter as r1
        "r4": ("c3", DAY(2010, 2, 14)),  # not known yet
        "r5": ("c3", DAY(2010, 7, 31)),
        "r6": ("c3", DAY(2010, 8, 1)),  # moved
        "r7": ("c4", DAY(2010, 7, 1)),  # of no area
        "r8": ("c2", DAY(2010, 9, 28)),
    }
    referrals = pd.DataFrame(
        [{"referral_id": name, "child_id": child, "received_on": day} for name, (child, day) in received.items()]
    )
    money = pd.DataFrame(
        {
            "programme": ["Early intervention", "Early intervention", "Another"],
            "area": ["A", "county", "B"],
            "starts_on": [DAY(2010, 4, 1), DAY(2010, 7, 1), DAY(2010, 4, 1)],
            "ends_on": [DAY(2010, 9, 30), DAY(2010, 9, 30), DAY(2010, 6, 30)],
            "amount_gbp": [1_830.0, 500.0, 70.0],
        }
    )
    centres = pd.DataFrame({"centre_id": ["A", "B"], "opened_on": [DAY(2006, 1, 1), DAY(2010, 5, 3)]})
    tables = {"families": families, "children": children, "referrals": referrals, "investments": money}
    for name, table in (tables | {"centres": centres}).items():
        table.to_parquet(folder / f"{name}.parquet")
    return SimpleNamespace(pattern=lambda table: str(folder / f"{table}.parquet"))


def panel_of(folder) -> AreaQuarters:
    found = area_quarters(records(folder), under_months=60, programmes=("Early intervention",), while_open="count")
    assert found is not None
    return found


def test_a_referral_and_a_day_count_only_while_the_child_is_young_there_and_known(tmp_path) -> None:
    panel = panel_of(tmp_path)
    assert (panel.areas, panel.district) == (("A", "B"), ("North", "South"))
    assert panel.starts == (date(2010, 1, 1), date(2010, 4, 1), date(2010, 7, 1))
    assert panel.referrals.tolist() == [[1, 2, 1], [0, 0, 1]]
    assert panel.families.tolist() == [[1, 1, 1], [0, 0, 1]]
    days = panel.child_years * YEAR
    assert days[0].tolist() == pytest.approx([90, 30 + 61, 92])  # the elder until May, the younger from then on
    assert days[1].tolist() == pytest.approx([45, 91, 31])
    assert [(step.step, step.rows) for step in panel.flow] == [
        ("referrals", 8), ("out_no_area", 1), ("out_not_there", 2), ("counted", 5),
    ]  # fmt: skip
    assert panel.opened == (date(2006, 1, 1), date(2010, 5, 3))


def test_money_is_spread_over_its_days_and_a_countys_is_no_areas_dose(tmp_path) -> None:
    panel = panel_of(tmp_path)
    assert panel.pounds.tolist() == [pytest.approx([0, 910, 920]), [0, 0, 0]]
    assert panel.elsewhere == pytest.approx(500)
    assert panel.dose[0, 1] == pytest.approx(910 / (91 / 91))


def made(starts: int = 12, areas: int = 20) -> AreaQuarters:
    shape = (areas, starts)
    return AreaQuarters(
        areas=tuple(f"A{one:02d}" for one in range(areas)),
        district=tuple(f"D{one % 4}" for one in range(areas)),
        starts=tuple(day.date() for day in pd.date_range("2008-04-01", periods=starts, freq="QS")),
        referrals=np.full(shape, 20.0),
        families=np.full(shape, 20.0),
        child_years=np.full(shape, 250.0),
        pounds=np.zeros(shape),
        deprivation=np.linspace(1, 10, areas),
        opened=(None,) * areas,
        elsewhere=0.0,
        flow=(),
    )


def test_what_works_is_the_money_of_the_quarter_before() -> None:
    plain = made()
    pounds = plain.children * 10.0 * (np.arange(12) >= 8)
    pounds[:, -1] = 1e9  # the last quarter's money can have done nothing yet
    pounds[0] = 0
    plan = plan_of(replace(plain, pounds=pounds), SPEC)
    assert plan.before.tolist() == [True] * 8 + [False] * 4
    assert plan.after.tolist() == [False] * 9 + [True] * 3
    assert plan.dose.tolist() == pytest.approx([0.0] + [10.0] * 19)
    assert plan.typical == pytest.approx(10)  # of areas that got any
    at_once = plan_of(replace(plain, pounds=pounds * (np.arange(12) < 11)), SPEC.model_copy(update={"lag_quarters": 0}))
    assert at_once.after.sum() == 4
    later = SPEC.model_copy(update={"money_from": date(2010, 8, 15)})
    assert plan_of(replace(plain, pounds=pounds), later).begins == 9
    assert plan_of(plain, SPEC).begins == 12 and plan_of(plain, SPEC).typical == 0


def test_the_facts_hold_all_of_the_money_on_record_that_of_no_one_area_too() -> None:
    plain = made()
    pounds = plain.children * 10.0 * (np.arange(12) >= 8)
    panel = replace(plain, pounds=pounds, elsewhere=500.0)
    facts = facts_of(findings_of(panel, SPEC, 1), SPEC)
    assert facts.pounds == pytest.approx(pounds.sum() + 500)
    of_before = {name: value for name, value in facts.to_json().items() if name != "pounds"}
    assert ReachAreasFacts.from_json(of_before).pounds is None  # a file of before it was kept


def test_a_fall_where_centres_opened_is_found_and_too_few_openings_are_not_compared() -> None:
    rng = np.random.default_rng(1)
    panel = made(16, 24)
    starts = panel.starts
    opened = tuple([starts[6]] * 6 + [starts[9]] * 6 + [None] * 12)
    rate = np.full((24, 16), 30.0) * np.exp(rng.normal(0, 0.3, (24, 1)) + rng.normal(0, 0.2, 16))
    for area, day in enumerate(opened):
        if day is not None:
            rate[area, starts.index(day) :] *= 0.6
    counts = rng.poisson(rate) * 1.0
    found = openings_of(replace(panel, opened=opened), counts, SPEC, 1)
    assert (found.opened, found.compared_with) == (12, 12)  # one that opens within the year is no comparison
    assert found.effect is not None
    assert found.told is not None
    assert found.told[0] == pytest.approx(-0.4, abs=0.06) and found.told[1] < -0.4 < found.told[2] < 0
    nothing = rng.poisson(np.where(rate > 0, rate.mean(axis=1, keepdims=True), 0)) * 1.0
    none = openings_of(replace(panel, opened=opened), nothing, SPEC, 1)
    assert none.effect is not None
    low, high = none.effect.clustered.interval()
    assert low < 0 < high
    few = openings_of(replace(panel, opened=(starts[6], *[None] * 23)), counts, SPEC, 1)
    assert few.effect is None
    assert openings_of(panel, counts, SPEC, 1).opened == 0


def test_gates_bar_what_is_shown_and_warn_of_what_is_not() -> None:
    def path(estimate: float, se: float) -> DoseEffect:
        return DoseEffect(estimate, se, 30.0, 34)

    assert gates.trends(path(0.01, 0.02), 0.1).status == "pass"
    assert gates.trends(path(0.01, 0.2), 0.1).status == "warn"
    assert gates.trends(path(0.12, 0.05), 0.1).status == "warn"  # of 95%, and not of 99%
    assert gates.trends(path(0.2, 0.05), 0.1).status == "fail"
    assert gates.trends(None, 0.1).status == "warn"
    assert gates.rise(path(0.3, 0.05)).sentence.startswith("The money went where referrals had just risen.")
    assert gates.rise(path(-0.3, 0.05)).sentence.startswith("The money went where referrals had just fallen.")
    assert gates.rise(path(0.05, 0.05)).status == "pass"
    steps = (Step(0, 5, 1.1, 1.0, 0.9), Step(1, 6, 1.7, 6.0, 1e-6))
    stepped = gates.recording(steps, ["North", "South"], 0.01)
    assert (stepped.status, "Counts in South stepped" in stepped.sentence) == ("fail", True)
    assert gates.recording(steps[:1], ["North", "South"], 0.01).status == "pass"
    assert [gates.rests_on(worth, 4.0).status for worth in (None, 3.9, 4.0, 8.0)] == ["fail", "fail", "warn", "pass"]
    assert [gates.areas(n, 20).status for n in (19, 20, 30)] == ["fail", "warn", "pass"]
    assert [gates.ways_agree(signs).status for signs in ((0, 0), (-1, 0), (0,))] == ["pass", "warn", "warn"]


@pytest.mark.parametrize(("area", "status"), [("North", "fail"), ("county", "warn")])
def test_a_change_of_definition_in_some_places_alone_bars_and_one_everywhere_warns(area: str, status: str) -> None:
    change = Break(area, date(2010, 5, 1), "front_door", "referrals")
    first, last = date(2009, 1, 1), date(2011, 1, 1)
    assert gates.definitions([change], ["North", "A"], first, last).status == status
    assert gates.definitions([replace(change, touches="care")], ["North"], first, last).status == "pass"
    assert gates.definitions([change], ["North"], date(2010, 6, 1), last).status == "pass"
