"""Reach areas by quarter: referrals of young children, how long children were there, and the money of each area.

Everyone who lives in an area counts, whether or not they joined a centre. A child counts from its birth month, or from
when its family was known, to the age the protocol gives, or until the family is known no longer; a referral counts
where the child does on its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.cohort.counted import view_referrals, view_table
from toolkit.cohort.flow import FlowStep
from toolkit.engine import Asker, Embedded, frame_of, row_of
from toolkit.stats.arrays.types import Floats
from toolkit.tables.open_cases import WhileOpen

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

MOST_SILENT_DAYS = 14
"""A quarter with no referral anywhere for longer than this at its start or end is not wholly recorded."""
YEAR = 365.25

_SPAN = "SELECT min(received_on)::DATE AS first_day, max(received_on)::DATE AS last_day FROM every_referral"

_CHILDREN = """
SELECT c.child_id, c.family_id, f.reach_centre_id AS area,
       greatest(date_trunc('month', c.birth_month)::DATE, f.known_from::DATE) AS since,
       least((date_trunc('month', c.birth_month) + to_months($months))::DATE,
             coalesce(f.known_to::DATE, DATE '9999-01-01')) AS until
FROM children c JOIN families f USING (family_id) WHERE f.reach_centre_id IS NOT NULL
"""

_EXPOSURE = """
SELECT c.area, q.place, sum(date_diff('day', greatest(c.since, q.first), least(c.until, q.until))) AS days
FROM child c JOIN quarters q ON c.since < q.until AND c.until > q.first GROUP BY c.area, q.place
"""

_COUNTS = """
SELECT c.area, q.place, count(*) AS referrals, count(DISTINCT c.family_id) AS families
FROM referrals r JOIN child c USING (child_id)
JOIN quarters q ON r.received_on::DATE >= q.first AND r.received_on::DATE < q.until
WHERE r.received_on::DATE >= c.since AND r.received_on::DATE < c.until GROUP BY c.area, q.place
"""

# An amount is spread evenly over the days it covers.
_MONEY = """
SELECT i.area, q.place, sum(i.amount_gbp
       * date_diff('day', greatest(i.starts_on::DATE, q.first), least(i.ends_on::DATE + 1, q.until))
       / date_diff('day', i.starts_on::DATE, i.ends_on::DATE + 1)) AS pounds
FROM investments i JOIN quarters q ON i.starts_on::DATE < q.until AND i.ends_on::DATE >= q.first
WHERE list_contains($programmes, i.programme) GROUP BY i.area, q.place
"""

_PLACES = """
SELECT reach_centre_id AS area, any_value(district) AS district, avg(idaci_decile) AS deprivation
FROM (SELECT reach_centre_id, idaci_decile, mode(district) OVER (PARTITION BY reach_centre_id) AS district FROM families
      WHERE reach_centre_id IS NOT NULL)
GROUP BY reach_centre_id ORDER BY reach_centre_id
"""

_OUTSIDE = """
SELECT count(*) FILTER (WHERE f.reach_centre_id IS NULL) AS outside, count(*) AS of_age FROM referrals r
JOIN children c USING (child_id) JOIN families f USING (family_id)
WHERE date_diff('month', c.birth_month::DATE, r.received_on::DATE) BETWEEN 0 AND $months - 1
"""


@dataclass(frozen=True, slots=True)
class AreaQuarters:
    """Areas by quarter; areas in order of their number, quarters in order of time.

    Attributes
    ----------
    areas, district
        Reach areas by their centre's number, and the district most of their families live in.
    starts
        The first day of each quarter.
    referrals
        Shape (areas, quarters): referrals of young children.
    families
        Shape (areas, quarters): families of which one young child or more was referred: each once a quarter, because
        brothers and sisters referred together, and referrals that follow one another, are not so much more news.
    child_years
        Shape (areas, quarters): how long young children were there.
    pounds
        Shape (areas, quarters): the programmes' money by reach area.
    deprivation
        Shape (areas,): mean tenth of families, 1 the most deprived; not a number where none is known.
    opened
        Shape (areas,): the day each area's centre opened; ``NaT`` where it is not on record.
    elsewhere
        Pounds of the programmes entered for a district or the county: no area's own dose.
    flow
        From referrals on record to those counted.
    """

    areas: tuple[str, ...]
    district: tuple[str, ...]
    starts: tuple[date, ...]
    referrals: Floats
    families: Floats
    child_years: Floats
    pounds: Floats
    deprivation: Floats
    opened: tuple[date | None, ...]
    elsewhere: float
    flow: tuple[FlowStep, ...]

    @property
    def children(self) -> Floats:
        """Young children by area and quarter, shape (areas, quarters)."""
        days = np.diff([pd.Timestamp(day).toordinal() for day in (*self.starts, next_quarter(self.starts[-1]))])
        return np.asarray(self.child_years / (days / YEAR)[None, :])

    @property
    def dose(self) -> Floats:
        """Pounds for each young child by area and quarter, shape (areas, quarters); 0 where nobody lived."""
        return np.asarray(np.where(self.children > 0, self.pounds / np.maximum(self.children, 1e-9), 0.0))


def next_quarter(day: date) -> date:
    """Return the first day of the quarter after."""
    return (pd.Timestamp(day) + pd.DateOffset(months=3)).date()


def area_quarters(
    snapshot: Snapshot, *, under_months: int, programmes: Sequence[str], while_open: WhileOpen
) -> AreaQuarters | None:
    """Return the areas by quarter, or ``None`` where no whole quarter of referrals, or no area, is on record.

    Parameters
    ----------
    snapshot
        Anything with ``pattern(table)`` returning Parquet files.
    under_months
        Children younger than this count.
    programmes
        Names of the money, as table `investments` has them.
    while_open
        Whether referrals received while a case of the child was open count.
    """
    with Embedded() as engine:  # one county's own families: never more than fits
        for table in ("families", "children", "centres", "investments"):
            view_table(engine, snapshot.pattern(table), table)
        view_referrals(engine, snapshot.pattern("referrals"), while_open)
        ask = Asker(engine, {"months": under_months, "programmes": list(programmes)})
        quarters = _quarters(*row_of(ask(_SPAN)))
        places = frame_of(ask(_PLACES))
        if not len(quarters) or not len(places):
            return None
        engine.hand_in("quarters", pa.Table.from_pandas(quarters, preserve_index=False))
        ask.make("child", _CHILDREN)
        exposure, counts, money = (frame_of(ask(query)) for query in (_EXPOSURE, _COUNTS, _MONEY))
        outside, of_age = row_of(ask(_OUTSIDE))
        centres = ask("SELECT centre_id, opened_on::DATE AS opened_on FROM centres").to_pylist()
        opened = {str(centre["centre_id"]): centre["opened_on"] for centre in centres}
    areas = tuple(places["area"].astype(str))
    width = len(quarters)
    referrals = _grid(counts, "referrals", areas, width)
    return AreaQuarters(
        areas=areas,
        district=tuple(places["district"].astype(str)),
        starts=tuple(pd.Timestamp(day).date() for day in quarters["first"]),
        referrals=referrals,
        families=_grid(counts, "families", areas, width),
        child_years=_grid(exposure, "days", areas, width) / YEAR,
        pounds=_grid(money, "pounds", areas, width),
        deprivation=places["deprivation"].to_numpy(dtype=np.float64),
        opened=tuple(opened.get(area) for area in areas),
        elsewhere=float(money.loc[~money["area"].isin(areas), "pounds"].sum()),
        flow=_flow(int(of_age), int(outside), int(referrals.sum()), width),
    )


def _quarters(first: date | None, last: date | None) -> pd.DataFrame:
    """Return the quarters wholly on record: ``place``, ``first`` and ``until`` (the day after the last)."""
    if first is None or last is None:
        return pd.DataFrame(columns=["place", "first", "until"])
    periods = pd.period_range(first, last, freq="Q")
    silent = pd.Timedelta(days=MOST_SILENT_DAYS)
    begins = int(pd.Timestamp(first) - periods[0].start_time > silent)
    ends = len(periods) - int(periods[-1].end_time.normalize() - pd.Timestamp(last) > silent)
    kept = periods[begins:ends]
    starts = kept.start_time.normalize()
    untils = (kept + 1).start_time.normalize()
    return pd.DataFrame({"place": np.arange(len(kept)), "first": starts.date, "until": untils.date})


def _grid(found: pd.DataFrame, name: str, areas: Sequence[str], quarters: int) -> Floats:
    grid = np.zeros((len(areas), quarters))
    row = pd.Index(areas).get_indexer(pd.Index(found["area"].astype(str)))
    known = row >= 0
    grid[row[known], found["place"].to_numpy(dtype=np.intp)[known]] = found[name].to_numpy(dtype=np.float64)[known]
    return grid


def _flow(of_age: int, outside: int, counted: int, quarters: int) -> tuple[FlowStep, ...]:
    steps = (
        ("referrals", of_age, "referrals of young children are on record."),
        ("out_no_area", outside, "of them are of families whose reach area is not known."),
        ("out_not_there", of_age - outside - counted, "came while the family was not known, or in no whole quarter."),
        ("counted", counted, f"are counted, in {quarters} quarters."),
    )
    return tuple(FlowStep(step, None, count, f"{count:,} {what}") for step, count, what in steps)
