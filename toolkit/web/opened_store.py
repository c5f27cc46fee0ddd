"""The store the app was started on, opened once."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from toolkit.errors import StoreError
from toolkit.records import Store

STORE_VARIABLE = "TOOLKIT_STORE"


def the_store() -> Store:
    """Return the store the app was started on, opened once.

    Raises
    ------
    StoreError
        When none was named, or there is none.
    """
    folder = os.environ.get(STORE_VARIABLE, "")
    if not folder:
        raise StoreError(
            "No store was named. Start the app with: toolkit app --store DIR (toolkit create-store makes an empty "
            "one), or see it on made-up records with: toolkit demo"
        )
    return _opened(folder)


@cache
def _opened(folder: str) -> Store:
    return Store.open(Path(folder))
