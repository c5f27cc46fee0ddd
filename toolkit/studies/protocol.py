"""Protocols: what a study asks, written before its result is seen, one TOML file a question.

A protocol has a few keys that every kind shares (``title``, ``recommendation``, ``kind``, ``seed``, ``[gates]``)
and one table named after its kind, whose keys are the fields of that kind's `Spec` (its ``spec`` module).
"""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny

from toolkit.errors import ProtocolError
from toolkit.studies.preregistration import Registered

S = TypeVar("S", bound="Spec")


class Spec(BaseModel):
    """What every kind's own table shares: unknown keys are an error, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def check_send_limit(send_under_months: int | None, child_under_months: int) -> None:
    """Check that the limit of age for children with SEND is no lower than that of all.

    Raises
    ------
    ValueError
        When it is.
    """
    if send_under_months is not None and send_under_months < child_under_months:
        raise ValueError(
            f"send_under_months is {send_under_months}: expected {child_under_months}, which is child_under_months, or "
            "more"
        )


class Gates(Spec):
    """The conditions a result must meet before it may be put into words; the defaults are the house's.

    The minimum of 60 families is the Justice Data Lab's.
    """

    min_treated: int = Field(60, ge=1, description="Families supported that the result rests on.")
    max_smd: float = Field(0.1, gt=0, description="Largest standardised difference between the matched groups.")
    max_shift: float | None = Field(
        None,
        gt=0,
        description="In place of `max_smd`: how much of its standard error remaining differences may shift the answer.",
    )
    min_overlap: float = Field(0.8, ge=0, le=1, description="Share of supported families that found a match.")
    min_follow_up: float = Field(0.8, ge=0, le=1, description="Share of families followed for the whole time.")
    min_clusters: int = Field(10, ge=2, description="Reach areas the result rests on.")


class Protocol(BaseModel):
    """One question, as read from its file.

    Attributes
    ----------
    question
        The file's stem; names the result's folder.
    spec
        The kind's own table, an instance of its ``Spec``.
    hash
        SHA-256 of the file's bytes, in hexadecimal.
    registered
        What the register beside the file says of it.
    text
        The file as it was read.
    """

    model_config = ConfigDict(frozen=True)

    question: str
    title: str
    recommendation: str
    kind: str
    seed: int
    gates: Gates
    spec: SerializeAsAny[Spec]
    hash: str
    registered: Registered = Registered(())
    text: str = ""

    def spec_as(self, kind: type[S]) -> S:
        """Return the protocol's own table as the keys of one kind.

        Raises
        ------
        ProtocolError
            When the protocol is of another kind.
        """
        if not isinstance(self.spec, kind):
            raise ProtocolError(f"{self.question} is of kind {self.kind}, which has no keys of {kind.__name__}.")
        return self.spec
