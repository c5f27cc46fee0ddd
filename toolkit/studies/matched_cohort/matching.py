"""Matching in two rounds: first among families of the same month and district, then, for those left, more widely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from toolkit.errors import InputError
from toolkit.stats import Matched, Note, match
from toolkit.studies.matched_cohort.spec import MatchedCohort


@dataclass(frozen=True, slots=True)
class TwoRounds:
    """The sets of both rounds as one matched sample.

    Attributes
    ----------
    matched
        All sets together.
    pairs
        ``set``, ``treated``, ``control`` (labels of the frame), ``distance`` and ``round`` (1 or 2).
    balance
        Before and after, over the whole frame; standardised by the joiners' deviation before matching. Families that
        were lost later are in it: they were matched as they stood at time zero.
    unmatched
        Joiners in no set: ``row`` and ``reason``.
    caliper
        The largest distance allowed, on the logit.
    notes
        What the matching says a reader must know.
    """

    matched: Matched
    pairs: pd.DataFrame
    balance: pd.DataFrame
    unmatched: pd.DataFrame
    caliper: float | None
    notes: tuple[Note, ...]

    def apart(self) -> Sets:
        """Return the sets without the frame."""
        score = self.matched.score
        return Sets(self.pairs, score, self.balance, self.unmatched, self.caliper, self.notes)


@dataclass(frozen=True, slots=True)
class Sets:
    """The sets of both rounds apart from the frame they were made of, to be taken up on it again.

    Attributes
    ----------
    pairs, balance, unmatched, caliper, notes
        As those of `TwoRounds`.
    score
        Each row's score, by the labels of the frame.
    """

    pairs: pd.DataFrame
    score: pd.Series
    balance: pd.DataFrame
    unmatched: pd.DataFrame
    caliper: float | None
    notes: tuple[Note, ...]

    def on(self, frame: pd.DataFrame, covariates: Sequence[str]) -> TwoRounds:
        """Return the sets as a matched sample of a frame with the same rows; nothing is matched again.

        Raises
        ------
        InputError
            When a row of a set is not there, or not in its arm.
        """
        matched = Matched.from_pairs(frame, "treated", covariates, self.pairs, score=self.score)
        return TwoRounds(matched, self.pairs, self.balance, self.unmatched, self.caliper, self.notes)


def match_in_rounds(frame: pd.DataFrame, covariates: Sequence[str], spec: MatchedCohort) -> TwoRounds:
    """Match joiners to families that had not joined, on the logit of the propensity score within the caliper.

    Round one keeps to the protocol's ``exact`` columns. Joiners without a match there may, where the protocol has
    ``then_exact``, find one among the families still free that agree on those columns only, by the same score and
    within the same caliper: leaving them out would leave out the families in greatest need.

    A family joining later in the month is its own nearest neighbour on its earlier day; it is never paired with itself.
    """
    first = match(
        frame,
        treatment="treated",
        covariates=list(covariates),
        scale="logit",
        ratio=spec.ratio,
        caliper=spec.caliper,
        caliper_in="sd",
        exact=spec.exact,
        anti_exact=("family_id",),
    )
    pairs, unmatched = first.pairs.assign(round=1), first.unmatched
    if spec.then_exact is not None and len(unmatched):
        pairs, unmatched = _second_round(frame, covariates, spec, first)
    matched = Matched.from_pairs(frame, "treated", covariates, pairs, score=first.score)
    balance = matched.balance().drop(columns="pair_distance")
    return TwoRounds(
        matched=matched, pairs=pairs, balance=balance, unmatched=unmatched, caliper=first.caliper, notes=first.noted
    )


def _second_round(
    frame: pd.DataFrame, covariates: Sequence[str], spec: MatchedCohort, first: Matched
) -> tuple[pd.DataFrame, pd.DataFrame]:
    pairs = first.pairs.assign(round=1)
    used = pairs["treated"].to_list() + pairs["control"].to_list()
    free = frame.drop(index=used)
    free = free[(free["treated"] == 0) | free.index.isin(first.unmatched["row"])]
    try:
        second = match(
            free,
            treatment="treated",
            covariates=list(covariates),
            distance=first.score.loc[free.index].to_numpy(),
            ratio=spec.ratio,
            caliper=first.caliper,
            caliper_in="raw",
            exact=spec.then_exact or (),
            anti_exact=("family_id",),
        )
    except InputError:
        # Nobody left is alike anywhere: the joiners without a match stay so, and the first round stands.
        return pairs, first.unmatched
    more = second.pairs.assign(round=2)
    more["set"] += int(pairs["set"].max()) if len(pairs) else 0
    return pd.concat([pairs, more], ignore_index=True), second.unmatched
