"""Everything that was looked at before an answer was given, as one table: what speaks against it first."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.publish.bundle.check_figures import COLUMNS, figures, held_against
from toolkit.publish.bundle.model import Bundle, KeptCheck
from toolkit.publish.looked_at import MUST_HOLD, OUTCOMES, all_looked_at
from toolkit.publish.verdicts.findings import looked_at
from toolkit.web.parts.layout import header, table
from toolkit.wording.numbers import counted

_HEADINGS = {"what": "What was looked at", "outcome": "How it came out", "found": "What was found"}


def draw(bundle: Bundle) -> None:
    """Draw the table, and folded away the figures behind it."""
    header("What was looked at, and what was found")
    rows = rows_of(bundle)
    if rows.empty:
        st.info("Nothing was looked at.")
        return
    table(rows, MUST_HOLD, _HEADINGS)
    unsaid = [looked_at(check).lower() for check in bundle.checks if not _bears(bundle, check)]
    if unsaid:
        st.write(f"Also looked at, but they say nothing where there is no answer: {'; '.join(unsaid)}.")
    told = [check for check in bundle.checks if _bears(bundle, check) and bundle.may.check_in_full(check.name)]
    behind = [(check, figures(check.table or ()), held_against(check)) for check in told]
    behind = [(check, shown, needed) for check, shown, needed in behind if needed or not shown.empty]
    if behind:
        with st.expander("The figures behind each of them"):
            for check, shown, needed in behind:
                if shown.empty:
                    st.write(f"{looked_at(check)}. {needed}")
                else:
                    table(shown, f"{looked_at(check)}. {needed}".strip(), COLUMNS)


def rows_of(bundle: Bundle) -> pd.DataFrame:
    """Return a row for each thing looked at: ``what``, ``outcome`` and ``found``, in words."""
    return pd.DataFrame(list(all_looked_at(bundle)), columns=list(_HEADINGS))


def _bears(bundle: Bundle, check: KeptCheck) -> bool:
    """Whether what a check found says something of this result: a gate always does."""
    return check.is_gate or bundle.may.bears(check.name)


def summary(bundle: Bundle) -> str:
    """Return how much was looked at and how much of it speaks against an answer, in a sentence."""
    rows = rows_of(bundle)
    against, care = (int((rows["outcome"] == OUTCOMES[status]).sum()) for status in ("fail", "warn"))
    if rows.empty:
        return ""
    if not against and not care:
        found = "Nothing was found against it."
    else:
        found = (
            f"{against or 'Nothing'} speak{'' if against > 1 else 's'} against it, and {care or 'none'} "
            f"ask{'s' if care == 1 else ''} for care."
        )
    return f"We looked at {counted(len(rows), 'thing')} that could prove it wrong. {found} The tab Method lists them."
