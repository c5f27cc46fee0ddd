"""A small store, and an app on it, for what the door does: nothing was run on it and nothing is published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from toolkit.records import Store
from toolkit.tables import table

FAMILIES = [f"F{number:04d}" for number in range(60)]


@dataclass
class Small:
    """An app on a small store, and the file of its log."""

    store: Store
    address: str
    log: Path

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")


def frame(of: str, /, **columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns).reindex(columns=[column.name for column in table(of).columns])


def small_store(folder: Path) -> Store:
    """Make a simulated store of one centre and 60 families."""
    store = Store.create(folder, simulated=True)
    centres = frame(
        "centres", centre_id=["C01"], name=["Amberfold"], district="Ember", area_team="south", provider="county",
        opened_on=date(2007, 4, 1), tracks_progress_from=date(2008, 4, 1),
    )  # fmt: skip
    families = frame(
        "families", family_id=FAMILIES, reach_centre_id="C01", district="Ember", idaci_decile=3, children=1,
        lone_parent=False, young_parent=False, english_additional_language=False, disability=False,
        kinship_care=False, known_from=date(2007, 5, 12),
    )  # fmt: skip
    store.add({"centres": centres, "families": families}, by="t", source_name="t")
    return store


@pytest.fixture
def make_small() -> Callable[[Path], Store]:
    return small_store


@pytest.fixture(scope="module")
def small(
    serve: Callable[..., AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Small]:
    """An app on a small store of this file's own."""
    folder = tmp_path_factory.mktemp("small")
    store = small_store(folder / "store")
    with serve(store.folder, folder / "app.txt") as address:
        yield Small(store, address, folder / "app.txt")
