"""An estimate moved and widened by the systematic error that its negative controls show."""

from __future__ import annotations

import math
from dataclasses import dataclass

from toolkit.errors import InputError
from toolkit.stats.calibration.systematic_error import SystematicError
from toolkit.stats.effects.contrasts import with_t
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class Calibrated(Shown):
    """A calibrated estimate.

    Attributes
    ----------
    estimate, se : float
        The estimate less the mean systematic error, and the error of both.
    interval : tuple of float
        Low and high end, at ``level``.
    p_value : float
        Two-sided, of no effect.
    moved : float
        By how much the estimate was moved.
    wider : float
        How many times as wide the interval became; 1 is as before.
    level : float
        Of the interval.
    """

    estimate: float
    se: float
    interval: tuple[float, float]
    p_value: float
    moved: float
    wider: float
    level: float

    def summary(self) -> str:
        """Return the estimate in a line."""
        low, high = self.interval
        return (
            f"{self.estimate:.4g} ({self.level:.0%} interval {low:.4g} to {high:.4g}) after calibration: "
            f"moved by {self.moved:.4g}, the interval {self.wider:.2f} times as wide."
        )


def calibrate(
    estimate: float,
    se: float,
    error: SystematicError,
    *,
    scale: float = 1.0,
    degrees_of_freedom: float = math.inf,
    level: float = 0.95,
) -> Calibrated:
    """Move an estimate by the mean systematic error, and widen its interval by the spread of such errors.

    Parameters
    ----------
    estimate, se : float
        As the analysis gave them.
    error : SystematicError
        What its negative controls show.
    scale : float
        What one unit of the controls' scale is on the estimate's: for controls as relative differences and an estimate
        as a difference of shares, the share without treatment.
    degrees_of_freedom : float
        Of the t distribution behind the interval.
    level : float
        Of the interval.

    Returns
    -------
    Calibrated
        With how far it was moved and how much wider it became.

    Raises
    ------
    InputError
        When the standard error is not above 0.

    Notes
    -----
    Schuemie, Hripcsak, Ryan, Madigan and Suchard (2018), *Proceedings of the National Academy of Sciences* 115,
    2571-2577, with a systematic error that does not change with the size of the effect; what is not known of the mean
    error is added.

    Examples
    --------
    The published example of sertraline and bleeding, whose controls erred by 0.792 with a spread of 0.2835:

    >>> from toolkit.stats import SystematicError
    >>> found = calibrate(0.7326235, 0.07371708, SystematicError(0.7920, 0.2835, 0.0, 45, 0.7920, 0.0))
    >>> round(found.p_value, 3)
    0.839
    """
    require_level(level)
    if not se > 0:
        raise InputError(f"se is {se}. Give a standard error above 0.")
    moved = -scale * error.mean
    wider = math.hypot(se, scale * error.sd, scale * error.mean_se)
    found = with_t(estimate + moved, wider, degrees_of_freedom, level, is_log=False)
    return Calibrated(found.estimate, wider, found.interval, found.p_value, moved, wider / se, level)
