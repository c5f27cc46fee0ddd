"""The criteria of the decision on scores as leads and members see them: one picture, and its figures in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.report.pictures import criteria_picture
from toolkit.web.parts.picture import draw_picture


def draw(rows: Sequence[Mapping[str, Any]]) -> None:
    """Draw every criterion as it stands; nothing where there is none.

    Parameters
    ----------
    rows
        The table ``decision_criteria``: exact for staff, or as members may see it.
    """
    if rows:
        draw_picture(criteria_picture(rows, ""))
