"""Districts, centres with their reach areas, and neighbourhoods: all invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.calendar import NEVER, day_number

COUNTY = "Severndale (simulated)"
COUNTY_CODE = "X99000001"  # no ONS code begins with X
DISTRICTS = ("Ashmere", "Carrowby", "Eastmarch", "Holtwick", "Lindenbury", "Northvale")
DISTRICT_TEAMS = ("south", "north_west", "north_east", "north_west", "south", "north_east")
CENTRE_NAMES = (
    "Amberfold", "Barley Steps", "Brackwell", "Bramblegate", "Candle Yard", "Chalkhurst", "Copperfields",
    "Cuckoo Row", "Daisy Wharf", "Dunmarrow", "Eldercombe", "Fernbridge Lane", "Foxglove Rise", "Gorsewick",
    "Greengage", "Harebell Way", "Hazelthorn", "Honeystone", "Jackdaw Hill", "Kestrel Green", "Larkfold",
    "Marigold Street", "Merryfield End", "Nettlebank", "Oatmeadow", "Plumstone", "Quincewell", "Rookery Corner",
    "Saffron Close", "Sorrelby", "Tansy Row", "Thistleford", "Wrenbrook", "Yarrowdene",
)  # fmt: skip
CENTRES = len(CENTRE_NAMES)
NEIGHBOURHOODS_EACH = 11
TRACKING = 19
_FIRST_LSOA = 1999001
# Opening in three rounds, the most deprived areas first: how many centres, and between which days.
_ROUNDS = (
    (16, date(2004, 4, 1), date(2006, 3, 31)),
    (13, date(2006, 4, 1), date(2008, 1, 31)),
    (5, date(2008, 4, 1), date(2010, 3, 31)),
)


@dataclass(frozen=True, slots=True)
class Places:
    """The county's places.

    Attributes
    ----------
    district
        By centre, the index of its district, shape (34,).
    provider
        By centre, who runs it.
    opened, tracks_from
        By centre, the day it opened and the day it began to score families (`NEVER` where it does not).
    joining_ease, referral_level
        By reach area, what is added to the log hazard of joining and of referral. Independent of each other.
    lsoa_centre, lsoa_decile, lsoa_size
        By neighbourhood: the centre of its reach area, its deprivation tenth (1 the most deprived), and its share of
        the county's families.
    """

    district: NDArray[np.int64]
    provider: tuple[str, ...]
    opened: NDArray[np.int64]
    tracks_from: NDArray[np.int64]
    joining_ease: NDArray[np.float64]
    referral_level: NDArray[np.float64]
    lsoa_centre: NDArray[np.int64]
    lsoa_decile: NDArray[np.int64]
    lsoa_size: NDArray[np.float64]

    def is_open_elsewhere(self, day: int) -> NDArray[np.bool_]:
        """Return, by reach area, whether another centre of its district is open on a day, shape (34,)."""
        is_open = self.opened <= day
        in_district = np.bincount(self.district, weights=is_open, minlength=len(DISTRICTS))[self.district]
        return in_district - is_open > 0


def make_places(rng: np.random.Generator) -> Places:
    """Make the county's places."""
    district = np.arange(CENTRES) % len(DISTRICTS)
    area = rng.normal(0, 1, CENTRES)
    opened = _openings(rng, area)
    centre = np.repeat(np.arange(CENTRES), NEIGHBOURHOODS_EACH)
    size = np.exp(rng.normal(0, 0.2, len(centre)))
    return Places(
        district=district,
        provider=tuple(rng.choice(["county", "school", "voluntary"], size=CENTRES, p=[0.5, 0.3, 0.2]).tolist()),
        opened=opened,
        tracks_from=_tracking(rng, opened),
        joining_ease=_centred(rng.normal(0, 0.3, CENTRES)),
        referral_level=_centred(rng.normal(0, 0.1, CENTRES)),
        lsoa_centre=centre,
        lsoa_decile=_deciles(rng, area[centre]),
        lsoa_size=size / size.sum(),
    )


def _centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values - values.mean())


def _openings(rng: np.random.Generator, area: NDArray[np.float64]) -> NDArray[np.int64]:
    order = np.argsort(area + rng.normal(0, 0.6, CENTRES), kind="stable")
    opened = np.empty(CENTRES, dtype=np.int64)
    start = 0
    for count, first, last in _ROUNDS:
        opened[order[start : start + count]] = rng.integers(day_number(first), day_number(last) + 1, count)
        start += count
    return opened


def _tracking(rng: np.random.Generator, opened: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return when the centres that score families began to: 19 of those open by April 2008."""
    able = np.flatnonzero(opened < day_number(date(2008, 4, 1)))
    chosen = np.sort(rng.permutation(able)[:TRACKING])
    earliest = np.maximum(opened[chosen] + 90, day_number(date(2007, 4, 1)))
    began = np.full(CENTRES, NEVER, dtype=np.int64)
    began[chosen] = earliest + rng.integers(0, 540, TRACKING)
    return began


def _deciles(rng: np.random.Generator, area: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return deprivation tenths: areas differ, neighbourhoods within them too; the county is well off."""
    shares = np.cumsum([0.06, 0.08, 0.09, 0.10, 0.10, 0.11, 0.11, 0.12, 0.12])
    place = area + rng.normal(0, 0.8, len(area))
    rank = np.argsort(np.argsort(place, kind="stable"), kind="stable") / len(place)
    return np.asarray(np.searchsorted(shares, rank, side="right") + 1)


def lsoa_codes(count: int) -> list[str]:
    """Return invented neighbourhood codes in the real ones' form."""
    return [f"E0{_FIRST_LSOA + i}" for i in range(count)]
