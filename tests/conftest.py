"""What many tests share: the published data beside the project, and simulated counties made once a run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real published data kept beside the project."""
    folder = Path(os.environ.get("TOOLKIT_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("The published data are not in ../shared/data; set TOOLKIT_SHARED_DATA to where they are.")
    return folder
