from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.errors import InputError
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.bundle.model import KeptCheck
from toolkit.publish.target.checklist import AUTHOR, NOT_REPORTED, target_checklist, write_target
from toolkit.publish.target.items import ITEMS
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.protocol_file import load_protocol

ANALYSES = Path(__file__).parents[2] / "analyses"


@pytest.fixture(scope="module")
def protocol():
    return load_protocol(ANALYSES / "rec11_referrals.toml")


@pytest.fixture(scope="module")
def result(protocol, counties):
    return counties.result(protocol, counties.snapshot(1, "tenth", "prevent"))


@pytest.fixture(scope="module")
def items(result, protocol):
    return {item.number: item for item in target_checklist(result, protocol)}


def test_the_21_items_stand_in_their_39_parts_in_order():
    numbers = [number for number, _, _ in ITEMS]
    assert len(numbers) == len(set(numbers)) == 39
    whole = [int(re.match(r"\d+", number).group()) for number in numbers]
    assert sorted(set(whole)) == list(range(1, 22)) and whole == sorted(whole)
    # Items 6 and 7 go in pairs, a to h; two of the second have parts.
    assert [number[1] for number in numbers if number.startswith("6")] == list("abcdefgh")
    assert [number[1:] for number in numbers if re.match(r"7", number)] == [
        *"abcdef",
        "g(i)",
        "g(ii)",
        "h(i)",
        "h(ii)",
    ]


def test_what_only_the_author_knows_is_not_claimed(items):
    for number in ("2", "4", "17", "20", "21"):
        assert items[number].reported_where == AUTHOR
        assert items[number].text == NOT_REPORTED
        assert not items[number].is_reported
    for number in ("1b", "5", "11", "15", "16", "18", "19"):
        assert items[number].reported_where.endswith("in part")
        assert "the author must say" in items[number].text


def test_every_other_item_is_filled(items):
    for item in items.values():
        assert item.text.strip()
        assert item.is_reported or item.number in ("2", "4", "17", "20", "21")
        assert not re.search(r"\bNone\b|\bnan\b|[{}]", item.text), item


def test_the_texts_say_what_the_protocol_asks_and_what_was_found(items, result, protocol):
    assert "child under 5" in items["6a"].text
    assert "0.2 standard deviations" in items["7c"].text and "month and district" in items["7c"].text
    assert "365 days" in items["6d"].text
    assert "registers" in items["7d"].text
    assert all(label in items["7g(ii)"].text for label in ("Kinship care", "Deprivation tenth", "Months known"))
    assert all(step.sentence in items["8"].text for step in result.flow)
    matched = f"{result.facts.matched:,}"
    assert matched in items["8"].text and matched in items["12"].text
    primary = result.primary
    assert f"{primary.estimate:.4f} (95% interval {primary.low:.4f} to {primary.high:.4f})" in items["13"].text
    assert "ratio (matched)" in items["13"].text
    assert "(unadjusted)" in items["14"].text and "(unadjusted)" not in items["13"].text
    assert verdict_for(result).sentence in items["15"].text
    assert protocol.hash in items["18"].text and result.snapshot_hash in items["19"].text


def test_another_protocol_gives_another_text(result, protocol):
    wide = protocol.model_copy(
        update={"spec": protocol.spec.model_copy(update={"caliper": 0.35, "ratio": 3, "child_under_months": 36})}
    )
    items = {item.number: item.text for item in target_checklist(result, wide)}
    assert "3 to 1" in items["7c"] and "0.35" in items["7c"]
    assert "child under 3" in items["6a"]


def test_a_bundle_gives_the_same_list_as_its_result(result, protocol):
    bundle = bundle_of(result, verdict_for(result))
    # A bundle holds floats to ten figures; the texts show fewer.
    assert target_checklist(bundle, protocol) == target_checklist(result, protocol)


def test_checks_of_a_bundle_are_told(result, protocol):
    check = KeptCheck("e_value", "A hidden cause", "warn", None, None, "A weak one would do.")
    plan = KeptCheck("pre_registration", "Plan", "pass", None, None, "It was written in May.")
    gate = KeptCheck("balance", "Alike", "pass", None, None, "Twice told.", is_gate=True)
    bundle = bundle_of(result, replace(verdict_for(result), code="fewer"))
    bundle = replace(bundle, checks=(check, plan, gate))
    items = {item.number: item.text for item in target_checklist(bundle, protocol)}
    assert "It was written in May." in items["18"]
    assert "Twice told." not in items["14"]  # the gates' own sentences are there
    assert "How big a hidden cause must be" in items["7h(ii)"]
    assert "How big a hidden cause must be (warn): A weak one would do." in items["14"]


def test_the_file_says_that_the_data_are_simulated_and_for_whom_it_is(result, protocol, tmp_path):
    file = write_target(result, protocol, tmp_path / "new" / "folder")
    text = file.read_text(encoding="utf-8")
    assert file.name == "target.md"
    assert SIMULATED in text and "For leads and analysts" in text
    assert all(f"**{number}. " in text for number, _, _ in ITEMS)
    assert "The author must write items 2, 4, 17, 20, 21 and add to items 1b, 5, 11, 15, 16, 18, 19." in text
    bundle = bundle_of(result, verdict_for(result))
    real = replace(bundle, simulated=False, verdict=replace(bundle.verdict, cannot_show=()))
    assert "SIMULATED" not in write_target(real, protocol, tmp_path).read_text(encoding="utf-8")


def test_no_family_is_named(items, result):
    families = set(result.matched_sets["family_id"].astype(str))
    text = " ".join(item.text for item in items.values())
    assert not [family for family in families if family in text]


def test_another_kind_or_another_protocol_is_refused(make_result, result, protocol):
    with pytest.raises(InputError, match='is of kind "progress_change"'):
        target_checklist(replace(bundle_of(result, verdict_for(result)), kind="progress_change"), protocol)
    with pytest.raises(InputError, match="another protocol"):
        target_checklist(replace(bundle_of(result, verdict_for(result)), protocol_hash="b" * 64), protocol)
