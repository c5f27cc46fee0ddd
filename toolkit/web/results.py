"""Which result bundles a page shows: the newest of a question for staff, the published one for members."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from toolkit.publish.answer import latest
from toolkit.publish.bundle import read_bundle
from toolkit.publish.members import member_view
from toolkit.records import Store

REFERRALS = "rec11_referrals"
PROGRESS = "para73_change"
MONEY = "rec10_worcestershire_series"
MONEY_HERE = "rec10_store_series"


def newest(store: Store, question: str) -> tuple[Path, dict[str, Any]] | None:
    """Return the folder and content of a question's newest result, for leads and analysts."""
    folder = latest(store.folder).get(question)
    return None if folder is None else (folder, read_bundle(folder))


def published(store: Store) -> list[dict[str, Any]]:
    """Return what members may see of the latest published result of every question."""
    rows = store.publications()
    latest_rows = rows[rows["is_latest"]].sort_values("question")
    shown = []
    for row in latest_rows.itertuples(index=False):
        view = member_view(read_bundle(store.folder / str(row.result)))
        shown.append({**view, "published_at": row.at})
    return shown


def is_published(store: Store, folder: Path) -> bool:
    """Whether this very result is what members see now."""
    rows = store.publications()
    here = folder.resolve().relative_to(store.folder.resolve()).as_posix()
    return bool(((rows["result"] == here) & rows["is_latest"]).any())
