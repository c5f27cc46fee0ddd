"""Every file of the hostile corpus is read exactly, or refused with the sentence stated for it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.mapping.mapping import needs_mapping, propose
from toolkit.intake.review.context import ReviewContext
from toolkit.intake.review.review import review
from toolkit.tables import table

_spec = importlib.util.spec_from_file_location("intake_corpus", Path(__file__).with_name("corpus.py"))
assert _spec is not None and _spec.loader is not None
corpus = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(corpus)
CASES = corpus.CASES
case_module = sys.modules["corpus_case"]
CONTEXT = ReviewContext(
    centre_ids=frozenset({"C01", "C02"}),
    permitted_centre_ids=frozenset({"C01"}),
    family_ids=case_module.FAMILIES,
    declared={"higher_is": "better"},
    today=case_module.TODAY,
)
LONGEST = 20
"""Seconds for one file, on a machine that others share; nearly all take a tenth of one."""
OTHER = ReviewContext(today=case_module.TODAY)


def says(sentence: str, expected: str) -> bool:
    return sentence.startswith(expected[:-1]) if expected.endswith("…") else sentence == expected


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_file_is_read_exactly_or_refused_with_its_sentence(case) -> None:
    data = case.build()
    started = time.perf_counter()
    check(case, data)
    assert time.perf_counter() - started < LONGEST


def check(case, data: bytes) -> None:
    try:
        raw = read_sheet(data, case.file)
    except InputError as error:
        assert case.refused, str(error)
        assert says(str(error), case.refused), str(error)
        return
    assert not case.refused, f"it was read: {raw.sheets}"
    if needs_mapping(raw, table(case.table), CONTEXT.declared if case.table == "progress_scores" else {}):
        propose(raw, table(case.table), CONTEXT)  # as the upload page would, and no file may stop it
    found = review(raw, table(case.table), CONTEXT if case.table == "progress_scores" else OTHER)
    rows = tuple(
        tuple(None if pd.isna(value) else value for value in row)
        for row in found.rows.astype(object).itertuples(index=False, name=None)
    )
    came_later = found.rows.shape[1] - len(case.rows[0]) if case.rows else 0
    assert rows == tuple(row + (None,) * came_later for row in case.rows)
    sentences = tuple(problem.sentence for problem in found.problems)
    assert len(sentences) == len(case.problems), sentences
    assert all(map(says, sentences, case.problems)), sentences
    told = {notice.sentence for notice in found.notices}
    assert set(case.notices) <= told, told


def test_there_are_enough_and_each_is_named_once() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(CASES) >= 300


def test_the_files_are_the_same_every_time() -> None:
    assert all(case.build() == case.build() for case in CASES[::7])


WORST = (
    "bomb-one-part",
    "bomb-that-lies",
    "million-blank-rows",
    "16384-columns",
    "sheet-nested-deeply",
    "ods-repeated-without-end",
    "ods-repeated-rows",
    "text-10-mb-line",
    "text-10-mb-of-separators",
    "text-a-million-cells-wide",
    "text-more-rows-than-excel",
)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's own memory without its parent's")
def test_the_worst_files_take_less_than_a_gigabyte_and_no_reader_runs_outside_its_own_process(tmp_path) -> None:
    for case in CASES:
        if case.name in WORST:
            (tmp_path / case.name).with_suffix(Path(case.file).suffix).write_bytes(case.build())
    assert len(list(tmp_path.iterdir())) == len(WORST)
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from toolkit.errors import InputError\n"
        "from toolkit.intake.files.spreadsheet import read_sheet\n"
        "for file in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    try:\n"
        "        read_sheet(file, file.name)\n"
        "    except InputError:\n"
        "        pass\n"
        "assert not {'python_calamine', 'openpyxl', 'xml.etree'} & set(sys.modules)\n"
        "status = Path('/proc/self/status').read_text().split()\n"
        "print(status[status.index('VmHWM:') + 1], resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert all(int(kilobytes) < 1_000_000 for kilobytes in done.stdout.split()), done.stdout


def test_a_folder_a_missing_file_and_a_link_are_said(tmp_path) -> None:
    (tmp_path / "to-itself.xlsx").symlink_to(tmp_path / "to-itself.xlsx")
    (tmp_path / "dangling.xlsx").symlink_to(tmp_path / "nowhere.xlsx")
    told = {}
    for name in ("to-itself.xlsx", "dangling.xlsx", "nowhere.xlsx", "."):
        with pytest.raises(InputError) as caught:
            read_sheet(tmp_path / name, name)
        told[name] = str(caught.value)
    assert told == {
        "to-itself.xlsx": '"to-itself.xlsx" cannot be read: Too many levels of symbolic links.',
        "dangling.xlsx": '"dangling.xlsx" cannot be read: No such file or directory.',
        "nowhere.xlsx": '"nowhere.xlsx" cannot be read: No such file or directory.',
        ".": '"." cannot be read: Is a directory.',
    }
