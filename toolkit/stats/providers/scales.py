"""Standard scores of shares and ratios on scales on which they are nearly normal, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.providers.funnel import named

Of = Literal["share", "ratio", "counts"]
Scale = Literal["plain", "root", "log", "arcsine"]
SCALES: dict[str, tuple[Scale, ...]] = {
    "share": ("arcsine", "plain"),
    "ratio": ("log", "root", "plain"),
    "counts": ("log",),
}
"""What each kind of rate may be put on; the first is taken where none is named."""


@dataclass(frozen=True, slots=True)
class OnScale(Shown):
    """Rates on a scale.

    Attributes
    ----------
    value, error : ndarray, shape (n,)
        The rates there, and their standard errors by chance alone.
    target : float
        Of the funnel, there.
    scale : str
        Which.
    kurtosis : ndarray, shape (n,)
        Excess kurtosis of a rate by chance alone, untransformed.
    """

    value: Floats
    error: Floats
    target: float
    scale: Scale
    kurtosis: Floats

    @property
    def z(self) -> Floats:
        """Standard scores by chance alone."""
        return np.asarray((self.value - self.target) / self.error)

    def back(self, value: Floats) -> Floats:
        """Return places on the scale as rates; beyond its ends, the rate at the end."""
        if self.scale == "arcsine":
            return np.asarray(np.sin(np.clip(value, 0, np.pi / 2)) ** 2)
        if self.scale == "root":
            return np.asarray(np.maximum(value, 0) ** 2)
        return np.exp(value) if self.scale == "log" else value


def on_scale(unit: Sequence[object], count: Floats, size: Floats, of: Of, scale: Scale, target: float) -> OnScale:
    """Return rates on a scale.

    Parameters
    ----------
    unit : sequence
        Names, for messages.
    count, size : ndarray, shape (n,)
        Of each unit; sizes above 0.
    of : str
        ``share`` (count of a total), ``ratio`` (counted over expected) or ``counts`` (one count over another).
    scale : str
        As `SCALES` has them.
    target : float
        The rate the funnel is drawn around.

    Raises
    ------
    InputError
        When a ratio of 0 is to have a logarithm.

    Notes
    -----
    Spiegelhalter (2005), appendix; Spiegelhalter and others (2012), section 4. A ratio of counts has a half added
    to either, so that 0 has a logarithm.
    """
    if of == "counts":
        logs = np.log((count + 0.5) / (size + 0.5))
        error = np.sqrt(count / (count + 0.5) ** 2 + size / (size + 0.5) ** 2)
        return OnScale(logs, error, float(np.log(target)), scale, 1 / np.maximum(count, 0.5) + 1 / size)
    rate = count / size
    kurtosis: Floats = 1 / size
    value: Floats
    if of == "share":
        kurtosis = (1 - 6 * target * (1 - target)) / (size * target * (1 - target))
        if scale == "arcsine":
            value = np.arcsin(np.sqrt(rate))
            return OnScale(value, 1 / (2 * np.sqrt(size)), float(np.arcsin(np.sqrt(target))), scale, kurtosis)
        return OnScale(rate, np.sqrt(target * (1 - target) / size), target, scale, kurtosis)
    if scale == "log":
        if (count == 0).any():
            raise InputError(f'A ratio of 0 has no logarithm: {named(unit, count == 0)}. Use scale="root".')
        return OnScale(np.log(rate), np.sqrt(target / size) / target, float(np.log(target)), scale, kurtosis)
    if scale == "root":
        return OnScale(np.sqrt(rate), 1 / (2 * np.sqrt(size)), float(np.sqrt(target)), scale, kurtosis)
    return OnScale(rate, np.sqrt(target / size), target, scale, kurtosis)
