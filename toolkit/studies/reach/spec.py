"""The keys of a protocol's ``[reach]`` table."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field, field_validator, model_validator

from toolkit.cohort.reach import GROUPS
from toolkit.errors import did_you_mean
from toolkit.studies.protocol import Spec, check_send_limit

if TYPE_CHECKING:
    pass


class ReachSpec(Spec):
    """The keys of ``[reach]``."""

    child_under_months: int = Field(60, ge=1, le=300, description="A family counts while it has a child this young.")
    send_under_months: int | None = Field(
        None, ge=1, le=300, description="The limit for children with special educational needs or a disability."
    )
    within_months: int = Field(12, ge=1, le=48, description="Months a family must have had to join.")
    day: date | None = Field(None, description="The day to look at; the last registration where left out.")
    groups: tuple[str, ...] = Field(tuple(GROUPS), min_length=1, description="What families are told apart by.")
    margin: float = Field(0.05, gt=0, lt=1, description="A gap of shares too small to matter.")

    @model_validator(mode="after")
    def _limits_in_order(self) -> ReachSpec:
        check_send_limit(self.send_under_months, self.child_under_months)
        return self

    @field_validator("groups")
    @classmethod
    def _known_groups(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [f'there is no group "{n}". {did_you_mean(n, GROUPS)}'.rstrip() for n in names if n not in GROUPS]
        if len(set(names)) < len(names):
            unknown.append("a group stands more than once")
        if unknown:
            raise ValueError(" ".join(unknown))
        return names
