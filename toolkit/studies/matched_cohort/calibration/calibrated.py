"""The answer's interval, calibrated on the negative controls of the same records."""

from __future__ import annotations

from dataclasses import dataclass, replace

from toolkit.stats.calibration.calibrate import calibrate
from toolkit.stats.calibration.systematic_error import SystematicError, systematic_error_beyond_chance
from toolkit.studies.matched_cohort.calibration.controls import Controls
from toolkit.studies.result import Estimate

FEWEST_CONTROLS = 5
"""Controls without which nothing is said of systematic error."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the controls say of the answer.

    Attributes
    ----------
    controls
        What each found.
    error
        The systematic error beyond chance, relative to the share without joining; ``None`` where controls are too few.
    scale
        The share of the families compared with that had the primary outcome.
    """

    controls: Controls
    error: SystematicError | None
    scale: float


def calibration_of(controls: Controls, scale: float) -> Calibration:
    """Return what controls say of a difference of shares, given the share without joining.

    Controls count by their events: their mean is then nearly that of all earlier referrals together.
    """
    error = None
    if len(controls.table) >= FEWEST_CONTROLS:
        weights = controls.table["events"].to_numpy(dtype=float)
        error = systematic_error_beyond_chance(controls.relative, controls.covariance, weights)
    return Calibration(controls, error, scale)


def calibrated(estimate: Estimate, found: Calibration, degrees_of_freedom: float) -> Estimate | None:
    """Return a difference of shares moved and widened by what the controls found; ``None`` where it has no error."""
    if estimate.estimate is None or not estimate.se:
        return None
    if found.error is None:
        return replace(estimate, estimator="calibrated")
    made = calibrate(
        estimate.estimate, estimate.se, found.error, scale=found.scale, degrees_of_freedom=degrees_of_freedom
    )
    return replace(
        estimate,
        estimator="calibrated",
        estimate=made.estimate,
        se=made.se,
        low=made.interval[0],
        high=made.interval[1],
        p_value=made.p_value,
    )
