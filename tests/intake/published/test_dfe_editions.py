"""Revised releases: the later stands whichever comes first, what changes is said, nothing hidden is brought back."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.intake.published.dfe import read_dfe
from toolkit.intake.published.editions import Edition, edition_of, edition_of_source, later, source_name, written_date
from toolkit.intake.published.imported import Imported
from toolkit.intake.published.revise import revise
from toolkit.tables import table

HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,"
    "old_la_code,new_la_code,la_name,category,referral_count,rereferral_count\n"
)
NOTHING = pd.DataFrame({column.name: pd.Series(dtype=object) for column in table("area_counts").columns}).astype(
    {"count": float, "population": float}
)


def release(folder: Path, name: str, **counts: str) -> Path:
    """Write a file of Worcestershire's referrals by year: ``y2024="5"``."""
    rows = "".join(
        f"{year[1:]},Reporting year,Local authority,E92000001,England,E12000005,West Midlands,885,E10000034,"
        f"Worcestershire,Referrals,{count},10\n"
        for year, count in counts.items()
    )
    path = folder / name
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def stored(*calls: Imported) -> tuple[pd.DataFrame, list[str]]:
    """Return what a store holds after these files were read one after the other, and all that was said."""
    holds, said = NOTHING, []
    for imported in calls:
        revision = revise(holds, imported)
        key = pd.MultiIndex.from_frame(revision.rows[["area", "period", "measure"]])
        untouched = ~pd.MultiIndex.from_frame(holds[["area", "period", "measure"]]).isin(key)
        parts = [part for part in (holds[untouched], revision.rows) if len(part)]
        holds = pd.concat(parts, ignore_index=True).sort_values(["area", "period", "measure"], ignore_index=True)
        said.extend(revision.notes)
    return holds, said


def referrals(counts: pd.DataFrame) -> dict[str, object]:
    rows = counts[counts["measure"] == "referrals"]
    return {
        period: count if status == "published" else status
        for period, count, status in zip(rows["period"], rows["count"], rows["status"], strict=True)
    }


def test_a_revised_release_stands_whichever_order_the_files_come_in(tmp_path: Path) -> None:
    first = release(tmp_path, "c1.csv", y2022="100", y2023="5331", y2024="4784", y2025="9")
    revised = release(tmp_path, "c1_revised.csv", y2022="100", y2023="c", y2024="9999", y2025="9")
    right = {"2022": 100, "2023": "suppressed", "2024": 9999, "2025": 9}
    together = read_dfe([first, revised])
    assert together.problems == () and referrals(together.area_counts) == right
    assert any("4,784 against 9,999; no longer published: 1. Kept: c1_revised.csv" in note for note in together.notes)
    stores = []
    one, other = read_dfe([first]), read_dfe([revised])
    for order in ((one, other), (other, one), (one, other, one)):
        holds, said = stored(*order)
        assert referrals(holds) == right
        assert any("Changed" in note or "Kept" in note for note in said)
        stores.append(holds)
    for holds in stores[1:]:
        pd.testing.assert_frame_equal(stores[0], holds)


def test_the_day_of_publication_decides_where_it_is_known(tmp_path: Path) -> None:
    one = release(tmp_path, "a.csv", y2024="1", y2025="7")
    other = release(tmp_path, "b.csv", y2024="2", y2025="c")
    autumn, winter = date(2025, 10, 30), date(2025, 12, 4)
    for calls in itertools.permutations([read_dfe([one], published=winter), read_dfe([other], published=autumn)]):
        assert referrals(stored(*calls)[0]) == {"2024": 1, "2025": 7}
    for calls in itertools.permutations([read_dfe([one], published=autumn), read_dfe([other], published=winter)]):
        assert referrals(stored(*calls)[0]) == {"2024": 2, "2025": "suppressed"}


def test_what_was_suppressed_is_not_brought_back_where_nothing_says_which_is_later(tmp_path: Path) -> None:
    hidden = release(tmp_path, "b.csv", y2024="c", y2025="7")
    shown = release(tmp_path, "a.csv", y2024="5331", y2025="7")
    assert referrals(read_dfe([shown, hidden]).area_counts) == {"2024": "suppressed", "2025": 7}
    for calls in itertools.permutations([read_dfe([hidden]), read_dfe([shown])]):
        holds, said = stored(*calls)
        assert referrals(holds) == {"2024": "suppressed", "2025": 7}
        assert len(said) == 1


def test_two_files_that_nothing_tells_apart_are_for_a_person_to_decide(tmp_path: Path) -> None:
    one, other = release(tmp_path, "a.csv", y2024="4784"), release(tmp_path, "b.csv", y2024="9999")
    (problem,) = read_dfe([one, other]).problems
    assert "differ in 1 figures, such as referrals, Worcestershire, 2024" in problem
    assert "Nothing says which was published later" in problem
    _, said = stored(read_dfe([one]), read_dfe([other]))
    assert said == [
        "Changed: figures of b.csv (release of 2024) that take the place of those of a.csv (release of 2024): 1; "
        "the largest is referrals, Worcestershire, 2024: 4,784 against 9,999."
    ]


def test_a_file_without_a_figure_takes_none_away_and_an_older_release_changes_nothing(tmp_path: Path) -> None:
    whole = release(tmp_path, "whole.csv", y2023="100", y2024="200")
    gaps = release(tmp_path, "gaps.csv", y2023="x", y2024="200")
    older = release(tmp_path, "older.csv", y2022="50", y2023="90")
    for calls in itertools.permutations([read_dfe([path]) for path in (whole, gaps, older)]):
        assert referrals(stored(*calls)[0]) == {"2022": 50, "2023": 100, "2024": 200}


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = release(tmp_path, "c1.csv", y2023="100", y2024="c")
    imported = read_dfe([path])
    holds, _ = stored(imported)
    again = revise(holds, imported)
    assert again.rows.empty and (again.new, again.changed, again.kept, again.notes) == (0, 0, 0, ())


def test_population_is_kept_when_counts_are_read_again_and_joins_counts_already_stored(tmp_path: Path) -> None:
    counts = release(tmp_path, "c1.csv", y2024="100")
    people = tmp_path / "people.csv"
    start = "2023,Reporting year,Local authority,E92000001,England,E12000005,West Midlands,885,E10000034,Worcestershire"
    header = HEADER.replace("category,referral_count,rereferral_count", "age_group,population_estimate")
    people.write_text(f"{header}{start},Children aged 0 to 17 years,119000\n", encoding="utf-8")
    revised = release(tmp_path, "c1_revised.csv", y2024="120")
    for calls in itertools.permutations([read_dfe([path]) for path in (counts, people, revised)]):
        holds, _ = stored(*calls)
        row = holds[holds["measure"] == "referrals"].iloc[0]
        assert (row["count"], row["population"]) == (120, 119_000)


def test_rows_of_quarters_and_of_other_periods_stand_in_nobodys_way(tmp_path: Path) -> None:
    row = {"area": "E10000034", "measure": "referrals", "count": 5.0, "status": "published", "source": None}
    own = pd.DataFrame([{**row, "period": period, "population": float("nan")} for period in ("2010-Q1", "spring")])
    revision = revise(own[NOTHING.columns], read_dfe([release(tmp_path, "c1.csv", y2024="7")]))
    assert (revision.new, revision.changed, set(revision.rows["period"])) == (2, 0, {"2024"})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("c1_2025-10-30.csv", date(2025, 10, 30)),
        ("Published: 4 December 2025", date(2025, 12, 4)),
        ("last updated 30/10/2025", date(2025, 10, 30)),
        ("c1_referrals_2013_to_2025.csv", None),
        ("30 Octember 2025", None),
        ("2025-13-01", None),
    ],
)
def test_a_day_is_read_where_one_is_written(text: str, day: date | None) -> None:
    assert written_date(text) == day


editions = st.builds(
    Edition,
    st.integers(2010, 2012),
    st.none() | st.dates(date(2025, 1, 1), date(2025, 1, 3)),
    st.integers(-1, 2),
)


@given(editions, editions)
def test_of_two_editions_one_is_the_later_or_neither(one: Edition, other: Edition) -> None:
    assert later(one, other) == -later(other, one)
    assert later(one, one) == 0


@given(st.sampled_from(["c1.csv", "c1_revised.csv", "c1_v3.csv", "provisional.csv"]), editions)
def test_a_stored_source_gives_back_its_edition(name: str, edition: Edition) -> None:
    of_file = edition_of(name, edition.release, edition.published)
    assert edition_of_source(source_name(name, of_file), latest=1999) == of_file
