"""One tree of errors, so that every door (page, command, package) can tell bad input from a fault of ours.

A message is for the person who can mend it: it names the table, file, row, column or value, says what was
expected and what to do. The command line turns any `ToolkitError` into exit code 2 and its message.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ToolkitError(Exception):
    """Anything the person using the toolkit can put right."""


class InputError(ToolkitError):
    """A file, table or value that cannot be used as it is."""


class ProtocolError(ToolkitError):
    """A protocol in `analyses/` that asks for something that is not there or not possible."""


class StoreError(ToolkitError):
    """A store or snapshot that is missing, damaged, or asked for what it does not hold."""


class NotReached(ToolkitError):
    """Something outside that did not answer this time, a bucket or an engine: another try may be answered."""


class NotPermitted(ToolkitError):
    """The signed-in person's role does not reach this."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return a sentence naming the closest known names, or all of them when none is close and they are few.

    >>> did_you_mean("famly_id", ["family_id", "centre_id"])
    'Did you mean "family_id"?'
    """
    names = [str(name) for name in known]
    by_lower_case = {name.lower(): name for name in names}
    near = get_close_matches(str(wrong).lower(), by_lower_case, n=3, cutoff=0.6)
    if near:
        quoted = " or ".join(f'"{by_lower_case[name]}"' for name in near)
        return f"Did you mean {quoted}?"
    if 0 < len(names) <= 12:
        return "Known: " + ", ".join(f'"{name}"' for name in names) + "."
    return ""
