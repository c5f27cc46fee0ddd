"""A translated summary as a text or Word file: what a translator fills in, and what comes back, kept with the store.

Each sentence stands under its name in brackets, as ``[answer]``, with ``{1}``, ``{2}`` … where its numbers are. The
first line names the answer and marks its English: what comes back when the answer has changed is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx

from toolkit.errors import InputError
from toolkit.publish.members.model import MemberView
from toolkit.report.translations import FOLDER, slots, taken

FORMS = ("txt", "md", "docx")
MOST_BYTES = 1_000_000
_MOST_UNPACKED = 20_000_000
_NAMED = re.compile(r"\s*\[([a-z]+(?:-\d+)?)\]\s*(.*)")
_OF = re.compile(r"\s*\[of ([a-z0-9_]+) ([0-9a-f]{8})\]\s*")
_HELP = """\
# Write the translation in place of each English sentence, under its name in brackets. Leave the brackets as they are.
# Leave {1}, {2} ... where the number belongs: the report puts it in. Write no other digits.
"""


def form_of(view: MemberView) -> str:
    """Return the sentences of an answer for whoever translates them, as text."""
    parts = [_HELP, f"[of {view.question} {_mark(view)}]"]
    for slot in slots(view):
        numbers = "".join(f"# {{{place}}} is {number}\n" for place, number in enumerate(slot.numbers, start=1))
        parts.append(f"[{slot.name}]\n{numbers}{slot.english}")
    return "\n\n".join(parts) + "\n"


def keep_form(
    store_folder: Path, view: MemberView, file_name: str, content: bytes, *, tag: str, name: str
) -> tuple[Path, str]:
    """Keep a translated summary beside the store, in place of one in that language; return its file and SHA-256.

    Parameters
    ----------
    store_folder
        The store's.
    view
        The published answer that it is of.
    file_name, content
        What came back: a text, Markdown or Word file.
    tag, name
        The language's tag, as BCP 47 has it, and what its readers call it.

    Raises
    ------
    InputError
        Naming everything that is wrong with it at once.
    """
    said = _read(file_name, content, view)
    wanted = {slot.name: slot.english for slot in slots(view)}
    # What is still the English was not translated; a name that the answer has not is told as such.
    sentences = {
        one: {"english": wanted.get(one, ""), "translated": "" if text == wanted.get(one) else text}
        for one, text in said.items()
    }
    about = {"question": view.question, "language": tag.strip(), "name": name.strip()}
    problems: list[str] = []
    taken(Path(file_name), {**about, "sentence": sentences}, view, problems)
    if problems:
        raise InputError("The translation cannot be taken:\n" + "\n".join(problems))
    written = _as_toml(about, sentences).encode()
    folder = store_folder / FOLDER
    folder.mkdir(exist_ok=True)
    file = folder / f"{view.question}.{tag.strip()}.toml"
    part = file.with_suffix(".part")
    part.write_bytes(written)
    os.replace(part, file)
    return file, hashlib.sha256(written).hexdigest()


def _mark(view: MemberView) -> str:
    english = [[slot.name, slot.english] for slot in slots(view)]
    return hashlib.sha256(json.dumps(english).encode()).hexdigest()[:8]


def _read(file_name: str, content: bytes, view: MemberView) -> dict[str, str]:
    """Return what stands under each name in brackets."""
    said: dict[str, str] = {}
    named, of = "", None
    for line in _lines(file_name, content):
        if line.lstrip().startswith("#"):
            continue
        if of is None and (of := _OF.fullmatch(line)):
            continue
        if found := _NAMED.fullmatch(line):
            named = found[1]
            if named in said:
                raise InputError(f"{file_name}: [{named}] stands in it twice. Keep each once.")
            said[named] = found[2]
        elif named:
            said[named] = f"{said[named]} {line}".strip()
    if of is None or not said:
        raise InputError(
            f"{file_name} is not the file of sentences that this page gives to translators: its line that begins “[of” "
            "is not there. Download the sentences, and write the translations into that file."
        )
    if of[1] != view.question:
        raise InputError(
            f"{file_name} is of the answer to {of[1]}, not of {view.question}. Choose that question first."
        )
    if of[2] != _mark(view):
        raise InputError(
            f"{file_name} is of an older answer: the sentences have changed since. Download them again, and have what "
            "changed translated."
        )
    return said


def _lines(file_name: str, content: bytes) -> list[str]:
    form = file_name.rsplit(".", 1)[-1].casefold()
    if form not in FORMS:
        raise InputError(
            f"{file_name} is no text, Markdown or Word file. Its name ends in none of: {', '.join(FORMS)}."
        )
    if len(content) > MOST_BYTES:
        raise InputError(f"{file_name} is larger than 1 MB. The sentences alone are far smaller.")
    try:
        if form != "docx":
            return content.decode("utf-8-sig").splitlines()
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _MOST_UNPACKED:
                raise InputError(f"{file_name} unpacks to more than 20 MB, so it is not read.")
        paragraphs = docx.Document(io.BytesIO(content)).paragraphs
        return [line for one in paragraphs for line in one.text.splitlines() or [""]]
    except (UnicodeDecodeError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError(f"{file_name} cannot be read. Save it again as text in UTF-8, or as a Word file.") from error


def _as_toml(about: Mapping[str, str], sentences: Mapping[str, Mapping[str, str]]) -> str:
    lines = [f"{key} = {_quoted(value)}" for key, value in about.items()]
    for name, both in sentences.items():
        lines += ["", f"[sentence.{name}]", *(f"{key} = {_quoted(text)}" for key, text in both.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
