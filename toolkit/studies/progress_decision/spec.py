"""The keys of a protocol's ``[progress_decision]`` table: what each criterion needs, written before any result."""

from __future__ import annotations

from pydantic import Field

from toolkit.studies.protocol import Spec
from toolkit.tables.progress_scores import BUILT_IN


class ProgressDecisionSpec(Spec):
    """The keys of ``[progress_decision]``; what the studies it rests on ask beside these is their own default."""

    dimension: str = Field("overall", min_length=1, description="What the scores are about, as stored with them.")
    instrument: str = Field(
        BUILT_IN, min_length=1, description="What families were scored with, by its number in the table of instruments."
    )
    wait_days: int = Field(183, ge=1, description="Days a family must have had to be scored again.")
    least_complete: float = Field(
        0.8, gt=0, le=1, description="Share scored again, of families that had time, from which scores are complete."
    )
    least_agreement: float = Field(
        0.4, gt=0, lt=1, description="Kappa of two scorers of the same day that its range must lie above."
    )
    no_agreement: float = Field(
        0.3, ge=0, lt=1, description="Kappa below which scores that are not shown to mean anything are taken not to."
    )
    least_rise: float = Field(
        0.03,
        gt=0,
        lt=0.5,
        description="A rise too small to matter, in how often the right one of two families is picked out (0 to 1).",
    )
    least_rise_of_change: float = Field(
        0.01, gt=0, lt=0.5, description="The same of a change in score, beyond the first score, which tells most of it."
    )
    most_drift: float = Field(
        0.25, gt=0, description="Points a year by which end scores may creep up, at the upper end of the range."
    )
    most_harm: float = Field(
        0.02,
        gt=0,
        lt=1,
        description="More families referred, as a share, that scoring as such must be shown not to do.",
    )
    min_referred: int = Field(20, ge=5, description="Families referred that the meaning of scores rests on.")
    min_pairs: int = Field(20, ge=5, description="Families scored twice the same day that agreement rests on.")
    repeats: int = Field(5, ge=1, le=50, description="How often the parts of the centres are drawn.")
    draws: int = Field(1999, ge=199, le=99_999, description="How often the days of beginning are dealt again.")
    double_share: float = Field(
        0.25,
        gt=0,
        le=1,
        description="Share of families that another worker would score too, for the price of finding out.",
    )
    minutes_a_scoring: float = Field(0.0, ge=0, description="Minutes a scoring takes a worker; 0 where not known.")
    cost_an_hour: float = Field(0.0, ge=0, description="Pounds a worker's hour costs; 0 where not known.")
    scorings_a_family: float = Field(2.0, gt=0, description="Scorings a family has, first and last together.")
    most_cost: float = Field(
        0.0, ge=0, description="The most that scoring a family may cost, in pounds; 0 where no limit is set."
    )
    cost_source: str = Field("", description="Where the minutes and the cost of an hour are from.")
