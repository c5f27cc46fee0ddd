"""Which council a store is of, which councils are like it, and where its districts or wards lie.

An officer says it once (``toolkit council``); it stands in a file beside the store and is about nobody.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from toolkit.areas.tiles import Tile, read_tiles
from toolkit.errors import InputError, StoreError
from toolkit.intake.published.areas import ENGLAND, area_code, area_name
from toolkit.intake.published.neighbours import read_neighbours

FILE = "council.json"
COMMAND = "toolkit council NAME --neighbours FILE --boundaries FILE --label PROPERTY"
"""What an officer types, for pages that lack what it says."""


@dataclass(frozen=True, slots=True)
class Council:
    """What was said of a store's council.

    Attributes
    ----------
    area, name
        Its ONS code and name.
    neighbours
        ONS codes of its statistical neighbours, the closest first, by the year of the Department's model.
    tiles
        Where its districts or wards lie; empty where no boundary file was given.
    """

    area: str
    name: str
    neighbours: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    tiles: tuple[Tile, ...] = ()


def describe_council(
    name: str, *, neighbours: tuple[Path, ...] = (), boundaries: Path | None = None, label: str = ""
) -> Council:
    """Return what files say of a council.

    Parameters
    ----------
    name
        Its name or ONS code.
    neighbours
        The Department's lists of statistical neighbours, of 2021, 2025 or both.
    boundaries, label
        A GeoJSON file of its districts or wards, and the property that names each.

    Raises
    ------
    InputError
        When there is no such council, or a file is not what it should be.
    """
    area = area_code(name)
    if area == ENGLAND or not area.startswith(("E06", "E08", "E09", "E10")):
        raise InputError(f"{area_name(area)} is not one council. Give a county's, borough's or city's name.")
    models = {}
    for file in neighbours:
        found = read_neighbours(file, area_name(area))
        models[found.model] = tuple(str(one) for one in found.rows["area"] if one)
    if boundaries is not None and not label:
        raise InputError("Say with --label which property of the boundary file names each district or ward.")
    tiles = () if boundaries is None else read_tiles(boundaries, label)
    return Council(area, area_name(area), dict(sorted(models.items())), tiles)


def keep_council(store_folder: Path, said: Council) -> Council:
    """Keep what was said beside the store and return what stands: a file not given again stands as it was."""
    before = council_of(store_folder)
    if before is not None and before.area == said.area:
        models = {**before.neighbours, **said.neighbours}
        said = Council(said.area, said.name, dict(sorted(models.items())), said.tiles or before.tiles)
    content = json.dumps({**asdict(said), "tiles": [asdict(tile) for tile in said.tiles]}, ensure_ascii=False)
    part = store_folder / f"{FILE}.part"
    part.write_text(content, encoding="utf-8")
    os.replace(part, store_folder / FILE)
    return said


def council_of(store_folder: Path) -> Council | None:
    """Return what was said of a store's council; ``None`` where nobody has.

    Raises
    ------
    StoreError
        When the file is damaged.
    """
    try:
        content: dict[str, Any] = json.loads((store_folder / FILE).read_text(encoding="utf-8"))
        models = {int(year): tuple(codes) for year, codes in content["neighbours"].items()}
        return Council(content["area"], content["name"], models, tuple(Tile(**one) for one in content["tiles"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{FILE} beside the store is damaged. Say it again with: {COMMAND}") from error
