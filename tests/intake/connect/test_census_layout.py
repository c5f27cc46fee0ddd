"""A census however it is laid out, with days however a schema allows them, and blocks that say nothing."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.intake.connect import Found, read_census
from toolkit.intake.connect.xml_comments import WithoutComments
from toolkit.intake.pseudonyms import Key

KEY, TODAY = Key(b"k" * 32), date(2026, 11, 23)
HEAD = "<Message><Header><CollectionDetails><Collection>CIN</Collection></CollectionDetails></Header><Children>"
TAIL = "</Children></Message>"


def child(number: str = "C1", received: str = "2023-06-01", parts: str = "") -> str:
    return (
        f"<Child><ChildIdentifiers><LAchildID>{number}</LAchildID></ChildIdentifiers><CINdetails>"
        f"<CINreferralDate>{received}</CINreferralDate><ReferralSource>3B</ReferralSource>{parts}"
        "<ReferralNFA>0</ReferralNFA></CINdetails></Child>"
    )


def read(*children: str, between: str = "") -> Found:
    return read_census(f"{HEAD}{between.join(children)}{TAIL}".encode(), KEY, name="census.xml", today=TODAY)


# Layout.


@pytest.mark.parametrize(
    "between",
    [" " * 20_001, "\n\t" * 30_000, f"<!--{'x' * 20_001}-->", f"<!--{'<a>' * 2_000_000}-->", "words " * 4_000],
    ids=["spaces", "lines", "comment", "comment over 4 MB", "stray words"],
)
def test_how_a_census_is_laid_out_counts_towards_no_limit(between: str) -> None:
    found = read(child("C1"), child("C2"), child("C3"), between=between)
    assert found.is_clean and len(found.tables["referrals"]) == 3


def test_white_space_within_a_field_is_not_counted_but_letters_are() -> None:
    found = read(child(f"{' ' * 30_000}C1{' ' * 30_000}<!-- {'y' * 30_000} -->"))
    assert found.tables["referrals"]["child_id"].tolist() == [KEY.pseudonym("child", "C1")]
    with pytest.raises(InputError, match="longer than 20,000 letters"):
        read(child(f"{' ' * 30_000}{'x' * 20_001}"))


def test_an_open_comment_is_refused_and_lines_keep_their_numbers_after_one() -> None:
    with pytest.raises(InputError, match="breaks off or is not XML"):
        read(child(), "<!-- never closed", child("C2"))
    found = read("<!--\n\n\n-->", child(received="2023-02-30"))
    assert found.wrong[0].where == "child 1 (line 4)"


@given(
    st.lists(st.sampled_from(["<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<", "-", "\n", "ab"]), max_size=12),
    st.integers(1, 5),
)
@settings(max_examples=200)
def test_comments_are_taken_out_the_same_wherever_a_piece_ends(marks: list[str], size: int) -> None:
    whole = b"x" * 4 + "".join(marks).encode()
    at_once, in_pieces = WithoutComments(), WithoutComments()
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    expected = at_once.feed(whole) + at_once.rest()
    assert b"".join(map(in_pieces.feed, pieces)) + in_pieces.rest() == expected
    parts = rb"(<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z))|<!--(.*?)(-->|\Z)"
    assert expected == re.sub(parts, _without_comment, whole, flags=re.DOTALL)


def _without_comment(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return found[1]
    return b"\n" * found[2].count(b"\n") + (b"" if found[3] else b"<!--")


def test_progress_is_told_as_the_file_goes_by() -> None:
    heard: list[float] = []
    data = f"{HEAD}{child()}{' ' * 300_000}{TAIL}".encode()
    read_census(data, KEY, today=TODAY, progress=lambda step, done: heard.append(done))
    assert len(heard) >= 4 and heard == sorted(heard) and heard[-1] == 1.0


# Days.


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-05-31T23:00:00Z", date(2023, 6, 1)),
        ("2023-01-31T23:59:59.999Z", date(2023, 1, 31)),
        ("2023-06-01T00:30:00+01:00", date(2023, 6, 1)),
        ("2023-06-01T00:30:00+02:00", date(2023, 5, 31)),
        ("2023-06-01Z", date(2023, 6, 1)),
        ("2023-06-01+01:00", date(2023, 6, 1)),
        ("2023-06-01T00:00:00", date(2023, 6, 1)),
    ],
)
def test_a_moment_is_the_day_it_was_in_england_and_a_day_with_a_zone_the_day_it_says(written: str, day: date) -> None:
    found = read(child(received=written))
    assert found.is_clean and found.tables["referrals"]["received_on"].tolist() == [day]


@given(
    st.datetimes(datetime(1975, 1, 1), datetime(2025, 12, 31)),
    st.integers(-14 * 4, 14 * 4),
)
@settings(max_examples=40)
def test_any_moment_in_any_zone_is_its_day_in_england(moment: datetime, quarters: int) -> None:
    sign, minutes = "-" if quarters < 0 else "+", abs(quarters) * 15
    written = f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    greenwich = (moment - timedelta(minutes=quarters * 15)).replace(tzinfo=ZoneInfo("UTC"))
    found = read(child(received=written))
    assert found.tables["referrals"]["received_on"].tolist() == [greenwich.astimezone(ZoneInfo("Europe/London")).date()]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("1965-03-31", "31/03/1965: it is before 1970"),
        ("1965-03-31Z", "31/03/1965: it is before 1970"),
        ("2026-11-24", "24/11/2026: it is still to come"),
        ("2126-11-24", "24/11/2126: it is still to come"),
        ("2023-06-01T25:00:00Z", "2023-06-01T25:00:00Z: it is not a day"),
        ("2023-06-01+15:00", "it is not a day"),
        ("2023-06-01Zulu", "it is not a day"),
    ],
)
def test_a_day_that_cannot_be_says_why(written: str, why: str) -> None:
    (sentence,) = read(child(received=written)).sentences()
    assert why in sentence


# Blocks.


@pytest.mark.parametrize(
    ("block", "outcome"),
    [
        ("<Section47><DateOfInitialCPC>2023-06-20</DateOfInitialCPC></Section47>", "assessed_not_in_need"),
        ("<Section47><S47ActualStartDate/></Section47>", "assessed_not_in_need"),
        ("<Section47/>", "assessed_not_in_need"),
        ("<CINPlanDates/>", "assessed_not_in_need"),
        ("<CINPlanDates>\n </CINPlanDates>", "assessed_not_in_need"),
        ("<ChildProtectionPlans/>", "assessed_not_in_need"),
        ("<CINPlanDates><CINPlanStartDate>2023-06-20</CINPlanStartDate></CINPlanDates>", "in_need"),
        ("<Section47><S47ActualStartDate>2023-06-20</S47ActualStartDate></Section47>", "in_need"),
        ("<ChildProtectionPlans><CPPstartDate>2023-06-20</CPPstartDate></ChildProtectionPlans>", "in_need"),
    ],
)
@pytest.mark.parametrize("reason", ["RC8", "RC9"])
def test_only_what_began_makes_a_case_one_of_a_child_in_need(block: str, outcome: str, reason: str) -> None:
    closed = f"<CINclosureDate>2023-07-01</CINclosureDate><ReasonForClosure>{reason}</ReasonForClosure>"
    found = read(child(parts=closed + block))
    assert found.is_clean and found.tables["referrals"]["outcome"].tolist() == [outcome]
    assert ("episodes" in found.tables) == (outcome == "in_need" and "CINPlan" not in block)


def test_empty_cases_and_children_are_passed_over_and_counted() -> None:
    found = read(child(parts="<CINPlanDates/>").replace("</Child>", "<CINdetails/></Child>"), "<Child/>")
    assert found.is_clean and found.counts["children"] == found.counts["referrals"] == 1
    assert found.passed_over["CINdetails, empty"] == found.passed_over["Child, empty"] == 1


def test_a_field_that_stands_twice_and_says_two_things_is_refused() -> None:
    found = read(
        child(parts="<ReferralSource>6</ReferralSource>"), child("C2", parts="<ReferralSource>3B</ReferralSource>")
    )
    assert [(one.where, one.field) for one in found.wrong] == [("child 1 (line 1)", "ReferralSource")]
    assert found.tables["referrals"]["child_id"].tolist() == [KEY.pseudonym("child", "C2")]


@pytest.mark.parametrize("sex", ["<GenderCurrent>1</GenderCurrent>", *(f"<Sex>{sex}</Sex>" for sex in "MFU")])
def test_the_blocks_of_2024_to_2027_are_counted_by_name(sex: str) -> None:
    new = (
        "<PrimaryNeedCode>N1</PrimaryNeedCode><PreProceedingsandFGDM><PPStartDate>2026-09-09</PPStartDate>"
        "<FGDMMeetingOffer>1</FGDMMeetingOffer><PPOutcome>A</PPOutcome></PreProceedingsandFGDM>"
    )
    found = read(child(parts=new).replace("</LAchildID>", f"</LAchildID>{sex}"))
    assert found.is_clean and found.tables["referrals"]["outcome"].tolist() == [None]
    assert found.passed_over == {"PreProceedingsandFGDM": 1, "PrimaryNeedCode": 1, sex[1 : sex.index(">")]: 1}
