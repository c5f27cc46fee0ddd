"""Disclosure control against an attacker written apart from it: whole-number programmes over the finest cells."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from toolkit.errors import InputError
from toolkit.publish.disclosure import (
    HOUSE_POLICY,
    Book,
    CannotProtect,
    Policy,
    Statement,
    audit,
    load_policy,
    protect,
    protect_count,
    protect_counts,
    protect_share,
)

POLICY = Policy()
EXACT = Policy(threshold=5, round_to=1)
TABLES = int(os.environ.get("TOOLKIT_DISCLOSURE_TABLES", "3"))
"""How many random counties are attacked; 1,000 take three quarters of an hour."""


class County:
    """A county's counts in their finest cells, with every figure that is shown as a sum of some of them."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        centres, kinds, districts = 34, int(rng.choice([3, 4, 6, 12], p=[0.4, 0.3, 0.2, 0.1])), 6
        size = rng.lognormal(rng.uniform(1.5, 4.0), 1.0, centres)
        mix = rng.dirichlet(np.full(kinds, 1.0))
        # The finest cells: centre × kind × whether re-referred. Two tables show them, and a hierarchy of districts.
        table = rng.poisson(np.outer(size, mix))
        again = rng.binomial(table, 0.2)
        self.cells = np.stack([table - again, again], axis=2)
        self.of_district = rng.integers(0, districts, centres)
        self.figures: dict[str, np.ndarray] = {}
        everything = np.zeros_like(self.cells, dtype=bool)

        def say(name: str, *where: object) -> None:
            which = everything.copy()
            which[where] = True  # type: ignore[index]
            self.figures[name] = which.ravel()

        for c in [*range(centres), slice(None)]:
            place = "all" if isinstance(c, slice) else f"centre {c}"
            for k in range(kinds):
                say(f"{place}/kind {k}", c, k)
            for r in (0, 1):
                say(f"{place}/again {r}", c, slice(None), r)
            say(f"{place}/all", c)
        for d in range(districts):
            of = np.flatnonzero(self.of_district == d)
            for k in range(kinds):
                say(f"district {d}/kind {k}", of, k)
            say(f"district {d}/all", of)
        self.kinds, self.centres, self.districts = kinds, centres, districts

    def count(self, name: str) -> int:
        return int(self.cells.ravel()[self.figures[name]].sum())

    def book(self) -> Book:
        book = Book()
        kinds, again = [f"kind {k}" for k in range(self.kinds)], ["again 0", "again 1"]
        for name in self.figures:
            book.figure(name, self.count(name))
        places = [f"centre {c}" for c in range(self.centres)]
        for place in [*places, "all"]:
            book.total(f"{place}/all", [f"{place}/{kind}" for kind in kinds])
            book.total(f"{place}/all", [f"{place}/{which}" for which in again])
        for which in [*kinds, *again, "all"]:
            book.total(f"all/{which}", [f"{place}/{which}" for place in places])
        for d in range(self.districts):
            mine = [place for place, district in zip(places, self.of_district, strict=True) if district == d]
            book.total(f"district {d}/all", [f"district {d}/{kind}" for kind in kinds])
            for which in [*kinds, "all"]:
                book.total(f"district {d}/{which}", [f"{place}/{which}" for place in mine])
        return book


def could_have_been(shown: int, policy: Policy) -> tuple[int, int]:
    """Return the least and the most count that is shown as this, by trying them all."""
    counts = np.arange(shown + 2 * policy.round_to + 1)
    rounded = np.floor(counts / policy.round_to + 0.5) * policy.round_to
    fits = counts[(rounded == shown) & ~((counts >= 1) & (counts <= policy.hidden_to))]
    return int(fits.min()), int(fits.max())


class Attacker:
    """Whoever puts together all that is shown. Every answer is a set of whole counts that would be shown the same."""

    def __init__(self, county: County, shown: dict[str, int | None], policy: Policy) -> None:
        said = [
            (county.figures[name], could_have_been(count, policy)) for name, count in shown.items() if count is not None
        ]
        self.sums = np.array([which for which, _ in said], float).reshape(len(said), county.cells.size)
        self.low, self.high = np.array([ends for _, ends in said], float).reshape(-1, 2).T
        self.seen = [county.cells.ravel()]

    def values_of(self, which: np.ndarray, enough: int) -> int:
        """Return how many values a figure can have, as far as it was found; no more is looked for once enough are."""
        for sign in (1, -1):
            reach = [int(cells[which].sum()) for cells in self.seen]
            if max(reach) - min(reach) + 1 >= enough:
                break
            self._look(which, sign)
        reach = [int(cells[which].sum()) for cells in self.seen]
        return max(reach) - min(reach) + 1

    def _look(self, which: np.ndarray, sign: int) -> None:
        solved = milp(
            -sign * which.astype(float),
            constraints=LinearConstraint(self.sums, self.low, self.high),
            bounds=Bounds(0, 1e5),
            integrality=np.ones(len(which)),
            options={"time_limit": 60},
        )
        assert solved.x is not None, solved.message
        cells = np.round(solved.x).astype(int)
        sums = self.sums @ cells
        assert (sums >= self.low).all() and (sums <= self.high).all()  # it really would be shown the same
        self.seen.append(cells)


@pytest.mark.parametrize("policy", [POLICY, EXACT], ids=["rounded", "exact"])
@pytest.mark.timeout(3600)
def test_no_attacker_narrows_a_small_count_of_linked_tables(policy: Policy) -> None:
    leaks_when_only_small_ones_are_hidden = 0
    for seed in range(TABLES):
        county = County(seed)
        book = county.book()
        release = protect(book, policy)
        small = [name for name in book.names if policy.is_small(book[name])]
        assert all(release[name] is None for name in small)
        attacker = Attacker(county, dict(release.shown), policy)
        for name in small:
            possible = attacker.values_of(county.figures[name], policy.hidden_to)
            assert possible >= policy.hidden_to, (seed, name, possible)
        only_small = {name: None if name in small else count for name, count in county_shown(book, policy).items()}
        naive = Attacker(county, only_small, policy)
        leaks_when_only_small_ones_are_hidden += any(
            naive.values_of(county.figures[name], policy.hidden_to) < policy.hidden_to for name in small[:12]
        )
    if policy is EXACT:  # with rounding the blur alone protects most
        assert leaks_when_only_small_ones_are_hidden > TABLES / 2


def county_shown(book: Book, policy: Policy) -> dict[str, int]:
    return {
        name: (count + policy.round_to // 2) // policy.round_to * policy.round_to for name, count in book.values.items()
    }


def test_the_auditor_finds_what_hiding_small_ones_alone_gives_away() -> None:
    book = Book()
    book.table("t", ["a", "b"], ["x", "y"], np.array([[3, 50], [40, 60]]))
    said = {name: Statement(*EXACT.range_of_shown(book[name])) for name in book.names if book[name] > 5}
    (found,) = audit(book, said, EXACT)
    assert (found.name, found.least, found.most) == ("t/a/x", 3, 3)
    assert audit(book, protect(book, EXACT).said, EXACT) == ()


def test_tables_that_are_safe_apart_and_not_together_are_protected_together() -> None:
    """Two outcomes of the same 40 families: 4 with one, and both totals shown elsewhere."""
    book = Book()
    for outcome, count in (("referred", 30), ("in care", 4)):
        parts = [book.figure(f"{outcome}/with", count), book.figure(f"{outcome}/without", 40 - count)]
        book.total("families", parts)
    release = protect(book, EXACT)
    assert release["in care/with"] is None
    # 40 less 36 would be 4, so one of the two is hidden; and so is 40 wherever 30 and 10 are shown.
    assert release["in care/without"] is None or release["families"] is None
    if release["families"] is None:
        assert None in (release["referred/with"], release["referred/without"])


def test_the_cheapest_pattern_hides_the_little_that_is_needed() -> None:
    counts = np.array([[3, 20, 30], [25, 7, 60], [41, 52, 90]])
    shown = protect_counts(counts, EXACT)
    hidden = [(i, j) for i, row in enumerate(shown.cells) for j, cell in enumerate(row) if cell is None]
    assert hidden == [(0, 0), (0, 1), (1, 0), (1, 1)]  # the corners of the cheapest rectangle
    assert None not in (*shown.row_totals, *shown.column_totals, shown.total)


def test_a_county_table_of_34_by_12_is_protected_in_time(capsys) -> None:
    rng = np.random.default_rng(2)
    counts = rng.poisson(np.outer(rng.lognormal(3, 1, 34), rng.dirichlet(np.ones(12))) * 4)
    started = time.perf_counter()
    protect_counts(counts, EXACT)
    with capsys.disabled():
        print(f"\n34 x 12, {int(((counts > 0) & (counts < 6)).sum())} small: {time.perf_counter() - started:.2f} s")  # noqa: T201


def test_what_an_earlier_release_showed_is_not_given_away_by_a_later_one() -> None:
    """The same records: first the second cell was hidden beside the small one, now the third would be."""
    book = Book()
    parts = [book.figure(name, count) for name, count in (("a", 3), ("b", 20), ("c", 20), ("d", 8))]
    book.total("all", parts)
    first = protect(book, EXACT)
    assert first["a"] is None and first["d"] is None and first["b"] == first["c"] == 20
    before = {name: one for name, one in first.said.items() if name != "d"} | {"d": Statement(8, 8)}  # d was told since
    again = protect(book, EXACT, before={name: before[name] for name in ("d",)})
    hidden = {name for name in ("b", "c", "all") if again[name] is None}
    assert hidden and audit(book, again.said, EXACT) == ()


def test_what_cannot_be_kept_is_refused_in_words() -> None:
    book = Book()
    book.total("all", [book.figure("a", 3), book.figure("b", 20)])
    before = {"b": Statement(20, 20), "all": Statement(23, 23)}
    with pytest.raises(CannotProtect, match="a is small and could be worked out from what was shown before"):
        protect(book, EXACT, before=before)


def test_figures_everybody_knows_are_shown_and_reckoned_with() -> None:
    book = Book()
    book.table("t", ["a", "b"], ["x", "y"], np.array([[3, 50], [40, 60]]), known_margins=True)
    release = protect(book, EXACT)
    assert release["t/a/all"] == 53
    assert [release[f"t/{row}/{column}"] for row in "ab" for column in "xy"] == [None] * 4


def test_the_same_name_is_the_same_figure() -> None:
    book = Book()
    book.figure("families", 40)
    with pytest.raises(ValueError, match="families was 40 before and is 41 now"):
        book.figure("families", 41)
    with pytest.raises(ValueError, match="whole numbers from 0"):
        book.figure("x", -1)


tables = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: st.lists(
        st.lists(st.one_of(st.integers(0, 12), st.integers(0, 400)), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@settings(max_examples=60, deadline=None)
@given(tables, st.sampled_from([POLICY, EXACT, Policy(hide_noughts=True), Policy(threshold=9, round_to=10)]))
def test_everything_shown_is_rounded_and_near_the_truth_and_no_small_one_is_shown(counts, policy: Policy) -> None:
    table = np.array(counts)
    protected = protect_counts(table, policy)
    shown = [(s, t) for row, true in zip(protected.cells, table, strict=True) for s, t in zip(row, true, strict=True)]
    shown += list(zip(protected.row_totals, table.sum(axis=1), strict=True))
    shown += list(zip(protected.column_totals, table.sum(axis=0), strict=True))
    for figure, truth in [*shown, (protected.total, table.sum())]:
        if figure is None:
            continue
        assert figure % policy.round_to == 0 and abs(figure - truth) <= policy.round_to / 2
        assert not policy.is_small(int(truth))


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (5, None), (7, None), (8, 10), (123, 125)])
def test_single_counts(count, shown) -> None:
    assert protect_count(count, POLICY) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(30, 100, 30), (4, 100, None), (96, 100, None), (0, 100, None), (100, 100, None), (6, 49, None), (37, 81, 44)],
)
def test_shares_are_of_rounded_counts_and_hidden_where_they_tell_of_few_or_of_all(part, whole, shown) -> None:
    assert protect_share(part, whole, POLICY) == shown


def test_a_nought_may_be_shown_as_a_share_where_the_policy_says_so() -> None:
    assert protect_share(0, 100, Policy(hide_nought_and_all=False)) == 0


def test_counts_must_be_whole_and_not_below_nought() -> None:
    for wrong in ([[-1]], [[0.5]]):
        with pytest.raises(ValueError, match="whole numbers"):
            protect_counts(wrong, POLICY)


def test_the_house_policy_is_the_file_that_is_shipped() -> None:
    assert load_policy() == HOUSE_POLICY == Policy()


@given(st.integers(5, 60), st.integers(1, 12))
def test_a_count_shown_could_be_any_of_as_many_as_it_is_rounded_to(threshold: int, round_to: int) -> None:
    policy = Policy(threshold=threshold, round_to=round_to)
    shown: dict[int, int] = {}
    for count in range(1, 200):
        if not policy.is_small(count):
            told = (count + round_to // 2) // round_to * round_to
            shown[told] = shown.get(told, 0) + 1
            assert policy.range_of_shown(count)[0] <= count <= policy.range_of_shown(count)[1]
    assert min(shown) == policy.least_told
    shown.pop(max(shown))  # cut off by the range
    assert min(shown.values()) >= min(round_to, threshold)
    assert all(policy.is_small(count) for count in range(1, threshold + 1))


def test_of_a_threshold_of_five_rounded_to_five_no_five_is_shown() -> None:
    """OpenSAFELY's outputs left a 5 that was 6 or 7."""
    assert (Policy(threshold=5).hidden_to, Policy(threshold=5).least_told, HOUSE_POLICY.hidden_to) == (7, 10, 7)
    assert Policy(threshold=5, round_to=1).hidden_to == 5


def test_everything_wrong_with_a_policy_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('threshhold = 5\nthreshold = 2\nhide_noughts = 1\nround_to = "5"\nminimum_families = 60\n')
    with pytest.raises(InputError) as error:
        load_policy(file)
    for part in (
        '"threshhold" is not a rule. Did you mean "threshold"',
        '"threshold" is 2; it must be at least 5',
        '"hide_noughts" is 1; it must be true or false',
        "\"round_to\" is '5'; it must be a whole number",
        '"minimum_denominator" is missing',
    ):
        assert part in str(error.value)


def test_what_the_department_suppressed_stays_suppressed_and_we_would_have_hidden_the_same(shared_data: Path) -> None:
    """Referrals by source in Worcestershire, 2017-18: two sources printed as c, which add up to 52."""
    from toolkit.intake.published.dfe import read_dfe

    (file,) = shared_data.glob("dfe_original/c5_*.csv")
    counts = read_dfe([file]).area_counts
    row = counts[(counts["area"] == "E10000034") & (counts["period"] == "2018")].set_index("measure")
    suppressed = row[row["status"] == "suppressed"]
    assert len(suppressed) == 2 and suppressed["count"].isna().all()
    whole = int(row.loc["referrals", "count"])
    told = row[row["status"] == "published"].drop("referrals")["count"].astype(int)
    assert whole - told.sum() == 52

    for small in range(1, 6):  # whichever it was
        book = Book()
        true = {**told, suppressed.index[0]: small, suppressed.index[1]: 52 - small}
        book.total(book.figure("referrals", whole, known=True), [book.figure(*one) for one in true.items()])
        release = protect(book, EXACT)
        assert {name for name in true if release[name] is None} == set(suppressed.index)
        assert {name: release[name] for name in told.index} == dict(told)
