"""What whoever pools gets: a folder a question, with the figures, the words and two pictures."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from toolkit.charts.councils import Row, forest_in_words, forest_svg, funnel_in_words, funnel_svg
from toolkit.errors import InputError
from toolkit.pooling.keys import check_signature, known_keys
from toolkit.pooling.same import by_question
from toolkit.pooling.shared_file import SharedFile
from toolkit.pooling.together import Pooled, PooledOutcome, pool
from toolkit.pooling.words import (
    base_of_pooled,
    breaks_in_words,
    checks_in_words,
    in_families,
    one_left_out_in_words,
    plans_in_words,
    verdict_in_words,
)
from toolkit.publish.bundle.json_values import as_json
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.stats.pooling.random_effects import RandomEffects


def pool_files(files: Sequence[Path], keys: Path) -> tuple[Pooled, ...]:
    """Read councils' files, check their signatures, and put each question's results together.

    Parameters
    ----------
    files
        One a council.
    keys
        The folder of councils' public keys.

    Raises
    ------
    InputError
        When a file is not whole, is signed with a key that is not known or is not its council's, or councils did not
        answer the same question in the same way: every such file is named.
    """
    known, read, problems = known_keys(keys), [], []
    for path in files:
        try:
            found = SharedFile.read(path)
            check_signature(found, known, path.name)
            read.append(found.content)
        except InputError as problem:
            problems.append(str(problem))
    if problems:
        raise InputError(" ".join(problems))
    return tuple(pool(councils) for councils in by_question(read).values())


def write_pooled(pooled: Pooled, out: Path) -> Path:
    """Write a question's figures (``pooled.json``), words (``pooled.md``) and pictures, and return the folder."""
    folder = out / pooled.question
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pooled.json").write_text(as_json(figures_of(pooled)), encoding="utf-8")
    (folder / "pooled.md").write_text(report_of(pooled), encoding="utf-8")
    if pooled.primary.effects is not None:
        notice = SIMULATED if pooled.simulated else ""
        drawn: dict[str, Any] = {"base": base_of_pooled(pooled), "notice": notice}
        rows = rows_of_pooled(pooled)
        for name, draw, what in (
            ("forest", forest_svg, "each council's answer, and all together"),
            ("funnel", funnel_svg, "each council's answer by how exact it is"),
        ):
            picture = draw(rows, title=f"{pooled.title} {what.capitalize()}", **drawn)
            (folder / f"{name}.svg").write_text(picture, encoding="utf-8")
    return folder


def rows_of_pooled(pooled: Pooled) -> list[Row]:
    """Return the rows of the forest picture: councils, the mean, and what the next may expect."""
    effects, base = pooled.primary.effects, base_of_pooled(pooled)
    if effects is None:
        return []
    found = [
        row_of(council, base, (one.estimate, one.low, one.high), "council", se=one.se, weight=float(weight))
        for council, one, weight in zip(pooled.primary.councils, pooled.primary.estimates, effects.weights, strict=True)
    ]
    found.append(row_of("All together", base, (effects.mean, *effects.interval), "mean"))
    return [*found, row_of("The next council", base, (effects.mean, *effects.prediction), "next")]


def report_of(pooled: Pooled) -> str:
    """Return what councils say together as Markdown, the answer first."""
    rows, base = rows_of_pooled(pooled), base_of_pooled(pooled)
    parts = [f"# {pooled.title}", *verdict_in_words(pooled)]
    if rows:
        parts += ["## Each council", "![](forest.svg)", forest_in_words(rows, base)]
        parts += ["![](funnel.svg)", funnel_in_words(rows, base)]
    sections = (
        ("Without one council", one_left_out_in_words(pooled)),
        ("Where what is counted changed", breaks_in_words(pooled)),
        ("What councils' own checks found", checks_in_words(pooled)),
        ("What must be known of councils' plans", plans_in_words(pooled)),
    )
    for heading, sentences in sections:
        if sentences:
            parts += [f"## {heading}", *sentences]
    parts.append(f"Protocol {pooled.protocol_hash[:16]}, the same in every council.")
    return "\n\n".join(parts) + "\n"


def figures_of(pooled: Pooled) -> dict[str, Any]:
    """Return a question's figures as its file holds them."""
    return {
        "question": pooled.question,
        "simulated": pooled.simulated,
        "protocol_hash": pooled.protocol_hash,
        "verdict": pooled.code,
        "sentences": verdict_in_words(pooled),
        "against": pooled.against,
        "outcomes": [_outcome(one) for one in (pooled.primary, *pooled.others)],
        "without_one_council": [
            {"council": council, **figures_of_effects(without)}
            for council, without in zip(pooled.primary.councils, pooled.without, strict=False)
        ],
        "definition_breaks": [
            {
                "kind": one.kind,
                "touches": one.touches,
                "councils": one.councils,
                "among": None if one.among is None else figures_of_effects(one.among),
                "without": None if one.without is None else figures_of_effects(one.without),
            }
            for one in pooled.breaks
        ],
        "councils": [
            {"council": each.council, "code": each.code, "verdict": each.result.verdict, "toolkit": each.result.toolkit}
            for each in pooled.councils
        ],
    }


def _outcome(one: PooledOutcome) -> dict[str, Any]:
    councils = [
        {"council": council, **json.loads(estimate.model_dump_json())}
        for council, estimate in zip(one.councils, one.estimates, strict=True)
    ]
    return {
        "outcome": one.outcome,
        "together": None if one.effects is None else figures_of_effects(one.effects),
        "councils": councils,
    }


def figures_of_effects(found: RandomEffects) -> dict[str, Any]:
    """Return what places say together as a file holds it."""
    return {
        "mean": found.mean,
        "interval": found.interval,
        "prediction": found.prediction,
        "tau": found.tau,
        "i_squared": found.i_squared,
        "q": found.q,
        "places": found.places,
        "weights": found.weights,
        "hartung_knapp": {"se": found.se, "interval": found.usual_interval},
        "usual_prediction": [None if math.isnan(end) else end for end in found.usual_prediction],
    }


def row_of(
    label: str, base: int, figures: tuple[float, float, float], kind: str, *, se: float = 0.0, weight: float = 0.0
) -> Row:
    """Return a row of the pictures: shares as families of the base, and the same in words."""
    about, low, high = in_families(base, *figures)
    words = f"{low} to {high}" if kind == "next" else f"{about} ({low} to {high})"
    estimate, least, most = (base * one for one in figures)
    return Row(label, words, estimate, least, most, base * se, kind, weight)
