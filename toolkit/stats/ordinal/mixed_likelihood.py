"""The likelihood of a cumulative model with a random intercept, by adaptive Gauss-Hermite quadrature, and its gradient.

Each group's integral is taken at points around its own mode, as far apart as the integrand is wide there (Liu and
Pierce, 1994, Biometrika 81, 624-629; Pinheiro and Bates, 1995, Journal of Computational and Graphical Statistics 4,
12-35); one point is Laplace's approximation. The gradient is that of the approximation itself: it goes through the
modes and the widths, which move with the parameters. All groups are worked out together, as sums over stretches of
rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.ordinal.chances import normal_points
from toolkit.stats.regression.cumulative import Edges
from toolkit.stats.regression.cumulative_links import CumulativeLink, chance_between

MOST_STEPS = 100
CLOSE = 1e-11
FURTHEST = 6.0  # standard deviations, beyond which a normal density has no mass worth a point


@dataclass(frozen=True, slots=True)
class MixedRows(Shown):
    """Rows in the order of their groups.

    Attributes
    ----------
    edges : Edges
        How the ends of each row's score depend on cuts and slopes.
    weights : ndarray, shape (n,)
        Of rows.
    group : ndarray of int, shape (n,)
        Each row's group, from 0, ascending.
    starts : ndarray of int, shape (groups,)
        Each group's first row.
    link : CumulativeLink
        The link.
    points, log_masses : ndarray, shape (q,)
        Places of the quadrature, and the logarithms of their masses over the normal density there.
    is_adaptive : bool
        Whether points stand around each group's mode; else they stand evenly over a standard normal, which serves links
        whose integrands may have several modes (Cauchy's).
    """

    edges: Edges
    weights: Floats
    group: Integers
    starts: Integers
    link: CumulativeLink
    points: Floats
    log_masses: Floats
    is_adaptive: bool = True

    def sums(self, values: Floats) -> Floats:
        """Return the weighted sums by group of a value a row, or of several."""
        weights = self.weights if values.ndim == 1 else self.weights[:, None]
        return np.asarray(np.add.reduceat(values * weights, self.starts, axis=0), dtype=np.float64)


def mixed_rows(
    edges: Edges, weights: Floats, group: Integers, link: CumulativeLink, points: int, *, is_adaptive: bool = True
) -> MixedRows:
    """Return the rows in the order of their groups (codes from 0 without gaps)."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    places, masses = normal_points(points) if is_adaptive else even_points(points)
    return MixedRows(
        edges=Edges(edges.upper[order], edges.lower[order], edges.is_top[order], edges.is_bottom[order]),
        weights=weights[order],
        group=ordered,
        starts=np.searchsorted(ordered, np.arange(int(ordered[-1]) + 1)),
        link=link,
        points=places,
        log_masses=np.log(masses) + places * places / 2,
        is_adaptive=is_adaptive,
    )


def even_points(count: int) -> tuple[Floats, Floats]:
    """Return evenly spaced places over a standard normal and their masses, each of shape (count,).

    The trapezium rule: for smooth integrands that end at 0 its error falls off exponentially with the spacing.
    """
    places = np.linspace(-FURTHEST, FURTHEST, count)
    return places, np.exp(-places * places / 2) / np.sqrt(2 * np.pi) * (places[1] - places[0])


@dataclass(frozen=True, slots=True)
class Modes(Shown):
    """Where each group's integrand is greatest, in standard deviations of the intercept, and how it is curved there.

    Attributes
    ----------
    place, curvature : ndarray, shape (groups,)
        The mode, and minus the second derivative of the logarithm there; without adaptation the mean, and one over the
        variance.
    """

    place: Floats
    curvature: Floats


@dataclass(frozen=True, slots=True)
class MixedPlace(Shown):
    """The likelihood at one set of parameters: cuts, slopes, and the intercept's standard deviation.

    Attributes
    ----------
    value : float
        Log likelihood.
    scores : ndarray, shape (groups, k)
        Each group's derivative of it.
    modes : Modes
        Of the groups.
    """

    value: float
    scores: Floats
    modes: Modes


def mixed_likelihood(parameters: Floats, rows: MixedRows, start: Floats) -> MixedPlace | None:
    """Return the log likelihood and its gradient; None where cuts are out of order or modes are not found.

    Parameters
    ----------
    parameters : ndarray, shape (k,)
        Cuts, slopes, standard deviation (its sign does not matter).
    rows : MixedRows
        The data.
    start : ndarray, shape (groups,)
        Where to look for the modes from.
    """
    low, high = rows.edges.ends(parameters[:-1])
    spread = float(parameters[-1])
    if not (low < high).all():
        return None
    everywhere = Modes(np.zeros(len(start)), np.ones(len(start)))
    modes = _modes(low, high, spread, rows, start) if rows.is_adaptive else everywhere
    return None if modes is None else _integrated(low, high, spread, rows, modes)


def _at(
    intercept: Floats, low: Floats, high: Floats, spread: float, rows: MixedRows
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return each row's chance at its group's intercept, the densities at its ends over it, and the ends."""
    moved = (spread * intercept)[rows.group]
    low, high = low - moved, high - moved
    chance, low_density, high_density = chance_between(low, high, rows.link)
    with np.errstate(divide="ignore", invalid="ignore"):
        return chance, low_density / chance, high_density / chance, low, high


def _modes(low: Floats, high: Floats, spread: float, rows: MixedRows, start: Floats) -> Modes | None:
    """Find all modes by Newton's method; a group whose step leads down takes half of it."""
    place = np.zeros_like(start)
    value = np.full(len(start), -np.inf)
    step, curvature = start.copy(), np.ones(len(start))
    for _ in range(MOST_STEPS):
        there = place + step
        with np.errstate(divide="ignore", invalid="ignore"):  # a place may be tried where a chance is 0
            chance, at_low, at_high, low_end, high_end = _at(there, low, high, spread, rows)
            worth = rows.sums(np.log(chance)) - there * there / 2
            first = at_high - at_low
            bend = _bend(at_low, at_high, low_end, high_end, rows.link) - first * first
            slope = -there - spread * rows.sums(first)
            curved = 1 - spread * spread * rows.sums(bend)
        better = np.isfinite(worth) & (worth >= value - 1e-12 * (1 + np.abs(worth)))
        place, value = np.where(better, there, place), np.where(better, worth, value)
        curvature = np.where(better, curved, curvature)
        # A curvature below 1, the normal density's own, is of a link whose likelihood is not concave: a careful step.
        step = np.where(better, slope / np.maximum(curved, 1.0), step / 2)
        if np.abs(step).max() < CLOSE * (1 + np.abs(place).max()):
            good = np.isfinite(value).all() and (curvature > 0).all()
            return Modes(place, curvature) if good else None
    return None


def _bend(at_low: Floats, at_high: Floats, low: Floats, high: Floats, link: CumulativeLink) -> Floats:
    """Return the chance's second derivative in a shift of both ends, over the chance."""
    return np.asarray(link.slopes(high, at_high)[0] - link.slopes(low, at_low)[0], dtype=np.float64)


def _integrated(low: Floats, high: Floats, spread: float, rows: MixedRows, modes: Modes) -> MixedPlace | None:
    """Return the sum over the points with the gradient: first of the sum, then of where the points stand."""
    width = 1 / np.sqrt(modes.curvature)
    log_parts = np.empty((len(width), len(rows.points)))
    ends_at, intercepts = [], []
    for number, point in enumerate(rows.points):
        intercept = modes.place + width * point
        chance, at_low, at_high, _, _ = _at(intercept, low, high, spread, rows)
        if not (chance > 0).all():
            # Far out in a tail a chance is below what a double can hold: the point has no mass there.
            at_low, at_high = (np.where(chance > 0, part, 0.0) for part in (at_low, at_high))
        with np.errstate(divide="ignore"):
            log_parts[:, number] = rows.sums(np.log(np.maximum(chance, 0.0))) - intercept * intercept / 2
        ends_at.append((at_low, at_high))
        intercepts.append(intercept)
    log_parts += rows.log_masses
    top = log_parts.max(axis=1)
    parts = np.exp(log_parts - top[:, None])
    total = parts.sum(axis=1)
    value = float((top + np.log(total * width)).sum())
    masses = parts / total[:, None]
    size = rows.edges.upper.shape[1]
    scores, by_mode, by_width = np.zeros((len(width), size + 1)), np.zeros(len(width)), np.zeros(len(width))
    low_mean, high_mean = np.zeros(len(low)), np.zeros(len(low))
    for number, point in enumerate(rows.points):
        mass, (at_low, at_high), intercept = masses[:, number], ends_at[number], intercepts[number]
        own = mass[rows.group]
        low_mean += own * at_low
        high_mean += own * at_high
        pull = rows.sums(at_high - at_low)
        slope = -intercept - spread * pull
        by_mode += mass * slope
        by_width += mass * point * slope
        scores[:, size] -= mass * intercept * pull
    scores[:, :size] = rows.sums(high_mean[:, None] * rows.edges.upper - low_mean[:, None] * rows.edges.lower)
    if not rows.is_adaptive:
        mean = masses @ rows.points
        modes = Modes(mean, 1 / (masses @ rows.points**2 - mean * mean))
        return MixedPlace(value, scores, modes) if np.isfinite(value) else None
    mode_moves, width_moves = _moves(low, high, spread, rows, modes)
    scores += by_mode[:, None] * mode_moves + (1 + width * by_width)[:, None] * width_moves
    return MixedPlace(value, scores, modes) if np.isfinite(value) else None


def _moves(low: Floats, high: Floats, spread: float, rows: MixedRows, modes: Modes) -> tuple[Floats, Floats]:
    """Return how modes, and the logarithms of widths, move with the parameters, each of shape (groups, k).

    By the implicit function theorem: at a mode the slope is 0 whatever the parameters.
    """
    _, at_low, at_high, low, high = _at(modes.place, low, high, spread, rows)
    low_first, low_second = rows.link.slopes(low, at_low)
    high_first, high_second = rows.link.slopes(high, at_high)
    first, bend, twist = at_high - at_low, high_first - low_first, high_second - low_second
    # Derivatives of the row's log chance in a shift of both ends: first, second and third; and those of the first and
    # second in one end alone.
    second = bend - first * first
    third = twist - 3 * first * bend + 2 * first**3
    in_high, in_low = high_first - first * at_high, -low_first + first * at_low
    twice_high = high_second - bend * at_high - 2 * first * in_high
    twice_low = -low_second + bend * at_low - 2 * first * in_low
    upper, lower = rows.edges.upper, rows.edges.lower
    of_slope = -spread * rows.sums(in_high[:, None] * upper + in_low[:, None] * lower)
    of_curvature = -spread * spread * rows.sums(twice_high[:, None] * upper + twice_low[:, None] * lower)
    pull, bent, twisted = rows.sums(first), rows.sums(second), rows.sums(third)
    place = modes.place
    slope_moves = np.column_stack([of_slope, -pull + spread * place * bent])
    curvature_moves = np.column_stack([of_curvature, -2 * spread * bent + spread * spread * place * twisted])
    mode_moves = slope_moves / modes.curvature[:, None]
    whole = curvature_moves + (spread**3 * twisted)[:, None] * mode_moves
    return mode_moves, -whole / (2 * modes.curvature)[:, None]
