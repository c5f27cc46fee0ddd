"""The lock check finds a known fault in a locked version, and says so when it could check little or nothing."""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
import zipfile
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 23)


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"ci_{name}", ROOT / ".ci" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


lock_check = load("lock_check")
OLD = [("starlette", "0.40.0"), ("requests", "2.34.2")]


def committed() -> dict:
    return json.loads(lock_check.LIST.read_text(encoding="utf-8"))


class Service(BaseHTTPRequestHandler):
    """Answers as the advisory service does: the results in the order of the questions."""

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        faulty = {("starlette", "0.40.0"): [{"id": "GHSA-one"}, {"id": "GHSA-two"}]}
        results = [
            {"vulns": faulty[key]} if (key := (q["package"]["name"], q["version"])) in faulty else {} for q in queries
        ]
        if self.path == "/short":
            results = results[:-1]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"results": results}).encode() if self.path != "/broken" else b"<html>")

    def log_message(self, *_: object) -> None:
        """Keep the tests' output to the tests."""


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_the_service_names_each_fault_of_a_locked_version(service: str, capsys: pytest.CaptureFixture[str]) -> None:
    known = lock_check.ask(OLD, service)
    assert known == [("starlette", "0.40.0", "GHSA-one"), ("starlette", "0.40.0", "GHSA-two")]
    assert lock_check.check(OLD, known, committed(), {("GHSA-two", "starlette")}, TODAY) == 1
    printed = capsys.readouterr().out
    assert "starlette 0.40.0 has a known security fault: GHSA-one." in printed
    assert "GHSA-two" not in printed
    assert "2 locked packages checked with the advisory service on 2026-11-23, 1 open." in printed


@pytest.mark.parametrize("path", ["/short", "/broken"])
def test_an_answer_that_is_not_about_every_package_is_no_answer(path: str, service: str) -> None:
    assert lock_check.ask(OLD, service + path) is None


def test_a_service_that_is_not_there_is_no_answer() -> None:
    assert lock_check.ask(OLD, "http://127.0.0.1:9/") is None


def test_without_the_service_the_list_finds_the_fault_and_says_its_date_and_reach(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert lock_check.check(OLD, None, committed(), set(), TODAY) == 1
    printed = capsys.readouterr().out
    assert "starlette 0.40.0 has a known security fault: CVE-2025-62727." in printed
    assert "CVE-2024-47874" not in printed, "0.40.0 is the version that put that one right"
    assert "the advisory service did not answer" in printed
    assert f"the list of {committed()['made']}" in printed


def test_a_list_older_than_180_days_fails_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    listed = {"made": "2026-05-01", "complete": True, "packages": {"pip": []}}
    assert lock_check.check([("requests", "2.34.2")], None, listed, set(), TODAY) == 1
    assert "The list is 206 days old, and 180 is the most. Make it again:" in capsys.readouterr().out


def test_nothing_checked_never_passes() -> None:
    assert lock_check.check([], [], committed(), set(), TODAY) == 1
    empty = {"made": TODAY.isoformat(), "complete": True, "packages": {}}
    assert lock_check.check([("requests", "2.34.2")], None, empty, set(), TODAY) == 1


@pytest.mark.parametrize(
    ("version", "affected"),
    [("1.1", False), ("1.2", True), ("1.2.5rc1", True), ("1.3", False), ("2.0", True), ("2.4", True), ("2.5", False)],
)
def test_ranges_hold_their_first_version_and_not_the_fixed_one(version: str, affected: bool) -> None:
    advisory = {"ranges": [{"introduced": "1.2", "fixed": "1.3"}, {"introduced": "2.0", "last": "2.4"}]}
    assert lock_check.is_affected(version, advisory) is affected


def test_a_range_that_cannot_be_read_is_taken_to_hold_the_version() -> None:
    assert lock_check.is_affected("2.0", {"ranges": [{"introduced": "0", "fixed": "first of May"}]})


def test_every_locked_package_is_read_once_at_each_version() -> None:
    locked = lock_check.read_locks(lock_check.LOCKS)
    text = "".join(path.read_text(encoding="utf-8") for path in lock_check.LOCKS)
    assert len(locked) == len(set(locked)) > 80
    assert {name for name, _ in locked} >= {"streamlit", "sqlalchemy", "psycopg-binary", "pytest"}
    assert len(locked) == len({line.split()[0] for line in text.splitlines() if "==" in line.split(" ")[0]})


def test_the_list_is_made_from_a_dump_of_the_database(tmp_path: Path) -> None:
    events = [{"introduced": "0"}, {"fixed": "1.0"}, {"introduced": "2.0"}, {"last_affected": "2.2"}]
    ranged = {"package": {"name": "Python_Multipart", "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM"}]}
    ranged["ranges"][0]["events"] = events
    named = {"package": {"name": "requests", "ecosystem": "PyPI"}, "versions": ["2.1"]}
    other = {"package": {"name": "requests", "ecosystem": "npm"}, "versions": ["2.1"]}
    dump = tmp_path / "all.zip"
    with zipfile.ZipFile(dump, "w") as archive:
        archive.writestr("A.json", json.dumps({"id": "A", "modified": "2026-03-02T01:02:03Z", "affected": [ranged]}))
        archive.writestr("B.json", json.dumps({"id": "B", "affected": [named, other]}))
        archive.writestr("C.json", json.dumps({"id": "C", "affected": [named], "withdrawn": "2026-01-01T00:00:00Z"}))
    packages, made = lock_check.from_dump(dump, {"python-multipart", "requests"})
    assert made == "2026-03-02", "the list is as old as the dump, whenever it was made"
    assert [(name, one["id"]) for name, ones in packages.items() for one in ones] == [
        ("python-multipart", "A"),
        ("requests", "B"),
    ]
    at = [("python-multipart", v) for v in ("0.9", "1.0", "2.2", "2.3")] + [("requests", "2.1"), ("requests", "2.2")]
    assert lock_check.look_up(at, packages) == [
        ("python-multipart", "0.9", "A"),
        ("python-multipart", "2.2", "A"),
        ("requests", "2.1", "B"),
    ]


def test_an_accepted_advisory_needs_a_reason_and_falls_due(tmp_path: Path) -> None:
    path = tmp_path / "accepted.txt"
    path.write_text(
        "A | Requests | 2026-12-01 | not reached\nB | requests | 2026-11-01 | not reached\n", encoding="utf-8"
    )
    assert lock_check.read_accepted(path, TODAY) == {("A", "requests")}
    path.write_text("A | requests | soon\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="line 1: write it as: advisory"):
        lock_check.read_accepted(path, TODAY)


def test_no_locked_version_has_a_fault_the_list_knows() -> None:
    locked = lock_check.read_locks(lock_check.LOCKS)
    accepted = {advisory for advisory, _ in lock_check.read_accepted(lock_check.ACCEPTED, TODAY)}
    known = lock_check.look_up(locked, committed()["packages"])
    assert [fault for fault in known if fault[2] not in accepted] == []
