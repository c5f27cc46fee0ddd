from __future__ import annotations

import copy
from typing import Any

import pytest

from toolkit.errors import InputError
from toolkit.publish.bundle import compare as comparing
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.bundle.protocol_diff import plan_changes
from toolkit.publish.verdicts.verdict import verdict_for

PLAN = """
title = "What?"
[matched_cohort]
covariates = ["lone_parent", "disability", "idaci_decile"]
caliper = 0.2  # as usual
[gates]
min_treated = 60
"""


def compare(first: dict[str, Any], second: dict[str, Any]) -> comparing.Comparison:
    """Compare what two files hold."""
    return comparing.compare(Bundle.from_json(first), Bundle.from_json(second))


@pytest.fixture
def bundle(make_result, protocol) -> dict[str, Any]:
    result = make_result()
    return {**bundle_of(result, verdict_for(result)).to_json(), "protocol_text": PLAN}


@pytest.fixture
def changed(bundle: dict[str, Any]) -> dict[str, Any]:
    """The same, run with another list of covariates: the main figure moved."""
    other = copy.deepcopy(bundle)
    other["protocol_hash"] = "c" * 64
    other["protocol_text"] = PLAN.replace('"lone_parent", ', "").replace(
        '"idaci_decile"', '"idaci_decile", "kinship_care"'
    )
    other["estimates"][0] |= {"estimate": -0.021, "low": -0.042, "high": 0.0001}
    other["verdict"]["code"] = "inconclusive"
    return other


def test_what_changed_in_the_plan_is_said_key_by_key() -> None:
    changes = plan_changes(
        PLAN, PLAN.replace('"lone_parent", ', "").replace("0.2", "0.1").replace("[gates]\n", "[gates]\nmax_smd = 0.2\n")
    )
    assert changes[["key", "change"]].to_numpy().tolist() == [
        ["matched_cohort.covariates", "lone_parent taken out"],
        ["matched_cohort.caliper", "0.2 became 0.1"],
        ["gates.max_smd", "set to 0.2"],
    ]
    back = plan_changes("ratio = 3\nexact = ['a', 'b']\n", "exact = ['b', 'a']\n")
    assert back["change"].tolist() == ["no longer set (was 3)", "the same, in another order"]
    assert plan_changes(PLAN, PLAN.replace("  # as usual", "")).empty


def test_a_changed_covariate_list_is_named_as_what_moved_the_figure(bundle, changed) -> None:
    found = compare(bundle, changed)
    said = found.summary()
    assert "What differs: the plan. The same in both: the data, the toolkit and the seed." in said
    assert "In the plan, covariates: lone_parent taken out and kinship_care added." in said
    assert (
        "The main figure went from 3.1 fewer (5.2 fewer to 1.1 fewer) to 2.1 fewer (4.2 fewer to no difference)" in said
    )
    assert "The move is 1.0 in every 100: within the range that the data fit." in said
    assert "The verdict went from “fewer” to “we cannot tell”." in said
    assert said.endswith("Nothing else differs, so the change in covariates is what moved the figures.")
    hashes = found.names.set_index("what").loc["Plan (protocol)"]
    assert (hashes["first"], hashes["second"], bool(hashes["same"])) == ("a" * 64, "c" * 64, False)
    assert found.moves["move"].iloc[0] == pytest.approx(0.01)


def test_where_two_things_differ_neither_is_named_as_the_cause(bundle, changed) -> None:
    changed |= {"snapshot_hash": "d" * 64, "as_of": {**bundle["as_of"], "store_version": 4, "last_day": "2012-06-30"}}
    said = compare(bundle, changed).summary()
    assert "The records: version 1, up to 2012-03-31, became version 4, up to 2012-06-30." in said
    assert "2 things differ, so no one of them can be named as what moved the figures." in said


def test_two_keys_of_one_plan_are_two_things(bundle, changed) -> None:
    changed["protocol_text"] = changed["protocol_text"].replace("0.2", "0.1")
    said = compare(bundle, changed).summary()
    assert "2 things differ" in said and "caliper: 0.2 became 0.1" in said


def test_a_result_beside_itself_differs_in_nothing(bundle) -> None:
    found = compare(bundle, copy.deepcopy(bundle))
    assert found.names["same"].all() and found.plan.empty and (found.moves["move"] == 0).all()
    assert found.sentences[0].startswith("Nothing differs")
    assert found.sentences[-1] == "So the figures are the same, to the last digit."


def test_a_figure_that_moved_though_nothing_differs_is_called_a_fault(bundle, changed) -> None:
    changed["protocol_hash"] = bundle["protocol_hash"]
    assert "That is a fault of the toolkit" in compare(bundle, changed).sentences[-1]


def test_a_comment_in_a_plan_changes_its_hash_and_no_figure(bundle) -> None:
    other = {**bundle, "protocol_hash": "c" * 64, "protocol_text": PLAN.replace("as usual", "as agreed")}
    said = compare(bundle, other).summary()
    assert "The plans differ only in their comments or layout: they ask the same." in said
    assert "The main figure stayed where it was" in said and said.endswith("No figure moved.")


def test_an_old_result_without_its_plan_is_compared_as_far_as_it_goes(bundle, changed) -> None:
    del bundle["protocol_text"], bundle["checks"]
    said = compare(bundle, changed).summary()
    assert "so what changed in it cannot be shown" in said
    assert said.endswith("Nothing else differs, so the plan is what moved the figures.")


def test_a_check_that_stood_and_now_does_not_is_named(bundle, changed) -> None:
    gate = {**bundle["gates"][0]}
    bundle["gates"], bundle["checks"] = [gate], []
    changed["gates"], changed["checks"] = [{**gate, "status": "fail"}], []
    assert "“enough_families” now fails; it stood in the first." in compare(bundle, changed).sentences


@pytest.mark.parametrize("without", ["estimates", "numbers"])
def test_results_without_a_figure_are_compared_without_one(bundle, changed, without: str) -> None:
    changed["estimates"] = [] if without == "estimates" else [{**bundle["estimates"][0], "estimate": None}]
    found = compare(bundle, changed)
    assert found.moves.empty
    assert not any("main figure" in sentence for sentence in found.sentences)


def test_two_questions_are_not_compared(bundle, changed) -> None:
    with pytest.raises(InputError, match="different questions"):
        compare(bundle, {**changed, "question": "para73_change"})


def test_a_figure_on_any_scale_that_moved_is_a_figure_that_moved(bundle) -> None:
    """The share of one centre's families has no difference in it, and said "No figure moved" when all had."""
    bundle["protocol_text"] = PLAN
    shares = [{**one, "measure": "share"} for one in bundle["estimates"]]
    other = {**bundle, "protocol_hash": "c" * 64, "protocol_text": PLAN.replace("0.2", "0.1")}
    first = {**bundle, "estimates": shares}
    second = {**other, "estimates": [{**shares[0], "estimate": shares[0]["estimate"] + 0.01}, *shares[1:]]}
    found = compare(first, second)
    assert found.sentences[-1] == "Nothing else differs, so the change in caliper is what moved the figures."
    assert found.moves["move"].iloc[0] == pytest.approx(0.01) and found.moves["measure"].iloc[0] == "share"
    for name, by in (("se", 0.002), ("n_control", 1)):
        moved = [{**shares[0], name: shares[0][name] + by}, *shares[1:]]
        assert compare(first, {**other, "estimates": moved}).sentences[-1] != "No figure moved."


def test_every_row_of_every_table_that_moved_is_listed_with_its_table(bundle) -> None:
    other = copy.deepcopy({**bundle, "protocol_hash": "c" * 64, "protocol_text": PLAN.replace("0.2", "0.1")})
    other["tables"]["events_matched"][1]["with_outcome"] = 90
    other["tables"]["unmatched"].append({"reason": "alone", "n": 2})
    other["balance"][0]["smd"] = 0.05
    other["facts"]["share_joined_later"] = 0.05
    other["gates"][0]["figure"] = 801
    other["flow"][0]["families"] = 809
    found = compare(bundle, other)
    assert found.tables.to_numpy().tolist() == [
        ["balance", "lone_parent", "smd", "0.01", "0.05"],
        ["steps", "joined", "families", "810", "809"],
        ["single figures", "share_joined_later", "value", "0.043", "0.05"],
        ["gates", "enough_families", "figure", "803", "801"],
        ["events_matched", "row 2", "with_outcome", "87", "90"],
        ["unmatched", "alone", "", "", "there"],
    ]
    assert "events matched (1)" in found.summary() and "unmatched (1)" in found.summary()
    assert found.sentences[-1].endswith("the change in caliper is what moved the figures.")
    back = compare(other, bundle).tables
    assert back[["first", "second"]].iloc[-1].tolist() == ["there", ""]


def test_an_old_result_or_a_damaged_plan_is_compared_without_an_error(bundle, changed) -> None:
    old = {name: value for name, value in bundle.items() if name not in ("checks", "protocol_text", "registered")}
    old |= {"estimates": [], "gates": [], "flow": [], "tables": {}, "balance": None}
    old["as_of"] = {"store_version": None}
    for first, second in ((old, changed), (changed, old), (old, copy.deepcopy(old))):
        assert compare(first, second).sentences
    damaged = {**changed, "protocol_text": "not = = toml", "verdict": {**changed["verdict"], "code": "of_later"}}
    assert "to “of_later”" in compare(bundle, damaged).summary()
