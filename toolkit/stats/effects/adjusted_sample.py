"""What a matched and a weighted sample have in common: the effects and the charts one asks of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, overload

import pandas as pd

from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.effects.clusters import Cluster, with_clusters
from toolkit.stats.effects.effect import Effect, Effects
from toolkit.stats.effects.estimate import estimate
from toolkit.stats.effects.options import Request
from toolkit.stats.effects.rows import Stack
from toolkit.stats.notes.note import Note, each_once
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.names import Name, Names
from toolkit.stats.sample.outcomes import Beside
from toolkit.stats.sample.sample import Sample

Later = dict[str, tuple[Note, ...]]


class AdjustedSample(Shown, ABC):
    """A sample whose arms were made alike, by matching or by weights."""

    __slots__ = ()
    _deed: ClassVar[str]
    sample: Sample
    estimand: str
    noted: tuple[Note, ...]
    later: Later

    @property
    def notes(self) -> tuple[Note, ...]:
        """What a reader must know: first what stays apart beyond chance, then what was noted on the way.

        What stays apart is looked for when notes are first asked for: `notes_of_balance`.
        """
        return each_once([*self.found_notes, *self.noted])

    @property
    def found_notes(self) -> tuple[Note, ...]:
        """The notes on what came of it: terms, squares and products that stay apart, few rows matched."""
        if "notes" not in self.later:
            self.later["notes"] = self._find_notes()
        return self.later["notes"]

    @overload
    def effect(self, outcome: Beside, measure: str = ..., *, by: None = ..., **options: Any) -> Effect: ...
    @overload
    def effect(self, outcome: Beside, measure: str = ..., *, by: Beside, **options: Any) -> Effects: ...
    def effect(
        self,
        outcome: Beside,
        measure: str = "difference",
        *,
        adjust: bool | Names = True,
        cluster: Cluster = None,
        exposure: Beside | None = None,
        duration: Beside | None = None,
        by: Beside | None = None,
        level: float = 0.95,
        **settings: Any,
    ) -> Effect | Effects:
        """Estimate the treatment's effect on an outcome in the matched or weighted sample, with its standard error.

        Parameters
        ----------
        outcome : str, Series or array_like
            A column of the frame given, or one value a row of it. A Series, here and below, is put in order by its
            index (a label that it lacks is refused), anything else is taken by position.
        measure : str
            ``difference``, ``ratio`` or ``odds_ratio`` of adjusted means; ``mean_ordinal``, the difference for scores
            in whole numbers; ``rate_ratio`` of counts, with `exposure`; ``hazard_ratio`` and ``rmst`` of a 0/1 event,
            with `duration`.
        adjust : bool, str or sequence of str
            Whether to adjust for the covariates (True), not at all (False), or for these columns of the frame,
            matched on or not.
        cluster : str, Series, or a list of these, optional
            What to cluster by, such as the area; in a matched sample beside the matched set.
        exposure, duration : str or Series, optional
            The columns with time at risk, or with the time to the event or the end of follow-up: numbers, no dates.
        by : str or Series, optional
            A column: one effect for each of its groups, of the rows of that group, in the groups' order.
            `Effects.interaction` tests whether they differ.
        level : float
            Of the interval.
        **settings
            ``small_sample`` ("auto": CR2 where an arm has fewer than 50 clusters, or as good as fewer; "CR1", "CR2", or
            "wild" with ``seed``: a wild bootstrap of the fewest clusters); ``outcome_model`` ("linear", "logit";
            "ordinal" for ``mean_ordinal``); ``horizon`` for rmst; ``missing_outcome`` ("drop": rows whose outcome is
            missing are left out with their matched set, and counted in a note; "error": they are refused).

        Returns
        -------
        Effect, or Effects where `by` is given
            See there for what is in it; its `method` says how it was made.

        Raises
        ------
        InputError
            Naming the option or column, what was expected and what to do. Also where an arm lies in one cluster, and
            where the standard error would be rounding.

        Notes
        -----
        In a weighted sample ``adjust=True`` also makes the estimate right if either the weights or the regression is,
        and lets the standard error allow for the weights' having been estimated (for entropy balancing, because the
        regression's residuals are what its weights leave to chance; for weights from a propensity score, by
        M-estimation, adjusted or not).
        """
        request = Request.of(
            settings,
            outcome=outcome,
            measure=measure,
            adjust=adjust,
            cluster=cluster,
            exposure=exposure,
            duration=duration,
            by=by,
            level=level,
        )
        request.check()
        sample, clusters = with_clusters(self.sample, cluster)
        return estimate(sample, self._compared(sample, clusters), self.estimand, request, self.notes)

    def plot_balance(self) -> Any:
        """Return a chart of the standardised differences before and after (`toolkit.charts.balance`).

        The grey band holds differences below 0.1, commonly called balanced.
        """
        from toolkit.charts.balance import BALANCED, balance_chart

        rows = self.balance()[["smd_before", "smd"]].rename(columns={"smd_before": "before", "smd": "after"})
        title = "standardised difference in means"
        rows = rows.rename_axis("label").reset_index()
        return balance_chart(rows, BALANCED, by=self._deed, title=title).as_altair()

    def plot_overlap(self) -> Any:
        """Return a chart of the score's distribution in each arm, before and after (`toolkit.charts.balance`).

        Raises
        ------
        InputError
            When there is no score.
        """
        from toolkit.charts.balance import overlap_chart

        score, treated, weights = self._scored()
        return overlap_chart(score, treated, weights, by=self._deed).as_altair()

    @abstractmethod
    def balance(self, interactions: bool = False) -> pd.DataFrame:
        """Return how alike the arms are on each term before and after."""

    @abstractmethod
    def _find_notes(self) -> tuple[Note, ...]:
        """Return the notes on what came of it."""

    @abstractmethod
    def _scored(self) -> tuple[Floats, Booleans, Floats]:
        """Return each row's score, arm and weight, where there is a score."""

    @abstractmethod
    def _compared(self, sample: Sample, clusters: tuple[Name, ...]) -> Stack:
        """Return the rows compared, clustered by some columns of the sample."""
