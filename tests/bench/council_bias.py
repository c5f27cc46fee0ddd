"""How far the matched estimate is from the truth on small councils, in its own standard errors.

``python tests/bench/council_bias.py --hidden passing --strength 2 --councils 100`` prints one line. It is how the
strengths in `hidden_causes` were found, and how far from right the estimate is where nothing is hidden. Beside the
estimate's own error it gives that of its expectation: every matched family's chance of a referral, lived on from where
it stood without joining, in the place of what became of it. That is the same bias without the luck of the year.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from council_records import write_council
from small_council import Options, SmallCouncil

PROTOCOL = Path(__file__).parents[2] / "analyses" / "rec11_referrals.toml"
RATIO = 5


def matched(options: Options, ratio: int = RATIO) -> dict[str, float]:
    """Return a council's truth and what the protocol's matching, with so many controls a joiner, makes of it."""
    from toolkit.studies.matched_cohort.comparison import compare
    from toolkit.studies.matched_cohort.spec import MatchedCohort
    from toolkit.studies.protocol_file import load_protocol

    council = SmallCouncil(options)
    protocol = load_protocol(PROTOCOL)
    outcome = protocol.spec_as(MatchedCohort).outcomes[0]
    spec = protocol.spec_as(MatchedCohort).model_copy(update={"ratio": ratio, "outcomes": (outcome,), "ages": ()})
    with tempfile.TemporaryDirectory() as folder:
        comparison = compare(write_council(council, Path(folder)), spec, seed=protocol.seed)
        effect = comparison.matched.effect(comparison.values(outcome), cluster=spec.cluster)
    inside = comparison.inside
    days = (inside["time_zero"].to_numpy().astype("datetime64[D]") - council.clock.first_monday).astype(int)
    family = inside["family_id"].astype(str).str[1:].astype(int).to_numpy()
    risks = council.risks(family, days // 7, days % 7, joins=False, repeats=40)
    way = np.where(inside["role"] == "joined", 1.0, -1.0) * comparison.set_weights
    joined = int((comparison.sets["role"] == "joined").sum())
    return {
        "expected": float((way * risks).sum() / joined),
        "truth": council.truth(60)["difference"],
        "estimate": effect.estimate,
        "se": effect.se,
        "low": effect.interval[0],
        "high": effect.interval[1],
        "first_joinings": float((council.life.joined < council.clock.weeks).sum()),
        "joiners": float(len(council.joiners)),
        "matched": float(joined),
        "control": float(effect.mean_control),
        "households": float(len(council.families)),
    }


def summary(found: list[dict[str, float]]) -> dict[str, float]:
    """Return means over councils: the bias in standard errors, how sure it is, and the interval's coverage."""
    columns = {name: np.array([one[name] for one in found]) for name in found[0]}
    z = (columns["estimate"] - columns["truth"]) / columns["se"]
    covered = (columns["low"] <= columns["truth"]) & (columns["truth"] <= columns["high"])
    return {
        "councils": len(found),
        "bias / SE": round(float(z.mean()), 3),
        "its error": round(float(z.std(ddof=1) / np.sqrt(len(z))), 3),
        "expected / SE": round(float((columns["expected"] / columns["se"]).mean()), 3),
        "error of that": round(float((columns["expected"] / columns["se"]).std(ddof=1) / np.sqrt(len(z))), 3),
        "bias": round(float((columns["estimate"] - columns["truth"]).mean()), 5),
        "coverage": round(float(covered.mean()), 3),
        **{name: round(float(values.mean()), 4) for name, values in columns.items() if name not in ("low", "high")},
    }


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hidden", default="")
    parser.add_argument("--strength", type=float, default=0.0)
    parser.add_argument("--effect", default="none")
    parser.add_argument("--size", type=float, default=1.0, help="how many times the usual size")
    parser.add_argument("--ratio", type=int, default=RATIO)
    parser.add_argument("--councils", type=int, default=60)
    parser.add_argument("--first", type=int, default=5001, help="the first seed")
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.councils)
    options = [Options(seed, asked.effect, asked.hidden, asked.strength, asked.size) for seed in seeds]
    with ProcessPoolExecutor(asked.workers) as pool:
        found = list(pool.map(matched, options, [asked.ratio] * len(options)))
    print(json.dumps({"asked": vars(asked), **summary(found)}))


if __name__ == "__main__":
    main()
