"""What is printed lands in logs: no result, and nothing it is made of, prints a row or the label of one."""

from __future__ import annotations

import dataclasses
import gc
import importlib
import pkgutil
import re

import numpy as np
import pandas as pd
import pytest

import toolkit.stats
from toolkit.stats import (
    Effect,
    balance_table,
    binomial_funnel,
    estimate_effect,
    km_difference,
    match,
    ordinal_change,
    segmented_poisson,
    subgroup_effects,
    weight,
)
from toolkit.stats.notes.shown import Shown, short

SECRET = "child-"
MOST_LINES = 12


def modules() -> list[str]:
    return [found.name for found in pkgutil.walk_packages(toolkit.stats.__path__, "toolkit.stats.")]


def dataclasses_of(module: str) -> list[type]:
    found = vars(importlib.import_module(module)).values()
    return [
        kind
        for kind in found
        if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == module
    ]


EVERY = [kind for module in modules() for kind in dataclasses_of(module)]  # in one order, for all workers


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: f"{kind.__module__[14:]}.{kind.__name__}")
def test_a_class_that_may_hold_rows_shows_how_many_and_never_which(kind: type) -> None:
    values = np.array([123456.5, 654321.25] * 4)
    frame = pd.DataFrame({"name": [f"{SECRET}{n}" for n in range(8)]}, index=[f"{SECRET}label-{n}" for n in range(8)])
    for held in (values, frame, frame["name"], frame.index, tuple(values), [frame], {SECRET: values}):
        made = object.__new__(kind)
        for field in dataclasses.fields(kind):
            object.__setattr__(made, field.name, held)
        if kind.__name__ in ("Matched", "Weighted"):  # these say a line of their own: below
            continue
        for shown in (repr(made), str(made)):
            assert not any(text in shown for text in (SECRET, "123456.5", "654321.25"))
            assert len(shown.splitlines()) <= MOST_LINES


def frame_of(rows: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "x": 1e6 + np.round(rng.normal(size=rows), 6),
            "town": np.array([f"{SECRET}town-{n}" for n in range(3)])[rng.integers(0, 3, rows)],
            "area": np.array([f"{SECRET}area-{n}" for n in range(20)])[rng.integers(0, 20, rows)],
            "y": 2e6 + np.round(rng.normal(size=rows), 6),
            "event": rng.integers(0, 2, rows),
            "days": 3e5 + rng.integers(1, 999, rows),
        },
        index=pd.Index([f"{SECRET}{n:04d}" for n in range(rows)]),
    )
    return frame.assign(t=(rng.random(rows) < 0.3).astype(int))


def results(frame: pd.DataFrame) -> list[object]:
    matched = match(frame, "t", ["x", "town"], caliper=0.2)
    weighted = weight(frame, "t", ["x", "town"], method="ipw")
    found: list[object] = [
        matched,
        weighted,
        matched.sample,
        matched.propensity,
        match(frame, "t", ["x"], method="full"),
    ]
    found += [made.effect("y", cluster="area") for made in (matched, weighted)]
    found.append(estimate_effect(frame, "y", "t", ["x"]))
    found.append(subgroup_effects(frame["y"], frame["t"], frame["town"], [frame["area"]]))
    found.append(km_difference(frame["days"], frame["event"], frame["t"], times=[300_500.0]))
    found.append(ordinal_change(frame["event"] + 1, frame["event"] + 2, cluster=frame["area"]))
    found.append(segmented_poisson(np.arange(40) % 7 + 100, change_at=20))
    counts = frame.groupby("area")["event"].agg(["sum", "size"])
    return [*found, binomial_funnel(list(counts.index), counts["sum"], counts["size"])]


def test_no_result_prints_a_value_or_a_label_of_the_frame_however_it_is_printed() -> None:
    frame = frame_of()
    numbers = {f"{value:.6g}" for name in ("x", "y") for value in frame[name]} | {
        f"{value:.1f}"[:9] for name in ("x", "y") for value in frame[name]
    }
    for made in results(frame):
        for shown in (repr(made), str(made), f"{made}", made._repr_html_()):  # type: ignore[attr-defined]
            assert SECRET not in shown, type(made)
            assert len(shown.splitlines()) <= MOST_LINES
            if not isinstance(made, Effect):
                assert not any(number in shown for number in numbers if len(number) > 8), type(made)


def test_everything_a_match_and_its_effect_are_made_of_is_as_silent() -> None:
    kept = results(frame_of())
    held = [one for one in gc.get_objects() if isinstance(one, Shown)]
    assert len({type(one) for one in held}) >= 10 and kept
    assert not any(SECRET in repr(one) for one in held)


def test_effects_by_group_are_cut_short_and_names_cannot_write_html() -> None:
    frame = frame_of(2_000).assign(town=lambda f: [f"<b>{n % 9}</b>" for n in range(len(f))])
    effects = match(frame, "t", ["x"], caliper=0.2).effect("y", by="town")
    assert "<b>" not in effects._repr_html_()
    assert "&lt;b&gt;" in effects._repr_html_()
    assert len(effects._repr_html_().splitlines()) <= MOST_LINES
    assert "more lines" in effects._repr_html_()
    assert "<b>" not in repr(effects)


def test_a_match_and_a_weighting_say_what_came_of_them_in_a_line() -> None:
    frame = frame_of()
    matched, weighted = match(frame, "t", ["x"], caliper=0.2), weight(frame, "t", ["x"])
    assert re.fullmatch(
        r"Matched\(nearest, propensity, ATT: \d+ of \d+ treated and \d+ of \d+ controls; notes: none\)", repr(matched)
    )
    assert "notes: none" in repr(weighted) and "entropy balancing" in repr(weighted)
    worse = match(frame.assign(x=frame["x"] + 5 * frame["t"]), "t", ["x"], distance="mahalanobis")
    assert "notes: terms_apart" in repr(worse)


def test_what_is_short_is_shown_as_it_is() -> None:
    assert [short(value) for value in (None, 3, 0.1, "name", (0.5, 1), np.float64(2))] == [
        "None",
        "3",
        "0.1",
        "'name'",
        "(0.5, 1)",
        "2",
    ]
    assert short("x" * 100).endswith("…'") and len(short("x" * 100)) < 65
    assert short(np.zeros((3, 4))) == "<array 3 × 4>"
    assert isinstance(balance_table(frame_of(), treatment="t", covariates=["x"]), pd.DataFrame)
