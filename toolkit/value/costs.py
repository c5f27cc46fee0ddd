"""The costs that a person enters (a TOML file): the money, and what follows a referral, with source and price year."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import InputError, did_you_mean
from toolkit.value.ranges import Range, range_of
from toolkit.value.unit_costs import UnitCost, lait_cost, report_cost

_KEYS = ("price_year", "money", "consequence")
_MONEY_KEYS = ("pounds", "what", "source")
_CONSEQUENCE_KEYS = (
    "name",
    "per_referral",
    "per_referral_source",
    "pounds",
    "source",
    "report",
    "lait",
    "area",
    "period",
    "price_year",
    "cash",
    "cash_why",
    "who",
    "when",
)
_LEAST_POUNDS, _MOST_POUNDS = 1, 100_000_000_000
_LEAST_EACH, _MOST_EACH = 0.0001, 1_000
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows a referral, so that fewer referrals mean fewer of it.

    Attributes
    ----------
    name
        What is counted, in the plural: "assessments", "weeks in residential care".
    per_referral
        How many a referral brings on average; `per_referral_source` says who says so.
    cost
        Of one.
    is_cash
        Whether one fewer sets money free that can be spent otherwise. An average cost is not that: staff and buildings
        stay. Only where whoever enters it says so, and why (`cash_why`).
    who, when
        Who saves, and when.
    """

    name: str
    per_referral: Range
    per_referral_source: str
    cost: UnitCost
    is_cash: bool
    cash_why: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Costs:
    """All that was entered.

    Attributes
    ----------
    price_year
        The year ending 31 March whose prices everything is in.
    money
        What was spent, in pounds; `what` and `source` say on what, and who says so.
    consequences
        In the file's order.
    """

    price_year: int
    money: Range
    what: str
    source: str
    consequences: tuple[Consequence, ...]


def load_costs(path: Path, *, lait: Path | None = None) -> Costs:
    """Return the costs in a file.

    Parameters
    ----------
    path
        A TOML file: `costs_of` says what is in it.
    lait
        The user's extract of the Local Authority Interactive Tool, where the file takes a cost from it.

    Raises
    ------
    InputError
        When it cannot be read, or with everything in it that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f'The file of costs "{path.name}" cannot be read.') from error
    return costs_of(text, path.name, lait=lait)


def costs_of(text: str, name: str = "costs", *, lait: Path | None = None) -> Costs:
    """Return the costs that a text in TOML holds.

    It has ``price_year``; ``[money]`` with ``pounds``, ``what``, ``source``; and for each thing that follows a referral
    a ``[[consequence]]`` with ``name``, ``per_referral``, ``per_referral_source``, ``who``, ``when``, its cost
    (``pounds`` and ``source``, or ``report``, or ``lait`` with ``area``), and ``cash`` with ``cash_why`` where one
    fewer sets money free. No cost is entered under two names. A number may be three: least,
    likeliest, greatest.

    Raises
    ------
    InputError
        With everything that is wrong, each with its place.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} is not written as TOML: {error}.") from error
    problems = [f"{key} is not a key. {did_you_mean(key, _KEYS)}" for key in raw if key not in _KEYS]
    year = _year(raw, "price_year", problems, "price_year")
    money = raw.get("money")
    if not isinstance(money, Mapping):
        problems.append("[money] is missing: pounds, what and source of the money.")
        money = {}
    listed = raw.get("consequence", [])
    if not isinstance(listed, list) or not listed or not all(isinstance(one, Mapping) for one in listed):
        problems.append("No [[consequence]] is entered: what a referral brings, and what one of it costs.")
        listed = []
    money_place = _Place("money", money, problems)
    money_place.knows(_MONEY_KEYS)
    spent = money_place.amount("pounds", _LEAST_POUNDS, _MOST_POUNDS, "£{:,.0f}") if money else None
    what, source = (money_place.words(key) if money else "" for key in ("what", "source"))
    if spent is not None and spent.low <= 0:
        problems.append("money: pounds is nought. Give what was spent.")
    consequences = [
        _consequence(_Place(f"consequence {number}", one, problems), year, lait)
        for number, one in enumerate(listed, start=1)
    ]
    known = tuple(one for one in consequences if one is not None)
    problems += _named_twice(listed)
    if problems or spent is None:
        raise InputError("\n".join([f"{name} cannot be used as it is:", *(f"  {problem}" for problem in problems)]))
    return Costs(year, spent, what, source, known)


@dataclass(frozen=True, slots=True)
class _Place:
    """A table of the file, and where what is wrong in it is written down."""

    name: str
    given: Mapping[str, Any]
    problems: list[str]

    def knows(self, keys: tuple[str, ...]) -> None:
        self.problems.extend(
            f"{self.name}: {key} is not a key. {did_you_mean(key, keys)}".rstrip()
            for key in self.given
            if key not in keys
        )

    def range(self, key: str) -> Range | None:
        if key not in self.given:
            self.problems.append(f"{self.name}: {key} is missing.")
            return None
        try:
            return range_of(self.given[key])
        except InputError as error:
            self.problems.append(f"{self.name}: {key} {error}.")
            return None

    def amount(self, key: str, least: float, most: float, written: str) -> Range | None:
        """Return a range whose every figure is nought or between two limits."""
        found = self.range(key)
        wrong = found is not None and any(
            one > most or 0 < one < least for one in (found.low, found.central, found.high)
        )
        if wrong:
            self.problems.append(
                f"{self.name}: {key} is {self.given[key]!r}. Give nought, or between {written.format(least)} and "
                f"{written.format(most)}."
            )
        return None if wrong else found

    def words(self, key: str) -> str:
        found = self.given.get(key)
        if not isinstance(found, str) or not found.strip():
            self.problems.append(f"{self.name}: {key} is missing. Say it in words.")
            return ""
        return found.strip()


def _year(given: Mapping[str, Any], key: str, problems: list[str], where: str) -> int:
    found = given.get(key)
    if not isinstance(found, int) or isinstance(found, bool) or not _FIRST_YEAR <= found <= _LAST_YEAR:
        was = "is missing" if found is None else f"is {found!r}"
        problems.append(f"{where} {was}. Give the year ending 31 March whose prices these are, such as 2011.")
        return 0
    return found


def _consequence(place: _Place, year: int, lait: Path | None) -> Consequence | None:
    place.knows(_CONSEQUENCE_KEYS)
    name, source, who, when = (place.words(key) for key in ("name", "per_referral_source", "who", "when"))
    per_referral = place.amount("per_referral", _LEAST_EACH, _MOST_EACH, "{:,.6g}")
    cost = _cost(place, year, lait)
    if cost is not None and year and cost.price_year != year:
        place.problems.append(
            f"{place.name}: its cost is in prices of {cost.price_year}, the money in those of {year}. Bring both into "
            "one year's prices first (the GDP deflator), and enter pounds with that source."
        )
    is_cash = place.given.get("cash", False)
    if not isinstance(is_cash, bool):
        place.problems.append(f"{place.name}: cash is {is_cash!r}. Give true or false.")
    why = place.words("cash_why") if is_cash is True else ""
    if per_referral is None or cost is None:
        return None
    return Consequence(name, per_referral, source, cost, is_cash is True, why, who, when)


def _named_twice(listed: list[Any]) -> list[str]:
    """Return a problem for each name that an earlier consequence has: one thing would be counted twice."""
    first: dict[str, int] = {}
    problems = []
    for number, one in enumerate(listed, start=1):
        name = " ".join(str(one.get("name", "")).casefold().split())
        if name and name in first:
            problems.append(
                f'consequence {number}: name is "{one["name"]}", as that of consequence {first[name]}. Put both in '
                "one, or give it a name of its own."
            )
        first.setdefault(name, number)
    return problems


def _cost(place: _Place, year: int, lait: Path | None) -> UnitCost | None:
    ways = [key for key in ("pounds", "report", "lait") if key in place.given]
    if len(ways) != 1:
        there = "none" if not ways else " and ".join(ways)
        place.problems.append(f"{place.name}: its cost is given by {there}. Give one of pounds, report or lait.")
        return None
    try:
        if ways == ["report"]:
            return report_cost(str(place.given["report"]))
        if ways == ["lait"]:
            if lait is None:
                raise InputError("takes a cost from the LAIT, and no extract of it was given (--lait FILE)")
            area, period = (str(place.given.get(key, "")) for key in ("area", "period"))
            return lait_cost(lait, str(place.given["lait"]), area, period)
    except InputError as error:
        place.problems.append(f"{place.name}: {error}")
        return None
    pounds, source = place.amount("pounds", _LEAST_POUNDS, _MOST_POUNDS, "£{:,.0f}"), place.words("source")
    own = place.given.get("price_year", year)
    stated = _year({"price_year": own}, "price_year", place.problems, f"{place.name}: price_year") if own else 0
    return None if pounds is None else UnitCost(pounds, stated, source)
