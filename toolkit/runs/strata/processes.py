"""Processes side by side, the folder they bring data to, and that neither outlives the run that began them."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from toolkit.engine.setting import SCRATCH

TO_REMOVE = set[Path]()
"""What a process removes when the one that began it, whose it is, was killed."""
_LOOKS = 1.0  # seconds between two looks at whether the process that began this one is still there


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder for what is brought here, nobody else's to read; Spark's workers must reach it as well."""
    shared = os.environ.get(SCRATCH, "")
    with TemporaryDirectory(prefix="toolkit-lake-", dir=shared if Path(shared).is_dir() and shared else None) as folder:
        yield Path(folder)


@contextmanager
def pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that use one thread for linear algebra, and end with the one that began them."""
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    try:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(
            processes, mp_context=context, initializer=_end_with, initargs=(os.getpid(),)
        ) as running:
            yield running
    finally:
        os.environ.pop("OPENBLAS_NUM_THREADS")
        if before is not None:
            os.environ["OPENBLAS_NUM_THREADS"] = before


def _end_with(parent: int) -> None:
    """End this process when the one that began it is gone, which a killed one cannot tell it."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOKS)
        for scratch in TO_REMOVE:
            shutil.rmtree(scratch, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()
