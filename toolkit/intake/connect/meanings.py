"""What a council's own words for source, outcome and closure mean in the codes we keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from toolkit.intake.cells import restored
from toolkit.intake.connect.codes import CLOSURE_REASONS
from toolkit.tables.referrals import OUTCOMES, SOURCES

NOTHING = "none"
"""The code of a word that says nothing we keep."""
BLANK = "(blank)"
"""How a blank cell is written in a file of words."""
_NO_CODES: Mapping[str, Mapping[str, str]] = MappingProxyType({})
_SAYS_NOTHING = {NOTHING: "It says nothing of it"}
CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"source": SOURCES, "outcome": {**OUTCOMES, **_SAYS_NOTHING}, "closure": {**CLOSURE_REASONS, **_SAYS_NOTHING}}
)
"""Of what words may be said, and the codes each may be given."""


@dataclass(frozen=True, slots=True)
class Words:
    """What words mean.

    Attributes
    ----------
    codes
        The code of each word (as `plain` writes it), by what it is of: source, outcome or closure.
    """

    codes: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NO_CODES)

    def code(self, what: str, text: str) -> str | None:
        """Return the code a word was given; ``None`` where none was."""
        return self.codes.get(what, {}).get(plain(text or BLANK))


def plain(word: str) -> str:
    """Return a word without case, further spaces and the apostrophe that keeps a spreadsheet from running it.

    >>> plain("School  Year 6 ")
    'school year 6'
    """
    return restored(" ".join(word.split())).casefold()


NO_WORDS = Words()
"""No word was mapped."""
