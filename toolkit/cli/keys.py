"""The key of the pseudonyms, as commands name it: a file away from the store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from toolkit.errors import InputError

if TYPE_CHECKING:
    from toolkit.intake.pseudonyms import Key
    from toolkit.records import Store

KEY_VARIABLE = "TOOLKIT_PSEUDONYM_KEY_FILE"
NumbersKeyOption = Annotated[
    Path | None,
    typer.Option(
        "--key",
        envvar=KEY_VARIABLE,
        help="The key file of the pseudonyms, where you name people by the council's own numbers.",
    ),
]


def key_of(path: Path, store: Path) -> Key:
    """Return the key in a file.

    Raises
    ------
    InputError
        When it lies in the store that it protects, or cannot be read.
    """
    from toolkit.intake.pseudonyms import read_key

    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(store)):
        raise InputError(f"The key {path} lies in the store it protects. Keep it elsewhere, best on another machine.")
    return read_key(path)


def stored_number(opened: Store, what: Literal["family", "child"], number: str, key: Path | None) -> str:
    """Return what the store holds in place of a number: itself where it is stored so, else what the key makes of it."""
    number = number.strip()
    if key is None or not number or opened.holds(what, number):
        return number
    return key_of(key, opened.folder).pseudonym(what, number)
