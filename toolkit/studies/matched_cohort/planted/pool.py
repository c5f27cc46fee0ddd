"""Families that had not joined, drawn as if they had: as many as joined in each month and district, and as like them.

Whoever has not joined by a month may be drawn in it, also those that join later: they are in the families compared with
too. To draw among those that never join alone would look into their future, for families join when something happens to
them; the drawn would then be better off than the others, with nothing done to either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.trials import Cohort
from toolkit.stats import weight
from toolkit.studies.matched_cohort.positivity import usable
from toolkit.studies.matched_cohort.spec import MatchedCohort

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

NEVER = np.iinfo(np.int16).max
"""The month of families that are not drawn: later than any."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The families of one month and district that may be drawn.

    Attributes
    ----------
    trial
        The month's code.
    families
        Codes of the families; each once.
    odds
        Of each to join in that month, by the propensity fitted on those that did; on any scale.
    wanted
        How many joined.
    """

    trial: int
    families: Places
    odds: Floats
    wanted: int


@dataclass(frozen=True, slots=True)
class Pool:
    """The rows of families that had not joined, from which pretended joiners are drawn.

    Attributes
    ----------
    frame
        Those rows of a cohort's frame. The rows of families on the day they joined are not among them.
    trial, family
        The codes of each row's month and family; families are numbered as the frame's categories are.
    cells
        Months in order, and their districts.
    """

    frame: pd.DataFrame
    trial: NDArray[np.int16]
    family: Places
    cells: tuple[Cell, ...]

    @property
    def wanted(self) -> int:
        """How many families joined, and are to be drawn."""
        return sum(cell.wanted for cell in self.cells)

    def draw(self, rng: np.random.Generator) -> NDArray[np.int16]:
        """Return the month that each family is drawn for, by its code; `NEVER` for those that are not.

        Month by month, one after another with chances in proportion to the odds of those left (Efraimidis and Spirakis,
        2006, *Information Processing Letters* 97, 181-185); a family is drawn once. Where fewer are left than joined,
        all of them are.
        """
        drawn = np.full(len(self.frame["family_id"].cat.categories), NEVER, dtype=np.int16)
        for cell in self.cells:
            waits = rng.standard_exponential(len(cell.families)) / cell.odds
            waits[drawn[cell.families] != NEVER] = np.inf
            number = min(cell.wanted, int(np.isfinite(waits).sum()))
            first = np.argpartition(waits, number - 1)[:number] if number else np.zeros(0, dtype=np.int64)
            drawn[cell.families[first]] = cell.trial
        return drawn

    def joined(self, drawn: NDArray[np.int16]) -> pd.DataFrame:
        """Return the rows as if the families drawn had joined in their month: none of a family after it."""
        month = drawn[self.family]
        rows = self.frame[self.trial <= month]
        joins = (self.trial == month)[self.trial <= month]
        return rows.assign(treated=joins.astype(self.frame["treated"].dtype))


def pool_of(cohort: Cohort, spec: MatchedCohort) -> Pool:
    """Return the families of a cohort from which joiners may be drawn; what became of those that joined is not read.

    Raises
    ------
    InputError
        When no propensity to join can be fitted.
    """
    ready = usable(cohort.frame, spec.covariates)
    fitted = weight(ready.frame, "treated", list(ready.covariates), method="ipw", estimand="ATT")
    odds = fitted.weights.reindex(cohort.frame.index, fill_value=0.0).to_numpy(dtype=np.float64)
    is_joiner = cohort.frame["treated"].to_numpy() == 1
    frame = cohort.frame[~is_joiner]
    return Pool(
        frame=frame,
        trial=frame["trial"].cat.codes.to_numpy(dtype=np.int16),
        family=frame["family_id"].cat.codes.to_numpy(dtype=np.int64),
        cells=_cells(frame, odds[~is_joiner], cohort.frame[is_joiner]),
    )


def _cells(frame: pd.DataFrame, odds: Floats, joiners: pd.DataFrame) -> tuple[Cell, ...]:
    """Return the cells in which anybody joined; a family with more rows in one (a row a child) has their mean odds."""
    keys = ["trial", "district", "family_id"]
    codes = frame[keys].apply(lambda column: column.cat.codes)
    each = codes.assign(odds=odds).groupby(keys, sort=True)["odds"].mean()
    each = each[each > 0].reset_index()
    joined = joiners[keys].apply(lambda column: column.cat.codes).drop_duplicates()
    wanted = joined.groupby(["trial", "district"]).size()
    families = {place: part for place, part in each.groupby(["trial", "district"]) if place in wanted.index}
    return tuple(
        Cell(
            trial=int(place[0]),
            families=part["family_id"].to_numpy(dtype=np.int64),
            odds=part["odds"].to_numpy(dtype=np.float64),
            wanted=int(wanted.loc[place]),
        )
        for place, part in sorted(families.items())
    )
