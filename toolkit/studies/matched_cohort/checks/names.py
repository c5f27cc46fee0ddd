"""Which checks there are, in the order a reader meets them."""

from __future__ import annotations

GATES = ("enough_families", "balance", "overlap", "follow_up", "lost_families", "clusters", "definition_breaks")
"""Always run, and always gates."""

CHECKS = (
    "own_notes",
    "pre_registration",
    "time_zero",
    "negative_control_outcome",
    "negative_control_exposure",
    "too_soon",
    "time_course",
    "placebo_time_zero",
    "estimator_agreement",
    "leave_one_centre_out",
    "window",
    "regression_to_the_mean",
    "detection",
    "spill_over",
    "hidden_difference",
    "e_value",
    "rosenbaum",
)
"""Run unless the protocol chooses among them."""
