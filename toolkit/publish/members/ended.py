"""How referrals ended by who made them, as members read it: of every 100, how many came to no further action.

It is made of a published answer's protected table alone; a share that is hidden there stays hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.publish.disclosure import SUPPRESSED
from toolkit.publish.members.model import MemberView
from toolkit.studies.trust.tables import CENTRES

TABLE = "trust_by_source"


@dataclass(frozen=True, slots=True)
class Ended:
    """Referrals by who made them.

    Attributes
    ----------
    headline
        What the picture shows, as a sentence.
    rows
        A row a group, centres first, then in the order of the alphabet: ``label``, ``number`` (of 100, missing where it
        is hidden), ``said`` (the same in words) and ``referrals`` (rounded, in words).
    """

    headline: str
    rows: pd.DataFrame


def ended_by_source(view: MemberView) -> Ended:
    """Return how many of every 100 referrals ended with no further action, by who made them."""
    found = sorted(view.tables.get(TABLE, ()), key=lambda row: (row["group"] != CENTRES, str(row["group"])))
    rows = pd.DataFrame(
        [
            {
                "label": str(row["group"]),
                "number": row["nfa_in_100"],
                "said": SUPPRESSED if row["nfa_in_100"] is None else f"{row['nfa_in_100']}",
                "referrals": SUPPRESSED if row["referrals"] is None else f"{row['referrals']:,}",
            }
            for row in found
        ],
        columns=["label", "number", "said", "referrals"],
    ).astype({"number": "Int64"})
    own = rows[rows["label"] == CENTRES]
    told = len(own) > 0 and not pd.isna(own["number"].iloc[0])
    headline = (
        f"Of every 100 referrals by centres, {own['number'].iloc[0]} came to no further action"
        if told
        else "How many of every 100 referrals came to no further action, by who made them"
    )
    return Ended(headline, rows)
