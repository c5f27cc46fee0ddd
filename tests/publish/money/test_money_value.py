"""The value of a result's money in each state of its verdict: words, tables, the command and the part of a page."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from readability import READABLE_AT, reading_grade
from toolkit.charts.money.tornado import tornado_chart, tornado_in_words
from toolkit.cli import value as command
from toolkit.cli.main import app
from toolkit.errors import InputError
from toolkit.publish.bundle import bundle as bundle_files
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.money_value.avoided import avoided_of, worth_by
from toolkit.publish.money_value.words import (
    AVERAGE_IS_NOT_CASH,
    NO_CASH,
    NO_FIGURE,
    break_even_in_words,
    figures_table,
    quantities_table,
    quantities_title,
    worth_in_words,
)
from toolkit.publish.verdicts.rule import UNSAID
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.studies.reach_areas.facts import ReachAreasFacts
from toolkit.studies.result import AsOf
from toolkit.value.costs import costs_of

ENTERED = """
price_year = 2012
[money]
pounds = [400_000, 500_000, 600_000]
what = "early intervention"
source = "the council's ledger"
[[consequence]]
name = "assessments"
per_referral = [0.5, 0.6, 0.7]
per_referral_source = "our own records"
pounds = 500
source = "made up for this test"
who = "social care"
when = "within a year"
"""
STATES = {"answered": "fewer", "cannot_tell": "inconclusive", "cannot_say": "cannot_say"}
CLEAR, WIDE = (-0.1, -0.2, -0.05), (-0.1, -0.3, 0.1)


def result(state: str, prevented: tuple[float, float, float] | None = CLEAR, **known: Any) -> Bundle:
    blank: dict[str, Any] = {field.name: 0 for field in fields(ReachAreasFacts)}
    facts = {
        "after": 900,
        "quarters_after": 7,
        "counts": "referrals",
        "prevented": prevented,
        "money_from": "2011-04-01",
    }
    return Bundle(
        question="rec10_reach_areas", title="t", kind="reach_areas", recommendation="r", simulated=False,
        protocol_hash="p", snapshot_hash="s", version="v", seed=1, as_of=AsOf(), estimates=(), balance=None, gates=(),
        flow=(), tables=MappingProxyType({}), facts=ReachAreasFacts(**(blank | facts | known)),
        verdict=replace(UNSAID, code=cast(Any, STATES[state])),
    )  # fmt: skip


def test_referrals_avoided_are_the_part_prevented_of_those_expected() -> None:
    found = avoided_of(result("answered"))
    assert found is not None
    # 900 came, a tenth fewer than expected: 1,000 were, and 100 did not come.
    assert (found.expected, found.estimate) == pytest.approx((1_000, 100))
    assert (found.low, found.high) == pytest.approx((900 * 0.05 / 0.95, 900 * 0.2 / 0.8))
    assert (found.months, found.unit) == (21, "referrals")
    families = avoided_of(result("answered", counts="families"))
    assert families is not None and families.unit == "referrals of families"


def test_no_value_is_put_on_what_may_not_be_told_or_is_not_said() -> None:
    costs = costs_of(ENTERED)
    assert worth_by(result("cannot_say"), costs) is None
    assert worth_by(result("answered", prevented=None), costs) is None
    for kind in ("trust", "area_panel", "matched_cohort", "progress_change"):
        with pytest.raises(InputError, match=f"of kind {kind}, .* Give a result of kind reach_areas"):
            worth_by(replace(result("answered"), kind=kind), costs)
    assert worth_by(result("cannot_tell", WIDE), costs) is not None


def test_an_answer_s_value_is_in_ranges_and_never_calls_an_average_cash() -> None:
    worth = worth_by(result("answered"), costs_of(ENTERED))
    assert worth is not None
    said = worth_in_words(worth)
    assert "Each one avoided cost about £5,000, between £1,800 and £13,000." in said[2]
    assert AVERAGE_IS_NOT_CASH in said[3] and NO_CASH in said
    assert "Referrals in 21 months: about 100 fewer than were to be expected, between 47 fewer and 225 fewer." in said
    needs = (
        "The money cannot come back at average cost: it would take 1,667 referrals that do not come, and about 1,000"
    )
    assert needs in " ".join(said) and "comes back" not in " ".join(said)
    dear = worth_by(result("answered"), costs_of(ENTERED.replace("pounds = 500\n", "pounds = 5_000\n")))
    assert dear is not None
    assert "The money comes back at average cost where 167 referrals do not come, 17% of all" in " ".join(
        worth_in_words(dear)
    )
    assert quantities_table(worth)["Money set free"].tolist() == ["no: average cost"]
    assert not re.search(r"sav(e|ed|ing) (of )?£|cashable", " ".join(said))
    cash = ENTERED + 'cash = true\ncash_why = "assessments are bought one by one"\n'
    free = worth_by(result("answered"), costs_of(cash))
    assert free is not None and "money set free: £30,000" in " ".join(worth_in_words(free))
    assert "bought one by one" in " ".join(worth_in_words(free))


def test_a_range_that_crosses_nought_says_that_it_has_no_upper_end() -> None:
    worth = worth_by(result("answered", WIDE), costs_of(ENTERED))
    assert worth is not None
    assert "or more, without an upper end" in worth_in_words(worth)[2]
    assert figures_table(worth).iloc[1].tolist()[-1] == "no upper end"
    none = worth_by(result("answered", (0.2, 0.1, 0.3)), costs_of(ENTERED))
    assert none is not None and "no cost of one avoided" in worth_in_words(none)[2]


def test_where_more_came_there_is_no_worth_but_what_they_cost_on_top() -> None:
    cash = ENTERED + 'cash = true\ncash_why = "assessments are bought one by one"\n'
    worth = worth_by(result("answered", (0.2, 0.1, 0.3)), costs_of(cash))
    assert worth is not None
    said, rows = worth_in_words(worth), quantities_table(worth)
    # 900 came, a fifth more than the 750 to be expected; 0.6 assessments each, at £500.
    assert "about 150 more, between 82 and 208." in said[1]
    assert "they cost about £45,000 on top of the money" in said[3] and "paid out: £45,000" in said[4]
    told = " ".join(said) + rows.to_csv() + quantities_title(worth)
    assert not re.search(r"\u2212|worth (£|about)|comes? back|set free|[Ff]ewer", told)
    assert rows["More"].tolist()[0].startswith("90 (")
    assert reading_grade(" ".join(said)) <= READABLE_AT


@pytest.mark.parametrize("state", STATES)
def test_a_simulated_result_s_value_says_so_first(
    state: str, costs_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up = replace(result(state, WIDE if state != "answered" else CLEAR), simulated=True)
    monkeypatch.setattr(bundle_files, "read_bundle", lambda folder: made_up)
    printed = " ".join(CliRunner().invoke(app, ["value", "result", str(costs_file)]).output.split())
    assert printed.startswith(SIMULATED)
    as_json = json.loads(CliRunner().invoke(app, ["value", "result", str(costs_file), "--json"]).output)
    assert as_json["simulated"] is True and as_json["notice"] == SIMULATED


def test_a_kind_that_cannot_be_valued_has_no_break_even(costs_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_files, "read_bundle", lambda folder: replace(result("answered"), kind="progress_change"))
    for more in ((), ("--json",)):
        done = CliRunner().invoke(app, ["value", "result", str(costs_file), *more])
        assert done.exit_code != 0 and "of kind reach_areas" in str(done.exception)
        assert "do not come" not in done.output and "break_even" not in done.output


@pytest.mark.parametrize(
    ("held", "is_said"), [(500_000.0, False), (650_000.0, False), (700_000.0, True), (None, False)]
)
def test_money_that_is_not_the_result_s_own_is_said_with_both_figures(
    held: float | None, is_said: bool, costs_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_files, "read_bundle", lambda folder: result("answered", pounds=held))
    printed = " ".join(CliRunner().invoke(app, ["value", "result", str(costs_file)]).output.split())
    both = "The file of costs says £500,000, between £400,000 and £600,000; the result's own records hold £700,000"
    assert (both in printed) is is_said and ("own records hold" in printed) is is_said


def test_it_can_be_read_at_twelve() -> None:
    for prevented in (CLEAR, WIDE):
        worth = worth_by(result("answered", prevented), costs_of(ENTERED))
        assert worth is not None
        text = " ".join(worth_in_words(worth))
        assert reading_grade(text) <= READABLE_AT, text


def test_the_tornado_draws_each_input_and_tells_it_in_words() -> None:
    import pandas as pd

    worth = worth_by(result("answered"), costs_of(ENTERED))
    assert worth is not None
    rows = pd.DataFrame(
        [(one.name, one.at_low, one.at_high) for one in worth.swings], columns=["name", "at_low", "at_high"]
    )
    spec = json.dumps(tornado_chart(rows, worth.average.central - worth.costs.money.central, "Worth").to_dict())
    assert all(one.name in spec for one in worth.swings)
    assert "the money: £370,000 less" in tornado_in_words(rows)
    assert tornado_in_words(rows.head(0)).startswith("Nothing is entered")


@pytest.fixture
def costs_file(tmp_path: Path) -> Path:
    file = tmp_path / "costs.toml"
    file.write_text(ENTERED, encoding="utf-8")
    return file


@pytest.mark.parametrize("state", STATES)
def test_the_command_tells_what_the_state_lets_be_told(
    state: str, costs_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        bundle_files, "read_bundle", lambda folder: result(state, WIDE if state != "answered" else CLEAR)
    )
    done = CliRunner().invoke(app, ["value", "result", str(costs_file)])
    assert done.exit_code == 0, done.output
    assert ("Each one avoided cost" in done.output) is (state == "answered")
    assert (NO_FIGURE in done.output) is (state == "cannot_say")
    assert "do not come" in done.output  # break-even rests on no result
    assert not (state != "answered" and re.search(r"\d (fewer|more)\b", done.output))
    as_json = json.loads(CliRunner().invoke(app, ["value", "result", str(costs_file), "--json"]).output)
    assert (as_json["worth"] is None) is (state == "cannot_say")
    assert as_json["break_even"]["average"] == pytest.approx(500_000 / 300)
    assert command.value.__doc__


def test_a_wrong_file_is_a_plain_sentence_of_the_command(costs_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_files, "read_bundle", lambda folder: result("answered"))
    costs_file.write_text("price_year = 1", encoding="utf-8")
    done = CliRunner().invoke(app, ["value", "result", str(costs_file)])
    assert done.exit_code != 0 and "price_year is 1" in str(done.exception)


def page(state: str) -> AppTest:
    def draw(state: str) -> None:
        import test_money_value as tests

        from toolkit.publish.money_value.avoided import worth_by
        from toolkit.value.costs import costs_of
        from toolkit.web.pages import money_value

        bundle = tests.result(state, tests.WIDE if state == "cannot_tell" else tests.CLEAR)
        money_value.draw(bundle)
        money_value.shown(bundle, worth_by(bundle, costs_of(tests.ENTERED)))

    return AppTest.from_function(draw, args=(state,)).run()


@pytest.mark.parametrize("state", STATES)
def test_the_part_of_the_page_draws_what_the_state_lets_be_told(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    drawn = page(state)
    assert not drawn.exception
    text = " ".join(one.value for one in drawn.markdown)
    assert ("Each one avoided cost" in text) is (state == "answered")
    assert bool(drawn.expander) is (state != "cannot_say")
    assert not (state != "answered" and re.search(r"\d (fewer|more)\b", text))


def test_break_even_of_nothing_worth_anything_says_so() -> None:
    free = costs_of(ENTERED.replace("pounds = 500\n", "pounds = 0\n"))
    assert break_even_in_words(free, "referrals") == ("Nothing entered here gives one avoided any worth.",)
