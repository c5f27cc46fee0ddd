"""Where the project's own files stand: its protocols, published figures, the app and the app's settings.

In a checkout they are at the top of the project, beside the package; an installed wheel has them within the package.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pandas as pd

from toolkit.errors import InputError, did_you_mean

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "shipped"
_HOME = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent

ANALYSES = _HOME / "analyses"
"""The protocols."""
DATA_FOLDER = _HOME / "data"
"""Published figures and code lists."""
APP = _HOME / "app.py"
"""The script that draws the app."""
APP_SETTINGS = _HOME / ".streamlit" / "config.toml"
"""Streamlit's settings for it: what is safe, and how it looks."""


def data_file(name: str, folder: Path | None = None) -> Path:
    """Return the path of a file in `data/`.

    Parameters
    ----------
    name
        The file's name, such as ``la_codes.csv``.
    folder
        Another folder to look in; the project's `data/` when not given.

    Raises
    ------
    InputError
        When the folder or the file is not there, saying where it was looked for.
    """
    folder = DATA_FOLDER if folder is None else folder
    if not folder.is_dir():
        raise InputError(
            f'The folder "{folder.name}" with the published figures is not beside the toolkit (looked in '
            f"{folder.parent}). Install the toolkit's wheel, or run it from a full copy of the project."
        )
    path = folder / name
    if not path.is_file():
        near = did_you_mean(name, sorted(file.name for file in folder.iterdir()))
        raise InputError(f'There is no file "{name}" in {folder}. {near}'.rstrip())
    return path


def read_data_table(name: str, folder: Path | None = None) -> pd.DataFrame:
    """Return a CSV of `data/` as text, an empty cell as an empty string."""
    return _table_in(data_file(name, folder).read_bytes()).copy()


@lru_cache(maxsize=32)
def _table_in(written: bytes) -> pd.DataFrame:
    return pd.read_csv(BytesIO(written), dtype=str, keep_default_na=False, encoding="utf-8")
