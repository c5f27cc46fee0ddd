from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import ProtocolError
from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.members.view import member_view
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.interrupted_series.quarters import published_quarters, quarter_name, stored_quarters
from toolkit.studies.interrupted_series.tables import events_table
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study

PUBLISHED = load_protocol(ANALYSES / "rec10_worcestershire_series.toml")
STORE = load_protocol(ANALYSES / "rec10_store_series.toml")
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
    quarters = published_quarters()
    assert quarters.frame["referrals"].tolist() == [758, 850, 795, 737, 855, 792]
    assert (
        quarters.frame["quarter"].tolist()[0] == "2009/10 Q1" and quarters.frame["quarter"].tolist()[-1] == "2010/11 Q2"
    )
    assert quarters.frame["exposure"].tolist() == [91, 92, 92, 90, 91, 92]
    assert quarters.years["referrals"].tolist() == [2571, 2805, 3140, 3140]


def test_six_real_quarters_cannot_answer_and_say_why(county):
    snapshot, _ = county(simulated=True)
    result = run_study(PUBLISHED, snapshot)
    primary = result.primary
    assert (primary.outcome, primary.measure) == ("referrals_per_quarter", "rate_ratio")
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
    assert events.loc["2010-11-01", "quarters_from_money"] == -2 and events.loc["2010-11-01", "is_near"]
    assert events.loc["2010-09-01", "quarters_from_money"] == -3 and not events.loc["2010-09-01", "is_near"]
    assert len(events) == 5


def test_a_jump_in_the_stores_own_quarters_is_found_but_its_cause_is_not(county):
    snapshot, counts = county(0.7)
    result = run_study(STORE, snapshot)
    primary = result.primary
    assert primary.low <= 0.7 <= primary.high < 1
    assert (primary.n_treated, primary.n_control) == (None, None)
    assert result.tables["series"]["referrals"].tolist() == counts.tolist()
    assert result.tables["series"]["after_money"].sum() == 4
    assert "step_2008-11-11" in result.tables["coefficients"]["name"].tolist()
    verdict = verdict_for(result)
    assert verdict.code == "inconclusive"
    assert "but we cannot tell why" in verdict.sentence and "fewer" in verdict.sentence


def test_without_a_jump_it_says_that_it_cannot_tell(county):
    result = run_study(STORE, county(1.0)[0])
    assert result.primary.low <= 1 <= result.primary.high
    verdict = verdict_for(result)
    assert verdict.code == "inconclusive"
    assert verdict.sentence.startswith("We cannot tell if referrals changed")
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
    row = events_table(event, date(2011, 4, 1), 2).iloc[0]
    assert (row["quarters_from_money"], row["is_near"]) == (-2, True)
    assert not events_table(event, date(2011, 4, 1), 1).iloc[0]["is_near"]


@pytest.mark.parametrize(
    ("quarters", "failed"), [(18, {"quarters_after"}), (16, {"quarters_after", "estimable"}), (0, None)]
)
def test_too_few_quarters_are_gates_and_not_errors(county, make_snapshot, quarters, failed):
    snapshot = county(quarters=quarters)[0] if quarters else make_snapshot({})
    result = run_study(STORE, snapshot)
    names = {gate.name for gate in result.failed_gates}
    assert names == (failed or {"quarters_after", "quarters_before", "estimable"})
    verdict = verdict_for(result)
    assert verdict.code == "cannot_say"
    assert bundle_of(result, verdict).estimates[0].measure == "rate_ratio"


def test_part_quarters_at_the_ends_are_left_out_and_counted(make_snapshot):
    rows = referrals([40] * 6, first="2009-04-01")
    kept = [row for row in rows if date(2009, 5, 1) <= row["received_on"] <= date(2010, 9, 26)]
    quarters = stored_quarters(make_snapshot({"referrals": kept}))
    assert quarters.frame["quarter"].tolist()[0] == "2009/10 Q2"
    assert quarters.frame["quarter"].tolist()[-1] == "2010/11 Q2"
    counted = {step.step: step.rows for step in quarters.flow}
    assert counted["out_part_quarters"] == sum(row["received_on"] < date(2009, 7, 1) for row in kept)
    assert quarters.frame["referrals"].sum() + counted["out_part_quarters"] == len(kept)
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
    quarters = stored_quarters(make_snapshot(tables))
    assert quarters.frame["exposure"].tolist() == [91 * 3, 92 * 1]
    assert quarters.exposure_is == "children under 18, times days"


def test_money_in_a_quarter_begins_the_time_after(county, tmp_path):
    text = (
        (ANALYSES / "rec10_store_series.toml").read_text().replace("money_from = 2011-04-01", "money_from = 2011-05-20")
    )
    path = tmp_path / "later.toml"
    path.write_text(text)
    result = run_study(load_protocol(path), county()[0])
    assert result.tables["series"]["after_money"].tolist().index(True) == 16


def test_a_new_slope_can_be_asked_for(county, tmp_path):
    path = tmp_path / "slope.toml"
    path.write_text(
        (ANALYSES / "rec10_store_series.toml").read_text().replace("slope_change = false", "slope_change = true")
    )
    result = run_study(load_protocol(path), county(0.7)[0])
    assert [e.measure for e in result.estimates] == ["rate_ratio", "slope_rate_ratio", "average_rate_ratio"]


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
        ([changed(date(2009, 6, 1))], "pass", "warn"),
        ([changed(date(2011, 2, 1))], "fail", "warn"),
        ([changed(date(2011, 2, 1), "assessments")], "pass", "pass"),
        ([changed(date(2008, 11, 20))], "pass", "pass"),  # the protocol has a step in that quarter
        ([changed(date(2013, 2, 1))], "pass", "pass"),
    ],
)
def test_a_change_of_what_counts_as_a_referral_is_named_and_bars_close_to_the_money(
    make_snapshot, rows, near, definitions
):
    whole = make_snapshot({"referrals": referrals([300] * 20), "definition_breaks": rows})
    gates = {gate.name: gate for gate in run_study(STORE, whole).gates}
    assert (gates["other_events"].status, gates["definitions"].status) == (near, definitions)
    assert ("front door" in gates["definitions"].sentence) == (
        definitions == "warn" or rows == [changed(date(2008, 11, 20))]
    )
    assert "one desk" not in gates["other_events"].sentence
