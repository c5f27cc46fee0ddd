"""Tenths of deprivation of two editions are never compared."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.tables.deprivation import OF_TENTHS, check_one_edition


def families(*editions: str | None) -> pd.DataFrame:
    return pd.DataFrame({"deprivation_edition": list(editions)}, dtype="str")


@pytest.mark.parametrize(
    ("editions", "found"), [((None, None), ""), (("2019", "2019"), "2019"), (("2025",), "2025"), ((), "")]
)
def test_one_edition_or_none_said_is_fine(editions, found) -> None:
    assert check_one_edition(families(*editions), ["lone_parent", "idaci_decile"]) == found


@pytest.mark.parametrize("name", OF_TENTHS)
@pytest.mark.parametrize("editions", [("2019", "2025"), ("2019", None), (None, "2025", "2019")])
def test_two_editions_or_one_half_said_are_refused_where_tenths_are_compared(editions, name) -> None:
    with pytest.raises(InputError, match=f"not of one edition .*{name}.*deprivation_edition"):
        check_one_edition(families(*editions), ["lone_parent", name])
    assert check_one_edition(families(*editions), ["lone_parent"]) == ""
