"""Funnels as published methods draw them: standard scores on a scale, over-dispersed by adding or by multiplying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.note import Note
from toolkit.stats.providers.dispersion import TRIMMED, Dispersion, Extremes, dispersion_of
from toolkit.stats.providers.funnel import LEVELS, Funnel, beyond, checked, named, one_order
from toolkit.stats.providers.notes import SURPRISING
from toolkit.stats.providers.scales import SCALES, Of, OnScale, Scale, on_scale

Model = Literal["additive", "multiplicative", "none"]
MODELS = ("additive", "multiplicative", "none")
FEW = 30
DECIMALS = 2
"""Published ratios rest on expected events to two decimals."""


def transformed_funnel(
    unit: Sequence[object],
    count: ArrayLike,
    size: ArrayLike,
    *,
    of: Of = "ratio",
    scale: Scale | None = None,
    model: Model = "additive",
    extremes: Extremes = "winsorised",
    trimmed: float = TRIMMED,
    target: float | None = None,
    levels: tuple[float, float] = LEVELS,
) -> Funnel:
    """Return a funnel of standard scores, over-dispersed as published methods have it.

    To compare with published figures. To judge centres, `binomial_funnel` and `poisson_funnel` with
    ``over_dispersed=True`` are the better: they are exact for small counts, and allow for how poorly a few units tell
    the spread, which these limits take as known.

    Parameters
    ----------
    unit : sequence
        Names.
    count, size : array_like, shape (n,)
        Counts, and what they are over, above 0.
    of : str
        ``share`` (of a total), ``ratio`` (counted over expected, around 1) or ``counts`` (one count over another).
    scale : str, optional
        ``arcsine`` or ``plain`` of shares, ``log``, ``root`` or ``plain`` of ratios, ``log`` of counts; the first of
        them when not given.
    model : str
        ``additive`` (tau squared added to each unit's variance), ``multiplicative`` (variances times phi, where phi is
        above 1) or ``none``.
    extremes, trimmed : str, float
        How units far out are kept from widening the limits, and the share at either end; see `dispersion_of`.
    target : float, optional
        The rate to draw around: 1 for ratios, all counts over all sizes otherwise, when not given.
    levels : tuple of float
        Two levels, rising.

    Returns
    -------
    Funnel
        With ``over_dispersion``: scores, phi, tau squared (on the scale) and a test of whether there is any.

    Raises
    ------
    InputError
        For a size not above 0, a share above 1, a ratio of 0 on the logarithmic scale, or an unknown word.

    Notes
    -----
    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202; Spiegelhalter (2005), Quality and Safety in Health
    Care 14, 347-351; Spiegelhalter and others (2012), JRSS A 175, 1-47; Mohammed and Laney (2006), Quality and Safety
    in Health Care 15, 383-385, whose p' chart is the multiplicative model. No test decides whether limits widen: a
    test has a rate of its own for missing spread that is there, and among 20 or 30 units it is large.
    """
    unit, (count, size) = one_order(unit, count=count, size=size)
    x, n = checked(unit, count, size, levels)
    _require(unit, x, n, of, scale, model)
    centre = _centre(x, n, of, target)
    made = on_scale(unit, x, n, of, scale or SCALES[of][0], centre)
    found = dispersion_of(
        made.z,
        made.error,
        extremes=extremes,
        trimmed=trimmed,
        kurtosis=made.kurtosis,
        is_centred=target is None and of != "ratio",
    )
    spread = _spread(made, found, model)
    reach = [float(stats.norm.isf((1 - level) / 2)) * spread for level in levels]
    low = np.array([made.back(made.target - z) for z in reach])
    high = np.array([made.back(made.target + z) for z in reach])
    tau = float(np.sqrt(found.tau_squared)) if model == "additive" else 0.0
    return Funnel(
        unit=np.asarray(unit, dtype=object),
        count=x,
        size=n,
        rate=x / n,
        target=centre,
        levels=levels,
        low=low,
        high=high,
        outside=beyond(x / n, low, high),
        dispersion=float((made.z**2).mean()),
        between=tau,
        notes=_notes(found, model, len(x)),
        p_value=found.p_value,
        over_dispersion=found,
    )


def shmi_funnel(
    unit: Sequence[object],
    count: ArrayLike,
    expected: ArrayLike,
    *,
    trimmed: float = TRIMMED,
    levels: tuple[float, float] = LEVELS,
) -> Funnel:
    """Return a funnel of standardised ratios as the Summary Hospital-level Mortality Indicator draws it.

    Logarithms, a tenth of the units at either end left out, tau squared added.

    Parameters
    ----------
    unit : sequence
        Names.
    count, expected : array_like, shape (n,)
        Events counted and expected, both above 0. Expected events are taken to two decimals, as they are published.
    trimmed : float
        The share of units left out at either end.
    levels : tuple of float
        Two levels, rising.

    Returns
    -------
    Funnel
        See `transformed_funnel`.

    Notes
    -----
    NHS Digital, Indicator Specification: Summary Hospital-level Mortality Indicator; Campbell, Jacques, Fotheringham,
    Maheswaran and Nicholl (2012), BMJ 344, e1001.
    """
    unit, (count, expected) = one_order(unit, count=count, expected=expected)
    expected = np.round(np.asarray(expected, dtype=float), DECIMALS)
    return transformed_funnel(unit, count, expected, scale="log", extremes="truncated", trimmed=trimmed, levels=levels)


def cqc_funnel(
    unit: Sequence[object],
    count: ArrayLike,
    expected: ArrayLike,
    *,
    trimmed: float = TRIMMED,
    levels: tuple[float, float] = LEVELS,
) -> Funnel:
    """Return a funnel of standardised ratios as the Care Quality Commission drew it.

    Square roots, scores beyond a tenth at either end brought in to the edge, tau squared added.

    Parameters
    ----------
    unit : sequence
        Names.
    count, expected : array_like, shape (n,)
        Events counted and expected; the latter are taken to two decimals.
    trimmed : float
        The share of units brought in at either end.
    levels : tuple of float
        Two levels, rising.

    Returns
    -------
    Funnel
        See `transformed_funnel`.

    Notes
    -----
    Spiegelhalter and others (2012), JRSS A 175, 1-47; Care Quality Commission, Intelligent Monitoring: statistical
    methodology (2014).
    """
    unit, (count, expected) = one_order(unit, count=count, expected=expected)
    expected = np.round(np.asarray(expected, dtype=float), DECIMALS)
    return transformed_funnel(
        unit, count, expected, scale="root", extremes="winsorised", trimmed=trimmed, levels=levels
    )


def _require(unit: Sequence[object], x: Floats, n: Floats, of: str, scale: str | None, model: str) -> None:
    problems = []
    if of not in SCALES:
        problems.append(f"of is {of!r}. Give one of {', '.join(SCALES)}.")
    elif scale is not None and scale not in SCALES[of]:
        problems.append(f"scale is {scale!r}. Of {of} give one of {', '.join(SCALES[of])}.")
    if model not in MODELS:
        problems.append(f"model is {model!r}. Give one of {', '.join(MODELS)}.")
    if (n == 0).any():
        problems.append(f"The size is 0 for {named(unit, n == 0)}. Leave them out: they have no rate.")
    if of == "share" and (x > n).any():
        problems.append(f"The count is above its total for {named(unit, x > n)}.")
    if (of == "counts" and (x + n == 0).any()) or not x.sum() > 0:
        problems.append("Nothing was counted.")
    if problems:
        raise InputError("\n".join(problems))


def _centre(x: Floats, n: Floats, of: Of, target: float | None) -> float:
    if target is None:
        target = 1.0 if of == "ratio" else float(x.sum() / n.sum())
    if target <= 0 or (of == "share" and target >= 1):
        raise InputError(f"target is {target:g}. Give one above 0{' and below 1' if of == 'share' else ''}.")
    return target


def _spread(made: OnScale, found: Dispersion, model: str) -> Floats:
    if model == "additive":
        return np.asarray(np.sqrt(made.error**2 + found.tau_squared))
    return np.asarray(made.error * np.sqrt(max(1.0, found.phi))) if model == "multiplicative" else made.error


def _notes(found: Dispersion, model: str, units: int) -> tuple[Note, ...]:
    notes = []
    figures: dict[str, float | int | str] = {"phi": found.phi, "units": units, "p_value": found.p_value}
    widened = found.tau_squared > 0 if model == "additive" else found.phi > 1
    if model == "none" and found.p_value < SURPRISING:
        words = f"Units differ by more than chance (phi {found.phi:.2f}), and the limits do not allow for it."
        notes.append(Note("over_dispersed", words, figures))
    elif model != "none" and not widened:
        words = f"Units differ no more than chance would have them (phi {found.phi:.2f}), so the limits are of chance."
        notes.append(Note("no_over_dispersion", words, figures))
    elif model != "none" and units < FEW:
        words = (
            f"The limits take the spread as known, but {units} units tell it poorly: more than one ordinary unit in "
            "500 lies outside. To judge units use binomial_funnel or poisson_funnel with over_dispersed=True."
        )
        notes.append(Note("spread_taken_as_known", words, figures))
    if found.is_extreme.all():
        notes.append(Note("all_extreme", "Every unit counts as extreme, so none shows the ordinary spread.", figures))
    return tuple(notes)
