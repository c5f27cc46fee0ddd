"""The keys of a protocol's ``[progress_centres]`` table."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from toolkit.errors import did_you_mean
from toolkit.studies.protocol import Spec
from toolkit.tables.progress_scores import BUILT_IN

CASE_MIX = (
    "first_score",
    "days_between",
    "who_scored",
    "idaci_decile",
    "lone_parent",
    "young_parent",
    "english_additional_language",
    "disability",
    "kinship_care",
)
"""What centres' families may differ by, before a centre did anything for them: what a comparison allows for."""


def _case_mix(names: tuple[str, ...]) -> tuple[str, ...]:
    wrong = [
        f'"{n}" is nothing centres are compared by. {did_you_mean(n, CASE_MIX)}'.rstrip()
        for n in names
        if n not in CASE_MIX
    ]
    if len(set(names)) < len(names):
        wrong.append("one stands more than once")
    if wrong:
        raise ValueError(" ".join(wrong))
    return names


class ProgressCentresSpec(Spec):
    """The keys of ``[progress_centres]``."""

    dimension: str = Field("overall", min_length=1, description="What the scores are about, as stored with them.")
    instrument: str = Field(
        BUILT_IN, min_length=1, description="What families were scored with, by its number in the table of instruments."
    )
    wait_days: int = Field(183, ge=1, description="Days a family must have had to be scored again.")
    covariates: Annotated[tuple[str, ...], AfterValidator(_case_mix)] = Field(
        CASE_MIX, min_length=1, description="What centres' families may differ by, and is allowed for."
    )
    min_families: int = Field(
        10, ge=5, description="Families scored twice, of those that could score better, that a centre is compared from."
    )
