"""Retention: what is past keeping is shown first, and removed for good only when asked."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.records import Store
from toolkit.records.erasure.retention import load_policy

TODAY = date(2020, 1, 1)


@pytest.fixture
def aged(new_store, county) -> Store:
    """F001 and F002 left in 2012, F002 with a score in 2019; F003 is still known; others left in 2018."""
    left = {"F001": date(2012, 5, 1), "F002": date(2012, 5, 1), "F003": None}
    county["families"]["known_to"] = [left.get(family, date(2018, 1, 1)) for family in county["families"]["family_id"]]
    scores = county["progress_scores"]
    scores["scored_on"] = [date(2019, 6, 1) if family == "F002" else date(2013, 6, 1) for family in scores["family_id"]]
    county["referrals"]["closed_on"] = [
        date(1990, 1, 1) if child == "K006" else None for child in county["referrals"]["child_id"]
    ]
    store = new_store()
    store.add(county, by="t", source_name="t")
    return store


def test_what_is_due_is_shown_by_rule_and_nothing_changes(aged: Store) -> None:
    due = aged.retention_due(load_policy(aged.folder), today=TODAY)
    rows = {(line.rule, line.table): line.rows for line in due.itertuples()}
    assert rows[("families", "families")] == 1 and rows[("families", "referrals")] == 1
    assert rows[("referrals", "referrals")] == 1
    assert rows[("progress_scores", "progress_scores")] == 5 and rows[("history", "families")] == 0
    assert due.query("rule == 'families' and table == 'families'")["families"].tolist() == [1]
    assert aged.version == 1


def test_a_family_goes_whole_only_when_everything_of_it_is_past(aged: Store) -> None:
    erased = aged.apply_retention(load_policy(aged.folder), today=TODAY, by="Di")
    assert erased.families == 1
    assert aged.read("families")["family_id"].tolist() == ["F002", "F003", "F004", "F005", "F006"]
    assert "K001" not in set(aged.read("children")["child_id"])
    assert aged.read("referrals")["child_id"].tolist() == ["K002", "K003", "K004", "K005"]
    assert aged.check().is_whole, aged.check().summary()
    assert aged.apply_retention(load_policy(aged.folder), today=TODAY, by="Di") is None
    assert aged.erasures()["reason"].tolist() == ["retention rules as of 2020-01-01"]


def test_older_snapshots_lose_the_rows_that_are_past(aged: Store) -> None:
    before = aged.snapshot()
    aged.apply_retention(load_policy(aged.folder), today=TODAY, by="Di")
    assert not before.folder.exists()
    (only,) = (aged.folder / "snapshots").iterdir()
    children = pd.read_parquet(only / "referrals.parquet")["child_id"]
    assert set(children) == {"K002", "K003", "K004", "K005"}


def test_rows_no_longer_current_are_removed_after_their_years(store: Store, county, made) -> None:
    store.add(county, by="t", source_name="t")
    score = made.frame("progress_scores", made.score(1, value=5))
    store.correct({"progress_scores": score}, by="t", source_name="t")
    (store.folder / "retention.toml").write_text("[history]\nyears = 6\n")
    policy = load_policy(store.folder)
    assert store.retention_due(policy, today=date.today())["rows"].sum() == 0
    in_ten_years = date(date.today().year + 10, 1, 2)
    due = store.retention_due(policy, today=in_ten_years)
    assert due.query("rule == 'history' and table == 'progress_scores'")["rows"].tolist() == [1]


def test_a_council_puts_its_own_rules_in_the_store(store: Store, tmp_path: Path) -> None:
    (store.folder / "retention.toml").write_text('[episodes]\nafter = "ended_on"\nyears = 75\n')
    own = load_policy(store.folder)
    assert list(own.rules) == ["episodes"] and own.source.endswith("retention.toml")
    given = tmp_path / "given.toml"
    given.write_text("[history]\nyears = 2\n")
    assert list(load_policy(store.folder, given).rules) == ["history"]


def test_every_problem_of_the_rules_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[famlies]\nyears = 1\n[episodes]\nafter = "endd_on"\nyears = 0\nyeers = 3\n')
    with pytest.raises(InputError) as refused:
        load_policy(tmp_path, file)
    said = str(refused.value)
    assert 'no table "famlies". Did you mean "families"' in said
    assert "episodes: years is 0. Write a whole number from 1 to 150." in said
    assert "episodes: there is no setting yeers." in said
    assert "episodes: after is 'endd_on'. Did you mean \"ended_on\"?" in said
    with pytest.raises(InputError, match="cannot be read"):
        load_policy(tmp_path, tmp_path / "nowhere.toml")


def test_the_command_shows_first_and_applies_when_asked(store: Store, county, command) -> None:
    county["families"]["known_to"] = date(2012, 5, 1)
    store.add(county, by="t", source_name="t")
    asked = ("retention", "--store", store.folder, "--by", "Di", "--today", "2030-01-01")
    shown = command(*asked, "--dry-run", "--json")
    assert shown.returncode == 0, shown.stderr
    assert sum(line["families"] for line in json.loads(shown.stdout)) == 6
    assert store.version == 1
    assert "Erased for good" in command(*asked, "--apply").stdout
    assert store.read("families").empty
