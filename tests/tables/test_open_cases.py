"""Which referrals the Department would not count: those received while a case of the child is open."""

from __future__ import annotations

from datetime import date
from itertools import permutations

from toolkit.tables.open_cases import while_open

D = [date(2023, 1, day) for day in range(1, 10)]


def test_a_case_is_open_until_the_day_it_closed_and_for_ever_without_one() -> None:
    closed = ("K1", "A", D[0], D[4], "in_need")
    assert while_open([closed, ("K1", "B", D[3], None, None), ("K2", "C", D[3], None, None)]) == {"B"}
    assert while_open([closed, ("K1", "B", D[4], None, None)]) == frozenset(), "closed that day"
    assert while_open([("K1", "A", D[0], None, None), ("K1", "B", D[8], None, None)]) == {"B"}


def test_one_without_further_action_opens_no_case_and_one_that_is_none_itself_neither() -> None:
    assert while_open([("K1", "A", D[0], None, "nfa"), ("K1", "B", D[1], None, None)]) == frozenset()
    chain = [("K1", "A", D[0], D[3], None), ("K1", "B", D[1], None, None), ("K1", "C", D[5], D[7], None)]
    assert {while_open(order) for order in permutations(chain)} == {frozenset({"B"})}


def test_of_two_of_a_day_one_opens_the_case() -> None:
    assert while_open([("K1", "B", D[0], D[2], None), ("K1", "A", D[0], D[2], None)]) == {"B"}
