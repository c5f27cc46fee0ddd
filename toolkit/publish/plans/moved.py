"""How a key of a plan is judged when it moves: what the new plan asks less, or otherwise, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from toolkit.publish.plans.words import (
    and_,
    key_words,
    shared_words,
    value_words,
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
    limits = f"{in_100_words(new)} for too small to matter, where it was {in_100_words(old)}"
    return (Change(key, new > old, f"it takes a difference of up to {limits}"),)


def wider(key: str, old: Any, new: Any) -> tuple[Change, ...]:
    """Name what those who find no match as asked are matched on instead, where that is less than it was."""
    if new is None or (old is not None and set(old) <= set(new)):
        return ()
    return (Change(key, True, f"it matches more widely: those without a match need share only {shared_names(new)}"),)


def rise(key: str, old: Any, new: Any) -> tuple[Change, ...]:
    """Name a least rise that moved: a larger one asks less, a smaller one something else."""
    if old == new:
        return ()
    words = f"it takes a rise of up to {in_100_words(new)} for too small to matter, where it was {in_100_words(old)}"
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


def no_longer_assumed(key: str, old: Any, new: Any) -> tuple[Change, ...]:
    """Name how closely two scores of an unchanged family agree: an assumption once, and taken from the scores since."""
    if new is not None:
        return same()(key, old, new)
    words = "it no longer assumes how closely two scores of a family agree, and takes it from second scorings"
    return (Change(key, False, words),)


def only_asked(key: str, old: Any, new: Any) -> tuple[Change, ...]:
    """Name what is asked no longer, for a key that is yes or no."""
    return (Change(key, True, f"it no longer has “{key_words(key)}”"),) if old and not new else ()


def dearer(key: str, old: Any, new: Any) -> tuple[Change, ...]:
    """Name a higher limit on what scoring may cost, or one that was given up: 0 stands for none."""
    if old == new or not old or (new and new < old):
        return ()
    words = f"up to £{new:g} a family" if new else "whatever"
    return (Change(key, True, f"it lets scoring cost {words}, where £{old:g} was the most"),)


def shared_names(names: Any) -> str:
    """Return what those compared must share, in words."""
    return and_([shared_words(name) for name in names]) if names else "nothing"


def in_100_words(share: float) -> str:
    """Return a share in words: "80 in 100"."""
    return f"{100 * share:g} in 100"
