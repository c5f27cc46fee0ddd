"""The data dictionary is made from the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.intake.outgoing.data_dictionary import PAGE, dictionary_frame, dictionary_markdown
from toolkit.tables import TABLES

ROOT = Path(__file__).resolve().parents[3]


def test_every_column_of_every_table_is_in_the_dictionary() -> None:
    frame = dictionary_frame()
    assert list(zip(frame["table"], frame["column"], strict=True)) == [
        (table.name, column.name) for table in TABLES.values() for column in table.columns
    ]
    score = frame.set_index(["table", "column"]).loc[("progress_scores", "score")]
    assert (score["range"], score["kind"], score["required"]) == ("1 to 5", "number", "yes")
    assert not frame.isna().any().any()


def test_the_page_names_every_column_code_and_check() -> None:
    page = dictionary_markdown()
    for table in TABLES.values():
        assert f"## {table.title} (`{table.name}`)" in page
        for column in table.columns:
            assert f"| `{column.name}` |" in page
            assert all(f"- `{code}`: {meaning}" in page for code, meaning in column.codes.items())
    assert '- "Left on" is not before "Registered on" in the same row.' in page
    assert page == dictionary_markdown()


def test_the_page_in_docs_is_the_one_the_tables_make() -> None:
    page = ROOT / "docs" / PAGE
    if not page.exists():
        pytest.skip(f"docs/{PAGE} is not written; `toolkit dictionary --out docs/{PAGE}` writes it")
    assert page.read_text(encoding="utf-8") == dictionary_markdown(), f"run: toolkit dictionary --out docs/{PAGE}"
