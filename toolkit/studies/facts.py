"""The single figures and sentences of a result, a class a kind of study; how they stand in a bundle's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, ClassVar, Protocol, Self, TypeVar

from toolkit.errors import InputError

WHERE_KNOWN = {"where_known": True}
"""Metadata of a field that a file has only where it differs from its default."""


class _DataClass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


D = TypeVar("D", bound=_DataClass)


@dataclass(frozen=True, slots=True)
class Facts:
    """The single figures and sentences that a verdict or a page needs of a result."""

    def to_json(self) -> dict[str, Any]:
        """Return the facts by the keys a bundle's file has for them."""
        return plain_fields(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Return the facts that a bundle's file holds.

        Raises
        ------
        InputError
            Naming what is missing.
        """
        return made_of(cls, found)


def plain_fields(facts: _DataClass) -> dict[str, Any]:
    """Return the fields by their names, without those that stand in a file only where they are known."""
    return {
        field.name: getattr(facts, field.name)
        for field in fields(facts)
        if not field.metadata.get("where_known") or getattr(facts, field.name) != field.default
    }


def made_of(cls: type[D], found: object) -> D:
    """Return a dataclass made of what a file holds by the names of its fields, lists as tuples.

    What the class has no field for is left where it is: a later version wrote it.

    Raises
    ------
    InputError
        Naming every field that is missing and has no default.
    """
    if not isinstance(found, Mapping):
        raise InputError(f"{cls.__name__} is {str(found)[:40]!r}. Expected an object with named values.")
    known = fields(cls)
    missing = [
        field.name
        for field in known
        if field.name not in found and field.default is MISSING and field.default_factory is MISSING
    ]
    if missing:
        raise InputError(f"{cls.__name__} lacks {', '.join(missing)}.")
    return cls(**{field.name: _as_tuple(found[field.name]) for field in known if field.name in found})


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
