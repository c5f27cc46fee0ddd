"""What the checks share: how sure they must be, and words."""

from __future__ import annotations

from toolkit.studies.result import Status

SURE_ONE_WAY = 1.2816
"""Standard errors: nine in ten, one way. A check that speaks against a sign is there to be cautious."""


def passes(is_met: bool) -> Status:
    """Return ``pass`` or ``fail``."""
    return "pass" if is_met else "fail"


def warns(is_met: bool) -> Status:
    """Return ``pass`` or ``warn``."""
    return "pass" if is_met else "warn"


def per_cent(share: float) -> str:
    """Return a share as a whole per cent, down, never up: 79.6% of 80% needed must not read as enough."""
    return f"{int(100 * share + 1e-9)}%"
