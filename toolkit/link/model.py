"""How likely two rows are the same child: the Fellegi-Sunter model of splink, fitted without known links.

For each field the model holds two chances of each degree of agreement: among pairs that are the same child (m) and
among pairs that are not (u). The u come from random pairs, the m from expectation-maximisation, several times over
with different fields held equal, so that each field is estimated from pairs that do not agree on it by design. Rare
names count for more than common ones (term frequencies). Source: Fellegi and Sunter, *Journal of the American
Statistical Association* 64 (1969); Linacre and others, *International Journal of Population Data Science* 7 (2022).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from toolkit.errors import InputError
from toolkit.link.preprocessing import NAMED, Rows

if TYPE_CHECKING:
    from splink import Linker

INSTALL = 'Linking needs one more package. Install it with: pip install "childrens-centre-toolkit[link]"'
LEAST_PROBABILITY = 0.001  # pairs less likely than this are not kept
RANDOM_PAIRS = 1e6
LEAST_FILLED, LEAST_FIELDS = 0.1, 3
TOO_FEW = (
    "The two files have too few rows that agree for the model to learn from. Check that they are of the same place and "
    "years, and that birth_date and postcode are filled in."
)

# Pairs that agree on one of these are compared.
COMPARED = (
    ("birth_date",),
    ("surname", "substr(forename, 1, 1)"),
    ("postcode", "substr(birth_date, 1, 4)"),
    ("forename", "substr(birth_date, 1, 7)"),
    ("surname", "postcode"),
)
# Pairs that agree on one of these are nearly all the same child, and about SURE_FIND of all links are among them.
SURE = (
    ("forename", "surname", "birth_date"),
    ("surname", "birth_date", "postcode"),
    ("forename", "surname", "postcode"),
)
LEAST_SURE = 30  # fewer, and the model makes too much of chance
SURE_FIND = 0.7
# In turn, pairs that agree on these teach the model how the other fields agree.
HELD_EQUAL = (("birth_date",), ("forename", "surname"), ("postcode",))
LAST_RESORT = (("surname",),)  # where those do not teach every field

# One thread: on several, the random pairs come in another order and the probabilities differ a little each time. Names
# stay in memory: nothing is put down in a temporary folder, and nothing is fetched.
DATABASE: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "temp_directory": "",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def score(families: Rows, referrals: Rows, *, seed: int = 1) -> pd.DataFrame:
    """Return every pair of a family and a referral that may be the same child, with its probability.

    Parameters
    ----------
    families, referrals
        The two files, made alike.
    seed
        For the random pairs; the same seed gives the same pairs.

    Returns
    -------
    pandas.DataFrame
        ``family_id``, ``child_id`` (where the file has it), ``referral_id``, ``probability``: the likeliest child of
        each family and referral, pairs of at least `LEAST_PROBABILITY`, by referral and falling probability.

    Raises
    ------
    InputError
        When splink is not installed, or the files are too small or too empty for the model to be fitted.
    """
    with _quiet():
        fields = usable_fields(families.frame, referrals.frame)
        _refuse_too_few(families.frame, referrals.frame, fields)
        linker = _linker(families.frame, referrals.frame, fields)
        _fit(linker, fields, seed)
        predicted = _rows_of(linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY))
    return _one_a_family(predicted, families.frame, referrals.frame)


def usable_fields(families: pd.DataFrame, referrals: pd.DataFrame) -> list[str]:
    """Return the fields filled in for at least one row in ten of both files.

    Raises
    ------
    InputError
        When fewer than three are: two fields agree too often by chance.
    """
    fields = [
        name for name in NAMED if min(side[name].notna().mean() for side in (families, referrals)) >= LEAST_FILLED
    ]
    if len(fields) < LEAST_FIELDS:
        lacking = ", ".join(name for name in NAMED if name not in fields)
        raise InputError(
            f"Of forename, surname, birth_date and postcode at least {LEAST_FIELDS} must be filled in for one row in "
            f"ten of both files. Too few have: {lacking}."
        )
    return fields


def _linker(families: pd.DataFrame, referrals: pd.DataFrame, fields: Sequence[str]) -> Linker:
    try:
        import splink.comparison_library as compare
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    except ImportError:
        raise InputError(INSTALL) from None
    comparisons = {
        "forename": compare.JaroWinklerAtThresholds("forename", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        "surname": compare.JaroWinklerAtThresholds("surname", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        "birth_date": compare.DateOfBirthComparison("birth_date", input_is_string=True),
        "postcode": compare.PostcodeComparison("postcode"),
    }
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=[comparisons[name] for name in fields],
        # A pair is compared when it agrees in one of these; where a field is empty the others still find it.
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in _of_fields(COMPARED, fields)],
        retain_matching_columns=False,
        max_iterations=50,
    )
    api = DuckDBAPI(duckdb.connect(config=DATABASE))
    sides = [
        api.register(side[["id", *fields]], dataset_display_name=name)
        for name, side in (("families", families), ("referrals", referrals))
    ]
    return Linker(sides, settings, log_level=logging.ERROR)


def _of_fields(rules: Sequence[tuple[str, ...]], fields: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the rules that need only the fields there are."""
    return [rule for rule in rules if all(any(name in part for name in fields) for part in rule)]


def _fit(linker: Linker, fields: Sequence[str], seed: int) -> None:
    from splink import block_on
    from splink.internals.exceptions import SplinkException

    try:
        same: list[Any] = [block_on(*rule) for rule in _of_fields(SURE, fields)]
        linker.training.estimate_probability_two_random_records_match(same, recall=SURE_FIND)
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=seed)
    except (SplinkException, ValueError, ZeroDivisionError):
        raise InputError(TOO_FEW) from None
    learned: set[str] = set()
    for rule in (*_of_fields(HELD_EQUAL, fields), *LAST_RESORT):
        if rule in LAST_RESORT and learned == set(fields):
            continue
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
        except (SplinkException, ValueError, ZeroDivisionError):
            continue  # no two rows agree on this; what it would have taught must come from another rule
        learned |= set(fields) - set(rule)
    if learned != set(fields):
        raise InputError(TOO_FEW)


def _refuse_too_few(families: pd.DataFrame, referrals: pd.DataFrame, fields: Sequence[str]) -> None:
    sure = set()
    for rule in _of_fields(SURE, fields):
        columns = ["id", *rule]
        pairs = families[columns].dropna().merge(referrals[columns].dropna(), on=list(rule))
        sure |= set(zip(pairs["id_x"], pairs["id_y"], strict=True))
    if len(sure) < LEAST_SURE:
        raise InputError(
            f"{TOO_FEW} Pairs that agree on nearly everything: {len(sure)}; at least {LEAST_SURE} are needed."
        )


def _rows_of(predicted: Any) -> pd.DataFrame:
    # Through Arrow, not straight to pandas: text then comes the same way in every version of pandas.
    rows: pd.DataFrame = predicted.as_pyarrow_table().to_pandas()
    return rows


def _one_a_family(predicted: pd.DataFrame, families: pd.DataFrame, referrals: pd.DataFrame) -> pd.DataFrame:
    """Return the likeliest child of each family and referral, under the files' own numbers."""
    from_left = predicted["source_dataset_l"].eq("families")
    child = predicted["id_l"].where(from_left, predicted["id_r"]).astype(int)
    referral = predicted["id_r"].where(from_left, predicted["id_l"]).astype(int)
    numbers = [name for name in ("family_id", "child_id") if name in families.columns]
    pairs = families.loc[child, numbers].reset_index(drop=True)
    pairs["referral_id"] = referrals.loc[referral, "referral_id"].to_numpy()
    pairs["probability"] = predicted["match_probability"].to_numpy(dtype=float).round(6)
    # Ties are broken by the numbers themselves, so that the same files give the same links.
    ordered = pairs.sort_values(
        ["referral_id", "probability", *numbers], ascending=[True, False, *(True for _ in numbers)]
    )
    return ordered.drop_duplicates(["referral_id", "family_id"]).reset_index(drop=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep splink's progress out of the output: it prints values of the fields it compares."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
