"""Whether planted effects foretell how often the registered plan finds an effect, on tenths of the package's county.

Each county's own effect is planted in that county's records, and the share of *fewer* is held against the share found
on counties of the same world whose effect is real (`answers`, run with or without ``--first-look``)::

    python tests/bench/answers.py --keep build/answers --first-look --seeds 100 --worlds tenth_prevent_weak
    python tests/bench/planted.py --keep build/planted --seeds 10 --runs 120 --worlds tenth_prevent_weak
    python tests/bench/planted.py --keep build/planted --report build/answers/answers.jsonl
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from answers import PROTOCOL, WORLDS, lines_of, make_county

Lines = Sequence[Mapping[str, Any]]


def predict(world: str, seed: int, runs: int) -> dict[str, Any]:
    """Return what planting a county's own true effect in its records foretells."""
    from toolkit.runs.planted import try_out
    from toolkit.studies.protocol_file import load_protocol

    with tempfile.TemporaryDirectory() as folder:
        snapshot, truth = make_county(WORLDS[world], seed, Path(folder))
        found = try_out(load_protocol(PROTOCOL), snapshot, runs=runs, effect=-truth)
    return {"world": world, "seed": seed, "truth": truth, "found": asdict(found)}


def report(predicted: Lines, measured: Lines) -> Iterable[str]:
    """Yield a line a world: the shares of *fewer*, foretold and found, with their standard errors, and of the rest."""
    yield "| world | counties | tries | foretold % | counties | found % | right % | wrong sign, no effect % |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for world in dict.fromkeys(line["world"] for line in predicted):
        of_it = [line["found"] for line in predicted if line["world"] == world]
        planted, nothing = ([one[what] for one in of_it] for what in ("planted", "nothing"))
        verdicts = [line["verdict"] for line in measured if line["world"]["name"] == world]
        tries = sum(map(_tried, planted))
        fewer = sum(one["fewer"] for one in planted) / tries
        right = sum(one["right"] for one in (*planted, *nothing)) / (2 * tries)
        wrong = sum(one["fewer"] + one["more"] for one in nothing) / tries
        found = np.array([verdict == "fewer" for verdict in verdicts])
        yield (
            f"| {world} | {len(of_it)} | {tries} | {_with_error(fewer, tries)} | {len(found)} | "
            f"{_with_error(found.mean(), len(found)) if len(found) else ''} | {100 * right:.0f} | {100 * wrong:.1f} |"
        )


def _tried(tally: Mapping[str, Any]) -> int:
    return sum(tally[code] for code in ("fewer", "more", "little_or_no_difference", "inconclusive", "cannot_say"))


def _with_error(share: float, number: int) -> str:
    return f"{100 * share:.0f} ± {100 * (share * (1 - share) / number) ** 0.5:.1f}"


def main() -> None:
    """Foretell from the command line, or report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tenths = [name for name, world in WORLDS.items() if world.source == "tenth" and world.effect == "prevent"]
    parser.add_argument("--worlds", nargs="+", default=["tenth_prevent_weak"], choices=tenths, metavar="WORLD")
    parser.add_argument("--seeds", type=int, default=10, help="counties a world")
    parser.add_argument("--first", type=int, default=1, help="the first county's seed")
    parser.add_argument("--runs", type=int, default=120, help="tries a county, half of them with the effect")
    parser.add_argument("--keep", type=Path, default=Path("build") / "planted", help="the folder of what was foretold")
    parser.add_argument("--report", type=Path, help="the answers of counties whose effect is real; foretell no more")
    asked = parser.parse_args()
    file = asked.keep / "planted.jsonl"
    if asked.report is not None:
        sys.stdout.write("\n".join(report(lines_of(file), lines_of(asked.report))) + "\n")
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    done = {(line["world"], line["seed"]) for line in lines_of(file)}
    with file.open("a", encoding="utf-8") as out:
        for seed in range(asked.first, asked.first + asked.seeds):
            for world in asked.worlds:
                if (world, seed) not in done:
                    out.write(json.dumps(predict(world, seed, asked.runs)) + "\n")
                    out.flush()


if __name__ == "__main__":
    main()
