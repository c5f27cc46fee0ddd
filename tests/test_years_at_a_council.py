"""Five years of a county go out as the files a council has and come back by commands alone: every row, every answer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from council_files import CouncilFile, Tables, keyed, with_council_numbers, write_council_files
from counties import Counties
from in_process import run
from toolkit.intake.pseudonyms import read_key, write_key
from toolkit.project_files import ANALYSES
from toolkit.records import Store
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study
from toolkit.tables import TABLES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "a-year-at-a-council.md"
FEW, SOME = 10, 60
PEOPLE = ("centres", "families", "children", "registrations", "progress_scores", "referrals", "episodes")
NUMBERS, RAW = ("family_id", "child_id"), r"F\d{6}|5\d{6}"


@dataclass(frozen=True)
class Council:
    """A county's files, the key, and the store that should come of them."""

    folder: Path
    files: list[CouncilFile]
    tables: Tables

    @property
    def key(self) -> Path:
        return self.folder / "council.key"

    def original(self, to: Path) -> Store:
        """Return a store with the county's own tables, its numbers under the council's key."""
        store = Store.create(to)
        store.add(keyed(self.tables, read_key(self.key)), by="t", source_name="the county itself")
        return store


def council(county: Tables, folder: Path, families: int | None) -> Council:
    tables = with_council_numbers(county, families)
    files = write_council_files(tables, folder / "files")
    write_key(folder / "council.key")
    return Council(folder, files, tables)


def imported(files: Sequence[CouncilFile], key: Path, to: Path) -> Store:
    """Take files in their order into an empty store; one that is refused goes to the end, as a person would do."""
    assert run("create-store", "--out", to)[0] == 0
    left, refused = list(files), 0
    while left:
        file = left.pop(0)
        code, said = run("import", *file.command, "--store", to, "--key", key)
        if code:
            assert re.search(r"No such (centre|family|child) is stored", said), said
            assert "Nothing was stored" in said
            left.append(file)
            refused += 1
            assert refused < len(files) ** 2 / 2, said
        else:
            refused = 0
    return Store.open(to)


def shuffled(files: Sequence[CouncilFile], seed: int) -> list[CouncilFile]:
    return Random(seed).sample(list(files), len(files))


def check_same(store: Store, original: Store, tables: Iterable[str] = TABLES) -> None:
    """Check tables row for row; a referral's number is the store's own, and each has one."""
    for name in tables:
        found, expected = store.read(name), original.read(name)
        if name == "referrals":
            assert found["referral_id"].is_unique
            found, expected = (_without_numbers(frame) for frame in (found, expected))
        pd.testing.assert_frame_equal(found, expected, obj=name)
        assert not any(store.read(name)[column].str.fullmatch(RAW).any() for column in NUMBERS if column in found)


def _without_numbers(referrals: pd.DataFrame) -> pd.DataFrame:
    rest = referrals.drop(columns="referral_id")
    return rest.sort_values(list(rest.columns)).reset_index(drop=True)


def of_people(made: Council) -> list[CouncilFile]:
    """Return the files about people, of lists that hold the earlier years too those of two years alone."""
    twice_is_enough = {"families", "children", "registrations", "annex-a", "ssd"}
    return [
        file
        for file in made.files
        if not {"investments", "events", "area_counts"} & set(file.command)
        and (file.year in (2009, 2012) or not twice_is_enough & set(file.command))
        and (file.command[0] != "annex-a" or file.path.stem.endswith("q4"))
    ]


def test_a_few_families_come_back_row_for_row_in_any_order_and_a_second_time_changes_nothing(
    counties: Counties, tmp_path: Path
) -> None:
    made = council(counties.county(1, "tenth", "none").tables, tmp_path, FEW)
    files = of_people(made)
    store = imported(shuffled(files, 1), made.key, tmp_path / "store")
    check_same(store, made.original(tmp_path / "original"), PEOPLE)
    version = store.version
    for file in (file for file in files if file.year == 2009):
        code, said = run("import", *file.command, "--store", store.folder, "--key", made.key)
        assert code == 0 and "changed." in said, said
    assert store.version == version and store.check().is_whole


@pytest.fixture(scope="module")
def some(counties: Counties, tmp_path_factory: pytest.TempPathFactory) -> Council:
    """All the files of some families."""
    return council(counties.county(1, "tenth", "prevent").tables, tmp_path_factory.mktemp("some"), SOME)


@pytest.fixture(scope="module")
def in_order(some: Council) -> Store:
    """The store that comes of them in the order they were written."""
    store = imported(some.files, some.key, some.folder / "in-order")
    check_same(store, some.original(some.folder / "original"))
    return store


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(20))
def test_twenty_orders_of_all_the_files_give_the_same_rows(seed: int, some: Council, in_order: Store, tmp_path) -> None:
    store = imported(shuffled(some.files, seed), some.key, tmp_path / "store")
    for name in TABLES:  # the numbers of referrals among them
        pd.testing.assert_frame_equal(store.read(name), in_order.read(name), obj=name)


@pytest.mark.verify
def test_a_county_that_came_back_gives_the_six_studies_answers(counties: Counties, tmp_path: Path) -> None:
    made = council(counties.county(1, "tenth", "prevent").tables, tmp_path, None)
    original = made.original(tmp_path / "original")
    store = imported(shuffled(made.files, 1), made.key, tmp_path / "store")
    check_same(store, original)
    protocols = sorted(ANALYSES.glob("*.toml"))
    assert len(protocols) >= 12
    for path in protocols:
        protocol = load_protocol(path)
        check_same_answer(run_study(protocol, store.snapshot()), run_study(protocol, original.snapshot()))


def check_same_answer(found: Any, expected: Any) -> None:
    """Check all that two results hold but what names their snapshots; sums may be in another order."""
    assert found.estimates
    assert (found.design is None) == (expected.design is None)
    if found.design is not None:
        assert repr(found.design.draws) == repr(expected.design.draws)
    for field in fields(found):
        if field.name in ("snapshot_hash", "as_of", "timings", "design"):
            continue
        one, other = getattr(found, field.name), getattr(expected, field.name)
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-12)
        else:
            words, numbers = _told(one)
            other_words, others = _told(other)
            assert words == other_words, field.name
            assert numbers == pytest.approx(others, rel=1e-9, abs=1e-12, nan_ok=True), field.name


def _told(value: Any) -> tuple[list[str], list[float]]:
    """Return what a part of a result says, whole numbers with it, and apart from it the fractions."""
    fraction = r"-?\d+\.\d+(?:e[-+]?\d+)?|-?\d+e-\d+"
    text = repr(value)
    return re.split(fraction, text), [float(one) for one in re.findall(fraction, text)]


@pytest.mark.verify
def test_the_page_of_a_year_at_a_council_can_be_followed_as_it_stands(counties: Counties, tmp_path: Path) -> None:
    made = council(counties.county(1, "tenth", "prevent").tables, tmp_path, SOME)
    made.key.unlink()  # the page makes one
    steps = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL))
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "200"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", steps], cwd=tmp_path / "files", env=environment, capture_output=True,
        text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    check_same(Store.open(tmp_path / "store"), made.original(tmp_path / "original"))
