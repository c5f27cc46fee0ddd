"""Names as numbers, for statistics that take only groups as independent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Integers


def codes_of(names: pd.Series) -> Integers:
    """Return names as codes from 0 in their order."""
    return np.unique(names.to_numpy(dtype=object).astype(str), return_inverse=True)[1].reshape(-1).astype(np.intp)
