from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import ProtocolError
from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.members.view import member_view
from toolkit.publish.verdicts.progress_centres import to_check
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records import Store
from toolkit.studies.progress_centres.case_mix_of import Columns, columns_of
from toolkit.studies.progress_centres.checks import checks_of
from toolkit.studies.progress_centres.compared import Compared, compare
from toolkit.studies.progress_centres.spec import CASE_MIX
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study
from toolkit.tables import TABLES

PROTOCOL = load_protocol(ANALYSES / "para73_centres.toml")
START = date(2009, 1, 5)
CENTRES = [f"C{place:02d}" for place in range(1, 14)]
APART, SMALL = "C05", "C13"


NEEDS = ("lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care")


def family_row(family: str, **known) -> dict:
    row = {"family_id": family, "reach_centre_id": "C01", "district": "D1", "idaci_decile": 4, "children": 1}
    return row | {"known_from": date(2006, 1, 1), **dict.fromkeys(NEEDS, False)} | known


def county(seed: int = 1) -> dict[str, list[dict]]:
    """Twelve centres of 30 to 85 families of which 4 in 10 score better, but at one 19 in 20; and one of 6 families."""
    rng = np.random.default_rng(seed)
    tables: dict[str, list[dict]] = {"families": [], "progress_scores": []}
    for place, centre in enumerate(CENTRES):
        families = 6 if centre == SMALL else 30 + 5 * place
        for number in range(families):
            family, first = f"F{place:02d}{number:03d}", int(rng.integers(1, 5))
            rises = rng.random() < (0.95 if centre == APART else 0.4)
            needs = {name: bool(rng.random() < 0.3) for name in ("lone_parent", "young_parent")}
            tables["families"].append(family_row(family, idaci_decile=int(rng.integers(1, 11)), **needs))
            for on, score, stage in ((0, first, "start"), (150, first + rises, "end")):
                tables["progress_scores"].append(
                    {"family_id": family, "centre_id": centre, "stage": stage, "dimension": "overall"}
                    | {"scored_on": START + timedelta(days=number + on), "score": score, "higher_is": "better"}
                    | {"scored_by": f"W{number % 4}", "who_scored": ("together", "worker")[number % 2]}
                )
    late = {**tables["progress_scores"][0], "scored_on": START + timedelta(days=400), "stage": "review"}
    return tables | {"progress_scores": [*tables["progress_scores"], late]}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    store = Store.create(tmp_path_factory.mktemp("centres") / "store", simulated=False)
    frames = {name: pd.DataFrame(rows, columns=list(TABLES[name].names)) for name, rows in county().items()}
    store.add(frames, by="test", source_name="made by hand")
    return run_study(PROTOCOL, store.snapshot())


def twice(sizes: dict[str, int], chance, seed: int = 1, first=lambda rng, centre: int(rng.integers(1, 5))):
    """Families scored twice, each up by one with a chance by centre and first score, or else the same."""
    rng = np.random.default_rng(seed)
    rows = []
    for centre, families in sizes.items():
        for number in range(families):
            start = first(rng, centre)
            rows.append(
                {
                    "centre_id": centre,
                    "first": float(start),
                    "last": start + float(rng.random() < chance(centre, start)),
                }
                | {"first_by": f"W{number % 4}", "last_by": f"W{number % 4}", "last_who": "together"}
                | {"last_on": pd.Timestamp(START) + pd.Timedelta(days=3 * number), "highest": 5.0}
            )
    return pd.DataFrame(rows)


def by_first(frame: pd.DataFrame) -> Columns:
    return Columns(pd.DataFrame({"first_score": frame["first"]}), ("first_score",), ())


def held(frame: pd.DataFrame, columns: Columns | None = None, **options) -> Compared:
    return compare(frame, columns or by_first(frame), 5.0, **{"min_families": 10, "seed": 1, **options})


def test_a_centre_apart_stands_out_and_the_others_do_not(result):
    table = result.tables["centres_funnel"]
    assert table["centre_id"].tolist() == CENTRES[:-1]  # by number, whatever their shares
    assert table.loc[table["outside"].abs() == 2, "centre_id"].tolist() == [APART]
    facts = result.facts
    assert (facts.stand_out_above, facts.stand_out_below, facts.centres_compared, facts.centres_too_small) == (
        1,
        0,
        12,
        1,
    )
    assert not result.failed_gates and facts.families_scored_twice == facts.improved + int(
        (table["families"] - table["improved"]).sum() + (6 - small_improved(result))
    )
    primary = result.primary
    assert primary.measure == "share_improved_between_centres" and primary.clusters == 12
    assert 0 < primary.low <= primary.estimate <= primary.high
    assert result.tables["centres_too_small"].to_dict("records") == [{"centre_id": SMALL, "families": 6}]


def small_improved(result) -> int:
    return result.facts.improved - int(result.tables["centres_funnel"]["improved"].sum())


def test_nobody_is_ranked_and_what_is_said_of_ranks_is_how_little_they_mean(result):
    for name, table in result.tables.items():
        assert not [column for column in table if "rank" in column or "place" in column], name
        assert table["centre_id"].is_monotonic_increasing
    verdict = verdict_for(result)
    assert re.search(r"a centre's true place may be any of about \d+ of the 12", verdict.detail)
    words = f"{verdict.summary()} {to_check(bundle_of(result).tables['centres_checks'][4])}"
    assert not re.search(r"\b(best|worst|top|bottom|league|rank\w*)\b", words)


def test_shares_are_drawn_towards_each_other_and_hold_less_far(result):
    table = result.tables["centres_funnel"]
    raw, drawn = (table[name].max() - table[name].min() for name in ("share", "shrunk"))
    assert drawn < raw and ((table["shrunk_low"] < table["shrunk"]) & (table["shrunk"] < table["shrunk_high"])).all()
    toward = (table["share"] - table["target"]).abs() >= (table["shrunk"] - table["target"]).abs() - 0.02
    assert toward.all()


def test_the_verdict_is_short_plain_and_names_no_centre(result, reading_grade):
    verdict = verdict_for(result)
    assert verdict.code == "cannot_say"
    assert verdict.sentence.startswith("Once who they help is allowed for, 1 centre stands out.")
    assert len(verdict.sentence.split()) <= 25
    assert reading_grade(verdict.summary()) <= 7.5
    assert not re.search(r"C\d\d|nan|None", verdict.summary())
    assert "look at how such a centre records" in verdict.detail


def test_members_see_only_centres_with_enough_families_and_no_limits(result):
    view = member_view(bundle_of(result, verdict_for(result)))
    rows = view.tables["centres_funnel"]
    assert set(view.tables) == {"centres_funnel"}
    families = result.tables["centres_funnel"].set_index("centre_id")["families"]
    assert [row["centre_id"] for row in rows] == families.index[families >= 60].tolist()
    assert all(set(row) == {"centre_id", "families", "improved_in_100"} for row in rows)
    assert all(row["families"] is None or row["families"] % 5 == 0 for row in rows)
    assert "1 centre stands out" in view.verdict.sentence


def test_the_file_keeps_the_result(result):
    bundle = bundle_of(result, verdict_for(result))
    again = Bundle.from_json(bundle.to_json())
    assert again.to_json() == bundle.to_json()
    assert again.facts.stand_out == 1 and again.facts.covariates_used == result.facts.covariates_used


def test_a_centre_is_held_against_what_its_families_would_have_had_elsewhere():
    """One centre helps those who start low, and most of them rise anywhere: it stands out only by whom it helps."""
    sizes = dict.fromkeys(CENTRES, 60)

    def first(rng, centre):
        return 1 if centre == APART else int(rng.choice([1, 2, 3, 4], p=[0.1, 0.2, 0.3, 0.4]))

    frame = twice(sizes, lambda centre, start: {1: 0.88, 2: 0.65, 3: 0.35, 4: 0.12}[start], first=first)
    plain = held(frame, Columns(pd.DataFrame(index=frame.index), (), ("first_score",)))
    fair = held(frame)
    place = fair.centres.index(APART)
    assert plain.shares.outside[place] == 2 and plain.columns.used == ()
    assert fair.shares.outside[place] == 0 and fair.columns.used == ("first_score",)
    assert fair.expected[place] == pytest.approx(0.88 * 60, abs=4) and plain.expected[place] < 0.6 * 60
    assert "case_mix" in checks_of(frame, fair, 0.8)["check_first"][place]


def test_a_centre_does_not_set_its_own_standard():
    """What is expected of the largest centre, where nobody rises, is learnt from the others."""
    sizes = {**dict.fromkeys(CENTRES[:6], 30), APART: 400}
    found = held(twice(sizes, lambda centre, start: 0.0 if centre == APART else 0.5))
    assert found.expected[found.centres.index(APART)] > 150


def test_families_at_the_top_are_counted_and_nothing_is_expected_of_them():
    sizes = dict.fromkeys(CENTRES[:4], 40)
    frame = twice(sizes, lambda centre, start: 0.5)
    at_top = frame.head(1).assign(first=5.0, last=5.0)
    more = pd.concat([frame, *[at_top] * 30], ignore_index=True)
    found, before = held(more), held(frame)
    assert found.families.tolist() == [70, 40, 40, 40] and found.could.tolist() == [40] * 4
    assert found.expected == pytest.approx(before.expected)
    only = frame[frame["centre_id"] != CENTRES[0]]
    assert CENTRES[0] in held(pd.concat([only, *[at_top] * 30], ignore_index=True)).too_small.index


def test_centres_too_few_or_alike_are_not_compared():
    for frame in (
        twice({"C01": 40, "C02": 5}, lambda centre, start: 0.5),
        twice(dict.fromkeys(CENTRES, 20), lambda centre, start: 0.0),
    ):
        found = held(frame)
        assert found.shares is None and found.ranks is None
        assert not len(checks_of(frame, found, 0.8).dropna(subset="centre_id")) or set(
            checks_of(frame, found, 0.8)["outside"]
        ) == {0}


def test_what_to_look_at_first_comes_from_the_centres_own_records():
    frame = twice(dict.fromkeys(CENTRES[:5], 60), lambda centre, start: 0.5)
    frame.loc[(frame["centre_id"] == "C01") & (frame.groupby("centre_id").cumcount() < 20), "last"] = np.nan
    frame.loc[frame["centre_id"] == "C02", "last_by"] = "W9"
    frame.loc[frame["centre_id"] == "C03", "last_who"] = "family"
    own = frame["centre_id"] == "C04"  # one of its scorers gives ever more
    days = (frame["last_on"] - pd.Timestamp(START)).dt.days
    frame.loc[own & (frame["last_by"] == "W1"), "last"] = (1 + days / 40).round().clip(1, 5)
    twice_only = frame[frame["last"].notna()].reset_index(drop=True)
    checks = checks_of(frame, held(twice_only), 0.8).set_index("centre_id")
    assert "recording" in checks.loc["C01", "check_first"] and checks.loc["C01", "lost"] == 20
    low, high = checks.loc["C01", ["if_none", "if_all"]]
    assert high - low == pytest.approx(20 / 60)
    for centre in ("C02", "C03", "C04"):
        assert "scorers" in checks.loc[centre, "check_first"] and "recording" not in checks.loc[centre, "check_first"]
    assert (checks.loc["C02", "scorers"], checks.loc["C03", "by_family"], checks.loc["C04", "drifting"]) == (1, 1.0, 1)
    assert "scorers" not in checks.loc["C05", "check_first"]
    said = {centre: " ".join(to_check(row)) for centre, row in checks.iterrows()}
    assert "33 in 100 of its families have no second score" in said["C01"]
    assert "one gave all last scores" in said["C02"] and "given by the family alone" in said["C03"]
    assert "move over the years" in said["C04"]


def test_only_what_is_recorded_often_enough_is_allowed_for(make_snapshot):
    frame = twice(dict.fromkeys(CENTRES[:5], 30), lambda centre, start: 0.5)
    frame["family_id"] = [f"F{place}" for place in range(len(frame))]
    frame["first_on"], frame["first_who"] = frame["last_on"] - pd.Timedelta(days=100), None
    rows = [
        family_row(family, lone_parent=place % 2 == 0, kinship_care=place < 10, disability=place < 60)
        for place, family in enumerate(frame["family_id"])
    ]
    found = columns_of(frame, make_snapshot({"families": rows}), CASE_MIX)
    # kinship care is of ten families, disability of two centres alone, the days between and who scored are all alike
    assert found.used == ("first_score", "lone_parent")
    assert set(found.left_out) == set(CASE_MIX) - set(found.used)
    assert not found.frame.isna().any().any()


def test_a_model_of_more_than_the_families_bear_falls_back_to_the_first_score():
    frame = twice(dict.fromkeys(CENTRES[:4], 15), lambda centre, start: 0.5)
    rng = np.random.default_rng(3)
    many = pd.DataFrame({"first_score": frame["first"], **{f"x{k}": rng.random(len(frame)) for k in range(9)}})
    found = held(frame, Columns(many, ("first_score", "idaci_decile"), ()))
    assert found.columns.used == ("first_score",) and found.columns.left_out == ("idaci_decile",)


def test_without_scores_the_gates_say_so(make_snapshot):
    result = run_study(PROTOCOL, make_snapshot({}))
    assert {gate.name for gate in result.failed_gates} == {"scored_twice", "centres", "comparable"}
    assert result.primary.estimate is None
    assert verdict_for(result).sentence.startswith("These data cannot answer the question.")
    assert all(not len(table) for table in result.tables.values())


def test_a_protocol_names_only_what_centres_are_compared_by(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(
        PROTOCOL.text.replace('"who_scored"', '"who_score"').replace("min_families = 10", "min_families = 2")
    )
    with pytest.raises(ProtocolError) as caught:
        load_protocol(path)
    assert re.search(r'"who_score" is nothing centres are compared by\. Did you mean "who_scored"', str(caught.value))
    assert "min_families is 2" in str(caught.value)
