"""The keys of a protocol's ``[progress_meaning]`` table."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.errors import did_you_mean
from toolkit.studies.protocol import Spec
from toolkit.tables.open_cases import WhileOpen
from toolkit.tables.progress_scores import BUILT_IN
from toolkit.tables.referrals import SOURCES

KNOWN = (
    "idaci_decile",
    "lone_parent",
    "young_parent",
    "english_additional_language",
    "disability",
    "kinship_care",
    "children_under_18",
    "youngest_months",
    "under_one",
    "months_known",
    "referrals_last_3m",
    "referrals_3m_to_12m",
    "episode_last_year",
)
"""What a matched comparison of families allows for: what was known of each on the day."""


def _covariates(names: tuple[str, ...]) -> tuple[str, ...]:
    usable = {name for name, one in COVARIATES.items() if not one.is_of_child and one.look_back_days <= 365}
    wrong = [
        f'"{n}" is nothing known of a family. {did_you_mean(n, usable)}'.rstrip() for n in names if n not in usable
    ]
    if len(set(names)) < len(names):
        wrong.append("one stands more than once")
    if wrong:
        raise ValueError(" ".join(wrong))
    return names


def _outcome(name: str) -> str:
    usable = {one.name for one in OUTCOMES.values() if one.is_binary and one.window_days == 365}
    if name not in usable:
        raise ValueError(f'there is no yes-or-no outcome "{name}" of 12 months. {did_you_mean(name, usable)}'.rstrip())
    return name


def _sources(names: tuple[str, ...]) -> tuple[str, ...]:
    wrong = [
        f'there is no referral source "{n}". {did_you_mean(n, SOURCES)}'.rstrip() for n in names if n not in SOURCES
    ]
    if wrong:
        raise ValueError(" ".join(wrong))
    return names


class ProgressMeaningSpec(Spec):
    """The keys of ``[progress_meaning]``."""

    dimension: str = Field("overall", min_length=1, description="What the scores are about, as stored with them.")
    instrument: str = Field(
        BUILT_IN, min_length=1, description="What families were scored with, by its number in the table of instruments."
    )
    outcome: Annotated[str, AfterValidator(_outcome)] = Field(
        "any_referral_12m", description="What may happen in the year after a score; families are told apart by it."
    )
    covariates: Annotated[tuple[str, ...], AfterValidator(_covariates)] = Field(
        KNOWN, min_length=1, description="What is known of a family on the day it is scored, beside the score."
    )
    apart_days: int = Field(
        28, ge=1, description="Days from the first score from which on the next one is taken for a change."
    )
    least_rise: float = Field(
        0.03,
        gt=0,
        lt=0.5,
        description="A rise too small to matter, in how often the right one of two families is picked out (0 to 1).",
    )
    least_if_sure: float = Field(
        0.01, gt=0, lt=0.5, description="One too small to matter even where it is sure that there is a rise."
    )
    folds: int = Field(10, ge=2, le=50, description="Parts of the centres, each left out in turn.")
    repeats: int = Field(5, ge=1, le=50, description="How often the parts are drawn.")
    min_referred: int = Field(20, ge=5, description="Families referred that an answer rests on.")
    min_pairs: int = Field(20, ge=5, description="Families scored twice the same day that agreement rests on.")
    caliper: float = Field(0.2, gt=0, description="Standard deviations of the logit of the propensity score.")
    ratio: int = Field(2, ge=1, le=10, description="Families sought for each whose score rose.")
    exact: tuple[Literal["centre_id", "district"], ...] = Field(
        (), description="What two matched families share exactly beside their first score."
    )
    margin: float = Field(0.02, gt=0, lt=1, description="A difference of shares too small to matter.")
    centre_sources: Annotated[tuple[str, ...], AfterValidator(_sources)] = Field(
        ("8", "5D"), min_length=1, description="Source codes of referrals that centres make."
    )
    referrals_while_open: WhileOpen = Field(
        "count", description="Whether referrals received while a case of the child was open count as referrals."
    )

    @model_validator(mode="after")
    def _limits_in_order(self) -> ProgressMeaningSpec:
        if self.least_if_sure > self.least_rise:
            raise ValueError(f"least_if_sure is {self.least_if_sure}: expected {self.least_rise}, least_rise, or less")
        return self
