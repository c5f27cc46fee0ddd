"""Councils by year as the records have them: the road from imported files, what breaks do, and records without any."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from council_worlds import Truth, council_codes, council_world

from toolkit.errors import ProtocolError
from toolkit.intake.published.revise import revise
from toolkit.intake.published.s251 import read_s251
from toolkit.project_files import ANALYSES
from toolkit.records import Store
from toolkit.studies.area_panel import gates
from toolkit.studies.area_panel.answer import facts_of, gates_of, told
from toolkit.studies.area_panel.councils import councils_of
from toolkit.studies.area_panel.facts import AreaPanelFacts
from toolkit.studies.area_panel.findings import Effect, findings_of
from toolkit.studies.area_panel.spec import AreaPanelSpec
from toolkit.studies.definition_breaks import Break
from toolkit.studies.protocol_file import load_protocol, protocol_of
from toolkit.studies.run import run_study

PROTOCOL = load_protocol(ANALYSES / "rec10_panel_spend.toml")
SPEC = PROTOCOL.spec_as(AreaPanelSpec)
WORCESTERSHIRE = "E10000034"


def snapshot_of(counts: pd.DataFrame, *, simulated: bool = False) -> SimpleNamespace:
    """What a snapshot gives the study: published counts, and no definition that changed."""
    none = pd.DataFrame(columns=["area", "starts_on", "kind", "touches", "source"])
    tables = {"area_counts": counts, "definition_breaks": none}
    return SimpleNamespace(read=tables.__getitem__, is_simulated=simulated, hash="h", store_version=1)


def test_records_without_councils_say_what_to_import_and_nothing_else(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    result = run_study(PROTOCOL, store.snapshot())
    assert [gate.status for gate in result.failed_gates] == ["fail"] and result.failed_gates[0].name == "councils"
    assert "Import the Department's files of referrals" in result.failed_gates[0].sentence
    assert {one.estimate for one in result.estimates} == {None} and result.facts_as(AreaPanelFacts).councils == 0
    assert all(table.empty for table in result.tables.values())


def test_a_store_with_spending_imported_and_no_counts_or_one_council_alone_says_so(
    tmp_path: Path, shared_data: Path
) -> None:
    store = Store.create(tmp_path / "store")
    read = read_s251([shared_data / "la_panels" / "s251_outturn_selected_lines_2009_2019.csv"])
    rows = revise(store.read("area_counts"), read).rows
    store.add({"area_counts": rows}, by="Analyst", source_name="spending", replaces=True)
    assert run_study(PROTOCOL, store.snapshot()).failed_gates[0].name == "councils"
    world = council_world(1, Truth())
    alone = run_study(PROTOCOL, snapshot_of(world[world["area"] == WORCESTERSHIRE]))
    assert {"councils", "estimable"} <= {gate.name for gate in alone.failed_gates}


def test_a_break_in_the_council_asked_about_or_in_many_at_once_bars_an_answer() -> None:
    place = council_codes().index(WORCESTERSHIRE)
    asked = run_study(PROTOCOL, snapshot_of(council_world(3, Truth(broken={place: (2016, 0.4)}))))
    assert [gate.name for gate in asked.failed_gates] == ["recording_asked"]
    assert "Worcestershire" in asked.failed_gates[0].sentence and "2015/16" in asked.failed_gates[0].sentence
    others = [one for one in range(len(council_codes())) if one != place]
    many = run_study(PROTOCOL, snapshot_of(council_world(3, Truth(broken=dict.fromkeys(others[:35], (2015, 0.4))))))
    assert "recording_many" in {gate.name for gate in many.failed_gates}


def test_a_break_gives_a_council_another_level_from_that_year_on() -> None:
    world = council_world(4, Truth(broken={0: (2016, 0.3)}, wander=0.05))
    councils = councils_of(world, SPEC)
    assert councils is not None
    own = councils.rows[councils.rows["area"] == council_codes()[0]].set_index("year")["stretch"]
    assert own[2015] != own[2016] == own[2019]
    steps = {step.step: step.rows for step in councils.flow}
    assert steps["level_recording"] == len(councils.broken) >= 1
    found = findings_of(councils)
    assert found.main is not None and found.plain is not None
    assert found.main.se < found.plain.se


def test_money_that_changed_its_name_parts_the_years_after_it() -> None:
    world = council_world(5, Truth())
    area = council_codes()[7]
    here = (world["area"] == area) & (world["period"].astype(int) >= 2014)
    centres = here & world["measure"].isin(["spend_gbp_centres_individual", "spend_gbp_centres_area_wide"])
    lost = world.loc[centres & (world["period"] == "2014"), "count"].sum()
    world.loc[centres, "count"] *= 0.1
    world.loc[here & (world["measure"] == "spend_gbp_targeted_family_support"), "count"] += lost
    councils = councils_of(world, SPEC)
    assert councils is not None
    own = councils.split[(councils.split["area"] == area) & (councils.split["why"] == "relabelled")]
    assert own["year"].tolist() == [2015]  # money of a year stands beside the counts of the next


def test_what_a_referral_is_changed_bars_an_answer_about_the_council_asked() -> None:
    one = Break("county", date(2014, 9, 1), "other", "referrals")
    inside = gates.definitions([one], True, 2012, 2019)
    assert inside.status == "fail" and gates.definitions([one], False, 2012, 2019).status == "warn"
    assert gates.definitions([one], True, 2016, 2019).status == "pass"
    assert gates.definitions([], False, 2019, 2026).status == "fail"


def test_money_that_had_not_come_yet_bars_an_answer_where_counts_go_with_it() -> None:
    assert gates.ahead(Effect(-0.1, 0.02, 100, 101, 800)).status == "fail"
    assert gates.ahead(Effect(-0.1, 0.045, 100, 101, 800)).status == "warn"
    assert gates.ahead(Effect(-0.01, 0.045, 100, 101, 800)).status == "pass"


def test_without_a_figure_beside_councils_own_paths_none_is_told() -> None:
    one = Effect(-0.1, 0.02, 100, 101, 800)
    assert gates.estimable(one, one).status == "pass"
    assert gates.estimable(one, None).status == gates.estimable(None, None).status == "fail"


def test_an_effect_is_told_for_twice_the_money() -> None:
    assert told(Effect(-1.0, 0.0, 10, 11, 80)) == pytest.approx((-0.5, -0.5, -0.5))


def test_a_protocol_of_an_unknown_measure_is_told_the_nearest() -> None:
    text = PROTOCOL.text.replace('second_outcome = "section_47_enquiries"', 'second_outcome = "section_47"')
    with pytest.raises(ProtocolError, match="section_47_enquiries"):
        protocol_of(text.encode(), "q.toml")
    with pytest.raises(ProtocolError, match="There is no such council"):
        protocol_of(PROTOCOL.text.replace(WORCESTERSHIRE, "E10000099").encode(), "q.toml")
    twice = PROTOCOL.text.replace('second_outcome = "section_47_enquiries"', 'second_outcome = "referrals"')
    with pytest.raises(ProtocolError, match=r'\[area_panel\]: second_outcome is "referrals", which is outcome\.'):
        protocol_of(twice.encode(), "q.toml")
    with pytest.raises(ProtocolError, match="last_year must be 5 years"):
        protocol_of(PROTOCOL.text.replace("last_year = 2019", "last_year = 2013").encode(), "q.toml")


@pytest.mark.parametrize("asked", ["England", "West Midlands", "E12000005", "E92000001", "London", "Camelot"])
def test_only_a_council_may_be_asked_about(asked: str) -> None:
    for kind in ("rec10_panel_spend", "rec10_synthetic_county"):
        text = load_protocol(ANALYSES / f"{kind}.toml").text
        text = re.sub(r'(?m)^council = ".*?"', f'council = "{asked}"', text)
        with pytest.raises(
            ProtocolError, match=f'council is "{asked}". (That is the country or|There is no such)'
        ) as said:
            protocol_of(text.encode(), "q.toml")
        assert "{" not in str(said.value) and "  " not in str(said.value).split("\n")[1].strip()


def test_a_council_is_named_or_coded() -> None:
    named = protocol_of(PROTOCOL.text.replace(WORCESTERSHIRE, "worcestershire").encode(), "q.toml")
    assert named.spec_as(AreaPanelSpec).council == SPEC.council == WORCESTERSHIRE


@pytest.mark.parametrize(
    ("left", "lacks"),
    [
        (
            lambda world: world[world["measure"] != "population_0_17"].assign(population=float("nan")),
            "number of children",
        ),
        (lambda world: world[world["measure"] != SPEC.spending], SPEC.spending),
        (lambda world: world[world["measure"] != SPEC.outcome], f'"{SPEC.outcome}"'),
    ],
)
def test_what_is_missing_is_said_once_and_what_is_there_is_not_asked_for(left, lacks: str) -> None:
    failed = run_study(PROTOCOL, snapshot_of(left(council_world(6, Truth(councils=20))))).failed_gates
    assert [gate.name for gate in failed] == ["councils"]
    assert (
        lacks in failed[0].sentence and failed[0].sentence.count("Import") + failed[0].sentence.count("It is in") == 1
    )


def test_words_agree_with_one_and_with_several() -> None:
    assert "in 2016/17 and 2018/19." in gates.asked("Kent", [2017, 2019], True).sentence
    assert "In 2016/17, money" in gates.relabelled("Kent", [2017], 0, True).sentence
    assert gates.enough_referrals(0, 1).sentence == "Too few referrals are counted: fewer than the 1 that are needed."


def test_gates_of_no_councils_are_one() -> None:
    world = council_world(6, Truth(councils=20))
    councils = councils_of(world, SPEC)
    assert councils is not None
    found = findings_of(councils)
    of = gates_of(councils, found, SPEC, min_councils=40, min_referrals=100)
    failed = {gate.name for gate in of if gate.status == "fail"}
    assert failed == {"councils", "recording_asked"}
    assert "With 20 clusters" in found.note


def test_a_question_of_councils_on_average_asks_about_none() -> None:
    spec = SPEC.model_copy(update={"council": None})
    councils = councils_of(council_world(7, Truth()), spec)
    assert councils is not None and councils.asked == ()
    found = findings_of(councils)
    status = {gate.name: gate.status for gate in gates_of(councils, found, spec, min_councils=40, min_referrals=100)}
    assert status["recording_asked"] == status["who_refers"] == "pass"
    facts = facts_of(councils, found, spec)
    assert facts.council == "" and not facts.relabelled_asked


def test_a_path_of_its_own_takes_out_what_drifts_with_money() -> None:
    councils = councils_of(council_world(8, Truth(elasticity=0.0, drift=0.03, wander=0.05)), SPEC)
    assert councils is not None
    found = findings_of(councils)
    assert found.main is not None and found.trended is not None
    assert found.main.estimate > 0.1 > abs(found.trended.estimate)
