"""One run at a time for a store: a lock on a file, held for as long as the run's process lives.

Whoever starts a run takes the lock and hands it to the new process. The system lets go of it when that process ends,
however it ends, so the lock says truly whether a run is alive; no process number is ever trusted for that.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from toolkit.errors import StoreError

_TRIES, _PAUSE = 5, 0.02  # someone who only asks holds the lock for a moment


def take(file: Path, holder: str) -> int | None:
    """Take the lock for a run and return it as a file descriptor to hand on; ``None`` when another run has it.

    Raises
    ------
    StoreError
        On a system without such locks.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for _ in range(_TRIES):
        if _lock(descriptor):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, holder.encode(), 0)
            return descriptor
        time.sleep(_PAUSE)
    os.close(descriptor)
    return None


def holder_of(file: Path) -> str:
    """Return the id of the run that is alive; empty when none is."""
    if not file.is_file():
        return ""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return "" if _lock(descriptor, shared=True) else os.pread(descriptor, 200, 0).decode()
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, shared: bool = False) -> bool:
    try:
        import fcntl
    except ImportError as error:
        raise StoreError(
            "Runs from the app need Linux or macOS. Here, run the protocol with: toolkit run PROTOCOL --store DIR"
        ) from error
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
