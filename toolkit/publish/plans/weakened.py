"""What a plan asks less than one that was written down, or shown, before it: every such change named in words.

A lead who saw an answer may be tempted to take out the check that it failed. So a plan is held against the question's
first registered version, and against the plan of the answer published last, key by key (`rules`), as the two would be
run: what a plan leaves out has its default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from toolkit.publish.plans.moved import Change, Rule, same
from toolkit.publish.plans.rules import GATES, HEADER, SPECS
from toolkit.studies.protocol import Protocol

INSTEAD: tuple[tuple[str, str, Callable[[Mapping[str, Any]], bool]], ...] = (
    ("estimators", "matched_3", lambda spec: spec["ratio"] >= 3),
    ("must_pass", "negative_control_outcome", lambda spec: bool(spec["calibrated"])),
)
"""What may be taken out of a list of a matched comparison where the new plan asks as much in another way.

Three families alike for each are no longer set beside a comparison that itself seeks as many; and where the interval is
calibrated on earlier years, what differed before joining moves and widens it, in place of barring an answer.
"""


def changes(old: Protocol, new: Protocol) -> tuple[Change, ...]:
    """Return what a new plan asks less than an old one, then what it asks otherwise; nothing for what it asks more."""
    found = _judged("", _header(old), _header(new), HEADER)
    found += _judged("gates.", old.gates.model_dump(), new.gates.model_dump(), GATES)
    if old.kind == new.kind:
        before, after = old.spec.model_dump(), new.spec.model_dump()
        for key in ("must_pass", "sign_needs"):
            if key in before:
                before[key] = tuple(one for one in before[key] if one in after["checks"])  # the others are named there
        for key, one, is_asked_otherwise in INSTEAD:
            if key in before and is_asked_otherwise(after):
                before[key] = tuple(other for other in before[key] if other != one)
        found += _judged(f"{old.kind}.", before, after, SPECS.get(old.kind, {}))
    return tuple(sorted(found, key=lambda change: not change.is_less))


def _header(plan: Protocol) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in HEADER}


def _judged(under: str, old: Mapping[str, Any], new: Mapping[str, Any], rules: Mapping[str, Rule]) -> list[Change]:
    unknown = same()
    return [
        change
        for key, before in old.items()
        if before != new.get(key)
        for change in rules.get(key, unknown)(f"{under}{key}", before, new.get(key))
    ]


def sentence(against: Mapping[str, tuple[Change, ...]], *, beside: Sequence[str] = ()) -> str:
    """Return one sentence that names every change, and what else is to be known of the plan.

    Parameters
    ----------
    against
        The changes, by what they are held against: "the one registered on 23 November 2026".
    beside
        What else is to be said, such as that the plan was registered late; each begins with "it".

    Returns
    -------
    str
        Empty where there is nothing to name.
    """
    said, named = "", set[str]()
    for plan, found in against.items():
        fresh = [change for change in found if change.words not in named]
        named |= {change.words for change in fresh}
        if fresh:
            asks = "asks less than" if any(change.is_less for change in fresh) else "asks something else than"
            listed = "; ".join(change.words for change in fresh)
            said += f"{'; and it' if said else 'This plan'} {asks} {plan}: {listed}"
    for one in beside:
        said += f"; {one}" if said else f"This plan {one.removeprefix('it ')}"
    return f"{said}." if said else ""
