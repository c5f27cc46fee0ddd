"""How far wrong links can move an answer: the effect put right for missed and false links, and the ends of a range.

A family that was referred but not linked looks as if it was not; a false link makes one look referred that was not. Of
families with a true risk p, the share that looks referred is

    seen = p (1 - missed) + (1 - p) false,   so   p = (seen - false) / (1 - missed - false)

(Rogan and Gladen, *American Journal of Epidemiology* 107 (1978)). Where linking errs alike among families that joined
and those that did not, a difference of risks is shrunk by 1 - missed - false, and never turned round. Where it errs
more in one arm it can be turned round, so the range is given for that too. Chance is carried along: an interval is put
right by the same formula, and the widest ends are kept. How uncertain the rates are is said by giving them as ranges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pandas as pd

from toolkit.errors import InputError
from toolkit.link.threshold import likeliest, threshold_table
from toolkit.wording.amounts import in_100

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Moved:
    """An effect as seen, and where wrong links can have moved it from.

    Attributes
    ----------
    seen
        The difference of risks as the links have it: joined less not joined.
    low, high
        The least and the greatest difference that missed and false links of the ranges given leave possible.
    low_alike, high_alike
        The same, where linking errs alike in both arms.
    """

    seen: float
    low: float
    high: float
    low_alike: float
    high_alike: float

    @property
    def keeps_its_sign(self) -> bool:
        """Whether no errors in the ranges could turn the effect round or make it nothing."""
        return self.low > 0 or self.high < 0

    @property
    def sentence(self) -> str:
        """What wrong links could have done to the effect, in a sentence."""
        ends = f"between {in_100(self.low)} and {in_100(self.high)} in 100 families"
        told = "wrong links alone do not turn it round" if self.keeps_its_sign else "wrong links alone could explain it"
        return f"Allowing for missed and false links, the difference is {ends}; {told}."


def put_right(seen: float, missed: float, false: float) -> float:
    """Return the true risk behind a share that looks referred, kept between 0 and 1.

    Parameters
    ----------
    seen
        The share of families with a linked referral.
    missed
        The chance that a referred family is linked to no referral of its own.
    false
        The chance that a family that was not referred is linked to one.

    Raises
    ------
    InputError
        When a share is out of range, or the two rates add up to 1 or more: such links say nothing.
    """
    if not (0 <= seen <= 1 and 0 <= missed <= 1 and 0 <= false <= 1):
        raise InputError(f"seen {seen}, missed {missed} and false {false} are shares: each must be from 0 to 1.")
    if missed + false >= 1:
        raise InputError(
            f"Links that miss {missed} and are false at {false} say nothing: the two must stay under 1 together."
        )
    return min(1.0, max(0.0, (seen - false) / (1 - missed - false)))


def moved(joined: float, others: float, *, missed: Range, false: Range) -> Moved:
    """Return how far links that miss and err at rates within two ranges can have moved a difference of risks.

    Parameters
    ----------
    joined, others
        Shares of families with a linked referral, among those that joined and those that did not.
    missed, false
        The least and greatest rate, as in `put_right`.

    Returns
    -------
    Moved
        The ends are exact: the difference rises or falls throughout with each rate, so they lie at the ranges' ends.

    Raises
    ------
    InputError
        When a range has its ends the wrong way round, or for what `put_right` refuses.
    """
    for name, (low, high) in (("missed", missed), ("false", false)):
        if low > high:
            raise InputError(f"The range of {name} links goes from {low} to {high}. Give the smaller first.")
    alike = [put_right(joined, *rates) - put_right(others, *rates) for rates in product(missed, false)]
    ours, theirs = ([put_right(seen, *rates) for rates in product(missed, false)] for seen in (joined, others))
    apart = (min(ours) - max(theirs), max(ours) - min(theirs))
    return Moved(joined - others, *apart, min(alike), max(alike))


def interval_put_right(low: float, high: float, *, missed: Range, false: Range) -> Range:
    """Return an interval of a difference of risks, widened for links that err alike in both arms.

    Parameters
    ----------
    low, high
        The interval as seen.
    missed, false
        As in `moved`.

    Raises
    ------
    InputError
        When the greatest rates add up to 1 or more.
    """
    most = missed[1] + false[1]
    if most >= 1:
        raise InputError(f"Links that miss {missed[1]} and are false at {false[1]} say nothing.")
    scales = (1 - missed[0] - false[0], 1 - most)
    return min(low / scale for scale in scales), max(high / scale for scale in scales)


def error_rates(links: int, precision: float, recall: float, families: int) -> tuple[float, float]:
    """Return the chances ``(missed, false)`` of a family, from the precision and recall of links.

    Parameters
    ----------
    links
        How many families are linked to a referral.
    precision, recall
        The share of links that are right, and of right links that are found.
    families
        How many families there are.

    Notes
    -----
    Right links are ``links × precision``, referred families ``links × precision / recall``; wrong links fall on the
    families that were not referred.
    """
    right = links * precision
    referred = right / recall if recall else 0.0
    unreferred = max(families - referred, 1.0)
    return 1 - recall, min(1.0, (links - right) / unreferred)


def over_thresholds(pairs: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Work a plain difference of risks out again at every threshold, as seen and put right.

    Parameters
    ----------
    pairs
        As `toolkit.link.model.score` returns them.
    families
        ``family_id``, one row each, and ``joined`` (0 or 1).

    Returns
    -------
    pandas.DataFrame
        One row a threshold: ``threshold``, ``links`` (families with one), ``missed`` and ``false`` (a family's
        chances, by the model's precision and recall), ``seen`` and ``put_right`` (differences of the share referred,
        joined less others).
    """
    return pd.DataFrame(list(_each_threshold(likeliest(pairs), families, threshold_table(pairs))))


def _each_threshold(best: pd.DataFrame, families: pd.DataFrame, table: pd.DataFrame) -> Iterator[dict[str, float]]:
    is_joined = families["joined"].astype(bool)
    columns = (table[name].astype(float) for name in ("threshold", "precision", "recall"))
    for threshold, precision, recall in zip(*columns, strict=True):
        linked = families["family_id"].isin(best.loc[best["probability"] >= threshold, "family_id"])
        joined, others = float(linked[is_joined].mean()), float(linked[~is_joined].mean())
        missed, false = error_rates(int(linked.sum()), precision, recall, len(families))
        yield {
            "threshold": threshold,
            "links": int(linked.sum()),
            "missed": missed,
            "false": false,
            "seen": joined - others,
            "put_right": put_right(joined, missed, false) - put_right(others, missed, false),
        }
