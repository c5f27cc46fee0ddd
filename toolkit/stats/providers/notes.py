"""What to know of a funnel's limits: whether units differ by more than chance, and what they are too few to show."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.note import Note
from toolkit.stats.providers.units import Units

SURPRISING = 0.01
FEW_UNITS = 10


def notes_on_limits(
    dispersion: float,
    p_value: float,
    units: int,
    between: float | None,
    seen: Units,
    limits: list[tuple[Floats, Floats]],
) -> tuple[Note, ...]:
    """Return what to know of a funnel of counts.

    Parameters
    ----------
    dispersion, p_value : float
        Mean squared standardised difference, and how often chance alone gives one as large.
    units : int
        How many have one.
    between : float or None
        The spread the limits allow for; None where they allow for chance alone.
    seen : Units
        The counts.
    limits : list of tuple of ndarray
        Limits of chance alone, by level.
    """
    found = list(notes_on_dispersion(dispersion, p_value, units, between))
    if between and units < FEW_UNITS:
        found.append(few_units(units))
    low, high = limits[-1]
    never = (low <= 0) & (high >= seen.size) if seen.kind == "binomial" else np.zeros(len(low), dtype=bool)
    never = never & (seen.size > 0)
    if never.any():
        found.append(
            Note(
                "too_small_to_tell",
                f"{int(never.sum())} of {len(low)} units are so small that no count of theirs could lie outside the "
                "outer limits: being inside says nothing of them.",
                {"units": int(never.sum()), "of": len(low)},
            )
        )
    known = seen.size > 0
    if seen.kind == "binomial" and known.any():
        share = seen.value[known].sum() / seen.size[known].sum()
        if share in (0.0, 1.0):
            found.append(
                Note(
                    "all_alike",
                    f"{'Nobody' if share == 0 else 'Everybody'} counts at any unit, so there is nothing to compare.",
                )
            )
    return tuple(found)


def few_units(units: int) -> Note:
    """Return that so few units hardly show how far ordinary ones differ."""
    return Note(
        "few_units",
        f"{units} units show little of how far ordinary ones differ: limits that allow for it are wide, and a unit "
        "inside may still be out of the ordinary.",
        {"units": units},
    )


def notes_on_dispersion(dispersion: float, p_value: float, units: int, between: float | None) -> tuple[Note, ...]:
    """Return whether units differ by more than chance, and whether the limits allow for it."""
    figures: dict[str, float | int | str] = {"dispersion": dispersion, "units": units}
    if between:
        words = (
            f"Units differ by more than chance (dispersion {dispersion:.2f}): the limits allow for true rates that "
            f"differ with a standard deviation of {between:.3g}, so a unit outside stands out from that too."
        )
        return (Note("over_dispersion_allowed_for", words, figures | {"between": between}),)
    if between is None and units > 1 and p_value < SURPRISING:
        words = (
            f"Units differ by more than chance (dispersion {dispersion:.2f}), so more lie outside the limits than are "
            "out of the ordinary. Use over_dispersed=True for limits that allow for true differences."
        )
        return (Note("over_dispersed", words, figures),)
    return ()
