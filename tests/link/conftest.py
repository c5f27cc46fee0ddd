from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from toolkit.link.model import score
from toolkit.link.preprocessing import FAMILY_COLUMNS, REFERRAL_COLUMNS, alike


def _people() -> ModuleType:
    spec = importlib.util.spec_from_file_location("link_people", Path(__file__).with_name("people.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def people():
    return _people()


@pytest.fixture(scope="session")
def county(people):
    return people.people()


@pytest.fixture(scope="session")
def scored(county) -> pd.DataFrame:
    pytest.importorskip("splink", reason='Linking is optional: pip install "childrens-centre-toolkit[link]"')
    return score(
        alike(county.families, FAMILY_COLUMNS, name="families"),
        alike(county.referrals, REFERRAL_COLUMNS, name="referrals"),
    )
