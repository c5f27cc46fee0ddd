"""The file that a council hands on: its schema, the bytes that are signed, and reading one that may be hostile.

There is no field for a row, a person's number or a count of fewer families than the disclosure rules show. An unknown
field, a number that is not finite or a word that is too long is an error: nothing rides along.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from toolkit.errors import InputError

FORMAT: Literal["toolkit shared results 1"] = "toolkit shared results 1"
MOST_BYTES = 2_000_000
"""A file of a hundred results is a tenth of this."""

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, in hexadecimal.")]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w .,'()&/-]+$")]
Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Standing = Literal["pass", "warn", "fail"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


class SharedEstimate(_Part):
    """The difference that answers for one outcome."""

    outcome: Name = Field(description="Its name in protocols; the first is the one the verdict is about.")
    estimator: Name = Field(description="How it was compared: `matched`, or `calibrated` on earlier years.")
    estimate: float = Field(ge=-1, le=1, description="A difference of shares, rounded: -0.03 is 3 fewer in every 100.")
    se: float = Field(gt=0, le=1, description="Its standard error, clustered, rounded, and with what rounding costs.")
    degrees_of_freedom: float | None = Field(
        gt=2, description="Of the t distribution behind it, rounded down; null where the error is as good as known."
    )
    low: float = Field(description="The low end of the 95% interval that these three give.")
    high: float = Field(description="The high end.")
    families: int = Field(ge=8, le=10_000_000, description="Families that joined and were compared, rounded.")


class SharedBalance(_Part):
    """How far apart the compared families were on one thing known of them."""

    covariate: Name = Field(description="Its name in protocols.")
    before: float | None = Field(description="Standardised mean difference of all, to the nearest 0.05.")
    after: float | None = Field(description="The same of those compared.")


class SharedBreak(_Part):
    """A day from which the council recorded something otherwise, as it has confirmed."""

    starts_on: date = Field(strict=False, description="The first day under the new definition.")
    kind: Name = Field(description="What kind of change it is, by its code.")
    touches: Name = Field(description="What means another thing from that day on, by its code.")
    is_county: bool = Field(description="Whether it is everywhere; otherwise it is of a part, which is not named.")


class SharedCheck(_Part):
    """How the result stood one gate or check; none of its figures."""

    name: Name
    status: Standing
    is_gate: bool = Field(description="Whether a failure bars an answer of this council alone.")
    against: tuple[Literal["fewer", "more"], ...] = Field(
        strict=False, description="The signs of an answer that what it found speaks against."
    )


class SharedDefinitions(_Part):
    """Hashes of what the names in the protocol meant to the code and the tables that the result was made with."""

    outcomes: dict[Name, Hash] = Field(description="By outcome: which records count, and within how many days.")
    exposure: Hash = Field(description="Who joins, from which day, and how long all are followed.")
    covariates: dict[Name, Hash] = Field(description="By covariate: how it is worked out.")
    tables: dict[Name, Hash] = Field(description="By table: its columns, their kinds, units and codes.")


class SharedResult(_Part):
    """One registered protocol's result."""

    question: Name
    title: Annotated[str, Field(max_length=300)]
    protocol_hash: Hash = Field(description="Of the protocol's bytes.")
    protocol_text: Annotated[str, Field(max_length=100_000)] = Field(description="The protocol itself, of that hash.")
    registered_on: date = Field(strict=False, description="The day this version was registered.")
    plan: Annotated[str, Field(max_length=2000)] = Field(description="What must be known of the plan; mostly empty.")
    margin: float = Field(gt=0, lt=1, description="A difference of shares too small to matter, by the protocol.")
    happened: Annotated[str, Field(max_length=200)] = Field(description="The first outcome in a sentence.")
    within: Annotated[str, Field(max_length=100)]
    toolkit: Annotated[str, Field(max_length=40)] = Field(description="The version that made it.")
    first_month: Month | None = Field(description="Of the records used.")
    last_month: Month | None
    verdict: Literal["fewer", "more", "little_or_no_difference", "inconclusive", "cannot_say"] = Field(
        description="What this council's records said alone."
    )
    estimates: tuple[SharedEstimate, ...] = Field(strict=False, min_length=1)
    withheld: tuple[Name, ...] = Field(strict=False, description="Outcomes whose estimate would give a count away.")
    centres: Count | None = Field(description="Reach areas behind the first estimate's error, to the nearest five.")
    flow: dict[Name, Count | None] = Field(description="Families at each step, rounded; null where hidden.")
    balance: tuple[SharedBalance, ...] = Field(strict=False)
    checks: tuple[SharedCheck, ...] = Field(strict=False)
    breaks: tuple[SharedBreak, ...] = Field(strict=False)
    definitions: SharedDefinitions


class SharedContent(_Part):
    """What is signed."""

    council: Name
    code: Annotated[str, Field(pattern=r"^[A-Z]\d{8}$")] = Field(description="Its ONS code.")
    simulated: bool = Field(description="Whether no real family is behind it.")
    made_on: date = Field(strict=False)
    threshold: Annotated[int, Field(ge=5)] = Field(description="Counts of 1 to this were hidden.")
    round_to: Annotated[int, Field(ge=1)] = Field(description="Counts were rounded to the nearest of these.")
    results: tuple[SharedResult, ...] = Field(strict=False, min_length=1)

    def signed_bytes(self) -> bytes:
        """Return the bytes a signature is of: JSON with sorted keys and no spaces."""
        return canonical(self.model_dump(mode="json"))


class SharedFile(_Part):
    """A shared file: what is signed, the signature, and whose key made it."""

    format: Literal["toolkit shared results 1"]
    content: SharedContent
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(description="The Ed25519 public key.")
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")] = Field(description="Of `content`.")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a shared file and check its form; its signature is checked by `toolkit.pooling.keys.check_signature`.

        Raises
        ------
        InputError
            When it cannot be read, is too large, or is not of the schema, naming the file and what is wrong.
        """
        return cls.parse(_bytes_of(path), path.name)

    @classmethod
    def parse(cls, found: bytes, name: str) -> Self:
        """Return the shared file that bytes hold; ``name`` is what an error calls it."""
        try:
            content = json.loads(found.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name} is not a shared file: it cannot be read as JSON ({error}).") from error
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise InputError(f'{name} is not a shared file of this format. Expected "format": "{FORMAT}".')
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])
            raise InputError(f"{name} is not a shared file of this schema. {problems}.") from error

    def write(self, path: Path) -> None:
        """Write the file.

        Raises
        ------
        InputError
            When there is a file already: what was handed on is not written over.
        """
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(
                    json.dumps(self.model_dump(mode="json"), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
                )
        except FileExistsError:
            raise InputError(f"{path} is already there and is not written over. Name another file.") from None


def canonical(value: Any) -> bytes:
    """Return a value's JSON as it is signed and hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            found = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    if len(found) > MOST_BYTES:
        raise InputError(f"{path.name} has more than {MOST_BYTES // 1_000_000} MB. A shared file is far smaller.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} stands twice")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")
