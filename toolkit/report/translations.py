"""Plain summaries in other languages: sentences to be translated, with every number kept out of the translator's way.

A slot is one English sentence with ``{1}``, ``{2}`` … where its numbers are. What comes back is taken only where it
keeps each of them once, writes no number of its own, and is of the very sentence that is published now: a translation
can change words, and no figure.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import InputError, did_you_mean
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.questions import questions_to_ask
from toolkit.report.content import ASK, LIMITS, answer_of, limits_of, notice_of
from toolkit.report.model import Block, Heading, Language, Paragraph, Points, Run, words
from toolkit.report.scripts import is_right_to_left

FOLDER = "translations"
"""The folder beside a store's other files where a council keeps its translations."""
_NUMBER = re.compile(r"[−+-]?£?\d[\d,]*(?:\.\d+)?%?")
_PLACE = re.compile(r"\{(\d+)\}")
_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?")
_KEYS = frozenset({"question", "language", "name", "sentence"})
_HELP = """\
# Sentences about {title!r}, to be translated.
# 1. Copy this file as {question}.LANGUAGE.toml, such as {question}.ur.toml.
# 2. Write the language's tag (ur, bn, pl, zh-Hans …) and what its readers call it.
# 3. Write each sentence's translation. Leave {{1}}, {{2}} … where the number belongs: the report puts it in. Write no
#    other digits, and do not change the English.
"""


@dataclass(frozen=True, slots=True)
class Slot:
    """A sentence to be translated.

    Attributes
    ----------
    name
        Where it stands in the summary.
    english
        It, with a place for each number.
    numbers
        The numbers, in the order of their places.
    """

    name: str
    english: str
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, name: str, sentence: str) -> Slot:
        """Return the slot of a sentence.

        >>> Slot.of("answer", "Of every 100 families, about 3 fewer.")
        Slot(name='answer', english='Of every {1} families, about {2} fewer.', numbers=('100', '3'))
        """
        places = iter(range(1, len(sentence) + 1))
        return cls(name, _NUMBER.sub(lambda _: f"{{{next(places)}}}", sentence), tuple(_NUMBER.findall(sentence)))

    def filled(self, translated: str) -> str:
        """Return a translation with the numbers in their places."""
        return _PLACE.sub(lambda place: self.numbers[int(place[1]) - 1], translated)


def slots(view: MemberView) -> tuple[Slot, ...]:
    """Return what is to be translated of an answer, in the order of its summary."""
    return tuple(Slot.of(name, sentence) for name, sentence in _sentences(view) if sentence)


def _sentences(view: MemberView) -> Iterator[tuple[str, str]]:
    short, more = answer_of(view)
    yield "title", view.title
    yield "simulated", notice_of(view)
    yield "answer", short
    yield "more", more
    yield "limits", LIMITS
    for place, limit in enumerate(limits_of(view), start=1):
        yield f"limit-{place}", limit
    yield "evidence", view.verdict.evidence
    yield "ask", ASK
    for place, question in enumerate(questions_to_ask(view), start=1):
        yield f"question-{place}", question


def write_slots(view: MemberView, folder: Path) -> Path:
    """Write the sentences of an answer for whoever translates them; return the file."""
    lines = [_HELP.format(title=view.title, question=view.question)]
    lines += [f"question = {_quoted(view.question)}", 'language = ""', 'name = ""']
    for slot in slots(view):
        lines += ["", f"[sentence.{slot.name}]", f"english = {_quoted(slot.english)}"]
        lines += [f"# {{{place}}} is {number}" for place, number in enumerate(slot.numbers, start=1)]
        lines.append('translated = ""')
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{view.question}.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def summaries(views: Sequence[MemberView], folder: Path) -> dict[str, tuple[Block, ...]]:
    """Return the translated summaries that a folder holds, by question.

    Parameters
    ----------
    views
        The answers of the report; files of other questions are left alone.
    folder
        Where the council keeps its translations, ``QUESTION.LANGUAGE.toml`` each.

    Raises
    ------
    InputError
        Naming every file and sentence that cannot be taken, all at once.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder} with translations.")
    found, problems = _of_folder(folder, views)
    if problems:
        raise InputError("Translations that cannot be taken:\n" + "\n".join(problems))
    return found


def kept_summaries(store: Path, views: Sequence[MemberView]) -> tuple[dict[str, tuple[Block, ...]], tuple[str, ...]]:
    """Return the translated summaries that a council keeps beside its store, and why others of them are not taken.

    A file that cannot be taken keeps no member from the report: it is left out, and that is said.

    Parameters
    ----------
    store
        The store's folder.
    views
        The answers of the report.

    Returns
    -------
    dict
        The summaries, by question.
    tuple of str
        What is wrong with each file that is left out, a sentence each.
    """
    return _of_folder(store / FOLDER, views)


def _of_folder(folder: Path, views: Sequence[MemberView]) -> tuple[dict[str, tuple[Block, ...]], tuple[str, ...]]:
    problems: list[str] = []
    found: dict[str, tuple[Block, ...]] = {}
    for view in views:
        for file in sorted(folder.glob(f"{view.question}.*.toml")):
            found[view.question] = (*found.get(view.question, ()), *_read(file, view, problems))
    return {question: blocks for question, blocks in found.items() if blocks}, tuple(problems)


def _read(file: Path, view: MemberView, problems: list[str]) -> tuple[Block, ...]:
    try:
        content: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        problems.append(f"{file.name}: it cannot be read ({error}).")
        return ()
    return taken(file, content, view, problems)


def taken(file: Path, content: Mapping[str, Any], view: MemberView, problems: list[str]) -> tuple[Block, ...]:
    """Return a translation as blocks; nothing where it cannot be taken, with what is wrong added to the problems.

    Parameters
    ----------
    file
        What it is called.
    content
        As a file of translations has it: question, language, name, and each sentence's English and translation.
    view
        The answer.
    problems
        What is wrong so far.
    """
    before = len(problems)
    problems += [f'{file.name}: there is no key "{key}". {did_you_mean(key, _KEYS)}' for key in content.keys() - _KEYS]
    tag, name, given = content.get("language"), content.get("name"), content.get("sentence")
    if not isinstance(tag, str) or not _TAG.fullmatch(tag) or tag.split("-")[0] == "en":
        problems.append(f'{file.name}: language is "{tag}". Write its tag, such as "ur", "bn", "pl" or "zh-Hans".')
    if content.get("question") != view.question:
        problems.append(f'{file.name}: it is of the question "{content.get("question")}", not {view.question}.')
    if not isinstance(name, str) or not name.strip():
        problems.append(f"{file.name}: name is empty. Write what its readers call the language.")
    if not isinstance(given, dict):
        problems.append(f"{file.name}: it holds no sentences.")
        return ()
    wanted = slots(view)
    known = [slot.name for slot in wanted]
    problems += [f'{file.name}: the answer has no sentence "{one}" now.' for one in given if one not in known]
    said = {slot.name: _translated(file.name, slot, given.get(slot.name), problems) for slot in wanted}
    if len(problems) > before:
        return ()
    language = Language(str(tag), is_right_to_left(str(tag)), str(name).strip())
    return tuple(_blocks(said, language))


def _translated(file: str, slot: Slot, given: object, problems: list[str]) -> str:
    """Return a sentence's translation with its numbers; what is wrong with it is added to the problems."""
    where = f'{file}, sentence "{slot.name}"'
    if not isinstance(given, dict):
        problems.append(f"{where}: it is missing. English: {slot.english}")
        return ""
    if given.get("english") != slot.english:
        problems.append(f"{where}: the answer has changed since, or the English was. It says now: {slot.english}")
        return ""
    text = given.get("translated")
    if not isinstance(text, str) or not text.strip():
        problems.append(f"{where}: it is not translated yet. English: {slot.english}")
        return ""
    wanted = Counter(str(place) for place in range(1, len(slot.numbers) + 1))
    kept = Counter(_PLACE.findall(text))
    if kept != wanted:
        less = ", ".join(f"{{{one}}}" for one in (wanted - kept).elements())
        more = ", ".join(f"{{{one}}}" for one in (kept - wanted).elements())
        said = ". ".join(filter(None, (less and f"Missing: {less}", more and f"Too many: {more}")))
        problems.append(f"{where}: its numbers are not those of the English. {said}. Keep each of them once.")
    own = "".join(sign for sign in _PLACE.sub("", text) if unicodedata.category(sign) in ("Nd", "Nl", "No"))
    if own:
        problems.append(f'{where}: it has digits of its own, "{own}". Numbers come from the answer alone.')
    return slot.filled(" ".join(text.split())) if kept == wanted and not own else ""


def _blocks(said: Mapping[str, str], language: Language) -> Iterator[Block]:
    yield Heading((*words(language.name, language=language),))
    for name, strong in (("title", True), ("simulated", True), ("answer", True), ("more", False)):
        if said.get(name):
            yield Paragraph(words(said[name], strong=strong, language=language), is_answer=name == "answer")
    for head, begins in (("limits", "limit-"), ("ask", "question-")):
        items = tuple((Run(text, language=language),) for name, text in said.items() if name.startswith(begins))
        if items:
            yield Heading(words(said[head], language=language), level=3)
            yield Points(items, is_numbered=head == "ask")
        if head == "limits" and said.get("evidence"):
            yield Paragraph(words(said["evidence"], language=language))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
