"""The reference of protocols is made from their fields, and every field says what it is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.studies import protocol_file
from toolkit.studies.matched_cohort.checks.names import CHECKS, GATES
from toolkit.studies.protocol import Gates
from toolkit.studies.protocol_file import Header, list_protocols
from toolkit.studies.protocol_reference import PAGE, protocol_markdown

ROOT = Path(__file__).resolve().parents[2]
SPECS = {"": Header, "gates": Gates, **protocol_file.SPECS}


def section(page: str, heading: str) -> str:
    return page.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_the_page_in_docs_is_the_one_the_fields_make() -> None:
    page = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    assert page == protocol_markdown(), f"run: toolkit protocol-keys --out docs/{PAGE}"


@pytest.mark.parametrize("table", SPECS)
def test_every_key_says_what_it_is_and_stands_in_its_table(table: str) -> None:
    rows = section(protocol_markdown(), f"`[{table}]`" if table else "Keys of every protocol")
    for name, field in SPECS[table].model_fields.items():
        assert field.description, f"{name} of [{table}] has no description"
        assert field.description.endswith("."), f"{name} of [{table}]: {field.description}"
        row = next(line for line in rows.split("\n") if line.startswith(f"| `{name}` |"))
        assert row.count("|") == 6
        assert row.endswith(f"| {field.description} |")
        assert ("must be given" in row) == field.is_required()


def test_every_key_of_every_protocol_kept_here_is_on_the_page() -> None:
    page = protocol_markdown()
    files = list_protocols(ROOT / "analyses")
    assert len(files) >= 6
    for file in files:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
        for table in (given["kind"], "gates"):
            assert all(f"| `{key}` |" in section(page, f"`[{table}]`") for key in given.get(table, {}))


def test_limits_and_defaults_are_those_of_the_fields() -> None:
    matched = section(protocol_markdown(), "`[matched_cohort]`")
    assert "| `ratio` | whole number | `1` | 1 to 10 |" in matched
    assert '| `exact` | list of `"trial"`, `"district"`, `"reach_centre_id"` | `["trial", "district"]` |' in matched
    assert "| `margin` | number | `0.01` | more than 0, less than 1 |" in matched
    assert "| `covariates` | list of names | must be given | not empty |" in matched


def test_every_check_has_its_line() -> None:
    checks = section(protocol_markdown(), "Checks")
    assert [line.split("`")[1] for line in checks.split("\n") if line.startswith("| `")] == [*CHECKS, *GATES]


def test_the_names_the_page_gives_as_examples_are_known() -> None:
    page = protocol_markdown()
    for name in ("assessed_referral_last_12m", "assessed_referral_12m_to_24m_before", "referrals_3m_to_12m"):
        assert name in COVARIATES and f"`{name}`" in page
    for name in ("any_referral_12m", "any_referral_12m_ages_0_4", "any_referral_12m_excluding_centre_ages_5_9"):
        assert name in OUTCOMES and f"`{name}`" in page
