"""Gates of the families never scored again: enough families and centres, how many are lost, and what weights bear."""

from __future__ import annotations

from toolkit.studies.figures import Gate, Status, passes


def enough_families(families: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families that had time to be scored again."""
    found = f"{families:,} families" if families >= minimum else f"Fewer than {minimum} families"
    sentence = f"{found} had time to be scored again. At least {minimum} are needed."
    return _gate("enough_families", passes(families >= minimum), float(families), float(minimum), sentence)


def scored_twice(families: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` families scored twice, whose change says anything of the others."""
    found = f"{families:,} families were" if families >= minimum else f"Fewer than {minimum} families were"
    sentence = f"{found} scored twice. At least {minimum} are needed."
    return _gate("scored_twice", passes(families >= minimum), float(families), float(minimum), sentence)


def complete(share: float | None, minimum: float) -> Gate:
    """Warn when fewer than ``minimum`` were scored again: how far that matters is what this study is about."""
    needed = round(100 * minimum)
    if share is None:
        return _gate("complete", "warn", None, minimum, "No family had time to be scored again.")
    sentence = f"{int(100 * share + 1e-9)}% of families were scored again. From {needed}% on few could be missed."
    return _gate("complete", "pass" if share >= minimum else "warn", share, minimum, sentence)


def centres(count: int, minimum: int) -> Gate:
    """Pass with at least ``minimum`` centres; below 30 intervals lean on a small-sample correction: warn."""
    status: Status = "fail" if count < minimum else ("warn" if count < 30 else "pass")
    sentence = f"The scores come from {count} centres. At least {minimum} are needed."
    if status == "warn":
        sentence += " With fewer than 30 the ranges are less sure."
    return _gate("centres", status, float(count), float(minimum), sentence)


def weights(worth: float | None, twice: int, largest: float | None, *, least_worth: float, most_share: float) -> Gate:
    """Warn when the weighted figure rests on a few families: those lost hardly had their like among the others."""
    if worth is None or largest is None or not twice:
        return _gate("weights", "warn", None, least_worth, "There is nobody scored twice to weigh.")
    part = worth / twice
    if part < least_worth or largest > most_share:
        sentence = "A few families bear most of the weight: hardly any like those lost were scored again."
        return _gate("weights", "warn", part, least_worth, sentence)
    sentence = f"Weighted for those lost, the families scored twice are worth {round(100 * part)} in 100 of themselves."
    return _gate("weights", "pass", part, least_worth, sentence)


def known(share: float | None) -> Gate:
    """Warn when little but the score was known of a tenth or more: weights then hardly tell families apart."""
    if share is None or share < 0.9:
        sentence = "Of a tenth of families or more little but their score was known on the first day."
        return _gate("known", "warn", share, 0.9, sentence)
    return _gate(
        "known", "pass", share, 0.9, "Of nearly all families more than their score was known on the first day."
    )


def _gate(name: str, status: Status, figure: float | None, threshold: float | None, sentence: str) -> Gate:
    return Gate(name=name, status=status, figure=figure, threshold=threshold, sentence=sentence)
