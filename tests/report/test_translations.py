"""Translations change words and no figure: whatever would change one is refused, named by file and sentence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.errors import InputError
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.published import Published
from toolkit.report.model import first_runs, plain
from toolkit.report.translations import FOLDER, Slot, kept_summaries, slots, summaries, write_slots

FILE = "rec11_referrals.ur.toml"


@pytest.fixture
def view(answers: list[Published]) -> MemberView:
    return answers[0].view


@pytest.fixture
def changed(translations: Path, tmp_path: Path) -> Callable[[str, str], Path]:
    """Return a maker of a folder with the Urdu summary, one text in it changed."""

    def change(old: str, new: str) -> Path:
        text = (translations / FILE).read_text(encoding="utf-8")
        assert old in text
        (tmp_path / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return change


def test_every_number_of_a_sentence_has_a_place() -> None:
    slot = Slot.of("more", "From −2.5 to 1,000 families, £3,000 and 12%, by 28 November 2026.")
    assert slot.english == "From {1} to {2} families, {3} and {4}, by {5} November {6}."
    assert slot.numbers == ("−2.5", "1,000", "£3,000", "12%", "28", "2026")
    assert slot.filled("{6} {5} {4} {3} {2} {1}") == "2026 28 12% £3,000 1,000 −2.5"


def test_numbers_are_put_in_their_places_whatever_their_order(view: MemberView, translations: Path) -> None:
    told = {
        block.runs[0].language.tag: ""
        for block in summaries([view], translations)[view.question]
        if hasattr(block, "runs")
    }
    for block in summaries([view], translations)[view.question]:
        if hasattr(block, "runs"):
            told[block.runs[0].language.tag] += plain(block.runs)
    assert sorted(told) == ["bn", "pa", "ur", "zh-Hans"]
    for text in told.values():
        assert all(number in text for number in ("1,000", "31", "52", "11"))
    assert "5级中的第2级" in told["zh-Hans"]  # the two stand the other way round in English


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "ہر {1} خاندانوں",
            "ہر خاندانوں",
            'sentence "answer": its numbers are not those of the English. Missing: {1}.',
        ),
        ("تقریباً {2}", "تقریباً {2} {2}", "its numbers are not those of the English. Too many: {2}."),
        ("تقریباً {2}", "تقریباً {3}", "Missing: {2}. Too many: {3}."),
        ("فرق {1}", "فرق {1} ۵۲", 'has digits of its own, "۵۲"'),
        ("about {2} fewer", "about {2} more", "the answer has changed since, or the English was"),
        ("کیا بچوں", "", "sentence"),
        ('language = "ur"', 'language = "Urdu"', 'language is "Urdu"'),
        ('name = "اردو"', 'name = ""', "name is empty"),
        ('question = "rec11_referrals"', 'question = "rec12_reach"', 'of the question "rec12_reach"'),
        ("[sentence.ask]", "[sentence.asks]", 'the answer has no sentence "asks" now'),
        ("[sentence.ask]", "[sentence.ask", "it cannot be read"),
    ],
)
def test_what_would_change_a_figure_or_is_out_of_date_is_refused(
    view: MemberView, changed: Callable[[str, str], Path], old: str, new: str, said: str
) -> None:
    if old == "کیا بچوں":  # a translation left out
        text = "کیا بچوں کے مراکز سماجی نگہداشت کو بھیجے جانے والے معاملات کم کرتے ہیں؟"
        old, new, said = text, "", 'sentence "title": it is not translated yet'
    with pytest.raises(InputError) as refused:
        summaries([view], changed(old, new))
    assert FILE in str(refused.value) and said in str(refused.value)


def test_every_problem_is_told_at_once(view: MemberView, translations: Path, tmp_path: Path) -> None:
    for name in ("bn", "pa"):
        shutil.copyfile(translations / f"rec11_referrals.{name}.toml", tmp_path / f"rec11_referrals.{name}.toml")
        text = (tmp_path / f"rec11_referrals.{name}.toml").read_text(encoding="utf-8")
        (tmp_path / f"rec11_referrals.{name}.toml").write_text(text.replace("{2}", ""), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        summaries([view], tmp_path)
    assert all(f'rec11_referrals.{name}.toml, sentence "answer"' in str(refused.value) for name in ("bn", "pa"))
    with pytest.raises(InputError, match="no folder"):
        summaries([view], tmp_path / "none")


def test_slots_are_written_for_a_translator_and_are_not_taken_untranslated(view: MemberView, tmp_path: Path) -> None:
    file = write_slots(view, tmp_path / "slots")
    text = file.read_text(encoding="utf-8")
    assert "# {1} is 1,000" in text and "1,000" not in text.replace("# {1} is 1,000", "")
    assert text.count("translated = ") == len(slots(view))
    filled = text.replace('language = ""', 'language = "pl"').replace('name = ""', 'name = "polski"')
    (tmp_path / "rec11_referrals.pl.toml").write_text(filled, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        summaries([view], tmp_path)
    assert str(refused.value).count("not translated yet") == len(slots(view))


def test_summaries_beside_the_store_are_taken_and_a_faulty_one_is_left_out_and_told(
    view: MemberView, translations: Path, tmp_path: Path
) -> None:
    assert kept_summaries(tmp_path, [view]) == ({}, ())
    folder = tmp_path / FOLDER
    folder.mkdir()
    shutil.copyfile(translations / FILE, folder / FILE)
    faulty = (translations / "rec11_referrals.bn.toml").read_text(encoding="utf-8").replace("{2}", "")
    (folder / "rec11_referrals.bn.toml").write_text(faulty, encoding="utf-8")
    taken, left_out = kept_summaries(tmp_path, [view])
    tags = {run.language.tag for block in taken[view.question] for run in first_runs(block)}
    assert tags == {"ur"}
    assert left_out and all(said.startswith("rec11_referrals.bn.toml") for said in left_out)
