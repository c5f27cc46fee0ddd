"""What is asked of a simulated county."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

from toolkit.errors import InputError, did_you_mean
from toolkit.simulate.score_options import ScoreOptions

SCALES = {"county": 1.0, "tenth": 0.1}
EFFECTS = ("none", "prevent", "detect", "both")
PREVENTION = 0.70
"""What joining multiplies the hazard of referral by, from the day after, for good, where centres prevent."""

LARGEST = 3.0
"""How many times a county's families one authority may have: England's largest has 2.6 times its children."""

_MOST = {"confounding": 3.0, "hidden": 2.0, "moving": 1.0, "prevention": 1.0, "size": LARGEST}


@dataclass(frozen=True, slots=True)
class CountyOptions:
    """The options of a simulated county; the same options make the same county, byte for byte.

    Parameters
    ----------
    seed
        A whole number from 0; another seed is another county.
    scale
        ``"county"``: 123,000 children; ``"tenth"``: a tenth of the families in the same 34 reach areas.
    effect
        What joining a centre does: ``"none"``; ``"prevent"`` (fewer referrals); ``"detect"`` (the centre notices
        and refers more); ``"both"``.
    confounding
        How strongly recorded need and recent referrals make families join: 0 not at all, 1 as calibrated.
    hidden
        How strongly distress that nobody records, which makes families join, also makes them be referred: 0 not at
        all. A referral's log hazard rises by this much for one standard deviation of distress.
    moving
        How often a referral makes a family that has not joined a centre move away within three months: 0 never, so
        that families move at random, 1 always. Families that joined have somebody to stay for.
    prevention
        What joining multiplies the hazard of referral by, where centres prevent: 1 nothing.
    size
        How many times as many families as the scale says live in the same reach areas.
    scores
        What the progress scores are like, and what scoring as such does.

    Raises
    ------
    InputError
        Naming every option that cannot be, what was expected, and the nearest one.
    """

    seed: int = 1
    scale: str = "county"
    effect: str = "none"
    confounding: float = 1.0
    hidden: float = 0.0
    moving: float = 0.0
    prevention: float = PREVENTION
    size: float = 1.0
    scores: ScoreOptions = field(default_factory=ScoreOptions)

    def __post_init__(self) -> None:
        if isinstance(self.scores, dict):  # as `as_dict` gives it
            object.__setattr__(self, "scores", ScoreOptions(**self.scores))
        problems = [*self._wrong_scores(), *self._wrong_seed(), *self._wrong_words(), *self._wrong_strengths()]
        if problems:
            raise InputError(" ".join(problems))

    @property
    def share(self) -> float:
        """The county's size as a share of the whole one."""
        return SCALES[self.scale] * self.size

    @property
    def prevents(self) -> bool:
        """Whether joining prevents referrals."""
        return self.effect in ("prevent", "both")

    @property
    def detects(self) -> bool:
        """Whether centres notice and refer more."""
        return self.effect in ("detect", "both")

    def as_dict(self) -> dict[str, Any]:
        """Return the options by name, those of the scores by name among them."""
        return asdict(self)

    def described(self) -> str:
        """Return the options in one line; of the scores', those that are not as by default."""
        usual = {"prevention": PREVENTION, "size": 1.0}  # said where it is another
        plain = {name: value for name, value in self.as_dict().items() if name != "scores" and usual.get(name) != value}
        return ", ".join(f"{name} {value}" for name, value in (plain | self.scores.unusual()).items())

    def _wrong_seed(self) -> list[str]:
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or self.seed < 0:
            return [f"seed is {self.seed!r}. Give a whole number from 0."]
        return []

    def _wrong_scores(self) -> list[str]:
        if isinstance(self.scores, ScoreOptions):
            return []
        return [f'scores is "{self.scores}". Give a ScoreOptions, or its options by name.']

    def _wrong_words(self) -> list[str]:
        allowed = {"scale": tuple(SCALES), "effect": EFFECTS}
        return [
            f'{name} is "{getattr(self, name)}". {did_you_mean(getattr(self, name), words)}'
            for name, words in allowed.items()
            if getattr(self, name) not in words
        ]

    def _wrong_strengths(self) -> list[str]:
        wrong = [
            f"{name} is {getattr(self, name)!r}. Give a number from 0 to {most:g}."
            for name, most in _MOST.items()
            if not _is_between(getattr(self, name), most)
        ]
        return wrong if self.size else [*wrong, "size is 0. Give more than 0."]


def _is_between(value: object, most: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isfinite(value) and 0 <= value <= most
