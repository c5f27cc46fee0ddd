"""A made-up county with names, for linking: every true link is known, and the errors put in are too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

ERRORS = {
    "typo": 0.08,
    "no_postcode": 0.12,
    "moved": 0.10,
    "days_swapped": 0.02,
    "no_forename": 0.03,
    "new_surname": 0.04,
}


@dataclass(frozen=True)
class People:
    families: pd.DataFrame  # one row a child
    referrals: pd.DataFrame
    truth: pd.DataFrame  # referral_id, family_id ("" where the child is not in the families)


def people(
    *,
    families: int = 2500,
    referred: float = 0.16,
    strangers: int = 250,
    seed: int = 7,
    times: float = 1,
    names: tuple[int, int] = (250, 900),
) -> People:
    rng = np.random.default_rng(seed)
    children = _children(rng, families + strangers, names)
    known = children[children["family"] < families]
    chosen = known[rng.random(len(known)) < referred]
    outside = children[children["family"] >= families].drop_duplicates("family")
    rows = pd.concat([chosen, outside]).sample(frac=1, random_state=seed).reset_index(drop=True)
    rows["referral_id"] = [f"R{number:05d}" for number in range(len(rows))]
    truth = rows[["referral_id"]].assign(family_id=np.where(rows["family"] < families, rows["family_id"], ""))
    columns = ["forename", "surname", "birth_date", "postcode"]
    return People(
        known[["family_id", "child_id", *columns]].reset_index(drop=True),
        with_errors(rows[["referral_id", *columns]], rng, times),
        truth,
    )


def with_placeholders(rows: pd.DataFrame, rng: np.random.Generator, share: float = 0.08) -> pd.DataFrame:
    """Return rows with what systems put in for a place and a day that are not known."""
    out = rows.copy()
    nowhere, new_year = rng.random(len(out)) < share, rng.random(len(out)) < share
    out.loc[nowhere, "postcode"] = rng.choice(["ZZ99 3VZ", "ZZ99 3WZ"], int(nowhere.sum()))
    out.loc[new_year, "birth_date"] = out.loc[new_year, "birth_date"].str[:4] + "-01-01"
    return out


def _children(rng: np.random.Generator, families: int, names: tuple[int, int]) -> pd.DataFrame:
    forenames, surnames = _names(rng, names[0]), _names(rng, names[1])
    postcodes = [
        f"WR{rng.integers(1, 15)} {rng.integers(1, 10)}{''.join(rng.choice(list('ABDEFGHJLNPQRSTUWXYZ'), 2))}"
        for _ in range(families // 3)
    ]
    rows = []
    for family in range(families):
        surname, home = surnames[_common(rng, names[1])], postcodes[rng.integers(len(postcodes))]
        born = pd.Timestamp("2005-01-01") + pd.Timedelta(days=int(rng.integers(0, 2200)))
        for child in range(int(rng.integers(1, 4))):
            is_twin = child > 0 and rng.random() < 0.05
            born = born if is_twin else born + pd.Timedelta(days=400 * (child > 0) + int(rng.integers(0, 600)))
            name = forenames[_common(rng, names[0])]
            rows.append((family, f"F{family:05d}", f"K{len(rows):06d}", name, surname, f"{born:%Y-%m-%d}", home))
    columns = ["family", "family_id", "child_id", "forename", "surname", "birth_date", "postcode"]
    return pd.DataFrame(rows, columns=columns)


def _common(rng: np.random.Generator, names: int) -> int:
    return int(names * rng.random() ** 2.2)  # a few names are very common, as they are


def _names(rng: np.random.Generator, count: int) -> list[str]:
    parts = [
        "an",
        "bel",
        "cor",
        "dan",
        "el",
        "fer",
        "gra",
        "har",
        "is",
        "jo",
        "kel",
        "lu",
        "mar",
        "ni",
        "ol",
        "per",
        "ros",
    ]
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(rng.choice(parts, rng.integers(2, 4))) + str(rng.choice(["a", "e", "y", "son", "ton", ""]))] = None
    return [name.capitalize() for name in made]


def with_errors(rows: pd.DataFrame, rng: np.random.Generator, times: float = 1) -> pd.DataFrame:
    out = rows.copy()
    hit = {name: rng.random(len(out)) < times * share for name, share in ERRORS.items()}
    out.loc[hit["typo"], "surname"] = [_typo(value, rng) for value in out.loc[hit["typo"], "surname"]]
    swapped = out["birth_date"].str[8:].astype(int).le(12) & hit["days_swapped"]
    date = out["birth_date"].str
    out.loc[swapped, "birth_date"] = (date[:5] + date[8:] + "-" + date[5:7])[swapped]
    out.loc[hit["new_surname"], "surname"] = [_typo(value, rng, 6) for value in out.loc[hit["new_surname"], "surname"]]
    out.loc[hit["moved"], "postcode"] = rng.permutation(out.loc[hit["moved"], "postcode"].to_numpy())
    out.loc[hit["no_postcode"], "postcode"] = ""
    out.loc[hit["no_forename"], "forename"] = "Baby"
    return out


def _typo(name: str, rng: np.random.Generator, times: int = 1) -> str:
    letters = list(name)
    for _ in range(times):
        letters[int(rng.integers(len(letters)))] = str(rng.choice(list("abcdefghijklmnoprstuvwyz")))
    return "".join(letters)
