"""Words that every page shares, with the app and in front of it."""

from __future__ import annotations

SIMULATED_BANNER = "Simulated data: no real families."
SIMULATED_MORE = (
    "A computer made up every family, score and referral here. Do not quote any figure as a finding about a real place."
)
