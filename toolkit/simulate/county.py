"""A simulated county: the tables of its records, and the true effects of its centres."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.progress import Progress, part, silent
from toolkit.simulate import frames
from toolkit.simulate.calendar import NEVER
from toolkit.simulate.counts import area_counts
from toolkit.simulate.county_life import Story, live
from toolkit.simulate.episodes import KINDS, aftermath
from toolkit.simulate.families import make_families
from toolkit.simulate.money import events, investments
from toolkit.simulate.options import CountyOptions
from toolkit.simulate.places import make_places
from toolkit.simulate.referrals import Draws, child_referrals, make_draws
from toolkit.simulate.registrations import Registrations, make_registrations
from toolkit.simulate.score_truth import true_scores
from toolkit.simulate.scores import Scores, make_scores
from toolkit.simulate.truth import true_effects
from toolkit.simulate.world import World
from toolkit.tables import TABLES

# One stream of random numbers a part, so that a change in one leaves the others as they were. Only add at the end.
PARTS = (
    "places", "families", "distress", "referral", "centre", "joining", "draws", "registrations", "scores", "futures",
    "moving", "engagement", "who_scored", "drift", "second_scoring", "foreseen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class County:
    """A simulated county.

    Attributes
    ----------
    tables
        By table name, all ten, a frame with exactly the table's columns.
    truth
        The content of ``truth.json``: by outcome ``att_difference``, ``att_ratio``, ``risk_joined``,
        ``risk_not_joined``, ``n``, ``simulation_error`` and ``description``; ``_about`` says what they mean, and
        under ``scores`` what the progress scores truly are (`score_truth.true_scores`).
    options
        What was asked for.
    """

    tables: dict[str, pd.DataFrame]
    truth: dict[str, Any]
    options: CountyOptions


def simulate_county(options: CountyOptions, progress: Progress = silent) -> County:
    """Simulate a county.

    Parameters
    ----------
    options
        Its seed, size and what its centres do.
    progress
        Told what is being done.
    """
    seeds = dict(zip(PARTS, np.random.SeedSequence(options.seed).spawn(len(PARTS)), strict=True))
    rngs = {name: np.random.default_rng(seed) for name, seed in seeds.items()}
    progress("Settling families", 0.0)
    places = make_places(rngs["places"])
    world = World(places, make_families(rngs["families"], places, options.share), options)
    story = live(world, rngs, part(progress, 0.05, 0.35))
    draws = make_draws(rngs["draws"], len(story.referred))
    truth = true_effects(world, story, draws, seeds["futures"], part(progress, 0.35, 0.85))
    world = replace(world, families=replace(world.families, known_to=story.moved))
    progress("Writing the tables", 0.85)
    registrations = make_registrations(rngs["registrations"], world, story)
    scores = make_scores(rngs, world, story, registrations)
    truth["_about"]["scores"] = true_scores(scores, places, options.scores)
    made = _tables(world, story, draws, registrations, scores)
    progress("County made", 1.0)
    return County({name: made[name] for name in TABLES if name in made}, truth, options)


def _tables(
    world: World, story: Story, draws: Draws, registrations: Registrations, scores: Scores
) -> dict[str, pd.DataFrame]:
    families, places = world.families, world.places
    referrals = child_referrals(families, story.referred, story.referred, story.referred_on, story.by_centre, draws)
    after = aftermath(families, referrals, draws)
    care = after.starts[:, KINDS.index("looked_after")]
    names = frames.name_all(families)
    money = investments(families, places, world.options.share, frames.CENTRE_IDS)
    return {
        "centres": frames.centres_table(places),
        "families": frames.families_table(families, places, names),
        "children": frames.children_table(families, names),
        "registrations": frames.registrations_table(registrations, names),
        "progress_scores": frames.progress_table(scores, names),
        "referrals": frames.referrals_table(referrals, after, names),
        "episodes": frames.episodes_table(referrals, after, names),
        "investments": frames.table_of_rows("investments", money),
        "events": frames.table_of_rows("events", events()),
        "area_counts": frames.table_of_rows("area_counts", area_counts(families, referrals, care[care < NEVER])),
    }
