"""What may happen to a family in the days after time zero.

An outcome's name is ``<base>_<6|12|24|36>m[_excluding_centre][_ages_0_4|_ages_5_9|_ages_10_15]``: ``any_referral_12m``,
``referral_days_24m_excluding_centre_ages_0_4``. The bases are in `toolkit.cohort.outcome_definitions`, which
also says whom a re-referral is counted among. Every outcome is of all families of an arm, whether or not they have a
child of the ages asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from toolkit.cohort.outcome_definitions import AGES, BASES, Base, Records, of_ages
from toolkit.cohort.windows import AFTER, days_of, within
from toolkit.errors import InputError, did_you_mean

_WITHOUT = "_excluding_centre"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that may happen in follow-up.

    Attributes
    ----------
    name, label, description
        Its name in protocols, its name on a page, and what it is.
    happened
        How a sentence says it of families: "were referred". The time is said by `within`.
    source, sql
        The table it comes from and the expression over the names of `toolkit.cohort.outcome_definitions` and ``after``,
        days from time zero.
    is_binary
        Whether it is a yes or no; otherwise a count.
    window_days
        It counts the days (time zero, time zero + window_days].
    base
        The name of its base: the outcome without its window.
    within
        The window in words: "within a year".
    """

    name: str
    label: str
    description: str
    happened: str
    source: Records
    sql: str
    is_binary: bool = True
    window_days: int = 365
    base: str = ""
    within: str = "within a year"


def _outcome(base: Base, months: int) -> Outcome:
    stem, without, ages = base.name.partition(_WITHOUT)
    if not without:
        for suffix in AGES:
            if stem.endswith(suffix):
                stem, ages = stem.removesuffix(suffix), suffix
    said = within(months)
    label = base.label
    if months != 12 or label == "Referred":  # a year is what a label without a time means
        label = f"{label} {said}" if label == "Referred" else f"{label}, {said}"
    return Outcome(
        f"{stem}_{months}m{without}{ages}",
        label,
        base.description,
        base.happened,
        base.records,
        base.sql(days_of(months)),
        base.is_binary,
        days_of(months),
        base.name,
        said,
    )


OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {
        outcome.name: outcome
        for plain in BASES.values()
        for base in (plain, *(of_ages(plain, ages) for ages in AGES if plain.records != "care"))
        for outcome in (_outcome(base, months) for months in AFTER)
    }
)


def outcomes_named(names: Iterable[str], follow_up_days: int | None = None) -> tuple[Outcome, ...]:
    """Return the outcomes of those names, in the order given.

    Parameters
    ----------
    names
        Names in `OUTCOMES`.
    follow_up_days
        The design's follow-up, where their windows must lie inside one.

    Raises
    ------
    InputError
        Naming every unknown one and its near misses, and every one whose window is longer than the follow-up.
    """
    names = tuple(names)
    problems = [
        f'There is no outcome "{name}". {did_you_mean(name, OUTCOMES)}'.rstrip()
        for name in names
        if name not in OUTCOMES
    ]
    found = tuple(OUTCOMES[name] for name in names if name in OUTCOMES)
    if follow_up_days is not None:
        problems += [
            f'The outcome "{outcome.name}" looks {outcome.window_days} days ahead, and families are followed for '
            f"{follow_up_days}. Follow them for {outcome.window_days} days, or choose a shorter window."
            for outcome in found
            if outcome.window_days > follow_up_days
        ]
    if problems:
        raise InputError(" ".join(problems))
    return found
