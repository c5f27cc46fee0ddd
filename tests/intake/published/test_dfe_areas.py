from __future__ import annotations

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.intake.published.areas import area_code, area_codes, area_name, authority_areas, is_authority, la_codes


def test_the_code_list_gives_a_council_one_code_a_year() -> None:
    codes = la_codes()
    assert codes["area"].is_unique
    assert codes["la_code"].str.fullmatch(r"\d{3}").all() and codes["area"].str.fullmatch(r"E\d{8}").all()
    assert is_authority(codes["area"]).all()
    for _, spans in codes.groupby("la_code"):
        ordered = spans.sort_values("first_year_ending", na_position="first")
        ends, begins = ordered["last_year_ending"].iloc[:-1], ordered["first_year_ending"].iloc[1:]
        assert list(begins) == [end + 1 for end in ends]


@pytest.mark.parametrize(("year", "councils"), [(2009, 150), (2010, 152), (2020, 151), (2022, 152), (2025, 153)])
def test_as_many_councils_as_there_were(year: int, councils: int) -> None:
    codes = la_codes()
    alive = (codes["first_year_ending"].fillna(0) <= year) & (codes["last_year_ending"].fillna(9999) >= year)
    assert alive.sum() == councils


@pytest.mark.parametrize(
    ("la_code", "year", "area"),
    [
        ("885", 2010, "E10000034"),
        ("815", 2012, "E10000023"),
        ("815", 2023, "E10000023"),
        ("815", 2024, "E06000065"),
        ("390", 2010, "E08000037"),
        ("929", 2025, "E06000057"),
        ("820", 2009, "E10000001"),
        ("909", 2025, "E10000006"),
        ("000", 2010, ""),
    ],
)
def test_a_three_digit_code_is_the_council_of_that_year(la_code: str, year: int, area: str) -> None:
    assert list(authority_areas(pd.Series([la_code]), pd.Series([year]))) == [area]


def test_a_name_or_any_code_finds_the_area() -> None:
    assert area_code("worcestershire") == area_code("885") == area_code("E10000034") == "E10000034"
    assert area_code("Durham") == area_code("County Durham") == "E06000047"
    assert area_code("Bristol") == "E06000023"
    assert area_code("E08000020") == "E08000037"
    assert area_code("England") == "E92000001"
    assert area_code("London") == "E12000007" and area_code("City of London") == "E09000001"
    assert area_codes("North Yorkshire") == ("E06000065", "E10000023")
    assert area_name("E12000003") == "Yorkshire and The Humber"


def test_a_misspelt_council_is_answered_with_the_closest() -> None:
    with pytest.raises(InputError, match=r'no area "Worcestershyre".*Did you mean "Worcestershire"'):
        area_code("Worcestershyre")
