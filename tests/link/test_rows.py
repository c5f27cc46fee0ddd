from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.link.preprocessing import FAMILY_COLUMNS, REFERRAL_COLUMNS, alike, day, plain_name, postcode, read_rows

FAMILY = {"family_id": "F1", "forename": "Zoë", "surname": "O'Brien", "birth_date": "2009-04-03", "postcode": "wr12ab"}
REFERRAL = {key: value for key, value in FAMILY.items() if key != "family_id"} | {"referral_id": "R1"}


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("O’Brien", "obrien"),
        ("O'BRIEN", "obrien"),
        ("Smith-Jones", "smith jones"),
        ("  zoë  ann ", "zoe ann"),
        ("Master Tom", "tom"),
        ("Łukasz", "lukasz"),
        ("Baby", None),
        ("UNBORN", None),
        ("not known", None),
        ("-", None),
        ("", None),
    ],
)
def test_names_are_plain_letters_and_placeholders_are_missing(written: str, plain: str | None) -> None:
    assert plain_name(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("WR1 2AB", "WR1 2AB"),
        ("wr12ab", "WR1 2AB"),
        (" B97  6QT", "B97 6QT"),
        ("WR1", None),
        ("unknown", None),
        ("ZZ99 3VZ", None),
        ("zz993wz", None),
    ],
)
def test_a_postcode_is_whole_and_has_one_space_or_is_missing(written: str, plain: str | None) -> None:
    assert postcode(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("2009-04-03", "2009-04-03"),
        ("3/4/2009", "2009-04-03"),
        ("03.04.2009", "2009-04-03"),
        ("2009-04-03 00:00:00", "2009-04-03"),
        ("31/02/2009", None),
        ("04/13/2009", None),
        ("01/01/1900", None),
        ("01/01/2009", None),
        ("2009-01-01 00:00", None),
        ("02/01/2009", "2009-01-02"),
        ("", None),
    ],
)
def test_a_day_is_read_day_first_and_what_is_no_day_is_missing(written: str, plain: str | None) -> None:
    assert day(written) == plain


def test_missing_values_are_counted_and_other_columns_do_not_come_along() -> None:
    frame = pd.DataFrame(
        [FAMILY | {"nhs_number": "1"}, FAMILY | {"forename": "Baby", "postcode": "", "nhs_number": "2"}]
    )
    rows = alike(frame, FAMILY_COLUMNS, name="families.csv")
    assert rows.missing == {"forename": 1, "surname": 0, "birth_date": 0, "postcode": 1}
    assert set(rows.frame.columns) == {"id", *FAMILY_COLUMNS}
    assert rows.summary == "2 rows; without a usable value: forename 1, surname 0, birth date 0, postcode 1."


def test_every_problem_of_a_file_is_told_at_once() -> None:
    frame = pd.DataFrame([REFERRAL, REFERRAL, REFERRAL | {"referral_id": " "}]).rename(
        columns={"postcode": "post code"}
    )
    with pytest.raises(InputError) as refused:
        alike(frame, REFERRAL_COLUMNS, name="referrals.csv")
    assert str(refused.value).splitlines() == [
        'referrals.csv has no column "postcode". Did you mean "post code"?',
        "referrals.csv, row 4: referral_id is empty (1 such rows). Give each row its number.",
        'referrals.csv: referral_id "R1" is there twice (1 such rows). Keep one row each.',
    ]


def test_a_family_may_have_several_children(tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    pd.DataFrame([FAMILY, FAMILY | {"forename": "Tom"}]).to_csv(path, index=False, encoding="utf-8-sig")
    assert read_rows(path, FAMILY_COLUMNS).frame["forename"].tolist() == ["zoe", "tom"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00bad"])
def test_a_file_that_is_not_csv_is_refused_plainly(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"families\.csv cannot be read as CSV in UTF-8"):
        read_rows(path, FAMILY_COLUMNS)


def test_a_file_that_is_not_there_or_has_no_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        read_rows(tmp_path / "nothing.csv", FAMILY_COLUMNS)
    with pytest.raises(InputError, match="has no rows"):
        alike(pd.DataFrame([FAMILY]).head(0), FAMILY_COLUMNS, name="families.csv")
