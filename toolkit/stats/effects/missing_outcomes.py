"""Rows compared whose outcome is not known: left out, with their matched set, and counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.effects.rows import Stack
from toolkit.stats.notes.note import Note
from toolkit.stats.sample.codes import dense_codes


def known_outcomes(stack: Stack, known: Booleans, treated: Booleans, name: str, how: str) -> tuple[Stack, Note | None]:
    """Return the entries whose outcome is known, and what to say of the rest.

    A pair, or a row with all that are paired with it, is left out whole when one of its outcomes is not known. In a
    stratum, the arm's other rows take the weight of a row that is left out, and a stratum that loses an arm is left
    out. In a weighted sample the row is left out.

    Parameters
    ----------
    stack : Stack
        The entries compared.
    known, treated : ndarray of bool, shape (s,)
        Whose outcome is known; who is treated.
    name : str
        The outcome's.
    how : {"drop", "error"}
        Leave out, or refuse.

    Raises
    ------
    InputError
        When asked to refuse, or an arm is left without a row.
    """
    if known.all():
        return stack, None
    gone = [len(np.unique(stack.rows[~known & arm])) for arm in (treated, ~treated)]
    if how == "error":
        raise InputError(
            f'The outcome "{name}" is missing in {sum(gone):,} of the rows compared. Fill or leave them out, or ask '
            'for missing_outcome="drop".'
        )
    kept, weights = known, stack.weights
    target = stack.target
    if stack.sets is not None:
        sets, number = dense_codes(stack.sets)
        if stack.are_pairs:
            kept = (np.bincount(sets, weights=~known, minlength=number) == 0)[sets]
        else:
            kept, factor = _in_strata(sets, number, treated, known, weights)
            weights, target = weights * factor, target * factor
    if not (kept & treated).any() or not (kept & ~treated).any():
        raise InputError(
            f'The outcome "{name}" is missing in {sum(gone):,} of the rows compared, and without them an arm has no '
            "rows. Fill them, or choose another outcome."
        )
    left = replace(stack, weights=weights, target=target).part(kept)
    beside = len(np.setdiff1d(stack.rows[known & ~kept], left.rows))
    return left, _note(name, gone, beside, len(np.unique(stack.rows)))


def _in_strata(
    sets: Integers, strata: int, treated: Booleans, known: Booleans, weights: Floats
) -> tuple[Booleans, Floats]:
    """Return who is left, and by how much more each then weighs."""
    cells = 2 * sets + treated
    whole = np.bincount(cells, weights=weights, minlength=2 * strata)
    left = np.bincount(cells, weights=weights * known, minlength=2 * strata)
    stands = np.asarray((left.reshape(strata, 2) > 0).all(axis=1), dtype=bool)
    factor = np.divide(whole, left, out=np.zeros(2 * strata), where=left > 0)
    return known & stands[sets], np.asarray(factor[cells], dtype=np.float64)


def _note(name: str, gone: list[int], beside: int, rows: int) -> Note:
    further = f", and {beside:,} more that were matched with them" if beside else ""
    return Note(
        "missing_outcomes",
        f'The outcome "{name}" is missing in {sum(gone):,} of the {rows:,} rows compared ({gone[0]:,} treated, '
        f"{gone[1]:,} comparison): these were left out{further}. If they went missing for reasons tied to the outcome, "
        "the effect is off by as much.",
        {"missing_treated": gone[0], "missing_control": gone[1], "left_out_with_them": beside, "rows": rows},
    )
