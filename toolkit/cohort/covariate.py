"""A covariate: one thing known of a family at time zero, as a piece of SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["family", "children", "referrals", "episodes", "own_referrals", "own_episodes"]


@dataclass(frozen=True, slots=True)
class Covariate:
    """One thing known of a family at time zero.

    Attributes
    ----------
    name, label, description
        Its name in protocols, its name on a page, and what it is.
    source
        The table it is computed from; ``own_`` where it tells of the row's unit, family or child.
    sql
        The expression, over the names `toolkit.cohort.covariates` lists for that source.
    dtype
        The NumPy type of its column.
    look_back_days
        How far before time zero it looks.
    is_of_child
        Whether only a design whose unit is a child has it.
    """

    name: str
    label: str
    description: str
    source: Source
    sql: str
    dtype: str = "float32"
    look_back_days: int = 0
    is_of_child: bool = False
