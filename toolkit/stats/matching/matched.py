"""What `match` returns: pairs, weights, sets, and the questions one asks of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.balance.sizes import effective_sizes, rows_by_arm
from toolkit.stats.balance.table import compare_arms
from toolkit.stats.effects.adjusted_sample import AdjustedSample, Later
from toolkit.stats.effects.rows import Stack
from toolkit.stats.matching.given_pairs import part_of_sets, read_pairs, rows_lost, unpaired
from toolkit.stats.matching.problem import Pairs
from toolkit.stats.matching.rows import stack_of_sets
from toolkit.stats.matching.sampling_weights import read_weighted_sample
from toolkit.stats.matching.sets import Memberships, memberships_of_pairs, only_set, pairs_table, rows_of_sets
from toolkit.stats.matching.summary import in_a_line, notes_of_match, summary_of
from toolkit.stats.notes.note import Note
from toolkit.stats.propensity.given import scores_beside
from toolkit.stats.propensity.model import PropensityFit
from toolkit.stats.sample.covariates import every_term, score_term
from toolkit.stats.sample.formula import covariate_names
from toolkit.stats.sample.names import Name, Names
from toolkit.stats.sample.sample import Missing, Sample, weights_beside


@dataclass(frozen=True, slots=True)
class Matched(AdjustedSample):
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
    noted : tuple of Note
        What was noted while matching: terms left out, rows dropped; see `notes`.
    later : dict
        What is worked out when it is first asked for.
    """

    _deed: ClassVar[str] = "matching"

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
    noted: tuple[Note, ...]
    later: Later = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def from_pairs(
        cls,
        frame: Any,
        treatment: Name,
        covariates: Names,
        pairs: Any,
        *,
        score: pd.Series | Floats | None = None,
        weights: Name | None = None,
        missing: Missing = "error",
    ) -> Matched:
        """Return the matched sample of pairs that are already made: by two matchings joined, by hand, elsewhere.

        Parameters
        ----------
        frame, treatment, covariates, weights, missing
            As in `match`.
        pairs : DataFrame
            One row a pair: ``treated`` and ``control`` (labels of the frame's index), and ``distance`` where there is
            one. A treated row with all its controls is a set; controls weigh 1/k in each (ATT).
        score : Series or ndarray, optional
            Each row's score, by the frame's index or by position: for balance and for charts.

        Returns
        -------
        Matched
            Treated rows in no pair are in `unmatched`. Sets are numbered in the frame's order of their treated row.

        Raises
        ------
        InputError
            As `match`; also for a label not of a row of its arm, and a pair that is there twice.
        """
        names, frame = covariate_names(covariates, frame, treatment)
        sample, left_out = read_weighted_sample(frame, treatment, names, (), weights, missing)
        row_pairs = read_pairs(sample, pairs)
        members, sets = memberships_of_pairs(row_pairs)
        made = cls(
            sample=sample,
            method="pairs given",
            distance_name="own distance",
            estimand="ATT",
            memberships=members,
            row_pairs=row_pairs,
            pair_sets=sets,
            row_scores=None if score is None else scores_beside(sample, score, "score"),
            unmatched=unpaired(sample, row_pairs),
            discarded=np.zeros(sample.rows, dtype=bool),
            propensity=None,
            caliper=None,
            cluster_units=None,
            sets_are_clusters=True,
            noted=(*sample.notes, *left_out),
        )
        return made if weights is None else made.reweighted(sample.frame[weights])

    def reweighted(self, weights: pd.Series | Floats) -> Matched:
        """Return the same sets with rows that also stand for others, such as those no longer followed.

        Parameters
        ----------
        weights : Series or ndarray
            What each row's weight is multiplied by, by the frame's index or by position.

        Returns
        -------
        Matched
            The same pairs and sets; `weights`, balance and effects follow.

        Raises
        ------
        InputError
            When a row of a set has none, or one below 0.
        """
        members = self.memberships
        each = weights_beside(self.sample, weights, members.rows)
        return replace(self, memberships=replace(members, weights=members.weights * each))

    def part(self, rows: pd.Index) -> Matched:
        """Return the sets that lie wholly among some rows; nothing is matched again.

        Parameters
        ----------
        rows : Index
            Labels of the frame's index.

        Returns
        -------
        Matched
            With the sets' own numbers and weights. Rows of the sets left out are in `unmatched`.

        Raises
        ------
        InputError
            When no set does.
        """
        members, labels = self.memberships, self.sample.frame.index
        chosen, pairs, sets = part_of_sets(members, self.row_pairs, self.pair_sets, labels.isin(rows))
        more = rows_lost(self.sample, members, chosen, self.estimand)
        unmatched = pd.concat([self.unmatched, more], ignore_index=True) if len(self.unmatched) else more
        return replace(self, memberships=chosen, row_pairs=pairs, pair_sets=sets, unmatched=unmatched)

    @property
    def matched_rows(self) -> pd.DataFrame:
        """The frame's rows that are in a set, in the frame's order; theirs are the weights above 0."""
        return self.sample.frame.iloc[np.unique(self.memberships.rows)]

    def matched_frame(self, prefix: str = "") -> pd.DataFrame:
        """Return the rows set by set with ``weight`` (in the set), ``set`` and ``score``; a reused control once a set.

        A `prefix` for the new columns' names is for frames that have columns of those names (InputError otherwise).
        """
        return rows_of_sets(self.sample.frame, self.memberships, self.row_scores, prefix)

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
        controls' weights add up to the number of matched treated rows; all this times the sampling weights, where
        there are any.
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
            terms = [score_term(self.row_scores, terms), *terms]
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

    def _compared(self, sample: Sample, clusters: tuple[Name, ...]) -> Stack:
        paired, by_set = self.row_pairs is not None and self.method != "full", self.sets_are_clusters
        return stack_of_sets(
            sample, self.memberships, self.estimand, self.cluster_units, clusters, by_set, are_pairs=paired
        )

    def _scored(self) -> tuple[Floats, Booleans, Floats]:
        if self.row_scores is None:
            raise InputError('There is no score to draw: use distance="propensity" or an array of scores.')
        return self.row_scores, self.sample.treated, self.memberships.weight_by_row(self.sample.rows)

    def _find_notes(self) -> tuple[Note, ...]:
        return notes_of_match(self)

    def __repr__(self) -> str:
        """Return what was done in a line, without a row of it."""
        return in_a_line(self)

    def summary(self) -> str:
        """Return what was done and what came of it, for a person; what stays apart comes first."""
        return summary_of(self)
