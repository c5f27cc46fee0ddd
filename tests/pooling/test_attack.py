"""Somebody tries to work counts out of a shared file: every table that would give the same file is written down.

The attacker knows the rules and the code, and that the figures are the plainest there are: the difference of two shares
of as many families, with the error of independent families. The tables are enumerated here from that, and not by the
code that decides what is told.
"""

from __future__ import annotations

import math
from collections import defaultdict
from pathlib import Path

import pytest

from councils_pooled import a_council, a_result, plain
from toolkit.errors import StoreError
from toolkit.pooling.rounding import freedom_told, keeps_enough, told_of
from toolkit.pooling.share import SMD_STEP, shared_result
from toolkit.publish.disclosure import HOUSE_POLICY, Policy
from toolkit.records import Store

SMALL = range(1, HOUSE_POLICY.hidden_to + 1)
STRICT = Policy(threshold=10, round_to=10)


def files_of(families: range, policy: Policy = HOUSE_POLICY) -> dict[object, list[tuple[int, int, int]]]:
    """Return every table of so many families in each arm by the figures that it would put in a file."""
    found = defaultdict(list)
    for n in families:
        for joined in range(n + 1):
            for others in range(n + 1 - joined):  # it happened to fewer than half: an attacker may know that
                estimate, se = plain(joined, others, n)
                if se > 0:
                    found[told_of(estimate, se, n, policy)].append((n, joined, others))
    return found


@pytest.mark.parametrize(
    ("families", "policy"), [(range(50, 63), HOUSE_POLICY), (range(118, 123), HOUSE_POLICY), (range(55, 65), STRICT)]
)
def test_no_small_count_keeps_fewer_values_than_the_policy_asks(families: range, policy: Policy) -> None:
    told, withheld = 0, 0
    for figures, tables in files_of(families, policy).items():
        least, most = policy.range_of_shown(figures.families)
        if not (least in families and most in families):
            continue  # others, outside of what is enumerated, would give the same file
        if not keeps_enough(figures, policy):
            withheld += 1
            continue
        told += 1
        for arm in (1, 2):
            counts = {table[arm] for table in tables}
            if any(policy.is_small(count) for count in counts):
                assert len(counts) >= policy.hidden_to, (figures, sorted(counts))
    assert told >= 8 and told > 2 * withheld


def test_the_smallest_council_survives(tmp_path: Path, plan: Path) -> None:
    """52 families in each arm, of whom 3 and 6 were referred: the least that may be handed on, nearly."""
    _, file = a_council(tmp_path, plan, "E08000027", 3, 6, 52)
    (told,) = file.content.results[0].estimates
    fits = [
        table
        for figures, tables in files_of(range(48, 58)).items()
        if (figures.families, figures.estimate, figures.se) == (told.families, told.estimate, told.se)
        for table in tables
    ]
    assert (52, 3, 6) in fits
    for arm in (1, 2):
        assert len({table[arm] for table in fits} & set(range(40))) >= HOUSE_POLICY.hidden_to
    assert len({n for n, _, _ in fits}) == HOUSE_POLICY.round_to


def test_exact_figures_would_have_given_it_away() -> None:
    """So the attack can succeed: of the estimate, its error and the families as they are, one table is left."""
    estimate, se = plain(3, 6, 52)
    fits = [
        (n, joined, others)
        for n in range(50, 55)
        for joined in range(n + 1)
        for others in range(n + 1 - joined)
        if math.isclose(plain(joined, others, n)[0], estimate) and math.isclose(plain(joined, others, n)[1], se)
    ]
    assert fits == [(52, 3, 6)]


def test_what_members_read_beside_it_is_reckoned_with(tmp_path: Path, plan: Path) -> None:
    """Members see about 20 of the others; that there are 20 more than of the joiners would leave those 0 to 4."""
    store = Store.create(tmp_path / "store", simulated=True)
    folder = a_result(plan, store, 2, 22, 60)
    assert keeps_enough(told_of(*plain(2, 22, 60), 60, HOUSE_POLICY), HOUSE_POLICY)  # by itself it could be told
    with pytest.raises(StoreError, match="would give away how many families had it happen"):
        shared_result(store, folder, HOUSE_POLICY, plan.parent)


def test_a_difference_between_families_before_gives_no_count_away() -> None:
    """A covariate that a few have: the standardised difference as told leaves as many values of how many as asked."""
    fits: dict[float, set[int]] = defaultdict(set)
    for n in range(58, 63):
        for joined in range(n // 2):
            for others in range(n // 2):
                spread = math.sqrt(max(joined / n * (1 - joined / n), 1e-9))
                fits[round((joined - others) / n / spread / SMD_STEP)].add(joined)
    near = [counts for figure, counts in fits.items() if abs(figure * SMD_STEP) <= 0.3 and counts & set(SMALL)]
    assert near and min(map(len, near)) >= HOUSE_POLICY.hidden_to


def test_degrees_of_freedom_are_rounded_down_and_too_few_are_refused() -> None:
    from scipy import stats

    for freedom, told in ((4.0, 4), (17.3, 15), (33.8, 30), (1e6, math.inf)):
        assert freedom_told(float(stats.t.isf(0.025, freedom)) * 0.02, 0.02) == told
    assert freedom_told(float(stats.t.isf(0.025, 3.2)) * 0.02, 0.02) is None


def test_rounding_costs_little(plan: Path) -> None:
    """The error as told is never smaller than it was by more than half a step, and the estimate is near."""
    for n, joined, others in ((60, 4, 6), (150, 12, 17), (400, 30, 44), (2000, 160, 190)):
        estimate, se = plain(joined, others, n)
        told = told_of(estimate, se, n, HOUSE_POLICY)
        assert abs(told.estimate - estimate) <= 2.5 / told.families + 1e-12
        assert 0.85 * se < told.se < (2.3 if joined + others < 20 else 1.35) * se
