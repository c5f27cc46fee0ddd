"""A scrutiny member's view of the store: what was published, protected before it was."""

from __future__ import annotations

import pandas as pd

from toolkit.publish.members.explore import Explorer, explorer
from toolkit.web import results
from toolkit.web.access.view import StoreView
from toolkit.web.results import Published, Withdrawn


class MemberStore(StoreView):
    """A scrutiny member's: what was published, protected before it was."""

    __slots__ = ()

    def published(self) -> list[Published | Withdrawn]:
        """Return what members may see of every question: the answer that stands, or that it was withdrawn."""
        return results.published(self._store)

    def published_counts(self) -> pd.DataFrame:
        """Return the counts that the Department publishes of areas, as they were imported."""
        return self._store.read("area_counts")

    def explorer(self) -> Explorer | None:
        """Return the referrals that members may explore, if anything was published."""
        return explorer(self._store)
