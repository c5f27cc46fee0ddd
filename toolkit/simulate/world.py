"""What everything in a simulated county happens in: its places, its families and what was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.simulate.families import Families
from toolkit.simulate.options import CountyOptions
from toolkit.simulate.places import Places


@dataclass(frozen=True, slots=True)
class World:
    """The places, the families that live there, and the options."""

    places: Places
    families: Families
    options: CountyOptions
