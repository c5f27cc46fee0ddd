from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import pytest

from toolkit.errors import InputError, ProtocolError
from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.stats import clopper_pearson
from toolkit.studies.progress_change.readings import first_and_last
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study
from toolkit.wording.amounts import parts_of_100

PROTOCOL = load_protocol(ANALYSES / "para73_change.toml")
START = date(2009, 1, 5)
END_OF_RECORDS = date(2011, 6, 1)


def centre(number: int, scores: bool = True) -> dict:
    return {
        "centre_id": f"C{number:02d}",
        "name": f"Centre {number}",
        "district": "Northvale",
        "area_team": "south",
        "provider": "county",
        "opened_on": date(2006, 4, 1),
        "tracks_progress_from": date(2008, 4, 1) if scores else None,
    }


def reading(family: str, on: date, score: int, stage: str = "start", **other) -> dict:
    row = {
        "family_id": family,
        "centre_id": "C01",
        "scored_on": on,
        "stage": stage,
        "dimension": "overall",
        "score": score,
        "higher_is": "better",
        "scored_by": "W1",
    }
    return row | other


def joining(family: str, on: date, centre_id: str = "C01") -> dict:
    return {"family_id": family, "centre_id": centre_id, "registered_on": on, "route": "self"}


def pair(number: int, first: int, last: int | None, **other) -> list[dict]:
    family = f"F{number:04d}"
    rows = [reading(family, START + timedelta(days=number % 200), first, **other)]
    if last is not None:
        rows.append(reading(family, START + timedelta(days=number % 200 + 150), last, "end", **other))
    return rows


@pytest.fixture
def county(make_snapshot):
    """200 families at twelve centres: 70 up, 50 the same, 40 down, 40 never scored again; three recent ones beside."""

    def make(*, simulated: bool = False, **change):
        moves = [(2, 4)] * 70 + [(3, 3)] * 50 + [(4, 3)] * 40 + [(1, None)] * 25 + [(3, None)] * 15
        rows = []
        for number, (first, last) in enumerate(moves):
            rows += pair(number, first, last, centre_id=f"C{number % 12 + 1:02d}")
        rows += [reading(f"R{n}", END_OF_RECORDS - timedelta(days=n), 2) for n in range(3)]
        tables = {
            "progress_scores": [row | change for row in rows],
            "centres": [centre(n, scores=n <= 12) for n in range(1, 21)],
            "registrations": [
                joining(row["family_id"], START, row["centre_id"]) for row in rows if row["stage"] == "start"
            ],
        }
        return make_snapshot(tables, simulated=simulated)

    return make


def run(snapshot):
    return run_study(PROTOCOL, snapshot)


def test_the_shipped_protocol_says_what_is_asked():
    assert (PROTOCOL.kind, PROTOCOL.recommendation) == ("progress_change", "Paragraph 73")
    assert (PROTOCOL.spec.dimension, PROTOCOL.spec.wait_days, PROTOCOL.spec.test_retest) == ("overall", 183, None)


def test_an_unknown_key_is_named_with_the_nearest(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text('title = "t"\nrecommendation = "r"\nkind = "progress_change"\n[progress_change]\nwait_day = 3\n')
    with pytest.raises(ProtocolError, match=r'wait_day is not a known key\. Did you mean "wait_days"'):
        load_protocol(path)


def test_the_figures_are_those_of_the_families(county):
    result = run(county())
    estimates = {(e.outcome, e.measure): e for e in result.estimates}
    assert result.primary is estimates["progress", "share_improved"]
    assert estimates["progress", "share_improved"].estimate == pytest.approx(70 / 160)
    assert estimates["progress", "share_same"].estimate == pytest.approx(50 / 160)
    assert estimates["progress", "share_worse"].estimate == pytest.approx(40 / 160)
    assert estimates["progress", "mean_change"].estimate == pytest.approx((140 - 40) / 160)
    assert estimates["no_second_score", "share"].estimate == pytest.approx(40 / 200)
    known = [e for e in result.estimates if e.estimator == "first_to_last"]
    assert len(known) == 5 and all(e.low < e.estimate < e.high and e.clusters == 12 for e in known)
    assert all(e.estimate is None for e in result.estimates if e not in known)  # nobody was scored by two workers
    moves = result.tables["transitions"].set_index(["from", "to"])["families"]
    assert len(moves) == 25 and moves.sum() == 160
    assert (moves[2, 4], moves[3, 3], moves[4, 3]) == (70, 50, 40)
    lost = result.tables["no_second_score"].set_index("start")
    assert lost["no_second_score"].tolist() == [25, 0, 15, 0, 0]
    assert lost.loc[3, "share"] == pytest.approx(15 / 65)


def test_the_flow_counts_every_family_once(county):
    flow = {step.step: step.families for step in run(county()).flow}
    assert flow == {
        "joined": 203,
        "scored": 203,
        "out_recent": 3,
        "scored_in_time": 200,
        "out_no_second_score": 40,
        "scored_twice": 160,
    }


def test_by_starting_score_the_ends_can_move_one_way_only(county):
    result = run(county())
    table = result.tables["by_start"].set_index("start")
    assert table["can_worsen"].tolist() == [False, True, True, True, True]
    assert table["can_improve"].tolist() == [True, True, True, True, False]
    assert table.loc[2, "share_improved"] == 1.0
    assert table.loc[2, "low_improved"] == pytest.approx(clopper_pearson(12, 12)[0])  # as if one family a centre
    assert table[["expected", "beyond", "low_beyond", "high_beyond"]].isna().all(axis=None)  # nothing is assumed
    assert table["usual_change"].dropna().to_dict() == {2: 2.0, 3: 0.0, 4: -1.0}
    assert table.loc[[2, 3, 4], ["usual_from", "usual_to"]].to_numpy().tolist() == [[4, 4], [3, 3], [3, 3]]
    assert result.facts.ended_at_top == 0 and result.facts.ended_at_bottom == 0
    assert "Families that start at 1 can only go up." in verdict_for(result).detail


def test_the_funnel_has_a_row_a_centre_in_order_and_ranks_none(county):
    funnel = run(county()).tables["funnel"]
    assert funnel["centre_id"].tolist() == [f"C{n:02d}" for n in range(1, 13)]
    assert funnel["families"].sum() == 160 and funnel["improved"].sum() == 70
    assert funnel["target"].unique().tolist() == [70 / 160]
    assert ((funnel["low_99_8"] <= funnel["low_95"]) & (funnel["high_95"] <= funnel["high_99_8"])).all()


def test_a_scale_declared_the_other_way_gives_the_same_answer_with_a_notice(county, make_snapshot):
    straight = run(county())
    snapshot = county(higher_is="worse")
    turned = run(snapshot)
    assert (
        turned.tables["transitions"]["families"].tolist()[::-1] == straight.tables["transitions"]["families"].tolist()
    )
    assert turned.facts.improved == straight.facts.worse
    assert "All were turned round" in turned.facts.direction
    assert straight.facts.direction == "Every score was declared as higher is better."


def test_mixed_directions_in_one_family_are_turned_before_they_are_compared(make_snapshot):
    rows = [reading("F1", START, 4, higher_is="worse"), reading("F1", START + timedelta(days=90), 3, "end")]
    rows += [reading("F2", END_OF_RECORDS, 3)]
    got = first_and_last(make_snapshot({"progress_scores": rows}), dimension="overall", wait_days=100)
    assert got.frame[["first", "last"]].to_numpy().tolist() == [[2.0, 3.0]]
    assert got.counts.direction.startswith("2 scores were declared as higher is better and 1 as higher is worse.")


@pytest.mark.parametrize(
    ("more", "last"),
    [
        ([reading("F1", START, 5, "review")], None),  # the same day is no second score
        ([reading("F1", START + timedelta(days=90), 5, "end", centre_id="C02")], None),  # another centre
        ([reading("F1", START + timedelta(days=90), 5, "end", dimension="parenting")], None),
        (
            [
                reading("F1", START + timedelta(days=90), 5, "review"),
                reading("F1", START + timedelta(days=200), 4, "end"),
            ],
            4,
        ),
        (
            [
                reading("F1", START + timedelta(days=90), 5, "review"),
                reading("F1", START + timedelta(days=90), 4, "end"),
            ],
            4,
        ),
        ([reading("F1", START + timedelta(days=90), 3, "end"), reading("F1", START + timedelta(days=450), 5)], 3),
        ([reading("F1", START + timedelta(days=90), 3, "end", dimension=None)], 3),  # empty is "overall"
    ],
)
def test_the_last_score_is_of_the_same_stay_at_the_same_centre(make_snapshot, more, last):
    tables = {
        "progress_scores": [reading("F1", START, 2), *more, reading("F9", END_OF_RECORDS, 3)],
        "centres": [centre(1), centre(2)],
        "registrations": [joining("F1", START - timedelta(days=3)), joining("F1", START + timedelta(days=400))],
    }
    frame = first_and_last(make_snapshot(tables), dimension="overall", wait_days=183).frame
    assert frame["family_id"].tolist() == ["F1"]
    assert frame["first"].tolist() == [2.0]
    assert frame["last"].tolist() == ([last] if last else pytest.approx([np.nan], nan_ok=True))


def test_a_dimension_nobody_scored_is_named_with_those_there_are(county):
    with pytest.raises(InputError, match=r'no row with dimension "overal"\. Did you mean "overall"'):
        first_and_last(county(), dimension="overal", wait_days=183)


def test_without_any_score_the_gates_say_so_and_nothing_fails(make_snapshot):
    result = run(make_snapshot({"centres": [centre(n, scores=False) for n in (1, 2)]}))
    assert all(e.estimate is None for e in result.estimates)
    assert {gate.name for gate in result.failed_gates} >= {"scored_twice", "scored_again", "centres"}
    verdict = verdict_for(result)
    assert verdict.code == "cannot_say"
    assert "Too few families" in verdict.sentence
    assert bundle_of(result, verdict).tables["funnel"] == []


def test_the_verdict_never_claims_a_cause_and_describes_the_change(county):
    result = run(county())
    verdict = verdict_for(result)
    assert (verdict.code, verdict.maryland_level) == ("cannot_say", 1)
    assert verdict.sentence == (
        "Scores alone cannot show if centres helped. Of every 100 families scored twice, 44 scored better at the end, "
        "31 the same and 25 worse. Of every 100 scored at the start, 20 were never scored again."
    )
    assert "comparison" in {gate.name for gate in result.failed_gates}
    others = [line for line in verdict.cannot_show if "the other 8 centres" in line]
    assert others and "would still not show why" in others[0]


def test_the_scorers_are_counted(county):
    assert run(county()).facts.share_same_scorer == 1.0
    gate = next(gate for gate in run(county()).gates if gate.name == "single_rater")
    assert gate.status == "warn" and "Workers mark their own work" in gate.sentence
    unknown = run(county(scored_by=None))
    assert unknown.facts.share_same_scorer is None
    assert next(gate for gate in unknown.gates if gate.name == "single_rater").status == "warn"


@pytest.mark.parametrize(
    ("moves", "shown", "hidden"),
    [
        ([(2, 3)] * 30, "Too few families were scored twice", r"\d+ scored better"),
        ([(2, 3)] * 40 + [(3, 3)] * 30 + [(3, 2)] * 3, "The rest did not.", r"worse\."),
        ([(2, 3)] * 40 + [(3, 3)] * 3 + [(3, 2)] * 30, "The rest did not.", r"the same"),
        ([(2, 3)] * 3 + [(3, 3)] * 70, "Too few families changed", r"Of every 100 families scored twice"),
        ([(2, 3)] * 70 + [(3, 3)] * 2 + [(3, 2)] * 3, "or too few did not", r"Of every 100 families scored twice"),
        ([(2, 3)] * 40 + [(3, 3)] * 30 + [(2, None)] * 4, "Of every 100", r"never scored again"),
    ],
)
def test_no_sentence_tells_of_a_few_families(make_snapshot, moves, shown, hidden):
    rows = [row for number, (first, last) in enumerate(moves) for row in pair(number, first, last)]
    rows.append(reading("R1", END_OF_RECORDS, 3))
    result = run(make_snapshot({"progress_scores": rows, "centres": [centre(1)]}))
    sentence = verdict_for(result).sentence
    assert shown in sentence
    assert not re.search(hidden, sentence)


def test_words_are_plain_and_readable_at_twelve(county, reading_grade):
    verdict = verdict_for(run(county(simulated=True)))
    assert reading_grade(verdict.summary()) <= 7.0
    for text in (verdict.sentence, verdict.detail, *verdict.cannot_show):
        assert reading_grade(text) <= 9.5, text
    assert not re.search(r"\bp\b|significan|confidence|statistic|evidence-based|nan", verdict.summary())


def test_the_same_snapshot_gives_the_same_bundle(county):
    snapshot = county()
    one, two = (bundle_of(result, verdict_for(result)).to_json() for result in (run(snapshot), run(snapshot)))
    assert one == two
    assert one["as_of"] == {"store_version": 1, "first_day": "2009-01-05", "last_day": "2011-06-01"}
    assert set(one["tables"]) == {
        "transitions", "change", "by_start", "no_second_score", "funnel", "change_by_scorer", "change_by_dimension",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "parts"), [((70, 50, 40), (44, 31, 25)), ((1, 1, 1), (34, 33, 33)), ((0, 7), (0, 100))]
)
def test_parts_of_a_hundred_add_up(counts, parts):
    assert parts_of_100(*counts) == parts
