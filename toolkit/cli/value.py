"""The command of value: what a result's money was worth, by costs that a person enters."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.cli import console
from toolkit.cli.options import JsonOption

if TYPE_CHECKING:
    from toolkit.publish.bundle.model import Bundle
    from toolkit.value.worth import Worth


def value(
    result: Annotated[Path, typer.Argument(help="The result's folder.")],
    costs: Annotated[Path, typer.Argument(help="A TOML file: the money, what follows a referral, its cost.")],
    lait: Annotated[Path | None, typer.Option(help="Your extract of the LAIT (csv), for unit costs from it.")] = None,
    seed: Annotated[int, typer.Option(help="Of the draws.")] = 1,
    json_: JsonOption = False,
) -> None:
    """Say what a result's money was worth: cost of each referral avoided, break-even, who saves and when."""
    from toolkit.publish.bundle.bundle import read_bundle
    from toolkit.publish.money_value.avoided import check_kind, money_on_record, money_parts, worth_by
    from toolkit.publish.money_value.words import NO_FIGURE, NO_NUMBER, break_even_in_words, money_in_words
    from toolkit.publish.verdicts.sentences import SIMULATED
    from toolkit.value.costs import load_costs
    from toolkit.value.worth import break_even

    bundle = read_bundle(result)
    check_kind(bundle)
    entered = load_costs(costs, lait=lait)
    worth = worth_by(bundle, entered, seed=seed)
    if json_:
        needed = {"average": break_even(entered), "cash": break_even(entered, cash_alone=True)}
        console.as_json(
            {
                "simulated": bundle.simulated,
                "notice": SIMULATED if bundle.simulated else None,
                "worth": None if worth is None else _plain(worth),
                "break_even": needed,
                "money_on_record": money_on_record(bundle),
            }
        )
        return
    if bundle.simulated:
        console.say(SIMULATED)
    if money_parts(bundle, entered):
        console.say(money_in_words(money_on_record(bundle) or 0.0, entered))
    if worth is None:
        console.say(NO_NUMBER if bundle.may.figures else NO_FIGURE)
        for sentence in break_even_in_words(entered, "referrals"):
            console.say(sentence)
        return
    _say(bundle, worth)


def _say(bundle: Bundle, worth: Worth) -> None:
    from toolkit.publish.money_value.words import (
        break_even_in_words,
        figures_table,
        quantities_table,
        quantities_title,
        worth_in_words,
    )
    from toolkit.publish.verdicts.may_show import NOT_A_FINDING

    if bundle.may.effect:
        for sentence in worth_in_words(worth):
            console.say(sentence)
        console.table(quantities_table(worth), title=quantities_title(worth))
        return
    console.say(NOT_A_FINDING)
    console.table(figures_table(worth), title="What was looked at")
    for sentence in break_even_in_words(worth.costs, worth.avoided.unit):
        console.say(sentence)


def _plain(worth: Worth) -> dict[str, Any]:
    return dataclasses.asdict(worth)
