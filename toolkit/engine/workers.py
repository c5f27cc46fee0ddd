"""Which of Spark's workers were lost, by Spark's own page: it goes on without them, and tells no client of it."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from toolkit.errors import InputError

PAGE = "TOOLKIT_ENGINE_PAGE"
"""Name of the environment: where Spark shows its own page, such as ``http://host:4040``."""
_PATIENCE = 5.0  # seconds


def lost_workers() -> dict[str, str]:
    """Return each executor that Spark no longer has, and what it says of that; none where its page is not named.

    Raises
    ------
    InputError
        When the page is no web address. One that does not answer tells nothing, and stops nothing.
    """
    page = os.environ.get(PAGE, "").rstrip("/")
    if not page:
        return {}
    if not page.startswith(("http://", "https://")):
        raise InputError(f"{PAGE} is {page}. Give the address of Spark's own page, such as http://host:4040.")
    try:
        return {
            f"{each['id']}/{one['id']}": f"executor {one['id']}: {one.get('removeReason') or 'no reason given'}"
            for each in _asked(f"{page}/api/v1/applications")
            for one in _asked(f"{page}/api/v1/applications/{each['id']}/allexecutors")
            if not one["isActive"]
        }
    except (URLError, OSError, ValueError, KeyError, TypeError):
        return {}


def _asked(url: str) -> Any:
    with urlopen(url, timeout=_PATIENCE) as answer:
        return json.load(answer)
