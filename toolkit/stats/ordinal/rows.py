"""What a model of scores is fitted to: scores, columns, weights, clusters and groups, read from a frame and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.ordinal.columns import Columns, as_given, read_columns, require_independent
from toolkit.stats.ordinal.scale import Scale, read_scale
from toolkit.stats.sample.aligned import beside_rows
from toolkit.stats.sample.codes import dense_codes, value_codes
from toolkit.stats.sample.names import Name, Names, absent_names, column_of
from toolkit.stats.sample.numbers import checked_weights


@dataclass(frozen=True, slots=True)
class ScoreRows(Shown):
    """The rows with a weight above 0.

    Attributes
    ----------
    frame : DataFrame
        The rows as given.
    scale : Scale
        The scores.
    columns : Columns
        How the explaining columns are made.
    matrix : ndarray, shape (n, p)
        They themselves.
    weights : ndarray, shape (n,)
        Above 0.
    clusters, groups : ndarray of int, shape (n,), or None
        Codes from 0.
    group_labels : Index or None
        What each group is called, by its code.
    """

    frame: pd.DataFrame
    scale: Scale
    columns: Columns
    matrix: Floats
    weights: Floats
    clusters: Integers | None
    groups: Integers | None
    group_labels: pd.Index | None

    def notes(self) -> list[Note]:
        """Return what a reader must know of the rows: empty levels, and weights that count no rows."""
        found = self.scale.notes()
        if self.clusters is None and not (self.weights == np.round(self.weights)).all():
            words = (
                "The weights are not whole numbers, and the standard errors take them for numbers of like rows. Where "
                "they are weights of chances (of being seen, of being in the study), give cluster: the family, or each "
                "row's own number."
            )
            found.append(Note("weights_are_no_counts", words, {"sum": float(self.weights.sum())}))
        return found


def read_rows(
    frame: Any,
    outcome: Any,
    covariates: Names | None,
    *,
    weights: Any = None,
    cluster: Any = None,
    group: Any = None,
    levels: Sequence[Any] | None = None,
) -> ScoreRows:
    """Return what a model is fitted to; see `cumulative_link` for the parameters.

    Raises
    ------
    InputError
        For columns that are absent, have gaps or no order, and columns that follow from others.
    """
    is_array = isinstance(frame, np.ndarray | list)
    table = as_given(frame)
    if covariates is None:
        if not is_array:
            raise InputError("covariates is not given. Name columns, write a formula, or give () for thresholds alone.")
        covariates = tuple(table.columns)
    column, name = _column(table, outcome, "outcome")
    beside = {"weights": weights, "cluster": cluster, "group": group}
    found = {what: _column(table, given, what)[0] for what, given in beside.items() if given is not None}
    _require_whole({f"The outcome ({name})": column} | {f"{w}": c for w, c in found.items() if w != "weights"})
    given = found.get("weights")
    load = np.ones(len(table)) if given is None else checked_weights(given, str(given.name or ""))
    used = load > 0
    if not used.any():
        raise InputError("No row has a weight above 0.")
    scale = read_scale(column, used, levels, f'The outcome "{name}"')
    kept = table[used]
    columns = read_columns(kept, covariates, outcome if isinstance(outcome, str | int) else name)
    matrix = columns.matrix(kept)
    require_independent(matrix, columns.names, load[used])
    codes = {what: _codes(found[what][used], what) for what in ("cluster", "group") if what in found}
    groups, labels = codes.get("group", (None, None))
    return ScoreRows(
        frame=kept,
        scale=Scale(scale.place[used], scale.levels, scale.values, scale.empty),
        columns=columns,
        matrix=matrix,
        weights=load[used],
        clusters=codes["cluster"][0] if "cluster" in codes else None,
        groups=groups,
        group_labels=labels,
    )


def _column(frame: pd.DataFrame, given: Any, what: str) -> tuple[pd.Series, Name]:
    """Return a column by its name, or values beside the frame, in the order of its rows."""
    if isinstance(given, str | int | np.integer) and not isinstance(given, bool):
        problem = absent_names(frame, [given])
        if problem:
            raise InputError(f"{what}: {problem}")
        return column_of(frame, given, what), given
    name = getattr(given, "name", None)
    return beside_rows(given, frame.index, frame.index, what), what if name is None else str(name)


def _require_whole(columns: dict[str, pd.Series]) -> None:
    gaps = {what: int(column.isna().sum()) for what, column in columns.items()}
    wrong = ", ".join(f"{what} in {count:,} rows" for what, count in gaps.items() if count)
    if wrong:
        raise InputError(f"Missing: {wrong}. Fill these, or leave those rows out.")


def _codes(column: pd.Series, what: str) -> tuple[Integers, pd.Index]:
    """Return a code from 0 for each row's group, and the groups' labels."""
    codes, _ = dense_codes(value_codes(column.rename(what))[0])
    first = np.unique(codes, return_index=True)[1]
    return codes, pd.Index(column.iloc[first])
