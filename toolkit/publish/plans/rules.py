"""Which way each key of a protocol may move without asking less: one rule a key, in one table a kind of study.

A rule is given the two values of its key and returns what the new plan asks less, or otherwise, in words that begin
with "it"; nothing where the new plan asks as much or more. A key without a rule that changes is told as such.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from toolkit.publish.plans.words import (
    alike_words,
    and_,
    check_words,
    covariate_words,
    group_words,
    key_words,
    outcome_words,
    shared_words,
    value_words,
    way_words,
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan asks less than another, or otherwise.

    Attributes
    ----------
    key
        The key that changed, with its table: ``gates.max_smd``.
    is_less
        Whether it makes an answer easier to give; otherwise the plan asks something else.
    words
        What changed, beginning with "it".
    """

    key: str
    is_less: bool
    words: str


Rule = Callable[[str, Any, Any], tuple[Change, ...]]
"""Given the key's name and its values in the old plan and in the new one."""


def free(key: str, old: Any, new: Any) -> tuple[Change, ...]:
    """Name nothing: either way the plan asks as much."""
    return ()


def same(words: str = "") -> Rule:
    """Return a rule that names any change as asking something else."""

    def judge(key: str, old: Any, new: Any) -> tuple[Change, ...]:
        if old == new:
            return ()
        said = words or f"its {key_words(key)} is"
        return (Change(key, False, f"{said} {value_words(new)}, where it was {value_words(old)}"),)

    return judge


def least(words: str, say: Callable[[Any], str] = value_words) -> Rule:
    """Return a rule for a number of which a smaller one asks less; ``words`` has places for ``new`` and ``old``."""
    return _moved(words, easier=lambda old, new: new < old, say=say)


def most(words: str) -> Rule:
    """Return a rule for a number of which a greater one asks less."""
    return _moved(words, easier=lambda old, new: new > old)


def _moved(words: str, *, easier: Callable[[Any, Any], bool], say: Callable[[Any], str] = value_words) -> Rule:
    def judge(key: str, old: Any, new: Any) -> tuple[Change, ...]:
        if not easier(old, new):
            return ()
        return (Change(key, True, words.format(new=say(new), old=say(old))),)

    return judge


def listed(words: str, name: Callable[[str], str]) -> Rule:
    """Return a rule for a list of which nothing may be taken out; ``words`` has a place for what was."""

    def judge(key: str, old: Any, new: Any) -> tuple[Change, ...]:
        out = [one for one in old if one not in new]
        return (Change(key, True, words.format(out=and_([name(one) for one in out]))),) if out else ()

    return judge


def led(words: str, first: str, name: Callable[[str], str]) -> Rule:
    """Return a rule for a list whose first entry decides the verdict: it stays, and nothing is taken out."""
    taken_out = listed(words, name)

    def judge(key: str, old: Any, new: Any) -> tuple[Change, ...]:
        found = taken_out(key, old, new)
        if old[0] == new[0]:
            return found
        return (*found, Change(key, False, first.format(new=name(new[0]), old=name(old[0]))))

    return judge


def margin(key: str, old: Any, new: Any) -> tuple[Change, ...]:
    """Name a margin that moved: a wider one asks less, a narrower one something else."""
    if old == new:
        return ()
    limits = f"{_in_100(new)} for too small to matter, where it was {_in_100(old)}"
    return (Change(key, new > old, f"it takes a difference of up to {limits}"),)


def wider(key: str, old: Any, new: Any) -> tuple[Change, ...]:
    """Name what those who find no match as asked are matched on instead, where that is less than it was."""
    if new is None or (old is not None and set(old) <= set(new)):
        return ()
    return (Change(key, True, f"it matches more widely: those without a match need share only {_shared(new)}"),)


def rise(key: str, old: Any, new: Any) -> tuple[Change, ...]:
    """Name a least rise that moved: a larger one asks less, a smaller one something else."""
    if old == new:
        return ()
    words = f"it takes a rise of up to {_in_100(new)} for too small to matter, where it was {_in_100(old)}"
    return (Change(key, new > old, words),)


MOST_SHIFT = 0.5
"""What remaining differences may do to the answer, in its standard errors, where a limit on each of them stood before
(docs/decisions.md says why it stands in their place)."""


def shift(key: str, old: Any, new: Any) -> tuple[Change, ...]:
    """Name a wider limit on what remaining differences may do to the answer, or one given up for one on each."""
    if old == new:
        return ()
    if new is None:
        words = "it judges how alike the groups are by how much any one thing still differs, not by what that does"
        return (Change(key, False, f"{words} to the answer"),)
    before = MOST_SHIFT if old is None else old
    words = (
        f"it lets what still differs shift the answer by {new:g} of its standard error, where {before:g} was the most"
    )
    return (Change(key, True, words),) if new > before else ()


def only_asked(key: str, old: Any, new: Any) -> tuple[Change, ...]:
    """Name what is asked no longer, for a key that is yes or no."""
    return (Change(key, True, f"it no longer has “{key_words(key)}”"),) if old and not new else ()


def _shared(names: Any) -> str:
    return and_([shared_words(name) for name in names]) if names else "nothing"


def _in_100(share: float) -> str:
    return f"{100 * share:g} in 100"


_MATCHED_ON = "it no longer compares those alike in {out}"
_SHARED = "those compared need no longer share {out}"
_CALIPER = "it lets those compared be further apart: {new}, where {old} was the most"
_RATIO = least("it seeks {new} alike for each one compared, where it sought {old}")
_COUNTS = "it no longer counts {out}"
_MAIN = "its main question is about {new}, where it was about {old}"

GATES: Mapping[str, Rule] = MappingProxyType(
    {
        "min_treated": least("it answers from {new} families or referrals on, where it needed {old}"),
        "max_smd": most("it lets the groups differ by {new} of a standard deviation, where {old} was the most"),
        "max_shift": shift,
        "min_overlap": least("it needs {new} to find a match, where it needed {old}", _in_100),
        "min_follow_up": least("it needs {new} to be followed to the end, where it needed {old}", _in_100),
        "min_clusters": least("it answers from {new} areas on, where it needed {old}"),
    }
)

HEADER: Mapping[str, Rule] = MappingProxyType(
    {
        "kind": same("it is a study of another kind:"),
        "title": same("its question reads"),
        "seed": same("it draws with the seed"),
    }
)

SPECS: Mapping[str, Mapping[str, Rule]] = MappingProxyType(
    {
        "matched_cohort": MappingProxyType(
            {
                "covariates": listed(_MATCHED_ON, covariate_words),
                "exact": listed(_SHARED, shared_words),
                "then_exact": wider,
                "caliper": most(_CALIPER),
                "ratio": _RATIO,
                "draws": least("it draws {new} times, where it drew {old} times"),
                "calibrated": only_asked,
                "sign_needs": listed(
                    "it says fewer or more even where the check of {out} speaks against it", check_words
                ),
                "outcomes": led(_COUNTS, _MAIN, outcome_words),
                "measures": led("it no longer gives {out}", "its main figure is {new}, where it was {old}", way_words),
                "margin": margin,
                "without_centre": only_asked,
                "ages": listed("it no longer counts children of {out} apart", way_words),
                "estimators": listed("it no longer compares by {out} as well", way_words),
                "subgroups": listed("it no longer asks whether the figures differ by {out}", covariate_words),
                "checks": listed("it no longer checks {out}", check_words),
                "must_pass": listed("it answers even where it fails the check of {out}", check_words),
                "curve": free,
            }
        ),
        "trust": MappingProxyType(
            {
                "covariates": listed(_MATCHED_ON, covariate_words),
                "exact": listed(_SHARED, shared_words),
                "caliper": most(_CALIPER),
                "ratio": _RATIO,
                "outcomes": led(_COUNTS, _MAIN, outcome_words),
                "margin": margin,
            }
        ),
        "reach": MappingProxyType(
            {"groups": listed("it no longer looks at {out}", group_words), "margin": margin},
        ),
        "interrupted_series": MappingProxyType(
            {
                "steps": listed("it no longer allows for what changed on {out}", value_words),
                "min_quarters_before": least(
                    "it answers from {new} quarters before the money on, where it needed {old}"
                ),
                "min_quarters_after": least("it answers from {new} quarters after it on, where it needed {old}"),
                "event_window": least("it looks for other events within {new} quarters, where it was {old}"),
                "max_dispersion": most(
                    "it lets quarters vary {new} times as much as by chance, where {old} was the most"
                ),
            }
        ),
        "progress_change": MappingProxyType({}),
        "progress_meaning": MappingProxyType(
            {
                "covariates": listed("it no longer takes {out} for known beforehand", covariate_words),
                "least_rise": rise,
                "least_if_sure": rise,
                "folds": free,
                "repeats": least("it draws {new} times, where it drew {old} times"),
                "min_referred": least("it answers from {new} families referred on, where it needed {old}"),
                "min_pairs": least("it tells how far workers agree from {new} pairs on, where it needed {old}"),
                "exact": listed(_SHARED, shared_words),
                "caliper": most(_CALIPER),
                "ratio": _RATIO,
                "margin": margin,
            }
        ),
        "progress_rollout": MappingProxyType(
            {
                "months_each_side": same("it compares so many months on each side:"),
                "min_families": least("it compares centres with {new} families on each side on, where it needed {old}"),
                "min_centres": least("it answers from {new} centres of each kind on, where it needed {old}"),
                "alike_on": listed("it no longer makes centres alike on {out}", alike_words),
                "centres_per_covariate": most(
                    "it makes centres alike on one thing for every {new} of them, where it was every {old}"
                ),
                "draws": least("it deals the days again {new} times, where it dealt them {old} times"),
                "margin": margin,
                "trend_margin": most("it takes paths {new} apart for alike, where {old} was the most"),
                "imbalance": least("it compares centres so unlike as {new} of deals, where {old} was the least"),
            }
        ),
    }
)
"""By kind of study. A key that stands in none of them may not change unnamed."""
