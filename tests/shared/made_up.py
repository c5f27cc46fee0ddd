"""Results made up for tests that only write, read or show them."""

from __future__ import annotations

from toolkit.runs.planted_effects import PlantedEffects, Tally
from toolkit.studies.design_record import DrawDesign

DRAW = DrawDesign(
    seed=11,
    sets="c" * 64,
    joined=855,
    matched=837,
    unmatched=18,
    share_matched=837 / 855,
    controls=4000,
    effective_joined=837.0,
    effective_controls=3650.4,
    clusters=34,
    followed_joined=0.96,
    followed_others=0.97,
    largest_difference=0.0412,
    largest_on="lone_parent",
    shift=-0.0021,
    shift_se=0.001,
    baseline=0.107,
    smallest=0.0213,
)
FOUND = PlantedEffects(
    happened="were referred",
    share=0.065,
    effect=0.02,
    joiners=818,
    nothing=Tally(0.0, right=94, fewer=3, more=2, little_or_no_difference=0, inconclusive=95, cannot_say=0),
    planted=Tally(-0.02, right=94, fewer=81, more=0, little_or_no_difference=0, inconclusive=19, cannot_say=0),
    not_asked=("The clock starts on the joining day",),
)
