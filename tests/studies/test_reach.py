from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from toolkit.errors import ProtocolError
from toolkit.publish.bundle.bundle import bundle_of, write_bundle
from toolkit.publish.verdicts.rule import CODES
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.reach import gates
from toolkit.studies.reach.gaps import Contrast, gaps, slope
from toolkit.studies.reach.tables import area_funnel, group_gaps
from toolkit.studies.run import run_study

PROTOCOL = load_protocol(Path(__file__).parents[2] / "analyses" / "rec12_reach.toml")


@pytest.fixture(scope="module")
def snapshot(counties):
    """A tenth-scale county: those in need join more (see toolkit.simulate.hazards.JOINING)."""
    return counties.snapshot()


@pytest.fixture(scope="module")
def result(counties, snapshot):
    return counties.result(PROTOCOL, snapshot)


def world(seed, families=4000, areas=30, gap=0.0, confounding=1.5):
    """Families whose chance to be missed hangs on deprivation; kin care is commoner where it is high."""
    rng = np.random.default_rng(seed)
    area = rng.integers(areas, size=families)
    decile = rng.integers(1, 11, size=families)
    kin = rng.random(families) < 1 / (1 + np.exp(-(-2 + 0.3 * confounding * (5.5 - decile))))
    level = rng.normal(scale=0.3, size=areas)[area]
    log_odds = -0.5 + 0.25 * confounding * (5.5 - decile) + level
    chance = 1 / (1 + np.exp(-log_odds))
    missed = rng.random(families) < np.clip(chance + gap * kin, 0, 1)
    return pd.DataFrame(
        {
            "reach_centre_id": [f"C{number:02d}" for number in area],
            "district": [f"D{number % 5}" for number in area],
            "idaci_decile": decile.astype(np.int8),
            "kinship_care": kin.astype(np.int8),
            "missed": missed.astype(np.int8),
        }
    )


def test_the_counts_are_those_of_a_recount_by_hand(snapshot, result):
    families = snapshot.read("families").set_index("family_id")
    children, registrations = snapshot.read("children"), snapshot.read("registrations")
    day = registrations["registered_on"].max()
    joined = registrations.groupby("family_id")["registered_on"].min()
    missed = {0: 0, 1: 0}
    reached = {0: 0, 1: 0}
    for name, births in children.groupby("family_id")["birth_month"]:
        about = families.loc[name]
        if about["known_from"] > day or about["known_to"] <= day:
            continue
        months = {(born.year * 12 + born.month + k): None for born in births for k in range(60)}
        last = day.year * 12 + day.month
        if last not in months:
            continue
        first = last
        while first - 1 in months:
            first -= 1
        starts = max(about["known_from"], pd.Timestamp((first - 1) // 12, (first - 1) % 12 + 1, 1))
        if starts + pd.DateOffset(months=12) > day:
            continue
        which = reached if name in joined and joined[name] <= day else missed
        which[int(about["lone_parent"])] += 1
    table = result.tables["reach_groups"].set_index(["group", "level"])
    for level, key in (("no", 0), ("yes", 1)):
        row = table.loc[("lone_parent", level)]
        assert (row["missed"], row["families"]) == (missed[key], missed[key] + reached[key])
    assert result.facts.families == sum(missed.values()) + sum(reached.values())


def test_every_grouping_counts_the_same_families(result):
    for name, families, missed in (
        ("reach_groups", result.facts.families, result.facts.missed),
        ("reach_groups_in_time", result.facts.families_in_time, result.facts.missed_in_time),
    ):
        sums = result.tables[name].groupby("group")[["families", "missed"]].sum()
        assert set(sums["families"]) == {families} and set(sums["missed"]) == {missed}
    areas, years = result.tables["reach_areas"], result.tables["reach_by_year"]
    assert (areas["families"].sum(), areas["missed"].sum()) == (result.facts.families, result.facts.missed)
    assert years["missed"].sum() == result.facts.missed_in_time


def test_the_county_that_reaches_those_in_need_is_seen_to(result):
    low = {e.outcome: e for e in result.estimates if e.estimator == "adjusted"}
    for group in ("lone_parent", "young_parent"):
        assert low[f"not_joined:{group}=yes"].high < 0
    slope_index = next(e for e in result.estimates if e.estimator == "slope_index")
    assert slope_index.high < 0
    assert verdict_for(result).code == "fewer"


def test_with_nothing_else_in_the_model_a_gap_is_the_difference_of_shares():
    frame = world(1)
    contrast = Contrast("kinship_care", 1, (0,))
    share = frame.groupby("kinship_care")["missed"].mean()
    assert gaps(frame, [contrast])[contrast].estimate == pytest.approx(share[1] - share[0], abs=1e-9)


def test_an_adjusted_gap_is_that_of_a_logistic_regression_in_statsmodels():
    frame = world(2, gap=0.1)
    contrast = Contrast("kinship_care", 1, (0,))
    got = gaps(frame, [contrast], others=["idaci_decile"])[contrast]
    dummies = pd.get_dummies(frame["idaci_decile"], drop_first=True, dtype=float).to_numpy()
    design = np.column_stack([np.ones(len(frame)), frame["kinship_care"], dummies]).astype(float)
    fit = sm.GLM(frame["missed"].to_numpy(), design, family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(frame["reach_centre_id"])[0]}
    )
    means, gradients = [], []
    for value in (1.0, 0.0):
        as_if = design.copy()
        as_if[:, 1] = value
        p = fit.predict(as_if)
        means.append(p.mean())
        gradients.append((p * (1 - p)) @ as_if / len(p))
    gradient = gradients[0] - gradients[1]
    assert got.estimate == pytest.approx(means[0] - means[1], abs=1e-8)
    # CR2 against statsmodels' CR1: close with 30 areas, and never smaller for want of a correction.
    assert got.se == pytest.approx(np.sqrt(gradient @ fit.cov_params() @ gradient), rel=0.06)


def test_the_plain_gap_is_fooled_by_deprivation_and_the_adjusted_one_is_not():
    contrast = Contrast("kinship_care", 1, (0,))
    fooled = covered = 0
    for seed in range(20):
        frame = world(seed)
        plain = gaps(frame, [contrast])[contrast]
        adjusted = gaps(frame, [contrast], others=["idaci_decile"])[contrast]
        fooled += plain.low > 0
        covered += adjusted.low <= 0 <= adjusted.high
    assert fooled == 20
    assert covered >= 17


def test_a_level_where_all_or_nobody_is_missed_is_left_out_and_the_rest_estimated():
    frame = world(3)
    frame.loc[frame["idaci_decile"] == 10, "missed"] = 0
    found = group_gaps(frame, ("idaci_decile", "kinship_care"), [], 60)
    table = found.table.set_index(["group", "level"])
    assert pd.isna(table.loc[("idaci_decile", "10"), "adjusted_gap"])
    assert not pd.isna(table.loc[("kinship_care", "yes"), "adjusted_gap"])


def test_the_slope_is_the_gap_from_the_least_to_the_most_deprived():
    rng = np.random.default_rng(5)
    decile = np.repeat(np.arange(1, 11), 1000)
    # Ten equal tenths stand at ranks .95 to .05; a share of .2 + .3 × rank has a slope of .3.
    missed = rng.random(10000) < 0.2 + 0.3 * (10.5 - decile) / 10
    frame = pd.DataFrame(
        {"idaci_decile": decile, "missed": missed * 1, "reach_centre_id": rng.integers(30, size=10000)}
    )
    got = slope(frame, "idaci_decile")
    assert got.low < 0.3 < got.high and got.high - got.low < 0.1


@pytest.mark.parametrize("spread", [0.0, 0.08])
def test_the_funnel_allows_for_areas_that_truly_differ(spread):
    found, flagged = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        share = np.clip(rng.normal(0.4, spread, size=34), 0.05, 0.95)
        rows = [
            {"reach_centre_id": f"C{area:02d}", "district": "D", "missed": int(missed)}
            for area in range(34)
            for missed in rng.random(120) < share[area]
        ]
        funnel = area_funnel(pd.DataFrame(rows))
        found.append(funnel.between)
        flagged.append((funnel.table["outside"] != 0).mean())
    assert np.mean(found) == pytest.approx(spread, abs=0.02)
    assert np.mean(flagged) < 0.09  # of 95% limits; without the spread in them a third of the areas are outside


def test_one_area_far_out_stands_out_and_the_table_ranks_nobody():
    rng = np.random.default_rng(0)
    share = np.full(34, 0.4)
    share[7] = 0.8
    rows = [
        {"reach_centre_id": f"C{area:02d}", "district": "D", "missed": int(missed)}
        for area in range(34)
        for missed in rng.random(120) < share[area]
    ]
    table = area_funnel(pd.DataFrame(rows).sample(frac=1, random_state=1)).table
    assert table.loc[table["outside"] == 2, "reach_centre_id"].tolist() == ["C07"]
    assert table["reach_centre_id"].is_monotonic_increasing
    assert not any("rank" in column for column in table)


def test_no_family_leaves(snapshot, result, tmp_path):
    assert result.matched_sets is None
    folder = write_bundle(result, verdict_for(result), tmp_path)
    assert {file.name for file in folder.iterdir()} == {"result.json", "timings.json"}
    text = (folder / "result.json").read_text(encoding="utf-8")
    for table, column in (("families", "family_id"), ("children", "child_id")):
        pattern = re.compile(r"[FK]\d{6}")
        assert pattern.fullmatch(snapshot.read(table)[column].iloc[0])
        assert not pattern.search(text)


def test_the_same_snapshot_gives_the_same_bundle(snapshot, result):
    again = run_study(PROTOCOL, snapshot)
    one, two = (json.dumps(bundle_of(r, verdict_for(r)).to_json()) for r in (result, again))
    assert one == two


def test_too_few_families_or_areas_change_the_verdict(snapshot):
    strict = PROTOCOL.model_copy(update={"gates": PROTOCOL.gates.model_copy(update={"min_treated": 10_000})})
    result = run_study(strict, snapshot)
    verdict = verdict_for(result)
    assert verdict.code == "cannot_say"
    assert "fewer than the 10000 that are needed" in verdict.sentence
    assert not re.search(r"of every 100", verdict.summary().lower())


@pytest.mark.parametrize("ends", [(-0.2, -0.3, -0.1), (0.2, 0.1, 0.3), (0.0, -0.02, 0.03), (0.05, -0.1, 0.2), None])
def test_words_are_plain_and_readable_at_twelve(result, reading_grade, ends):
    changed = replace(result, facts=replace(result.facts, slope=ends))
    verdict = verdict_for(changed)
    assert verdict.code in CODES and (verdict.code == "cannot_say") == (ends is None)
    assert reading_grade(verdict.summary()) <= 7.0, verdict.summary()
    for text in (verdict.sentence, verdict.detail, *verdict.cannot_show):
        assert reading_grade(text) <= 9.5, text
    assert not re.search(r"\bp\b|significan|confidence|statistic|evidence-based|nan|None", verdict.summary())


def test_the_code_follows_the_slope_and_the_margin(result):
    codes = [
        verdict_for(replace(result, facts=replace(result.facts, slope=ends))).code
        for ends in ((-0.2, -0.3, -0.1), (0.2, 0.1, 0.3), (0.0, -0.02, 0.03), (0.05, -0.1, 0.2))
    ]
    assert codes == ["fewer", "more", "little_or_no_difference", "inconclusive"]


@pytest.mark.parametrize(
    "gate",
    [
        gates.enough_families(20, 60),
        gates.followed(7, 10, 0.8),
        gates.followed(0, 0, 0.8),
        gates.in_the_records(30, 100),
        gates.areas(4, 10),
    ],
)
def test_what_a_gate_says_is_readable_at_twelve_and_tells_of_no_few_families(reading_grade, gate):
    assert gate.status in ("warn", "fail")
    assert reading_grade(gate.sentence) <= 9.5, gate.sentence
    assert "20 families" not in gate.sentence


def test_the_command_runs_it_by_name(snapshot, command):
    store = snapshot.folder.parents[1]
    ran = command("run", "rec12_reach", "--store", store)
    assert ran.returncode == 0, ran.stderr
    assert "had not joined a centre by" in ran.stdout and "SIMULATED" in ran.stdout
    (folder,) = (store / "results" / "rec12_reach").iterdir()
    assert (folder / "result.json").is_file()


def test_a_wrong_protocol_is_told_all_at_once(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text(
        'title = "t"\nrecommendation = "r"\nkind = "reach"\n[reach]\ngroups = ["lone_parents"]\nwithin_months = 0\n',
        encoding="utf-8",
    )
    with pytest.raises(ProtocolError, match=r'there is no group "lone_parents".*lone_parent') as refused:
        load_protocol(path)
    assert "within_months" in str(refused.value)
