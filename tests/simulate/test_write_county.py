"""A county as a store: everything in it, its truth beside it, and marked as simulated."""

from __future__ import annotations

import json

import pytest

from toolkit.errors import StoreError
from toolkit.records import Store
from toolkit.simulate import CountyOptions, simulate_county, write_county


def test_a_written_county_reads_back_with_its_truth_and_its_notice(tenth, tmp_path) -> None:
    county = tenth("prevent")
    store = write_county(county, tmp_path / "county")
    opened = Store.open(tmp_path / "county")
    assert opened.is_simulated and store.is_simulated
    for name, frame in county.tables.items():
        assert len(opened.read(name)) == len(frame)
    truth = (tmp_path / "county" / "truth.json").read_text(encoding="utf-8")
    assert json.loads(truth) == county.truth
    assert list(json.loads(truth)) == sorted(county.truth)
    assert "no real families" in (tmp_path / "county" / "SIMULATED.txt").read_text(encoding="utf-8")


def test_the_same_options_write_the_same_contents(tenth, tmp_path) -> None:
    one = write_county(tenth("none"), tmp_path / "one")
    two = write_county(simulate_county(CountyOptions(1, "tenth", "none")), tmp_path / "two")
    assert one.snapshot(tmp_path / "first").hash == two.snapshot(tmp_path / "second").hash
    assert (tmp_path / "one" / "truth.json").read_bytes() == (tmp_path / "two" / "truth.json").read_bytes()


def test_a_store_is_never_written_over(tenth, tmp_path) -> None:
    write_county(tenth("none"), tmp_path / "county")
    with pytest.raises(StoreError):
        write_county(tenth("none"), tmp_path / "county")
