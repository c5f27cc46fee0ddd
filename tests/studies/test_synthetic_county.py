"""A council beside a mixture of others: who is mixed from, what bars an answer, and what is said without counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from county_worlds import COUNCIL, FIRST, CountyWorld, counts_of
from pydantic import ValidationError
from score_records import write_frames

from toolkit.errors import InputError, ProtocolError
from toolkit.intake.published.areas import area_code
from toolkit.intake.published.dfe import read_dfe
from toolkit.project_files import ANALYSES
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.protocol_file import load_protocol, protocol_of
from toolkit.studies.run import run_study
from toolkit.studies.synthetic_county.facts import SyntheticCountyFacts
from toolkit.studies.synthetic_county.findings import findings_of, told
from toolkit.studies.synthetic_county.gates import donors, gates_of, recording, relabelled, years_before
from toolkit.studies.synthetic_county.panel import CountyPanel, NotThere, county_panel
from toolkit.studies.synthetic_county.spec import SyntheticCountySpec
from toolkit.wording.years import financial_year

PROTOCOL = load_protocol(ANALYSES / "rec10_synthetic_county.toml")
SPEC = PROTOCOL.spec_as(SyntheticCountySpec)
WORLD = CountyWorld()
AREA = area_code(COUNCIL)


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    return counts_of(WORLD, 1)


def panel_of(counts: pd.DataFrame, spec: SyntheticCountySpec = SPEC) -> CountyPanel:
    found = county_panel(counts, spec)
    assert isinstance(found, CountyPanel), found.sentence
    return found


def test_every_council_that_is_whole_is_mixed_from_and_the_others_have_a_reason(counts: pd.DataFrame) -> None:
    others = [area for area in counts["area"].unique() if area != AREA]
    hidden = (counts["area"] == others[0]) & (counts["period"] == "2011")
    changed = counts.assign(count=counts["count"].mask(hidden), status=counts["status"].mask(hidden, "suppressed"))
    left = SPEC.model_copy(update={"leave_out": (others[1],)})
    panel = panel_of(changed, left)
    assert panel.areas[0] == AREA and panel.before == 2 and panel.years == (2010, 2011, 2012)
    assert set(panel.areas[1:]) == set(others[2:])
    why = dict(zip(panel.left_out["area"], panel.left_out["why"], strict=True))
    assert "2010/11" in why[others[0]] and "leaves it out" in why[others[1]]
    rate = changed.loc[(changed["area"] == AREA) & (changed["period"] == "2012"), ["count", "population"]].iloc[0]
    assert panel.rates[2, 0] == pytest.approx(1e4 * rate["count"] / rate["population"])


def test_named_councils_alone_are_mixed_from_where_a_protocol_names_them(counts: pd.DataFrame) -> None:
    some = tuple(counts["area"].unique()[5:30])
    panel = panel_of(counts, SPEC.model_copy(update={"donors": some}))
    assert set(panel.areas[1:]) == set(some)
    with pytest.raises(InputError, match="no area"):
        county_panel(counts, SPEC.model_copy(update={"donors": ("Wurcestershire",)}))


def test_a_council_whose_record_broke_is_not_mixed_from_and_gets_no_answer_itself() -> None:
    long = replace(WORLD, years=12)
    counts = counts_of(long, 2)
    other = counts["area"].unique()[3]
    for area in (AREA, other):
        steps = (counts["area"] == area) & (counts["period"] >= "2012")
        counts.loc[steps, "count"] = (counts.loc[steps, "count"] * 3.2).round()
    panel = panel_of(counts)
    assert panel.broke == (2012,) and other not in panel.areas
    failed = [gate.name for gate in gates_of(panel, findings_of(panel, SPEC), SPEC) if gate.status == "fail"]
    assert set(failed) == {"recording", "believable"}


def test_without_published_counts_it_says_what_to_import_and_shows_no_figure(tmp_path: Path) -> None:
    result = run_study(PROTOCOL, write_frames({}, tmp_path))
    said = verdict_for(result)
    assert said.code == "cannot_say" and "toolkit import dfe" in said.sentence
    assert not result.simulated and result.primary is not None and result.primary.estimate is None
    assert all(table.empty for table in result.tables.values())


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (lambda counts: counts[counts["area"] != AREA], "for 2009/10, 2010/11 and 2011/12"),
        (lambda counts: counts[(counts["area"] != AREA) | (counts["period"] != "2011")], "for 2010/11"),
        (lambda counts: counts.assign(population=np.nan), "number of children is not there"),
        (lambda counts: counts.assign(measure="re_referrals_12m"), '"referrals"'),
    ],
)
def test_what_is_missing_is_named(counts: pd.DataFrame, broken, expected: str) -> None:
    found = county_panel(broken(counts), SPEC)
    assert isinstance(found, NotThere) and expected in found.sentence


@pytest.mark.parametrize("treated", [2004, 2030])
def test_years_that_are_not_held_are_not_asked_to_be_imported(counts: pd.DataFrame, treated: int) -> None:
    found = county_panel(counts, SPEC.model_copy(update={"treated_year": treated, "last_year": None}))
    assert isinstance(found, NotThere) and "Import" not in found.sentence
    assert f"hold 2009/10 to 2011/12, and the protocol needs {financial_year(treated - 2)} to" in found.sentence


def test_an_outcome_that_is_no_measure_is_refused_when_the_protocol_is_read() -> None:
    text = PROTOCOL.text.replace('outcome = "referrals"', 'outcome = "unicorns"')
    with pytest.raises(ProtocolError, match=r'synthetic_county\.outcome is "unicorns"\. That is none of the counts'):
        protocol_of(text.encode(), "q.toml")


def test_words_agree_with_names_and_numbers() -> None:
    assert recording("West Midlands", (2019, 2017)).sentence.startswith(
        "West Midlands' counts stepped in 2016/17 and 2018/19 further"
    )
    assert relabelled("Kent", (2017,)).sentence.endswith(
        "Kent's centres may have gone on under another name in 2016/17."
    )
    assert donors(1, 40).sentence.startswith("There is 1 council to mix from.")
    assert years_before(1, 2).sentence.startswith("There is 1 year of counts before.")


def test_an_effect_larger_than_chance_is_found_with_many_years_and_its_range_holds_it() -> None:
    world = CountyWorld(councils=45, before=6, years=7, effect=0.75)
    panel = panel_of(counts_of(world, 4), SPEC.model_copy(update={"treated_year": FIRST + 6, "last_year": None}))
    found = findings_of(panel, SPEC)
    assert found is not None
    figures = told(found.main)
    assert figures is not None and figures[1] < -0.25 < figures[2]
    assert len(found.moved) == 4 and all(FIRST + 2 <= year < FIRST + 6 for year, _ in found.moved)


def test_fewer_than_nineteen_others_give_a_gate_and_no_estimate() -> None:
    panel = panel_of(counts_of(CountyWorld(councils=12), 1))
    assert findings_of(panel, SPEC) is None
    failed = [gate.name for gate in gates_of(panel, None, SPEC) if gate.status == "fail"]
    assert failed == ["donors"]


def test_years_out_of_order_are_refused() -> None:
    with pytest.raises(ValidationError, match="last_year is 2011: expected 2012"):
        SyntheticCountySpec(council=COUNCIL, treated_year=2012, last_year=2011)
    with pytest.raises(ValidationError, match="first_year is 2011: expected 2010 or earlier"):
        SyntheticCountySpec(council=COUNCIL, treated_year=2012, first_year=2011)


def test_the_published_counts_of_worcestershire_speak_neither_for_the_money_nor_against_it(shared_data: Path) -> None:
    """Acceptance 6: the Department's own files, end to end."""
    census = [shared_data / "dfe_original" / name for name in ("osr28-2010ud.csv", "osr26-2011ud.csv")]
    census.append(shared_data / "dfe_original" / "SFR27-2012ud.csv")
    panel = panel_of(read_dfe(census).area_counts)
    found = findings_of(panel, SPEC)
    assert found is not None and panel.years == (2010, 2011, 2012)
    assert panel.rates[:, 0] == pytest.approx([272.9, 248.5, 248.4], abs=0.1)
    assert len(panel.areas) > 130
    figures = told(found.main)
    assert figures is not None and figures[1] < -0.2 and figures[2] > 0.25
    assert [gate.name for gate in gates_of(panel, found, SPEC) if gate.status == "fail"] == []


def test_a_result_has_the_facts_and_tables_that_pages_need(counts: pd.DataFrame, tmp_path: Path) -> None:
    result = run_study(PROTOCOL, write_frames({"area_counts": counts}, tmp_path))
    facts = result.facts_as(SyntheticCountyFacts)
    assert (facts.donors, facts.years_before, facts.moved_starts) == (WORLD.councils - 1, 2, 0)
    assert result.estimates[0].estimator == "synthetic_control"
    path, gaps = result.tables["synthetic_path"], result.tables["synthetic_gaps"]
    assert len(path) == 3 and len(gaps) == 3 * WORLD.councils
    assert (path["rate"] / path["mixture"] - 1).to_numpy() == pytest.approx(
        gaps.loc[gaps["is_council"], "gap"].to_numpy()
    )
    assert result.tables["synthetic_donors"]["weight"].sum() == pytest.approx(1, abs=0.05)
    assert result.as_of.first_day == "2009-04-01" and result.as_of.last_day == "2012-03-31"
