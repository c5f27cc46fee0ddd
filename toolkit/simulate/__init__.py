"""The simulated county: records as a council's would be, made with a true effect that is known."""

from __future__ import annotations

from toolkit.simulate.county import County, simulate_county
from toolkit.simulate.options import CountyOptions
from toolkit.simulate.score_options import ScoreOptions
from toolkit.simulate.write import write_county

__all__ = ["County", "CountyOptions", "ScoreOptions", "simulate_county", "write_county"]
