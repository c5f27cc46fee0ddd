"""What Recommendation 11's registered protocol answers where the truth is known, with something hidden and without.

Cases are worlds times seeds: small councils (`small_council`) and tenths of the package's simulated county. Each runs
the whole study and leaves one line of JSON, so that a run that was stopped goes on where it was::

    python tests/bench/answers.py --keep build/answers --seeds 200 --worlds small_none small_prevent
    python tests/bench/answers.py --keep build/answers --report

`answers_report` makes the tables. Seeds from `HELD_OUT` on are for the final judgement: nothing may be tuned on them.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot
    from toolkit.studies.protocol import Protocol
    from toolkit.studies.result import StudyResult

ROOT = Path(__file__).parents[2]
PROTOCOL = ROOT / "analyses" / "rec11_referrals.toml"
PAGE = ROOT / "docs" / "answers-check.md"
BEGIN, END = "<!-- answers: made by make verify -->", "<!-- end of answers -->"
HELD_OUT = 20_001


@dataclass(frozen=True, slots=True)
class World:
    """One kind of council. ``source``: ``small``, ``tenth`` or ``county``; ``hidden``: a cause nobody records."""

    name: str
    source: str
    effect: str
    hidden: str = ""
    strength: float = 0.0
    confounding: float = 1.0

    @property
    def is_clean(self) -> bool:
        """Whether nothing that makes families both join and be referred goes unrecorded."""
        return not self.hidden


def _worlds() -> Iterable[World]:
    from hidden_causes import STRENGTHS

    for effect in ("none", "prevent", "detect"):
        yield World(f"small_{effect}", "small", effect)
    for kind, strengths in STRENGTHS.items():
        for errors, strength in strengths.items():
            yield World(f"small_{kind}_{errors}", "small", "none", kind, strength)
    for effect in ("none", "prevent", "detect", "both"):
        for name, confounding in (("weak", 1.0), ("strong", 2.0)):
            yield World(f"tenth_{effect}_{name}", "tenth", effect, confounding=confounding)
    for effect in ("none", "prevent"):
        for name, strength in (("half", 0.5), ("whole", 1.0)):
            yield World(f"tenth_{effect}_hidden_{name}", "tenth", effect, "distress", strength)
    for effect in ("none", "prevent"):
        yield World(f"county_{effect}", "county", effect)


WORLDS: Mapping[str, World] = MappingProxyType({world.name: world for world in _worlds()})


@dataclass(frozen=True, slots=True)
class Case:
    """One council or county to judge."""

    world: str
    seed: int
    protocol: Path = PROTOCOL
    is_first_look: bool = False

    @property
    def key(self) -> str:
        return f"{self.world}/{self.seed}"


def make_small(world: World, seed: int, folder: Path) -> tuple[Snapshot, float]:
    """Return a small council's records, and its truth."""
    from council_records import write_council
    from small_council import Options, SmallCouncil

    council = SmallCouncil(Options(seed, world.effect, world.hidden, world.strength))
    return write_council(council, folder), council.truth()["difference"]


def make_county(world: World, seed: int, folder: Path) -> tuple[Snapshot, float]:
    """Return the records of the package's county, whole or a tenth of it, and its truth."""
    from toolkit.simulate import CountyOptions, simulate_county
    from toolkit.simulate.write import write_county

    county = simulate_county(
        CountyOptions(seed, world.source, world.effect, confounding=world.confounding, hidden=world.strength)
    )
    return write_county(county, folder / "store").snapshot(), county.truth["any_referral_12m"]["att_difference"]


MAKERS: Mapping[str, Callable[[World, int, Path], tuple[Snapshot, float]]] = MappingProxyType(
    {"small": make_small, "tenth": make_county, "county": make_county}
)


def lighter(protocol: Protocol) -> Protocol:
    """Return the protocol without what no verdict or check rests on: kinds of family, ages and the curve."""
    spec = protocol.spec.model_copy(update={"subgroups": (), "ages": (), "curve": None})
    return protocol.model_copy(update={"spec": spec})


def run_case(case: Case) -> dict[str, Any]:
    """Return the line of one case: its truth, and what the registered protocol makes of its records."""
    from toolkit.errors import InputError
    from toolkit.studies.protocol_file import load_protocol
    from toolkit.studies.run import run_study

    world, began = WORLDS[case.world], perf_counter()
    line: dict[str, Any] = {"key": case.key, "seed": case.seed, "world": asdict(world)}
    with tempfile.TemporaryDirectory() as folder:
        snapshot, truth = MAKERS[world.source](world, case.seed, Path(folder))
        made = perf_counter()
        line |= {"truth": truth, "seconds_to_make": round(made - began, 2)}
        try:
            protocol = lighter(load_protocol(case.protocol))
            result = run_study(protocol, snapshot, primary_only=case.is_first_look)
        except InputError as problem:  # the app then says that there is no answer, and why
            return line | {"verdict": "cannot_say", "problem": str(problem), "primary": None, "estimates": {}}
    return line | _said(result) | {"seconds": round(perf_counter() - made, 2)}


def _said(result: StudyResult) -> dict[str, Any]:
    """Return what a result says: the primary estimate, the others of its outcome, the verdict, checks and sizes."""
    from toolkit.publish.verdicts.rule import decide, interval_of
    from toolkit.publish.verdicts.verdict import verdict_for
    from toolkit.studies.matched_cohort.facts import MatchedCohortFacts

    primary, facts = result.estimates[0], result.facts_as(MatchedCohortFacts)
    same = [e for e in result.estimates if (e.outcome, e.measure) == (primary.outcome, "difference")]
    return {
        "protocol": result.protocol_hash[:16],
        "verdict": verdict_for(result).code,
        "ungated": decide(interval_of(primary), margin=facts.margin, may_say=True),
        "primary": [primary.estimate, primary.se, primary.low, primary.high],
        "primary_estimator": primary.estimator,
        "estimates": {e.estimator: [e.estimate, e.se, e.low, e.high] for e in same},
        "checks": {c.name: [c.status, c.figure, c.is_gate] for c in result.checks},
        "sizes": {
            name: getattr(facts, name) for name in ("joined", "matched", "controls", "mean_treated", "mean_control")
        },
        "timings": dict(result.timings),
    }


def lines_of(file: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a file of cases; one cut short by a stop is left out."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("}\n")]


def run_all(cases: Iterable[Case], file: Path, workers: int) -> list[dict[str, Any]]:
    """Run the cases that ``file`` has not yet, and return all it then has."""
    known = lines_of(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(line) + "\n" for line in known), encoding="utf-8")
    done = {line["key"] for line in known}
    left = [case for case in cases if case.key not in done]
    with ProcessPoolExecutor(workers) as pool, file.open("a", encoding="utf-8") as out:
        for future in as_completed([pool.submit(run_case, case) for case in left]):
            out.write(json.dumps(future.result()) + "\n")
            out.flush()
    return lines_of(file)


def main() -> None:
    """Run cases from the command line, or report on those that were run."""
    from answers_report import report

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    # A whole county takes a minute and 2 GB, so those are run when they are asked for.
    ordinary = [name for name, world in WORLDS.items() if world.source != "county"]
    parser.add_argument("--worlds", nargs="+", default=ordinary, choices=list(WORLDS), metavar="WORLD")
    parser.add_argument("--seeds", type=int, default=20, help="seeds a world")
    parser.add_argument("--first", type=int, default=1, help=f"the first seed; from {HELD_OUT} on they are held out")
    parser.add_argument("--keep", type=Path, default=Path("build") / "answers", help="the folder of the runs")
    parser.add_argument("--protocol", type=Path, default=PROTOCOL, help="another plan; keep its runs apart")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--first-look", action="store_true", help="no further than the verdict; keep these runs apart")
    parser.add_argument("--report", action="store_true", help="run nothing more")
    parser.add_argument("--page", action="store_true", help=f"write the tables into docs/{PAGE.name}")
    asked = parser.parse_args()
    file = asked.keep / "answers.jsonl"
    # Seed by seed over the worlds, so that a run stopped early has something of each.
    seeds = range(asked.first, asked.first + asked.seeds)
    cases = [Case(world, seed, asked.protocol, asked.first_look) for seed in seeds for world in asked.worlds]
    lines = lines_of(file) if asked.report else run_all(cases, file, asked.workers)
    if not lines:
        raise SystemExit(f"No case was run yet in {file}.")
    print(report(lines))
    if asked.page:
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        after = rest.split(END)[1]
        PAGE.write_text(f"{before}{BEGIN}\n\n{report(lines)}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
