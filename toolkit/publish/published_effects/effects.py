"""The effects that other studies published (`data/published_effects.csv`), in one unit, and what each is like."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from toolkit.errors import InputError
from toolkit.project_files import read_data_table

FILE = "published_effects.csv"
Direction = Literal["fewer", "more", "none_shown", "not_enough"]
Dose = Literal["one_per_cent_more_spending", "a_sure_start_nearby", "a_family_hub", "the_programme"]
UNIT = "per cent"


@dataclass(frozen=True, slots=True)
class PublishedEffect:
    """One effect of one study.

    Attributes
    ----------
    effect
        Its name in the file.
    study, year, where, who, period
        Whose, when published, and of whom; empty where not known.
    outcome, outcome_as_studied
        What was counted: by the name that ours go by, and in the study's words.
    dose, dose_as_studied
        What it is the effect of, in the same two ways.
    estimate, low, high
        Change of the outcome in per cent for the dose, with the ends of its interval; ``None`` where none is known.
    interval
        What the interval is, or that there is none.
    found
        Which way, where no figure is known.
    source
        Where it stands.
    """

    effect: str
    study: str
    year: str
    where: str
    who: str
    outcome: str
    outcome_as_studied: str
    dose: Dose
    dose_as_studied: str
    period: str
    estimate: float | None
    low: float | None
    high: float | None
    interval: str
    found: Direction
    source: str

    @property
    def has_interval(self) -> bool:
        """Whether both ends are known, so that it can be put together with other figures."""
        return self.estimate is not None and self.low is not None and self.high is not None


def published_effects(folder: Path | None = None) -> tuple[PublishedEffect, ...]:
    """Return the published effects in the file's order.

    Parameters
    ----------
    folder
        Another folder than the project's `data/`.

    Raises
    ------
    InputError
        With every cell that cannot be used: a unit that is not per cent, a figure that is no number, one end without
        the other, an unknown dose or direction, two rows of one name.
    """
    rows = [
        {str(column): str(cell) for column, cell in row.items()}
        for row in read_data_table(FILE, folder).to_dict("records")
    ]
    problems: list[str] = []
    effects = tuple(_effect(row, number, problems) for number, row in enumerate(rows, start=2))
    names = [one.effect for one in effects]
    problems += [
        f'{FILE}: "{name}" stands twice. Give each its own name.' for name in {*names} if names.count(name) > 1
    ]
    if problems:
        raise InputError("\n".join(problems))
    return effects


def _effect(row: dict[str, str], number: int, problems: list[str]) -> PublishedEffect:
    def wrong(column: str, expected: str) -> None:
        problems.append(f'{FILE}, row {number}, column "{column}": "{row[column]}" is not {expected}.')

    figures: dict[str, float | None] = {}
    for column in ("estimate", "low", "high"):
        try:
            figures[column] = float(row[column]) if row[column] else None
        except ValueError:
            figures[column] = None
            wrong(column, "a number. Write digits, or leave it empty")
        if figures[column] is not None and not math.isfinite(cast(float, figures[column])):
            wrong(column, "a finite number")
    if row["unit"] != UNIT:
        wrong("unit", f'"{UNIT}"')
    if row["dose"] not in get_args(Dose):
        wrong("dose", f"one of {', '.join(get_args(Dose))}")
    if row["found"] not in get_args(Direction):
        wrong("found", f"one of {', '.join(get_args(Direction))}")
    if (figures["low"] is None) != (figures["high"] is None):
        wrong("low", "given together with high. Give both ends or neither")
    elif figures["low"] is not None and not (
        figures["estimate"] is not None and figures["low"] < figures["estimate"] < cast(float, figures["high"])
    ):
        wrong("estimate", "between low and high")
    return PublishedEffect(
        effect=row["effect"],
        study=row["study"],
        year=row["year"],
        where=row["where"],
        who=row["who"],
        outcome=row["outcome"],
        outcome_as_studied=row["outcome_as_studied"],
        dose=cast(Dose, row["dose"]),
        dose_as_studied=row["dose_as_studied"],
        period=row["period"],
        estimate=figures["estimate"],
        low=figures["low"],
        high=figures["high"],
        interval=row["interval"],
        found=cast(Direction, row["found"]),
        source=row["source"],
    )
