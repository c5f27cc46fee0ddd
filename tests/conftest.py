"""What many tests share: the published data beside the project, and simulated counties made once a run."""

from __future__ import annotations

import gc
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

if sys.dont_write_bytecode:  # each of the hundreds of processes that tests start would compile the package again
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

if "PYTEST_XDIST_WORKER" in os.environ:  # each worker has a core; two threads each would only wait for one another
    os.environ |= {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS") if name not in os.environ}

if gc.isenabled():  # until all is collected: nothing of it is garbage, and looking for some took a tenth of the time
    gc.disable()

import in_process
from counties import Counties

settings.register_profile("every run", max_examples=50)  # of tests that do not say how many
settings.load_profile("every run")

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FIRST = (
    "tests/web/test_pages_in_browser.py",
    "tests/test_wheel.py",
    "tests/intake/corpus/test_corpus.py",
    "tests/web/test_runs_in_browser.py",
    "tests/test_road.py",
    "tests/web/test_upload_in_browser.py",
    "tests/web/test_guard.py",
    "tests/web/test_publishing_in_browser.py",
    "tests/web/test_managers_at_once.py",
    "tests/web/door/test_operation.py",
    "tests/web/test_what_a_state_lets_show.py",
    "tests/web/members/test_one_question.py",
    "tests/publish/test_jobs.py",
    "tests/studies/test_matched_cohort.py",
    "tests/studies/test_traps.py",
    "tests/intake/connect/test_connect.py",
    "tests/test_cli.py",
    "tests/records/test_killed.py",
    "tests/docs/test_examples.py",
    "tests/docs/test_site.py",
    "tests/cohort/test_trials.py",
    "tests/publish/test_target.py",
    "tests/publish/test_disclosure.py",
    "tests/web/test_provider_in_browser.py",
    "tests/publish/test_words_and_shutters.py",
    "tests/records/erasure/test_erasure.py",
    "tests/records/erasure/test_erasure_of_files.py",
)
"""The files that take longest, so that no worker is left with one of them when the others have done.

The first one makes the published county; the next two need none, so that their worker does not wait for it.
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling:
    """Deal tests out to workers by whole files, so that what a file's tests share is made once."""
    config.option.loadscopereorder = False  # not by how many tests a file has, but in the order of the collection
    return LoadFileScheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first."""
    places = {ROOT / file: place for place, file in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    """Keep what collecting made out of the garbage collector's way.

    Streamlit collects all garbage after each drawing of a page, and so searched every test of the suite each time.
    """
    gc.enable()
    gc.collect()
    gc.freeze()
    look_for_components_once()


def look_for_components_once() -> None:
    """Have Streamlit look through the installed packages for components once, and not each time a test draws a page.

    Reading what all of them say of themselves took longer than drawing most pages; nothing is installed meanwhile.
    """
    if "streamlit.testing.v1" in sys.modules:
        from streamlit.components.v2 import manifest_scanner

        manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def pytest_sessionfinish() -> None:
    """Give it back: a library counts what was never collected as leaked, and says so."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def counties(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Counties:
    """Simulated counties and what was found on them (see shared/counties.py); ``--cache-clear`` makes them again."""
    made = Counties(pytestconfig.cache.mkdir("counties"), tmp_path_factory.mktemp("counties"))
    made.remove_stale()
    return made


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real published data kept beside the project."""
    folder = Path(os.environ.get("TOOLKIT_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("The published data are not in ../shared/data; set TOOLKIT_SHARED_DATA to where they are.")
    return folder


@pytest.fixture(scope="session")
def command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``toolkit …`` as a person would, but for the second that a process of its own takes to start."""
    return in_process.command


@pytest.fixture(scope="session")
def command_alone() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``toolkit …`` as a person would, in a process of its own."""

    def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        call = [sys.executable, "-m", "toolkit.cli", *map(str, arguments)]
        with in_process.environment():
            return subprocess.run(call, cwd=cwd, capture_output=True, text=True, timeout=280, check=False)

    return run


def postgresql_programs() -> Path | None:
    """The folder of initdb and pg_ctl: Debian keeps them out of the way of PATH."""
    found = shutil.which("pg_ctl")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if folders:
        return folders[0]
    return Path(found).resolve().parent if found else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """A scratch PostgreSQL server on a socket, gone after the run; call for the URL of a new empty database.

    Missing, it is a failure in CI and elsewhere a skip that says what to install. It refuses to run as root, so as
    root it runs as another user.
    """
    programs = postgresql_programs()
    if programs is None:
        missing = "PostgreSQL is not installed. On Debian: apt-get install postgresql"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path may have 107 characters
    as_user: dict[str, object] = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, "timeout": 120}
    if os.geteuid() == 0:
        other = next((user for user in pwd.getpwall() if user.pw_name == "postgres"), pwd.getpwnam("nobody"))
        os.chown(folder, other.pw_uid, other.pw_gid)
        folder.chmod(0o755)
        as_user |= {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
    data = folder / "data"
    initdb = [programs / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C"]
    options = f"-k {folder} -c listen_addresses='' -c max_connections=120 -c shared_buffers=64MB"
    subprocess.run([*map(str, initdb)], **as_user)
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    subprocess.run([*control, "-o", options, "start"], **as_user)
    numbers = count(1)

    def new_database() -> str:
        name = f"store{next(numbers)}"
        subprocess.run([str(programs / "createdb"), "-h", str(folder), "-U", "tests", name], check=True, timeout=60)
        return f"postgresql://tests@/{name}?host={folder}"

    try:
        yield new_database
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **as_user)
        shutil.rmtree(folder, ignore_errors=True)
