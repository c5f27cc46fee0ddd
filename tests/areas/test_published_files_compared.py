"""The councils' study on the published files themselves, from a store they were imported into."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.project_files import ANALYSES
from toolkit.records import Store
from toolkit.studies.area_panel.facts import AreaPanelFacts
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.result import StudyResult
from toolkit.studies.run import run_study

PROTOCOL = load_protocol(ANALYSES / "rec10_panel_spend.toml")
LINES = ("sure_start_total", "centres_individual", "centres_area_wide", "targeted_family_support")
READ = ("referrals", "section_47_enquiries", "population_0_17", *(f"spend_gbp_{line}" for line in LINES))


def status(result: StudyResult) -> dict[str, str]:
    return {gate.name: gate.status for gate in result.gates}


@pytest.fixture(scope="module")
def real(real_counts: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    """The result of a store of simulated families into which the measures it needs were imported."""
    store = Store.create(tmp_path_factory.mktemp("published") / "store", simulated=True)
    measure, years = real_counts["measure"], real_counts["period"].str.fullmatch(r"\d{4}")
    asked = measure.str.startswith("referrals_source_") & (real_counts["area"] == "E10000034")
    needed = (measure.isin(READ) | asked) & real_counts["area"].str.match("E0|E1")
    store.add({"area_counts": real_counts[needed & years]}, by="Analyst", source_name="published", replaces=True)
    return run_study(PROTOCOL, store.snapshot())


def test_the_published_files_give_the_known_answer_beside_that_with_breaks(real: StudyResult) -> None:
    """-0.030 (-0.080 to 0.020 by the normal distribution) on 1,166 council-years of 150 councils: tests/areas."""
    facts = real.facts_as(AreaPanelFacts)
    assert (facts.councils, facts.council_years) == (150, 1166)
    plain = [float(np.log2(1 + one)) for one in facts.plain or ()]
    assert plain == pytest.approx([-0.0302, -0.0805, 0.0202], abs=5e-5)
    by_name = {one.estimator: one for one in real.estimates}
    assert by_name["breaks_not_allowed_for"].estimate == pytest.approx(2**-0.0302 - 1, abs=5e-5)
    main = [float(np.log2(1 + one)) for one in facts.effect or ()]
    assert main == pytest.approx([-0.0032, -0.0488, 0.0425], abs=5e-5)
    assert real.primary == by_name["two_way_fixed_effects"]
    assert real.primary.clusters == 150


def test_what_fired_on_the_published_files_changes_what_is_compared(real: StudyResult) -> None:
    facts, tables = real.facts_as(AreaPanelFacts), real.tables
    assert (facts.breaks, facts.councils_broken, facts.relabelled, facts.relabelled_asked) == (17, 12, 17, True)
    breaks = tables["panel_breaks"]
    assert {("Warwickshire", 2019), ("East Sussex", 2013), ("East Sussex", 2015)} <= set(
        zip(breaks["council"], breaks["year"], strict=True)
    )
    assert status(real) == {
        **dict.fromkeys(("councils", "years", "enough_referrals", "estimable", "recording_asked"), "pass"),
        **dict.fromkeys(("money_ahead", "ways_agree", "range", "definitions"), "pass"),
        **dict.fromkeys(("recording_many", "relabelled", "who_refers"), "warn"),
    }
    said = next(gate.sentence for gate in real.gates if gate.name == "relabelled")
    assert said.startswith("In 2014/15, money for centres in Worcestershire")
    who = next(gate.sentence for gate in real.gates if gate.name == "who_refers")
    assert who == ("Most of the rise in Worcestershire from 2013/14 to 2018/19 came from one source: the police.")
    at = breaks[(breaks["council"] == "Warwickshire") & (breaks["year"] == 2019)].iloc[0]
    assert at["after"] / at["before"] < 0.5 and at["second_after"] / at["second_before"] > 0.8
    sources = tables["panel_sources"].set_index("source")["change"]
    assert sources["police"] == 1_040 and sources.index[0] == "police"
    course = tables["panel_course"].set_index("year")
    assert course.loc[2010, "council"] == pytest.approx(272.9, abs=0.05)


def test_published_figures_are_real_even_beside_simulated_families(real: StudyResult) -> None:
    assert not real.simulated and real.as_of.first_day == "2011-04-01" and real.as_of.last_day == "2019-03-31"
