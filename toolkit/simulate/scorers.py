"""Those who score: each worker's leniency, whose end scores creep up, and who gave a family's score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.places import CENTRES
from toolkit.simulate.score_options import ScoreOptions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WHO_ADDS = {"family": 0.15, "worker": 0.0, "together": 0.05, "worker_only": -0.10, "retrospect": -0.30}
"""By code of who scored, points that it adds to what a worker would give. Invented, but for their order: families
are told to see more progress than workers do, and to see their beginning as worse in hindsight."""
WHO_CODES = tuple(WHO_ADDS)

_WORKERS = (3, 7)
_ALONE_AT, _ALONE_PER_ENGAGEMENT = -2.2, -1.2  # log odds that a worker scores alone
_RETROSPECT = 0.03
_FAMILY, _TOGETHER = 0.15, 0.60


@dataclass(frozen=True, slots=True)
class Scorers:
    """The workers of each centre.

    Attributes
    ----------
    count
        By centre, how many, shape (34,).
    leniency
        Points each adds to what others would give, shape (34, 7).
    creep
        Points a year by which each one's end scores rise though nothing has changed, shape (34, 7).
    """

    count: Ints
    leniency: Floats
    creep: Floats

    def of(self, centre: Ints, lot: Floats) -> Ints:
        """Return a worker of each centre, by an even lot from 0 to 1."""
        return np.floor(lot * self.count[centre]).astype(np.int64)

    def another(self, centre: Ints, worker: Ints, lot: Floats) -> Ints:
        """Return another worker of each centre than the given one."""
        others = self.count[centre] - 1
        return np.asarray((worker + 1 + np.floor(lot * others).astype(np.int64)) % self.count[centre])


def make_scorers(rng: np.random.Generator, drift_rng: np.random.Generator, options: ScoreOptions) -> Scorers:
    """Return the county's workers.

    Parameters
    ----------
    rng, drift_rng
        Decide how many there are and how lenient, and whose end scores creep up.
    """
    count = rng.integers(*_WORKERS, CENTRES)
    shape = (CENTRES, _WORKERS[1])
    leniency = rng.normal(0, options.habit, shape)
    creep = np.where(drift_rng.random(shape) < options.drifting, options.drift, 0.0)
    return Scorers(count, leniency, creep)


def worker_ids(centre: Ints, worker: Ints) -> list[str]:
    """Return the staff numbers of workers, given the centre and the place in it of each."""
    return [f"W{c + 1:02d}{w + 1}" for c, w in zip(centre.tolist(), worker.tolist(), strict=True)]


def who_scores(rng: np.random.Generator, engagement: Floats, stages: int) -> Ints:
    """Return, by stage and family, who gave the score, as an index into `WHO_CODES`.

    The less a family engages, the likelier its worker scores alone; otherwise a family's scores are given one way.
    """
    chance_alone = 1 / (1 + np.exp(-(_ALONE_AT + _ALONE_PER_ENGAGEMENT * engagement)))
    lot = rng.random(len(engagement))
    usual = np.where(lot < _FAMILY, _code("family"), np.where(lot < _FAMILY + _TOGETHER, _code("together"), -1))
    usual = np.where(usual < 0, _code("worker"), usual)
    is_alone = rng.random((stages, len(engagement))) < chance_alone
    who = np.where(is_alone, _code("worker_only"), usual)
    who[0] = np.where(rng.random(len(engagement)) < _RETROSPECT, _code("retrospect"), who[0])
    return np.asarray(who, dtype=np.int64)


def _code(name: str) -> int:
    return WHO_CODES.index(name)
