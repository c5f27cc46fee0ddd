"""Why there is no answer: what was found that bars one, as the first picture of the page."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.charts.forest_plot import forest_chart
from toolkit.charts.held_against import held_against_chart
from toolkit.publish.bundle.model import Bundle, KeptCheck
from toolkit.publish.looked_at import figure_of, looked_at_gate
from toolkit.publish.verdicts.findings import looked_at
from toolkit.studies.result import Gate
from toolkit.web.pages.referrals import balance
from toolkit.web.parts.layout import chart, header, points
from toolkit.web.results import MONEY_PANEL, MONEY_REAL, MONEY_SYNTHETIC
from toolkit.wording.numbers import signed
from toolkit.wording.sources import PUBLISHED

_OF_PUBLISHED = frozenset({MONEY_REAL, MONEY_PANEL, MONEY_SYNTHETIC})
"""Questions whose real figures were published."""
_RANGE = ("estimate", "low", "high")
_LABELS = {"label": "What was looked at", "estimate": "In every 100", "low": "From", "high": "To"}


def draw(bundle: Bundle) -> None:
    """Draw what failed, in words and then the first of it that can be drawn; nothing where there is an answer."""
    failed = bundle.failed_gates
    if bundle.may.state != "cannot_say" or not failed:
        return
    header("Why no cause can be named" if bundle.may.describes else "Why these data cannot answer")
    checks = {check.name: check for check in bundle.checks}
    said = [
        f"{looked_at(check)}: {bundle.may.said_of(check)}"
        if (check := checks.get(gate.name))
        else bundle.may.said_of_gate(gate)
        for gate in failed
    ]
    points(one for one in said if one not in bundle.verdict.sentence)
    if not any(_drawn(bundle, checks.get(gate.name)) for gate in failed):
        _held_against(bundle, failed)


def _drawn(bundle: Bundle, check: KeptCheck | None) -> bool:
    """Draw what a check found, where it has ranges that may be told; return whether it was."""
    if check is None or not bundle.may.check_in_full(check.name):
        return False
    if check.name == "balance":
        return balance.draw(bundle)
    rows = pd.DataFrame(check.table or ())
    if not {"label", *_RANGE} <= set(rows.columns):
        return False
    rows = rows.dropna(subset=list(_RANGE))
    if rows.empty:
        return False
    shown = rows[["label"]].assign(**{name: 100 * rows[name] for name in _RANGE})
    written = shown.assign(**{name: [signed(value) for value in shown[name]] for name in _RANGE})
    shown["words"] = [f"{row.estimate} (from {row.low} to {row.high})" for row in written.itertuples()]
    chart(
        f"{looked_at(check)}: no difference should be here",
        forest_chart(shown, "Of every 100 families: how far the two groups were apart"),
        f"Points with ranges beside a line of no difference: {'; '.join(shown['label'] + ' ' + shown['words'])}.",
        written,
        _LABELS,
    )
    return True


def _held_against(bundle: Bundle, failed: Sequence[Gate]) -> None:
    """Draw the first count or share that fell short beside what was needed."""
    for gate in failed:
        if gate.figure is None or not gate.threshold or gate.figure < 0:
            continue
        if not bundle.checks or bundle.may.check_in_full(gate.name):
            found, needed = figure_of(gate, gate.figure), figure_of(gate, gate.threshold)
            limit = "Needed, at least" if gate.figure < gate.threshold else "Allowed, at most"
            rows = pd.DataFrame(
                {"what": ["Found", limit], "value": [gate.figure, gate.threshold], "words": [found, needed]}
            )
            chart(
                looked_at_gate(gate),
                held_against_chart(rows),
                f"Two bars. Found: {found}. {limit}: {needed}.",
                rows[["what", "words"]],
                {"what": "What", "words": "How much"},
                source="" if bundle.simulated or bundle.question not in _OF_PUBLISHED else PUBLISHED,
                simulated=bundle.simulated,
            )
            return
