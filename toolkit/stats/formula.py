"""The right-hand side of a formula as column names."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.errors import InputError


def covariate_names(
    covariates: Sequence[str] | str, frame: pd.DataFrame, treatment: str
) -> tuple[list[str], pd.DataFrame]:
    """Return the covariates' names, and the frame they are columns of."""
    if not isinstance(covariates, str):
        names = list(covariates)
    else:
        right = covariates.split("~")[-1]
        names = [name.strip() for name in right.split("+")]
        odd = [name for name in names if not name.isidentifier() and name not in frame.columns]
        if odd:
            raise InputError(
                f"Only names joined by + are available in a formula yet; this is not one: {odd[0]!r}. "
                "Make a column of it first."
            )
    if not names or names == [""]:
        raise InputError("No covariates are named. Name at least one column to balance.")
    return names, frame
