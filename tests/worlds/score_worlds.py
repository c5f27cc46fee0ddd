"""Small made-up counties of progress scores, for holding the studies of paragraph 73 against what is true.

    from score_worlds import VARIANTS, WORLDS, score_county

    county = score_county(WORLDS["meaningless"], seed=7)
    snapshot = county.write(folder)      # what a council would hold; studies read it
    county.truth.share_improved          # what is so, had all been scored again

Written apart from the package: nothing here knows how the package simulates a county or judges scores. 34 centres, 19
of which begin to score in 2009; 3,600 families that join from July 2008 to March 2011 or never; referrals from July
2007 to March 2012. A family's true state is a number on the scale's line; `score_life` says how it moves and what it
does, `score_readings` how it is scored, `score_records` what the tables hold, `score_truth` what was so.

`WORLDS` are the four that a decision is asked in; `VARIANTS` those that one study each is asked in. Make others with
``dataclasses.replace``. A county takes about a fifth of a second, and the same world and seed give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
from score_life import Life, People, live, make_people
from score_readings import Readings, make_readings
from score_records import frames_of, write_frames
from score_truth import ScoreTruth, true_scores

from toolkit.records.snapshots.snapshot import Snapshot

READS = ("need", "nothing", "trait")
FOLLOWED = ("most", "half", "recorded", "low", "hidden")


@dataclass(frozen=True)
class ScoreWorld:
    """What is true of a county of scores.

    ``reads``: what scores see: the family's state (``need``), ``nothing`` (a fresh draw each time), or another lasting
    ``trait``, which scorers agree on and which tells nothing of referrals. ``meaning``: what a point of state takes off
    the log hazard of referral, at any time, whatever scores see. ``error``, ``habit``: standard deviations in points of
    a reading's own error and of workers' leniency. ``change``, ``spread``: mean true change of state over the stay, and
    its standard deviation between families; families that engage change more.

    ``followed``: who has an end score: ``most`` (92 in 100, by chance alone), ``half`` (about half: more of those that
    engage and of those in a better state at the end), ``recorded`` (by first score, worker alone, and lone parent and
    nothing else: `score_readings.RECORDED` has the model), ``low`` (the lower the first score, the likelier: support
    goes to them), ``hidden`` (by the end state alone, strongly).

    ``creep``: points a year, from the day the centre began, by which workers' end scores rise above what they see.
    ``double``: share of families whose start and end are scored a second time, by another worker, who does not creep.
    ``centre_spread``: standard deviation of what centres add to change, all of one distribution, so that none is out of
    the ordinary. ``outlying``: what so many centres, at random, add beside it. ``tracking``, ``stays``: what scoring as
    such adds to the log hazard of referral of families that join once their centre scores, from the month after, and
    to the log of their mean stay.
    """

    families: int = 3600
    reads: str = "need"
    meaning: float = 0.8
    error: float = 0.4
    habit: float = 0.15
    change: float = 0.35
    spread: float = 0.4
    followed: str = "most"
    creep: float = 0.0
    double: float = 0.15
    centre_spread: float = 0.0
    outlying: tuple[float, ...] = ()
    tracking: float = 0.0
    stays: float = 0.0

    def __post_init__(self) -> None:
        if self.reads not in READS or self.followed not in FOLLOWED:
            raise ValueError(f"no such world: {self}")


WORLDS = {
    "meaningful and complete": ScoreWorld(),
    "meaningful, half missing": ScoreWorld(followed="half"),
    "meaningless": ScoreWorld(reads="nothing"),
    "workers inflate": ScoreWorld(change=0.0, spread=0.0, creep=0.5),
}
VARIANTS = {
    "nothing changes, low scores followed": ScoreWorld(change=0.0, spread=0.0, followed="low"),
    "missing by what is recorded": ScoreWorld(followed="recorded", spread=0.8),
    "missing by the end state": ScoreWorld(followed="hidden"),
    "meaningless but agreed": ScoreWorld(reads="trait"),
    "centres alike": ScoreWorld(),
    "centres alike, over-dispersed": ScoreWorld(centre_spread=0.8),
    "two centres apart": ScoreWorld(centre_spread=0.1, outlying=(1.5, -1.5)),
    "tracking does nothing": ScoreWorld(),
    "tracking helps": ScoreWorld(tracking=-0.5, stays=0.3),
}


@dataclass(frozen=True)
class ScoreCounty:
    """One county: what it is made of, what a council would hold of it, and what is true."""

    world: ScoreWorld
    seed: int
    people: People
    life: Life
    readings: Readings

    @cached_property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables that have rows, by name: centres, families, children, registrations, scores, referrals."""
        return frames_of(self.people, self.life, self.readings, self.seed)

    @cached_property
    def truth(self) -> ScoreTruth:
        """What is so."""
        return true_scores(self.world, self.people, self.life, self.readings)

    def write(self, folder: Path) -> Snapshot:
        """Write the frames as a snapshot in ``folder / "snapshot"`` and return it."""
        return write_frames(self.frames, folder)

    def tracking_difference(self, repeats: int = 20) -> float:
        """Return what tracking does to the chance of a referral within 365 days of joining.

        The mean over families that joined a centre once it scored, of lives lived with and without the effect on the
        same luck.
        """
        of, meaning, found = self.people.is_tracked, self.world.meaning, 0.0
        for repeat in range(repeats):
            luck = [self.seed, 9, repeat]
            lives = [live(self.people, meaning, tracking, luck) for tracking in (self.world.tracking, 0.0)]
            with_it, without = (life.referred_after_joining[of].mean() for life in lives)
            found += float(with_it - without)
        return found / repeats


def score_county(world: ScoreWorld, seed: int) -> ScoreCounty:
    """Make a county; the same world and seed make the same one."""
    people = make_people(world, seed)
    life = live(people, world.meaning, world.tracking, [seed, 2])
    return ScoreCounty(world, seed, people, life, make_readings(world, people, seed))
