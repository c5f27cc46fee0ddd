"""Many authorities: each a snapshot like any other, its truth beside it, and the truth of all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from counties import Counties
from toolkit.errors import InputError
from toolkit.records.snapshots.lake import Lake
from toolkit.simulate import england
from toolkit.simulate.england import EnglandOptions, write_authority, write_england


def test_an_authority_is_written_as_a_store_would(counties: Counties, tmp_path: Path) -> None:
    write_authority(counties.county(), tmp_path, "A001")
    ours, stored = Lake.open(tmp_path).part("A001"), counties.snapshot()
    assert ours.is_simulated
    for table in stored.rows:
        assert pq.read_table(ours.path(table)).equals(pq.read_table(stored.path(table)).select(
            pq.read_schema(ours.path(table)).names
        ))  # fmt: skip


def test_authorities_differ_in_what_joining_does_and_the_first_ones_stay_the_same() -> None:
    three, four = (list(EnglandOptions(seed=5, authorities=n).each()) for n in (3, 4))
    assert four[:3] == three
    assert len({own.prevention for _, own in four}) == 4
    assert len({own.prevention for _, own in EnglandOptions(authorities=3, spread=0.0).each()}) == 1


def test_authorities_are_as_unlike_in_size_as_englands() -> None:
    sizes = [own.size for _, own in EnglandOptions().each()]
    children = 123_000 * np.array(sizes)
    assert 10e6 < children.sum() < 13e6  # 11.3 million children in 2012
    assert 8_000 <= children.min() < 20_000 and 200_000 < children.max() <= 323_000
    assert {own.size for _, own in EnglandOptions(scale="tenth", authorities=4).each()} == {1.0}


def test_what_is_there_is_not_made_again_and_the_truth_of_all_is_weighted(
    counties: Counties, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def simulate(options: object, progress: object) -> object:
        made.append(1)
        county = counties.county()
        return replace(county, tables={name: frame.head(50) for name, frame in county.tables.items()})

    monkeypatch.setattr(england, "simulate_county", simulate)
    for authorities in (1, 2):
        write_england(EnglandOptions(authorities=authorities), tmp_path)
    assert len(made) == 2
    truth = json.loads((tmp_path / "truth.json").read_text())
    one = counties.county().truth["any_referral_12m"]
    assert truth["nation"]["any_referral_12m"]["n"] == 2 * one["n"]
    assert truth["nation"]["any_referral_12m"]["att_difference"] == pytest.approx(one["att_difference"])
    assert list(truth["authorities"]) == ["A001", "A002"]


def test_options_that_cannot_be_are_named_together() -> None:
    with pytest.raises(InputError, match=r"authorities is 0.*scale is \"village\".*prevention is 2"):
        EnglandOptions(authorities=0, scale="village", prevention=2.0)
