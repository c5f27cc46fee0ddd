from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.cohort.referrals import referral_frame
from toolkit.errors import InputError, ProtocolError
from toolkit.publish.bundle.bundle import bundle_of, write_bundle
from toolkit.publish.verdicts.rule import CODES
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records import Store
from toolkit.simulate import referrals
from toolkit.studies.definition_breaks import Break
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study
from toolkit.studies.trust import gates
from toolkit.tables import TABLES

PROTOCOL = load_protocol(Path(__file__).parents[2] / "analyses" / "rec16_trust.toml")
START = date(2007, 4, 1)


def store_of(folder, tables):
    store = Store.create(folder, simulated=True)
    frames = {name: pd.DataFrame(rows, columns=list(TABLES[name].names)) for name, rows in tables.items() if len(rows)}
    store.add(frames, by="test", source_name="made by hand")
    return store


def world(folder, seed, *, effect=0.1, families=2600, centres=30):
    """One referral a family in the middle years, one child each.

    Centres refer more from deprived places. No action is likelier there whoever refers (25 more of 100 from one end
    to the other), and by ``effect`` when a centre did. Half of that goes back to the centre.
    """
    rng = np.random.default_rng(seed)
    decile = rng.integers(1, 11, size=families)
    need = (10.5 - decile) / 10
    by_centre = rng.random(families) < 0.05 + 0.35 * need**2
    chance = 0.05 + 0.25 * need + effect * by_centre
    nfa = rng.random(families) < chance
    day = rng.integers(400, 1300, size=families)
    born = rng.integers(0, 18, size=families)
    area = rng.integers(centres, size=families)
    tables = {"families": [], "children": [], "referrals": []}
    for i in range(families):
        tables["families"].append(
            {
                "family_id": f"F{i:06d}",
                "reach_centre_id": f"C{area[i]:02d}",
                "district": f"D{area[i] % 5}",
                "idaci_decile": int(decile[i]),
                "children": 1,
                "lone_parent": bool(rng.random() < 0.3),
                "young_parent": bool(rng.random() < 0.1),
                "english_additional_language": bool(rng.random() < 0.1),
                "disability": bool(rng.random() < 0.1),
                "kinship_care": bool(rng.random() < 0.05),
                "known_from": date(2006, 1, 1),
            }
        )
        tables["children"].append(
            {"child_id": f"K{i:06d}", "family_id": f"F{i:06d}", "birth_month": date(2008 - int(born[i]), 1, 1)}
        )
        tables["referrals"].append(
            {
                "referral_id": f"R{i:06d}",
                "child_id": f"K{i:06d}",
                "received_on": START + timedelta(days=int(day[i])),
                "source": str(rng.choice(["8", "5D"])) if by_centre[i] else str(rng.choice(["6", "3B", "2A", "1A"])),
                "outcome": "nfa" if nfa[i] else str(rng.choice(["in_need", "assessed_not_in_need"])),
                "referred_back": bool(nfa[i] and by_centre[i] and rng.random() < 0.5),
            }
        )
    # The first and last day of the records.
    for number, when in (("A", 0), ("B", 1826)):
        tables["referrals"].append(
            {
                "referral_id": f"RX{number}",
                "child_id": "K000000",
                "received_on": START + timedelta(days=when),
                "source": "6",
                "outcome": "in_need",
            }
        )
    return store_of(folder, tables).snapshot()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return world(tmp_path_factory.mktemp("trust") / "store", seed=1)


@pytest.fixture(scope="module")
def result(snapshot):
    return run_study(PROTOCOL, snapshot)


def of(result, outcome, estimator):
    return next(e for e in result.estimates if (e.outcome, e.estimator) == (outcome, estimator))


def test_the_matched_difference_is_the_true_one_and_the_plain_one_is_not(result):
    matched, plain = of(result, "nfa", "matched"), of(result, "nfa", "unadjusted")
    assert result.primary is matched
    assert matched.low < 0.1 < matched.high
    assert matched.high - matched.low < 0.15
    assert plain.estimate > 0.1 + 0.02  # centres refer from the places where less is done whoever refers
    assert verdict_for(result).code == "more"


@pytest.mark.parametrize(("seed", "effect"), [(1, "prevent"), pytest.param(5, "none", marks=pytest.mark.verify)])
def test_on_a_simulated_county_the_interval_covers_what_it_was_made_with(seed, effect, counties):
    result = run_study(PROTOCOL, counties.snapshot(seed, "county", effect))
    true = referrals._NFA_CENTRE - referrals._NFA_OTHERS
    nfa, not_in_need = of(result, "nfa", "matched"), of(result, "assessed_not_in_need", "matched")
    assert nfa.low < true < nfa.high and not result.failed_gates
    # Of those assessed as many are not in need whoever refers; fewer are assessed of centres' own.
    assert not_in_need.low < -true * (1 - referrals._IN_NEED) < not_in_need.high
    assert verdict_for(result).code == "more"


def test_no_effect_is_not_called_one(tmp_path):
    result = run_study(PROTOCOL, world(tmp_path / "store", seed=3, effect=0.0))
    assert of(result, "nfa", "matched").low < 0 < of(result, "nfa", "matched").high
    assert of(result, "nfa", "unadjusted").low > 0
    assert verdict_for(result).code in ("inconclusive", "little_or_no_difference")


def test_sets_keep_to_the_quarter_and_the_age_of_the_child(snapshot, result):
    frame = referral_frame(snapshot, centre_sources=("8", "5D"), child_under_months=216).frame
    counts = {step.step: step.rows for step in result.flow}
    assert counts["by_centres"] == int(frame["treated"].sum())
    assert counts["matched_centres"] + counts["out_unmatched"] == counts["by_centres"]
    assert counts["matched_centres"] <= counts["matched_others"] <= 3 * counts["matched_centres"]
    assert result.balance.loc["idaci_decile", "smd_before"] < -0.3
    assert abs(result.balance.loc["idaci_decile", "smd"]) < 0.1


def test_what_was_sent_back_is_a_share_of_centres_own_referrals(snapshot, result):
    share = of(result, "referred_back", "centres")
    table = result.tables["trust_by_source"].set_index("group")
    centres = table.loc["Children's Centres"]
    assert share.estimate == pytest.approx(centres["referred_back"] / centres["referrals"])
    assert share.low < share.estimate < share.high
    assert table["referred_back"].drop("Children's Centres").sum() == 0
    assert not [e for e in result.estimates if e.outcome == "referred_back" and e.measure == "difference"]


def test_every_referral_is_in_one_group_of_those_who_refer(result):
    table = result.tables["trust_by_source"]
    assert table["referrals"].sum() == result.facts.referrals
    assert (table[["nfa", "assessed_not_in_need", "in_need"]].sum(axis=1) == table["referrals"]).all()
    assert set(table["group"]) == {
        "Children's Centres",
        "Police",
        "Health",
        "Schools and education",
        "Family, friends, self",
    }


def small(tmp_path, referrals, **registrations):
    """One family with a child of two and one of ten, and a family of its own for the ends of the records."""
    about = {
        "reach_centre_id": "C1",
        "district": "D",
        "idaci_decile": 3,
        "children": 2,
        **dict.fromkeys(
            ("lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care"), False
        ),
        "known_from": date(2009, 1, 1),
    }
    tables = {
        "families": [{**about, "family_id": "F1"}, {**about, "family_id": "F2"}],
        "children": [
            {"child_id": "K1", "family_id": "F1", "birth_month": date(2008, 3, 1)},
            {"child_id": "K2", "family_id": "F1", "birth_month": date(2000, 3, 1)},
            {"child_id": "K3", "family_id": "F2", "birth_month": date(2000, 3, 1)},
        ],
        "registrations": [
            {"family_id": "F1", "centre_id": "C1", "registered_on": day} for day in registrations.get("joined", ())
        ],
        "episodes": registrations.get("episodes", []),
        "referrals": [
            {"referral_id": f"R{n}", "child_id": child, "received_on": day, "source": source, "outcome": "in_need"}
            | extra
            for n, (child, day, source, extra) in enumerate(
                [("K3", date(2007, 4, 1), "6", {}), *referrals, ("K3", date(2013, 3, 31), "6", {})]
            )
        ],
    }
    found = referral_frame(
        store_of(tmp_path / "store", tables).snapshot(), centre_sources=("8",), child_under_months=216
    )
    return found


def test_what_was_known_is_of_the_days_before_and_what_came_of_the_days_after(tmp_path):
    day = date(2010, 3, 15)
    found = small(
        tmp_path,
        [
            ("K1", day - timedelta(days=365), "6", {}),
            ("K1", day - timedelta(days=366), "6", {}),
            ("K2", day - timedelta(days=91), "3B", {}),
            ("K2", day, "8", {}),
            ("K1", day, "8", {}),
            ("K1", day + timedelta(days=365), "6", {}),
            ("K2", day + timedelta(days=366), "6", {}),
        ],
        joined=[day],
        episodes=[{"child_id": "K2", "kind": "section_47", "started_on": day}],
    )
    rows = found.frame[found.frame["day"] == pd.Timestamp(day)].set_index("age_band")
    young, old = rows.loc["0 to 4"], rows.loc["10 to 15"]
    assert (young["treated"], old["treated"]) == (1, 1)
    assert (young["child_referrals_last_year"], old["child_referrals_last_year"]) == (1, 1)
    assert (young["family_referrals_last_year"], young["referred_last_3m"]) == (2, 1)
    assert (young["others_that_day"], young["children_under_18"], young["child_months"]) == (1, 2, 24)
    assert (young["re_referral_12m"], old["re_referral_12m"]) == (1, 0)
    # What begins on the day may follow from the referral: it was not known before.
    assert (young["joined_before"], young["episode_last_year"]) == (0, 0)
    assert young["quarter"] == "2010 Q1" and young["months_known"] == 14


def test_what_began_the_day_before_was_known(tmp_path):
    day = date(2010, 3, 15)
    found = small(
        tmp_path,
        [("K1", day, "8", {})],
        joined=[day - timedelta(days=1)],
        episodes=[{"child_id": "K2", "kind": "section_47", "started_on": day - timedelta(days=365)}],
    )
    (row,) = found.frame.to_dict("records")
    assert (row["joined_before"], row["episode_last_year"]) == (1, 1)


def test_referrals_without_a_year_on_both_sides_or_an_outcome_are_left_out_and_counted(tmp_path):
    found = small(
        tmp_path,
        [
            ("K1", date(2008, 3, 30), "6", {}),
            ("K1", date(2008, 3, 31), "6", {}),
            ("K1", date(2012, 3, 31), "6", {"outcome": None}),
            ("K2", date(2011, 1, 1), "8", {"outcome": None}),
            ("K1", date(2012, 4, 1), "6", {}),
        ],
    )
    assert found.frame["day"].dt.date.tolist() == [date(2008, 3, 31)]
    assert found.unknown_outcome == (1, 1)
    counts = {step.step: step.rows for step in found.flow}
    assert (counts["all"], counts["in_window"], counts["out_no_outcome"], counts["by_others"]) == (7, 3, 2, 1)


def test_short_records_and_no_referral_by_a_centre_are_refused(tmp_path, snapshot):
    with pytest.raises(InputError, match="table is empty"):
        referral_frame(Store.create(tmp_path / "none").snapshot(), centre_sources=("8",), child_under_months=216)
    spec = PROTOCOL.spec.model_copy(update={"centre_sources": ("9",)})
    with pytest.raises(InputError, match="0 were made by centres"):
        run_study(PROTOCOL.model_copy(update={"spec": spec}), snapshot)


def test_too_few_referrals_change_the_verdict_and_no_figure_is_told(tmp_path):
    result = run_study(PROTOCOL, world(tmp_path / "store", seed=2, families=150))
    verdict = verdict_for(result)
    assert verdict.code == "cannot_say"
    assert "fewer than the 60 that are needed" in verdict.sentence
    assert not re.search(r"more ended|fewer ended", verdict.summary())


def test_a_result_that_hangs_on_a_few_referrals_is_not_put_into_words(result):
    rows = result.tables["trust_matched"].assign(with_outcome=3)
    few = replace(result, tables={**result.tables, "trust_matched": rows}, facts=replace(result.facts, sent_back=4))
    verdict = verdict_for(few)
    assert verdict.code == "cannot_say"
    assert not re.search(r"[Oo]f every", verdict.summary())


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ((0.07, 0.03, 0.11), "more"),
        ((-0.07, -0.11, -0.03), "fewer"),
        ((0.001, -0.01, 0.012), "little_or_no_difference"),
        ((0.03, -0.01, 0.07), "inconclusive"),
    ],
)
def test_words_are_plain_and_readable_at_twelve(result, reading_grade, ends, code):
    primary = replace(result.primary, estimate=ends[0], low=ends[1], high=ends[2])
    verdict = verdict_for(replace(result, estimates=(primary, *result.estimates[1:])))
    assert verdict.code == code and code in CODES
    assert verdict.maryland_level == 2
    assert reading_grade(verdict.summary()) <= 7.0, verdict.summary()
    for text in (verdict.sentence, verdict.detail, *verdict.cannot_show):
        assert reading_grade(text) <= 9.5, text
    assert not re.search(r"\bp\b|significan|confidence|statistic|evidence-based|nan|None", verdict.summary())


def test_no_family_leaves(result, tmp_path):
    assert result.matched_sets is None
    folder = write_bundle(result, verdict_for(result), tmp_path)
    assert {file.name for file in folder.iterdir()} == {"result.json", "timings.json", "balance.parquet"}
    assert not re.search(r"[FKR]\d{6}", (folder / "result.json").read_text(encoding="utf-8"))
    assert list(pd.read_parquet(folder / "balance.parquet").index) == list(result.balance.index)


def test_the_same_snapshot_gives_the_same_bundle(snapshot, result):
    again = run_study(PROTOCOL, snapshot)
    one, two = (json.dumps(bundle_of(r, verdict_for(r)).to_json()) for r in (result, again))
    assert one == two


@pytest.mark.parametrize(
    "gate",
    [
        gates.enough_referrals(20, 60),
        gates.balance(0.2, "age of the child", 0.1),
        gates.balance(None, "", 0.1),
        gates.overlap(0.7, 0.8),
        gates.overlap(0.9, 0.8),
        gates.outcome_known(0.6, 0.9, 0.8),
        gates.clusters(4, 10),
        gates.definitions([Break("county", date(2010, 4, 1), "front_door", "referrals")], START, date(2012, 3, 31)),
    ],
)
def test_what_a_gate_says_is_readable_at_twelve_and_tells_of_no_few_referrals(reading_grade, gate):
    assert gate.status in ("warn", "fail")
    assert reading_grade(gate.sentence) <= 9.5, gate.sentence
    assert "20 referrals" not in gate.sentence


def test_a_wrong_protocol_is_told_all_at_once(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text(
        'title = "t"\nrecommendation = "r"\nkind = "trust"\n[trust]\ncentre_sources = ["80"]\noutcomes = ["nfas"]\n',
        encoding="utf-8",
    )
    with pytest.raises(ProtocolError, match=r'no outcome "nfas"') as refused:
        load_protocol(path)
    assert 'no referral source "80"' in str(refused.value)


@pytest.mark.parametrize(
    ("touches", "on", "status"),
    [
        ("referrals", date(2010, 4, 1), "warn"),
        ("assessments", date(2010, 4, 1), "warn"),
        ("protection", date(2010, 4, 1), "pass"),
        ("referrals", START, "pass"),
        ("referrals", date(2012, 4, 1), "pass"),
    ],
)
def test_a_change_of_what_a_referral_is_or_comes_to_is_named(touches, on, status):
    gate = gates.definitions([Break("county", on, "front_door", touches)], START, date(2012, 3, 31))
    assert gate.status == status
    assert (f"front door works by other rules, 1 April {on.year}" in gate.sentence) == (status == "warn")


def test_the_register_is_read_when_trust_is_asked(snapshot, result):
    gate = {gate.name: gate for gate in result.gates}["definitions"]
    assert gate.status == "pass" and "confirmed no change" in gate.sentence
