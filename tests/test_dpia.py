"""The filled assessment says what the toolkit does: how long rows are kept, which fields and files there are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from toolkit.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
ASSESSMENT = ROOT / "docs" / "dpia.md"
SECURITY = ROOT / "SECURITY.md"


def test_the_assessment_keeps_each_table_as_long_as_the_rules_do() -> None:
    text = ASSESSMENT.read_text(encoding="utf-8").split("<!-- retention")[1].split("<!-- end of retention -->")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    rules = tomllib.loads((ROOT / "toolkit" / "records" / "erasure" / "retention.toml").read_text(encoding="utf-8"))
    expected = [
        [table, f"{rule['years']} years", rule.get("after", "the change"), rule["why"]] for table, rule in rules.items()
    ]
    assert rows[2:] == expected


@pytest.mark.parametrize(
    "field",
    ["name", "forename", "surname", "address", "postcode", "date_of_birth", "dob", "nhs_number", "birth_date", "notes"],
)
def test_no_table_has_a_field_the_assessment_says_is_not_held(field: str) -> None:
    held = {column.name for name, table in TABLES.items() if name != "centres" for column in table.columns}
    assert len(held) > 30
    assert field not in held


@pytest.mark.parametrize("document", [ASSESSMENT, SECURITY], ids=["assessment", "security"])
def test_every_file_it_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:toolkit|docs|\.ci)/[\w./-]+)`", text))
    linked = {
        (document.parent / link).resolve().relative_to(ROOT).as_posix()
        for link in re.findall(r"\]\(([^)#:]+\.md)\)", text)
    }
    assert len(named) >= 2 and linked
    assert sorted(name for name in named | linked if not (ROOT / name).exists()) == []
