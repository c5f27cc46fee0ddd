"""Change beyond regression to the mean, with what chance does by itself taken from the council's own second scorings.

Families often come when they are scored low, and a score is partly chance: scored again, with nothing changed, the same
families score higher. How much higher is what families scored twice show, by whatever rule the first score chose them:
given the first score, the second is as free of that choice as the last.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.agreement.coefficient import (
    FEWEST_CLUSTERS,
    FEWEST_PAIRS,
    Coefficient,
    require_same_length,
    unknown,
)
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.note import Note
from toolkit.stats.ordinal.beyond import ChangeBeyond, StartBeyond
from toolkit.stats.ordinal.two_phase import Figure, Sums
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.codes import dense_codes, group_codes
from toolkit.stats.sample.numbers import finite_numbers

KINDS = ("double", "repeat")
FROM_PAIRS: tuple[Figure, ...] = ("expected", "beyond", "direct", "slope")
FEWEST_AT_A_START = 10
"""Below so many families of one first score an interval of theirs would rest on how a few happen to agree."""
ELSEWHERE = 0.25
"""Standard deviations that twice-scored families may start from the others before a straight line must bridge it."""


def change_beyond_regression(
    first: ArrayLike,
    last: ArrayLike,
    second: ArrayLike | None = None,
    *,
    second_last: ArrayLike | None = None,
    kind: str = "double",
    scale: tuple[float, float] = (1.0, 5.0),
    reliability_range: tuple[float, float] = (0.0, 1.0),
    mean_range: tuple[float, float] | None = None,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> ChangeBeyond:
    """Return the mean change beyond what scoring the same families again would show.

    Parameters
    ----------
    first, last : array_like, shape (n,)
        First and last scores, higher is better; not a number where there is no last one.
    second : array_like, shape (n,), optional
        An independent second scoring, with nothing done between, of those who have one: of the same day ("double") or
        after waiting ("repeat").
    second_last : array_like, shape (n,), optional
        An independent second scoring of the last score, of those who have one; for `by_others`.
    kind : {"double", "repeat"}
        Which of the two second scorings at the start are.
    scale : tuple of float
        Its lowest and highest score.
    reliability_range, mean_range : tuple of float
        For the bounds alone: what the correlation of two scorings may be, and the mean of all families they come from,
        chosen or not. Where not told anything may be: 0 to 1, and the whole scale.
    cluster : array_like, shape (n,), optional
        Centres: intervals then take only these as independent.
    level : float
        Of the intervals.

    Returns
    -------
    ChangeBeyond
        The change, what regression to the mean makes of it, and what is left; with fewer than 20 second scorings no
        estimate but bounds.

    Raises
    ------
    InputError
        For scores off the scale, a missing first score, columns that differ in length, or ranges that cannot be.

    Notes
    -----
    The regression estimate from two phases (Cochran, 1977, Sampling Techniques, section 12.6): all families give the
    mean of the last scores, those scored twice the straight line of second on first scores, whose height at the mean
    first score of all is what they would have scored with nothing changed. Choosing families by their first score, by
    whatever rule, leaves that line as it is (it would not leave the correlation as it is), so neither the reliability
    nor the mean of all families is assumed. Errors are by leaving out each cluster in turn, for both phases at once;
    the degrees of freedom of the t distribution are Satterthwaite's (1946) of the two phases' parts, each of so many
    clusters as tell as much if they were of one size (Kish), and together of no more than these.

    Two things are taken as given: the second scorer is as strict as the first, and families scored twice are like the
    others who start where they do. Second scorings of the *same day* show the chance in scoring, not that of the day:
    if families come on a bad day, they would be better later by themselves, and only scores after waiting show that.

    Of 500 simulated councils of 19 centres (600 to 2,000 families who come when scored low, 40 to 150 scored twice, no
    true change) 95% intervals held 0 in 94 to 97%, and the mean change was above 0 beyond chance in all. Where ends
    were scored 0.4 points too kindly, those as others scored them held the truth in 93 to 95%, the others in 4 to 30%.
    """
    _check(kind, scale, reliability_range, mean_range, level)
    first, last, second, second_last, cluster = aligned(
        first=first, last=last, second=second, second_last=second_last, cluster=cluster
    )
    start, end = _on_scale(first, "first", scale), _on_scale(last, "last", scale)
    none = np.full(len(start), np.nan)
    again = none if second is None else _on_scale(second, "second", scale)
    at_end = none if second_last is None else _on_scale(second_last, "second last", scale)
    groups = np.arange(len(start)) if cluster is None else group_codes(cluster, "cluster")
    require_same_length(
        first=len(start), last=len(end), second=len(again), second_last=len(at_end), cluster=len(groups)
    )
    if np.isnan(start).any() or not (~np.isnan(end)).any():
        raise InputError(
            f"{int(np.isnan(start).sum()):,} first scores are missing and {int((~np.isnan(end)).sum()):,} last ones "
            "are there. Leave out rows without a first score, and give some with a last."
        )
    codes = dense_codes(groups.astype(np.intp))[0]
    two, twice = ~np.isnan(end), ~np.isnan(again)
    sums = Sums.of(start, end, again, at_end, codes, two)
    change = sums.interval("change", level)
    known = int(twice.sum()) >= FEWEST_PAIRS and bool(np.ptp(start[twice]) > 0)
    found = {name: sums.interval(name, level) if known else unknown() for name in FROM_PAIRS}
    ends = int((~np.isnan(at_end) & two).sum())
    know_ends = ends >= FEWEST_PAIRS
    return ChangeBeyond(
        change=change,
        **found,
        by_others=sums.interval("by_others", level) if known and know_ends else unknown(),
        bounds=_bounds(change, float(start[two].mean()), reliability_range, mean_range or scale),
        by_start=_by_start(start, end, again, codes, known, level),
        pairs_at_end=ends,
        families=int(two.sum()),
        without_last=int((~two).sum()),
        pairs=int(twice.sum()),
        kind=kind,
        notes=(
            *_notes(start, two, twice, codes, kind, known, cluster is not None),
            *(_notes_on_ends(sums.interval("own_end", level)) if know_ends else ()),
        ),
    )


def _check(
    kind: str,
    scale: tuple[float, float],
    reliability: tuple[float, float],
    mean: tuple[float, float] | None,
    level: float,
) -> None:
    require_level(level)
    if kind not in KINDS:
        raise InputError(f'There is no kind "{kind}". {did_you_mean(kind, KINDS)}')
    problems = []
    if not scale[0] < scale[1]:
        problems.append(f"scale is {scale[0]:g} to {scale[1]:g}. Give the lowest score, then the highest.")
    if not 0 <= reliability[0] <= reliability[1] <= 1:
        problems.append(
            f"reliability_range is {reliability[0]:g} to {reliability[1]:g}. Give the lower, then the higher, 0 to 1."
        )
    if mean is not None and not scale[0] <= mean[0] <= mean[1] <= scale[1]:
        problems.append(f"mean_range is {mean[0]:g} to {mean[1]:g}. Give the lower, then the higher, on the scale.")
    if problems:
        raise InputError(" ".join(problems))


def _on_scale(values: ArrayLike, name: str, scale: tuple[float, float]) -> Floats:
    scores = finite_numbers(values, f"The {name} scores").reshape(-1)
    wrong = np.flatnonzero((scores < scale[0]) | (scores > scale[1]))
    if len(wrong):
        raise InputError(
            f"{len(wrong):,} of the {name} scores are not between {scale[0]:g} and {scale[1]:g}; the first is "
            f"{scores[wrong[0]]:g}, at position {wrong[0]}. Mend them, or give the scale they are on."
        )
    return scores


def _bounds(
    change: Coefficient, start: float, reliability: tuple[float, float], mean: tuple[float, float]
) -> tuple[float, float]:
    by_chance = [(1 - alike) * (middle - start) for alike in reliability for middle in mean]
    return change.low - max(by_chance), change.high - min(by_chance)


def _by_start(
    start: Floats, end: Floats, again: Floats, codes: Integers, known: bool, level: float
) -> tuple[StartBeyond, ...]:
    two = ~np.isnan(end)
    rows = []
    for score in np.unique(start[two]):
        sums = Sums.of(start, end, again, np.full(len(end), np.nan), codes, two & (start == score))
        count = int((two & (start == score)).sum())
        expected, beyond = (sums.interval(name, level) if known else unknown() for name in FROM_PAIRS[:2])
        told = beyond if count >= FEWEST_AT_A_START else unknown(beyond.estimate)
        rows.append(StartBeyond(float(score), count, sums.interval("change", level).estimate, expected, told))
    return tuple(rows)


def _notes(
    start: Floats, two: Booleans, twice: Booleans, codes: Integers, kind: str, known: bool, is_clustered: bool
) -> tuple[Note, ...]:
    pairs, notes = int(twice.sum()), []
    if not known:
        words = (
            f"{pairs} families were scored twice with nothing done between, or all of them at one score. With fewer "
            f"than {FEWEST_PAIRS} what chance makes of scores is not known and nothing is assumed: bounds only."
        )
        notes.append(Note("few_pairs", words, {"pairs": pairs, "fewest": FEWEST_PAIRS}))
    elif kind == "double":
        words = (
            "Second scorings of the same day show the chance in scoring. Families who came on a bad day would score "
            "higher later by themselves; only families scored again after waiting would show that."
        )
        notes.append(Note("same_day", words))
    spread = float(start[two].std())
    apart = float(start[twice].mean() - start[two].mean()) if known else 0.0
    if abs(apart) > ELSEWHERE * spread:
        words = (
            f"Families scored twice start {abs(apart):.1f} points {'higher' if apart > 0 else 'lower'} than all, "
            "so that what is expected rests on a straight line between. Score some of every start twice."
        )
        notes.append(Note("pairs_elsewhere", words, {"points": apart}))
    clusters = len(np.unique(codes[twice]))
    if known and is_clustered and clusters < FEWEST_CLUSTERS:
        words = f"Families scored twice are of {clusters} clusters only: others may score with another hand."
        notes.append(Note("few_clusters", words, {"clusters": clusters}))
    if not two.all():
        lost = int((~two).sum())
        words = f"{lost:,} of {len(two):,} families have no last score and are not in the change."
        notes.append(Note("without_last", words, {"families": lost, "of": len(two)}))
    return tuple(notes)


def _notes_on_ends(own: Coefficient) -> tuple[Note, ...]:
    """Return whether ends are scored otherwise by others: nobody was chosen by an end score, so chance does not."""
    if not (own.low > 0 or own.high < 0):
        return ()
    words = (
        f"Ends are scored {abs(own.estimate):.2g} points {'higher' if own.estimate > 0 else 'lower'} than others score "
        "the same ends, more than by chance. Read the change as others scored it."
    )
    return (Note("ends_by_another_hand", words, {"points": own.estimate, "low": own.low, "high": own.high}),)
