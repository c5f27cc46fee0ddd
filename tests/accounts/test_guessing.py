"""Guessing, all at once, from one address, or at an open session: what waits, for whom, and what the audit keeps."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pyotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from toolkit.accounts import directory as book
from toolkit.accounts import known_browsers, own_account, passwords, sessions, signing_in
from toolkit.accounts import second_factor as second_step
from toolkit.accounts.roles import Role
from toolkit.accounts.sessions import Session
from toolkit.errors import InputError, NotPermitted, ToolkitError
from toolkit.records import Store

HERE, NEW = "192.0.2.1", "violet tractor lemonade"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "store")
    first = book.add_account(made, "ann", Role.LEAD, by="t")
    session = sessions.find(made, signing_in.sign_in(made, "ann", first, address=HERE).token)
    assert session is not None
    own_account.change_password(made, session, first, NEW, NEW, address=HERE)
    return made


def opened(store: Store, **asked) -> Session:
    found = sessions.find(store, signing_in.sign_in(store, "ann", NEW, address=HERE, **asked).token)
    assert found is not None
    return found


def said(work) -> str:
    try:
        work()
    except ToolkitError as error:
        return str(error)
    return ""


def refusals(store: Store) -> list[str]:
    lines = store.audit_lines(action="refused")[::-1]
    return [json.loads(line.detail).get("why", "") for line in lines.itertuples()]


def test_a_right_password_among_forty_at_once_opens_nothing_once_five_have_failed(store: Store, monkeypatch) -> None:
    tries, compared = [*["wrong"] * 8, NEW], Barrier(9)

    def all_at_once(password: str, stored: str) -> bool:
        compared.wait(timeout=30)  # each was asked before any had failed
        if password == NEW:
            while len(refusals(store)) < 5:  # and the right one is the slowest of them
                pass
        return password == NEW

    monkeypatch.setattr(passwords, "is_right", all_at_once)
    with ThreadPoolExecutor(9) as pool:
        ask = lambda password: said(lambda: signing_in.sign_in(store, "ann", password, address=HERE))  # noqa: E731
        answers = list(pool.map(ask, tries))
    assert answers[-1] == signing_in.WAIT
    assert answers.count(signing_in.NOT_RIGHT) == 4
    assert refusals(store).count("locked for 15 minutes") == 1


def test_a_password_that_was_taken_away_while_it_was_compared_opens_nothing(store: Store, monkeypatch) -> None:
    def meanwhile(password: str, stored: str) -> bool:
        book.reset_password(store, "ann", by="boss")
        return True

    monkeypatch.setattr(passwords, "is_right", meanwhile)
    assert said(lambda: signing_in.sign_in(store, "ann", NEW, address=HERE)) == signing_in.NOT_RIGHT


def test_while_one_must_wait_the_audit_has_one_line_of_it_however_often_they_try(store: Store) -> None:
    for _ in range(30):
        said(lambda: signing_in.sign_in(store, "ann", "wrong", address=HERE))
    assert refusals(store)[-2:] == ["locked for 15 minutes", "must wait"]
    assert len(refusals(store)) == 6
    for n in range(200):
        said(lambda n=n: signing_in.sign_in(store, f"name{n}", "wrong", address=HERE))
    assert len(refusals(store)) <= 6 + 50 + 1


def test_a_browser_that_signed_in_before_waits_for_no_tries_but_its_own(store: Store) -> None:
    mark = signing_in.mark_browser(store, opened(store).account_id or 0)
    for n in range(60):
        said(lambda n=n: signing_in.sign_in(store, f"name{n}", "wrong", address=HERE))
    for _ in range(6):
        said(lambda: signing_in.sign_in(store, "ann", "wrong", address="192.0.2.2"))
    for address in (HERE, "192.0.2.2"):  # the address waits, the name waits, and who knows the password waits with them
        assert said(lambda a=address: signing_in.sign_in(store, "ann", NEW, address=a)) == signing_in.WAIT
    assert opened(store, browser=mark).is_in
    for _ in range(5):
        said(lambda: signing_in.sign_in(store, "ann", "wrong", address=HERE, browser=mark))
    assert said(lambda: opened(store, browser=mark)) == signing_in.WAIT
    book.open_again(store, "ann", by="boss")
    assert opened(store, browser=mark).is_in


def test_an_address_that_waits_is_let_try_again_by_an_administrator(store: Store) -> None:
    for n in range(60):
        said(lambda n=n: signing_in.sign_in(store, f"name{n}", "wrong", address=HERE))
    assert said(lambda: opened(store)) == signing_in.WAIT
    book.let_all_try(store, by="boss")
    assert opened(store).is_in
    last = store.audit_lines(action="let everyone try again")
    assert last["who"].tolist() == ["boss"]


@given(day=some.integers(-3, 120), other=some.sampled_from(["", "name", "password", "mark"]))
@settings(max_examples=60, deadline=None)
def test_a_mark_is_of_one_account_with_one_password_for_ninety_days(day: int, other: str) -> None:
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    mark = known_browsers.mark_of("ann", "hash", at=now)
    if other == "mark":
        mark = mark[:-1] + ("0" if mark[-1] != "0" else "1")
    name, stored = "bob" if other == "name" else "ann", "another" if other == "password" else "hash"
    found = known_browsers.is_known(mark, name, stored, at=now + timedelta(days=day))
    assert found is (other == "" and 0 <= day <= 90)


@pytest.mark.parametrize("mark", ["", ".", "x" * 400, "739000." + "0" * 64, "999999." + "é" * 64])
def test_what_is_no_mark_makes_no_browser_known(mark: str) -> None:
    assert not known_browsers.is_known(mark, "ann", "hash", at=datetime.now(UTC))
    assert not known_browsers.is_known(known_browsers.mark_of("ann", "", at=datetime.now(UTC)), "ann", "",
                                       at=datetime.now(UTC))  # fmt: skip


def test_the_present_password_is_guessed_at_an_open_session_no_oftener_than_at_the_door(store: Store) -> None:
    session = opened(store)
    answers = [
        said(lambda n=n: own_account.change_password(store, session, f"guess{n}", NEW + "!!", NEW + "!!", address=HERE))
        for n in range(5)
    ]
    assert answers[:4] == [own_account.NOT_PRESENT] * 4 and answers[4] == signing_in.WAIT
    assert sessions.find_hash(store, session.token_hash) is None
    assert refusals(store) == ["present password not right"] * 4 + ["locked for 15 minutes"]
    again = said(lambda: own_account.change_password(store, session, NEW, NEW + "!!", NEW + "!!", address=HERE))
    assert again == signing_in.WAIT


def test_an_open_session_alone_changes_no_second_step(store: Store) -> None:
    session, now = opened(store), datetime.now(UTC)
    mine, theirs = second_step.new_secret(), second_step.new_secret()
    first = pyotp.TOTP(mine).at(now)

    def put(secret: str, code: str, password: str, present: str = "", at: datetime = now) -> str:
        asked = {"password": password, "present_code": present, "address": HERE, "at": at}
        return said(lambda: own_account.set_second_step(store, session, secret, code, **asked))

    assert put(theirs, pyotp.TOTP(theirs).at(now), "no idea") == own_account.NOT_PRESENT
    assert not own_account.has_second_step(store, session)
    assert put(mine, first, NEW) == "" and own_account.has_second_step(store, session)
    later = now + timedelta(minutes=2)
    new = pyotp.TOTP(theirs).at(later)
    assert put(theirs, new, NEW, at=later) == own_account.NOT_PRESENT_OR_CODE
    assert put(theirs, new, NEW, first, at=later) == own_account.NOT_PRESENT_OR_CODE  # it is spent
    assert put(theirs, new, "no idea", pyotp.TOTP(mine).at(later), at=later) == own_account.NOT_PRESENT_OR_CODE
    assert put(theirs, new, NEW, pyotp.TOTP(mine).at(later), at=later) == ""


@pytest.mark.parametrize("secret", ["", " ", "!!!", "AAAAAAAA", "a" * 32, "A" * 33, "0" * 32, "A" * 5_000, "é" * 32])
def test_what_is_no_secret_is_refused_in_words(store: Store, secret: str) -> None:
    with pytest.raises(InputError, match="no secret for an app"):
        own_account.set_second_step(store, opened(store), secret, "123456", password=NEW, address=HERE)


def test_the_first_waiting_line_of_the_next_quarter_of_an_hour_is_written_again(store: Store) -> None:
    start = datetime.now(UTC)
    for at in (start, start + timedelta(minutes=20)):
        for _ in range(8):
            with pytest.raises(NotPermitted):
                signing_in.sign_in(store, "ann", "wrong", address=HERE, at=at)
    assert refusals(store).count("must wait") == 2
