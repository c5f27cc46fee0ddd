"""The single figures of a synthetic county."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.studies.facts import Facts

Told = tuple[float, float, float]
"""A change as a part of what was to be expected (-0.1: a tenth fewer), with the ends of its 95% range."""


@dataclass(frozen=True, slots=True)
class SyntheticCountyFacts(Facts):
    """Who was compared with whom, what could be seen, and what was.

    Attributes
    ----------
    council
        The council's name.
    is_there
        Whether published counts of it are on record for these years.
    first_year, treated_year, last_year
        Years ending 31 March: the first matched on, the first and the last compared.
    years_before, donors, left_out
        Years matched on, councils mixed from, and councils that were not.
    neighbours_only
        Whether the protocol names whom to mix from.
    chosen
        How the council came to be asked about: ``no``, ``before`` or ``across``.
    effect
        The change, corrected for the choice; ``None`` where there is none.
    uncorrected
        The same held against placebos as they are, whoever was chosen.
    smallest_visible
        The smallest fall that would be told from none in four cases of five, as a part of what was to be expected.
    by_chance
        How far one in twenty of the other councils parted from their own mixture, down and up, as parts.
    loss, usual_loss
        How far the council lay from its mixture in a year before, and the middle one of the others from theirs, as
        parts.
    rests_on
        As many councils, all counting alike, the mixture is worth.
    is_augmented
        Whether ridge regression changed the mixture.
    moved_starts, moved_beyond
        Earlier starts tried, and those at which a change was found though nothing was done.
    margin, largest_believed
        The protocol's.
    """

    council: str
    is_there: bool
    first_year: int
    treated_year: int
    last_year: int
    years_before: int
    donors: int
    left_out: int
    neighbours_only: bool
    chosen: str
    effect: Told | None
    uncorrected: Told | None
    smallest_visible: float | None
    by_chance: tuple[float, float] | None
    loss: float | None
    usual_loss: float | None
    rests_on: float | None
    is_augmented: bool
    moved_starts: int
    moved_beyond: int
    margin: float
    largest_believed: float
