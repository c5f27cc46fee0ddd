"""What several councils say together, in plain words: the answer, how far councils differ, what the next may expect."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.pooling.together import FEWEST, SPOKEN, BesideBreak, Pooled
from toolkit.publish.verdicts.rule import Interval, base_for
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.stats.pooling.random_effects import RandomEffects
from toolkit.tables.definition_breaks import BREAKS, TOUCHES
from toolkit.wording.amounts import more_or_fewer, of_every

_TOO_FEW = (
    "These councils cannot answer the question together yet. {count} sent a figure, and with fewer than {fewest} "
    "nobody can tell how far councils differ."
)
_ANSWER = "Over councils like these, of every {base} families supported about {mean} {happened} {within}."
_LITTLE = "Over councils like these, we see little or no difference in families that {happened} {within}."
_CANNOT_TELL = "We cannot tell, even from {count} councils together, if joining a centre helps."
_FITS = "The figures fit anything from {low} to {high} of every {base}."
_SPOKEN = "Too many of them have a check that speaks against an answer of {sign}."
_NEXT = (
    "What the next council should expect: anything from {low} to {high} of every {base} families. A council's own "
    "figure will swing more widely still, the fewer families it has."
)
_ALIKE = "The councils' figures differ by no more than chance would make them. So few councils could hardly show more."
_DIFFER = (
    "The councils' figures differ by more than chance would make them: about {share} of every 100 parts of it. From "
    "one council to another the effect then varies by about {tau} of every {base} families, either way."
)
OBSERVED = (
    "In each council similar families were compared, and nobody was chosen by lot. What no council wrote down is in "
    "none of their figures, and putting them together does not bring it back."
)
_ROUNDED = "Each council's figure was rounded before it left, so that it gives no family away. The ranges allow for it."


def verdict_in_words(pooled: Pooled) -> tuple[str, ...]:
    """Return the answer as sentences, the most needed first."""
    effects, said = pooled.primary.effects, [SIMULATED] if pooled.simulated else []
    count = len(pooled.primary.estimates)
    if effects is None or count < FEWEST:
        return (*said, _TOO_FEW.format(count=f"{count:,}", fewest=FEWEST))
    base = base_of_pooled(pooled)
    of = {"base": f"{base:,}"}
    mean, low, high = in_families(base, effects.mean, *effects.interval)
    if pooled.code in ("fewer", "more"):
        said.append(_ANSWER.format(mean=mean, happened=pooled.happened, within=pooled.within, **of))
    elif pooled.code == "little_or_no_difference":
        said.append(_LITTLE.format(happened=pooled.happened, within=pooled.within))
    else:
        said.append(_CANNOT_TELL.format(count=f"{count:,}"))
        said += [_SPOKEN.format(sign=sign) for sign, share in pooled.against.items() if share >= SPOKEN]
    said.append(_FITS.format(low=low, high=high, **of))
    said += [next_in_words(effects, base), how_alike(effects, base)]
    return (*said, OBSERVED, _ROUNDED)


def one_left_out_in_words(pooled: Pooled) -> tuple[str, ...]:
    """Return whether the answer rests on one council: what the others say without it, where that matters."""
    effects = pooled.primary.effects
    if not pooled.without or effects is None:
        return ()
    base, sign = base_of_pooled(pooled), _sign(effects.interval)
    said = []
    for council, without in zip(pooled.primary.councils, pooled.without, strict=True):
        if _sign(without.interval) != sign:
            mean, low, high = in_families(base, without.mean, *without.interval)
            said.append(f"Without {council} it reads otherwise: {mean} of every {base:,} ({low} to {high}).")
    return tuple(said) or ("Whichever one council is left out, the answer reads the same.",)


def breaks_in_words(pooled: Pooled) -> tuple[str, ...]:
    """Return what each change of definition goes with, a sentence each."""
    base = base_of_pooled(pooled)
    return tuple(_of_break(one, base) for one in pooled.breaks)


def checks_in_words(pooled: Pooled) -> tuple[str, ...]:
    """Return the checks that any council's result did not stand, and in how many it did not."""
    warned: dict[str, list[str]] = {}
    for each in pooled.councils:
        for check in each.result.checks:
            if check.status == "fail":
                warned.setdefault(check.name, []).append(each.council)
    return tuple(
        f"“{name.replace('_', ' ').capitalize()}” was not passed by {_and(councils)}."
        for name, councils in sorted(warned.items())
    )


def plans_in_words(pooled: Pooled) -> tuple[str, ...]:
    """Return what must be known of councils' plans."""
    return tuple(f"{each.council}: {each.result.plan}" for each in pooled.councils if each.result.plan)


def in_families(base: int, *shares: float) -> tuple[str, ...]:
    """Return differences of shares as families of a base, in words."""
    return tuple(more_or_fewer(n, exactly=share) for n, share in zip(of_every(base, shares), shares, strict=True))


def base_of_pooled(pooled: Pooled) -> int:
    """Return the number of families that all figures of a question are counted in."""
    effects = pooled.primary.effects
    return base_for(pooled.code, None if effects is None else Interval(effects.mean, *effects.interval))


def next_in_words(effects: RandomEffects, base: int) -> str:
    """Return what the next council should expect."""
    low, high = in_families(base, *effects.prediction)
    return _NEXT.format(low=low, high=high, base=f"{base:,}")


def how_alike(effects: RandomEffects, base: int) -> str:
    """Return how far councils differ, beyond chance."""
    if effects.i_squared == 0 or effects.tau == 0:
        return _ALIKE
    return _DIFFER.format(share=round(100 * effects.i_squared), tau=of_every(base, [effects.tau])[0], base=f"{base:,}")


def _of_break(one: BesideBreak, base: int) -> str:
    said = f"{BREAKS.get(one.kind, one.kind)} ({TOUCHES.get(one.touches, one.touches).lower()}): {_and(one.councils)}."
    if one.among is None or one.without is None:
        return f"{said} Too few councils have it, or too few have not, to set them apart."
    with_it, others = (
        "{} ({} to {})".format(*in_families(base, effects.mean, *effects.interval))
        for effects in (one.among, one.without)
    )
    return f"{said} Of every {base:,}, those councils together {with_it}; the others {others}."


def _sign(interval: tuple[float, float]) -> int:
    return -1 if interval[1] < 0 else 1 if interval[0] > 0 else 0


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
