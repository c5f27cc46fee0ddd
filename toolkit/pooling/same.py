"""Whether several councils' files answer one question in one way: the same protocol, and names that mean the same."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.errors import InputError
from toolkit.pooling.shared_file import SharedContent, SharedDefinitions, SharedResult
from toolkit.publish.bundle.protocol_diff import plan_changes


@dataclass(frozen=True, slots=True)
class OfCouncil:
    """One council's result of the question that is pooled."""

    council: str
    code: str
    simulated: bool
    result: SharedResult


def by_question(contents: Sequence[SharedContent]) -> Mapping[str, tuple[OfCouncil, ...]]:
    """Return the councils' results by question, councils by their codes.

    Raises
    ------
    InputError
        When a council is there twice, simulated figures stand beside real ones, or a council's protocol or definitions
        are not those of the others, naming the council and what differs.
    """
    _check_councils(contents)
    found: dict[str, list[OfCouncil]] = {}
    for content in sorted(contents, key=lambda one: one.code):
        for result in content.results:
            found.setdefault(result.question, []).append(
                OfCouncil(content.council, content.code, content.simulated, result)
            )
    problems = [problem for question in found for problem in _differences(found[question])]
    if problems:
        raise InputError("These councils did not answer the same question in the same way. " + " ".join(problems))
    return {question: tuple(councils) for question, councils in found.items()}


def _check_councils(contents: Sequence[SharedContent]) -> None:
    count = Counter(one.code for one in contents)
    twice = sorted({one.council for one in contents if count[one.code] > 1})
    if twice:
        raise InputError(f"{', '.join(twice)} is there more than once. Give each council's newest file alone.")
    made_up = [one.council for one in contents if one.simulated]
    if made_up and len(made_up) < len(contents):
        raise InputError(
            f"The figures of {', '.join(made_up)} are simulated, and the others' are not. Put one kind together alone."
        )


def _differences(councils: Sequence[OfCouncil]) -> Iterator[str]:
    for one in councils:
        if hashlib.sha256(one.result.protocol_text.encode()).hexdigest() != one.result.protocol_hash:
            yield f"{one.council}: the protocol in its file is not the one that its hash names."
        yield from _not_whole(one)
    usual = _most([one.result.protocol_hash for one in councils])
    model = next(one for one in councils if one.result.protocol_hash == usual)
    for one in councils:
        if one.result.protocol_hash != usual:
            yield (
                f"{one.council}: another protocol of {one.result.question} ({one.result.protocol_hash[:8]}, the "
                f"others' {usual[:8]}). {_keys(model.result.protocol_text, one.result.protocol_text)}"
            )
    alike = [one for one in councils if one.result.protocol_hash == usual]
    yield from (
        f"{one.council}: its file has another title, first outcome or margin than the others, under one protocol."
        for one in alike
        if _asked(one.result) != _asked(model.result)
    )
    named = [dict(_named(one.result.definitions)) for one in alike]
    for name in sorted({name for names in named for name in names}):
        common = _most([names[name] for names in named if name in names])
        for one, names in zip(alike, named, strict=True):
            if names.get(name, common) != common:
                yield f"{one.council}: {name} means another thing there (toolkit {one.result.toolkit})."


def _not_whole(one: OfCouncil) -> Iterator[str]:
    outcomes = [estimate.outcome for estimate in one.result.estimates]
    if len(set(outcomes)) < len(outcomes) or set(outcomes) != set(one.result.definitions.outcomes):
        yield f"{one.council}: its estimates are not those of the outcomes that it defines, one each."


def _asked(result: SharedResult) -> tuple[str, float, str]:
    return result.title, result.margin, result.estimates[0].outcome


def _most(hashes: Sequence[str]) -> str:
    """Return what most have; of as many, the first in order."""
    return min(Counter(hashes).items(), key=lambda pair: (-pair[1], pair[0]))[0]


def _named(definitions: SharedDefinitions) -> Iterator[tuple[str, str]]:
    yield from ((f"the outcome {name}", one) for name, one in definitions.outcomes.items())
    yield "who joins, and how long all are followed,", definitions.exposure
    yield from ((f"the covariate {name}", one) for name, one in definitions.covariates.items())
    yield from ((f"the table {name}", one) for name, one in definitions.tables.items())


def _keys(usual: str, other: str) -> str:
    try:
        rows = plan_changes(usual, other)
    except tomllib.TOMLDecodeError:
        return "Its text cannot be read."
    if rows.empty:
        return "They differ in their comments or layout alone: use the same file."
    return "It differs in " + "; ".join(f"{row.key}: {row.change}" for row in rows.itertuples(index=False)) + "."
