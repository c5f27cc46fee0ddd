"""Money and events: what was spent where, and what else happened in the simulated county."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.calendar import FIRST_MONTH, NEVER, RECORDS_FROM, RECORDS_TO, day_number, month_number
from toolkit.simulate.families import Families
from toolkit.simulate.hazards import UNDER_FIVE
from toolkit.simulate.places import CENTRES, Places

EARLY_INTERVENTION = "Early intervention"
CENTRES_GRANT = "Children's Centres"
FRONT_LINE = "Front-line capacity"
PRICE_YEAR = "2011/12"
_QUARTER_TOTAL = 600_000  # early intervention, the whole county, each quarter from April 2011
_GRANT_A_CENTRE, _GRANT_A_CHILD = 60_000, 220  # a year
_MOST_DEPRIVED = 3
_FRONT_LINE_GBP = {2010: 1_000_000, 2011: 500_000}

_EVENTS = (
    (date(2008, 5, 19), "Joint Area Review of children's services"),
    (date(2008, 11, 11), "A national child protection case ends in court and fills the press"),
    (date(2010, 7, 12), "Ofsted inspection"),
    (date(2010, 9, 1), "New structure of children's services"),
    (date(2010, 11, 15), "Inspection by the Care Quality Commission and Ofsted"),
)

Rows = list[dict[str, Any]]


def early_intervention_shares(families: Families) -> NDArray[np.float64]:
    """Return each reach area's share of the early-intervention money, shape (34,).

    In proportion to its families with a child under five in April 2011, those in the most deprived three tenths
    counted three times.
    """
    month = month_number(date(2011, 4, 1))
    day = day_number(date(2011, 4, 1))
    age = month - families.births
    is_young = ((age >= 0) & (age < UNDER_FIVE)).any(axis=1)
    counts = is_young & (families.known_from <= day) & (families.known_to > day)
    weight = np.where(families.decile <= _MOST_DEPRIVED, 3.0, 1.0) * counts
    total = np.bincount(families.centre, weights=weight, minlength=CENTRES)
    return np.asarray(total / total.sum())


def investments(families: Families, places: Places, share: float, centre_ids: list[str]) -> Rows:
    """Return the rows of investments: by reach area and quarter from April 2011, by centre and year before."""
    shares = early_intervention_shares(families)
    rows: Rows = []
    for first, last in _quarters(2011):
        rows += [
            _row(EARLY_INTERVENTION, centre_ids[c], first, last, shares[c] * _QUARTER_TOTAL * share)
            for c in range(CENTRES)
        ]
    for year in range(RECORDS_FROM.year, RECORDS_TO.year):
        first, last = date(year, 4, 1), date(year + 1, 3, 31)
        rows += [
            _row(CENTRES_GRANT, centre_ids[c], first, last, amount * share)
            for c, amount in enumerate(_grants(families, places, year))
            if amount > 0
        ]
        if year in _FRONT_LINE_GBP:
            rows.append(_row(FRONT_LINE, "county", first, last, _FRONT_LINE_GBP[year] * share))
    return rows


def events() -> Rows:
    """Return the rows of events."""
    return [{"area": "county", "on": on, "what": what} for on, what in _EVENTS]


def _grants(families: Families, places: Places, year: int) -> NDArray[np.float64]:
    """Return each centre's grant for a year, none before the year it opens."""
    month = month_number(date(year, 4, 1))
    if month < FIRST_MONTH:
        raise ValueError(f"There is no simulated county yet in April {year}.")
    age = month - families.births
    here = (families.known_from <= day_number(date(year, 4, 1))) & (families.known_to == NEVER)
    young = (((age >= 0) & (age < UNDER_FIVE)).sum(axis=1)) * here
    children = np.bincount(families.centre, weights=young, minlength=CENTRES)
    is_open = places.opened <= day_number(date(year + 1, 3, 31))
    return np.asarray(is_open * (_GRANT_A_CENTRE + _GRANT_A_CHILD * children))


def _quarters(year: int) -> list[tuple[date, date]]:
    return [
        (date(year, 4, 1), date(year, 6, 30)),
        (date(year, 7, 1), date(year, 9, 30)),
        (date(year, 10, 1), date(year, 12, 31)),
        (date(year + 1, 1, 1), date(year + 1, 3, 31)),
    ]


def _row(programme: str, area: str, first: date, last: date, amount: float) -> dict[str, Any]:
    return {
        "programme": programme,
        "area": area,
        "starts_on": first,
        "ends_on": last,
        "amount_gbp": float(round(amount, -2)),
        "price_year": PRICE_YEAR,
    }
