"""The key of the pseudonyms, as commands take it: by --key, or by the setting that names its file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.errors import InputError
from toolkit.intake.pseudonyms import KEY_VARIABLE

if TYPE_CHECKING:
    from toolkit.intake.pseudonyms import Key

KeyOption = Annotated[
    Path,
    typer.Option(
        "--key", "--key-file", envvar=KEY_VARIABLE, help="The key file of the pseudonyms, away from the store."
    ),
]
OwnKeyOption = Annotated[
    Path | None,
    typer.Option(
        "--key",
        "--key-file",
        envvar=KEY_VARIABLE,
        help="The key file that makes people's numbers pseudonyms; without it they are stored as they come.",
    ),
]


def key_of(path: Path, store: Path) -> Key:
    """Return the key in a file.

    Raises
    ------
    InputError
        When there is none, others may read it, or it lies in the store it protects.
    """
    from toolkit.intake.pseudonyms import read_key

    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(store)):
        raise InputError(f"The key {path} lies in the store it protects. Keep it elsewhere, best on another machine.")
    return read_key(path)
