"""The protector: which figures of a book are hidden, so that no small one can be worked out, at the least cost.

For each small figure a linear programme looks for another set of counts that agrees with all that is shown and gives
the figure another value; what it must change among the shown figures is what has to be hidden with it, and it pays
for each by how much it would be missed (Kelly, Golden and Assad 1992, Cell suppression: disclosure protection for
sensitive tabular data; Fischetti and Salazar 2000). Then the auditor attacks the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from toolkit.errors import ToolkitError
from toolkit.publish.disclosure.audit import FAR, Component, Finding, audit, components, sensitive_figures
from toolkit.publish.disclosure.book import Book, Statement
from toolkit.publish.disclosure.policy import Policy, round_half_up

_NEAR = 1e-6
_TOTALS_ARE_WORTH = 6.0
_NOUGHTS_ARE_WORTH = 30.0


class CannotProtect(ToolkitError):
    """What was shown before, or is known from elsewhere, gives a small figure away whatever is hidden now."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is shown of a book.

    Attributes
    ----------
    shown
        Every figure by name, rounded; ``None`` for a hidden one.
    said
        What that says of each figure, for the audit of later releases.
    """

    shown: Mapping[str, int | None]
    said: Mapping[str, Statement]

    def __getitem__(self, name: str) -> int | None:
        return self.shown[name]


def protect(book: Book, policy: Policy, *, before: Mapping[str, Statement] | None = None) -> Release:
    """Return what may be shown of a book.

    Parameters
    ----------
    book
        The figures.
    policy
        The rules.
    before
        What was said of figures of these records in earlier releases.

    Raises
    ------
    CannotProtect
        When a small figure cannot be kept.
    """
    before = before or {}
    sensitive = sensitive_figures(book, policy)
    hidden = sensitive | book.inner
    for part in components(book):
        hidden |= _Pattern(part, book, policy, before).found(hidden, sensitive)
    for _ in range(len(book.names) + 1):
        said = _said(book, hidden, policy, before)
        findings = audit(book, said, policy)
        if not findings:
            shown = {
                name: None if name in hidden else round_half_up(book[name], policy.round_to) for name in book.names
            }
            return Release(MappingProxyType(shown), MappingProxyType(said))
        hidden |= _more(book, hidden, findings)
    raise AssertionError("each round hides one more figure, so there is a last one")


def _said(book: Book, hidden: set[str], policy: Policy, before: Mapping[str, Statement]) -> dict[str, Statement]:
    said = {}
    for name in book.names:
        low, high = (0.0, FAR)
        if name in book.known:
            low = high = float(book[name])
        elif name not in hidden:
            low, high = policy.range_of_shown(book[name])
        earlier = before.get(name)
        if earlier is not None:
            low, high = max(low, earlier.least), min(high, earlier.most)
        said[name] = Statement(low, high)
    return said


def _more(book: Book, hidden: set[str], findings: tuple[Finding, ...]) -> set[str]:
    """Return the least figure still shown among those that have to do with what was found."""
    near = {finding.name for finding in findings}
    for part in components(book):
        if near & set(part.names):
            shown = [name for name in part.names if name not in hidden and name not in book.known]
            if shown:
                return {min(shown, key=lambda name: (book[name] == 0, book[name]))}
    raise CannotProtect(
        f"These tables cannot be shown: {findings[0].name} is small and could be worked out from what was shown before "
        "or is published elsewhere. Show fewer groups, or ask for a coarser table."
    )


class _Pattern:
    """The search for what must be hidden beside the small figures of one component."""

    def __init__(self, part: Component, book: Book, policy: Policy, before: Mapping[str, Statement]) -> None:
        self.part, self.policy = part, policy
        self.names = part.names
        self.value = np.array([book[name] for name in self.names], float)
        self.place = {name: number for number, name in enumerate(self.names)}
        shown = np.array([policy.range_of_shown(book[name]) for name in self.names], float).reshape(-1, 2)
        known = np.array([name in book.known for name in self.names])
        earlier = [before.get(name, Statement(0, FAR)) for name in self.names]
        self.least = np.array([one.least for one in earlier], float)
        self.most = np.array([min(one.most, FAR) for one in earlier], float)
        self.least[known] = self.most[known] = self.value[known]
        self.low = np.clip(shown[:, 0], self.least, self.value)
        self.high = np.clip(shown[:, 1], self.value, self.most)
        is_total = np.isin(np.array(self.names, object), np.array(book.names, object)[book.is_total])
        self.cost = (1 + np.log1p(self.value)) * np.where(is_total, _TOTALS_ARE_WORTH, 1.0)
        self.cost[self.value == 0] = _NOUGHTS_ARE_WORTH
        equations = part.sums
        self.equal = sparse.hstack([equations, equations, -equations]).tocsc()
        # How far each figure moved in any set of counts found so far: hiding more never takes one away.
        self.rose = np.zeros(len(self.names))
        self.fell = np.zeros(len(self.names))

    def found(self, hidden: set[str], sensitive: set[str]) -> set[str]:
        """Return what is hidden of this component: what was, and what must be beside it."""
        mine = np.array([name in hidden for name in self.names])
        secret = np.array([name in sensitive for name in self.names])
        for number in np.flatnonzero(secret & (self.value <= self.policy.hidden_to))[::-1]:
            for wanted in (self.policy.hidden_to, 0 if self.policy.hide_noughts else 1):
                mine |= self._to_hide(int(number), wanted - self.value[number], mine)
        for number in np.flatnonzero(secret & (self.value > self.policy.hidden_to)):  # withheld: it needs room too
            mine |= self._to_hide(int(number), float(self.policy.hidden_to - 1), mine)
        return {self.names[number] for number in np.flatnonzero(mine)}

    def _to_hide(self, number: int, change: float, hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which figures must be hidden for one of them to be able to differ from its value by some change."""
        nothing = np.zeros(len(self.names), dtype=bool)
        if self.fell[number] <= change <= self.rose[number] or not self.part.sums.shape[0]:
            return nothing
        low = np.where(hidden, self.least, self.low) - self.value
        high = np.where(hidden, self.most, self.high) - self.value
        up = np.where(hidden, 0.0, self.most - self.high)
        down = np.where(hidden, 0.0, self.low - self.least)
        if change > 0:
            low[number] = change
        else:
            high[number] = change
        if low[number] > high[number]:
            return nothing  # the auditor will say so
        bounds = np.column_stack([np.concatenate([low, nothing, nothing]), np.concatenate([high, up, down])])
        cost = np.concatenate([nothing, self.cost, self.cost]).astype(float)
        solved = linprog(cost, A_eq=self.equal, b_eq=np.zeros(self.equal.shape[0]), bounds=bounds, method="highs")
        if solved.x is None:
            return nothing
        within, above, below = np.split(solved.x, 3)
        moved = within + above - below
        self.rose, self.fell = np.maximum(self.rose, moved + _NEAR), np.minimum(self.fell, moved - _NEAR)
        return np.asarray(above + below > _NEAR)
