"""Many simulated authorities whose centres do more or less, one after the other: never more than one in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from toolkit.errors import InputError
from toolkit.progress import Progress, part, silent
from toolkit.records.snapshots.bucket import Bucket, Folder
from toolkit.records.snapshots.bucket_lake import send_snapshot
from toolkit.records.snapshots.files import write_snapshot
from toolkit.records.snapshots.lake import folder_name, part_folder
from toolkit.records.snapshots.snapshot import MANIFEST, Snapshot
from toolkit.simulate.county import County, simulate_county
from toolkit.simulate.options import SCALES, CountyOptions
from toolkit.simulate.write import NOTICE, SIMULATED_FILE, TRUTH_FILE
from toolkit.tables import TABLES

AUTHORITIES = 150
"""About as many councils with children's services as England has."""
_SMALLEST, _LARGEST = 0.3, 1.0
"""What an authority's centres may multiply the hazard of referral by."""
AS_ENGLAND = "england"
_MIDDLE_SIZE, _SIZE_SPREAD, _SIZES = 0.504, 0.604, (0.065, 2.62)
"""Sizes of England's 150 authorities as shares of the county's 123,000 children: those aged 0 to 17 have this mean of
their logarithm, standard deviation of it, least and most (ONS estimates, in DfE's Characteristics of Children in Need,
2011-12; 11.34 million children; the City and Scilly left out)."""


@dataclass(frozen=True, slots=True)
class EnglandOptions:
    """The options of a simulated England; the same options make the same authorities, byte for byte.

    Parameters
    ----------
    seed
        A whole number from 0; another seed is another England.
    authorities
        How many. The first ones are the same however many there are.
    scale
        The size of each: ``"england"``, as unlike as England's are (8,000 to 322,000 children, half of them fewer than
        62,000); or all as large as a ``"county"`` or a ``"tenth"`` of one.
    prevention, spread
        What joining multiplies the hazard of referral by: the middle authority's, and the standard deviation of its
        logarithm between authorities; 0 makes them all alike.

    Raises
    ------
    InputError
        Naming every option that cannot be.
    """

    seed: int = 1
    authorities: int = AUTHORITIES
    scale: str = AS_ENGLAND
    prevention: float = 0.85
    spread: float = 0.1

    def __post_init__(self) -> None:
        problems = []
        if self.authorities < 1:
            problems.append(f"authorities is {self.authorities}. Give 1 or more.")
        if self.scale not in (AS_ENGLAND, *SCALES):
            problems.append(f'scale is "{self.scale}". Give one of: {", ".join((AS_ENGLAND, *SCALES))}.')
        if not _SMALLEST <= self.prevention <= _LARGEST:
            problems.append(f"prevention is {self.prevention}. Give a number from {_SMALLEST} to {_LARGEST}.")
        if not 0 <= self.spread <= 1:
            problems.append(f"spread is {self.spread}. Give a number from 0 to 1.")
        if problems:
            raise InputError(" ".join(problems))

    def each(self) -> Iterator[tuple[str, CountyOptions]]:
        """Yield each authority's code and options."""
        for place in range(self.authorities):
            rng = np.random.default_rng([self.seed, place])
            own = int(rng.integers(0, 2**31))
            does = float(np.clip(self.prevention * np.exp(self.spread * rng.normal()), _SMALLEST, _LARGEST))
            scale, size = self.scale, 1.0
            if scale == AS_ENGLAND:
                scale = "county"
                size = float(np.clip(_MIDDLE_SIZE * np.exp(_SIZE_SPREAD * rng.normal()), *_SIZES))
            yield f"A{place + 1:03d}", CountyOptions(own, scale, "prevent", prevention=does, size=size)


def write_england(options: EnglandOptions, out: Path | Bucket, progress: Progress = silent) -> None:
    """Write the authorities as a lake, with the truth of each and of all in ``truth.json``.

    An authority that is there already is left as it is, so that what was stopped goes on where it was.

    Raises
    ------
    StoreError
        When an authority's folder holds something else.
    """
    lake = out if isinstance(out, Bucket) else Folder(Path(out))
    there = set(lake.names())
    lake.send(SIMULATED_FILE, NOTICE.encode())
    truths = {}
    for place, (code, own) in enumerate(options.each()):
        share = part(progress, place / options.authorities, (place + 1) / options.authorities)
        share(f"Simulating {code}", 0.0)
        kept = f"truths/{code}.json"
        if not {kept, f"{folder_name(code)}/{MANIFEST}"} <= there:
            county = simulate_county(own, share)
            lake.send(kept, _text(_truth_of(county)).encode())
            if isinstance(lake, Bucket):
                send_authority(county, lake, code)
            else:
                write_authority(county, lake.path, code)
        truths[code] = json.loads(lake.read(kept))
    lake.send(TRUTH_FILE, _text({"authorities": truths, "nation": nation_truth(truths)}).encode())
    progress("England made", 1.0)


def write_authority(county: County, lake: Path, code: str) -> None:
    """Write a county's tables as an authority's snapshot in a lake."""
    tables = {}
    for name, table in TABLES.items():
        if name in county.tables:
            frame = county.tables[name].sort_values(list(table.key), kind="stable", ignore_index=True)
            tables[name] = pa.Table.from_pandas(frame, schema=table.arrow_schema, preserve_index=False)
        else:
            tables[name] = table.arrow_schema.empty_table()
    write_snapshot(tables, simulated=True, version=1, beside=lake, out=part_folder(lake, code))


def send_authority(county: County, lake: Bucket, code: str) -> None:
    """Write a county's tables as an authority's snapshot in a bucket's lake."""
    with TemporaryDirectory(prefix="toolkit-lake-") as making:
        write_authority(county, Path(making), code)
        send_snapshot(Snapshot.open(part_folder(Path(making), code)), lake / folder_name(code))


def nation_truth(truths: dict[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return the joiners' true effect in all authorities together: each authority's, weighted by its joiners."""
    found = {}
    for outcome in sorted(set.intersection(*(set(one) for one in truths.values())) - {"_about"}):
        each = [one[outcome] for one in truths.values()]
        n = sum(one["n"] for one in each)
        found[outcome] = {"n": n, "att_difference": sum(one["n"] * one["att_difference"] for one in each) / n}
    return found


def _truth_of(county: County) -> dict[str, Any]:
    """Return the truth without what it means, which every authority would say again."""
    kept = {name: value for name, value in county.truth.items() if name != "_about"}
    return {**kept, "_about": {"options": county.options.as_dict()}}


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, sort_keys=True) + "\n"
