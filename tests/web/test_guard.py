"""The door, knocked at from outside: every role at every address, over HTTP and over the websocket."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator

import pyotp
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from toolkit.accounts import directory as book
from toolkit.accounts import sessions
from toolkit.accounts.roles import EVERY_PAGE, PAGES, Role
from toolkit.records import Store

pytestmark = pytest.mark.timeout(300)

SHUT = "This page is not open to the role you are signed in as."
CENTRE = "C01"
NOBODYS = "00000000-0000-4000-8000-000000000000"
ODD = [
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/interact",
    "/_stcore/agent/mcp",
    "/auth/login",
    "/oauth2callback",
    "/app/static/store.sqlite",
    "/component/any/index.html",
    "/media/../store.sqlite",
    "/media/" + "0" * 32 + ".json",
    "/static/../../store.sqlite",
    "/..%2f..%2fstore.sqlite",
    "/store.sqlite",
    "/.git/config",
    "/results/rec11_referrals/result.json",
    "/sign-in/../referrals",
    "/sign-in/nothing",
    f"/_stcore/upload_file/{NOBODYS}/{NOBODYS}",
]


@pytest.fixture(scope="module")
def visit(over_http, app: str, county: Store) -> Callable:
    """Make clients of the county's app, signed in as a role or not at all."""
    tracking = county.read("centres").dropna(subset=["tracks_progress_from"])["centre_id"]

    def make(role: Role | None = None):
        client = over_http.Client(app.removeprefix("http://"))
        if role is not None:
            answer = client.sign_in(role=role.value, centre=tracking.iloc[0])
            assert (answer.status, answer.headers["location"]) == (303, "/")
        return client

    return make


@pytest.fixture(scope="module")
def known(visit) -> Callable:
    """Make clients with the cookies of who signed in as a role before, for those who ask much and never sign out."""
    signed_in: dict[Role | None, dict[str, str]] = {}

    def make(role: Role | None = None):
        if role not in signed_in:
            signed_in[role] = visit(role).cookies
        client = visit()
        client.cookies = dict(signed_in[role])
        return client

    return make


def last_refusal(store: Store) -> tuple[str, str, str]:
    line = next(line for line in store.audit_lines(last=20).itertuples() if line.action == "refused")
    return line.who, line.what, json.loads(line.detail).get("why", "")


def written(page: str) -> list[str]:
    """Ways to write a page's address."""
    return [f"/{page}", f"/{page}/", f"//{page}", f"/{page}?x=1", f"/{page[0]}%{ord(page[1]):02x}{page[2:]}"]


@pytest.mark.parametrize("page", sorted(EVERY_PAGE))
@pytest.mark.parametrize("role", [None, *Role])
def test_a_page_opens_to_its_roles_however_its_address_is_written(role, page: str, known, county: Store) -> None:
    client = known(role)
    for path in written(page):
        answer = client.ask(path)
        if role is None:
            assert answer.status in (303, 404), path
            assert answer.headers.get("location", "/sign-in").startswith("/sign-in")
        elif page in PAGES[role]:
            assert answer.status in (200, 301, 400, 404), path
            assert re.fullmatch(r"(http://localhost:[0-9]+)?/[a-z-]+(\?x=1)?", answer.headers.get("location", "/x"))
        else:
            assert answer.status in (403, 404), path
            assert 'id="root"' not in answer.text
    first = client.ask(f"/{page}").status
    assert first == (303 if role is None else 200 if page in PAGES[role] else 403)
    if first == 403:
        who, what, why = last_refusal(county)
        assert (what, why) == (page, "page of another role") and who


@pytest.mark.parametrize("role", list(Role))
def test_over_the_websocket_a_page_of_another_role_shows_nothing(role: Role, known, over_http, county: Store) -> None:
    client = known(role)
    for page in sorted(EVERY_PAGE):
        with client.socket() as socket:
            told = over_http.draw(socket, page)
        assert (SHUT in told) is (page not in PAGES[role]), page
        if page not in PAGES[role]:
            assert "<table" not in told and 'verdict">' not in told
            assert last_refusal(county)[1] == f"page {page}"


@pytest.mark.parametrize("path", ODD)
@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.ANALYST])
def test_nothing_else_is_there_for_anyone(role, path: str, known) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "POST"):
        client = known(role)
        answer = client.ask(path, method, Origin=f"http://{client.host}")
        assert answer.status in (303, 400, 401, 403, 404, 405), (method, answer.status)
        if answer.status == 303:
            assert answer.headers["location"] == "/sign-in"
        assert "SQLite format" not in answer.text and "root" not in answer.text[:200]


def test_without_a_session_no_websocket_opens(visit) -> None:
    client = visit()
    for cookie in ("", "x" * 43, "'; drop table sessions; --"):
        client.cookies["toolkit-session"] = cookie
        with pytest.raises(InvalidStatus) as refused:
            client.socket()
        assert refused.value.response.status_code == 403


def test_another_site_opens_no_websocket_and_posts_nothing(visit, county: Store) -> None:
    client = visit(Role.LEAD)
    with pytest.raises(InvalidStatus) as refused:
        client.socket(origin="https://elsewhere.example")
    assert refused.value.response.status_code == 403
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site", "Origin": f"http://{client.host}"},
        {},
    ):
        for path in ("/sign-in", "/sign-out", "/password"):
            assert client.ask(path, "POST", "role=lead", **headers).status == 403, headers
        assert last_refusal(county)[2] == "asked by another site"
    assert client.ask("/still").status == 200


def test_a_copied_cookie_opens_nothing_after_signing_out(visit, over_http) -> None:
    client = visit(Role.LEAD)
    thief = visit()
    thief.cookies = dict(client.cookies)
    assert thief.ask("/referrals").status == 200
    with thief.socket() as watching:
        over_http.draw(watching, "referrals")
        assert client.post("/sign-out").status == 303
        assert client.cookies["toolkit-session"] == ""
        assert thief.ask("/referrals").headers["location"] == "/sign-in?next=referrals"
        assert thief.ask("/still").status == 401
        with pytest.raises(InvalidStatus):
            thief.socket()
        with pytest.raises(ConnectionClosed):  # and what was open is cut off at the next thing it asks
            over_http.draw(watching, "referrals")


def test_an_open_page_is_cut_off_within_seconds_though_nothing_is_asked(visit, over_http) -> None:
    client = visit(Role.LEAD)
    with client.socket() as watching:
        over_http.draw(watching, "about")
        client.post("/sign-out")
        start = time.monotonic()
        with pytest.raises(ConnectionClosed):
            while True:
                watching.recv(timeout=20)
        assert time.monotonic() - start < 15


def test_signing_in_gives_a_session_nobody_chose_before(visit, county: Store) -> None:
    client = visit()
    client.cookies["toolkit-session"] = "chosen-by-someone-else"
    client.sign_in(role="member")
    first = client.cookies["toolkit-session"]
    assert first != "chosen-by-someone-else" and sessions.find(county, "chosen-by-someone-else") is None
    client.sign_in(role="lead")
    assert client.cookies["toolkit-session"] != first
    assert sessions.find(county, first) is None


def test_the_cookie_is_out_of_reach_of_scripts_and_bound_to_the_host(visit) -> None:
    client = visit()
    given = client.sign_in(role="member").headers["set-cookie"]
    assert re.search(r"HttpOnly", given) and "SameSite=lax" in given and "Path=/" in given and "Max-Age" not in given
    assert "Domain" not in given
    over_https = client.ask(
        "/sign-in", "POST", "role=member", Content_Type="application/x-www-form-urlencoded",
        Origin=f"https://{client.host}", X_Forwarded_Proto="https",
    ).headers["set-cookie"]  # fmt: skip
    assert over_https.startswith("__Host-toolkit-session=") and "Secure" in over_https


def test_a_header_a_browser_sends_makes_nobody_someone_else(visit, over_http, county: Store) -> None:
    lead, member = visit(Role.LEAD), visit(Role.MEMBER)
    known_by = sessions.token_hash(lead.cookies["toolkit-session"])
    assert visit().ask("/referrals", X_Toolkit_Session=known_by).status == 303
    assert member.ask("/referrals", X_Toolkit_Session=known_by).status == 403
    with member.socket(**{"X-Toolkit-Session": known_by}) as socket:
        assert SHUT in over_http.draw(socket, "referrals")
    with pytest.raises(InvalidStatus):
        visit().socket(**{"X-Toolkit-Session": known_by})


@pytest.fixture
def lead_download(visit, over_http) -> Iterator[tuple[object, str]]:
    """A lead with an open page, and the address of a download on it."""
    client = visit(Role.LEAD)
    with client.socket() as socket:
        told = over_http.draw(socket, "about")
        address = re.search(r"/media/[0-9a-f]{32}\.[a-z]+", told)
        assert address is not None
        yield client, address[0]


def test_a_download_is_for_the_session_that_was_given_it(lead_download, visit, county: Store) -> None:
    lead, address = lead_download
    assert lead.ask(address).status == 200
    for role in (Role.MEMBER, Role.ANALYST, Role.LEAD, Role.ADMINISTRATOR):
        assert visit(role).ask(address).status == 403
        assert last_refusal(county)[1:] == ("chart or download", "not given to this session")
    assert visit().ask(address).status == 401
    lead.post("/sign-out")
    assert lead.ask(address).status == 401


def test_an_upload_place_is_for_the_session_that_was_given_it(visit, over_http, county: Store) -> None:
    from streamlit.proto.BackMsg_pb2 import BackMsg

    manager, other = visit(Role.MANAGER), visit(Role.MANAGER)
    with manager.socket() as socket:
        over_http.draw(socket, "upload")
        message = BackMsg()
        message.file_urls_request.request_id = "r"
        message.file_urls_request.file_names.append("scores.csv")
        message.file_urls_request.session_id = "any"
        socket.send(message.SerializeToString())
        place = None
        while place is None:
            place = re.search(rb"_stcore/upload_file/[0-9a-f-]{36}/[0-9a-f-]{36}", bytes(socket.recv(timeout=20)))
        path = "/" + place[0].decode()
        for someone in (other, visit(Role.MEMBER)):
            assert someone.ask(path, "PUT", "x", Origin=f"http://{someone.host}").status == 403
            assert last_refusal(county)[1:] == ("upload", "not given to this session")
        assert visit().ask(path, "PUT", "x", Origin=f"http://{manager.host}").status == 401
        ours = manager.ask(path, "PUT", "x", Origin=f"http://{manager.host}")
        assert "XSRF" in ours.text or ours.status == 403  # let through to Streamlit, which asks for its own token


@pytest.fixture
def own(over_http, serve, tmp_path) -> Iterator[tuple[Store, Callable]]:
    """An empty store of its own, and a maker of clients of its app."""
    store = Store.create(tmp_path / "own")
    with serve(store.folder, tmp_path / "app.txt") as address:
        yield store, lambda: over_http.Client(address.removeprefix("http://"))


def test_real_records_are_entered_by_account_alone(own) -> None:
    store, client = own
    assert "toolkit account add" in client().ask("/sign-in").text
    for role in Role:
        assert client().sign_in(role=role.value, centre="C01").status == 400
    book.add_account(store, "boss", Role.ADMINISTRATOR, by="t")
    page = client().ask("/sign-in").text
    assert "Password" in page and "I am a" not in page


def test_a_second_step_is_set_up_and_asked(own) -> None:
    store, make = own
    first = book.add_account(store, "boss", Role.ADMINISTRATOR, by="t")
    client = make()
    client.sign_in(name="boss", password=first)
    client.post("/password", old=first, new="violet tractor lemonade", again="violet tractor lemonade")
    page = client.ask("/set-second-step")
    shown = re.search(r"<code>([A-Z2-7 ]{39})</code>", page.text)
    assert shown is not None and "<svg" in page.text
    secret, present = shown[1].replace(" ", ""), "violet tractor lemonade"
    assert client.post("/set-second-step", present=present, code="1").status == 400
    began, code = time.time(), pyotp.TOTP(secret)  # one moment for all codes: the half minute may end meanwhile
    first_code = code.at(int(began))
    assert client.post("/set-second-step", present="not it at all", code=first_code).status == 400
    assert client.post("/set-second-step", present=present, code=first_code).status == 303
    again = make()
    answer = again.sign_in(name="boss", password="violet tractor lemonade")
    assert answer.headers["location"] == "/second-step"
    assert again.ask("/accounts").headers["location"] == "/second-step?next=accounts"
    used = again.post("/second-step", code=first_code)  # the code that set it up is spent
    assert used.status == 400 and "used already" in used.text
    later = code.at(int(began) + 30)
    assert again.post("/second-step", code=later).status == 303
    assert again.ask("/accounts").status == 200


def test_a_password_that_must_be_changed_opens_only_its_change(own, over_http) -> None:
    store, make = own
    name = "new.lead"
    first = book.add_account(store, name, Role.LEAD, by="t")
    client = make()
    assert client.sign_in(name=name, password="wrong password").status == 400
    answer = client.sign_in(name=name, password=first)
    assert (answer.status, answer.headers["location"]) == (303, "/password")
    for path in ("/", "/referrals", "/second-step", "/set-second-step", "/_stcore/host-config", "/media/" + "0" * 32):
        asked = "?next=referrals" if path == "/referrals" else ""
        assert client.ask(path).headers.get("location") == f"/password{asked}", path
    with pytest.raises(InvalidStatus):
        client.socket()
    assert client.ask("/still").status == 401
    changed = client.post("/password", old=first, new="violet tractor lemonade", again="violet tractor lemonade")
    assert (changed.status, changed.headers["location"]) == (303, "/")
    assert client.ask("/referrals").status == 200
    with client.socket() as socket:
        assert name in over_http.draw(socket, "about")


def test_passwords_are_not_taken_over_plain_http_from_elsewhere(visit) -> None:
    client = visit()
    sent = {"Host": "centres.example.gov.uk", "Origin": "http://centres.example.gov.uk"}
    import http.client

    connection = http.client.HTTPConnection(client.host, timeout=30)
    connection.putrequest("POST", "/sign-in", skip_host=True)
    body = b"name=ann&password=secret"
    for name, value in {
        **sent,
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": len(body),
    }.items():
        connection.putheader(name, str(value))
    connection.endheaders(body)
    answer = connection.getresponse()
    assert answer.status == 400 and "only be sent over a secure connection" in answer.read().decode()


@pytest.mark.parametrize(
    "page", ["https://elsewhere.example", "//elsewhere.example", "../sign-out", "referrals", "no-such"]
)
def test_after_signing_in_one_goes_to_a_page_of_ours(page: str, visit) -> None:
    client = visit()
    where = client.sign_in(role="lead", next=page).headers["location"]
    assert where == ("/referrals" if page == "referrals" else "/")
    assert page not in client.ask(f"/sign-in?next={page}").text or page == "referrals"


def draw_as_a_proxy(over_http, address: str) -> str:
    """Sign in, and return what a page says to whoever passes it on under a name of theirs."""
    client = over_http.Client(address.removeprefix("http://"))
    client.sign_in(role="member")
    client.cookies["__Host-toolkit-session"] = client.cookies["toolkit-session"]
    called, origin = "centres.example.gov.uk", "https://centres.example.gov.uk"
    with client.socket(called=called, origin=origin, **{"X-Forwarded-Proto": "https"}) as socket:
        return over_http.draw(socket, "overview")


@pytest.mark.parametrize("named", [False, True])
def test_behind_a_proxy_only_the_name_that_was_given_opens_pages(named: bool, over_http, serve, tmp_path, app) -> None:
    if not named:
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            draw_as_a_proxy(over_http, app)
        return
    Store.create(tmp_path / "store", simulated=True)
    with serve(tmp_path / "store", tmp_path / "app.txt", TOOLKIT_HOST_NAME="centres.example.gov.uk") as address:
        assert "What the report of 2011 said" in draw_as_a_proxy(over_http, address)
