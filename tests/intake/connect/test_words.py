"""What a council's words mean: said once with a file, remembered beside the store, never guessed and never lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.intake.connect import NO_WORDS, Words, read_words, recall_words, remember_words, write_unmapped
from toolkit.intake.connect.meanings import plain
from toolkit.intake.pseudonyms import write_key
from toolkit.records import Store

LIST = "Child ID,Referral Date,Source,Outcome\nC1,01/02/2024,School Year 6,Signposted\nC2,02/02/2024,=GP,Signposted\n"


def test_words_are_asked_for_mapped_by_command_and_read_from_then_on(tmp_path: Path, command) -> None:
    store = Store.create(tmp_path / "store")
    write_key(tmp_path / "key")
    (tmp_path / "list.csv").write_text(LIST)
    words = tmp_path / "words.csv"
    imported = (
        "import", "referrals", tmp_path / "list.csv", "--store", store.folder, "--key", tmp_path / "key",
        "--child", "Child ID", "--received", "Referral Date", "--source", "Source", "--outcome", "Outcome",
    )  # fmt: skip
    asked = command(*imported, "--words-to-map", words)
    assert asked.returncode == 2 and store.version == 0
    assert 'Words of source that no code is known for: "School Year 6" (1), "=GP" (1).' in asked.stdout
    assert "toolkit map-words words.csv" in asked.stdout
    rows = [line.split(",") for line in words.read_text(encoding="utf-8-sig").splitlines()]
    codes = {"School Year 6": "2a", "'=GP": "3A", "Signposted": "nfa", "Word": "Code"}
    words.write_text("\n".join(f"{what},{word},{codes[word]}" for what, word, _ in rows))
    mapped = command("map-words", words, "--store", store.folder)
    assert mapped.returncode == 0 and "3 words have a code; 3 of them are new or changed." in mapped.stdout, (
        mapped.stderr
    )
    assert "0 of them are new or changed" in command("map-words", words, "--store", store.folder).stdout
    assert "school year 6" in command("map-words", "--store", store.folder).stdout
    assert command(*imported).returncode == 0
    stored = store.read("referrals")
    assert sorted(stored["source"]) == ["2A", "3A"] and set(stored["outcome"]) == {"nfa"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("sauce,Police,6", 'What is "sauce". Write source, outcome or closure.'),
        ("source,Police,11", 'Code is "11", which is none of source'),
        ("closure,Moved,RC12", 'Code is "RC12", which is none of closure. Did you mean "RC2" or "RC1"?'),
        ("outcome,Assessed,in need", 'Code is "in need", which is none of outcome. Did you mean "in_need"?'),
        ("source,6: Police,5A", '"6: Police" already says the code 6.'),
        ("outcome,Yes,in_need", '"Yes" says yes or no, which is read as it stands.'),
        ("source,police ,5A", '"police" is given two codes, 6 and 5A.'),
        (f"source,{'x' * 201},6", "Word is too long"),
        ("source,,6", "Word is blank"),
    ],
)
def test_what_cannot_be_kept_is_named_by_its_row_and_nothing_is(row: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_words(f"What,Word,Code\nsource,POLICE,6\n{row}\nsource,Nobody,99\n".encode(), "words.csv")
    assert said in str(refused.value) and 'Row 4: Code is "99"' in str(refused.value)


def test_words_without_a_code_are_counted_and_a_spoilt_file_is_not_passed_over(tmp_path: Path) -> None:
    read, uncoded = read_words(b"What,Word,Code\nsource,School,\nsource,GP,3A\n", "words.csv")
    assert uncoded == 1 and read.code("source", " gp ") == "3A" and read.code("source", "School") is None
    assert recall_words(tmp_path) == NO_WORDS
    remember_words(tmp_path, read)
    (tmp_path / "mappings" / "words.json").write_text("{}")
    with pytest.raises(InputError, match=r"cannot be read\. Put it right"):
        recall_words(tmp_path)


@example({"'=": "2A"}, {})
@given(
    st.dictionaries(
        st.text("abcXYZ =+-@',\"é", min_size=1, max_size=12).filter(str.strip), st.sampled_from(["2A", "6"])
    ),
    st.dictionaries(st.text("abcXYZ é", min_size=1, max_size=12).filter(str.strip), st.sampled_from(["3B", "10"])),
)
@settings(max_examples=30, deadline=None)
def test_what_is_written_down_filled_in_and_kept_is_what_is_read(tmp_path_factory, first: dict, second: dict) -> None:
    folder = tmp_path_factory.mktemp("words")
    for said in (first, second):
        write_unmapped(folder / "words.csv", {"source": dict.fromkeys(said, 1)})
        rows = list(csv.reader(io.StringIO((folder / "words.csv").read_text(encoding="utf-8-sig"))))
        written = [[what, word, said.get(word, said.get(word[1:], "6"))] for what, word, _ in rows[1:]]
        text = io.StringIO()
        csv.writer(text).writerows([rows[0], *written])
        if len({plain(word) for word in said}) == len(said) and said:
            remember_words(folder, read_words(text.getvalue().encode(), "words.csv")[0])
            kept = recall_words(folder)
            assert {word: kept.code("source", word) for word in said} == said


def test_words_of_one_kind_say_nothing_of_another() -> None:
    words = Words({"source": {"moved": "8"}})
    assert words.code("closure", "moved") is None and words.code("source", "MOVED") == "8"
