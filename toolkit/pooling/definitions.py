"""What a protocol's names meant to the code and the tables of one toolkit, as hashes that two councils can compare."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.pooling.shared_file import SharedDefinitions, canonical
from toolkit.publish.bundle.json_values import stable
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.tables import TABLES, Table

READ = ("families", "children", "centres", "registrations", "referrals", "episodes", "definition_breaks")
"""The tables that a matched cohort reads."""
_WORDS = frozenset({"label", "description", "happened", "within"})
"""What says how a thing is called, and not what it is."""


def definitions_of(spec: MatchedCohort, outcomes: Iterable[str]) -> SharedDefinitions:
    """Return hashes of all that a protocol's names mean to this version of the toolkit.

    Parameters
    ----------
    spec
        The protocol's own table.
    outcomes
        The outcomes whose estimates are handed on.
    """
    return SharedDefinitions(
        outcomes={name: _hash(_without_words(asdict(OUTCOMES[name]))) for name in outcomes},
        exposure=_hash({**asdict(spec.design()), "covariates": None, "outcomes": None}),
        covariates={name: _hash(_without_words(asdict(COVARIATES[name]))) for name in spec.covariates},
        tables={name: _hash(_columns(TABLES[name])) for name in READ},
    )


def _columns(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "name": column.name,
            "kind": str(column.kind),
            "unit": column.unit,
            "codes": sorted(column.codes),
            "range": [column.minimum, column.maximum],
        }
        for column in table.columns
    ]


def _without_words(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in _WORDS}


def _hash(value: Any) -> str:
    return hashlib.sha256(canonical(stable(value))).hexdigest()
