"""A store on disk and a small county to put in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from toolkit.records import Store
from toolkit.tables import TABLES


def family(number: int, centre: str = "C01") -> dict[str, object]:
    return {
        "family_id": f"F{number:03d}",
        "reach_centre_id": centre,
        "lsoa11": None if number % 2 else "E01032122",
        "district": "Northvale",
        "idaci_decile": number % 10 + 1,
        "children": 1,
        "youngest_birth_month": date(2009, 3, 1) if number % 3 else None,
        "lone_parent": number % 2 == 0,
        "young_parent": False,
        "english_additional_language": False,
        "disability": False,
        "kinship_care": False,
        "known_from": date(2007, 5, 12),
        "known_to": None,
    }


def score(number: int, centre: str = "C01", value: int = 2, stage: str = "start") -> dict[str, object]:
    return {
        "family_id": f"F{number:03d}",
        "centre_id": centre,
        "scored_on": date(2010, 3, 4),
        "stage": stage,
        "dimension": None,
        "score": value,
        "higher_is": "better",
        "scored_by": None,
    }


def registration(number: int, centre: str) -> dict[str, object]:
    return {
        "family_id": f"F{number:03d}",
        "centre_id": centre,
        "registered_on": date(2008, 4, 1),
        "left_on": None,
        "route": "self",
    }


def referral(number: int, child: int) -> dict[str, object]:
    return {
        "referral_id": f"R{number}",
        "child_id": f"K{child:03d}",
        "received_on": date(2009, 1, number),
        "source": "8",
        "outcome": None,
        "closed_on": None,
        "closure_reason": None,
        "referred_back": None if number % 2 else True,
    }


def frame(table: str, *rows: Mapping[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(TABLES[table].names))


def small_county() -> dict[str, pd.DataFrame]:
    """Families F001-F006: the first three near centre C01, the others near C02; F004 registered at C01."""
    families = [family(number, "C01" if number <= 3 else "C02") for number in range(1, 7)]
    children = [
        {"child_id": f"K{n:03d}", "family_id": f"F{n:03d}", "birth_month": date(2009, 3, 1)} for n in range(1, 7)
    ]
    episodes = [
        {"child_id": f"K{n:03d}", "kind": "section_47", "started_on": date(2009, 2, n), "ended_on": None}
        for n in range(1, 7)
    ]
    money = {
        "programme": "Early intervention",
        "area": "C02",
        "starts_on": date(2011, 4, 1),
        "ends_on": date(2011, 6, 30),
        "amount_gbp": 12500.5,
        "price_year": None,
    }
    return {
        "families": frame("families", *families),
        "children": frame("children", *children),
        "registrations": frame("registrations", registration(4, "C01"), registration(5, "C02")),
        "progress_scores": frame("progress_scores", *(score(n, "C01" if n <= 3 else "C02") for n in range(1, 7))),
        "referrals": frame("referrals", *(referral(n, n) for n in range(1, 7))),
        "episodes": frame("episodes", *episodes),
        "investments": frame("investments", money),
    }


def contents(store: Store, version: int | None = None) -> dict[str, pd.DataFrame]:
    return {name: store.read(name, version=version) for name in TABLES}


def assert_same_contents(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    assert one.keys() == other.keys()
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name], obj=name)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


@pytest.fixture
def county() -> dict[str, pd.DataFrame]:
    return small_county()


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    """The makers of single rows and frames above, for tests of other shapes."""
    return SimpleNamespace(
        frame=frame, family=family, score=score, registration=registration, referral=referral, county=small_county
    )


@pytest.fixture(scope="session")
def contents_of() -> Callable[..., dict[str, pd.DataFrame]]:
    return contents


@pytest.fixture(scope="session")
def assert_same() -> Callable[..., None]:
    return assert_same_contents


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Store]:
    """Make empty stores, on each of the two databases in turn."""
    numbers = count(1)

    def make(**options: object) -> Store:
        if request.param == "postgresql":
            options["database"] = request.getfixturevalue("postgresql")()
        return Store.create(tmp_path / f"store-{next(numbers)}", **options)

    return make
