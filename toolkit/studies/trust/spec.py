"""The keys of a protocol's ``[trust]`` table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from toolkit.cohort.referrals import HAPPENED, KNOWN
from toolkit.errors import did_you_mean
from toolkit.studies.protocol import Spec, check_send_limit
from toolkit.tables.open_cases import WhileOpen
from toolkit.tables.referrals import SOURCES

OUTCOMES = tuple(name for name in HAPPENED if name != "referred_back")


def _known(what: str, known: Sequence[str]) -> AfterValidator:
    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [f'there is no {what} "{n}". {did_you_mean(n, known)}'.rstrip() for n in names if n not in known]
        if len(set(names)) < len(names):
            unknown.append("one stands more than once")
        if unknown:
            raise ValueError(" ".join(unknown))
        return names

    return AfterValidator(check)


class TrustSpec(Spec):
    """The keys of ``[trust]``."""

    centre_sources: Annotated[tuple[str, ...], _known("referral source", tuple(SOURCES))] = Field(
        ("8", "5D"), min_length=1, description="Source codes of referrals that centres make."
    )
    referrals_while_open: WhileOpen = Field(
        "count", description="Whether referrals received while a case of the child was open count as referrals."
    )
    child_under_months: int = Field(216, ge=1, le=300, description="Referrals of children younger than this.")
    send_under_months: int | None = Field(
        None, ge=1, le=300, description="The limit for children with special educational needs or a disability."
    )
    covariates: Annotated[tuple[str, ...], _known("covariate", tuple(KNOWN))] = Field(
        tuple(KNOWN), min_length=1, description="What referrals are matched on, as known that day."
    )
    exact: tuple[Literal["quarter", "age_band", "district"], ...] = Field(
        ("quarter", "age_band"), description="What two matched referrals share exactly."
    )
    outcomes: Annotated[tuple[str, ...], _known("outcome", OUTCOMES)] = Field(
        OUTCOMES, min_length=1, description="What may come of a referral; the first decides the verdict."
    )
    ratio: int = Field(3, ge=1, le=10, description="Referrals by others sought for each by a centre.")
    caliper: float = Field(0.2, gt=0, description="Standard deviations of the logit of the propensity score.")
    margin: float = Field(0.02, gt=0, lt=1, description="A difference of shares too small to matter.")

    @model_validator(mode="after")
    def _limits_in_order(self) -> TrustSpec:
        check_send_limit(self.send_under_months, self.child_under_months)
        return self
