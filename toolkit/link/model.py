"""How likely two rows are the same child: the Fellegi-Sunter model of splink, fitted without known links.

For each field the model holds two chances of each degree of agreement: among pairs that are the same child (m) and
among pairs that are not (u). The u come from random pairs, the m from expectation-maximisation, several times over
with different fields held equal, so that each field is estimated from pairs that do not agree on it by design. Rare
names count for more than common ones (term frequencies). Source: Fellegi and Sunter, *Journal of the American
Statistical Association* 64 (1969); Linacre and others, *International Journal of Population Data Science* 7 (2022).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from toolkit.errors import InputError
from toolkit.link.rows import NAMED, Rows

if TYPE_CHECKING:
    from splink import Linker
    from splink.internals.splink_dataframe import SplinkDataFrame

INSTALL = 'Linking needs one more package. Install it with: pip install "childrens-centre-toolkit[link]"'
LEAST_PROBABILITY = 0.001  # pairs less likely than this are not kept
RANDOM_PAIRS = 1e6


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
        linker = _linker(families.frame, referrals.frame)
        _fit(linker, seed)
        predicted = _rows_of(linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY))
    return _one_a_family(predicted, families.frame, referrals.frame)


def _linker(families: pd.DataFrame, referrals: pd.DataFrame) -> Linker:
    try:
        import splink.comparison_library as compare
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    except ImportError:
        raise InputError(INSTALL) from None
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=[
            compare.JaroWinklerAtThresholds("forename", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            compare.JaroWinklerAtThresholds("surname", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            compare.DateOfBirthComparison("birth_date", input_is_string=True),
            compare.PostcodeComparison("postcode"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("birth_date"),
            block_on("surname", "substr(forename, 1, 1)"),
            block_on("postcode", "substr(birth_date, 1, 4)"),
            block_on("forename", "substr(birth_date, 1, 7)"),
        ],
        retain_matching_columns=False,
        max_iterations=50,
    )
    # One thread: on several the random pairs come in another order, and the probabilities differ a little each time.
    api = DuckDBAPI(duckdb.connect(config={"threads": 1}))
    sides = [
        api.register(side[["id", *NAMED]], dataset_display_name=name)
        for name, side in (("families", families), ("referrals", referrals))
    ]
    return Linker(sides, settings, log_level=logging.ERROR)


def _fit(linker: Linker, seed: int) -> None:
    from splink import block_on
    from splink.internals.exceptions import SplinkException

    same = [block_on("forename", "surname", "birth_date"), block_on("surname", "birth_date", "postcode")]
    try:
        linker.training.estimate_probability_two_random_records_match(same, recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=seed)
        for fixed in (block_on("birth_date"), block_on("forename", "surname"), block_on("postcode")):
            linker.training.estimate_parameters_using_expectation_maximisation(fixed)
    except (SplinkException, ValueError, ZeroDivisionError) as error:
        raise InputError(
            "The two files have too few rows that agree for the model to learn from. Check that they are of the same "
            "place and years, and that birth_date and postcode are filled in."
        ) from error


def _rows_of(predicted: SplinkDataFrame) -> pd.DataFrame:
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
