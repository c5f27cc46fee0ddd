"""Reading a protocol's file and checking all of it."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from toolkit.errors import ProtocolError, did_you_mean
from toolkit.studies.area_panel.spec import AreaPanelSpec
from toolkit.studies.interrupted_series.spec import SeriesSpec
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.preregistration import NOT_REGISTERED, Registered, read_register
from toolkit.studies.progress_centres.spec import ProgressCentresSpec
from toolkit.studies.progress_change.spec import ProgressChangeSpec
from toolkit.studies.progress_decision.spec import ProgressDecisionSpec
from toolkit.studies.progress_meaning.spec import ProgressMeaningSpec
from toolkit.studies.progress_missing.spec import ProgressMissingSpec
from toolkit.studies.progress_rollout.spec import ProgressRolloutSpec
from toolkit.studies.protocol import Gates, Protocol, Spec
from toolkit.studies.reach.spec import ReachSpec
from toolkit.studies.reach_areas.spec import ReachAreasSpec
from toolkit.studies.synthetic_county.spec import SyntheticCountySpec
from toolkit.studies.trust.spec import TrustSpec

SPECS: Mapping[str, type[Spec]] = MappingProxyType(
    {
        "matched_cohort": MatchedCohort,
        "progress_change": ProgressChangeSpec,
        "progress_missing": ProgressMissingSpec,
        "progress_centres": ProgressCentresSpec,
        "progress_meaning": ProgressMeaningSpec,
        "progress_rollout": ProgressRolloutSpec,
        "progress_decision": ProgressDecisionSpec,
        "interrupted_series": SeriesSpec,
        "reach_areas": ReachAreasSpec,
        "area_panel": AreaPanelSpec,
        "synthetic_county": SyntheticCountySpec,
        "reach": ReachSpec,
        "trust": TrustSpec,
    }
)
"""The keys of each kind of study's own table."""

KINDS = tuple(SPECS)

_HEADER_KEYS = ("title", "recommendation", "kind", "seed", "gates")


class Header(Spec):
    """The keys of every protocol, beside ``kind`` and the kind's own table."""

    title: str = Field(min_length=1, description="The question, as pages show it.")
    recommendation: str = Field(min_length=1, description="What the question answers, such as “Recommendation 11”.")
    seed: int = Field(1, ge=0, le=2**32 - 1, description="Decides every draw: the same seed gives the same result.")
    gates: Gates = Field(Gates(), description="Conditions for an answer in words.")  # type: ignore[call-arg]


def load_protocol(path: Path | str) -> Protocol:
    """Read a protocol and check all of it.

    Raises
    ------
    ProtocolError
        Naming every key that is wrong, its value, what was expected, and the nearest known name.
    """
    path = Path(path)
    if not path.is_file():
        near = did_you_mean(path.name, [p.name for p in list_protocols(path.parent)]) if path.parent.is_dir() else ""
        raise ProtocolError(f"There is no protocol {path}. {near}".rstrip())
    return protocol_of(path.read_bytes(), path.name, registered=read_register(path.parent, path.stem))


def protocol_of(content: bytes, name: str, *, registered: Registered = NOT_REGISTERED) -> Protocol:
    """Return the protocol that a file's bytes hold, all of it checked.

    Parameters
    ----------
    content, name
        The file's bytes and name.
    registered
        What the register says of its question.

    Raises
    ------
    ProtocolError
        As `load_protocol`.
    """
    return _held_by(content, name).model_copy(update={"registered": registered})


@lru_cache(maxsize=64)
def _held_by(content: bytes, name: str) -> Protocol:
    raw = _read(content, name)
    problems: list[str] = []
    kind = raw.get("kind")
    if kind not in KINDS:
        was = "is missing" if kind is None else f"is {_shown(kind)}"
        problems.append(f"kind {was}. {did_you_mean(str(kind), KINDS) or 'Known: ' + ', '.join(KINDS) + '.'}")
        kind = None
    known = [*_HEADER_KEYS, *([kind] if kind else KINDS)]
    problems += [
        f"{key} is not a key of a protocol{f' of kind {kind}' if kind else ''}. {did_you_mean(key, known)}".rstrip()
        for key in raw
        if key not in known
    ]
    header = _checked(Header, {key: raw[key] for key in raw if key in _HEADER_KEYS and key != "kind"}, "", problems)
    spec = _checked(SPECS[kind], raw.get(kind), kind, problems) if kind else None
    if problems or kind is None or header is None or spec is None:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise ProtocolError(f"{name} cannot be used as it is:\n{listed}")
    return Protocol(
        question=name.removesuffix(".toml"),
        title=header.title,
        recommendation=header.recommendation,
        kind=kind,
        seed=header.seed,
        gates=header.gates,
        spec=spec,
        hash=hashlib.sha256(content).hexdigest(),
        text=content.decode("utf-8"),
    )


def list_protocols(folder: Path | str) -> list[Path]:
    """Return the protocol files of a folder, by name."""
    return sorted(Path(folder).glob("*.toml"))


def _read(content: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProtocolError(f"{name} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"{name} is not valid TOML: {error}.") from error


def _checked(model: type[Spec], values: object, prefix: str, problems: list[str]) -> Any:
    """Return the model made of the values, or ``None`` after adding every problem found."""
    if values is None:
        problems.append(f"the table [{prefix}] is missing.")
        return None
    if not isinstance(values, Mapping):
        problems.append(f"{prefix} is {_shown(values)}. Expected a table, written [{prefix}].")
        return None
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        problems += [_problem(model, prefix, dict(details)) for details in error.errors(include_url=False)]
        return None


def _problem(model: type[BaseModel], prefix: str, details: dict[str, Any]) -> str:
    location = tuple(details["loc"])
    key = _key_path((prefix, *location) if prefix else location)
    if details["type"] == "missing":
        return f"{key} is missing."
    if details["type"] == "extra_forbidden":
        return f"{key} is not a known key. {did_you_mean(str(location[-1]), _fields_at(model, location[:-1]))}".rstrip()
    expected = _ended(details["msg"].removeprefix("Value error, ").replace("Input should be", "Expected"))
    if isinstance(details["input"], Mapping) and details["type"] == "value_error":
        return f"[{key}]: {expected}"  # of keys together: the sentence names those concerned
    return f"{key} is {_shown(details['input'])}. {expected}"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."


def _key_path(location: tuple[str | int, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if path else str(part))
    return path


def _fields_at(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    for part in location:
        inner = model.model_fields[part].annotation if isinstance(part, str) and part in model.model_fields else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return list(model.model_fields)


def _shown(value: object) -> str:
    """Return a value as the file writes it; of a table that it is one, and not all that is in it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_shown(one) for one in value)}]"
    return str(value)
