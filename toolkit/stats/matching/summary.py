"""A match in words: what was done, what came of it, and what a reader must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.stats.arrays.types import Booleans
from toolkit.stats.balance.apart_notes import notes_of_balance
from toolkit.stats.balance.sizes import largest_difference
from toolkit.stats.matching.given_pairs import OUTSIDE
from toolkit.stats.matching.unmatched import counted_reasons
from toolkit.stats.notes.note import Note

if TYPE_CHECKING:
    from toolkit.stats.matching.matched import Matched

WHOM = {"ATT": "treated (ATT)", "ATC": "controls (ATC)", "ATE": "whole population (ATE)"}
ARM = {"ATT": "treated rows", "ATC": "controls", "ATE": "rows"}
LEAST_SHARE = 0.5


def summary_of(matched: Matched) -> str:
    """Return the match in lines, what stays apart first."""
    counts, sizes = matched.counts, matched.effective_sample_size
    (everyone, everyone_else), (used, used_else) = counts.iloc[0].tolist(), counts.iloc[1].tolist()
    lines = [
        f"Matching ({matched.method}, {matched.distance_name}), for the {WHOM[matched.estimand]}.",
        f"Treated: {used:,} of {everyone:,} matched. Controls: {used_else:,} of {everyone_else:,} used "
        f"(worth {sizes['control']:,.1f} equally weighted ones).",
        largest_difference(matched.balance()),
    ]
    if len(matched.unmatched):
        lines.append("Without a match:")
        lines += [f"  {line}" for line in counted_reasons(matched.unmatched)]
    return "\n".join([*matched.found_notes, *lines, *matched.noted])


def in_a_line(matched: Matched) -> str:
    """Return the match in a line, with the codes of its notes; what a row holds is not in it."""
    counts = matched.counts
    treated, control = counts["treated"], counts["control"]
    codes = ", ".join(note.code for note in matched.notes) or "none"
    return (
        f"Matched({matched.method}, {matched.distance_name}, {matched.estimand}: {treated['matched']:,} of "
        f"{treated['all']:,} treated and {control['matched']:,} of {control['all']:,} controls; notes: {codes})"
    )


def notes_of_match(matched: Matched) -> tuple[Note, ...]:
    """Return what stays apart, and whom the effect is not for where most rows have no match."""
    weights = matched.memberships.weight_by_row(matched.sample.rows)
    apart = notes_of_balance(
        matched.sample.covariates,
        matched.sample.treated,
        weights,
        matched.estimand,
        matched.row_scores,
        deed="matching",
        remedy=_remedy(matched),
    )
    return (*apart, *_few_matched(matched, weights > 0))


def _remedy(matched: Matched) -> str:
    if matched.caliper is None:
        return "Match with caliper=0.2 and fewer controls to a treated row (ratio)."
    return 'Use a narrower caliper or a lower ratio, or weight(..., method="overlap").'


def _few_matched(matched: Matched, used: Booleans) -> tuple[Note, ...]:
    treated = matched.sample.treated
    focal = {"ATT": treated, "ATC": ~treated}.get(matched.estimand, treated | True)
    found = int((used & focal).sum())
    sought = found + int((matched.unmatched["reason"] != OUTSIDE).sum())
    if found >= LEAST_SHARE * sought:
        return ()
    words = (
        f"Only {found:,} of {sought:,} {ARM[matched.estimand]} ({found / sought:.0%}) have a match: the effect is for "
        f'those alone. Widen the limits, match exactly on fewer columns, or use weight(..., method="overlap").'
    )
    return (Note("few_matched", words, {"matched": found, "sought": sought}),)
