"""The table members explore, tried with every pair of filters by somebody who subtracts."""

from __future__ import annotations

import json
from datetime import date
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from toolkit.publish.disclosure import HOUSE_POLICY, Book
from toolkit.publish.members.explore import ALL, DIMENSIONS, Explorer, book_of_cells, explorer, place, publish_explorer
from toolkit.publish.members.release import said_before
from toolkit.records import Store
from toolkit.tables import table

DISTRICTS, SOURCES = ("Ashmere", "Carrowby", "Eastmarch"), ("1A", "2A", "3B", "6", "8")


def frame(of: str, /, **columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns).reindex(columns=[column.name for column in table(of).columns])


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> tuple[Store, Explorer, pd.DataFrame]:
    """A small county, whose table to explore is full of small numbers, published."""
    rng = np.random.default_rng(7)
    store = Store.create(tmp_path_factory.mktemp("explore") / "store", simulated=True)
    number = 700
    ids = [f"N{one:04d}" for one in range(number)]
    district = rng.choice(DISTRICTS, number, p=[0.7, 0.25, 0.05])
    families = frame(
        "families", family_id=ids, reach_centre_id="C01", district=district, idaci_decile=3, children=1,
        lone_parent=False, young_parent=False, english_additional_language=False, disability=False, kinship_care=False,
        known_from=date(2007, 5, 12),
    )  # fmt: skip
    children = frame("children", child_id=ids, family_id=ids, birth_month=date(2007, 1, 1))
    years = rng.choice([2008, 2009, 2010], number, p=[0.5, 0.4, 0.1])
    referrals = frame(
        "referrals", referral_id=ids, child_id=ids, received_on=[date(year, 6, 1) for year in years],
        source=rng.choice(SOURCES, number, p=[0.4, 0.3, 0.2, 0.07, 0.03]),
        outcome=np.where(rng.random(number) < 0.1, "nfa", "in_need"),
    )  # fmt: skip
    store.add({"families": families, "children": children, "referrals": referrals}, by="t", source_name="t")
    found = publish_explorer(store, by="Ann")
    cells = referrals.assign(district=district, year=[f"{year}-{(year + 1) % 100:02d}" for year in years])
    return store, found, cells


def choices(found: Explorer) -> list[dict[str, str]]:
    """Every choice of at most two levels."""
    some = [dict[str, str]()]
    for names in (*combinations(DIMENSIONS, 1), *combinations(DIMENSIONS, 2)):
        some += [dict(zip(names, levels, strict=True)) for levels in product(*(found.levels[name] for name in names))]
    return some


def test_every_pair_of_filters_together_pins_no_small_number(published) -> None:
    """All answers at once, against whole counts of the finest cells: some other county would be shown the same."""
    _, found, cells = published
    finest = list(product(*found.levels.values(), ("nfa", "other")))
    source = {
        "1A": "Family, friends, self",
        "2A": "Schools and education",
        "3B": "Health",
        "6": "Police",
        "8": "Others and unknown",
    }
    true = np.array(
        [
            (
                (cells["district"] == d)
                & (cells["year"] == y)
                & (cells["source"].map(source) == s)
                & ((cells["outcome"] == "nfa") == (w == "nfa"))
            ).sum()
            for d, y, s, w in finest
        ]
    )
    sums, low, high, small, secret = [], [], [], [], 0
    for chosen in choices(found):
        for which in ("all", "nfa", "other"):
            mask = np.array(
                [
                    all(dict(zip(DIMENSIONS, cell, strict=False))[name] == level for name, level in chosen.items())
                    and which in ("all", cell[3])
                    for cell in finest
                ]
            )
            count, shown = int(true[mask].sum()), found.shown[place(chosen, which)]
            if HOUSE_POLICY.is_small(count):
                assert shown is None
                small.append(mask)
            if shown is None:
                secret += 1
                continue
            assert abs(shown - count) <= 2
            sums.append(mask)
            low.append(0 if shown == 0 else max(shown - 2, 6))
            high.append(0 if shown == 0 else shown + 2)
    small += [np.arange(len(finest)) == n for n in np.flatnonzero((true >= 1) & (true <= 5))]
    assert len(small) > 40 and secret < len(choices(found)) * 3  # there is much to find out, and something is shown
    constraint = LinearConstraint(np.array(sums, float), low, high)
    seen = [true]
    for mask in small:
        for sign in (1, -1):
            reach = [int(cells[mask].sum()) for cells in seen]
            if max(reach) - min(reach) >= HOUSE_POLICY.threshold - 1:
                break
            solved = milp(
                -sign * mask.astype(float),
                constraints=constraint,
                bounds=Bounds(0, 1e4),
                integrality=np.ones(len(mask)),
            )
            assert solved.x is not None
            seen.append(np.round(solved.x).astype(int))
        reach = [int(cells[mask].sum()) for cells in seen]
        assert max(reach) - min(reach) >= HOUSE_POLICY.threshold - 1


def test_one_answer_less_another_is_never_a_small_number_for_sure(published) -> None:
    _, found, _ = published
    for one, other in combinations([figure for figure in found.shown.values() if figure is not None], 2):
        if one != other:
            assert abs(one - other) >= 5  # both to the nearest 5: what lies between is anything from 1 to 9


def test_rows_are_those_of_the_choice_and_no_third_filter_is_answered(published) -> None:
    _, found, cells = published
    rows = found.rows("district", {"year": "2008-09"})
    assert [row["level"] for row in rows] == [*DISTRICTS, ALL]
    assert abs(rows[-1]["all"] - (cells["year"] == "2008-09").sum()) <= 2
    for by, only in (("district", {"year": "2008-09", "source": "Health"}), ("district", {"district": "Ashmere"})):
        with pytest.raises(ValueError, match="at most one other"):
            found.rows(by, only)
    assert not any(name.count("all") == 0 for name in found.shown)


def test_a_later_table_is_protected_with_the_earlier_one(published) -> None:
    store, first, _ = published
    again = publish_explorer(store, by="Ann")
    assert again == first == explorer(store.folder)
    assert len(list((store.folder / "published" / "explore_referrals").glob("*.json"))) == 2


def test_the_whole_book_adds_up(published) -> None:
    store, _, _ = published
    from toolkit.publish.members.explore import referral_cells

    book, _ = book_of_cells(referral_cells(store.snapshot()))
    assert abs(book.equations() @ np.array(list(book.values.values()))).max() == 0
    assert book[place({}, ALL)] == len(store.read("referrals"))


def test_what_was_published_when_the_groups_had_other_names_is_still_reckoned_with(tmp_path: Path) -> None:
    file = tmp_path / "published" / "explore_referrals" / "latest.json"
    file.parent.mkdir(parents=True)
    before = {"Council services": [10, 14], "Individuals": [20, 24], "Police": [30, 34]}
    file.write_text(json.dumps({"said": {f"explore_referrals/all/all/{name}/nfa": x for name, x in before.items()}}))
    book = Book()
    for name, count in (("Council", 12), ("Family, friends, self", 22), ("Police", 32)):
        book.figure(place({"source": name}, "nfa"), count)
    said = said_before(tmp_path, book)
    assert {name.split("/")[3]: (one.least, one.most) for name, one in said.items()} == {
        "Council": (10, 14),
        "Family, friends, self": (20, 24),
        "Police": (30, 34),
    }


def test_nothing_is_explored_before_it_is_published(tmp_path: Path) -> None:
    assert explorer(Store.create(tmp_path / "store").folder) is None
