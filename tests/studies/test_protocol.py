from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from toolkit.errors import ProtocolError
from toolkit.studies.protocol_file import list_protocols, load_protocol

GOOD = """
title = "Do centres help?"
recommendation = "Recommendation 11"
kind = "matched_cohort"
seed = 3

[matched_cohort]
covariates = ["idaci_decile", "lone_parent"]
outcomes = ["any_referral_12m"]

[gates]
min_treated = 80
"""


def written(folder: Path, text: str, name: str = "question.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> str:
    with pytest.raises(ProtocolError) as caught:
        load_protocol(written(folder, text))
    return str(caught.value)


def test_a_protocol_is_read_with_its_defaults_and_the_hash_of_its_bytes(tmp_path):
    path = written(tmp_path, GOOD)
    protocol = load_protocol(path)
    assert (protocol.question, protocol.kind, protocol.seed) == ("question", "matched_cohort", 3)
    assert protocol.spec.covariates == ("idaci_decile", "lone_parent")
    assert (protocol.spec.caliper, protocol.spec.exact) == (0.2, ("trial", "district"))
    assert (protocol.gates.min_treated, protocol.gates.max_smd) == (80, 0.1)
    assert protocol.hash == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_comment_changes_the_hash(tmp_path):
    first = load_protocol(written(tmp_path, GOOD))
    assert load_protocol(written(tmp_path, GOOD + "# one more thought\n")).hash != first.hash


def test_every_problem_is_told_at_once_with_its_key_and_near_misses(tmp_path):
    text = (
        GOOD.replace("lone_parent", "lone_parnt")
        .replace("any_referral_12m", "any_referal_12m")
        .replace("seed = 3", "sead = 3")
        .replace("min_treated = 80", "min_treated = 0\nmax_smdd = 0.2")
        .replace("[gates]", 'caliper = -1\nrattio = 2\nfirst_trial = "April"\n\n[gates]')
    )
    said = problems(tmp_path, text)
    for part in (
        'there is no covariate "lone_parnt". Did you mean "lone_parent"',
        'there is no outcome "any_referal_12m". Did you mean "any_referral_12m"',
        'sead is not a key of a protocol of kind matched_cohort. Did you mean "seed"',
        "gates.min_treated is 0. Expected greater than or equal to 1.",
        'gates.max_smdd is not a known key. Did you mean "max_smd"',
        "matched_cohort.caliper is -1. Expected greater than 0.",
        'matched_cohort.rattio is not a known key. Did you mean "ratio"',
        'matched_cohort.first_trial is "April". expected a month as "YYYY-MM".',
    ):
        assert part.lower() in said.lower(), f"{part}\nnot in\n{said}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('kind = "matched_cohort"', 'kind = "matched_cohorts"'), 'Did you mean "matched_cohort"'),
        (('kind = "matched_cohort"', ""), "kind is missing"),
        (("[matched_cohort]", "[matched]"), "the table [matched_cohort] is missing"),
        (('title = "Do centres help?"', ""), "title is missing"),
        (('outcomes = ["any_referral_12m"]', ""), "matched_cohort.outcomes is missing"),
        (('["any_referral_12m"]', '["referral_days_12m"]'), "must be a yes or no"),
        (('["any_referral_12m"]', '["any_referral_12m", "any_referral_12m"]'), "more than once"),
        (("[gates]", 'centre_sources = ["8", "55"]\n[gates]'), 'no referral source "55"'),
        (("[gates]", 'first_trial = "2010-02"\nlast_trial = "2009-01"\n[gates]'), "comes after last_trial"),
        (('title = "Do centres help?"', 'title = "Do centres'), "not valid TOML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, change, said):
    assert said in problems(tmp_path, GOOD.replace(*change))


def test_keys_that_do_not_go_together_are_named_without_the_rest_of_the_table(tmp_path):
    text = GOOD.replace("[gates]", 'first_trial = "2010-02"\nlast_trial = "2009-01"\n[gates]')
    assert problems(tmp_path, text).splitlines()[1:] == ["  [matched_cohort]: first_trial comes after last_trial."]
    wrong = problems(tmp_path, GOOD.replace("[gates]", "caliper = [2010-02-01, true]\n[gates]"))
    assert "matched_cohort.caliper is [2010-02-01, true]." in wrong and "datetime" not in wrong


def test_a_missing_file_names_its_neighbours(tmp_path):
    written(tmp_path, GOOD, "rec11_referrals.toml")
    with pytest.raises(ProtocolError, match="rec11_referrals"):
        load_protocol(tmp_path / "rec11_referal.toml")


def test_text_that_is_not_utf8_is_an_error_that_says_so(tmp_path):
    path = tmp_path / "question.toml"
    path.write_bytes(GOOD.encode() + "# caf\u00e9".encode("cp1252"))
    with pytest.raises(ProtocolError, match="not UTF-8"):
        load_protocol(path)


def test_protocols_of_a_folder_are_listed_by_name(tmp_path):
    for name in ("b.toml", "a.toml", "notes.txt"):
        written(tmp_path, GOOD, name)
    assert [path.name for path in list_protocols(tmp_path)] == ["a.toml", "b.toml"]


def test_the_recommendation_11_protocol_asks_what_the_house_decided():
    protocol = load_protocol(Path(__file__).parents[2] / "analyses" / "rec11_referrals.toml")
    spec = protocol.spec
    assert (spec.child_under_months, spec.caliper, spec.ratio, spec.draws) == (60, 0.2, 5, 3)
    assert spec.outcomes[0] == "any_referral_12m"
    assert spec.measures == ("difference", "ratio")
    assert spec.exact == ("trial", "district")
    assert protocol.gates.min_treated == 60


def test_outcomes_of_later_years_are_followed_for_as_long_as_the_protocol_says(tmp_path):
    later = GOOD.replace('["any_referral_12m"]', '["any_referral_36m", "care_entry_24m", "days_looked_after_36m"]')
    said = problems(tmp_path, later)
    assert "any_referral_36m, days_looked_after_36m" in said and "follow_up_months = 36" in said
    spec = load_protocol(
        written(tmp_path, later.replace("[gates]", 'follow_up_months = 36\nages = ["10_15"]\n\n[gates]'))
    ).spec
    assert (spec.design().follow_up_days, spec.primary_months) == (1095, 36)
    assert "care_entry_24m_ages_10_15" in spec.every_outcome
    assert "days_looked_after_36m_ages_10_15" not in spec.every_outcome
