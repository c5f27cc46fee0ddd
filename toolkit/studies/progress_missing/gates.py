"""Gates of the families never scored again: enough families and centres, how many are lost, and what weights bear."""

from __future__ import annotations

from toolkit.studies.figures import Gate, Status, enough_said, gate_of, passes


def enough_families(families: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families that had time to be scored again."""
    sentence = enough_said(families, minimum, "families", "had time to be scored again")
    return gate_of("enough_families", passes(families >= minimum), float(families), float(minimum), sentence)


def scored_twice(families: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families scored twice, whose change says anything of the others."""
    sentence = enough_said(families, minimum, "families", "were scored twice")
    return gate_of("scored_twice", passes(families >= minimum), float(families), float(minimum), sentence)


def complete(share: float | None, minimum: float) -> Gate:
    """Warn when fewer than ``minimum`` were scored again: how far that matters is what this study is about."""
    needed = round(100 * minimum)
    if share is None:
        return gate_of("complete", "warn", None, minimum, "No family had time to be scored again.")
    sentence = f"{int(100 * share + 1e-9)}% of families were scored again. From {needed}% on few could be missed."
    return gate_of("complete", "pass" if share >= minimum else "warn", share, minimum, sentence)


def centres(count: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` centres; below 30 intervals lean on a small-sample correction: warn."""
    status: Status = "fail" if count < minimum else ("warn" if count < 30 else "pass")
    sentence = f"The scores come from {count} centres. At least {minimum} are needed."
    if status == "warn":
        sentence += " With fewer than 30 the ranges are less sure."
    return gate_of("centres", status, float(count), float(minimum), sentence)


def weights(worth: float | None, twice: int, largest: float | None, *, least_worth: float, most_share: float) -> Gate:
    """Warn when the weighted figure rests on a few families: those lost hardly had their like among the others."""
    if worth is None or largest is None or not twice:
        return gate_of("weights", "warn", None, least_worth, "There is nobody scored twice to weigh.")
    part = worth / twice
    if part < least_worth or largest > most_share:
        sentence = "A few families bear most of the weight: hardly any like those lost were scored again."
        return gate_of("weights", "warn", part, least_worth, sentence)
    sentence = f"Weighted for those lost, the families scored twice are worth {round(100 * part)} in 100 of themselves."
    return gate_of("weights", "pass", part, least_worth, sentence)


def known(share: float | None) -> Gate:
    """Warn when little but the score was known of a tenth or more: weights then hardly tell families apart."""
    if share is None or share < 0.9:
        sentence = "Of a tenth of families or more little but their score was known on the first day."
        return gate_of("known", "warn", share, 0.9, sentence)
    return gate_of(
        "known", "pass", share, 0.9, "Of nearly all families more than their score was known on the first day."
    )
