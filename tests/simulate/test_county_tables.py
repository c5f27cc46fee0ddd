"""The tables are what real ones would be: every value allowed, every key found, nothing before or after its time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.simulate import CountyOptions, simulate_county
from toolkit.tables import TABLES, Kind

NOT_OF_A_COUNTY = ("definition_breaks", "neighbourhoods", "instruments", "instrument_anchors")
"""Tables that say something a simulated county has none of."""
RECORDS_FROM, RECORDS_TO = pd.Timestamp("2007-04-01"), pd.Timestamp("2012-03-31")


@pytest.fixture(scope="module")
def tables(tenth) -> dict[str, pd.DataFrame]:
    return tenth("both").tables


@pytest.fixture(scope="module")
def referrals(tables) -> pd.DataFrame:
    """Referrals with their child's and family's columns, in order of child and day."""
    joined = tables["referrals"].merge(tables["children"], on="child_id").merge(tables["families"], on="family_id")
    return joined.sort_values(["child_id", "received_on"], ignore_index=True)


@pytest.mark.parametrize("name", [name for name in TABLES if name not in NOT_OF_A_COUNTY])
def test_a_table_has_exactly_its_columns_and_only_values_they_allow(name, tables) -> None:
    frame, table = tables[name], TABLES[name]
    assert list(frame.columns) == list(table.names)
    assert len(frame) > 0
    assert not frame.duplicated(list(table.key)).any()
    for column in table.columns:
        values = frame[column.name]
        if column.is_required:
            assert values.notna().all(), column.name
        if column.kind is Kind.CODE:
            assert set(values.dropna()) <= set(column.codes), column.name
        if column.minimum is not None:
            assert values.min() >= column.minimum, column.name
        if column.maximum is not None:
            assert values.max() <= column.maximum, column.name
        if column.kind is Kind.MONTH:
            assert (values.dropna().dt.day == 1).all(), column.name
        if column.refers_to:
            other, key = column.refers_to.split(".")
            known = tables[other][key] if other in tables else ()
            assert values.dropna().isin(known).all(), column.name


def test_the_same_options_make_the_same_county_and_another_seed_another(tenth) -> None:
    again = simulate_county(CountyOptions(1, "tenth", "both"))
    for name, frame in tenth("both").tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[name])
    assert again.truth == tenth("both").truth
    assert not tenth("both", seed=2).tables["referrals"].equals(again.tables["referrals"])


def test_what_centres_do_changes_nobody_who_lives_there(tenth) -> None:
    for name in ("centres", "families", "children", "investments"):
        pd.testing.assert_frame_equal(tenth("none").tables[name], tenth("detect").tables[name])


def test_referrals_are_of_children_under_18_while_the_family_is_known_and_the_records_run(referrals) -> None:
    month = referrals["received_on"].dt.to_period("M").astype("int64")
    age = month - referrals["birth_month"].dt.to_period("M").astype("int64")
    assert age.between(0, 18 * 12 - 1).all()
    assert referrals["received_on"].between(RECORDS_FROM, RECORDS_TO).all()
    assert (referrals["received_on"] >= referrals["known_from"]).all()
    assert not (referrals["received_on"] >= referrals["known_to"]).any()


def test_a_child_with_an_open_case_is_not_referred(referrals) -> None:
    following = referrals.groupby("child_id")["received_on"].shift(-1)
    has_next = following.notna()
    assert has_next.sum() > 50
    assert (referrals["closed_on"][has_next] < following[has_next]).all()


def test_cases_close_after_they_open_with_a_reason_unless_ended_before_an_assessment(referrals) -> None:
    closed = referrals["closed_on"].notna()
    assert (referrals["closed_on"] >= referrals["received_on"])[closed].all()
    is_nfa = referrals["outcome"] == "nfa"
    assert referrals["closure_reason"].notna()[closed & ~is_nfa].all()
    assert referrals["closure_reason"].isna()[is_nfa | ~closed].all()
    assert set(referrals["closure_reason"].dropna()) <= {f"RC{i}" for i in range(1, 9)}  # RC9 came in 2023


def test_only_centres_referrals_that_ended_early_go_back_to_the_centre(referrals) -> None:
    back = referrals[referrals["referred_back"]]
    assert len(back) > 5
    assert set(back["source"]) <= {"8", "5D"}
    assert set(back["outcome"]) == {"nfa"}


def test_episodes_of_a_kind_do_not_overlap_and_a_plan_follows_an_enquiry(tables) -> None:
    episodes = tables["episodes"].sort_values(["child_id", "kind", "started_on"])
    following = episodes.groupby(["child_id", "kind"])["started_on"].shift(-1)
    has_next = following.notna()
    assert (episodes["ended_on"][has_next] < following[has_next]).all()
    ended = episodes["ended_on"].notna()
    assert (episodes["ended_on"] >= episodes["started_on"])[ended].all()
    plans = episodes[(episodes["kind"] == "protection_plan") & (episodes["started_on"] > "2007-06-01")]
    enquiries = episodes[episodes["kind"] == "section_47"]
    both = plans.merge(enquiries, on="child_id", suffixes=("", "_enquiry"))
    waited = (both["started_on"] - both["started_on_enquiry"]).dt.days
    assert set(both["child_id"][waited.between(10, 22)]) == set(plans["child_id"])


def test_families_join_open_centres_while_they_are_known_and_leave_afterwards(tables) -> None:
    joined = tables["registrations"].merge(tables["families"], on="family_id").merge(tables["centres"], on="centre_id")
    assert (joined["registered_on"] >= joined["opened_on"]).all()
    assert (joined["registered_on"] >= joined["known_from"]).all()
    assert not (joined["registered_on"] >= joined["known_to"]).any()
    left = joined["left_on"].notna()
    assert (joined["left_on"] >= joined["registered_on"])[left].all()
    moved = joined["known_to"].notna()
    assert (joined["left_on"] <= joined["known_to"])[moved].all()
    assert joined["registered_on"].min() < RECORDS_FROM  # centres opened before the records begin
    assert (joined["registered_on"].dt.day_of_week < 5).all()
    assert tables["registrations"].groupby("family_id").size().value_counts().to_dict().keys() == {1, 2}


def test_a_family_counts_its_children_as_last_known(tables) -> None:
    families, children = tables["families"], tables["children"]
    last = families.set_index("family_id")["known_to"].fillna(RECORDS_TO)
    month = last.dt.to_period("M").astype("int64").reindex(children["family_id"]).to_numpy()
    age = month - children["birth_month"].dt.to_period("M").astype("int64").to_numpy()
    under_18 = pd.Series((age >= 0) & (age < 216)).groupby(children["family_id"]).sum()
    assert under_18.reindex(families["family_id"]).to_numpy().tolist() == families["children"].tolist()
    youngest = children.groupby("family_id")["birth_month"].max()
    assert youngest.reindex(families["family_id"]).tolist() == families["youngest_birth_month"].tolist()


def test_places_are_invented_and_codes_are_not_real_ones(tables) -> None:
    assert tables["families"]["lsoa11"].str.match(r"^E01999\d{3}$").all()
    assert set(tables["area_counts"]["area"]) == {"X99000001"}
    assert len(tables["centres"]) == 34
    assert tables["centres"]["district"].nunique() == 6
    assert tables["centres"].groupby("area_team")["district"].nunique().tolist() == [2, 2, 2]
    assert tables["centres"]["tracks_progress_from"].notna().sum() == 19
    assert tables["centres"]["opened_on"].dt.year.between(2004, 2010).all()


def test_published_counts_are_the_tables_own(tables) -> None:
    counts = tables["area_counts"].set_index(["measure", "period"])["count"]
    received = tables["referrals"]["received_on"]
    assert counts["referrals", "2010"] == received.between("2009-04-01", "2010-03-31").sum()
    assert counts["referrals", "2009-Q2"] == received.between("2009-04-01", "2009-06-30").sum()
    assert counts["referrals_month", "2008-11"] == received.between("2008-11-01", "2008-11-30").sum()
    in_care = tables["episodes"][tables["episodes"]["kind"] == "looked_after"]["started_on"]
    assert counts["started_looked_after", "2011"] == in_care.between("2010-04-01", "2011-03-31").sum()


def test_early_intervention_money_follows_its_formula_from_april_2011(tables) -> None:
    money = tables["investments"][tables["investments"]["programme"] == "Early intervention"]
    assert money["starts_on"].min() == pd.Timestamp("2011-04-01")
    assert money.groupby("area").size().unique().tolist() == [4]
    families, children = tables["families"], tables["children"]
    day, month = pd.Timestamp("2011-04-01"), pd.Period("2011-04", "M")
    age = children["birth_month"].dt.to_period("M").apply(lambda born: (month - born).n)
    young = set(children["family_id"][(age >= 0) & (age < 60)])
    here = (families["known_from"] <= day) & ~(families["known_to"] <= day) & families["family_id"].isin(young)
    weight = np.where(families["idaci_decile"] <= 3, 3, 1) * here
    shares = pd.Series(weight).groupby(families["reach_centre_id"]).sum() / weight.sum()
    quarter = money[money["starts_on"] == day].set_index("area")["amount_gbp"]
    assert (quarter - shares * 60_000).abs().max() <= 51  # rounded to a hundred pounds
    assert quarter.max() > 2 * quarter.min()
