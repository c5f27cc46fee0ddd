"""The secrets scan finds what is planted, says nothing of ordinary text, and finds the project clean."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"ci_{name}", ROOT / ".ci" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


secrets = load("secrets")
DIGEST = hashlib.sha256(b"seed").digest()
KEY = base64.b64encode(DIGEST).decode()  # a key as machines write it; made here, so that this file holds none
LETTERS = hashlib.sha256(b"letters").hexdigest()

# Each secret is put together as the test runs, so that the scan does not find this file.
PLANTED = {
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "AWS": 'key = "AKIA' + LETTERS[:16].upper() + '"',
    "GitHub": "ghp_" + LETTERS[:36],
    "GitLab": "glpat-" + LETTERS[:20],
    "Slack": "xoxb-" + LETTERS[:24],
    "Google": "AIza" + LETTERS[:35],
    "Azure": "AccountKey=" + KEY + KEY,
    "registry": "pypi-AgE" + LETTERS[:40],
    "signed token": "eyJ" + LETTERS[:20] + ".eyJ" + LETTERS[:20] + "." + LETTERS[:20],
    "address": "postgresql+psycopg://toolkit:" + "Tr0ub4dor@db.internal/records",
    "assigned literal": "database_pass" + "word" + " = 'correct-horse'",
    "assigned in settings": "cookie_" + "secret" + ' = "not-so-secret-really"',
    "assigned in a dict": '{"api_' + 'key": "abcdefgh12345678"}',
    "typed literal": "tok" + 'en: str = "abcdefgh12345678"',
    "random base64": f"value = {KEY}",
    "random hex": f"KEY={LETTERS[:48]}",
}
HARMLESS = [
    "password = getpass.getpass()",
    'password = os.environ["TOOLKIT_PASSWORD"]',
    "postgresql://$USER:$PASSWORD@host/records",
    "numpy==2.4.0 --hash=sha256:" + LETTERS,
    '"integrity": "sha512-' + base64.b64encode(DIGEST + DIGEST).decode() + '"',
    "tests/intake/test_the_reader_says_what_is_wrong_with_a_workbook.py",
    "def test_a_family_in_two_centres_on_one_day_is_counted_once_only() -> None:",
    "https://explore-education-statistics.service.gov.uk/find-statistics/children-in-need",
    "00000000000000000000000000000000000000000000",
    "token = next(tokens)",
    "The password must be at least 12 characters.",
]


def repository(folder: Path, files: dict[str, str]) -> Path:
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    subprocess.run(["git", "add", "-A", "-f"], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_secret_is_found_on_its_line_and_not_printed_whole(kind: str, tmp_path: Path) -> None:
    root = repository(tmp_path, {"toolkit/settings.py": f"# settings\n\n{PLANTED[kind]}\n"})
    found, _, files = secrets.scan(root, [])
    assert files == 1
    assert found, kind
    assert {(thing.file, thing.line) for thing in found} == {("toolkit/settings.py", 3)}
    assert all(thing.text not in thing.sentence for thing in found)


@pytest.mark.parametrize("line", HARMLESS)
def test_ordinary_text_is_not_taken_for_a_secret(line: str) -> None:
    assert list(secrets.in_line(line)) == []


@pytest.mark.parametrize(
    "name", [".env", ".env.production", ".streamlit/secrets.toml", "keys/id_ed25519", "server.pem", ".pgpass", "a.key"]
)
def test_a_tracked_file_that_holds_secrets_by_nature_is_found_whatever_is_in_it(name: str, tmp_path: Path) -> None:
    found, _, _ = secrets.scan(repository(tmp_path, {name: "x"}), [])
    assert [(thing.file, thing.kind) for thing in found] == [(name, "a file that holds secrets")]


def test_an_example_of_a_secrets_file_may_be_tracked(tmp_path: Path) -> None:
    assert secrets.scan(repository(tmp_path, {".env.example": "TOOLKIT_KEY=\n"}), [])[0] == []


def test_a_file_that_git_does_not_track_is_not_read(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.txt": "nothing"})
    (root / ".env").write_text(PLANTED["AWS"], encoding="utf-8")
    assert secrets.scan(root, [])[::2] == ([], 1)


def test_an_allowance_covers_its_own_file_and_text_only_and_is_reported_once_unneeded(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.txt": LETTERS, "b.txt": LETTERS})
    found, unneeded, _ = secrets.scan(root, [("a.txt", "sha256"), ("c.txt", "sha256")])
    assert [thing.file for thing in found] == ["b.txt"]
    assert unneeded == [("c.txt", "sha256")]


def test_an_allowance_without_a_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "allowed.txt"
    path.write_text("# why\na.txt | sha256\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"line 2: write it as: file \| text \| why"):
        secrets.read_allowed(path)


def test_the_project_holds_no_secret() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("This is not a clone: git does not say which files are tracked.")
    found, unneeded, files = secrets.scan(ROOT, secrets.read_allowed(secrets.ALLOWED))
    assert files > 400
    assert [thing.sentence for thing in found] == []
    assert unneeded == []
