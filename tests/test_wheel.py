"""The wheel, built from the tracked files and installed by itself, does in an empty folder what a checkout does."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from counties import Counties
from toolkit.runs.answer import latest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

Toolkit = Callable[..., "subprocess.CompletedProcess[str]"]


def done(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TOOLKIT_"))}
    environment |= {"COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(
        [*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network from a copy of the tracked files."""
    copy = tmp_path_factory.mktemp("checkout")
    tracked = done("git", "ls-files", "-z", cwd=ROOT).stdout.split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", "made", "."]
    built = done(*build, cwd=copy)
    assert built.returncode == 0, built.stderr
    (file,) = (copy / "made").glob("*.whl")
    return file


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a new environment with the wheel in it, and what it needs from the environment that runs this."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.EnvBuilder(symlinks=True).create(folder)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    install = [sys.executable, "-m", "pip", "--python", programs / "python", "install", "--no-deps", "--no-index"]
    installed = done(*install, wheel, cwd=folder)
    assert installed.returncode == 0, installed.stderr
    # A path that a .pth file names is searched last, and its own .pth files, as that of a checkout, are not read.
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (packages / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return programs


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(scope="module")
def toolkit(environment: Path, empty: Path) -> Toolkit:
    """Run ``toolkit …`` of the wheel in an empty folder."""
    return lambda *arguments: done(environment / "toolkit", *arguments, cwd=empty)


@pytest.fixture(scope="module")
def county(toolkit: Toolkit, empty: Path) -> Path:
    """What ``toolkit demo`` makes there."""
    made = toolkit("demo", "--scale", "tenth", "--effect", "none", "--no-serve", "--headless")
    assert made.returncode == 0, made.stderr
    assert "A simulated county is ready" in made.stdout
    return empty / "demo-county"


def test_it_is_the_wheel_that_runs(environment: Path, empty: Path) -> None:
    where = done(environment / "python", "-c", "import toolkit; print(toolkit.__file__)", cwd=empty)
    assert Path(where.stdout.strip()).is_relative_to(environment.parent), where.stdout + where.stderr


def test_the_demo_answers_every_protocol_that_is_shipped_as_the_checkout_does(
    county: Path, counties: Counties, tmp_path: Path
) -> None:
    answered = {file.parents[1].name: file.read_bytes() for file in county.glob("results/*/*/result.json")}
    assert set(answered) == {file.stem for file in (ROOT / "analyses").glob("*.toml")}
    here = latest(counties.answered(tmp_path / "here").folder)
    for question, written in answered.items():  # in another process, at another time and from another folder
        assert written == (here[question] / "result.json").read_bytes(), question


def test_published_figures_are_recomputed(toolkit: Toolkit) -> None:
    claims = json.loads(toolkit("published", "--json").stdout)
    assert any(claim["differs"] and abs(claim["recomputed"] - 14.3) < 0.05 for claim in claims)


def test_a_protocol_is_found_by_its_name_and_run(toolkit: Toolkit, county: Path) -> None:
    ran = toolkit("run", "rec12_reach", "--store", county, "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["question"] == "rec12_reach"


def test_the_app_starts_and_lets_someone_in(environment: Path, empty: Path, county: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [environment / "toolkit", "app", "--store", county, "--port", port, "--headless"]
    log = empty / "app.txt"
    with log.open("w") as written:
        server = subprocess.Popen([*map(str, command)], cwd=empty, stdout=written, stderr=subprocess.STDOUT)
        try:
            address = f"http://localhost:{port}"
            assert asked_until_healthy(address, server) == "ok", log.read_text()
            with urllib.request.urlopen(f"{address}/sign-in", timeout=10) as page:
                assert "Early intervention lead" in page.read().decode()
        finally:
            server.terminate()
            server.wait(timeout=20)
    assert "Traceback" not in log.read_text(), log.read_text()


def test_the_app_has_its_own_settings_though_the_folder_it_is_started_in_has_none(
    environment: Path, empty: Path
) -> None:
    code = (
        "import json, sys; from streamlit import config; from toolkit.web.server import make_app; make_app();"
        "print(json.dumps({name: config.get_option(name) for name in sys.argv[1:]}))"
    )
    settings = {
        "server.allowedHosts": ["localhost", "127.0.0.1"],
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "theme.light.sidebar.backgroundColor": "#eef2f5",
    }
    ran = done(environment / "python", "-c", code, *settings, cwd=empty)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == settings


def asked_until_healthy(address: str, server: subprocess.Popen[bytes]) -> str:
    ends = time.monotonic() + 90
    while time.monotonic() < ends and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.25)
    return "no answer"
