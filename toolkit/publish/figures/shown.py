"""The figures of a result as they may be quoted: one rule for whatever a sentence says of a count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.publish.disclosure import Book, Policy, Release, round_count


@dataclass(frozen=True, slots=True)
class Shown:
    """What words may say of a result's counts of families and referrals; they read those here alone.

    Attributes
    ----------
    rounded
        Every figure by name as a count may be quoted; ``None`` where it is hidden.
    for_shares
        What a share is worked out from: for members the rounded figures, so that it says no more than they do; for
        staff, who see exact tables, the exact ones.
    few
        The figures of a few or of none: an answer that rests on one is not given, whoever reads.
    policy
        The rules.
    is_exact
        Whether adjusted shares may be quoted as they were estimated.
    """

    rounded: Mapping[str, int | None]
    for_shares: Mapping[str, int | None]
    few: frozenset[str]
    policy: Policy
    is_exact: bool = False

    @classmethod
    def to_members(cls, book: Book, release: Release, policy: Policy) -> Shown:
        """Return the figures as they are released with the tables of the same book."""
        return cls(release.shown, release.shown, _few(book, policy), policy)

    @classmethod
    def to_staff(cls, book: Book, policy: Policy) -> Shown:
        """Return the figures as leads and analysts read them in words: small ones hidden, shares exact."""
        exact = {name: None if policy.is_small(count) else count for name, count in book.values.items()}
        rounded = {name: None if count is None else round_count(count, policy) for name, count in exact.items()}
        return cls(rounded, exact, _few(book, policy), policy, is_exact=True)

    def count(self, name: str) -> int | None:
        """Return a count to be quoted; ``None`` where it is hidden or no figure of the book."""
        return self.rounded.get(name)

    def parts(self, *names: str) -> tuple[int, ...] | None:
        """Return the parts of a whole to work shares out from, or ``None`` where one of them is not to be told.

        None is told when one is hidden, when the whole is too small for a share, or when one is nobody or everybody
        and the policy hides that.
        """
        found = [self.for_shares.get(name) for name in names]
        known = tuple(count for count in found if count is not None)
        if len(known) < len(found) or sum(known) < self.policy.minimum_denominator:
            return None
        return None if self.policy.hide_nought_and_all and 0 in known else known

    def share(self, part: str, rest: str) -> float | None:
        """Return the share of one part of two, or ``None`` where it is not to be told."""
        told = self.parts(part, rest)
        return None if told is None else told[0] / sum(told)

    def is_few(self, *names: str) -> bool:
        """Whether one of the figures is that of a few, or of none."""
        return any(name in self.few for name in names)

    def are_told(self, *names: str) -> bool:
        """Whether none of the figures is hidden: what rests on them may be put into words."""
        return all(self.rounded.get(name) is not None for name in names)


def _few(book: Book, policy: Policy) -> frozenset[str]:
    return frozenset(name for name, count in book.values.items() if count <= policy.hidden_to)
