"""The server in use: what its log says of people (nothing), a restart, a store that is gone, a proxy, the unit."""

from __future__ import annotations

import ast
import csv
import http.client
import io
import json
import os
import re
import shutil
import sqlite3
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_connection, socket
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import expect
from websockets.sync.client import connect

from toolkit.accounts.roles import Person, Role
from toolkit.records import Store
from toolkit.web.access import AdminStore
from toolkit.web.access.administrator import Wanted
from toolkit.web.server import FINISH_WITHIN

if TYPE_CHECKING:
    from door.conftest import Small

pytestmark = pytest.mark.timeout(300)
DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
NAME = "centres.example.gov.uk"
SCORES = "family_id,centre_id,scored_on,stage,score\n" + "".join(
    f"F{number:04d},C01,2010-01-{1 + number % 28:02d},start,{1 + number % 5}\n" for number in range(60)
)


def lines(log: Path) -> list[dict]:
    """Return the log's lines; each one must be JSON."""
    return [json.loads(line) for line in log.read_text().splitlines() if not line.startswith(("nanobind", " - "))]


def test_the_log_tells_of_use_and_of_nobody(small: Small, over_http) -> None:
    client = over_http.Client(small.host)
    client.sign_in(name="a.person@example.org", password="secret words of theirs")
    client.sign_in(role="manager", centre="C01")
    client.ask("/search?q=secretly+sought")
    client.ask("/F0007/secretly-written")
    client.ask("/runs")
    with client.socket() as spoken:
        over_http.draw(spoken, "search", "q=secretly+sought")
    page = over_http.PageByHand(client, "upload")
    page.upload("Your scores .*", "F0007-secret-name.csv", SCORES.replace("F0007", "Xunknown7").encode())
    page.socket.close()
    until = time.monotonic() + 20
    while sum(line["event"] == "page shut" for line in lines(small.log)) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    written = lines(small.log)
    kinds = {line["event"] for line in written}
    assert {"started", "request", "drawn", "page shut"} <= kinds
    assert {"search", "upload", "sign-in", "other"} <= {line.get("page") for line in written}
    assert any(line.get("status") == 404 for line in written)
    everything = small.log.read_text()
    for told in ("a.person", "example.org", "secret", "Amberfold", "F0", "Xunknown", "C01", "toolkit-session", "127.0"):
        assert told not in everything, told


def test_health_is_open_and_says_no_more_than_that(small: Small, over_http) -> None:
    answer = over_http.Client(small.host).ask("/health")
    assert answer.status == 200
    assert json.loads(answer.text).keys() == {"ok", "version"} and json.loads(answer.text)["ok"]


def test_the_notices_are_open_to_whoever_is_not_signed_in(small: Small, over_http) -> None:
    client = over_http.Client(small.host)
    locked = json.loads((Path(__file__).parents[1] / "axe" / "package.json").read_text(encoding="utf-8"))
    for address, words in (
        ("/accessibility", "[The council has not said here yet whom to ask"),
        ("/accessibility", f"axe-core {locked['dependencies']['axe-core']} for breaches"),
        ("/privacy", "[The council has not named its data protection officer here yet]"),
        ("/glossary", 'id="repeat-referral"'),
    ):
        answer = client.ask(address)
        assert answer.status == 200 and words in answer.text, address
        assert address in client.ask("/sign-in").text
    assert "Referrals: 25 years" in client.ask("/privacy").text


@pytest.mark.verify
@pytest.mark.browser
def test_a_store_that_is_gone_is_said_plainly(make_small, serve, over_http, visitor, tmp_path: Path) -> None:
    store = make_small(tmp_path / "store")
    with serve(store.folder, tmp_path / "app.txt") as address:
        client = over_http.Client(address.removeprefix("http://"))
        client.sign_in(role="member")
        reader = visitor(address=address)
        reader.sign_in("Scrutiny member")
        shutil.move(tmp_path / "store", tmp_path / "moved")
        said = reader.page.get_by_role("alert").filter(has_text="The server is being restarted, or cannot be reached.")
        expect(said).to_be_visible()  # within seconds, without anything pressed
        assert client.ask("/health").status == 503
        answer = client.ask("/findings")
        assert answer.status == 503
        assert "The store cannot be opened. Check that its folder exists" in answer.text
        shutil.move(tmp_path / "moved", tmp_path / "store")
        assert client.ask("/findings").status == 200
        assert client.ask("/health").status == 200


@pytest.mark.browser
def test_a_stop_waits_for_what_is_being_stored_and_says_what_is_not(
    make_small, serve, over_http, visitor, ports, tmp_path: Path
) -> None:
    store: Store = make_small(tmp_path / "store")
    port, log = ports(), tmp_path / "app.txt"
    held = sqlite3.connect(tmp_path / "store" / "store.sqlite", isolation_level=None, check_same_thread=False)
    with serve(store.folder, log, port=port) as address:
        reader = visitor(address=address)
        reader.sign_in("Scrutiny member")
        client = over_http.Client(address.removeprefix("http://"))
        client.sign_in(role="manager", centre="C01")
        page = over_http.PageByHand(client, "upload")
        page.upload("Your scores .*", "scores.csv", SCORES.encode())
        page.choose("On your scale, a higher score is", "Better for the family")
        held.execute("BEGIN IMMEDIATE")  # somebody else writes: the storing must wait its turn
        pressing = threading.Thread(target=_press, args=(page,), daemon=True)
        pressing.start()
        time.sleep(2)
        assert store.read("progress_scores").empty
        threading.Timer(2, held.execute, ("COMMIT",)).start()  # after the server was told to stop
    held.close()
    assert len(store.read("progress_scores")) == 60
    assert [line["unfinished"] for line in lines(log) if line["event"] == "stopped"] == [0]
    said = reader.page.get_by_role("alert").filter(has_text="A file that was chosen but not stored yet")
    expect(said).to_be_visible()
    with serve(store.folder, tmp_path / "again.txt", port=port):
        expect(reader.page.get_by_test_id("stConnectionStatus")).to_have_count(0)
        reader.page.goto(f"{address}/about")  # the session outlives the restart
        expect(reader.page.get_by_role("button", name="Sign out")).to_be_attached()


def _press(page) -> None:
    try:
        page.press("Store 60 rows")
    except Exception:
        return


def needed(program: str, package: str) -> str:
    """Return where a program is. Missing, it is a failure in CI and elsewhere a skip that says what to install."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if found is None:
        missing = f"{program} is not installed. On Debian: apt-get install {package}"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def certificate(folder: Path) -> Path:
    """Write a certificate of the example's name, signed by itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "cert.pem"


@contextmanager
def proxied(folder: Path, app: str, secure: int, plain: int) -> Iterator[None]:
    """Run nginx on the example, with this folder's paths and these ports put in place of its own."""
    nginx = needed("nginx", "nginx-light")
    example = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for theirs, ours in {
        "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        f"/etc/ssl/{NAME}.pem": f"{folder}/cert.pem",
        f"/etc/ssl/private/{NAME}.key": f"{folder}/key.pem",
        "/var/log/nginx/toolkit.log": f"{folder}/access.log",
        "http://127.0.0.1:8501": app,
    }.items():
        assert example.count(theirs) == 1, theirs
        example = example.replace(theirs, ours)
    (folder / "toolkit.conf").write_text(example)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {temporary} include {folder}/toolkit.conf; }}\n"
    )
    call = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    tried = subprocess.run([*call, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    running = subprocess.Popen(call)
    try:
        until = time.monotonic() + 30
        while not (folder / "nginx.pid").exists() or not _answers(secure):
            assert running.poll() is None and time.monotonic() < until, (folder / "error.log").read_text()
            time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait(timeout=20)


def test_the_proxy_example_lets_people_sign_in_over_https(make_small, serve, over_http, ports, tmp_path: Path) -> None:
    needed("nginx", "nginx-light")
    store, cert = make_small(tmp_path / "store"), certificate(tmp_path)
    trusted = ssl.create_default_context(cafile=str(cert))
    secure, plain = ports(), ports()
    with (
        serve(store.folder, tmp_path / "app.txt", TOOLKIT_HOST_NAME=NAME) as address,
        proxied(tmp_path, address.replace("localhost", "127.0.0.1"), secure, plain),
    ):
        ask = _Browser(secure, trusted)
        status, headers, text = ask("GET", "/findings")
        assert (status, headers["location"]) == (303, "/sign-in?next=findings")
        assert headers["strict-transport-security"]
        status, headers, _ = ask("POST", "/sign-in", "role=member&next=answers%3Fquestion%3Drec11_referrals")
        assert (status, headers["location"]) == (303, "/answers?question=rec11_referrals")
        assert ask.cookie.startswith("__Host-toolkit-session=")
        status, _, text = ask("GET", "/answers?question=rec11_referrals")
        assert status == 200 and 'id="root"' in text
        with connect(
            f"wss://{NAME}/_stcore/stream",
            sock=_to(secure),
            ssl=trusted,
            origin=f"https://{NAME}",
            additional_headers={"Cookie": ask.cookie},
            subprotocols=["streamlit"],
            max_size=None,
        ) as spoken:
            assert "Nothing is published on" in over_http.draw(spoken, "answers", "question=rec11_referrals")
        status, _, _ = ask("GET", "/health")
        assert status == 200
        away = http.client.HTTPConnection("127.0.0.1", plain, timeout=30)
        away.request("GET", "/answers?question=a", headers={"Host": NAME})
        moved = away.getresponse()
        assert (moved.status, moved.getheader("location")) == (301, f"https://{NAME}/answers?question=a")
    logged = (tmp_path / "access.log").read_text()
    assert logged.count("\n") >= 5 and "answers" not in logged and "rec11" not in logged and "127.0.0.1" not in logged
    last = store.audit_lines(action="signed in")
    assert len(last) == 1


class _Browser:
    """Requests through the proxy, by its name, with the cookie that was given."""

    def __init__(self, port: int, trusted: ssl.SSLContext) -> None:
        self.port, self.trusted, self.cookie = port, trusted, ""

    def __call__(self, method: str, path: str, form: str = "") -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPSConnection(NAME, timeout=30, context=self.trusted)
        connection.sock = self.trusted.wrap_socket(_to(self.port), server_hostname=NAME)
        headers = {"Host": NAME, "Origin": f"https://{NAME}", "Sec-Fetch-Site": "same-origin", "Cookie": self.cookie}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, form or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        given = answer.getheader("set-cookie") or ""
        self.cookie = given.split(";")[0] if given else self.cookie
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


def _answers(port: int) -> bool:
    try:
        _to(port).close()
    except OSError:
        return False
    return True


def _to(port: int) -> socket:
    return create_connection(("127.0.0.1", port), timeout=30)


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    text = (DEPLOY / "toolkit.service").read_text(encoding="utf-8")
    stops = int(re.search(r"TimeoutStopSec=(\d+)", text)[1])  # type: ignore[index]
    assert stops > 2 * FINISH_WITHIN  # the open connections, then the pages being drawn
    analyze = needed("systemd-analyze", "systemd")
    program = tmp_path / "toolkit"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / "toolkit.service"
    unit.write_text(text.replace("/opt/toolkit/venv/bin/toolkit", str(program)))
    said = subprocess.run([analyze, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr.strip()) == (0, "")


def test_the_container_file_copies_what_is_there_and_runs_as_nobody_special() -> None:
    """Read, not built: a build needs a container service and the internet. What it names must be in the project."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    root = DEPLOY.parent
    named = [part for word, rest in steps if word == "COPY" and "--from" not in rest for part in rest.split()[:-1]]
    assert named and [one for one in named if not (root / one).exists()] == []
    shipped = re.search(r"^SHIPPED = (\(.*\))$", (root / "setup.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert shipped is not None and set(ast.literal_eval(shipped[1])) <= set(named)
    users = [rest for word, rest in steps if word == "USER"]
    assert users == ["10001"] and [word for word, _ in steps].index("USER") < [word for word, _ in steps].index("CMD")
    assert all("--require-hashes" in rest or "--no-deps" in rest for word, rest in steps if "pip install" in rest)
    command = json.loads(next(rest for word, rest in steps if word == "CMD"))
    assert command[0] == "app" and "--headless" in command


def test_the_audits_csv_holds_no_formula(small: Small, over_http) -> None:
    small.store.audit(who='=HYPERLINK("x")', action="tried", what="@SUM(A1)", detail={})
    small.store.audit(who="Ann", action="tried", what="x", detail={})
    view = AdminStore(small.store, Person(Role.ADMINISTRATOR))
    rows = list(csv.reader(io.StringIO(view.audit_csv(Wanted(action="tried")))))
    assert [row[2] for row in rows] == ["who", "Ann", '\'=HYPERLINK("x")']
    assert rows[2][4] == "'@SUM(A1)"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    for wanted, many in (
        (Wanted("ANN", "tried"), 1),
        (Wanted("a%n"), 0),
        (Wanted(action="tried", first_day=tomorrow), 0),
        (Wanted(action="tried", last_day=tomorrow), 2),
    ):
        assert view.audit_found(wanted, start=0, most=50)[1] == many
    shown, found = view.audit_found(Wanted(action="tried"), start=1, most=1)
    assert (found, list(shown["who"])) == (2, ['=HYPERLINK("x")'])
