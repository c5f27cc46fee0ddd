"""Check every locked package against known security advisories: ``python .ci/lock_check.py``.

The public advisory service is asked first, in one request of package names and versions. Where it does not answer (a
closed network), the dated list in ``.ci/advisories.json`` is used, and the check says how far that list reaches. It
never passes in silence: it prints what was checked against what, of which date, and it fails when nothing was checked
or the list is older than 180 days. ``python .ci/lock_check.py --from all.zip`` makes the list again from a copy of the
advisory database (an OSV dump: a zip of one JSON file an advisory).

An advisory that does not touch this project may be accepted in ``.ci/advisories-accepted.txt``, with a reason and a day
on which it is looked at again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-dev.lock")
LIST = ROOT / ".ci" / "advisories.json"
ACCEPTED = ROOT / ".ci" / "advisories-accepted.txt"
SERVICE = "https://api.osv.dev/v1/querybatch"
OLDEST_DAYS = 180
SECONDS = 15

Locked = list[tuple[str, str]]  # (name, version)
Known = list[tuple[str, str, str]]  # (name, version, advisory)


def normal(name: str) -> str:
    """Return a package's name as the packaging standard compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_locks(paths: tuple[Path, ...]) -> Locked:
    """Return every locked ``(name, version)`` once, in order; one package may be locked at two versions by Python."""
    pinned = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
    return sorted({(normal(n), v) for path in paths for n, v in pinned.findall(path.read_text(encoding="utf-8"))})


def ask(locked: Locked, service: str = SERVICE) -> Known | None:
    """Ask the advisory service about every package; ``None`` when it does not answer or not about all of them."""
    queries = [{"package": {"ecosystem": "PyPI", "name": name}, "version": version} for name, version in locked]
    body = json.dumps({"queries": queries}).encode()
    request = urllib.request.Request(service, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            results = json.load(answer)["results"]
    except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError, KeyError, TypeError):
        return None
    if len(results) != len(locked):
        return None
    return [(n, v, vuln["id"]) for (n, v), one in zip(locked, results, strict=True) for vuln in one.get("vulns") or ()]


def is_affected(version: str, advisory: dict) -> bool:
    """Say whether a version is in one of an advisory's ranges (``[introduced, fixed)``) or named by it."""
    if version in advisory.get("versions", ()):
        return True
    at = Version(version)
    try:
        return any(
            Version(span.get("introduced") or "0") <= at
            and ("fixed" not in span or at < Version(span["fixed"]))
            and ("last" not in span or at <= Version(span["last"]))
            for span in advisory["ranges"]
        )
    except InvalidVersion:  # a range that cannot be read is taken to hold the version: someone must look
        return True


def look_up(locked: Locked, packages: dict[str, list[dict]]) -> Known:
    """Return the advisories of the list that touch a locked version."""
    return [(n, v, one["id"]) for n, v in locked for one in packages.get(n, ()) if is_affected(v, one)]


def read_accepted(path: Path, today: date) -> set[tuple[str, str]]:
    """Return the ``(advisory, package)`` pairs accepted and not yet due again.

    Raises
    ------
    SystemExit
        When a line does not read ``advisory | package | YYYY-MM-DD | reason``.
    """
    accepted = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            parts = [part.strip() for part in line.split(" | ")]
            if len(parts) != 4 or not all(parts) or not re.fullmatch(r"\d{4}-\d\d-\d\d", parts[2]):
                raise SystemExit(f"{path.name}, line {number}: write it as: advisory | package | YYYY-MM-DD | reason.")
            if date.fromisoformat(parts[2]) >= today:
                accepted.add((parts[0], normal(parts[1])))
    return accepted


def spans(events: list[dict]) -> Iterator[dict]:
    """Yield a dump's range events as ``{introduced, fixed or last}``."""
    start = None
    for event in events:
        if "introduced" in event:
            start = event["introduced"]
        elif start is not None and ("fixed" in event or "last_affected" in event):
            end = {"fixed": event["fixed"]} if "fixed" in event else {"last": event["last_affected"]}
            yield {"introduced": start} | end
            start = None
    if start is not None:
        yield {"introduced": start}


def from_dump(dump: Path, names: set[str]) -> tuple[dict[str, list[dict]], str]:
    """Return a dump's advisories about the named packages, withdrawn ones left out, and the day it was last changed."""
    packages: dict[str, list[dict]] = {}
    newest = ""
    with zipfile.ZipFile(dump) as archive:
        for entry in sorted(name for name in archive.namelist() if name.endswith(".json")):
            advisory = json.loads(archive.read(entry))
            newest = max(newest, advisory.get("modified", "")[:10])
            for part in () if advisory.get("withdrawn") else advisory.get("affected", ()):
                name = normal(part.get("package", {}).get("name", ""))
                if name in names and part["package"].get("ecosystem") == "PyPI":
                    ranges = [s for r in part.get("ranges", ()) if r["type"] == "ECOSYSTEM" for s in spans(r["events"])]
                    found = {"id": advisory["id"], "aliases": advisory.get("aliases", []), "ranges": ranges}
                    # Versions are kept only where no range says it: they are long, and the ranges cover them.
                    packages.setdefault(name, []).append(found if ranges else found | {"versions": part["versions"]})
    return dict(sorted(packages.items())), newest


def write_list(dump: Path) -> None:
    """Write the committed list again from a dump of the advisory database; its date is the dump's, not today's."""
    packages, made = from_dump(dump, {name for name, _ in read_locks(LOCKS)})
    if not made:
        raise SystemExit(f"{dump} holds no advisories. Use an OSV dump: a zip of one JSON file an advisory.")
    text = {"made": made, "source": "a dump of the OSV advisory database, PyPI part", "complete": True}
    LIST.write_text(json.dumps(text | {"packages": packages}, indent=1) + "\n", encoding="utf-8")
    print(f"{LIST.name}: {sum(map(len, packages.values()))} advisories about {len(packages)} packages, as of {made}.")


def report(known: Known, accepted: set[tuple[str, str]]) -> int:
    """Print each advisory that is not accepted; return how many."""
    open_ones = [(n, v, a) for n, v, a in known if (a, n) not in accepted]
    for name, version, advisory in open_ones:
        print(
            f"{name} {version} has a known security fault: {advisory}. Raise its version (pyproject.toml, make lock)."
        )
    return len(open_ones)


def check(locked: Locked, known: Known | None, listed: dict, accepted: set[tuple[str, str]], today: date) -> int:
    """Say what was checked against what, and return 1 when a fault is open or nothing sound could be checked."""
    if not locked:
        print("No locked package was found: nothing was checked.")
        return 1
    if known is not None:
        faults = report(known, accepted)
        print(f"Advisories: {len(locked)} locked packages checked with the advisory service on {today}, {faults} open.")
        return int(faults > 0)
    packages = listed["packages"]
    faults = report(look_up(locked, packages), accepted)
    age = (today - date.fromisoformat(listed["made"])).days
    print(
        f"Advisories: the advisory service did not answer. {len(locked)} locked packages checked against the list "
        f"of {listed['made']} ({sum(map(len, packages.values()))} advisories about {len(packages)} packages), "
        f"{faults} open."
    )
    if not listed["complete"]:
        print("That list is not complete: run this check on an open network before each release.")
    if age > OLDEST_DAYS:
        print(f"The list is {age} days old, and {OLDEST_DAYS} is the most. Make it again: make advisories DUMP=all.zip")
    return int(faults > 0 or age > OLDEST_DAYS or not packages)


def main() -> int:
    """Check the locks, or make the list again with ``--from``."""
    options = argparse.ArgumentParser(description="Check every locked package against known security advisories.")
    options.add_argument("--from", dest="dump", type=Path, help="make the list again from this zip of advisories")
    options.add_argument("--offline", action="store_true", default=bool(os.environ.get("TOOLKIT_OFFLINE")))
    chosen = options.parse_args()
    today = date.today()
    if chosen.dump:
        write_list(chosen.dump)
        return 0
    locked = read_locks(LOCKS)
    known = None if chosen.offline else ask(locked)
    listed = json.loads(LIST.read_text(encoding="utf-8"))
    return check(locked, known, listed, read_accepted(ACCEPTED, today), today)


if __name__ == "__main__":
    sys.exit(main())
