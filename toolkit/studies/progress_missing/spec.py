"""The keys of a protocol's ``[progress_missing]`` table."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from toolkit.studies.progress_meaning.spec import KNOWN, known_of_families
from toolkit.studies.protocol import Spec
from toolkit.tables.progress_scores import BUILT_IN


class ProgressMissingSpec(Spec):
    """The keys of ``[progress_missing]``."""

    dimension: str = Field("overall", min_length=1, description="What the scores are about, as stored with them.")
    instrument: str = Field(
        BUILT_IN, min_length=1, description="What families were scored with, by its number in the table of instruments."
    )
    wait_days: int = Field(183, ge=1, description="Days a family must have had to be scored again.")
    covariates: Annotated[tuple[str, ...], AfterValidator(known_of_families)] = Field(
        KNOWN,
        min_length=1,
        description="What is known of a family on the day of its first score, beside the score, who gave it and where.",
    )
    largest_share: float = Field(
        0.2, gt=0, le=1, description="The part of all weight that one family may bear before a warning (0 to 1)."
    )
    least_worth: float = Field(
        0.2,
        gt=0,
        le=1,
        description="What weighted families must be worth of as many of one weight, or a warning.",
    )
