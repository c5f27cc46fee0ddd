"""The keys of a protocol's ``[progress_change]`` table."""

from __future__ import annotations

from pydantic import Field

from toolkit.studies.protocol import Spec
from toolkit.tables.progress_scores import BUILT_IN


class ProgressChangeSpec(Spec):
    """The keys of ``[progress_change]``."""

    dimension: str = Field("overall", min_length=1, description="What the scores are about, as stored with them.")
    instrument: str = Field(
        BUILT_IN,
        min_length=1,
        description="What the scores were given on, by its number in the table of instruments; the built-in from 1 "
        "to 5 where not said. Scores of others are left out and counted.",
    )
    wait_days: int = Field(183, ge=1, description="Days a family must have had to be scored again.")
    test_retest: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Of older protocols, and not used: how closely two scores of an unchanged family agree is taken "
        "from second scorings of the same day, and where these are too few it is not known.",
    )
