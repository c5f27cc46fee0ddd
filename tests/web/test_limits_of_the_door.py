"""What the door counts: pages that are open, refusals of those not signed in, sessions that were vouched for."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.datastructures import Headers
from typer.testing import CliRunner

from toolkit.accounts import directory as book
from toolkit.accounts import sessions, signing_in
from toolkit.accounts.provider_claims import Provider
from toolkit.accounts.roles import Person, Role
from toolkit.accounts.sessions import Session, Stage
from toolkit.cli.main import app
from toolkit.records import Store
from toolkit.web.door import open_pages, sign_in_provider
from toolkit.web.door.cross_site import comes_from_here, names_this_host
from toolkit.web.door.open_pages import OF_PERSON, OF_SESSION, OpenPages
from toolkit.web.door.refusals import EVERY, Refusals
from toolkit.web.door.sign_in_provider import ProviderDoor


def session(token: str, user: str = "ann") -> Session:
    return Session(token, 1 if user else None, Person(Role.LEAD, user=user), Stage.IN)


def test_a_person_opens_so_many_pages_in_all_their_sessions_and_gets_the_places_back() -> None:
    pages = OpenPages(1_000)
    taken = [one for n in range(10) for _ in range(30) if pages.take(one := session(f"s{n}"))]
    assert len(taken) == OF_PERSON and max(map([one.token_hash for one in taken].count, {"s0", "s1"})) == OF_SESSION
    assert pages.take(session("other", "bob"))
    pages.give_back(taken.pop())
    assert pages.take(session("s9")) and not pages.take(session("s9"))


def test_in_the_demonstration_those_of_one_role_do_not_take_each_others_places() -> None:
    pages = OpenPages(1_000)
    assert all(pages.take(session(f"s{n}", "")) for n in range(100))


def test_there_is_always_room_to_sign_in(monkeypatch) -> None:
    monkeypatch.setattr(open_pages, "_files", lambda: (1_024, 1_024))
    most = open_pages.most_pages()
    pages = OpenPages(most)
    assert sum(pages.take(session(f"s{n}", f"p{n}")) for n in range(1_000)) == most
    assert 4 * most + 3 * 128 + 100 < 1_024  # the pages, those that were shut just now, and all else


def test_the_server_takes_what_it_may_have_of_open_files(monkeypatch) -> None:
    resource = pytest.importorskip("resource")
    asked = []
    for soft, hard, wanted in (
        (1_024, 524_288, 65_536),
        (1_024, 4_096, 4_096),
        (1_024, resource.RLIM_INFINITY, 65_536),
        (70_000, 80_000, None),
    ):
        monkeypatch.setattr(resource, "getrlimit", lambda _, soft=soft, hard=hard: (soft, hard))
        monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))
        open_pages.allow_more_files()
        assert (asked.pop() if asked else None) == (None if wanted is None else (wanted, hard))


def test_those_not_signed_in_are_counted_a_line_each_quarter_of_an_hour(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    refusals, start = Refusals(lambda: store), datetime(2026, 11, 28, tzinfo=UTC)
    for n in range(500):
        refusals.of_nobody("asked by another site" if n % 5 else "no such page", at=start + timedelta(seconds=n))
    refusals.of_nobody("no such page", at=start + EVERY)
    lines = store.audit_lines(action="refused")[::-1]
    assert [json.loads(detail)["times"] for detail in lines["detail"]] == [
        {"no such page": 1},
        {"asked by another site": 400, "no such page": 100},
    ]


@pytest.mark.parametrize("origin", ["http://[", "http://]", "null", "", "//", "http://[::1", "http://x[y"])
def test_what_is_no_address_comes_from_elsewhere(origin: str) -> None:
    headers = Headers({"host": "localhost:8501", "origin": origin})
    assert not comes_from_here(headers) and not names_this_host(headers)


def test_a_request_of_this_very_host_is_of_here_and_one_that_says_nothing_is_not() -> None:
    for here in ("localhost:8501", "LOCALHOST:8501"):
        assert comes_from_here(Headers({"host": here, "origin": "http://localhost:8501"}))
    assert not comes_from_here(Headers({"host": "localhost:8501"}))
    assert not comes_from_here(Headers({"origin": "http://localhost:8501"}))


@pytest.fixture
def provider_door(tmp_path: Path, monkeypatch) -> tuple[Store, ProviderDoor]:
    store = Store.create(tmp_path / "store")
    settings = Provider("https://login.example/.well-known/x", "id", "not a real one", {"leads": Role.LEAD})
    return store, ProviderDoor(settings, lambda: store, Refusals(lambda: store))


def come_back(door: ProviderDoor, monkeypatch, tokens) -> signing_in.Opened:
    async def answered(request):
        if isinstance(tokens, Exception):
            raise tokens
        return tokens

    monkeypatch.setattr(door._client, "authorize_access_token", answered)
    with ThreadPoolExecutor(1) as apart:  # a browser's test may have left its loop running in this thread
        request = SimpleNamespace(session={})
        return apart.submit(lambda: asyncio.run(door.come_back(request))).result()[0]  # type: ignore[arg-type]


def test_sessions_that_never_sign_out_leave_so_many_tokens_and_no_more(provider_door, monkeypatch) -> None:
    _, door = provider_door
    monkeypatch.setattr(sign_in_provider, "MOST_HINTS", 3)
    for n in range(5):
        tokens = {"userinfo": {"groups": ["leads"], "sub": f"{n}"}, "id_token": f"token{n}"}
        come_back(door, monkeypatch, tokens)
    assert list(door._hints.values()) == ["token2", "token3", "token4"]


def test_answers_of_no_provider_are_counted_and_fill_no_audit(provider_door, monkeypatch) -> None:
    store, door = provider_door
    for _ in range(20):
        with pytest.raises(Exception, match="did not answer as it should"):
            come_back(door, monkeypatch, ValueError("made up"))
    assert len(store.audit_lines(action="refused")) == 1


def test_an_administrator_ends_every_session_of_a_name_and_lets_everyone_try_again(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    first = book.add_account(store, "ann@x.uk", Role.LEAD, by="t")
    tokens = [signing_in.sign_in(store, "ann@x.uk", first, address="h").token]
    for user in ("bob@x.uk [7]", "Bob@x.uk [7]", "eve"):
        tokens.append(signing_in.let_in(store, Person(Role.LEAD, user=user), how="provider").token)

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["account", *words, "--store", str(store.folder), "--by", "boss"])
        assert done.exit_code == 0, done.output
        return done.output

    assert "2 sessions of bob@x.uk [7] ended" in run("end-sessions", "bob@x.uk [7]")
    assert "1 session of ANN@x.uk ended" in run("end-sessions", "ANN@x.uk")
    assert "0 sessions of nobody ended" in run("end-sessions", "nobody")
    assert [sessions.find(store, token) is not None for token in tokens] == [False, False, False, True]
    assert "can try to sign in again" in run("let-all-try")
    assert store.audit_lines(last=4)["who"].tolist() == ["boss"] * 4
