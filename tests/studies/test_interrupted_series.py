from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError, ProtocolError
from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.members.view import member_view
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.interrupted_series.counts import published_counts, stored_counts
from toolkit.studies.interrupted_series.facts import SeriesFacts
from toolkit.studies.interrupted_series.other_events import events_table
from toolkit.studies.interrupted_series.periods import period_name, quarter_name
from toolkit.studies.interrupted_series.spec import SeriesSpec
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study

PUBLISHED = load_protocol(ANALYSES / "rec10_worcestershire_series.toml")
COUNTY = load_protocol(ANALYSES / "rec10_county_series.toml")
SPEC = COUNTY.spec_as(SeriesSpec)


def plan(**keys):
    """The county's protocol with other keys."""
    return COUNTY.model_copy(update={"spec": SPEC.model_copy(update=keys)})


STORE = plan(child_under_months=None, compare_with=(), harmonics=None, event_window=2, steps=(date(2008, 11, 11),))
"""All referrals, and the county alone."""
QUARTERS = pd.period_range("2007Q2", "2012Q1", freq="Q")  # calendar quarters; April 2007 to March 2012


def referrals(counts, seed: int = 1, first: str = "2007-04-01") -> list[dict]:
    rng = np.random.default_rng(seed)
    rows = []
    for period, count in zip(pd.period_range(first, periods=len(counts), freq="Q"), counts, strict=True):
        begins, days = period.start_time.date(), (period.end_time - period.start_time).days + 1
        on = [0, days - 1, *rng.integers(0, days, count - 2)] if count >= 2 else [0] * count
        rows += [begins + timedelta(days=int(day)) for day in on]
    return [
        {"referral_id": f"R{place:06d}", "child_id": "K1", "received_on": day, "source": "8"}
        for place, day in enumerate(rows)
    ]


def child(number: int, born: date, known_from: date, known_to: date | None = None) -> tuple[dict, dict]:
    family = {
        "family_id": f"F{number}",
        "reach_centre_id": "C01",
        "district": "Northvale",
        "idaci_decile": 3,
        "children": 1,
        "known_from": known_from,
        "known_to": known_to,
    }
    family |= dict.fromkeys(
        ("lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care"), False
    )
    return family, {"child_id": f"K{number}", "family_id": f"F{number}", "birth_month": born}


@pytest.fixture
def county(make_snapshot):
    """A council's quarters: a step in November 2008, and a ratio from April 2011 on."""

    def make(ratio: float = 1.0, *, events=(), level: int = 300, quarters: int = 20, simulated: bool = False):
        rng = np.random.default_rng(4)
        time = np.arange(quarters)
        mean = level * np.array([1, 1.05, 1.02, 0.95])[time % 4] * np.where(time >= 6, 1.2, 1.0)
        counts = rng.poisson(mean * np.where(time >= 16, ratio, 1.0))
        families, children = zip(*[child(n, date(2005, 1, 1), date(2006, 1, 1)) for n in range(5)], strict=True)
        tables = {"referrals": referrals(counts), "families": families, "children": children, "events": events}
        return make_snapshot(tables, simulated=simulated), counts

    return make


def test_the_published_quarters_are_those_of_table_3():
    quarters = published_counts()
    assert quarters.frame["referrals"].tolist() == [758, 850, 795, 737, 855, 792]
    assert (
        quarters.frame["period"].tolist()[0] == "2009/10 Q1" and quarters.frame["period"].tolist()[-1] == "2010/11 Q2"
    )
    assert quarters.frame["exposure"].tolist() == [91, 92, 92, 90, 91, 92]
    assert quarters.years["referrals"].tolist() == [2571, 2805, 3140, 3140]


def test_six_real_quarters_cannot_answer_and_say_why(county):
    snapshot, _ = county(simulated=True)
    result = run_study(PUBLISHED, snapshot)
    primary = result.primary
    assert (primary.outcome, primary.measure) == ("referrals", "difference")
    assert (primary.estimate, primary.low, primary.high) == (None, None, None)
    assert {gate.name for gate in result.failed_gates} == {
        "quarters_before",
        "quarters_after",
        "estimable",
        "other_events",
    }
    verdict = verdict_for(result)
    assert (verdict.code, verdict.maryland_level) == ("cannot_say", 1)
    assert "There is no quarter from after the money came in April 2011." in verdict.sentence
    assert "1,647 referrals" in verdict.detail and "1,608" in verdict.detail
    assert "The quietest quarter had 737, the busiest 855." in verdict.detail


def test_real_figures_are_not_called_simulated_beside_a_simulated_store(county):
    snapshot, _ = county(simulated=True)
    assert run_study(PUBLISHED, snapshot).simulated is False
    assert run_study(STORE, snapshot).simulated is True


def test_the_published_answer_is_the_same_beside_any_store(county):
    one, two = (run_study(PUBLISHED, county(ratio)[0]) for ratio in (1.0, 0.5))
    for part in ("estimates", "gates", "flow", "facts"):
        assert getattr(one, part) == getattr(two, part)
    assert one.tables["series"].equals(two.tables["series"])


def test_published_events_are_marked_with_their_distance_from_the_money(county):
    events = run_study(PUBLISHED, county()[0]).tables["events"].set_index("on")
    assert events.loc["2010-11-01", "from_money"] == -2 and events.loc["2010-11-01", "is_near"]
    assert events.loc["2010-09-01", "from_money"] == -3 and not events.loc["2010-09-01", "is_near"]
    assert len(events) == 5


def test_a_jump_in_the_stores_own_quarters_is_found_but_its_cause_is_not(county):
    snapshot, counts = county(0.7)
    result = run_study(STORE, snapshot)
    primary = result.primary
    assert primary.low <= -0.3 <= primary.high < 0
    assert (primary.n_treated, primary.n_control) == (None, None)
    assert result.tables["series"]["referrals"].tolist() == counts.tolist()
    assert result.tables["series"]["after_money"].sum() == 4
    assert "step_2008-11-11" in result.tables["coefficients"]["name"].tolist()
    verdict = verdict_for(result)
    assert verdict.code == "inconclusive"
    assert "but one county alone cannot tell why" in verdict.sentence and "fewer" in verdict.sentence


def test_without_a_jump_it_says_that_it_cannot_tell(county):
    result = run_study(STORE, county(1.0)[0])
    assert result.primary.low <= 0 <= result.primary.high
    verdict = verdict_for(result)
    assert verdict.code == "inconclusive"
    assert verdict.sentence.startswith("With 20 quarters of counts, a fall of less than about ")
    assert "We cannot tell if referrals changed" in verdict.sentence
    assert re.search(r"from \d+ fewer to \d+ more", verdict.sentence)


def test_an_event_near_the_money_closes_the_gate_and_is_named(county):
    inspection = {"area": "county", "on": date(2010, 11, 15), "what": "An inspection"}
    long_ago = {"area": "county", "on": date(2008, 11, 11), "what": "A court case"}
    verdict = verdict_for(run_study(STORE, county(0.7, events=[inspection, long_ago])[0]))
    assert verdict.code == "cannot_say"
    assert "An inspection" in verdict.sentence and "A court case" not in verdict.sentence
    assert not re.search("fewer|more", verdict.detail)  # what was counted is told, and not what it was held against
    assert "there were about 1,020 referrals" in verdict.detail
    assert verdict_for(run_study(STORE, county(0.7, events=[long_ago])[0])).code == "inconclusive"


def test_a_year_with_no_day_may_have_been_near():
    event = pd.DataFrame(
        {
            "on": [pd.Timestamp(2010, 1, 1)],
            "until": [pd.Timestamp(2010, 12, 31)],
            "as_printed": ["2010"],
            "area": ["county"],
            "what": ["A review"],
        }
    )
    row = events_table(event, plan(event_window=2).spec).iloc[0]
    assert (row["from_money"], row["is_near"]) == (-2, True)
    assert not events_table(event, plan(event_window=1).spec).iloc[0]["is_near"]
    months = events_table(event, plan(event_window=2, by="month").spec).iloc[0]
    assert (months["from_money"], months["is_near"], months["period"]) == (-4, True, "January 2010")


@pytest.mark.parametrize(("quarters", "failed"), [(18, {"quarters_after"}), (16, {"quarters_after", "estimable"})])
def test_too_few_quarters_are_gates_and_not_errors(county, quarters, failed):
    result = run_study(STORE, county(quarters=quarters)[0])
    assert {gate.name for gate in result.failed_gates} == failed
    verdict = verdict_for(result)
    assert verdict.code == "cannot_say"
    assert bundle_of(result, verdict).estimates[0].measure == "difference"


def test_a_store_without_referrals_is_told_to_fill_it_and_is_no_answer(make_snapshot):
    with pytest.raises(InputError, match=r"Upload referrals of whole quarters first"):
        run_study(STORE, make_snapshot({}))


def test_part_quarters_at_the_ends_are_left_out_and_counted(make_snapshot):
    rows = referrals([40] * 6, first="2009-04-01")
    kept = [row for row in rows if date(2009, 5, 1) <= row["received_on"] <= date(2010, 9, 26)]
    quarters = stored_counts(make_snapshot({"referrals": kept}), STORE.spec)
    assert quarters.frame["period"].tolist()[0] == "2009/10 Q2"
    assert quarters.frame["period"].tolist()[-1] == "2010/11 Q2"
    counted = {step.step: step.rows for step in quarters.flow}
    assert counted["out_part_periods"] == sum(row["received_on"] < date(2009, 7, 1) for row in kept)
    assert quarters.frame["referrals"].sum() + counted["out_part_periods"] == len(kept)
    assert quarters.exposure_is == "days"


def test_the_exposure_is_the_children_of_the_middle_of_the_quarter(make_snapshot):
    people = [
        child(1, born=date(2005, 1, 1), known_from=date(2006, 1, 1)),
        child(2, born=date(2009, 9, 1), known_from=date(2006, 1, 1)),  # not yet born in the first quarter
        child(3, born=date(1991, 6, 1), known_from=date(2006, 1, 1)),  # 18 in June 2009
        child(4, born=date(2005, 1, 1), known_from=date(2006, 1, 1), known_to=date(2009, 7, 15)),  # moves
    ]
    families, children = zip(*people, strict=True)
    tables = {"referrals": referrals([9, 9], first="2009-04-01"), "families": families, "children": children}
    quarters = stored_counts(make_snapshot(tables), STORE.spec)
    assert quarters.frame["exposure"].tolist() == [91 * 3, 92 * 1]
    assert quarters.exposure_is == "children under 18, times days"


def test_money_in_a_quarter_begins_the_time_after(county):
    later = STORE.model_copy(update={"spec": STORE.spec.model_copy(update={"money_from": date(2011, 5, 20)})})
    assert run_study(later, county()[0]).tables["series"]["after_money"].tolist().index(True) == 16


def test_a_new_slope_can_be_asked_for_and_the_answer_is_then_the_average_over_the_time_after(county):
    sloped = STORE.model_copy(update={"spec": STORE.spec.model_copy(update={"slope_change": True})})
    result = run_study(sloped, county(0.7)[0])
    assert [one.estimator for one in result.estimates] == ["alone", "level_change", "slope_change"]
    assert result.primary.low <= -0.3 <= result.primary.high


def test_a_protocol_without_its_source_says_so(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(
        'title = "t"\nrecommendation = "r"\nkind = "interrupted_series"\n[interrupted_series]\nsource = "stroe"\n'
    )
    with pytest.raises(ProtocolError) as caught:
        load_protocol(path)
    assert 'interrupted_series.source is "stroe"' in str(caught.value)
    assert "interrupted_series.money_from is missing" in str(caught.value)


def test_members_are_told_a_councils_own_counts_to_the_nearest_five_and_no_quarters_as_families(county):
    result = run_study(STORE, county()[0])
    verdict = verdict_for(result)
    shown = re.search(r"there were about ([\d,]+) referrals", verdict.detail)
    assert shown and int(shown.group(1).replace(",", "")) % 5 == 0
    view = member_view(bundle_of(result, verdict)).to_json()
    assert view["families"] == {}
    few = verdict_for(run_study(STORE, county(level=1)[0]))
    assert "referrals. In the same months" not in few.detail


@pytest.mark.parametrize("ratio", [0.7, 1.0, 1.4])
@pytest.mark.parametrize("protocol", [PUBLISHED, STORE], ids=lambda p: p.question)
def test_words_are_plain_and_readable_at_twelve(county, reading_grade, protocol, ratio):
    verdict = verdict_for(run_study(protocol, county(ratio)[0]))
    assert reading_grade(verdict.summary()) <= 7.0, verdict.summary()
    for text in (verdict.sentence, verdict.detail, *verdict.cannot_show):
        assert reading_grade(text) <= 9.5, text
    assert not re.search(r"\bp\b|significan|confidence|statistic|evidence-based|nan", verdict.summary())


def test_quarters_are_named_by_the_year_from_april():
    assert [quarter_name(pd.Timestamp(day)) for day in ("2010-03-31", "2010-04-01", "2000-01-01")] == [
        "2009/10 Q4",
        "2010/11 Q1",
        "1999/00 Q4",
    ]


def changed(on: date, touches: str = "referrals") -> dict:
    return {
        "area": "county",
        "starts_on": on,
        "kind": "front_door",
        "touches": touches,
        "source": "all",
        "what": "All calls go to one desk",
        "confirmed_by": "Head of performance",
        "confirmed_on": on,
    }


@pytest.mark.parametrize(
    ("rows", "near", "definitions"),
    [
        ([], "pass", "pass"),
        ([changed(date(2009, 12, 1))], "pass", "pass"),  # it has a term of the model
        ([changed(date(2011, 2, 1))], "pass", "fail"),
        ([changed(date(2011, 2, 1), "assessments")], "pass", "pass"),
        ([changed(date(2008, 11, 20))], "pass", "pass"),  # the protocol has a step in that quarter
        ([changed(date(2013, 2, 1))], "pass", "pass"),
    ],
)
def test_a_change_of_what_counts_as_a_referral_is_named_and_bars_close_to_the_money(
    make_snapshot, rows, near, definitions
):
    whole = make_snapshot({"referrals": referrals([300] * 20), "definition_breaks": rows})
    result = run_study(STORE, whole)
    gates = {gate.name: gate for gate in result.gates}
    assert (gates["other_events"].status, gates["definitions"].status) == (near, definitions)
    is_inside = bool(rows) and rows[0]["touches"] == "referrals" and rows[0]["starts_on"].year < 2013
    assert ("front door" in gates["definitions"].sentence) == is_inside
    terms = [name for name in result.tables["coefficients"]["name"] if name.startswith("recording_")]
    assert terms == (["recording_2009-12-01"] if rows == [changed(date(2009, 12, 1))] else [])
    assert "one desk" not in gates["other_events"].sentence


@pytest.fixture
def town(make_snapshot):
    """A council's under-fives and older children: a fifth more of both from April 2011, and a ratio for the young."""

    def make(ratio: float = 1.0, *, months: bool = False, quarters: int = 20, police: float = 1.0, **more):
        rng = np.random.default_rng(5)
        periods, at, level = (3 * quarters, 48, 80) if months else (quarters, 16, 240)
        time = np.arange(periods)
        mean = level * (1 + 0.05 * np.sin(time)) * np.where(time >= at, 1.2, 1.0)
        young = mean * np.where(time >= at, ratio, 1.0)
        rows = []
        for who, means, part in (("K0", young, 0.6), ("K1", young, 0.4), ("K2", mean * 1.5, 1.0)):
            struck = np.where(time >= at, police if who == "K1" else 1.0, 1.0)
            for place, count in enumerate(rng.poisson(means * part * struck)):
                first = pd.Timestamp(2007, 4, 1) + pd.DateOffset(months=place * (1 if months else 3))
                rows += [
                    {"child_id": who, "received_on": first.date(), "source": "6" if who == "K1" else "3B"}
                    for _ in range(count)
                ]
        ends = pd.Timestamp(2007, 4, 1) + pd.DateOffset(months=quarters * 3) - pd.Timedelta(days=1)
        rows.append({"child_id": "K2", "received_on": ends.date(), "source": "3B"})
        rows = [row | {"referral_id": f"R{place:06d}"} for place, row in enumerate(rows)]
        ages = {"K0": date(2007, 5, 1), "K1": date(2007, 5, 1), "K2": date(2001, 4, 1)}
        people = [child(number, born, date(2006, 1, 1)) for number, born in enumerate(ages.values())]
        families, children = zip(*people, strict=True)
        return make_snapshot({"referrals": rows, "families": families, "children": children, **more})

    return make


YOUNG_ONES = plan(child_under_months=60)


def test_beside_older_children_what_moves_both_is_no_change_and_alone_it_looks_like_one(town):
    result = run_study(YOUNG_ONES, town())
    facts = result.facts_as(SeriesFacts)
    assert [one.estimator for one in result.estimates] == ["older_children", "alone"]
    assert facts.design == "older_children" and facts.effect[1] < 0 < facts.effect[2]
    assert facts.alone[0] > 0.1
    assert (facts.periods_before, facts.periods_after) == (16, 4)
    verdict = verdict_for(result)
    assert verdict.code == "inconclusive" and verdict.maryland_level == 2
    assert "older children" in verdict.cannot_show[0]


def test_a_fall_of_the_young_ones_alone_is_said_with_what_it_takes_for_so(town):
    verdict = verdict_for(run_study(YOUNG_ONES, town(0.7)))
    assert verdict.code == "fewer"
    assert re.search(r"going by older children's, about \d+ fewer came", verdict.sentence)
    assert verdict.sentence.startswith("With 20 quarters of counts, a fall of less than about ")
    assert "never prove a cause" in " ".join(verdict.cannot_show)
    assert "From year to year the count moves by about" in verdict.detail


def test_the_county_alone_has_no_sign_however_clear_the_change(town):
    alone = run_study(plan(compare_with=()), town(0.6))
    assert alone.primary.high < 0
    verdict = verdict_for(alone)
    assert verdict.code == "inconclusive" and "one county alone cannot tell why" in verdict.sentence


def test_an_event_near_the_money_bars_the_county_alone_and_not_beside_children_it_struck_as_well(town):
    events = [
        {"area": "county", "on": date(2008, 11, 11), "what": "A court case"},
        {"area": "county", "on": date(2010, 11, 15), "what": "An inspection"},
    ]
    alone = verdict_for(run_study(plan(compare_with=()), town(events=events)))
    assert alone.code == "cannot_say"
    assert "An inspection (15 November 2010)" in alone.sentence and "court case" not in alone.sentence
    beside = run_study(YOUNG_ONES, town(events=events))
    (gate,) = (one for one in beside.gates if one.name == "other_events")
    assert gate.status == "warn" and "An inspection (15 November 2010)" in gate.sentence
    assert verdict_for(beside).code == "inconclusive"


def test_an_event_far_enough_from_the_money_is_allowed_for_by_a_term_and_told(town):
    events = [
        {"area": "county", "on": date(2009, 2, 11), "what": "A court case"},
        {"area": "county", "on": date(2009, 5, 1), "what": "Another"},  # too near the first to be told from it
    ]
    result = run_study(plan(compare_with=()), town(events=events))
    terms = [name for name in result.tables["coefficients"]["name"] if name.startswith("event_")]
    assert terms == ["event_2009-02-11"]
    said = verdict_for(result)
    assert said.code == "inconclusive"
    assert "We allow for what else is on record: A court case (11 February 2009); Another (1 May 2009)." in said.detail


def test_a_source_that_steps_when_the_money_comes_is_taken_for_recording_and_named(town):
    verdict = verdict_for(run_study(YOUNG_ONES, town(police=2.2)))
    assert verdict.code == "cannot_say" and "This may be recording" in verdict.sentence and "Police" in verdict.sentence
    assert not re.search("fewer came|more came|fit anything", verdict.summary())


def test_a_change_too_large_for_money_is_taken_for_recording(town):
    verdict = verdict_for(run_study(YOUNG_ONES, town(0.35)))
    assert verdict.code == "cannot_say" and "Ask first if recording changed" in verdict.sentence


def test_months_are_counted_as_months(town):
    result = run_study(plan(child_under_months=60, by="month", harmonics=2), town(0.7, months=True))
    facts = result.facts_as(SeriesFacts)
    assert (facts.by, facts.periods_before, facts.periods_after) == ("month", 48, 12)
    assert result.tables["series"]["period"].tolist()[:2] == ["April 2007", "May 2007"]
    verdict = verdict_for(result)
    assert verdict.code == "fewer" and "60 months" in verdict.sentence
    assert facts.year_before.referrals == result.tables["series"]["referrals"].tail(12).sum()
    few = run_study(plan(child_under_months=60, by="month"), town(months=True, quarters=18))
    (gate,) = few.failed_gates
    assert (gate.name, gate.figure, gate.threshold) == ("quarters_after", 6, 12)
    assert period_name(pd.Timestamp(2010, 2, 1), "month") == "February 2010"


def neighbour(area: str, months: int, missing: tuple[int, ...] = ()) -> list[dict]:
    rng = np.random.default_rng(len(area) + months)
    return [
        {
            "area": area,
            "period": str(pd.Period("2007-04", "M") + place),
            "measure": "referrals_month",
            "count": float(rng.poisson(300)),
            "status": "published",
        }
        for place in range(months)
        if place not in missing
    ]


def test_neighbours_stand_beside_where_every_month_is_published(town):
    beside = plan(child_under_months=60, compare_with=("neighbours", "older_children"), neighbours=("E1", "E2"))
    result = run_study(beside, town(area_counts=[*neighbour("E1", 60), *neighbour("E2", 60, missing=(7,))]))
    facts = result.facts_as(SeriesFacts)
    assert [one.estimator for one in result.estimates] == ["neighbours", "older_children", "alone"]
    assert facts.design == "neighbours" and facts.effect[0] > 0.05  # news of this county alone is none of theirs
    sums = result.tables["beside"]["neighbours"]
    assert sums.iloc[0] == sum(row["count"] for row in neighbour("E1", 60)[:3])
    none = run_study(beside, town(area_counts=neighbour("E2", 60, missing=(7,))))
    assert none.facts_as(SeriesFacts).design == "older_children"


def test_without_what_it_was_to_stand_beside_the_county_stands_alone_and_says_so(county):
    result = run_study(plan(harmonics=None), county()[0])
    (gate,) = (one for one in result.gates if one.name == "comparison")
    assert gate.status == "warn" and "are not on record, or are too few" in gate.sentence
    assert result.facts_as(SeriesFacts).design == "alone"


@pytest.mark.parametrize("protocol", [YOUNG_ONES, plan(child_under_months=60, compare_with=())])
@pytest.mark.parametrize("ratio", [0.35, 0.7])
def test_every_answer_about_young_ones_is_plain(town, reading_grade, protocol, ratio):
    verdict = verdict_for(run_study(protocol, town(ratio)))
    assert reading_grade(verdict.summary()) <= 7.0, verdict.summary()
    for text in (verdict.sentence, verdict.detail, *verdict.cannot_show):
        assert reading_grade(text) <= 9.5, text
    assert not re.search(r"\bp\b|significan|confidence|statistic|evidence-based|nan", verdict.summary())


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('compare_with = ["older_children"]', "give child_under_months"),
        ('compare_with = ["neighbours"]', "name them by their ONS codes"),
        ("harmonics = 2", "Quarters have room for one wave"),
        ('compare_with = ["neighbours"]\nharmonics = 2', "(?s)name them by their ONS codes.*one wave"),
    ],
)
def test_a_protocol_that_cannot_be_run_says_what_it_lacks(tmp_path, line, says):
    path = tmp_path / "p.toml"
    head = 'title = "t"\nrecommendation = "r"\nkind = "interrupted_series"\nseed = 1\n[interrupted_series]\n'
    path.write_text(f'{head}source = "store"\nmoney_from = 2011-04-01\n{line}\n')
    with pytest.raises(ProtocolError, match=says):
        load_protocol(path)


def test_a_result_of_before_months_could_be_counted_is_still_read():
    old = {"source": "store", "money_from": "2011-04-01", "quarters": 20, "quarters_before": 16, "quarters_after": 4}
    old |= {"exposure": "days", "lowest_quarter": 5, "highest_quarter": 9, "year_before": None}
    facts = SeriesFacts.from_json(old)
    assert (facts.periods, facts.lowest, facts.by, facts.effect) == (20, 5, "quarter", None)
