"""Accounts and sessions on a real store: what opens, what waits, what ends, and what the audit says of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyotp
import pytest
import sqlalchemy as sa

from toolkit.accounts import directory as book
from toolkit.accounts import own_account, passwords, sessions, signing_in
from toolkit.accounts import second_factor as second_step
from toolkit.accounts.roles import Person, Role
from toolkit.accounts.sessions import IDLE, LONGEST, Stage
from toolkit.errors import InputError, NotPermitted
from toolkit.records import Store
from toolkit.records.backup import restore_backup, write_backup
from toolkit.tables import table

HERE = "192.0.2.1"
NEW = "violet tractor lemonade"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "store")
    rows = [
        {
            "centre_id": f"C0{n}",
            "name": f"Centre {n}",
            "district": "Ember",
            "area_team": "south",
            "provider": "county",
            "opened_on": date(2007, 4, 1),
        }
        for n in (1, 2, 3)
    ]
    columns = [column.name for column in table("centres").columns]
    made.add({"centres": pd.DataFrame(rows).reindex(columns=columns)}, by="t", source_name="t")
    return made


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with little memory: these tests are about what is let in, not about how long a hash takes."""
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def audit(store: Store) -> list[tuple[str, str, str, dict]]:
    lines = store.audit_lines()[::-1]
    return [(one.who, one.action, one.what, json.loads(one.detail)) for one in lines.itertuples()]


def signed_in(store: Store, name: str = "ann", password: str | None = None) -> str:
    """Make an account whose first password was changed, and return the token of its session."""
    first = book.add_account(store, name, Role.LEAD, by="t")
    opened = signing_in.sign_in(store, name, first, address=HERE)
    found = sessions.find(store, opened.token)
    assert found is not None
    own_account.change_password(store, found, first, password or NEW, password or NEW, address=HERE)
    return opened.token


def test_a_first_password_opens_nothing_but_its_own_change(store: Store) -> None:
    first = book.add_account(store, " Ann@Example.gov.uk ", "manager", by="t", centre_ids=["C01", "C02", "C01"])
    opened = signing_in.sign_in(store, "ANN@example.gov.uk", first, address=HERE)
    found = sessions.find(store, opened.token)
    assert found is not None and opened.stage is found.stage is Stage.CHANGE_PASSWORD and not found.is_in
    with pytest.raises(InputError, match=r"at least 12 characters.*two new passwords differ"):
        own_account.change_password(store, found, first, "short", "shirt", address=HERE)
    with pytest.raises(InputError, match="present password is not right"):
        own_account.change_password(store, found, "wrong", NEW, NEW, address=HERE)
    with pytest.raises(InputError, match="is the old one"):
        own_account.change_password(store, found, first, first, first, address=HERE)
    own_account.change_password(store, found, first, NEW, NEW, address=HERE)
    now = sessions.find(store, opened.token)
    assert now is not None and now.is_in
    assert now.person == Person(
        Role.MANAGER, "C01", user="ann@example.gov.uk", centre_ids=("C01", "C02"), has_account=True
    )
    assert signing_in.sign_in(store, "ann@example.gov.uk", NEW, address=HERE).stage is Stage.IN
    with pytest.raises(NotPermitted, match="not right"):
        signing_in.sign_in(store, "ann@example.gov.uk", first, address=HERE)


def test_a_first_password_is_good_for_a_week(store: Store) -> None:
    first = book.add_account(store, "ann", Role.LEAD, by="t")
    later = datetime.now(UTC) + timedelta(days=8)
    with pytest.raises(NotPermitted, match="good for a week"):
        signing_in.sign_in(store, "ann", first, address=HERE, at=later)
    assert signing_in.sign_in(store, "ann", book.reset_password(store, "ann", by="t"), address=HERE)


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_after_five_wrong_passwords_a_name_waits_known_or_not(store: Store, name: str) -> None:
    signed_in(store)
    start = datetime.now(UTC)
    for _ in range(4):
        with pytest.raises(NotPermitted, match="The name or the password is not right"):
            signing_in.sign_in(store, name, "wrong", address=HERE, at=start)
    for password in ("wrong", NEW):
        with pytest.raises(NotPermitted, match="Wait 15 minutes"):
            signing_in.sign_in(store, name, password, address=HERE, at=start)
    refused = [line for line in audit(store) if line[1] == "refused"]
    assert [line[0] for line in refused] == [name if name == "ann" else "unknown name"] * 6
    assert [line[3]["why"] for line in refused[-2:]] == ["locked for 15 minutes", "must wait"]
    after = start + timedelta(minutes=16)
    if name == "ann":
        assert signing_in.sign_in(store, name, NEW, address=HERE, at=after).stage is Stage.IN


def test_an_administrator_lets_in_again_at_once(store: Store) -> None:
    signed_in(store)
    for _ in range(5):
        with pytest.raises(NotPermitted):
            signing_in.sign_in(store, "ann", "wrong", address=HERE)
    book.open_again(store, "ann", by="boss")
    assert signing_in.sign_in(store, "ann", NEW, address=HERE).stage is Stage.IN


def test_an_address_that_tries_many_names_waits(store: Store) -> None:
    signed_in(store)
    for n in range(50):
        with pytest.raises(NotPermitted):
            signing_in.sign_in(store, f"name{n}", "wrong", address=HERE)
    with pytest.raises(NotPermitted, match="Wait 15 minutes"):
        signing_in.sign_in(store, "ann", NEW, address=HERE)
    assert signing_in.sign_in(store, "ann", NEW, address="192.0.2.2").stage is Stage.IN


def test_a_name_nobody_has_is_never_written_down(store: Store) -> None:
    with pytest.raises(NotPermitted):
        signing_in.sign_in(store, "my secret pass phrase", "ann", address=HERE)
    assert "secret" not in str(audit(store))
    with store.engine.connect() as connection:
        everything = str(
            [connection.execute(sa.text(f"select * from {name}")).all() for name in ("failed_tries", "audit")]
        )
    assert "secret" not in everything and HERE not in everything


@pytest.mark.parametrize(
    ("after", "is_open"),
    [(IDLE - timedelta(seconds=1), True), (IDLE + timedelta(seconds=1), False), (LONGEST, False)],
)
def test_a_session_nobody_uses_ends(store: Store, after: timedelta, is_open: bool) -> None:
    start = datetime.now(UTC)
    token = signing_in.let_in(store, Person(Role.MEMBER), how="demonstration", at=start).token
    assert (sessions.find(store, token, at=start + after, seen=False) is not None) is is_open


def test_a_clock_set_back_keeps_no_session_open_and_no_name_waiting(store: Store) -> None:
    signed_in(store)
    now = datetime.now(UTC)
    tomorrow = now + timedelta(days=1)
    token = signing_in.sign_in(store, "ann", NEW, address=HERE, at=tomorrow).token
    for _ in range(5):
        with pytest.raises(NotPermitted):
            signing_in.sign_in(store, "ann", "wrong", address=HERE, at=tomorrow)
    assert sessions.find(store, token, at=now, seen=False) is None
    assert sessions.find(store, token, at=tomorrow - timedelta(minutes=2), seen=False) is not None
    assert signing_in.sign_in(store, "ann", NEW, address=HERE, at=now).stage is Stage.IN


def test_a_session_in_use_ends_after_eight_hours_and_looking_on_keeps_none_open(store: Store) -> None:
    start = datetime.now(UTC)
    used, left = (signing_in.let_in(store, Person(Role.MEMBER), how="demonstration", at=start).token for _ in "ab")
    for minutes in range(10, 8 * 60, 10):
        at = start + timedelta(minutes=minutes)
        assert sessions.find(store, used, at=at) is not None
        assert (sessions.find(store, left, at=at, seen=False) is not None) is (minutes < 30)
    assert sessions.find(store, used, at=start + LONGEST) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda store: book.shut(store, "ann", by="t"),
        lambda store: book.reset_password(store, "ann", by="t"),
        lambda store: book.change_role(store, "ann", Role.ANALYST, by="t"),
    ],
    ids=["shut", "new password", "other role"],
)
def test_what_an_administrator_changes_ends_the_sessions(store: Store, change) -> None:
    token = signed_in(store)
    assert sessions.find(store, token) is not None
    change(store)
    assert sessions.find(store, token) is None


def test_a_new_password_ends_the_other_sessions_but_not_the_one_at_hand(store: Store) -> None:
    token = signed_in(store)
    other = signing_in.sign_in(store, "ann", NEW, address=HERE).token
    found = sessions.find(store, token)
    assert found is not None
    own_account.change_password(store, found, NEW, NEW + " again", NEW + " again", address=HERE)
    assert sessions.find(store, token) is not None
    assert sessions.find(store, other) is None


def test_signing_out_ends_a_session_for_every_copy_of_its_token(store: Store) -> None:
    token = signed_in(store)
    found = sessions.find(store, token)
    assert found is not None
    signing_in.sign_out(store, found)
    assert sessions.find(store, token) is None


def test_a_copy_of_the_database_opens_no_door(store: Store) -> None:
    token = signed_in(store, password="a long enough secret")
    with store.engine.connect() as connection:
        tables = ("accounts", "sessions", "audit")
        everything = str([connection.execute(sa.text(f"select * from {name}")).all() for name in tables])
    assert token not in everything and "a long enough secret" not in everything
    assert "$argon2id$" in everything


def test_a_second_step_is_asked_once_it_is_set_and_each_code_is_good_once(store: Store) -> None:
    token = signed_in(store)
    found = sessions.find(store, token)
    assert found is not None
    secret, start = second_step.new_secret(), datetime.now(UTC)
    code, asked = pyotp.TOTP(secret), {"password": NEW, "address": HERE, "at": start}
    wrong = "000 000" if code.at(start) != "000000" else "1"
    with pytest.raises(InputError, match="not right"):
        own_account.set_second_step(store, found, secret, wrong, **asked)
    own_account.set_second_step(store, found, secret, code.at(start), **asked)

    later = start + timedelta(minutes=2)
    opened = signing_in.sign_in(store, "ann", NEW, address=HERE, at=later)
    half = sessions.find(store, opened.token, at=later)
    assert opened.stage is Stage.SECOND_STEP and half is not None and not half.is_in
    with pytest.raises(NotPermitted, match="used already"):
        signing_in.give_code(store, half, code.at(start), address=HERE, at=start)
    given = code.at(later)
    assert signing_in.give_code(store, half, f"{given[:3]} {given[3:]}", address=HERE, at=later) is Stage.IN
    again = signing_in.sign_in(store, "ann", NEW, address=HERE, at=later)
    once_more = sessions.find(store, again.token, at=later)
    assert once_more is not None
    with pytest.raises(NotPermitted, match="used already"):
        signing_in.give_code(store, once_more, given, address=HERE, at=later)


def test_guessing_codes_ends_the_session(store: Store) -> None:
    token = signed_in(store)
    found = sessions.find(store, token)
    assert found is not None
    secret, start = second_step.new_secret(), datetime.now(UTC)
    own_account.set_second_step(
        store, found, secret, pyotp.TOTP(secret).at(start), password=NEW, address=HERE, at=start
    )
    later = start + timedelta(minutes=5)
    right = {pyotp.TOTP(secret).at(later + timedelta(seconds=s)) for s in (-30, 0, 30)}
    wrong = next(str(n) for n in range(100_000, 100_100) if str(n) not in right)
    opened = signing_in.sign_in(store, "ann", NEW, address=HERE, at=later)
    half = sessions.find(store, opened.token, at=later)
    assert half is not None
    for _ in range(4):
        with pytest.raises(NotPermitted, match="not right"):
            signing_in.give_code(store, half, wrong, address=HERE, at=later)
    with pytest.raises(NotPermitted, match="Wait 15 minutes"):
        signing_in.give_code(store, half, wrong, address=HERE, at=later)
    assert sessions.find(store, opened.token, at=later) is None


@pytest.mark.parametrize(
    ("name", "role", "centres", "said"),
    [
        ("a", "lead", [], "A sign-in name has 3 to 100"),
        ("ann smith", "lead", [], "A sign-in name has 3 to 100"),
        ("ann", "led", [], 'Did you mean "lead"'),
        ("ann", "manager", [], "needs the number of at least one centre"),
        ("ann", "manager", ["C01", "C0X"], 'There is no centre "C0X"'),
        ("ann", "member", ["C01"], "have no centre of their own"),
        ("taken", "lead", [], 'There is an account "taken" already'),
    ],
)
def test_an_account_that_makes_no_sense_is_refused_in_words(store: Store, name, role, centres, said) -> None:
    book.add_account(store, "taken", Role.LEAD, by="t")
    with pytest.raises(InputError, match=said):
        book.add_account(store, name, role, by="t", centre_ids=centres)
    assert [one.name for one in book.accounts(store)] == ["taken"]


def test_the_last_administrator_stays(store: Store) -> None:
    book.add_account(store, "boss", Role.ADMINISTRATOR, by="t")
    for change in (
        lambda: book.shut(store, "boss", by="t"),
        lambda: book.change_role(store, "boss", Role.LEAD, by="t"),
    ):
        with pytest.raises(InputError, match="only administrator"):
            change()
    book.add_account(store, "other", Role.ADMINISTRATOR, by="t")
    book.shut(store, "boss", by="t")
    with pytest.raises(NotPermitted):
        signing_in.sign_in(store, "boss", "whatever it was", address=HERE)


def test_a_restored_store_lets_nobody_in_who_signed_out_since(store: Store, tmp_path: Path) -> None:
    token = signed_in(store)
    write_backup(store, tmp_path / "kept.tar.gz", by="t")
    again = restore_backup(tmp_path / "kept.tar.gz", tmp_path / "again", by="t")
    assert sessions.find(again, token) is None
    assert signing_in.sign_in(again, "ann", NEW, address=HERE).stage is Stage.IN


def test_the_audit_has_a_line_of_everything_and_no_secret(store: Store) -> None:
    first = book.add_account(store, "ann", Role.MANAGER, by="boss", centre_ids=["C01"])
    token = signing_in.sign_in(store, "ann", first, address=HERE).token
    found = sessions.find(store, token)
    assert found is not None
    own_account.change_password(store, found, first, NEW, NEW, address=HERE)
    signing_in.sign_out(store, found)
    book.shut(store, "ann", by="boss")
    assert [(who, action) for who, action, *_ in audit(store)[2:]] == [
        ("boss", "made"),
        ("ann", "signed in"),
        ("ann (Centre manager)", "changed password"),
        ("ann (Centre manager)", "signed out"),
        ("boss", "shut"),
    ]
    assert first not in str(audit(store)) and NEW not in str(audit(store)) and HERE not in str(audit(store))
    assert store.check_audit().is_whole


@pytest.mark.parametrize(
    "password",
    [
        "password123456",
        "Passwordpassword1!",
        "aaaaaaaaaaaaaa",
        "ann.smith-and-more",
        "qwertyuiop12",
        "x" * 201,
        "elevenchars",
        "123456789012a",
        "iloveyouiloveyou",
        "letmeinletmein",
        "liverpoolfootballclub",
        "qwertyuiopas",
        "summer2026summer",
        "childrensservices",
        "Children's-Services-2026",
        "W1nt3r!W1nt3r!",
        "mnbvcxz1234567",
        "2026-11-28-2026",
        "P@ssw0rdP@ssw0rd",
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password: str) -> None:
    assert passwords.problems_of(password, name="ann.smith")


def test_three_random_words_make_a_password() -> None:
    assert passwords.problems_of(NEW, name="ann.smith") == []
    for other in (
        "coffee stapler mountain",
        "ivory lantern 42 gravel",
        "Kettle-Walrus-Plinth",
        "mein altes Fahrrad quietscht",
    ):
        assert passwords.problems_of(other, name="ann.smith") == []
    given = {passwords.temporary() for _ in range(200)}
    assert len(given) == 200 and not any(passwords.problems_of(one, name="ann.smith") for one in given)
