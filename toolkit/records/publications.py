"""Publications: which result is shown as the answer to a question, who decided so and when."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.database.schema import PUBLICATIONS
from toolkit.records.database.versions import frame_of


def folder_in_store(result_folder: Path, store_folder: Path) -> str:
    """Return a result's folder relative to the store's, with forward slashes on every system.

    Raises
    ------
    StoreError
        When there is no such folder, or it is not in the store: members are shown nothing from elsewhere.
    """
    if not result_folder.is_dir():
        raise StoreError(f"There is no result in {result_folder}. Run the protocol first: toolkit run")
    inside = store_folder.resolve() / "results"
    if not result_folder.resolve().is_relative_to(inside):
        raise StoreError(
            f"The result in {result_folder} is not in the store, so it cannot be published. "
            "Run the protocol on the store without --out."
        )
    return result_folder.resolve().relative_to(store_folder.resolve()).as_posix()


def write_publication(connection: sa.Connection, question: str, result: str, *, by: str) -> None:
    """Write down that a result is published as the answer to a question."""
    row = {"question": question, "result": result, "by": by, "at": datetime.now(UTC)}
    connection.execute(sa.insert(PUBLICATIONS), row)


def list_publications(connection: sa.Connection) -> pd.DataFrame:
    """Return every publication, the newest first: question, result, by, at (UTC), is_latest of its question."""
    query = sa.select(*(PUBLICATIONS.c[name] for name in ("question", "result", "by", "at")))
    frame = frame_of(connection.execute(query.order_by(PUBLICATIONS.c.publication_id.desc())))
    frame["is_latest"] = ~frame["question"].duplicated()
    return frame
