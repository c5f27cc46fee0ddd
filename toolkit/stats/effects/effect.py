"""An estimated effect, with everything needed to judge and report it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats
from toolkit.stats.inference.interaction import Interaction, independent_interaction_test, interaction_test
from toolkit.stats.notes.note import Note, each_once
from toolkit.stats.notes.shown import Shown

MEASURES = {
    "difference": "difference in means",
    "ratio": "ratio of means",
    "odds_ratio": "odds ratio",
    "rate_ratio": "rate ratio",
    "hazard_ratio": "hazard ratio",
    "rmst": "difference in restricted mean time",
    "mean_ordinal": "difference in mean score",
}
RATIOS = ("ratio", "odds_ratio", "rate_ratio", "hazard_ratio")


@dataclass(frozen=True, slots=True)
class Effect(Shown):
    """The effect of treatment on one outcome.

    Attributes
    ----------
    outcome : str
        What was compared.
    measure : str
        Difference, ratio, …
    estimand : str
        ATT, ATC or ATE: for whom.
    estimate : float
        The effect.
    se : float
        Its standard error; for ratios, that of the ratio's logarithm.
    interval : tuple of float
        Low and high end, at `level`.
    p_value : float
        Two-sided, of no effect.
    degrees_of_freedom : float
        Of the t distribution behind interval and p-value.
    n_treated, n_control : int
        Rows compared.
    clusters : int
        Independent groups the standard error rests on (the fewest, when clustered more than one way).
    mean_treated, mean_control : float
        The (adjusted) means compared.
    level : float
        Of the interval.
    method : str
        How it was made, in a sentence.
    group : str
        Which group of `by` it is for; empty for all.
    notes : tuple of Note
        What a reader must know, the design's notes first; each is a text with a code and figures.
    interval_treated, interval_control : tuple of float, or None
        Low and high end of each arm's mean, at `level`; None where the means have no error of their own.
    """

    outcome: str
    measure: str
    estimand: str
    estimate: float
    se: float
    interval: tuple[float, float]
    p_value: float
    degrees_of_freedom: float
    n_treated: int
    n_control: int
    clusters: int
    mean_treated: float
    mean_control: float
    level: float = 0.95
    method: str = ""
    group: str = ""
    notes: tuple[Note, ...] = ()
    interval_treated: tuple[float, float] | None = None
    interval_control: tuple[float, float] | None = None

    def _in_words(self) -> str:
        return self.summary()

    def summary(self) -> str:
        """Return the effect in a few lines, for a person."""
        low, high = self.interval
        of = f" ({self.group})" if self.group else ""
        lines = [
            f"{self.outcome}{of}: {MEASURES.get(self.measure, self.measure)} {self.estimate:.4g} "
            f"({self.level:.0%} interval {low:.4g} to {high:.4g}), {self.estimand}.",
            f"Treated {self.mean_treated:.4g}, comparison {self.mean_control:.4g}; "
            f"{self.n_treated:,} treated and {self.n_control:,} comparison rows.",
            self.method,
        ]
        return "\n".join([*(line for line in lines if line), *self.notes])

    def tidy(self) -> pd.DataFrame:
        """Return the effect as a table of one row."""
        low, high = self.interval
        row = {
            "outcome": self.outcome,
            "group": self.group,
            "measure": self.measure,
            "estimand": self.estimand,
            "estimate": self.estimate,
            "se": self.se,
            "low": low,
            "high": high,
            "p_value": self.p_value,
            "degrees_of_freedom": self.degrees_of_freedom,
            "n_treated": self.n_treated,
            "n_control": self.n_control,
            "clusters": self.clusters,
            "mean_treated": self.mean_treated,
            "mean_control": self.mean_control,
            **_ends("treated", self.interval_treated),
            **_ends("control", self.interval_control),
            "notes": " ".join(self.notes),
            "note_codes": ", ".join(note.code for note in self.notes),
        }
        return pd.DataFrame([row])


def _ends(arm: str, interval: tuple[float, float] | None) -> dict[str, float]:
    low, high = interval if interval is not None else (math.nan, math.nan)
    return {f"low_{arm}": low, f"high_{arm}": high}


@dataclass(frozen=True, slots=True)
class Effects(Shown):
    """One effect for each group of a column.

    Attributes
    ----------
    by : str
        The column.
    effects : tuple of Effect
        In the groups' order; each one's `group` says which.
    covariance : ndarray, shape (k, k)
        Of the effects (of ratios: of their logarithms). Groups that share clusters have covariances that are not 0.
    groups : tuple
        The groups as the column has them: numbers, text, booleans. An effect is found by these or by its text.
    """

    by: str
    effects: tuple[Effect, ...]
    covariance: Floats = field(default_factory=lambda: np.zeros((0, 0)), compare=False, repr=False)
    groups: tuple[Any, ...] = ()

    def __iter__(self) -> Iterator[Effect]:
        return iter(self.effects)

    def __len__(self) -> int:
        return len(self.effects)

    def __getitem__(self, group: Any) -> Effect:
        for effect in self.effects:
            if effect.group == str(group):
                return effect
        for effect, own in zip(self.effects, self.groups, strict=False):
            if own == group:
                return effect
        raise KeyError(group)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What a reader must know of any of the effects, each said once."""
        return each_once(note for effect in self.effects for note in effect.notes)

    def interaction(self, alpha: float = 0.05) -> Interaction:
        """Return the test that the effect is the same in every group.

        Parameters
        ----------
        alpha : float
            A p-value at most this counts as a difference.

        Returns
        -------
        Interaction
            Of the effects themselves, or of ratios' logarithms; see `interaction_test`.

        Raises
        ------
        InputError
            When there are fewer than two groups, or too few clusters for so many.

        Notes
        -----
        Groups that share clusters are tested on their joint covariance, with the fewest degrees of freedom of any
        group; groups that share none by Welch's test.
        """
        values = np.array([effect.estimate for effect in self.effects])
        if self.effects[0].measure in RATIOS:
            values = np.log(values)
        freedom = np.array([effect.degrees_of_freedom for effect in self.effects])
        errors = np.sqrt(np.diag(self.covariance))
        if not (self.covariance - np.diag(errors**2)).any():
            return independent_interaction_test(values, errors, freedom, alpha=alpha)
        return interaction_test(values, self.covariance, degrees_of_freedom=float(freedom.min()), alpha=alpha)

    def _in_words(self) -> str:
        return self.summary()

    def summary(self) -> str:
        """Return every group's effect, for a person."""
        return "\n".join(effect.summary() for effect in self.effects)

    def tidy(self) -> pd.DataFrame:
        """Return a table of one row a group."""
        return pd.concat([effect.tidy() for effect in self.effects], ignore_index=True)
