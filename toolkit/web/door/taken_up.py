"""Which open page a websocket may take up again: one that the very session was given, as after a broken connection.

Streamlit's page names itself as the third of the websocket's subprotocols, and is handed back to whoever names it. The
name is not secret (it stands in the addresses of uploads), and a page that is taken up acts as whoever opened it.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import Scope

_SUBPROTOCOLS = b"sec-websocket-protocol"
_PLACE = 2


def taking_up_only(scope: Scope, may: Callable[[str], bool]) -> Scope:
    """Return a websocket's scope that names no open page but one that may be taken up; else a new one is opened.

    Parameters
    ----------
    scope
        The websocket's.
    may
        Whether a page of this name may be.
    """
    offered = [value for name, value in scope["headers"] if name.lower() == _SUBPROTOCOLS]
    if not offered:
        return scope
    entries = [entry.strip() for entry in b",".join(offered).decode("latin-1").split(",")]
    if len(entries) > _PLACE and not may(entries[_PLACE]):
        entries = entries[:_PLACE]
    others = [(name, value) for name, value in scope["headers"] if name.lower() != _SUBPROTOCOLS]
    subprotocols = [entry for entry in entries if entry]
    named = (_SUBPROTOCOLS, ", ".join(entries).encode("latin-1"))
    return {**scope, "headers": [*others, named], "subprotocols": subprotocols}
