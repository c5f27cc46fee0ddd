"""The table members explore, tried with every pair of filters by somebody who subtracts."""

from __future__ import annotations

import json
import shutil
from datetime import date
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from toolkit.errors import StoreError
from toolkit.publish.disclosure import HOUSE_POLICY, Book, Statement, protect
from toolkit.publish.disclosure.audit import audit
from toolkit.publish.members.explore import (
    ALL,
    DIMENSIONS,
    Explorer,
    book_of_cells,
    explorer,
    place,
    publish_explorer,
    referral_cells,
)
from toolkit.publish.members.kept import said_before
from toolkit.records import Store
from toolkit.records.publications import EXPLORER
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
    assert again == first == explorer(store)
    assert len(list((store.folder / "published" / "explore_referrals").glob("*.json"))) == 2


@pytest.mark.parametrize("seed", [1, 6, 11])
def test_who_also_knows_the_counts_that_the_department_publishes_of_each_year_learns_no_small_one(seed: int) -> None:
    """Without them in the book, from 6 to 8 small figures of each of these counties could be worked out."""
    rng = np.random.default_rng(seed)
    every = pd.DataFrame(
        {
            "district": rng.choice(DISTRICTS, 700, p=[0.7, 0.25, 0.05]),
            "year": rng.choice(["2008-09", "2009-10", "2010-11"], 700, p=[0.5, 0.4, 0.1]),
            "source": rng.choice(
                ["Family", "Schools", "Health", "Police", "Others"], 700, p=[0.4, 0.3, 0.2, 0.07, 0.03]
            ),
            "nfa": rng.random(700) < 0.1,
        }
    )
    cells = every.groupby(["district", "year", "source", "nfa"], as_index=False).agg(referrals=("nfa", "size"))
    book, levels = book_of_cells(cells)
    release = protect(book, HOUSE_POLICY)
    said = {name: one for name, one in release.said.items() if name not in book.inner}
    of_years = [place({"year": year}, which) for year in levels["year"] for which in (ALL, "nfa")]
    exact = {name: Statement(book[name], book[name]) for name in of_years if not HOUSE_POLICY.is_small(book[name])}
    assert len(exact) > 4 and set(exact) <= book.known
    assert audit(book, {**said, **exact}, HOUSE_POLICY) == ()
    assert sum(release[name] is not None for name in said) > 80


def test_what_members_explore_is_a_file_of_its_own_each_time_and_the_audit_holds_its_hash(published) -> None:
    store, _, _ = published
    folder = store.folder / "published" / "explore_referrals"
    before = {file: file.read_bytes() for file in folder.glob("*.json")}
    publish_explorer(store, by="Bo")
    assert all(file.read_bytes() == content for file, content in before.items())
    kept, line = store.published_figures(EXPLORER), store.audit_lines(last=1).iloc[0]
    detail = json.loads(line["detail"])
    assert (line["who"], line["what"], detail["file"], detail["sha256"]) == ("Bo", EXPLORER, kept.view, kept.view_hash)
    assert store.check().is_whole, store.check().summary()


def test_an_explorer_published_by_an_older_version_is_still_shown(published, tmp_path: Path) -> None:
    store, found, _ = published
    old = Store.create(tmp_path / "store")
    file = old.folder / "published" / "explore_referrals" / "latest.json"
    file.parent.mkdir(parents=True)
    file.write_bytes((store.folder / "published" / store.published_figures(EXPLORER).view).read_bytes())
    assert explorer(old) == found


@pytest.mark.parametrize("when", ["write_kept", "append_line"])
def test_a_process_killed_while_it_publishes_leaves_what_members_explored_as_it_was(
    published, tmp_path: Path, monkeypatch, when: str
) -> None:
    from toolkit.publish.members import explore
    from toolkit.records.audit import transaction

    shutil.copytree(published[0].folder, tmp_path / "copy")
    store = Store.open(tmp_path / "copy")
    before, kept = explorer(store), store.published_figures(EXPLORER)
    store.withdraw(1, by="t")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(explore if when == "write_kept" else transaction, when, killed)
        with pytest.raises(KeyboardInterrupt):
            publish_explorer(store, by="Ann")
    assert explorer(store) == before and store.published_figures(EXPLORER) == kept
    assert store.check().is_whole, store.check().summary()
    publish_explorer(store, by="Ann")
    assert explorer(store) != before and store.check().is_whole


def test_what_is_published_meanwhile_is_protected_together_with(published, monkeypatch) -> None:
    store, _, _ = published
    from toolkit.publish.members import explore

    asked, reckoned = [], explore.said_before

    def slow(folder: Path, book: Book):
        found = reckoned(folder, book)
        asked.append(len(list((folder / "published").glob("*/*.json"))))
        if len(asked) == 1:
            publish_explorer(store, by="another")
        return found

    monkeypatch.setattr(explore, "said_before", slow)
    publish_explorer(store, by="Ann")
    assert len(asked) == 3 and asked[2] == asked[0] + 1  # the first one began anew when it was overtaken


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"view": {"levels": 3}}', b'{"view": ', b"\xff"])
def test_a_damaged_file_of_what_members_explore_is_named_and_nothing_is_published_beside_it(
    published, tmp_path: Path, content: bytes | None
) -> None:
    shutil.copytree(published[0].folder, tmp_path / "copy")
    store = Store.open(tmp_path / "copy")
    file = store.folder / "published" / store.published_figures(EXPLORER).view
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(StoreError, match="is missing or damaged") as refused:
        explorer(store)
    assert str(store.folder) not in str(refused.value)
    (problem,) = store.check().problems
    assert "What members may explore: the file that members read" in problem
    if content is not None:
        with pytest.raises(StoreError, match="is damaged, so what it said to members is not known"):
            publish_explorer(store, by="Ann")


def test_the_whole_book_adds_up(published) -> None:
    store, _, _ = published
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
    assert explorer(Store.create(tmp_path / "store")) is None
