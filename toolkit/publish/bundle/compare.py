"""Two results of one question held against each other: what differs in what names them, and how the figures moved."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

import pandas as pd

from toolkit.errors import InputError
from toolkit.publish.bundle.model import Bundle, KeptCheck
from toolkit.publish.bundle.moves import estimate_moves, table_moves
from toolkit.publish.bundle.protocol_diff import COLUMNS, plan_changes
from toolkit.publish.verdicts.findings import looked_at
from toolkit.studies.figures import Figures
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.studies.result import Gate
from toolkit.wording.amounts import in_100

NAMES = {
    "protocol_hash": "Plan (protocol)",
    "snapshot_hash": "Data (snapshot)",
    "version": "Toolkit version",
    "seed": "Seed",
}
_IN_A_SENTENCE = {
    "protocol_hash": "the plan",
    "snapshot_hash": "the data",
    "version": "the toolkit",
    "seed": "the seed",
}
_CODES = {
    "fewer": "fewer",
    "more": "more",
    "little_or_no_difference": "little or no difference",
    "decided": "it is decided",
    "inconclusive": "we cannot tell",
    "cannot_say": "these data cannot answer",
}
_OF_FIGURES = re.compile(r"\d (?:fewer|more)\b|no difference")
"""How a sentence of a comparison says a figure of the effect."""
_STANDS = {"pass": "stands", "warn": "asks for care", "fail": "fails"}
_STOOD = {"pass": "stood", "warn": "asked for care", "fail": "failed"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two results of a question.

    Attributes
    ----------
    question
        The question.
    names
        The four that name a result: ``what``, ``first``, ``second``, ``same`` (bool).
    plan
        One row a key of the protocol that differs (`plan_changes`); no row where the plans are the same or unknown.
    moves
        One row an estimate that both have (`toolkit.publish.bundle.moves.estimate_moves`).
    tables
        One row a value that differs in any table (`toolkit.publish.bundle.moves.table_moves`).
    sentences
        All of it in words, what differs first.
    """

    question: str
    names: pd.DataFrame
    plan: pd.DataFrame
    moves: pd.DataFrame
    tables: pd.DataFrame
    sentences: tuple[str, ...]

    def summary(self) -> str:
        """Return the sentences, one a line."""
        return "\n".join(self.sentences)

    def without_figures(self) -> tuple[str, ...]:
        """Return the sentences that say no figure of the effect."""
        return tuple(sentence for sentence in self.sentences if not _OF_FIGURES.search(sentence))


def compare(first: Bundle, second: Bundle) -> Comparison:
    """Compare two bundles of one question.

    Parameters
    ----------
    first, second
        The older one first.

    Raises
    ------
    InputError
        When they answer different questions.
    """
    if first.question != second.question:
        raise InputError(
            f"{first.question} and {second.question} are different questions. Choose two results of one question."
        )
    differing = [name for name in NAMES if getattr(first, name) != getattr(second, name)]
    plan = _plan(first, second)
    moves, tables = estimate_moves(first, second), table_moves(first, second)
    sentences = (
        _what_differs(differing),
        *_of_the_plan(first, second, plan, differing),
        *_of_the_data(first, second, differing),
        *_of_the_families(first, second),
        _of_the_verdict(first, second),
        *_of_the_figure(first, second),
        *_of_the_checks(first, second),
        *_of_the_tables(tables),
        _cause(differing, plan, has_moved=len(tables) > 0),
    )
    names = pd.DataFrame(
        [
            {
                "what": label,
                "first": str(getattr(first, name)),
                "second": str(getattr(second, name)),
                "same": name not in differing,
            }
            for name, label in NAMES.items()
        ]
    )
    return Comparison(first.question, names, plan, moves, tables, sentences)


def _plan(first: Bundle, second: Bundle) -> pd.DataFrame:
    if not (first.protocol_text and second.protocol_text):
        return pd.DataFrame(columns=list(COLUMNS))
    try:
        return plan_changes(first.protocol_text, second.protocol_text)
    except tomllib.TOMLDecodeError:  # the hashes tell that they differ
        return pd.DataFrame(columns=list(COLUMNS))


def _what_differs(differing: list[str]) -> str:
    same = [_IN_A_SENTENCE[name] for name in NAMES if name not in differing]
    other = [_IN_A_SENTENCE[name] for name in differing]
    if not other:
        return "Nothing differs: plan, data, toolkit and seed are the same."
    kept = f" The same in both: {_and(same)}." if same else ""
    return f"What differs: {_and(other)}.{kept}"


def _of_the_plan(first: Bundle, second: Bundle, plan: pd.DataFrame, differing: list[str]) -> list[str]:
    if "protocol_hash" not in differing:
        return []
    if not (first.protocol_text and second.protocol_text):
        return ["One of them does not hold the text of its plan, so what changed in it cannot be shown."]
    if plan.empty:
        return ["The plans differ only in their comments or layout: they ask the same."]
    return [f"In the plan, {_key(str(row.key))}: {row.change}." for row in plan.itertuples(index=False)]


def _of_the_data(first: Bundle, second: Bundle, differing: list[str]) -> list[str]:
    if "snapshot_hash" not in differing:
        return []
    one, other = first.as_of, second.as_of
    return [
        f"The records: version {one.store_version}, up to {one.last_day}, became version {other.store_version}, up to "
        f"{other.last_day}."
    ]


def _of_the_families(first: Bundle, second: Bundle) -> list[str]:
    if not (isinstance(first.facts, MatchedCohortFacts) and isinstance(second.facts, MatchedCohortFacts)):
        return []
    one, other = first.facts.matched, second.facts.matched
    return [] if one == other else [f"Families that joined and were matched: {one:,} became {other:,}."]


def _of_the_verdict(first: Bundle, second: Bundle) -> str:
    one, other = (_CODES.get(bundle.verdict.code, bundle.verdict.code) for bundle in (first, second))
    return f"The verdict is the same: {one}." if one == other else f"The verdict went from “{one}” to “{other}”."


def _of_the_figure(first: Bundle, second: Bundle) -> list[str]:
    pair = _primary(first), _primary(second)
    if pair[0] is None or pair[1] is None:
        return []
    (outcome, one), (other_outcome, other) = pair[0], pair[1]
    if outcome != other_outcome:
        return ["Their main figures are about different outcomes, so they are not held against each other."]
    move = other[0] - one[0]
    if in_100(move) == "no difference":
        return [f"The main figure stayed where it was: {_with_range(other)} in every 100."]
    size = abs(move) / ((one[2] - one[1]) / 2 or 1.0)
    beside = (
        "small beside the range that the data fit"
        if size < 0.25
        else "within the range that the data fit"
        if size <= 1
        else "more than the range that the data fit"
    )
    return [
        f"The main figure went from {_with_range(one)} to {_with_range(other)} in every 100. "
        f"The move is {100 * abs(move):.1f} in every 100: {beside}."
    ]


def _of_the_checks(first: Bundle, second: Bundle) -> list[str]:
    before = {check.name: check.status for check in first.checks or first.gates}
    return [
        f"“{_label(check)}” now {_STANDS.get(check.status, check.status)}; it {_STOOD.get(was, was)} in the first."
        for check in second.checks or second.gates
        if (was := before.get(check.name)) is not None and was != check.status
    ]


def _label(check: KeptCheck | Gate) -> str:
    return looked_at(check) if isinstance(check, KeptCheck) else check.name


def _of_the_tables(tables: pd.DataFrame) -> list[str]:
    if tables.empty:
        return []
    counts = tables.groupby("table", sort=False)["row"].nunique()
    listed = _and([f"{str(name).replace('_', ' ')} ({rows})" for name, rows in counts.items()])
    return [f"Rows that moved, by table: {listed}."]


def _cause(differing: list[str], plan: pd.DataFrame, *, has_moved: bool) -> str:
    if not differing:
        if has_moved:
            return "Yet the figures differ. That is a fault of the toolkit: tell whoever looks after it."
        return "So the figures are the same, to the last digit."
    changes = len(differing) - 1 + max(1, len(plan)) if "protocol_hash" in differing else len(differing)
    if not has_moved:
        return "No figure moved."
    if changes == 1:
        what = f"the change in {_key(plan['key'].iloc[0])}" if len(plan) == 1 else _IN_A_SENTENCE[differing[0]]
        return f"Nothing else differs, so {what} is what moved the figures."
    return (
        f"{changes} things differ, so no one of them can be named as what moved the figures. "
        "To know, change one at a time and run again."
    )


def _primary(bundle: Bundle) -> tuple[str, Figures] | None:
    """Return the outcome and the figures of a result's main difference."""
    found = bundle.primary
    if found is None or found.measure != "difference" or found.with_interval is None:
        return None
    return found.outcome, found.with_interval


def _with_range(figures: Figures) -> str:
    estimate, low, high = figures
    return f"{in_100(estimate)} ({in_100(low)} to {in_100(high)})"


def _key(key: str) -> str:
    return key.rsplit(".", 1)[-1].replace("_", " ")


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
