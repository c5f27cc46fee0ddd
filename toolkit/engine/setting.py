"""Which engine a run uses: a setting of whoever runs it, not of the protocol."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from toolkit.engine.embedded import Embedded
from toolkit.engine.protocol import Engine
from toolkit.errors import InputError

SETTING, SCRATCH, MEMORY = "TOOLKIT_ENGINE", "TOOLKIT_ENGINE_SCRATCH", "TOOLKIT_ENGINE_MEMORY_MB"
"""Names of the environment: ``sc://host:port`` for Spark; where Spark's workers all can write; DuckDB's memory."""


@contextmanager
def opened() -> Iterator[Engine]:
    """Give the engine that is set, and let go of what it made afterwards.

    Raises
    ------
    InputError
        When the setting names no engine.
    """
    engine = _engine()
    try:
        yield engine
    finally:
        engine.close()


def _engine() -> Engine:
    wanted = os.environ.get(SETTING, "embedded")
    if wanted == "embedded":
        memory = os.environ.get(MEMORY, "")
        if memory and not (memory.isdecimal() and int(memory) > 0):
            raise InputError(f"{MEMORY} is {memory}. Give whole megabytes, such as 4000, or leave it out.")
        return Embedded(int(memory) if memory else None)
    if wanted.startswith("sc://"):
        from toolkit.engine.spark import Spark

        return Spark(wanted, scratch=os.environ.get(SCRATCH))
    raise InputError(f'{SETTING} is "{wanted}". Give "embedded", or the address of Spark Connect: sc://host:15002.')
