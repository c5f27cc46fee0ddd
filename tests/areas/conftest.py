"""The published counts of the real files, read once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.intake.published.dfe import read_dfe
from toolkit.intake.published.s251 import read_s251


@pytest.fixture(scope="session")
def real_counts(shared_data: Path) -> pd.DataFrame:
    """Return the Department's counts and Section 251, as the project's own importers read them."""
    census = read_dfe([shared_data / "dfe_original"]).area_counts
    money = read_s251([shared_data / "la_panels" / "s251_outturn_selected_lines_2009_2019.csv"]).area_counts
    return pd.concat([census, money], ignore_index=True)
