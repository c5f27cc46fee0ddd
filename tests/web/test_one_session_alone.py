"""What one session was given is no other's, whatever its websocket says; and what no page needs is not there."""

from __future__ import annotations

import re
import socket as sockets
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus

from toolkit.accounts.roles import Role
from toolkit.records import Store
from toolkit.web.door.issued_addresses import Told
from toolkit.web.door.open_pages import OF_SESSION
from toolkit.web.door.taken_up import taking_up_only

pytestmark = pytest.mark.timeout(300)

HASH = "0123456789abcdef" * 2
ALL_ASKED = "all asked"
DOWNLOAD = re.compile(r"/(media/[0-9a-f]{32})\.[a-z]+")


@pytest.fixture(scope="module")
def outside() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy to the outside that only writes down what is asked of it, and its address."""
    asked: list[bytes] = []
    listening = sockets.create_server(("127.0.0.1", 0))

    def listen() -> None:
        with suppress(OSError):
            while True:
                caller, _ = listening.accept()
                with caller:
                    asked.append(caller.recv(200))

    Thread(target=listen, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", asked
    listening.close()


@pytest.fixture(scope="module")
def here(serve, tmp_path_factory, outside) -> Iterator[tuple[Store, str]]:
    """A simulated store with nothing in it, and the address of its app, with a display and a way out."""
    folder = tmp_path_factory.mktemp("alone")
    store = Store.create(folder / "store", simulated=True)
    (folder / "home" / ".claude").mkdir(parents=True)
    out = {name: outside[0] for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")}
    around = {**out, "no_proxy": "localhost,127.0.0.1", "DISPLAY": ":99", "HOME": str(folder / "home")}
    (folder / "home" / ".streamlit").mkdir()
    (folder / "home" / ".streamlit" / "config.toml").write_text("[server]\ndisconnectedSessionTTL = 3\n")
    with serve(store.folder, folder / "app.txt", **around) as address:
        yield store, address.removeprefix("http://")


@pytest.fixture
def come(over_http, here) -> Callable:
    """Make clients signed in as a role."""

    def make(role: Role = Role.MEMBER):
        client = over_http.Client(here[1])
        assert client.sign_in(role=role.value).status == 303
        return client

    return make


def asked(**given) -> bytes:
    message = BackMsg()
    for name, value in given.items():
        getattr(message, name).CopyFrom(value) if not isinstance(value, bool) else setattr(message, name, value)
    return message.SerializeToString()


def answers(client, *messages: bytes, role_page: str = "about") -> list[ForwardMsg]:
    """Return what an open page is told after it asked some things, and until its next drawing ends.

    The drawing is asked for when all before it is answered: Streamlit forgets what it has not yet sent when one begins.
    """
    last = BackMsg()
    last.rerun_script.page_name = role_page
    with client.socket() as socket:
        for message in (*messages, echo(ALL_ASKED)):
            socket.send(message)
        told = [next_told(socket)]
        while told[-1].file_urls_response.response_id != ALL_ASKED:
            told.append(next_told(socket))
        del told[-1]
        socket.send(last.SerializeToString())
        while not told or told[-1].WhichOneof("type") != "script_finished":
            told.append(next_told(socket))
        return told


def next_told(socket) -> ForwardMsg:
    return ForwardMsg.FromString(bytes(socket.recv(timeout=60)))


def echo(words: str, *names: str) -> bytes:
    message = BackMsg()
    message.file_urls_request.request_id = words
    message.file_urls_request.file_names.extend(names)
    return message.SerializeToString()


def number_of(told: list[ForwardMsg]) -> str:
    return next(one.new_session.initialize.session_id for one in told if one.WhichOneof("type") == "new_session")


def test_words_that_the_server_only_gives_back_open_no_download_and_no_upload(come, here, over_http) -> None:
    analyst, member = come(Role.ANALYST), come(Role.MEMBER)
    with analyst.socket() as page:
        found = DOWNLOAD.search(over_http.draw(page, "about"))
        assert found is not None and analyst.ask(found[0]).status == 200
        place = f"_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}"
        told = answers(member, echo(found[1]), echo(found[0]), echo(place), role_page="overview")
        given_back = [one.file_urls_response.response_id for one in told if one.HasField("file_urls_response")]
        assert given_back == [found[1], found[0], place]
        assert member.ask(found[0]).status == 403
        assert member.ask(f"/{place}", "PUT", "x", Origin=f"http://{member.host}").status == 403


def test_an_open_page_is_taken_up_again_by_its_own_session_alone(come, over_http) -> None:
    analyst, member = come(Role.ANALYST), come(Role.MEMBER)
    with analyst.socket() as page:
        first = BackMsg()
        first.rerun_script.page_name = "about"
        page.send(first.SerializeToString())
        told = next_told(page)
        number = told.new_session.initialize.session_id
        assert number
        over_http.until_drawn(page)
        with member.socket(page=number) as taken:
            taken.send(first.SerializeToString())
            given = next_told(taken).new_session.initialize.session_id
            assert given and given != number
        assert "Signed in as" in over_http.draw(page, "about")  # and nobody put the analyst out of it
    with analyst.socket(page=number) as back:
        back.send(first.SerializeToString())
        assert next_told(back).new_session.initialize.session_id == number


def test_a_page_is_told_nothing_of_the_servers_folders_or_what_it_runs_on(come, here) -> None:
    new = next(one for one in answers(come(), role_page="overview") if one.HasField("new_session")).new_session
    assert "/" not in new.main_script_path
    assert not new.initialize.environment_info.ByteSize()
    assert not new.initialize.recommend_skills_install


def test_what_no_page_needs_is_not_asked_of_streamlit(come, here) -> None:
    installs, other = BackMsg(), BackMsg()
    installs.backend_operation_request.request_id = "r"
    installs.backend_operation_request.install_skills.SetInParent()
    other.backend_operation_request.request_id = "r"
    other.backend_operation_request.dismiss_skills_nudge.SetInParent()
    loose = [asked(clear_cache=True), asked(load_git_info=True), asked(set_run_on_save=True)]
    told = answers(come(), installs.SerializeToString(), other.SerializeToString(), *loose, role_page="overview")
    kinds = {one.WhichOneof("type") for one in told}
    assert not kinds & {"backend_operation_response", "git_info_changed"}
    home = here[0].folder.parent / "home"
    assert [file for file in home.rglob("*") if file.is_file() and ".claude" in file.parts] == []


def test_a_download_made_when_it_is_asked_for_is_made_for_the_page_that_offers_it(come) -> None:
    session, told = "one", Told()
    offered = ForwardMsg()
    offered.delta.new_element.download_button.deferred_file_id = HASH
    told.note(session, offered)
    assert told.knows_made_later(session, HASH) and not told.knows_made_later("another", HASH)
    asked_for = BackMsg()
    asked_for.backend_operation_request.request_id = "r"
    asked_for.backend_operation_request.deferred_file.file_id = HASH
    kinds = {one.WhichOneof("type") for one in answers(come(), asked_for.SerializeToString(), role_page="overview")}
    assert "backend_operation_response" not in kinds


def test_nothing_outside_is_asked_whatever_origin_a_request_gives(come, over_http, outside, here) -> None:
    member = come()
    for origin in ("http://elsewhere.example", "http://[", "null", "http://localhost.elsewhere.example:1"):
        with pytest.raises(InvalidStatus) as refused:
            member.socket(origin=origin, **{"Sec-Fetch-Site": "same-origin"})
        assert refused.value.response.status_code == 403
        for path in (
            "/_stcore/health",
            "/overview",
            "/sign-in",
            "/_stcore/host-config",
            "/static/x.js",
            "/favicon.png",
        ):
            assert member.ask(path, Origin=origin).status in (200, 404)
        assert member.ask("/sign-in", "POST", "role=member", Origin=origin).status == 403
    assert outside[1] == []


def test_one_session_opens_so_many_pages_and_the_others_still_come_in(come, over_http) -> None:
    member = come()
    with ExitStack() as pages:
        for _ in range(OF_SESSION):
            pages.enter_context(member.socket())
        with pytest.raises(InvalidStatus) as refused:
            member.socket()
        assert refused.value.response.status_code == 403
        with come().socket() as other:
            assert "Signed in as" in over_http.draw(other, "overview")
    until = time.monotonic() + 20
    while True:  # a place is given back once the server has seen the page go
        try:
            with member.socket():
                pass
        except InvalidStatus:
            assert time.monotonic() < until
            time.sleep(0.1)
        else:
            break


def test_who_is_not_signed_in_writes_no_words_of_theirs_and_few_lines(here, over_http) -> None:
    store, host = here
    before = len(store.audit_lines())
    client = over_http.Client(host)
    for n in range(30):
        assert client.ask(f"/%1b%5b31mRED{n}%1b%5b0m", "POST").status == 403
    lines = store.audit_lines(action="refused")
    assert len(store.audit_lines()) - before <= 1
    assert "RED" not in " ".join(lines["what"]) + " ".join(lines["detail"])
    assert lines.iloc[0]["who"] == "not signed in"


class TestTold:
    """What counts as being told."""

    def test_an_address_counts_where_the_server_puts_it(self) -> None:
        told, files = Told(), ForwardMsg()
        button, made, logo = ForwardMsg(), ForwardMsg(), ForwardMsg()
        button.delta.new_element.download_button.url = f"/media/{HASH}.json"
        place = f"/_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}"
        files.file_urls_response.file_urls.add(upload_url=place, delete_url=place)
        made.backend_operation_response.deferred_file.url = f"/media/{HASH[::-1]}.xlsx"
        logo.logo.image = f"/media/{'f' * 32}.svg"
        for one in (button, files, made, logo):
            told.note("one", one)
        for path in (f"/media/{HASH}.json", place, f"/media/{HASH[::-1]}.xlsx", f"/media/{'f' * 32}.svg"):
            assert told.knows("one", path) and not told.knows("another", path)
        told.forget("one")
        assert not told.knows("one", place)

    @given(
        field=some.sampled_from(["markdown", "html", "label", "help", "echo", "alert", "table", "title", "choice"]),
        around=some.text(max_size=4),
    )
    @settings(max_examples=60, deadline=None)
    def test_an_address_in_words_is_none(self, field: str, around: str) -> None:
        told, message = Told(), ForwardMsg()
        words = f"{around}/media/{HASH}.json{around}"
        new = message.delta.new_element
        if field == "markdown":
            new.markdown.body = words
        elif field == "html":
            new.html.body = words
        elif field == "label":
            new.download_button.label = words
        elif field == "help":
            new.download_button.help = words
        elif field == "echo":
            message.file_urls_response.response_id = words
            message.file_urls_response.file_urls.add(file_id=words)
        elif field == "alert":
            new.alert.body = words
        elif field == "table":
            new.dataframe.arrow_data.data = words.encode()
        elif field == "title":
            new.heading.body = words
        else:
            new.selectbox.options.append(words)
        told.note("one", message)
        assert not told.knows("one", f"/media/{HASH}.json")


@given(
    lines=some.lists(
        some.lists(some.sampled_from(["streamlit", "token", "mine", "theirs", ""]), max_size=4), max_size=3
    )
)
@settings(max_examples=150, deadline=None)
def test_a_websocket_never_names_a_page_that_is_not_its_own_however_it_is_written(lines: list[list[str]]) -> None:
    from starlette.datastructures import Headers
    from streamlit.web.server.starlette.starlette_websocket import _parse_subprotocols

    headers = [(b"Sec-WebSocket-Protocol", ", ".join(line).encode()) for line in lines]
    scope = {"type": "websocket", "headers": [(b"cookie", b"x"), *headers], "subprotocols": []}
    passed = taking_up_only(scope, {"mine"}.__contains__)
    assert _parse_subprotocols(Headers(scope=passed))[2] in (None, "mine")
    assert (b"cookie", b"x") in passed["headers"]


def process_at(port: str) -> Path:
    """Return where the system tells of the process that serves at a port."""
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0") if folder.name.isdigit() else []
            if b"--port" in words and words[words.index(b"--port") + 1].decode() == port:
                return folder
    raise AssertionError(f"Nothing serves at {port}")


def memory_and_files(process: Path) -> tuple[float, int]:
    """Return a process's memory in MB and its open files."""
    kilobytes = re.search(r"VmRSS:\s+(\d+)", (process / "status").read_text())
    assert kilobytes is not None
    return int(kilobytes[1]) / 1024, len(list((process / "fd").iterdir()))


@pytest.mark.verify
def test_200_sessions_one_after_another_leave_memory_and_files_where_they_were(come, over_http, here) -> None:
    def one() -> None:
        client = come()
        with client.socket() as page:
            assert "Signed in as" in over_http.draw(page, "overview")
        assert client.post("/sign-out").status == 303

    process = process_at(here[1].rpartition(":")[2])
    for _ in range(10):
        one()
    time.sleep(4)
    one()
    memory, files = memory_and_files(process)
    for _ in range(200):
        one()
    until = time.monotonic() + 60
    while memory_and_files(process)[1] > files + 8 and time.monotonic() < until:
        time.sleep(1)
        one()  # those that went are forgotten when another comes
    after = memory_and_files(process)
    assert after[1] <= files + 8
    assert after[0] <= memory + 25, f"{memory:.0f} MB before, {after[0]:.0f} MB after"
