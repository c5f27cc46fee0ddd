"""The counties that tests share are those that would be made anew, and what is kept is not changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd

from counties import MAKES_COUNTIES, Counties, hash_of
from toolkit.records import Store
from toolkit.simulate import CountyOptions, simulate_county


def test_a_kept_county_is_the_one_its_options_make(counties: Counties) -> None:
    made, kept = simulate_county(CountyOptions(1, "tenth", "none")), counties.county(1, "tenth", "none")
    assert made.truth == kept.truth and made.options == kept.options
    for name, frame in made.tables.items():
        pd.testing.assert_frame_equal(frame, kept.tables[name])
        assert len(counties.store(1, "tenth", "none").read(name)) == len(frame)


def test_a_copy_may_be_changed_and_the_next_is_as_it_was(counties: Counties, tmp_path: Path) -> None:
    first = counties.copy(tmp_path / "first")
    family = first.read("families")["family_id"].iloc[0]
    first.erase_family(family, by="t", reason="asked")
    second = counties.copy(tmp_path / "second")
    assert family not in set(first.read("families")["family_id"])
    assert family in set(second.read("families")["family_id"])
    assert second.snapshot().hash == counties.snapshot().hash


def test_a_county_is_made_once_and_by_other_code_again(tmp_path: Path, monkeypatch) -> None:
    made = []
    monkeypatch.setattr("counties._make", lambda options, out: made.append(options))
    (tmp_path / "kept").mkdir()
    here = Counties(tmp_path / "kept", tmp_path)
    places = [here._county_kept(CountyOptions(seed, "tenth")) for seed in (1, 2, 1)]
    assert made == [CountyOptions(1, "tenth"), CountyOptions(2, "tenth")] and places[0] == places[2]
    changed = Counties(tmp_path / "kept", tmp_path)
    changed.of_counties = "another"
    changed._county_kept(CountyOptions(1, "tenth"))
    assert len(made) == 3
    changed.remove_stale()
    assert places[0].exists()  # the code that made it may still be under test
    for folder in (places[0].parent, tmp_path / "kept" / "another"):
        os.utime(folder, (0, 0))
    changed.remove_stale()
    assert not places[0].exists() and (tmp_path / "kept" / "another").is_dir()


def test_a_county_begun_by_a_run_that_was_killed_is_made_again(tmp_path: Path, monkeypatch) -> None:
    here = Counties(tmp_path, tmp_path)
    monkeypatch.setattr("counties._make", lambda options, out: (out / "whole").touch())
    folder = here._county_kept(CountyOptions(1, "tenth"))
    begun = folder.rename(folder.with_suffix(".begun"))
    (begun / "whole").rename(begun / "half")
    assert [file.name for file in here._county_kept(CountyOptions(1, "tenth")).iterdir()] == ["whole"]


def test_the_hash_is_of_the_files_contents(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("counties.ROOT", Path("/"))
    (tmp_path / "room").mkdir()
    module = tmp_path / "room" / "module.py"
    module.write_text("one")
    first = hash_of([tmp_path / "room"])
    module.write_text("two")
    assert hash_of([tmp_path / "room"]) != first
    module.write_text("one")
    assert hash_of([tmp_path / "room"]) == first


def test_all_code_that_makes_a_county_is_in_its_hash(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from toolkit.simulate import *\n"
        "write_county(simulate_county(CountyOptions(1, 'tenth')), Path(sys.argv[1])).snapshot()\n"
        "print(*[name for name in sys.modules if name.startswith('toolkit.')])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "county")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=200)
    modules = [name.split(".") for name in ran.stdout.split()]
    assert len(modules) > 20
    top = {path.stem for path in (Path(__file__).parents[1] / "toolkit").glob("*.py")}
    assert {parts[1] for parts in modules} - top <= set(MAKES_COUNTIES)


def test_an_answered_county_is_published_only_when_asked(counties: Counties, tmp_path: Path) -> None:
    assert counties.answered(tmp_path / "answered").publications().empty
    published = counties.answered(tmp_path / "published", published=True)
    assert isinstance(published, Store) and len(published.publications()) >= 6
