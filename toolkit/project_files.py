"""Where the project's own published figures and code lists stand, and how they are read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toolkit.errors import InputError, did_you_mean

DATA_FOLDER = Path(__file__).resolve().parents[1] / "data"
"""The `data` folder beside the package, at the top of the project."""


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
            f"{folder.parent}). Run the toolkit from a full copy of the project."
        )
    path = folder / name
    if not path.is_file():
        near = did_you_mean(name, sorted(file.name for file in folder.iterdir()))
        raise InputError(f'There is no file "{name}" in {folder}. {near}'.rstrip())
    return path


def read_data_table(name: str, folder: Path | None = None) -> pd.DataFrame:
    """Return a CSV of `data/` as text, an empty cell as an empty string."""
    return pd.read_csv(data_file(name, folder), dtype=str, keep_default_na=False, encoding="utf-8")


ANALYSES = Path(__file__).resolve().parents[1] / "analyses"
