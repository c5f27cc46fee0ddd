"""Recommendation 11 judged on simulated counties whose truth is known: bias, coverage, verdicts, and what checks say.

Each county is simulated, stored, run through the protocol as it stands in ``analyses/``, and one line of JSON is
written for it, so that a run that is stopped goes on where it was. `report` makes the page in ``docs/``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).parents[2]
PROTOCOL = ROOT / "analyses" / "rec11_referrals.toml"
EFFECTS = ("none", "prevent", "detect", "both")
OUTCOME, CENTRE = "any_referral_12m", "centre_referral_12m"


@dataclass(frozen=True, slots=True)
class Case:
    """One county to simulate."""

    seed: int
    effect: str
    confounding: float
    hidden: float = 0.0

    @property
    def key(self) -> str:
        """Name it."""
        return f"{self.effect}/{self.confounding:g}/{self.hidden:g}/{self.seed}"


def run_case(case: Case) -> dict[str, Any]:
    """Return what the protocol and the naive analyses say of one county, beside its truth."""
    from toolkit.publish.verdicts.verdict import verdict_for
    from toolkit.simulate import CountyOptions, simulate_county
    from toolkit.simulate.write import write_county
    from toolkit.studies.protocol_file import load_protocol
    from toolkit.studies.run import run_study

    county = simulate_county(
        CountyOptions(case.seed, "tenth", case.effect, confounding=case.confounding, hidden=case.hidden)
    )
    protocol = _lighter(load_protocol(PROTOCOL))
    with tempfile.TemporaryDirectory() as folder:
        snapshot = write_county(county, Path(folder) / "store").snapshot()
        result = run_study(protocol, snapshot)
        scores = snapshot.read("progress_scores")
        referred = _referral_days(snapshot)
    found: dict[str, Any] = {"key": case.key, **asdict(case)}
    for outcome in (OUTCOME, CENTRE, f"{OUTCOME}_excluding_centre"):
        found[f"truth:{outcome}"] = county.truth[outcome]["att_difference"]
    for e in result.estimates:
        if e.measure == "difference" and e.outcome in (OUTCOME, CENTRE, f"{OUTCOME}_excluding_centre"):
            found[f"{e.estimator}:{e.outcome}"] = [e.estimate, e.se, e.low, e.high]
    found["verdict"] = verdict_for(result).code
    found["checks"] = {check.name: check.status for check in result.checks}
    found["figures"] = {check.name: check.figure for check in result.checks}
    found["before_after"] = _before_after(result)
    found["second_score"] = _second_score(result, scores, referred)
    return found


def _lighter(protocol: Any) -> Any:
    """Return the protocol without the two estimators that take longest: the verdict does not rest on them."""
    kept = tuple(name for name in protocol.spec.estimators if name in ("matched_3", "difference_in_differences"))
    return protocol.model_copy(update={"spec": protocol.spec.model_copy(update={"estimators": kept})})


def _before_after(result: Any) -> float | None:
    """Return joiners' share referred in the year after less the year before: the chart councils show."""
    table = next(check.table for check in result.checks if check.name == "regression_to_the_mean")
    joined = table[table["group"] == "joined"].iloc[0]
    return float(joined["after"] - joined["before"])


def _referral_days(snapshot: Any) -> pd.DataFrame:
    children = snapshot.read("children").set_index("child_id")["family_id"]
    referrals = snapshot.read("referrals")
    return pd.DataFrame(
        {"family_id": referrals["child_id"].map(children), "day": pd.to_datetime(referrals["received_on"])}
    )


def _second_score(result: Any, scores: pd.DataFrame, referred: pd.DataFrame) -> list[float] | None:
    """Return the analysis that starts the clock of joiners at their second score, matched as ours is."""
    sets = result.matched_sets
    joined = sets[sets["role"] == "joined"]
    later = scores[scores["stage"] != "start"].assign(day=lambda rows: pd.to_datetime(rows["scored_on"]))
    second = joined["family_id"].astype(str).map(later.groupby("family_id")["day"].min())
    joined = joined.assign(start=second)[second.notna() & (second > pd.to_datetime(joined["time_zero"]))]
    if len(joined) < 20:
        return None
    others = sets[(sets["role"] == "not_joined") & sets["set"].isin(joined["set"])]
    others = others.assign(start=pd.to_datetime(others["time_zero"]))
    shares = [_share(rows, referred) for rows in (joined, others)]
    se = (sum(p * (1 - p) / len(joined) for p in shares)) ** 0.5
    return [shares[0] - shares[1], se]


def _share(rows: pd.DataFrame, referred: pd.DataFrame) -> float:
    pairs = rows[["set", "family_id", "start"]].astype({"family_id": str}).merge(referred, on="family_id")
    days = (pairs["day"] - pairs["start"]).dt.days
    return float(pairs.loc[(days > 0) & (days <= 365), "set"].nunique() / len(rows))


def cases(seeds: range, hidden: float) -> list[Case]:
    """Return every effect at weak and strong confounding for each seed; with a hidden cause where asked."""
    return [
        Case(seed, effect, confounding, hidden)
        for seed, effect, confounding in product(seeds, EFFECTS, (1.0, 2.0))
        if not hidden or effect in ("none", "prevent")
    ]


def run_all(wanted: list[Case], out: Path, workers: int) -> pd.DataFrame:
    """Run the cases that ``out`` has not yet, and return all it then has."""
    done = {json.loads(line)["key"] for line in out.read_text().splitlines()} if out.is_file() else set()
    left = [case for case in wanted if case.key not in done]
    with ProcessPoolExecutor(workers) as pool, out.open("a") as file:
        for future in as_completed([pool.submit(run_case, case) for case in left]):
            file.write(json.dumps(future.result()) + "\n")
            file.flush()
    return pd.DataFrame([json.loads(line) for line in out.read_text().splitlines()])


def main() -> None:
    """Run counties from the command line and write the page."""
    from counties_report import write_report

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=25, help="seeds an effect and strength of confounding")
    parser.add_argument("--hidden-seeds", type=int, default=12, help="the same, with a cause nobody recorded")
    parser.add_argument("--keep", type=Path, default=None, help="a folder to go on from, and to keep the runs in")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    keep = asked.keep or Path(tempfile.mkdtemp())
    keep.mkdir(parents=True, exist_ok=True)
    plain = run_all(cases(range(1, 1 + asked.seeds), 0.0), keep / "plain.jsonl", asked.workers)
    hidden = run_all(cases(range(1001, 1001 + asked.hidden_seeds), 1.0), keep / "hidden.jsonl", asked.workers)
    print(f"Written: {write_report(plain, hidden).name}. The runs are kept in {keep}.")


if __name__ == "__main__":
    main()
