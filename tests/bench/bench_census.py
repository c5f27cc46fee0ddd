"""A county's census as its system lays it out: 100,000 children, line breaks and blanks, 300 MB, through the command.

python tests/bench/bench_census.py [--children 100000] [--megabytes 300]

Asked: 90 s and 500 MB at most for `toolkit import census`. The processor's seconds are printed too: a machine may be
shared. Then the same file once more, and a year later's, in which every case has closed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from toolkit.intake.pseudonyms import write_key
from toolkit.records import Store

HEAD = """<?xml version="1.0" encoding="utf-8"?>
<Message>
  <Header>
    <CollectionDetails><Collection>CIN</Collection><Year>2026</Year><ReferenceDate>2026-03-31</ReferenceDate></CollectionDetails>
  </Header>
  <Children>
"""
TAIL = "  </Children>\n</Message>\n"
CLOSED = "<CINclosureDate>2026-04-30</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure>"
SOURCES = ("1A", "2A", "3A", "3B", "3F", "5A", "6", "8")


def child(number: int, width: int, closed: str = "") -> str:
    """Return a child with one case, as a system writes it: an element a line, indented, and blanks to a width."""
    received = date(2025, 4, 1) + timedelta(number % 360)
    plan = received + timedelta(20)
    parts = [
        f"<Child><ChildIdentifiers><LAchildID>{10_000_000 + number}</LAchildID><UPNunknown>UN1</UPNunknown>",
        "<PersonBirthDate>2019-01-01</PersonBirthDate><Sex>F</Sex></ChildIdentifiers>",
        "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>",
        f"<CINdetails><CINreferralDate>{received}</CINreferralDate>",
        f"<ReferralSource>{SOURCES[number % len(SOURCES)]}</ReferralSource><PrimaryNeedCode>N1</PrimaryNeedCode>",
        "<Assessments><AssessmentActualStartDate>2025-05-01</AssessmentActualStartDate>",
        "<FactorsIdentifiedAtAssessment><AssessmentFactors>3A</AssessmentFactors></FactorsIdentifiedAtAssessment>",
        "</Assessments>",
        "<!-- as the system left it -->",
        closed,
        f"<Section47><S47ActualStartDate>{received + timedelta(5)}</S47ActualStartDate></Section47>"
        * (number % 3 == 0),
        f"<CINPlanDates><CINPlanStartDate>{min(plan, date(2026, 3, 31))}</CINPlanStartDate></CINPlanDates>"
        * (number % 2),
        f"<ReferralNFA>{int(number % 6 == 4)}</ReferralNFA></CINdetails></Child>",
    ]
    lines = "".join(parts).replace("><", ">\n        <").split("\n")
    return "\n".join(line.ljust(width) for line in lines) + "\n"


def census(children: int, size: int, closed: str = "") -> Iterator[str]:
    """Yield a census's text, widened with blanks until it has at least so many bytes."""
    bare = sum(len(child(number, 0)) for number in range(6)) / 6
    lines = sum(child(number, 0).count("\n") for number in range(6)) / 6
    width = 0
    while bare * children < size and sum(len(child(n, width)) for n in range(6)) / 6 * children < size:
        width += max(1, int((size / children - bare) / lines / 8))
    yield HEAD
    for number in range(children):
        yield child(number, width, closed)
    yield TAIL


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=100_000)
    parser.add_argument("--megabytes", type=float, default=300)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        files = {"first import": "", "the same file again": "", "a year later, every case closed": CLOSED}
        for name, closed in {"now.xml": "", "later.xml": CLOSED}.items():
            with (here / name).open("w", encoding="utf-8") as file:
                file.writelines(census(asked.children, int(asked.megabytes * 1e6), closed))
        Store.create(here / "store")
        write_key(here / "key")
        options = ["--store", str(here / "store"), "--key", str(here / "key")]
        for said, closed in files.items():
            path = here / ("later.xml" if closed else "now.xml")
            command = [sys.executable, "-m", "toolkit.cli", "import", "census", str(path), *options]
            began = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise SystemExit(f"{' '.join(command)} ended with exit code {process.returncode}")
            wall = time.perf_counter() - began
            cpu, megabytes = used.ru_utime + used.ru_stime, path.stat().st_size / 1e6
            print(
                f"{asked.children:,} children, {megabytes:,.0f} MB, {said}: {wall:.1f} s ({cpu:.1f} s of processor), "
                f"{used.ru_maxrss / 1000:,.0f} MB at most",
                flush=True,
            )
        stored = Store.open(here / "store").read("referrals")
        if len(stored) != asked.children or stored["closed_on"].isna().any():
            raise SystemExit(f"{len(stored):,} referrals were stored of {asked.children:,}, or not all closed")


if __name__ == "__main__":
    main()
