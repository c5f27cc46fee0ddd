"""A protocol as somebody reads and changes it: every key with its value and its help, and a new text kept for it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from toolkit.errors import ProtocolError
from toolkit.studies.protocol import Gates, Protocol, Spec
from toolkit.studies.protocol_file import Header, protocol_of


def explained(protocol: Protocol) -> list[dict[str, Any]]:
    """Return every key of a protocol: ``key``, its ``value``, whether that is its ``own`` or the house's, ``help``."""
    header = {name: getattr(protocol, name) for name in Header.model_fields if name not in ("kind", "gates")}
    return [
        *(_row(name, value, Header.model_fields[name]) for name, value in header.items()),
        *_rows(protocol.kind, protocol.spec),
        *_rows("gates", protocol.gates),
    ]


def _rows(table: str, spec: Spec) -> Iterator[dict[str, Any]]:
    for name, field in type(spec).model_fields.items():
        value = getattr(spec, name)
        if isinstance(value, Spec) and not isinstance(value, Gates):
            yield from _rows(f"{table}.{name}", value)
        else:
            yield _row(f"{table}.{name}", value, field)


def _row(key: str, value: Any, field: FieldInfo) -> dict[str, Any]:
    is_own = field.is_required() or value != field.get_default(call_default_factory=True)
    return {"key": key, "value": _plain(value), "own": is_own, "help": field.description or ""}


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(_plain, value)) if isinstance(value, tuple | list) else str(value)


def save(file: Path, text: str, *, seen: str) -> Protocol:
    """Keep a new text of a protocol, all of it checked first, and return what it says.

    Parameters
    ----------
    file, text
        The protocol's file, and what it is to hold.
    seen
        The SHA-256 of the text that was changed.

    Raises
    ------
    ProtocolError
        When the text cannot be used, naming every key that is wrong; when somebody else changed the file since; or
        when this folder cannot be written to.
    """
    content = text.replace("\r\n", "\n").encode("utf-8")
    found = protocol_of(content, file.name)
    if hashlib.sha256(file.read_bytes()).hexdigest() != seen:
        raise ProtocolError(f"Somebody changed {file.name} since you opened it. Open it again, then make your change.")
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
            part.write(content)
        os.replace(part.name, file)
    except OSError as error:
        raise ProtocolError(
            f"{file.name} cannot be kept: the folder of protocols is not to be written to from here. Ask whoever looks "
            "after the server to name one that is (TOOLKIT_ANALYSES)."
        ) from error
    return found
