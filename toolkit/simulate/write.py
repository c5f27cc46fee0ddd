"""A simulated county as a store, with its truth beside it and a notice that it is simulated."""

from __future__ import annotations

import json
from pathlib import Path

from toolkit.records import Store
from toolkit.simulate.county import County
from toolkit.simulate.places import COUNTY

SIMULATED_FILE, TRUTH_FILE = "SIMULATED.txt", "truth.json"
NOTICE = """Simulated data: no real families are in it.

Every family, child, centre, place and figure in this folder was made by the toolkit's simulated county. Nothing here
says anything about a real council. The true effects it was made with are in truth.json.
"""


def write_county(county: County, out: Path) -> Store:
    """Write a county to a new store, with ``truth.json`` and ``SIMULATED.txt`` beside it; return the store.

    Raises
    ------
    StoreError
        When the folder holds a store already.
    """
    options = county.options
    described = options.described()
    store = Store.create(Path(out), simulated=True, note=f"{COUNTY}: {described}")
    store.add(county.tables, by="simulation", source_name=f"simulated county ({described})")
    truth = json.dumps(county.truth, indent=2, sort_keys=True, ensure_ascii=False)
    (store.folder / TRUTH_FILE).write_text(truth + "\n", encoding="utf-8")
    (store.folder / SIMULATED_FILE).write_text(NOTICE, encoding="utf-8")
    return store
