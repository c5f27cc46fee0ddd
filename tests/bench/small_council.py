"""A made-up small council lived week by week, with the truth of what joining its centres does.

Three to five thousand families, 25 to 40 reach areas, four or five years of records: few joiners an area and in some
hardly any. Families join for recorded needs and, for some weeks, because they were referred; referrals follow the
school terms; families move in and away, and some move because they were referred. Written apart from the package's
simulated county, so that the two do not share their mistakes. `hidden_causes` adds what nobody records.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from council_families import NEVER, UNDER_FIVE, Areas, Clock, Families, ages_at, make_areas, make_clock, make_families
from hidden_causes import KINDS, pulls

EFFECTS = ("none", "prevent", "detect")
PREVENTS = 0.70
"""What joining multiplies the hazard of referral by, from the week after, where centres prevent."""
DETECTS, DETECTS_WEEKS = 0.35, 52
"""A centre's own further referrals as a share of the family's hazard, in the year after joining."""
AGAIN, AGAIN_WEEKS = 0.6, 26.0
"""What a referral adds to the hazard of the next, and the weeks in which two thirds of it fade."""
JOINS_AFTER, JOINS_AFTER_WEEKS = 4.0, 7.0
"""What a referral adds to the hazard of joining, and the weeks in which two thirds of it fade."""
MOVES, MOVES_AFTER, MOVES_AFTER_WEEKS = 0.0010, 0.010, 8
"""Weekly chance of moving away; what a referral adds while it is fresh, half of it for families that have joined."""
REFERRED_A_YEAR = (0.055, 0.075)
"""Referrals a year of families with a child under five, between which a council's own level is drawn."""
FIRST_JOININGS = (450, 900)
WEEKDAYS = np.array([0.21, 0.20, 0.19, 0.18, 0.17, 0.03, 0.02])
FOLLOW_UP = 365


@dataclass(frozen=True)
class Options:
    """What is asked of a council; ``size`` multiplies its families and joiners, for measuring more surely."""

    seed: int
    effect: str = "none"
    hidden: str = ""
    strength: float = 0.0
    size: float = 1.0

    def __post_init__(self) -> None:
        if self.effect not in EFFECTS or self.hidden not in ("", *KINDS):
            raise ValueError(f"no such council: {self}")


@dataclass(frozen=True)
class Life:
    """What happened.

    ``joined`` and ``joined_weekday`` by family (`NEVER` where it did not), ``moved`` the week it left. ``memory`` and
    ``eager``, shape (families, weeks): what is left of earlier referrals as a week begins. One entry a referral of a
    family: ``referred``, ``week``, ``weekday`` and ``by_centre``.
    """

    joined: np.ndarray
    joined_weekday: np.ndarray
    moved: np.ndarray
    memory: np.ndarray
    eager: np.ndarray
    referred: np.ndarray
    week: np.ndarray
    weekday: np.ndarray
    by_centre: np.ndarray


class SmallCouncil:
    """One council: its families, their life, and the truth about its joiners."""

    def __init__(self, options: Options) -> None:
        self.options = options
        names = ("shape", "families", "trouble", "referral", "joining", "moving", "records", "truth")
        seeds = np.random.SeedSequence([options.seed, 2020]).spawn(len(names))
        self.rng = {name: np.random.default_rng(seed) for name, seed in zip(names, seeds, strict=True)}
        shape = self.rng["shape"]
        self.clock: Clock = make_clock(int(shape.choice([4, 5, 5])))
        self.areas: Areas = make_areas(shape)
        number = int(shape.integers(3000, 5001) * options.size)
        rate, joinings = shape.uniform(*REFERRED_A_YEAR), shape.uniform(*FIRST_JOININGS) * options.size
        self.families: Families = make_families(self.rng["families"], self.clock, self.areas, number)
        self.troubled: tuple[np.ndarray, np.ndarray] | None = None
        if options.hidden:
            path = KINDS[options.hidden](self.rng["trouble"], len(self.families), self.clock.weeks)
            self.troubled = pulls(path, options.strength, options.hidden)
        self.base_referral, self.base_joining = self._bases(rate, joinings)
        self.life = self._live()

    def _bases(self, rate: float, joinings: float) -> tuple[np.ndarray, np.ndarray]:
        """Return weekly hazards by family and month, of referral (frailty in it) and of joining."""
        families, clock = self.families, self.clock
        months = clock.first_month + np.arange(int(clock.month[-1]) - clock.first_month + 1)
        aged = [ages_at(families.births, int(month)) for month in months]
        children, youngest = (np.array(one).T for one in zip(*aged, strict=True))
        here = months[None, :] >= clock.month[np.clip(families.came, 0, clock.weeks - 1)][:, None]
        young, infant = youngest < UNDER_FIVE, youngest < 12
        needs = 0.10 * (5.5 - families.decile) + 0.5 * families.lone_parent + 0.45 * families.young_parent
        needs = needs + 0.4 * families.disability + 0.5 * families.kinship_care
        referral = (
            np.exp(needs[:, None] + 0.15 * (children - 1) + 0.3 * infant - 0.004 * np.minimum(youngest, 150))
            * (families.frailty * self.areas.level[families.area])[:, None]
        )
        referral *= children > 0
        wants = 0.06 * (5.5 - families.decile) + 0.35 * families.lone_parent + 0.5 * families.young_parent
        wants = wants + 0.2 * families.disability + 0.3 * families.kinship_care
        wants = wants + 0.2 * families.english_additional_language
        joining = np.exp(wants[:, None] + 0.5 * infant - 0.02 * np.minimum(youngest, 90))
        joining *= self.areas.drawing[families.area][:, None] * np.where(young, 1.0, 0.1) * (children > 0)
        referral *= rate / 52 / referral[here & young].mean()
        reaches = joining * here * 52 / 12
        return referral, joining * _rate_for(reaches.sum(axis=1), joinings * clock.weeks / (clock.weeks - 104))

    def chances(
        self, family: np.ndarray, week: int | np.ndarray, memory: np.ndarray, eager: np.ndarray, joined: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the chance of a referral this week, the centre's part of it, and the chance of joining.

        ``memory`` and ``eager`` are what is left of earlier referrals; ``joined`` the week of joining or `NEVER`.
        """
        month = self.clock.month[week] - self.clock.first_month
        hazard = self.base_referral[family, month] * self.clock.teaching[week] * (1 + AGAIN * np.minimum(memory, 2))
        joining = self.base_joining[family, month] * self.clock.coming[week] * (1 + JOINS_AFTER * np.minimum(eager, 2))
        if self.troubled is not None:
            hazard = hazard * self.troubled[0][family, week]
            joining = joining * self.troubled[1][family, week]
        has_joined, centre = joined < week, np.zeros(len(family))
        if self.options.effect == "prevent":
            hazard = np.where(has_joined, PREVENTS, 1.0) * hazard
        if self.options.effect == "detect":
            centre = DETECTS * hazard * (has_joined & (week - joined <= DETECTS_WEEKS))
        both = hazard + centre
        return -np.expm1(-both), centre / np.where(both > 0, both, 1.0), -np.expm1(-joining) * ~has_joined

    def _live(self) -> Life:
        n, everyone = len(self.families), np.arange(len(self.families))
        joined, moved, weekday = np.full(n, NEVER), np.full(n, NEVER), np.zeros(n, dtype=int)
        memory, eager, since = np.zeros(n), np.zeros(n), np.full(n, 999)
        paths, events = np.zeros((2, n, self.clock.weeks), dtype=np.float32), []
        for week in range(self.clock.weeks):
            here = (self.families.came <= week) & (moved > week)
            chance, centre, joining = self.chances(everyone, week, memory, eager, joined)
            luck = self.rng["referral"].random((3, n))
            referred = here & (luck[0] < chance)
            joins = here & (joined == NEVER) & (self.rng["joining"].random(n) < joining)
            paths[:, :, week] = memory, eager
            joined[joins], weekday[joins] = week, self.rng["joining"].integers(0, 5, joins.sum())
            who = np.flatnonzero(referred)
            day = np.searchsorted(np.cumsum(WEEKDAYS), luck[1][who] * 0.999999)
            events.append(np.column_stack([who, np.full(len(who), week), day, luck[2][who] < centre[who]]))
            memory, eager = _faded(memory, eager, referred)
            since = np.where(referred, 0, since + 1)
            fresh = (since < MOVES_AFTER_WEEKS) * np.where(joined <= week, 0.5, 1.0)
            moves = here & (self.rng["moving"].random(n) < MOVES + MOVES_AFTER * fresh)
            moved[moves] = week
        who, week, day, by_centre = np.concatenate(events).T
        return Life(joined, weekday, moved, *paths, who, week, day, by_centre.astype(bool))

    @cached_property
    def joiners(self) -> np.ndarray:
        """Families whose first joining fell in a month with a year of records before and after, a child under five."""
        families, life, clock = self.families, self.life, self.clock
        which = np.flatnonzero(life.joined < NEVER)
        day = clock.day(life.joined[which], life.joined_weekday[which])
        begins = (clock.records_begin.astype("datetime64[M]") + 12).astype("datetime64[D]")
        inside = (day >= begins) & (day <= np.datetime64("2019-03-31"))
        which, month = which[inside], day[inside].astype("datetime64[M]").astype(int)
        age = month[:, None] - families.births[which]
        return which[((age >= 0) & (age < UNDER_FIVE)).any(axis=1)]

    def truth(self, repeats: int = 100) -> dict[str, float]:
        """Return the share of `joiners` referred in the 365 days after joining: joined, not joined, and the difference.

        Each joiner lives on from its joining day as it stood, in the trouble it lives in, once having joined and once
        not (it may join later), by the same luck; nobody moves away.
        """
        family = self.joiners
        at = family, self.life.joined[family], self.life.joined_weekday[family]
        joined, not_joined = (float(self.risks(*at, joins=joins, repeats=repeats).mean()) for joins in (True, False))
        return {"joined": joined, "not_joined": not_joined, "difference": joined - not_joined}

    def risks(
        self, family: np.ndarray, week: np.ndarray, weekday: np.ndarray, *, joins: bool, repeats: int
    ) -> np.ndarray:
        """Return each family's chance of a referral in the 365 days after a day, on which it stood unjoined.

        The same council, families and days give the same luck, whether they join or not.
        """
        rng, life, n = np.random.default_rng(self.rng["truth"].bit_generator.seed_seq), self.life, len(family)
        already = np.tile(self._referred_by(family, week, weekday), repeats)
        family, start, day_zero = (np.tile(one, repeats) for one in (family, week, weekday))
        memory, eager = (path[family, start].astype(float) for path in (life.memory, life.eager))
        joined, ever = start if joins else np.full(len(family), NEVER), np.zeros(len(family), dtype=bool)
        through = np.append(np.cumsum(WEEKDAYS), 1.0)
        for later in range(53):
            chance, _, joining = self.chances(family, start + later, memory, eager, joined)
            luck = rng.random((3, len(family)))
            if later == 0:  # what is left of the first week, given that no referral came by the day
                passed = through[day_zero]
                chance = np.where(already, 0.0, chance * (1 - passed) / (1 - chance * passed))
            referred = luck[0] < chance
            # The 365 days end in the last week, on the day after the weekday they began on.
            ever |= referred & (luck[1] < (1.0 if later < 52 else through[day_zero + 1]))
            memory, eager = _faded(memory, eager, referred | (already & (later == 0)))
            if not joins and later > 0:
                joined = np.where(luck[2] < joining, np.minimum(joined, start + later), joined)
        return ever.reshape(repeats, n).mean(axis=0)

    def _referred_by(self, family: np.ndarray, week: np.ndarray, weekday: np.ndarray) -> np.ndarray:
        """Return which families were referred in the week of a day, on it or before."""
        life, weeks = self.life, self.clock.weeks
        day = np.full(len(self.families) * weeks, 7)
        day[life.referred * weeks + life.week] = life.weekday
        return np.asarray(day[family * weeks + week] <= weekday)


def _faded(memory: np.ndarray, eager: np.ndarray, referred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return memory * np.exp(-1 / AGAIN_WEEKS) + referred, eager * np.exp(-1 / JOINS_AFTER_WEEKS) + referred


def _rate_for(reach: np.ndarray, wanted: float) -> float:
    """Return what hazards whose sums are ``reach`` are multiplied by so that so many families are expected to join."""
    low, high = 0.0, 1.0
    while (-np.expm1(-high * reach)).sum() < wanted:
        high *= 2
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if (-np.expm1(-middle * reach)).sum() < wanted else (low, middle)
    return high
