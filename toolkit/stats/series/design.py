"""What a segmented series is regressed on, and whether that can be estimated from it at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.series.options import require_series_options


@dataclass(frozen=True, slots=True)
class SeriesDesign(Shown):
    """The columns of a segmented regression.

    Attributes
    ----------
    columns : ndarray, shape (n, k)
        ``level``, ``trend`` (observations since the change, negative before), ``level_change``, ``slope_change``, the
        seasons and the steps.
    names : tuple of str
        Of the columns.
    change_at : int
        The position of the first observation after the change.
    """

    columns: Floats
    names: tuple[str, ...]
    change_at: int

    def place(self, name: str) -> int:
        """Return where a column stands.

        Raises
        ------
        InputError
            When there is no such column.
        """
        if name not in self.names:
            raise InputError(f'The series has no term "{name}". {did_you_mean(name, self.names)}'.rstrip())
        return self.names.index(name)

    def missing(self) -> tuple[str, ...]:
        """Return all that keeps the model from being estimated, one sentence each; nothing when it can be."""
        observations, parameters = self.columns.shape
        before, after = min(self.change_at, observations), max(0, observations - self.change_at)
        wanted = 2 if "slope_change" in self.names else 1
        found = []
        if self.change_at <= 1:
            found.append(f"There are {max(0, before)} observations before the change; a trend needs 2 or more.")
        if after < wanted:
            found.append(f"There are {after} observations after the change; {wanted} or more are needed.")
        if parameters >= observations:
            found.append(f"There are {observations} observations for {parameters} unknowns; there must be more.")
        elif not found and np.linalg.matrix_rank(self.columns) < parameters:
            found.append(f"These cannot be told apart: {', '.join(self._tangled())}.")
        return tuple(found)

    def _tangled(self) -> list[str]:
        rank = np.linalg.matrix_rank(self.columns)
        without = [np.delete(self.columns, place, axis=1) for place in range(len(self.names))]
        return [name for name, rest in zip(self.names, without, strict=True) if np.linalg.matrix_rank(rest) == rank]


def series_design(
    observations: int,
    change_at: int,
    *,
    period: int | None = 4,
    harmonics: int | None = None,
    slope_change: bool = True,
    steps: Mapping[str, int] | None = None,
) -> SeriesDesign:
    """Return the columns of a segmented regression; the parameters are those of `segmented_poisson`.

    ``trend`` is 0 at the change, so ``level_change`` is the jump at that moment. Seasons are told from the first
    observation's: ``season_2`` is the one after it.
    """
    require_series_options(
        observations=observations, change_at=change_at, period=period, harmonics=harmonics, steps=steps
    )
    steps = steps or {}
    time = np.arange(observations) - change_at
    after = (time >= 0).astype(float)
    named = {"level": np.ones(observations), "trend": time.astype(float), "level_change": after}
    if slope_change:
        named["slope_change"] = after * time
    named |= _seasons(observations, period, harmonics)
    clash = sorted(set(steps) & set(named))
    if clash:
        raise InputError(f"A step cannot be called {', '.join(clash)}: the series has a term of that name.")
    named |= {name: (np.arange(observations) >= at).astype(float) for name, at in steps.items()}
    return SeriesDesign(np.column_stack(list(named.values())), tuple(named), change_at)


def before_design(
    observations: int,
    *,
    period: int | None = 4,
    harmonics: int | None = None,
    steps: Mapping[str, int] | None = None,
) -> Floats:
    """Return the columns of observations before any change: level, trend, seasons and steps, shape (n, k)."""
    require_series_options(observations=observations, period=period, harmonics=harmonics, steps=steps)
    named = {"level": np.ones(observations), "trend": np.arange(observations) - float(observations)}
    named |= _seasons(observations, period, harmonics)
    named |= {
        name: (np.arange(observations) >= at).astype(float) for name, at in (steps or {}).items() if at < observations
    }
    return np.column_stack(list(named.values()))


def what_is_missing(
    observations: int,
    change_at: int,
    *,
    period: int | None = 4,
    harmonics: int | None = None,
    slope_change: bool = True,
    steps: Mapping[str, int] | None = None,
) -> tuple[str, ...]:
    """Return all that keeps a series of this length from answering, one sentence each; nothing when it can."""
    design = series_design(
        observations, change_at, period=period, harmonics=harmonics, slope_change=slope_change, steps=steps
    )
    return design.missing()


def _seasons(observations: int, period: int | None, harmonics: int | None) -> dict[str, Floats]:
    if period is None:
        return {}
    season = np.arange(observations) % period
    if harmonics is None:
        return {f"season_{s + 1}": (season == s).astype(float) for s in range(1, period)}
    if not 1 <= harmonics <= (period - 1) // 2:
        raise InputError(f"harmonics is {harmonics}; a period of {period} has room for 1 to {(period - 1) // 2}.")
    waves: dict[str, Floats] = {}
    for h in range(1, harmonics + 1):
        angle = 2 * np.pi * h * season / period
        waves |= {f"sine_{h}": np.sin(angle), f"cosine_{h}": np.cos(angle)}
    return waves
