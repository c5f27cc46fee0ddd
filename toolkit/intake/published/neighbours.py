"""The Department's statistical neighbours, as it publishes them: the models of 2021 and of 2025.

One row a council: its three-digit code, and the codes of its ten nearest with how close each is. Which councils are
neighbours differs between the models, so a list always says of which model it is.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.intake.published.areas import la_codes
from toolkit.intake.published.files import decode

MODELS = {"la num": 2021, "old_la_code": 2025}
"""The first heading of each model's file, and the model's year."""
_NEIGHBOUR = re.compile(r"sn_?(\d+)")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A council's statistical neighbours, the closest first.

    Attributes
    ----------
    model
        The year of the model.
    area, name
        The council: ONS code, and name.
    rows
        ``area`` (ONS code), ``name`` and ``closeness`` (the Department's words), a row a neighbour.
    """

    model: int
    area: str
    name: str
    rows: pd.DataFrame


def read_neighbours(file: Path, council: str) -> Neighbours:
    """Return a council's neighbours from the Department's file of a model.

    Parameters
    ----------
    file
        The csv file as published.
    council
        The council's name, its ONS code or its three-digit code.

    Raises
    ------
    InputError
        When the file is no such model's, or the council is not in it, naming the closest.
    """
    try:
        lines = list(csv.reader(decode(file.read_bytes()).splitlines()))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from error
    heads = [head.strip().lower() for head in lines[0]] if lines else []
    if not heads or heads[0] not in MODELS:
        first, expected = (heads[0] if heads else ""), '" or "'.join(MODELS)
        raise InputError(
            f'{file.name} is no list of statistical neighbours: its first heading is "{first}", where "{expected}" is '
            "expected. Give the file of the model of 2021 or 2025."
        )
    codes = _codes()
    asked = _code_of(council, codes)
    own = next((line for line in lines[1:] if line and line[0].strip() == asked), None)
    if own is None:
        raise InputError(f"{file.name} has no row of {council} (code {asked}).")
    at = [(int(found[1]), place) for place, head in enumerate(heads) if (found := _NEIGHBOUR.fullmatch(head))]
    rows = [
        (*codes.get(own[place].strip(), ("", own[place].strip())), own[place + 1].strip()) for _, place in sorted(at)
    ]
    area, name = codes[asked]
    return Neighbours(MODELS[heads[0]], area, name, pd.DataFrame(rows, columns=["area", "name", "closeness"]))


def _codes() -> dict[str, tuple[str, str]]:
    """Return the latest ONS code and name of each three-digit code."""
    codes = la_codes().sort_values("last_year_ending", na_position="last", kind="stable")
    of_each = zip(codes["la_code"], codes["area"], codes["name"], strict=True)
    return {str(code): (str(area), str(name)) for code, area, name in of_each}


def _code_of(council: str, codes: dict[str, tuple[str, str]]) -> str:
    wanted = council.strip().lower()
    for code, (area, name) in codes.items():
        if wanted in (code, area.lower(), name.lower()):
            return code
    near = did_you_mean(council, [name for _, name in codes.values()])
    raise InputError(f'"{council}" is no council\'s name or code. {near}'.rstrip())
