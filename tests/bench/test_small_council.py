"""The small council is what it says: its truth, its reasons to join, its seasons, and what nobody records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from council_families import NEVER
from council_records import records_of, write_council
from hidden_causes import STRENGTHS
from small_council import MOVES_AFTER_WEEKS, Options, SmallCouncil

from toolkit.tables import TABLES


@pytest.fixture(scope="module")
def council() -> SmallCouncil:
    return SmallCouncil(Options(3))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    hashes = []
    for place, seed in enumerate((4, 4, 5)):
        (tmp_path / str(place)).mkdir()
        hashes.append(write_council(SmallCouncil(Options(seed, size=0.2)), tmp_path / str(place)).hash)
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize(
    ("effect", "hidden", "sign"), [("none", "", 0), ("none", "passing", 0), ("prevent", "", -1), ("detect", "", 1)]
)
def test_the_truth_has_the_sign_of_the_effect_and_a_hidden_cause_none(effect: str, hidden: str, sign: int) -> None:
    truth = SmallCouncil(Options(6, effect, hidden, 2.0 * bool(hidden), size=0.3)).truth(20)
    assert np.sign(truth["difference"]) == sign and 0.02 < truth["not_joined"] < 0.3
    assert not sign or 0.005 < abs(truth["difference"]) < 0.05


def test_every_table_is_there_and_refers_to_what_is_there(council: SmallCouncil) -> None:
    tables = {name: table.to_pandas() for name, table in records_of(council).items()}
    assert list(tables) == list(TABLES)
    for name, frame in tables.items():
        assert tuple(frame.columns) == TABLES[name].names and not frame.duplicated(list(TABLES[name].key)).any()
        for column in TABLES[name].columns:
            if column.refers_to:
                other, key = column.refers_to.split(".")
                named = frame[column.name].dropna() if column.came_later else frame[column.name]
                assert set(named) <= set(tables[other][key]), (name, column.name)
            if column.codes:
                assert set(frame[column.name].dropna()) <= set(column.codes)
    assert tables["families"]["children"].between(0, 4).all() and tables["families"]["known_to"].notna().mean() > 0.05


def test_what_nobody_records_is_in_no_table() -> None:
    troubled = SmallCouncil(Options(7, hidden="growing", strength=2.0, size=0.2))
    before = records_of(troubled)
    troubled.troubled = None
    troubled.families = replace(troubled.families, frailty=np.ones(len(troubled.families)))
    assert all(table.equals(before[name]) for name, table in records_of(troubled).items())


@pytest.mark.parametrize(("hidden", "course"), [("lasting", 0), ("passing", -1), ("growing", 1)])
def test_a_hidden_cause_is_high_where_families_join_and_then_lasts_fades_or_grows(hidden: str, course: int) -> None:
    troubled = SmallCouncil(Options(8, "none", hidden, STRENGTHS[hidden]["two"]))
    path = troubled.troubled[0][troubled.joiners]
    day = troubled.life.joined[troubled.joiners]
    at_joining, later = (path[np.arange(len(day)), day + weeks].mean() for weeks in (1, 40))
    assert at_joining > 1.25 and np.sign(round(later / at_joining - 1, 1)) == course


def test_families_join_more_in_the_weeks_after_a_referral(council: SmallCouncil) -> None:
    life, clock = council.life, council.clock
    weeks = np.arange(clock.weeks)
    referred = np.zeros((len(council.families), clock.weeks), dtype=bool)
    referred[life.referred, life.week] = True
    count = np.cumsum(referred, axis=1)
    fresh = np.column_stack([np.zeros_like(count[:, :1]), count[:, :-1]]) > np.pad(count, ((0, 0), (7, 0)))[:, :-7]
    free = (council.families.came[:, None] <= weeks) & (weeks <= np.minimum(life.joined, life.moved)[:, None])
    due = council.base_joining[:, clock.month - clock.first_month] * clock.coming * free
    joins = (weeks == life.joined[:, None]) & free
    rates = [joins[where].sum() / due[where].sum() for where in (fresh, ~fresh)]
    assert joins[fresh].sum() > 20 and rates[0] > 2 * rates[1]


def test_referrals_follow_the_terms_and_brothers_and_sisters_come_together(council: SmallCouncil) -> None:
    tables = records_of(council)
    referrals = tables["referrals"].to_pandas().merge(tables["children"].to_pandas(), on="child_id")
    day = pd.to_datetime(referrals["received_on"])
    by_month = day.dt.month.value_counts()
    assert by_month[8] < 0.75 * by_month[[3, 6, 10, 11]].mean()
    named = referrals.groupby(["family_id", "received_on"]).size()
    assert (named > 1).mean() > 0.15


def test_families_move_more_after_a_referral(council: SmallCouncil) -> None:
    life = council.life
    moves = life.moved[life.referred]
    soon = ((moves >= life.week) & (moves < life.week + MOVES_AFTER_WEEKS)).mean()
    weeks_here = np.minimum(life.moved, council.clock.weeks) - np.maximum(council.families.came, 0)
    ever = (life.moved < NEVER).sum() / np.maximum(weeks_here, 0).sum()
    assert soon > 3 * MOVES_AFTER_WEEKS * ever


def test_a_council_is_small_and_some_areas_have_hardly_any_joiners() -> None:
    for seed in (11, 12):
        whole = SmallCouncil(Options(seed))
        by_area = np.bincount(whole.families.area[whole.joiners], minlength=len(whole.areas.district))
        first = (whole.life.joined < NEVER).sum()
        assert 25 <= len(by_area) <= 40 and 350 <= first <= 1100 and by_area.min() <= 3
