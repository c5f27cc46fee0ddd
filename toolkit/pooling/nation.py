"""What a lake's authorities say together: their sum, what the next council should expect, in words and pictures.

Only the primary comparison of each was made. The house's gates are asked of all together and of each by itself; nothing
was tried to prove the comparison wrong, so there are figures here and no verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scipy import stats

from toolkit.charts.councils import Row, forest_svg, funnel_in_words, funnel_svg
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.pooling.report import figures_of_effects, row_of
from toolkit.pooling.together import FEWEST
from toolkit.pooling.words import OBSERVED, how_alike, in_families, next_in_words
from toolkit.publish.bundle.json_values import as_json
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.stats.pooling.random_effects import RandomEffects, random_effects
from toolkit.studies.matched_cohort.strata.nation import Nation
from toolkit.wording.amounts import base_of

_SUM = (
    "In {count} councils together, of every {base} families that joined a centre, {sum} {happened} {within} than of "
    "families like them ({low} to {high})."
)
_MEAN = "Over councils like these, the mean is {mean} of every {base} families ({low} to {high})."
_TOO_FEW = "With fewer than {fewest} councils nobody can tell how far councils differ, or what the next should expect."
_NO_ANSWER = "These figures are no answer to the question. {why}"
_GATES_HOLD = "The gates of the full study were asked of all councils together, and hold."
_BY_ITSELF = "By themselves these councils would not pass: {councils}. They are in the figures above."
NO_CHECKS = (
    "This is the main comparison alone. Nothing was tried to prove it wrong. So this is no verdict, and it may not be "
    "published as one."
)
_FAILED = "Not in any of these figures: {authority}. {why}"
_TITLE = "{title} Many councils together"


@dataclass(frozen=True, slots=True)
class National:
    """A lake's authorities, and what they say of councils like them.

    Attributes
    ----------
    title
        The protocol's question.
    nation
        Their sum.
    effects
        Random effects over them; ``None`` where they are too few to tell how far councils differ.
    """

    title: str
    nation: Nation
    effects: RandomEffects | None


def national(nation: Nation, title: str) -> National:
    """Return authorities with what they say of councils like them."""
    each = nation.by_authority
    if len(each) < FEWEST:
        return National(title, nation, None)
    return National(title, nation, random_effects(each["estimate"], each["se"], each["degrees_of_freedom"]))


def write_national(found: National, out: Path) -> Path:
    """Write the figures (``result.json``), words (``nation.md``) and two pictures, and return the folder."""
    out.mkdir(parents=True, exist_ok=True)
    notice = SIMULATED if found.nation.simulated else ""
    rows, title, base = _rows(found), _title(found), _base(found)
    for name, draw in (("forest", forest_svg), ("funnel", funnel_svg)):
        (out / f"{name}.svg").write_text(draw(rows, title=title, base=base, notice=notice), encoding="utf-8")
    (out / "nation.md").write_text(_report(found, rows), encoding="utf-8")
    (out / "result.json").write_text(as_json(figures_of_nation(found)), encoding="utf-8")
    return out


def nation_in_words(found: National) -> tuple[str, ...]:
    """Return what was found as sentences, the most needed first: what bars it, and who is not in it by name."""
    nation, base = found.nation, _base(found)
    outcome, of = OUTCOMES[nation.outcome], {"base": f"{base:,}"}
    total, low, high = in_families(base, nation.estimate, nation.low, nation.high)
    failed = [_NO_ANSWER.format(why=gate.sentence) for gate in nation.gates if gate.status == "fail"]
    said = [*([SIMULATED] if nation.simulated else []), *failed]
    named = {"happened": outcome.happened, "within": outcome.within, "count": f"{len(nation.by_authority):,}"}
    said.append(_SUM.format(sum=total, low=low, high=high, **named, **of))
    if found.effects is None:
        said.append(_TOO_FEW.format(fewest=FEWEST))
    else:
        mean, least, most = in_families(base, found.effects.mean, *found.effects.interval)
        said.append(_MEAN.format(mean=mean, low=least, high=most, **of))
        said += [next_in_words(found.effects, base), how_alike(found.effects, base)]
    return (*said, *_of_gates(nation), NO_CHECKS, OBSERVED, *not_in_it(nation))


def _of_gates(nation: Nation) -> list[str]:
    """Return what the gates that did not bar said, and which councils would not pass by themselves, by gate."""
    said = [] if any(gate.status == "fail" for gate in nation.gates) else [_GATES_HOLD]
    said += [gate.sentence for gate in nation.gates if gate.status == "warn"]
    each = nation.by_authority[["authority", "barred_by"]].itertuples(index=False)
    barred = [(authority, gates.split(", ")) for authority, gates in each if gates]
    by_gate = {gate.label: [one for one, of in barred if gate.name in of] for gate in nation.gates}
    parts = [f"{label[0].lower()}{label[1:]} ({', '.join(names)})" for label, names in by_gate.items() if names]
    return [*said, _BY_ITSELF.format(councils="; ".join(parts))] if parts else said


def not_in_it(nation: Nation) -> tuple[str, ...]:
    """Return a sentence for each authority that failed, with why."""
    return tuple(_FAILED.format(authority=authority, why=why) for authority, why in nation.failed.items())


def figures_of_nation(found: National) -> dict[str, Any]:
    """Return the figures as their file holds them, with the hashes of what was asked and designed."""
    return {
        "title": found.title,
        "sentences": nation_in_words(found),
        "random_effects": None if found.effects is None else figures_of_effects(found.effects),
        **found.nation.as_dict(),
    }


def _rows(found: National) -> list[Row]:
    nation, base = found.nation, _base(found)
    each, effects = nation.by_authority, found.effects
    weights = each["n_treated"] / nation.n_treated if effects is None else effects.weights
    reach = each["se"] * stats.t.ppf(0.975, each["degrees_of_freedom"])
    rows = [
        row_of(authority, base, (one, one - about, one + about), "council", se=se, weight=float(weight))
        for authority, one, se, about, weight in zip(
            each["authority"], each["estimate"], each["se"], reach, weights, strict=True
        )
    ]
    if effects is None:
        return [*rows, row_of("All together", base, (nation.estimate, nation.low, nation.high), "mean")]
    rows.append(row_of("Over councils like these", base, (effects.mean, *effects.interval), "mean"))
    return [*rows, row_of("The next council", base, (effects.mean, *effects.prediction), "next")]


def _report(found: National, rows: list[Row]) -> str:
    nation, base = found.nation, _base(found)
    table = [f"| council | of every {base:,} families |", "| --- | --- |"]
    table += [f"| {row.label} | {row.words} |" for row in rows]
    hashes = f"Protocol {nation.protocol_hash[:16]}, the same in every council; designs {nation.design_hash[:16]}."
    parts = [f"# {_title(found)}", *nation_in_words(found), "## Each council", "![](forest.svg)", "\n".join(table)]
    return "\n\n".join([*parts, "![](funnel.svg)", funnel_in_words(rows, base), hashes]) + "\n"


def _title(found: National) -> str:
    return _TITLE.format(title=found.title)


def _base(found: National) -> int:
    return base_of((found.nation.estimate, found.nation.low, found.nation.high))
