"""What `weight` returns: weights, and the questions one asks of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.balance.apart_notes import notes_of_balance
from toolkit.stats.balance.sizes import effective_sizes, largest_difference, rows_by_arm
from toolkit.stats.balance.table import compare_arms
from toolkit.stats.effects.adjusted_sample import AdjustedSample, Later
from toolkit.stats.effects.rows import Stack, stack_of_weights
from toolkit.stats.notes.note import Note
from toolkit.stats.propensity.correction import ScoreCorrection, score_correction
from toolkit.stats.propensity.model import PropensityFit
from toolkit.stats.sample.covariates import every_term, score_term
from toolkit.stats.sample.names import Name
from toolkit.stats.sample.sample import Sample


@dataclass(frozen=True, slots=True)
class Weighted(AdjustedSample):
    """A weighted sample.

    Attributes
    ----------
    sample : Sample
        The rows used.
    method, estimand : str
        What was done, and for whom.
    row_weights : ndarray, shape (n,)
        Each row's weight.
    target : ndarray, shape (n,)
        Weights of the rows whose mean the effect is for.
    propensity : PropensityFit or None
        The fitted model, where the method uses one.
    link : str
        The propensity model's link.
    base : ndarray, shape (n,)
        Sampling weights.
    noted : tuple of Note
        What was noted while weighting; see `notes`.
    known_score : ndarray or None
        Probabilities of treatment that were given, or are a classifier's: errors take them as known.
    later : dict
        What is worked out when it is first asked for.
    """

    _deed: ClassVar[str] = "weighting"

    sample: Sample
    method: str
    estimand: str
    row_weights: Floats
    target: Floats
    propensity: PropensityFit | None
    link: str
    base: Floats
    noted: tuple[Note, ...]
    known_score: Floats | None = None
    later: Later = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def weights(self) -> pd.Series:
        """Each row's weight on the frame's index; 0 for rows left out."""
        return self.sample.on_index(self.row_weights, "weight", 0.0)

    @property
    def score(self) -> pd.Series:
        """Each row's probability of treatment, fitted or given (empty where the method has none)."""
        numbers = np.full(self.sample.rows, np.nan) if self._probability is None else self._probability
        return self.sample.on_index(numbers, "score", np.nan)

    @property
    def counts(self) -> pd.DataFrame:
        """Rows by arm: all, and with a weight above 0."""
        treated, used = self.sample.treated, self.row_weights > 0
        return rows_by_arm({"all": np.ones(len(treated), dtype=bool), "weighted": used}, treated)

    @property
    def effective_sample_size(self) -> pd.Series:
        """By arm, the number of equally weighted rows that would be as informative: (Σw)² / Σw²."""
        return effective_sizes(self.row_weights, self.sample.treated)

    def balance(self, interactions: bool = False) -> pd.DataFrame:
        """Return how alike the arms are on each term before and after weighting; see `balance_table`."""
        terms = list(every_term(self.sample.covariates))
        if self._probability is not None:
            terms = [score_term(self._probability, terms), *terms]
        return compare_arms(terms, self.sample.treated, self.row_weights, self._denominator, interactions=interactions)

    @property
    def _denominator(self) -> str:
        return self.estimand if self.estimand in ("ATT", "ATC") else "ATE"

    def _find_notes(self) -> tuple[Note, ...]:
        return notes_of_balance(
            self.sample.covariates,
            self.sample.treated,
            self.row_weights,
            self._denominator,
            self._probability,
            deed="weighting",
            remedy='Use method="entropy", or method="overlap" where the arms have little in common.',
        )

    def _compared(self, sample: Sample, clusters: tuple[Name, ...]) -> Stack:
        stack = stack_of_weights(sample, self.row_weights, self.target, clusters, self._correction())
        if self.known_score is None:
            return stack
        return replace(stack, words=[*stack.words[:-1], f"{stack.words[-1]}, the scores taken as known"])

    @property
    def _probability(self) -> Floats | None:
        return self.known_score if self.propensity is None else self.propensity.probability

    def _correction(self) -> ScoreCorrection | None:
        if self.propensity is None:
            return None
        return score_correction(
            self.propensity, self.sample.covariates, self.sample.treated, self.link, self.estimand, self.base
        )

    def _scored(self) -> tuple[Floats, Booleans, Floats]:
        if self._probability is None:
            raise InputError('There is no score to draw: entropy balancing fits none. Use method="ipw" or "overlap".')
        return self._probability, self.sample.treated, self.row_weights

    def __repr__(self) -> str:
        """Return what was done in a line, without a row of it."""
        sizes, counts = self.effective_sample_size, self.counts.loc["all"]
        codes = ", ".join(note.code for note in self.notes) or "none"
        return (
            f"Weighted({self.method}, {self.estimand}: {counts['treated']:,} treated rows worth "
            f"{sizes['treated']:,.1f} and {counts['control']:,} controls worth {sizes['control']:,.1f}; notes: {codes})"
        )

    def summary(self) -> str:
        """Return what was done and what came of it, for a person; what stays apart comes first."""
        sizes = self.effective_sample_size
        lines = [
            f"Weighting ({self.method}), {self.estimand}.",
            f"Treated rows are worth {sizes['treated']:,.1f} equally weighted ones, controls {sizes['control']:,.1f}.",
            largest_difference(self.balance()),
        ]
        return "\n".join([*self.found_notes, *lines, *self.noted])
