"""A tile map: a square for each district or ward, of one size, as near as may be to where it lies.

Squares of one size are read by everyone: on a map of outlines the empty places are large and the towns cannot be seen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from toolkit.errors import InputError

MOST = 400
"""So many areas at most: more would be too small to read."""
_Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Tile:
    """An area's place on the map: columns from the west, rows from the north, both from 0."""

    name: str
    column: int
    row: int


def read_tiles(file: Path, label: str) -> tuple[Tile, ...]:
    """Return the tiles of a boundary file's areas, in order of their names.

    Parameters
    ----------
    file
        GeoJSON, in degrees (WGS 84) or metres (the National Grid): a collection of polygons.
    label
        The property that names each; polygons of one name are one area, so that a file of wards gives districts too.

    Raises
    ------
    InputError
        When it is no such file, or has no such property, naming those it has.
    """
    centres: dict[str, list[tuple[float, float, float]]] = {}
    for place, feature in enumerate(_features(file), start=1):
        named = feature.get("properties") or {}
        name = named.get(label)
        if not isinstance(name, str) or not name.strip():
            raise InputError(
                f'{file.name}: area {place} has no name under "{label}". Its properties are: {_properties(named)}. '
                "Say with --label which of them is the name."
            )
        centres.setdefault(" ".join(name.split()), []).append(_centre(feature, file, place))
    if len(centres) > MOST:
        raise InputError(f"{file.name} has {len(centres)} areas by “{label}”, more than the {MOST} that can be read.")
    names = sorted(centres)
    return _placed(names, np.array([_together(centres[name]) for name in names]))


def _features(file: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{file} cannot be read as GeoJSON: {error}. Give the boundary file as published.") from error
    found = content.get("features") if isinstance(content, dict) else None
    if not isinstance(found, list) or not found:
        raise InputError(f"{file.name} is no GeoJSON of areas: it has no features. Give a FeatureCollection.")
    return found


def _properties(named: Mapping[str, Any]) -> str:
    shown = [f"{name} (such as “{value}”)" for name, value in named.items() if isinstance(value, str)]
    return "; ".join(shown) or "none"


def _centre(feature: Mapping[str, Any], file: Path, place: int) -> tuple[float, float, float]:
    """Return the middle of an area's outlines with its size, by the formula for polygons."""
    try:
        rings = list(_outlines(feature["geometry"]))
        parts = [_of_ring(np.asarray(ring, dtype=float)[:, :2]) for ring in rings]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(f"{file.name}: area {place} is no polygon. Give a file of areas, not of points.") from error
    if not parts:
        raise InputError(f"{file.name}: area {place} is no polygon. Give a file of areas, not of points.")
    x, y = _together(parts)
    return x, y, sum(size for _, _, size in parts)


def _outlines(geometry: Mapping[str, Any]) -> Iterator[_Ring]:
    if geometry["type"] == "Polygon":
        yield geometry["coordinates"][0]
    elif geometry["type"] == "MultiPolygon":
        yield from (polygon[0] for polygon in geometry["coordinates"])


def _of_ring(ring: NDArray[np.float64]) -> tuple[float, float, float]:
    middle = ring.mean(axis=0)
    x, y = (ring - middle).T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    twice = float(cross.sum())
    if abs(twice) < 1e-15:
        return float(middle[0]), float(middle[1]), 1e-15
    moment = [float(((one + np.roll(one, -1)) * cross).sum()) / (3 * twice) for one in (x, y)]
    return float(middle[0]) + moment[0], float(middle[1]) + moment[1], abs(twice) / 2


def _together(parts: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    sizes = np.array([size for _, _, size in parts])
    x, y = (np.average([part[at] for part in parts], weights=sizes) for at in (0, 1))
    return float(x), float(y)


def _placed(names: Sequence[str], at: NDArray[np.float64]) -> tuple[Tile, ...]:
    """Return each area's square: all of them together lie as near to their places as squares of one size can."""
    x, y = at[:, 0].copy(), at[:, 1]
    if np.abs(at).max() <= 180:  # degrees: one of longitude is shorter the further north
        x *= math.cos(math.radians(float(y.mean())))
    spread = [max(float(np.ptp(one)), 1e-9) for one in (x, y)]
    wide = math.sqrt(len(names) * spread[0] / spread[1])
    columns = min(max(round(wide), 1), len(names))
    rows = max(math.ceil(len(names) / columns), 1)
    if len(names) > 2:  # room to be where they lie
        columns, rows = columns + 1, rows + 1
    wanted_x = (x - x.min()) / spread[0] * (columns - 1)
    wanted_y = (y.max() - y) / spread[1] * (rows - 1)
    squares = [(column, row) for row in range(rows) for column in range(columns)]
    far = [[(wanted_x[n] - c) ** 2 + (wanted_y[n] - r) ** 2 for c, r in squares] for n in range(len(names))]
    of_name, chosen = linear_sum_assignment(np.array(far))
    taken = [squares[place] for place in chosen[np.argsort(of_name)]]
    used = [sorted({place[at] for place in taken}) for at in (0, 1)]  # no empty row or column between
    return tuple(Tile(name, used[0].index(c), used[1].index(r)) for name, (c, r) in zip(names, taken, strict=True))
