"""The single figures of what councils' money did."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.studies.facts import Facts

Told = tuple[float, float, float]
"""A change of referrals as a part of them (-0.1: a tenth fewer), with the ends of its 95% interval."""


@dataclass(frozen=True, slots=True)
class AreaPanelFacts(Facts):
    """Which councils and years were compared, what they could show, and what was found.

    Attributes
    ----------
    councils, council_years
        Compared.
    years, first_year, last_year
        Years ending 31 March that are compared: how many, and the first and last.
    outcome, second_outcome, spending
        The protocol's measures.
    council
        Name of the council asked about; empty where none is, or it is not on record.
    referrals
        Counted in all.
    median_spending
        Pounds for each child in a year, of the council-year in the middle; of the year they were spent in.
    effect
        The change of referrals where spending for each child was twice as much the year before.
    smallest_visible
        The smallest such change that would be told from none in four samples of five.
    plain, unbroken, regional, trended, within, between, second, ahead
        The same by the ways around the main one (see `toolkit.studies.area_panel.findings.Findings`).
    pounds, more_pounds
        The change where `more_pounds` more were spent for each child in both years before.
    ways_agree
        Whether the main way and that by pounds agree on the sign, or that none is shown; ``None`` without both.
    margin
        The protocol's.
    breaks, councils_broken
        Breaks of recording in the window, and councils they are of.
    breaks_ever, years_looked_at
        Breaks found in all years on record, and council-years looked at.
    relabelled, relabelled_asked
        Councils whose money may have changed its name in the window; whether the one asked about did.
    one_council
        The smallest change from one year to the next that one council's own counts can show; ``None`` where not known.
    note
        What makes the range doubtful; empty where nothing does.
    """

    councils: int
    council_years: int
    years: int
    first_year: int
    last_year: int
    outcome: str
    second_outcome: str
    spending: str
    council: str
    referrals: int
    median_spending: float | None
    effect: Told | None
    smallest_visible: float | None
    plain: Told | None
    unbroken: Told | None
    regional: Told | None
    trended: Told | None
    within: Told | None
    between: Told | None
    second: Told | None
    ahead: Told | None
    pounds: Told | None
    more_pounds: float
    ways_agree: bool | None
    margin: float
    breaks: int
    councils_broken: int
    breaks_ever: int
    years_looked_at: int
    relabelled: int
    relabelled_asked: bool
    one_council: float | None
    note: str
