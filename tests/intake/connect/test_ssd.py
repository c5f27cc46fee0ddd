"""The safeguarding dataset: what makes a child in need, one time in care as one, blanks, and what is not used."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.intake.connect import Found, read_ssd
from toolkit.intake.pseudonyms import Key

KEY, TODAY = Key(b"k" * 32), date(2026, 11, 23)
REFERRALS = (
    "cine_referral_id,cine_person_id,cine_referral_date,cine_referral_source_code,cine_referral_nfa,cine_close_reason,"
    "cine_close_date"
)
PLANS = "cinp_cin_plan_id,cinp_referral_id,cinp_person_id,cinp_cin_plan_start_date,cinp_cin_plan_end_date"
CARE = (
    "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,clae_cla_episode_start_reason,"
    "clae_cla_episode_ceased_date,clae_cla_episode_ceased_reason,clae_cla_id,clae_referral_id,clae_entered_care_date"
)


def dataset(folder: Path, referrals: Sequence[str] = ("R1,C1,2024-02-01,3B,N,,",), **files: Sequence[str]) -> Found:
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, lines in {"ssd_cin_episodes": (REFERRALS, *referrals), **files}.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_ssd(folder, KEY, today=TODAY)


@pytest.mark.parametrize(
    ("plan", "outcome"),
    [
        ("P1,R1,C1,2024-03-01,", "in_need"),
        ("P1, r1 ,C1,2024-03-01 00:00:00.000,2024-05-01", "in_need"),
        ("P1,R1,C1,NULL,NULL", None),
        ("P1,R1,C2,2024-03-01,", None),
        ("P1,R9,C1,2024-03-01,", None),
        ("P1,,C1,2024-03-01,", None),
    ],
)
def test_a_plan_that_began_makes_the_referral_it_names_one_of_a_child_in_need(tmp_path, plan, outcome) -> None:
    found = dataset(tmp_path, ssd_cin_plans=(PLANS, plan))
    assert found.is_clean and found.tables["referrals"]["outcome"].tolist() == [outcome]
    named_none = any("name no referral of the same child" in notice for notice in found.notices)
    assert named_none == (outcome is None and "NULL" not in plan)


def test_a_plan_of_one_sibling_does_not_make_the_other_in_need(tmp_path: Path) -> None:
    plans = (PLANS, "P1,R2,C2,2024-03-01,", "P2,R1,C2,2024-03-01,")
    found = dataset(tmp_path, ("R1,C1,2024-02-01,3B,N,,", "R2,C2,2024-02-01,3B,N,,"), ssd_cin_plans=plans)
    assert found.tables["referrals"]["outcome"].fillna("").tolist() == ["", "in_need"]


def test_an_enquiry_without_a_start_makes_no_child_in_need(tmp_path: Path) -> None:
    enquiries = ("s47e_person_id,s47e_s47_start_date,s47e_s47_end_date,s47e_referral_id", "C1,NULL,,R1")
    found = dataset(tmp_path, ("R1,C1,2024-02-01,3B,N,RC8,2024-03-01",), ssd_s47_enquiry=enquiries)
    assert found.is_clean and found.tables["referrals"]["outcome"].tolist() == ["assessed_not_in_need"]


def test_null_is_blank_in_every_file_of_the_dataset(tmp_path: Path) -> None:
    care = (CARE, "E1,C1,2024-04-01,S,NULL,NULL,CLA1,null,NULL")
    found = dataset(tmp_path, ("R1,C1,2024-02-01,3B,N,NULL,NULL",), ssd_cla_episodes=care)
    assert found.is_clean, found.sentences()
    assert found.tables["referrals"]["closed_on"].tolist() == [None]
    assert found.tables["episodes"]["ended_on"].tolist() == [None]
    missing = dataset(tmp_path, ("R1,NULL,2024-02-01,3B,N,,",))
    assert [one.why for one in missing.wrong] == ["it is missing"]


def cared_for(folder: Path, *episodes: str) -> list[tuple[date, date | None]]:
    found = dataset(folder, ssd_cla_episodes=(CARE, *episodes))
    assert found.is_clean, found.sentences()
    frame = found.tables["episodes"]
    assert set(frame["kind"]) == {"looked_after"}
    return sorted(zip(frame["started_on"], frame["ended_on"], strict=True))


MOVES = (
    "E1,C2,2024-04-01,S,2024-04-20,X1,{cla},,{entered}",
    "E2,C2,2024-04-20,P,2024-06-05,X1,{cla},,{entered}",
    "E3,C2,2024-06-05,L,{end},{why},{cla},,{entered}",
)


@pytest.mark.parametrize("known", [("CLA1", "2024-04-01"), ("CLA1", ""), ("", "2024-04-01"), ("", "NULL")])
@pytest.mark.parametrize(("end", "why"), [("", ""), ("2024-09-01", "E4"), ("2024-09-01", "X1")])
def test_a_placement_and_a_legal_change_are_one_time_in_care(tmp_path, known, end, why) -> None:
    rows = [row.format(cla=known[0], entered=known[1], end=end, why=why) for row in MOVES]
    ended = date(2024, 9, 1) if why == "E4" else None
    assert cared_for(tmp_path, *rows) == [(date(2024, 4, 1), ended)]
    random.Random(2).shuffle(rows)
    assert cared_for(tmp_path, *rows) == [(date(2024, 4, 1), ended)]


def test_a_child_who_comes_back_has_two_times_in_care(tmp_path: Path) -> None:
    first = [row.format(cla="", entered="", end="2024-09-01", why="E4") for row in MOVES]
    back = ("E4,C2,2024-09-01,S,2024-10-01,X1,,,", "E5,C2,2024-10-01,P,,,,,")
    both = [(date(2024, 4, 1), date(2024, 9, 1)), (date(2024, 9, 1), None)]
    assert cared_for(tmp_path, *first, *back) == both


def test_an_episode_that_cannot_be_read_leaves_the_childs_care_out_whole(tmp_path: Path) -> None:
    rows = [row.format(cla="CLA1", entered="2024-04-01", end="2024-02-31", why="E4") for row in MOVES]
    found = dataset(tmp_path, ssd_cla_episodes=(CARE, *rows))
    assert [one.why for one in found.wrong] == ["it is not a day"] and "episodes" not in found.tables


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_however_care_is_cut_into_episodes_its_periods_are_the_same(tmp_path_factory, data: st.DataObject) -> None:
    day, rows, periods = date(2015, 1, 1), [], []
    for number in range(data.draw(st.integers(1, 3))):
        entered = day = day + timedelta(data.draw(st.integers(2, 90)))
        pieces = data.draw(st.lists(st.integers(1, 60), min_size=1, max_size=4))
        for piece, length in enumerate(pieces):
            reason, why = ("S" if piece == 0 else "P"), ("E4" if piece == len(pieces) - 1 else "X1")
            rows.append(f"E,C1,{day},{reason},{day + timedelta(length)},{why},A{number},,{entered}")
            day += timedelta(length)
        periods.append((entered, day))
    rows = data.draw(st.permutations(rows))
    assert cared_for(tmp_path_factory.getbasetemp() / "cut", *rows) == periods


def test_files_without_a_table_of_ours_are_counted_and_said_why(tmp_path: Path) -> None:
    others = {
        "ssd_contacts": ("cont_contact_id,cont_outcome", "1,", f'2,"{"long " * 40_000}"'),
        "ssd_family": ("fami_family_id", "F1"),
        "ssd_cin_assessments": ("cina_assessment_id", "1"),
        "ssd_linked_identifiers": ("link_table_id", "PLACEHOLDER_DATA"),
        "ssd_person": ("pers_person_id", "C1"),
    }
    found = dataset(tmp_path, **others)
    assert found.passed_over == {name: len(lines) - 1 for name, lines in others.items()}
    for name in set(others) - {"ssd_person"}:
        assert any(notice.startswith(f"{name} is not used: ") for notice in found.notices), name


@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        (
            "ssd_cin_plans",
            ("cinp_referral_id,cinp_person_id,cinp_start", "R1,C1,2024-03-01"),
            "cinp_cin_plan_start_date",
        ),
        ("ssd_cla_episodes", ("clae_person_id,clae_cla_episode_start_date", "C1,2024-03-01"), "episode_ceased_date"),
        ("ssd_cin_plans", (PLANS + ",cinp_person_id", "P1,R1,C1,2024-03-01,,C2"), '"cinp_person_id" more than once'),
        ("ssd_cin_plans", (PLANS, "P1,R1,C1,Smith, John,2024-03-01,"), "row 2, has 7 cells and there are 5 headings"),
    ],
)
def test_columns_that_are_missing_doubled_or_cut_in_two_are_refused(tmp_path, name, lines, said) -> None:
    with pytest.raises(InputError, match=said):
        dataset(tmp_path, **{name: lines})


def test_a_file_of_sql_server_in_utf_16_with_tabs_and_its_schema_in_the_name(tmp_path: Path) -> None:
    text = f"{REFERRALS}\nR1,C1,2024-02-01 00:00:00.0000000,3B,N,NULL,NULL\n".replace(",", "\t").upper()
    (tmp_path / "ssd_development.ssd_cin_episodes.csv").write_text(text, encoding="utf-16")
    found = read_ssd(tmp_path, KEY, today=TODAY)
    assert found.is_clean and found.tables["referrals"]["received_on"].tolist() == [date(2024, 2, 1)]


def test_early_help_is_kept_as_episodes_of_its_own_kind_and_makes_no_child_in_need(tmp_path: Path) -> None:
    early = (
        "earl_episode_id,earl_person_id,earl_episode_start_date,earl_episode_end_date",
        "E1,C1,2024-01-05,2024-03-01",
        "E2,C2,2024-02-05,NULL",
        "E3,C2,NULL,NULL",
    )
    found = dataset(tmp_path, ssd_early_help_episodes=early)
    assert found.is_clean, found.sentences()
    assert found.tables["referrals"]["outcome"].tolist() == [None]
    kept = found.tables["episodes"]
    assert kept["kind"].tolist() == ["early_help"] * 2
    assert dict(zip(kept["started_on"], kept["ended_on"], strict=True)) == {
        date(2024, 1, 5): date(2024, 3, 1),
        date(2024, 2, 5): None,
    }
    assert not any("ssd_early_help_episodes" in notice for notice in found.notices)
    backwards = dataset(tmp_path, ssd_early_help_episodes=(early[0], "E1,C1,2024-03-05,2024-03-01"))
    assert [one.why for one in backwards.wrong] == ["ended before it began"]
