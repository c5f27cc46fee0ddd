"""The server's log: a line of JSON for each thing that happened, with nothing in it that tells of a person.

A line of ours is made of words of ours and numbers. What libraries write may quote what they stumbled over, a cell or a
name in it, so of theirs a line has where it came from, the kind of error and the places in the code it came through,
and not their words; only the server's own (uvicorn's) are let through. Who did what stands in the store's audit.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

_OURS, _WITH_WORDS = "toolkit", ("toolkit", "uvicorn")
_LOG = logging.getLogger("toolkit.web")
_MOST_PLACES = 12


class JsonLine(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower()}
        parts = getattr(record, "parts", None)
        if parts is not None:
            line |= {"event": record.msg, **parts}
        else:
            line |= {"event": "said", "by": record.name, "where": f"{Path(record.pathname).name}:{record.lineno}"}
            if record.name.split(".")[0] in _WITH_WORDS:
                line["words"] = record.getMessage().strip()
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            line |= {"error": kind.__name__, "through": _places(trace)}
        return json.dumps(line, ensure_ascii=False)


def write_log(to: Path | None, *, only_warnings: bool = False) -> None:
    """Send every line, ours and libraries', to a file or, without one, to standard output; and what nobody caught.

    Parameters
    ----------
    to
        The file; it is opened anew when something else, such as logrotate, has moved it away.
    only_warnings
        Whether lines that only tell of use are left out.
    """
    handler = logging.StreamHandler(sys.stdout) if to is None else logging.handlers.WatchedFileHandler(to, "a", "utf-8")
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.WARNING if only_warnings else logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda found: _uncaught(found.exc_type, found.exc_value, found.exc_traceback)
    _take_over_streamlit(handler)


def event(name: str, *, level: int = logging.INFO, **parts: str | int | float | bool) -> None:
    """Write a line of ours: what happened, with parts that are words of ours or numbers."""
    _LOG.log(level, name, extra={"parts": parts})


def _take_over_streamlit(handler: logging.Handler) -> None:
    """Let Streamlit's loggers write here too; each of them would write to standard error in a way of its own."""
    from streamlit import logger as theirs

    def ours(logger: logging.Logger) -> None:
        logger.handlers = [handler]

    theirs.setup_formatter = ours
    theirs.update_formatter()


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    _LOG.error("not caught", exc_info=(kind, error or kind(), trace), extra={"parts": {}})


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_MOST_PLACES:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
