"""What became of an answer: which one it replaced and why, that it was withdrawn, and every version of it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from toolkit.publish.members.published import replaced_words, stopped
from toolkit.web.parts.layout import header, sentence, table, verdict
from toolkit.web.results import Publication, Withdrawn
from toolkit.wording.numbers import uk_date, uk_time

__all__ = ["replaced", "replaced_words", "version_rows", "versions", "withdrawn"]

_LABELS = {"version": "Version", "what": "What was done", "on": "When", "by": "By", "why": "Why"}


def replaced(record: Sequence[Publication]) -> None:
    """Say which answer the one that stands took the place of, when, and why; nothing for a question's first."""
    said = replaced_words(record)
    if said:
        sentence(said)


def withdrawn(answer: Withdrawn) -> None:
    """Draw a question whose answer was taken back: when, why, and none of its figures."""
    last = answer.record[-1]
    header(answer.title)
    verdict(f"The answer to this question was withdrawn on {uk_date(last.at)}.")
    sentence(f"The reason given: {stopped(last.why)} Please do not quote it any more.")
    versions(answer.record)
    st.caption(f"{answer.recommendation}.")


def versions(record: Sequence[Publication]) -> None:
    """Draw every version of an answer, folded away: what was done, when, by whom and why, the newest first."""
    with st.expander(f"Every version of this answer ({sum(not one.is_withdrawal for one in record)})"):
        table(version_rows(record), "The newest first", _LABELS)


def version_rows(record: Sequence[Publication]) -> pd.DataFrame:
    """Return a row a step of a record, the newest first, in words."""
    return pd.DataFrame(
        [
            {
                "version": f"{one.version}.",
                "what": "Withdrawn" if one.is_withdrawal else _published(one),
                "on": uk_time(one.at),
                "by": one.by,
                "why": one.why or ("The first answer" if one.version == 1 else "Not on record"),
            }
            for one in reversed(record)
        ]
    )


def _published(one: Publication) -> str:
    return "Published" if one.replaces is None else f"Published in place of version {one.replaces}"
