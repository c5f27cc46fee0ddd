"""The rules of disclosure as configuration, checked as a whole.

The Department for Education's children in need statistics hide 1 to 5, with secondary suppression, and what is
interactive is rounded to the nearest 5. Both together would tell too much: a 5 that is shown could only be 6 or 7. So
1 to 7 are hidden here, and the least count shown, 10, is any of five (8 to 12), as OpenSAFELY's outputs have it.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from toolkit.errors import InputError, did_you_mean

POLICY_VARIABLE = "TOOLKIT_DISCLOSURE_POLICY"
_SHIPPED = Path(__file__).with_name("policy.toml")
_LEAST = {"threshold": 5, "round_to": 1, "minimum_families": 10, "minimum_denominator": 10}


@dataclass(frozen=True, slots=True)
class Policy:
    """The house's rules of disclosure.

    Attributes
    ----------
    threshold
        Counts from 1 to this are hidden (`hidden_to` where rounding takes it further).
    hide_noughts
        Whether a count of nought is treated as a small one.
    round_to
        Counts shown are rounded to the nearest of these; 1 shows them as they are.
    minimum_families
        A centre's outcomes are shown only from this many families on.
    minimum_denominator
        No share is shown of fewer.
    hide_nought_and_all
        Whether a share of nobody or of everybody is hidden, as both say something of each person.
    """

    threshold: int = 7
    hide_noughts: bool = False
    round_to: int = 5
    minimum_families: int = 60
    minimum_denominator: int = 50
    hide_nought_and_all: bool = True

    def is_small(self, count: int) -> bool:
        """Whether a count must be hidden for itself."""
        return (0 if self.hide_noughts else 1) <= count <= self.hidden_to

    @property
    def hidden_to(self) -> int:
        """The largest small count. What is hidden stays so uncertain that at least this many values remain possible.

        It is the threshold, or more where rounding would leave fewer values to the least count shown than it has to any
        other: of a threshold of 5 rounded to the nearest 5, a 5 that is shown would be 6 or 7, so those are hidden too.
        """
        first = self.threshold + 1
        last = round_half_up(first, self.round_to) + self.round_to - self.round_to // 2 - 1
        covers = last - first + 1
        return last if covers < min(self.round_to, self.threshold) else self.threshold

    @property
    def least_told(self) -> int:
        """The least number that may stand for a count shown: a smaller one, rounded, would read as a hidden one."""
        return (self.hidden_to // self.round_to + 1) * self.round_to

    def range_of_shown(self, count: int) -> tuple[int, int]:
        """Return the least and the most a shown count can be for whoever knows these rules and sees it rounded."""
        if count == 0 and not self.hide_noughts:
            return 0, 0  # small ones are hidden, so a nought shown is one
        shown = round_half_up(count, self.round_to)
        half = self.round_to // 2
        return max(shown - half, self.hidden_to + 1), shown + self.round_to - half - 1


def round_half_up(count: int, base: int) -> int:
    """Return a count to the nearest multiple of a base, halves up."""
    return (count + base // 2) // base * base


def load_policy(path: Path | None = None) -> Policy:
    """Return the policy in a file: the one named, the one ``TOOLKIT_DISCLOSURE_POLICY`` names, or the house's own.

    Raises
    ------
    InputError
        When the file cannot be read, or says anything that is unknown, of the wrong kind, or looser than the
        Department's rules (all problems at once).
    """
    named = os.environ.get(POLICY_VARIABLE)
    file = Path(path) if path is not None else Path(named) if named else _SHIPPED
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"The disclosure policy {file} cannot be read: {error}.") from error
    problems = _problems(given)
    if problems:
        raise InputError(f"The disclosure policy {file} cannot be used. " + " ".join(problems))
    return Policy(**given)


def _problems(given: dict[str, Any]) -> list[str]:
    kinds = {field.name: bool if field.type == "bool" else int for field in fields(Policy)}
    found = [f'"{name}" is not a rule. {did_you_mean(name, kinds)}' for name in given if name not in kinds]
    for name, kind in kinds.items():
        if name not in given:
            found.append(f'"{name}" is missing.')
        elif type(given[name]) is not kind:
            found.append(
                f'"{name}" is {given[name]!r}; it must be {"true or false" if kind is bool else "a whole number"}.'
            )
        elif kind is int and given[name] < _LEAST[name]:
            found.append(f'"{name}" is {given[name]}; it must be at least {_LEAST[name]}.')
    if not found and given["round_to"] > 2 * (given["threshold"] + 1):
        most = 2 * (given["threshold"] + 1)
        found.append(
            f'"round_to" is {given["round_to"]}; it must be at most {most}, or a count shown could read as nought.'
        )
    return found


HOUSE_POLICY = Policy()
