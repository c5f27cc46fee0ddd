"""The estimates of a bundle as pages show them: families in every 100, in numbers and in words."""

from __future__ import annotations

import pandas as pd

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.bundle.model import Bundle
from toolkit.wording.amounts import fewer_or_more
from toolkit.wording.numbers import MINUS

COLUMNS = ("outcome", "label", "estimator", "estimate", "low", "high")
VALUES = ("estimate", "low", "high")
TABLE_LABELS = {"label": "What", "estimate_words": "In every 100", "low_words": "From", "high_words": "To"}


def differences(bundle: Bundle) -> pd.DataFrame:
    """Return every difference with an interval, in the bundle's order.

    Returns
    -------
    DataFrame
        ``outcome``, ``label`` (of the outcome), ``estimator``; ``estimate``, ``low``, ``high`` in every 100 families,
        below 0 for fewer; the three again in words (``estimate_words``, …), and all of them as one (``words``).
    """
    rows = [
        {
            "outcome": e.outcome,
            "label": label_of(e.outcome) or e.outcome,
            "estimator": e.estimator,
            **{name: 100 * value for name, value in zip(VALUES, e.with_interval, strict=True)},
        }
        for e in bundle.estimates
        if e.measure == "difference" and e.with_interval is not None
    ]
    return with_words(pd.DataFrame(rows, columns=list(COLUMNS)))


def label_of(outcome: str) -> str:
    """Return what an outcome is called; empty for one that is not known."""
    return OUTCOMES[outcome].label if outcome in OUTCOMES else ""


def with_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of ``estimate``, ``low`` and ``high`` (in every 100) with each in words, and all as one."""
    said = {f"{name}_words": [fewer_or_more(value) for value in rows[name]] for name in VALUES}
    whole = [f"{e} ({span(low, high)})" for e, low, high in zip(*said.values(), strict=True)]
    return rows.assign(**said, words=whole)


def signed(in_100: float | None) -> str:
    """Return a difference in every 100 as a signed number, for where it is no finding; empty for none.

    >>> signed(-1.68), signed(0.42), signed(-0.01), signed(None)
    ('−1.7', '+0.4', '0.0', '')
    """
    if in_100 is None or pd.isna(in_100):
        return ""
    said = f"{in_100:+.1f}"
    return "0.0" if float(said) == 0 else said.replace("-", MINUS)


def span(low: str, high: str) -> str:
    """Return a range in words, saying "fewer" or "more" once where both ends have it.

    >>> span("1.6 fewer", "2.9 more"), span("3.0 fewer", "1.0 fewer"), span("1.6 fewer", "no difference")
    ('1.6 fewer to 2.9 more', '3.0 to 1.0 fewer', '1.6 fewer to no difference')
    """
    same = low.rsplit(" ", 1)[-1] == high.rsplit(" ", 1)[-1] and low != "no difference"
    return f"{low.rsplit(' ', 1)[0]} to {high}" if same else f"{low} to {high}"


def matched(rows: pd.DataFrame, outcome: str) -> pd.Series | None:
    """Return the matched row of an outcome, if it has one."""
    found = rows[(rows["outcome"] == outcome) & (rows["estimator"] == "matched")]
    return None if found.empty else found.iloc[0]
