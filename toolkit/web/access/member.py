"""A scrutiny member's view of the store: what was published, protected before it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from toolkit.areas.council import Council, council_of
from toolkit.intake.outgoing.safe_cells import csv_text
from toolkit.publish.members.explore import Explorer, explorer
from toolkit.publish.members.explored import Explored, everything, explored, own_area
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.trends import Trend, area_of, counts_there, releases_in_words, trend
from toolkit.records.decisions import Decision
from toolkit.records.settings import settings_of
from toolkit.report.model import Block
from toolkit.report.translations import kept_summaries
from toolkit.web import lookups, results
from toolkit.web.access.view import StoreView
from toolkit.web.results import Published, Withdrawn


class MemberStore(StoreView):
    """A scrutiny member's: what was published, protected before it was."""

    __slots__ = ()

    def published(self) -> list[Published | Withdrawn]:
        """Return what members may see of every question: the answer that stands, or that it was withdrawn."""
        return results.published(self._store)

    def translated(self, views: Sequence[MemberView]) -> tuple[dict[str, tuple[Block, ...]], tuple[str, ...]]:
        """Return the council's translated summaries of answers, and what is wrong with those that are left out."""
        return kept_summaries(self._store.folder, views)

    def published_counts(self) -> pd.DataFrame:
        """Return the counts that the report of 2011 has too, as the Department publishes them."""
        return self._store.read("area_counts", measures=["referrals", "initial_assessments"])

    def explorer(self) -> Explorer | None:
        """Return the referrals that members may explore, if anything was published."""
        return explorer(self._store)

    def explored(self, found: Explorer, by: str, only: Mapping[str, str]) -> Explored:
        """Return a choice of what members may explore, with rates where the number of children is known."""
        area = own_area(area_of(self.council()), simulated=self.is_simulated)
        return explored(found, by, only, lookups.children(self._store, area))

    def all_explored(self, found: Explorer) -> bytes:
        """Return every figure that members may explore, as a csv file."""
        about = ["# Simulated data: no real families are in it."] if found.simulated else []
        return ("\ufeff" + csv_text([*([line] for line in about), *everything(found)])).encode()

    def decisions(self) -> tuple[Decision, ...]:
        """Return what was decided on the recommendations, the oldest first."""
        return self._store.decisions()

    def whom_to_ask(self) -> str:
        """Return whom the council named to ask about this service; empty where it named nobody."""
        return settings_of(self._store)["contact"]

    def council(self) -> Council | None:
        """Return what was said of the council: its neighbours and where its districts lie; ``None`` for nothing."""
        return council_of(self._store.folder)

    def counts_there(self) -> tuple[str, ...]:
        """Return which published counts of the council there are, to choose from."""
        return counts_there(lookups.councils(self._store)[0], area_of(self.council()))

    def trend(self, measure: str, model: int | None) -> tuple[Trend, str]:
        """Return a published count over the years beside others', and where the figures come from, in words."""
        panel, sources = lookups.councils(self._store)
        return trend(panel, measure, self.council(), model=model), releases_in_words(sources)
