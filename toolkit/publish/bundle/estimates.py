"""The estimates of a bundle as pages show them: families in every so many, one number of them for the whole result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.rule import base_for, interval_of
from toolkit.studies.figures import Figures
from toolkit.wording.amounts import fewer_or_more, more_or_fewer
from toolkit.wording.numbers import signed

COLUMNS = ("outcome", "label", "estimator", "estimate", "low", "high")
VALUES = ("estimate", "low", "high")
HUNDRED = 100
ANSWERS = ("calibrated", "matched")
"""The ways of comparing that an outcome's figure is given by; what is first in a bundle is the answer."""


def counted_in(bundle: Bundle) -> int:
    """Return the number of families that every figure of a result is counted in: that of its verdict's sentence."""
    return base_for(bundle.verdict.code, interval_of(bundle.primary))


def table_labels(base: int, **others: str) -> Mapping[str, str]:
    """Return the headings of a table of differences in every ``base`` families, with those of its other columns."""
    return {"label": "What", "estimate_words": f"In every {base:,}", "low_words": "From", "high_words": "To"} | others


def differences(bundle: Bundle) -> pd.DataFrame:
    """Return every difference with an interval, in the bundle's order.

    Returns
    -------
    DataFrame
        ``outcome``, ``label`` (of the outcome), ``estimator``; ``estimate``, ``low``, ``high`` in every `counted_in`
        families, below 0 for fewer; the three again in words (``estimate_words``, …), and all of them as one
        (``words``).
    """
    base = counted_in(bundle)
    rows = [
        {
            "outcome": e.outcome,
            "label": label_of(e.outcome) or e.outcome,
            "estimator": e.estimator,
            **{name: base * value for name, value in zip(VALUES, e.with_interval, strict=True)},
        }
        for e in bundle.estimates
        if e.measure == "difference" and e.with_interval is not None
    ]
    return with_words(pd.DataFrame(rows, columns=list(COLUMNS)), base)


def label_of(outcome: str) -> str:
    """Return what an outcome is called; empty for one that is not known."""
    return OUTCOMES[outcome].label if outcome in OUTCOMES else ""


def months_of(outcome: str) -> int:
    """Return the months within which an outcome may happen; 12 for one that is not known."""
    return round(OUTCOMES[outcome].window_days * 12 / 365) if outcome in OUTCOMES else 12


def with_words(rows: pd.DataFrame, base: int = HUNDRED) -> pd.DataFrame:
    """Return rows of ``estimate``, ``low`` and ``high`` (in every ``base``) with each in words, and all as one."""
    said = {f"{name}_words": [in_words(value, base) for value in rows[name]] for name in VALUES}
    whole = [f"{e} ({span(low, high)})" for e, low, high in zip(*said.values(), strict=True)]
    return rows.assign(**said, words=whole)


def in_words(difference: float, base: int) -> str:
    """Return a difference in every ``base`` in words: to one decimal of a hundred, otherwise in whole families.

    >>> in_words(-1.68, 100), in_words(-16.8, 1000), in_words(0.2, 1000)
    ('1.7 fewer', '17 fewer', 'less than 1 more')
    """
    if base == HUNDRED:
        return fewer_or_more(difference)
    whole = int(abs(difference) + 0.5)
    return more_or_fewer(whole if difference > 0 else -whole, exactly=difference)


def signed_ways(found: Iterable[tuple[str, Figures | None]]) -> pd.DataFrame:
    """Return ways of working an answer out, with a figure, as signed numbers in every 100: ``What`` and its range.

    Parameters
    ----------
    found
        What each is called, and its change with its ends, as parts; ``None`` where it has none.
    """
    rows = [(label, *(signed(HUNDRED * value) for value in figures)) for label, figures in found if figures is not None]
    return pd.DataFrame(rows, columns=["What", "In every 100", "From", "To"])


def span(low: str, high: str) -> str:
    """Return a range in words, saying "fewer" or "more" once where both ends have it.

    >>> span("1.6 fewer", "2.9 more"), span("3.0 fewer", "1.0 fewer"), span("1.6 fewer", "no difference")
    ('1.6 fewer to 2.9 more', '3.0 to 1.0 fewer', '1.6 fewer to no difference')
    """
    same = low.rsplit(" ", 1)[-1] == high.rsplit(" ", 1)[-1] and not low.startswith(("no", "less"))
    return f"{low.rsplit(' ', 1)[0]} to {high}" if same else f"{low} to {high}"


def matched(rows: pd.DataFrame, outcome: str) -> pd.Series | None:
    """Return the row of an outcome among the answers, if it has one."""
    found = answers(rows)
    found = found[found["outcome"] == outcome]
    return None if found.empty else found.iloc[0]


def answers(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row an outcome of `differences`: the answer's own for its outcome, of the others the matched."""
    return rows[rows["estimator"].isin(ANSWERS)].drop_duplicates("outcome")
