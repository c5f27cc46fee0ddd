from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from councils_pooled import QUESTION
from toolkit.project_files import ANALYSES
from toolkit.studies.preregistration import register


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The protocol of referrals, registered in a folder of its own."""
    folder = tmp_path / "analyses"
    folder.mkdir()
    file = Path(shutil.copyfile(ANALYSES / f"{QUESTION}.toml", folder / f"{QUESTION}.toml"))
    register(file, on=date(2026, 11, 23))
    return file
