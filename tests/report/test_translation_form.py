"""What a lead uploads: a translator's text or Word file, of the very sentences that members read; or a refusal."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

import docx
import pytest

from toolkit.errors import InputError
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.published import Published
from toolkit.report.translation_form import form_of, keep_form
from toolkit.report.translations import FOLDER, kept_summaries


@pytest.fixture
def view(answers: list[Published]) -> MemberView:
    return answers[0].view


@pytest.fixture
def urdu(view: MemberView, translations: Path) -> str:
    """Return the form as a translator gives it back, of the Urdu sentences that another test reads from a file."""
    given = tomllib.loads((translations / "rec11_referrals.ur.toml").read_text(encoding="utf-8"))["sentence"]
    text = form_of(view)
    for one in sorted(given.values(), key=lambda both: -len(both["english"])):
        text = text.replace(f"\n{one['english']}\n", f"\n{one['translated']}\n")
    return text


def word(text: str) -> bytes:
    made, file = docx.Document(), io.BytesIO()
    for line in text.splitlines():
        made.add_paragraph(line)
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize("form", ["txt", "md", "docx"])
def test_a_file_in_each_form_is_kept_and_read_as_the_councils_own_is(
    view: MemberView, urdu: str, tmp_path: Path, form: str
) -> None:
    content = word(urdu) if form == "docx" else ("\ufeff" + urdu).encode()
    kept, digest = keep_form(tmp_path, view, f"urdu.{form}", content, tag="ur", name="اردو")
    assert kept == tmp_path / FOLDER / "rec11_referrals.ur.toml" and len(digest) == 64
    found, problems = kept_summaries(tmp_path, [view])
    assert problems == () and {
        block.runs[0].language.direction for block in found[view.question] if hasattr(block, "runs")
    } == {"rtl"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{1}", "", "its numbers are not those of the English"),
        ("[answer]", "[answers]", 'the answer has no sentence "answers" now|"answer": it is missing'),
        ("[of rec11_referrals ", "[of rec12_reach ", "is of the answer to rec12_reach, not of rec11_referrals"),
        ("[of rec11_referrals ", "of rec11_referrals ", "is not the file of sentences"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_nothing_is_kept(
    view: MemberView, urdu: str, tmp_path: Path, old: str, new: str, said: str
) -> None:
    before, _, after = urdu.rpartition(old)  # the last: of numbers the first stands in a note to the translator
    assert before
    with pytest.raises(InputError, match=said):
        keep_form(tmp_path, view, "a.txt", f"{before}{new}{after}".encode(), tag="ur", name="اردو")
    assert not (tmp_path / FOLDER).exists()


def test_the_form_as_it_was_given_is_not_translated_and_an_older_answers_is_refused(
    view: MemberView, urdu: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="it is not translated yet"):
        keep_form(tmp_path, view, "a.txt", form_of(view).encode(), tag="ur", name="اردو")
    mark = urdu[urdu.index("[of ") :].split("]")[0].split()[-1]
    with pytest.raises(InputError, match="the sentences have changed since"):
        keep_form(tmp_path, view, "a.txt", urdu.replace(mark, "00000000").encode(), tag="ur", name="اردو")
    for tag in ("../x", "en"):
        with pytest.raises(InputError, match="Write its tag"):
            keep_form(tmp_path, view, "a.txt", urdu.encode(), tag=tag, name="x")
    with pytest.raises(InputError, match="no text, Markdown or Word file"):
        keep_form(tmp_path, view, "a.exe", urdu.encode(), tag="ur", name="x")
