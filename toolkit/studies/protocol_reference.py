"""The reference of protocols: every key with its type, default, limits and meaning, made from the fields themselves."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

import annotated_types
from pydantic.fields import FieldInfo

from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.history import history_covariates
from toolkit.cohort.outcome_definitions import BASES
from toolkit.cohort.reach import GROUPS
from toolkit.cohort.referrals import HAPPENED, KNOWN
from toolkit.cohort.windows import AFTER, BEFORE
from toolkit.studies.matched_cohort.checks import registry
from toolkit.studies.matched_cohort.checks.names import CHECKS, GATES
from toolkit.studies.protocol import Gates, Spec
from toolkit.studies.protocol_file import SPECS, Header
from toolkit.studies.run import STUDIES

PAGE = "protocols.md"
"""The name in ``docs/`` of the page that `protocol_markdown` makes."""

_TYPES: Mapping[object, str] = {
    int: "whole number",
    float: "number",
    str: "text",
    bool: "`true` or `false`",
    date: "day, as `2010-04-01`",
}
_LIMITS: Mapping[type, tuple[str, str]] = {
    annotated_types.Ge: ("ge", "{} or more"),
    annotated_types.Gt: ("gt", "more than {}"),
    annotated_types.Le: ("le", "{} or less"),
    annotated_types.Lt: ("lt", "less than {}"),
}
_WITHOUT = "_excluding_centre"
_START = """\
# Protocols

Made from the protocols' own fields by `toolkit protocol-keys`: change the fields, not this page.

A protocol is a TOML file in `analyses/`, one a question, written before its result is seen. Its name is the question's.
It has the keys that all protocols share, one table named after its kind, and, where the house's conditions do not
fit, a table `[gates]`. A key that is not listed here is an error, and every error is reported at once.
[A worked example](examples/protocol.md) writes one, registers it and runs it.
"""


def protocol_markdown() -> str:
    """Return the reference of protocols as a page of Markdown."""
    kinds = _kinds()
    kind_row = (
        f"| `kind` | one of {_coded(tuple(kinds))} | must be given |  | Which of the tables below says the rest. |"
    )
    lines = [_START, "## Keys of every protocol", "", *_table(Header), kind_row, ""]
    lines += ["## `[gates]`", "", _first_paragraph(Gates.__doc__), "", *_table(Gates), ""]
    for kind, (what_it_is, spec) in kinds.items():
        lines += [f"## `[{kind}]`", "", what_it_is, "", *_table(spec), ""]
    return "\n".join([*lines, *_names()]).rstrip() + "\n"


def _kinds() -> dict[str, tuple[str, type[Spec]]]:
    return {name: (_subject(kind.run), SPECS[name]) for name, kind in STUDIES.items()}


def _subject(function: Callable[..., Any]) -> str:
    """Return what the module of a function says it is about."""
    module = inspect.getmodule(function)
    return _first_paragraph(module.__doc__ if module else None)


def _table(spec: type[Spec]) -> list[str]:
    rows = [
        f"| `{key}` | {_type(field.annotation)} | {_default(field)} | {_limits(field.metadata)} | {field.description} |"
        for key, field in spec.model_fields.items()
    ]
    return ["| key | is | default | limits | what it is |", "| --- | --- | --- | --- | --- |", *rows]


def _type(annotation: Any) -> str:
    if annotation in _TYPES:
        return _TYPES[annotation]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(inner[0])
    if origin is Literal:
        return f"one of {_coded(inner)}" if len(inner) > 1 else f"`{_toml(inner[0])}`"
    if origin is tuple:
        listed = _type(inner[0])
        return "list of " + (listed.removeprefix("one of ") if listed.startswith("one of") else _several(listed))
    if NoneType in inner:
        return _type(next(one for one in inner if one is not NoneType))
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return "table"
    raise TypeError(f"A protocol's key is a {annotation}, which the reference cannot put into words. Add it to _TYPES.")


def _several(what: str) -> str:
    return {"text": "names", "day, as `2010-04-01`": "days, as `[2010-04-01]`"}.get(what, what)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    default = field.get_default(call_default_factory=True)
    if default is None:
        return "left out"
    if isinstance(default, Spec):
        return "as below"
    if isinstance(default, tuple) and len(default) > 6:
        return "all of them"
    return f"`{_toml(default)}`"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _limits(metadata: Iterable[object]) -> str:
    limits = list(metadata)
    match limits[:2]:
        case [annotated_types.Ge(ge=low), annotated_types.Le(le=high)]:
            return f"{low} to {high}"
    said = []
    for limit in limits:
        if isinstance(limit, annotated_types.MinLen):
            said.append("not empty")
        elif type(limit) in _LIMITS:
            attribute, words = _LIMITS[type(limit)]
            said.append(words.format(getattr(limit, attribute)))
    return ", ".join(said)


def _coded(names: Sequence[object]) -> str:
    return ", ".join(f"`{_toml(name)}`" for name in names)


def _first_paragraph(docstring: str | None) -> str:
    return " ".join((docstring or "").split("\n\n")[0].split())


def _names() -> list[str]:
    """Return the lists of names that keys take."""
    from_history = {covariate.name for covariate in history_covariates()}
    own = [one for one in COVARIATES.values() if one.name not in from_history]
    lines = ["## Checks", "", "For `checks` and `must_pass` of `[matched_cohort]`.", ""]
    lines += _listed("check", {name: _check(name) for name in CHECKS})
    lines += ["", "These run with every matched comparison, are gates, and need not be named:", ""]
    lines += _listed("check", {name: _check(name) for name in GATES})
    lines += ["", "## Covariates", "", "For `covariates` and `subgroups` of `[matched_cohort]`.", ""]
    lines += _listed("covariate", {one.name: f"{one.label}. {one.description}" for one in own})
    lines += [
        "",
        "Each event below that is a yes or no, or a number of days, is a covariate too, in a window of months before",
        "time zero: as `assessed_referral_last_12m` or `assessed_referral_12m_to_24m_before` (`referred_…` for",
        f"`any_referral`). A window may begin and end at {_words(BEFORE)} months.",
        "",
        "## Outcomes",
        "",
        f"For `outcomes` of `[matched_cohort]`: an event within {_words(AFTER)} months, as `any_referral_12m`.",
        "Referrals also without the centre's own, as `any_referral_12m_excluding_centre`; all by the children's ages,",
        "as `any_referral_12m_ages_0_4` or `any_referral_12m_excluding_centre_ages_5_9`.",
        "",
        *_listed("event", {base.name: base.description for base in BASES.values() if _WITHOUT not in base.name}),
        "",
        "## Names in `[reach]` and `[trust]`",
        "",
        *_listed("`groups` of `[reach]`", GROUPS),
        "",
        *_listed("`covariates` of `[trust]`", KNOWN),
        "",
        *_listed(
            "`outcomes` of `[trust]`", {name: label for name, label in HAPPENED.items() if name != "referred_back"}
        ),
    ]
    return lines


def _check(name: str) -> str:
    spec = registry.SPECS[name]
    return f"{spec.label}. {_subject(spec.check)}"


def _words(numbers: Sequence[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _listed(what: str, meanings: Mapping[str, str]) -> list[str]:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in meanings.items()]
    return [f"| {what} | what it is |", "| --- | --- |", *rows]
