"""Centres beside each other: what their families lead one to expect, the limits ordinary centres stay in, shrinkage."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.providers.case_mix import CaseMix, case_mix
from toolkit.stats.providers.case_mix_models import Model
from toolkit.stats.providers.counts import binomial_funnel
from toolkit.stats.providers.funnel import Funnel
from toolkit.stats.providers.means import mean_funnel
from toolkit.stats.providers.ranks import RankUncertainty, rank_uncertainty
from toolkit.stats.providers.shrinkage import Shrunken, shrink_means
from toolkit.studies.progress_centres.case_mix_of import Columns

FAMILIES_A_COLUMN = 10
"""Families that scored better, and that did not, which each column of the case mix is allowed for from."""
FEWEST_COMPARED = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """Centres with enough families, in order of their number: nobody is ranked.

    Attributes
    ----------
    centres
        Their numbers.
    families, improved, could
        Families scored twice; those whose last score was better; those that did not begin at the top.
    expected
        How many would have scored better at the other centres, by the case mix.
    unlike
        Families unlike any at all other centres.
    shares, means
        The funnel of the adjusted share that scored better, and of the mean last score given the first; ``None`` where
        too few centres can be compared, or all their families fared alike.
    shrunken, shrunken_means
        The same drawn towards each other.
    ranks
        How little is known of their ranks.
    too_small
        Centres with families scored twice that are not compared, with how many.
    columns
        What was allowed for.
    """

    centres: tuple[str, ...]
    families: Floats
    improved: Floats
    could: Floats
    expected: Floats
    unlike: Floats
    shares: Funnel | None
    means: Funnel | None
    shrunken: Shrunken | None
    shrunken_means: Shrunken | None
    ranks: RankUncertainty | None
    too_small: pd.Series
    columns: Columns


def compare(twice: pd.DataFrame, columns: Columns, highest: float, *, min_families: int, seed: int) -> Compared:
    """Return the centres beside each other.

    Parameters
    ----------
    twice
        The families scored twice: ``centre_id``, ``first``, ``last``.
    columns
        What they differ by.
    highest
        The top of the scale: a family that begins there cannot score better, so nothing is expected of it.
    min_families
        Families that did not begin at the top, that a centre is compared from.
    seed
        Of the draws that tell how little is known of ranks.
    """
    could = twice[twice["first"] < highest]
    count = twice.groupby("centre_id").size()
    able = could.groupby("centre_id").size().reindex(count.index, fill_value=0)
    chosen = sorted(str(one) for one in count.index[able >= min_families])
    small = count[able < min_families].sort_index()
    better = (twice["last"] > twice["first"]).groupby(twice["centre_id"]).sum()
    improved, families, of = (np.asarray(one.reindex(chosen), dtype=np.float64) for one in (better, count, able))
    none = Compared(
        tuple(chosen), families, improved, of, np.full(len(chosen), np.nan), np.zeros(len(chosen)),
        None, None, None, None, None, small, columns,
    )  # fmt: skip
    rose = (could["last"] > could["first"]).astype(float)
    if len(chosen) < FEWEST_COMPARED or rose.nunique() < 2:
        return none
    found, used = _expected(rose, could["centre_id"], columns, "logistic")
    order = pd.Index(found.unit.astype(str)).get_indexer(pd.Index(chosen))
    expected = found.expected[order]
    shares = binomial_funnel(chosen, improved, families, expected=expected, over_dispersed=True)
    error = shares.target * np.sqrt(found.variance[order]) / expected
    shrunken = shrink_means(chosen, shares.rate, error)
    means, drawn = _means(twice, columns, chosen)
    return replace(
        none,
        expected=expected,
        unlike=found.unlike[order],
        shares=shares,
        means=means,
        shrunken=shrunken,
        shrunken_means=drawn,
        ranks=rank_uncertainty(shrunken, generator=seed),
        columns=used,
    )


def _expected(outcome: pd.Series, centre: pd.Series, columns: Columns, model: Model) -> tuple[CaseMix, Columns]:
    """Return what the case mix leads one to expect, by as much of it as the families are enough for.

    The whole of it, or the first score alone, or nothing: a model of more columns than the families bear would take
    chance for case mix.
    """
    fewest = float(min(outcome.sum(), len(outcome) - outcome.sum())) if model == "logistic" else float(len(outcome))
    for some in (columns, _first_score_of(columns)):
        if not len(some.used) or fewest < FAMILIES_A_COLUMN * some.frame.shape[1]:
            continue
        try:
            return case_mix(outcome, centre, some.frame.loc[outcome.index], model=model), some
        except InputError:  # the model does not settle without one of the centres
            continue
    nothing = Columns(columns.frame.iloc[:, :0], (), (*columns.used, *columns.left_out))
    return case_mix(outcome, centre, model=model), nothing


def _first_score_of(columns: Columns) -> Columns:
    kept = [name for name in columns.frame.columns.astype(str) if name.startswith("first_score")]
    others = tuple(name for name in columns.used if name != "first_score")
    return Columns(columns.frame[kept], ("first_score",) if kept else (), (*others, *columns.left_out))


def _means(twice: pd.DataFrame, columns: Columns, chosen: list[str]) -> tuple[Funnel | None, Shrunken | None]:
    """Return the funnel of mean last scores given the first, and the means drawn together."""
    if len(twice) <= twice["centre_id"].nunique() + columns.frame.shape[1] + 1:
        return None, None
    found, _ = _expected(twice["last"].astype(float), twice["centre_id"], columns, "linear")
    order = pd.Index(found.unit.astype(str)).get_indexer(pd.Index(chosen))
    mean, error, size = found.adjusted[order], found.error[order], found.rows[order]
    if not (error > 0).all():
        return None, None
    return mean_funnel(chosen, mean, error, size=size, over_dispersed=True), shrink_means(chosen, mean, error)
