"""A result made by hand, of which a test changes what it is about."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from made_by_hand import matched_result
from toolkit.studies.result import StudyResult


@pytest.fixture
def protocol() -> SimpleNamespace:
    return SimpleNamespace(spec=SimpleNamespace(margin=0.01))


@pytest.fixture
def make_result() -> Callable[..., StudyResult]:
    """Return a maker of matched results; keywords replace parts."""
    return matched_result
