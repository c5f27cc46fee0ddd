"""Fuzzing what reads an uploaded file: only a sentence may come of any bytes.

    python -m venv fuzz && fuzz/bin/pip install atheris
    PYTHONPATH=.:<the project's site-packages> fuzz/bin/python tests/bench/fuzz_intake.py -max_total_time=1800 corpus/

The bytes go through the look at the file's kind, the look over a workbook's parts, the csv reader and the review, in
one process and with coverage; every `EVERY`-th file that is a sound workbook also goes through the reader's own
process. A folder is filled with the first files, those of the hostile corpus, when it is empty. Anything but an
`InputError`, or a reading that takes longer than `SLOW` seconds, stops the run and leaves the file behind.
atheris is no dependency of the project: it is needed here only.
"""

from __future__ import annotations

import importlib.util
import random
import struct
import sys
import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["toolkit.intake", "toolkit.tables"]):
    from toolkit.errors import InputError
    from toolkit.intake.files.delimited import read_delimited
    from toolkit.intake.files.file_kind import kind_of
    from toolkit.intake.files.raw_sheet import RawSheet
    from toolkit.intake.files.workbook import read_workbook
    from toolkit.intake.files.xls_errors import error_cells
    from toolkit.intake.files.zip_parts import Parts, look_over
    from toolkit.intake.review.review import ReviewContext, review
    from toolkit.tables import table

EVERY = 40
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, LookupError)
SLOW = 20
SCORES = table("progress_scores")
CONTEXT = ReviewContext(declared={"higher_is": "better"})
CORPUS = Path(__file__).parents[1] / "intake" / "corpus" / "corpus.py"
counts = {"files": 0, "refused": 0, "reviewed": 0, "processes": 0}


def first_files(folder: Path) -> None:
    """Write the files of the hostile corpus, those that are not large, to an empty folder."""
    spec = importlib.util.spec_from_file_location("intake_corpus", CORPUS)
    assert spec is not None and spec.loader is not None
    corpus = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(corpus)
    for case in corpus.CASES:
        content = case.build()
        if len(content) < 20_000:
            (folder / case.name.replace("/", "-").replace("%", "")).write_bytes(content)


def mutate(data: bytes, largest: int, seed: int) -> bytes:
    """Return a file changed: within one part of an archive, which is packed soundly again, or anywhere."""
    rng = random.Random(seed)
    if data.startswith(b"PK\x03\x04") and rng.random() < 0.8:
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                parts = {name: archive.read(name) for name in archive.namelist()}
        except BROKEN:
            return bytes(atheris.Mutate(data, largest))
        if parts and sum(map(len, parts.values())) < 500_000:
            name = rng.choice(list(parts))
            parts[name] = bytes(atheris.Mutate(parts[name], len(parts[name]) + 200))
            buffer = BytesIO()
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
                for part, content in parts.items():
                    archive.writestr(zipfile.ZipInfo(part.split("\x00")[0] or "x"), content)
            return buffer.getvalue()
    return bytes(atheris.Mutate(data, largest))


def read(data: bytes) -> None:
    """Read a file as an upload is read; anything but an `InputError` is a fault."""
    counts["files"] += 1
    started = time.monotonic()
    try:
        kind = kind_of(data, "x")
        if kind == "text":
            sheet, notices = read_delimited(data, "x")
            counts["reviewed"] += 1
            review(RawSheet("x", "", "csv", (sheet,), notices), SCORES, CONTEXT).problem_sentences()
        else:
            parts = look_over(data, "x") if kind == "zip" else Parts("xls", faults=error_cells(data, "x"))
            if counts["files"] % EVERY == 0:
                counts["processes"] += 1
                sheets = read_workbook(data, "x", parts)
                counts["reviewed"] += 1
                raw = RawSheet("x", "", parts.kind, sheets, (), parts.counts_from_1904)
                review(raw, SCORES, CONTEXT).problem_sentences()
    except InputError as error:
        counts["refused"] += 1
        assert str(error).startswith('"x"') and str(error).endswith("."), error
    assert time.monotonic() - started < SLOW, "too slow"
    if counts["files"] % 5_000 == 0:
        print(counts, flush=True)


def main() -> None:
    """Fuzz, with libFuzzer's own options; the last argument is the folder of files."""
    folder = Path(sys.argv[-1])
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        first_files(folder)
    atheris.Setup(sys.argv, read, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
