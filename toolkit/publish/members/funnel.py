"""Centres beside each other for members: shares by size, and how far luck alone may move a share; nobody is ranked.

The limits are those of a binomial share about the share of all that are shown, worked out from published, rounded
figures: whoever reads the table can work them out, so they give nothing away. They do not allow for which families a
centre helps; the verdict does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.publish.disclosure import SUPPRESSED
from toolkit.publish.members.model import MemberView

TABLE = "centres_funnel"
LEAST_CENTRES = 2
_LIMITS = {"95": 1.959964, "99": 2.575829}
"""Standard errors beyond which luck alone takes 1 share in 20, and 1 in 100."""
_POINTS = 60


@dataclass(frozen=True, slots=True)
class Funnel:
    """Centres with a share that is shown.

    Attributes
    ----------
    middle
        Of every 100 families at all of them, so many scored better.
    points
        ``families`` and ``in_100``, a row a centre whose share is shown, by size: no point has a name.
    limits
        ``families``, ``low_95``, ``high_95``, ``low_99`` and ``high_99`` of 100, along the sizes that are shown.
    outside
        How many points lie beyond the wider limits.
    table
        ``centre``, ``families`` and ``in_100`` in words, a row a centre, in order of their numbers.
    """

    middle: int
    points: pd.DataFrame
    limits: pd.DataFrame
    outside: int
    table: pd.DataFrame

    @property
    def headline(self) -> str:
        """What the picture shows, as a sentence."""
        centres = f"At {len(self.points)} centres together, {self.middle} of every 100 families scored better"
        if not self.outside:
            return f"{centres}; luck alone may be all that sets them apart"
        return f"{centres}; luck alone does not explain how far {self.outside} of them lie from that"


def funnel_of(view: MemberView) -> Funnel | None:
    """Return the funnel of a published answer; ``None`` where too few centres' shares are shown."""
    rows = view.tables.get(TABLE, ())
    shown = [row for row in rows if row["families"] and row["improved_in_100"] is not None]
    if len(shown) < LEAST_CENTRES:
        return None
    families = np.array([float(row["families"]) for row in shown])
    share = np.array([float(row["improved_in_100"]) for row in shown])
    middle = float((families * share).sum() / families.sum())
    sizes = np.linspace(families.min(), families.max(), _POINTS) if families.max() > families.min() else families[:1]
    limits = {"families": sizes}
    for name, errors in _LIMITS.items():
        half = errors * np.sqrt(middle * (100 - middle) / sizes)
        limits |= {f"low_{name}": np.maximum(middle - half, 0), f"high_{name}": np.minimum(middle + half, 100)}
    far = _LIMITS["99"] * np.sqrt(middle * (100 - middle) / families)
    points = pd.DataFrame({"families": families, "in_100": share}).sort_values(["families", "in_100"])
    return Funnel(
        round(middle),
        points.reset_index(drop=True),
        pd.DataFrame(limits),
        int((np.abs(share - middle) > far).sum()),
        pd.DataFrame([_in_words(row) for row in rows]),
    )


def _in_words(row: Mapping[str, Any]) -> dict[str, str]:
    families, share = row["families"], row["improved_in_100"]
    return {
        "centre": str(row["centre_id"]),
        "families": SUPPRESSED if families is None else f"{families:,}",
        "in_100": SUPPRESSED if share is None else str(share),
    }
