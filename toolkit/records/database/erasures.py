"""What erasures the store remembers."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from toolkit.records.database.schema import ERASURES
from toolkit.records.database.versions import frame_of


def list_erasures(connection: sa.Connection) -> pd.DataFrame:
    """Return every erasure, the newest first; see `Store.erasures`."""
    names = ("erasure_id", "version", "at", "by", "kind", "reason", "families", "rows", "finished_at")
    query = sa.select(*(ERASURES.c[name] for name in names)).order_by(ERASURES.c.erasure_id.desc())
    return frame_of(connection.execute(query))


def newest_erasure(connection: sa.Connection) -> int:
    """Return the number of the newest erasure, 0 when there was none."""
    return int(connection.execute(sa.select(sa.func.max(ERASURES.c.erasure_id))).scalar_one() or 0)
