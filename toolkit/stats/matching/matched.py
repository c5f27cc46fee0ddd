"""What `match` returns: pairs, weights, sets, and the questions one asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.balance.charts import balance_chart, overlap_chart
from toolkit.stats.balance.sizes import effective_sizes, largest_difference, rows_by_arm
from toolkit.stats.balance.table import compare_arms
from toolkit.stats.effects.effect import Effect, Effects
from toolkit.stats.effects.estimate import estimate
from toolkit.stats.effects.options import Request
from toolkit.stats.matching.problem import Pairs
from toolkit.stats.matching.rows import stack_of_sets
from toolkit.stats.matching.sets import Memberships, only_set, pairs_table
from toolkit.stats.matching.unmatched import counted_reasons
from toolkit.stats.propensity.model import PropensityFit
from toolkit.stats.sample.covariates import Covariate, every_term
from toolkit.stats.sample.sample import Sample

if TYPE_CHECKING:
    import altair


@dataclass(frozen=True, slots=True)
class Matched:
    """A matched sample.

    Attributes
    ----------
    sample : Sample
        The rows used.
    method, distance_name, estimand : str
        What was done.
    memberships : Memberships
        Which row is in which set, with what weight.
    row_pairs : Pairs or None
        Pairs as row positions; None for methods that make strata.
    pair_sets : ndarray or None
        Each pair's set.
    row_scores : ndarray or None
        Each row's score.
    unmatched : DataFrame
        Rows of the arm matches were sought for that have none: ``row`` (label) and ``reason``.
    discarded : ndarray of bool
        Rows left out for lying outside the common support.
    propensity : PropensityFit or None
        The fitted model, where one was fitted here.
    caliper : float or None
        The caliper in the score's own units.
    cluster_units : ndarray or None
        Codes of the units rows belong to, where `unit` was given.
    sets_are_clusters : bool
        Whether standard errors are clustered by set (pairs and full matching; few large sets are not).
    notes : tuple of str
        What a reader must know: terms left out, rows dropped.
    """

    sample: Sample
    method: str
    distance_name: str
    estimand: str
    memberships: Memberships
    row_pairs: Pairs | None
    pair_sets: Integers | None
    row_scores: Floats | None
    unmatched: pd.DataFrame
    discarded: np.ndarray
    propensity: PropensityFit | None
    caliper: float | None
    cluster_units: Integers | None
    sets_are_clusters: bool
    notes: tuple[str, ...]

    @property
    def pairs(self) -> pd.DataFrame:
        """One row a pair: ``set``, ``treated``, ``control`` (labels of the frame's index), ``distance``.

        Pairs of a set stand in the order they were chosen. Methods that make strata have none.
        """
        return pairs_table(self.sample.frame.index, self.row_pairs, self.pair_sets, self.estimand == "ATC")

    @property
    def weights(self) -> pd.Series:
        """What each row stands for, on the frame's index; 0 for rows left out.

        Under ATT a matched treated row weighs 1, and a control 1/k in each set where it is one of k controls, so the
        controls' weights add up to the number of matched treated rows.
        """
        numbers = self.memberships.weight_by_row(self.sample.rows)
        return self.sample.on_index(numbers, "weight", 0.0)

    @property
    def sets(self) -> pd.Series:
        """Each row's set number on the frame's index; empty for rows in no set or (when reused) in several."""
        series = self.sample.on_index(only_set(self.memberships, self.sample.rows), "set", 0)
        return series.astype("Int64").mask(series == 0)

    @property
    def score(self) -> pd.Series:
        """Each row's score on the frame's index (empty where the distance has none)."""
        numbers = self.row_scores if self.row_scores is not None else np.full(self.sample.rows, np.nan)
        return self.sample.on_index(numbers, "score", np.nan)

    @property
    def counts(self) -> pd.DataFrame:
        """Rows by arm: all, matched, unmatched, discarded."""
        treated = self.sample.treated
        used = self.memberships.weight_by_row(self.sample.rows) > 0
        everyone = np.ones(len(treated), dtype=bool)
        unmatched = ~used & ~self.discarded
        kinds = {"all": everyone, "matched": used, "unmatched": unmatched, "discarded": self.discarded}
        return rows_by_arm(kinds, treated)

    @property
    def effective_sample_size(self) -> pd.Series:
        """By arm, the number of equally weighted rows that would be as informative: (Σw)² / Σw²."""
        weights = self.memberships.weight_by_row(self.sample.rows)
        return effective_sizes(weights, self.sample.treated)

    def balance(self, interactions: bool = False) -> pd.DataFrame:
        """Return how alike the arms are on each term before and after, the score first; see `balance_table`.

        ``pair_distance`` is the mean distance within pairs in the same standard deviations as ``smd``.
        """
        terms = list(every_term(self.sample.covariates))
        if self.row_scores is not None:
            terms = [*every_term([Covariate("score", self.row_scores)]), *terms]
        pairs = None if self.row_pairs is None else (self.row_pairs.focal, self.row_pairs.other)
        return compare_arms(
            terms,
            self.sample.treated,
            self.memberships.weight_by_row(self.sample.rows),
            self.estimand,
            interactions=interactions,
            pairs=pairs,
            pair_weights=None if pairs is None else self._pair_weights(),
        )

    def _pair_weights(self) -> Floats:
        sets = np.zeros(0, dtype=np.intp) if self.pair_sets is None else self.pair_sets
        return np.asarray(1.0 / np.bincount(sets)[sets], dtype=np.float64)

    @overload
    def effect(
        self, outcome: str | pd.Series | np.ndarray, measure: str = ..., *, by: None = ..., **options: Any
    ) -> Effect: ...
    @overload
    def effect(
        self, outcome: str | pd.Series | np.ndarray, measure: str = ..., *, by: str, **options: Any
    ) -> Effects: ...
    def effect(
        self,
        outcome: str | pd.Series | np.ndarray,
        measure: str = "difference",
        adjust: bool | Sequence[str] = True,
        cluster: str | None = None,
        exposure: str | None = None,
        duration: str | None = None,
        by: str | None = None,
        level: float = 0.95,
        **settings: Any,
    ) -> Effect | Effects:
        """Estimate the treatment's effect on an outcome in the matched sample, with its standard error.

        Parameters
        ----------
        outcome : str, Series or ndarray
            A column of the frame given to `match`, or one value a row of it.
        measure : str
            ``difference``, ``ratio`` or ``odds_ratio`` of adjusted means; ``mean_ordinal``, the difference for scores
            in whole numbers; ``rate_ratio`` of counts, with `exposure`; ``hazard_ratio`` and ``rmst`` of a 0/1 event,
            with `duration`.
        adjust : bool or sequence of str
            Whether to adjust for the covariates (True), not at all (False), or for these of them.
        cluster : str, optional
            A column to cluster by beside the matched set, such as the area.
        exposure, duration : str, optional
            The columns with time at risk, or with the time to the event or the end of follow-up.
        by : str, optional
            A column: one effect for each of its groups, of the rows of that group.
        level : float
            Of the interval.
        **settings
            ``small_sample`` ("auto", "CR1", "CR2", or "wild" with ``seed``: a wild bootstrap of the fewest clusters);
            ``outcome_model`` ("linear", "logit"; "ordinal" for ``mean_ordinal``); ``horizon`` for rmst.

        Returns
        -------
        Effect, or Effects where `by` is given
            See there for what is in it; its `method` says how it was made.
        """
        request = Request(
            outcome=outcome,
            measure=measure,
            adjust=adjust,
            cluster=cluster,
            exposure=exposure,
            duration=duration,
            by=by,
            level=level,
            **settings,
        )
        request.check()
        stack = stack_of_sets(
            self.sample, self.memberships, self.estimand, self.cluster_units, cluster, self.sets_are_clusters
        )
        return estimate(self.sample, stack, self.estimand, request)

    def plot_balance(self) -> altair.LayerChart:
        """Return a chart of the standardised differences before and after."""
        return balance_chart(self.balance())

    def plot_overlap(self) -> altair.FacetChart:
        """Return a chart of the score's distribution in each arm, before and after."""
        if self.row_scores is None:
            raise InputError('There is no score to draw: use distance="propensity" or an array of scores.')
        weights = self.memberships.weight_by_row(self.sample.rows)
        return overlap_chart(self.row_scores, self.sample.treated, weights)

    def summary(self) -> str:
        """Return what was done and what came of it, for a person."""
        counts, sizes = self.counts, self.effective_sample_size
        (everyone, everyone_else), (used, used_else) = counts.iloc[0].tolist(), counts.iloc[1].tolist()
        lines = [
            f"Matching ({self.method}, {self.distance_name}), for the {_WHOM[self.estimand]}.",
            f"Treated: {used:,} of {everyone:,} matched. Controls: {used_else:,} of {everyone_else:,} used "
            f"(worth {sizes['control']:,.1f} equally weighted ones).",
            largest_difference(self.balance()),
        ]
        if len(self.unmatched):
            lines.append("Without a match:")
            lines += [f"  {line}" for line in counted_reasons(self.unmatched)]
        lines += self.notes
        return "\n".join(lines)


_WHOM = {"ATT": "treated (ATT)", "ATC": "controls (ATC)", "ATE": "whole population (ATE)"}


def require_some(memberships: Memberships, unmatched: pd.DataFrame) -> None:
    """Refuse a match without a single set, saying why the rows found none."""
    if len(memberships.rows):
        return
    reasons = "; ".join(counted_reasons(unmatched))
    raise InputError(f"Not one match could be made ({reasons}). Widen the calipers or match exactly on fewer columns.")
