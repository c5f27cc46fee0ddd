"""Reading XML a piece at a time: nothing is fetched, no entity is taken, and no tag, text or depth may grow too far.

How a file is laid out counts towards no limit: only an element without elements in it has a text, and white space is
not counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO
from xml.parsers import expat

from toolkit.errors import InputError
from toolkit.intake.connect.xml_comments import WithoutComments

_PIECE = 64 * 1024
_DEEPEST, _LONGEST_TEXT, _LARGEST_TAG = 40, 20_000, 4 * 1024 * 1024


class XmlStream:
    """Calls back at the start and end of each element, by its name without any prefix.

    Parameters
    ----------
    name
        The file's name, for messages.
    start
        Called with an element's name.
    end
        Called with an element's name and its text; the text of one that holds other elements is empty.
    """

    def __init__(self, name: str, *, start: Callable[[str], None], end: Callable[[str, str], None]) -> None:
        self.name = name
        self._start, self._end = start, end
        self._texts: list[str | None] = []  # of each open element; None once another was met in it
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._on_start
        self._parser.EndElementHandler = self._on_end
        self._parser.CharacterDataHandler = self._on_text
        self._parser.StartDoctypeDeclHandler = self._on_doctype
        self._parser.EntityDeclHandler = self._on_doctype
        self._parser.ExternalEntityRefHandler = self._on_doctype

    @property
    def line(self) -> int:
        """The line being read."""
        return self._parser.CurrentLineNumber

    def read(self, file: BinaryIO, *, read_so_far: Callable[[int], None] = lambda count: None) -> str:
        """Read a file to its end and return its SHA-256.

        Parameters
        ----------
        file
            The file.
        read_so_far
            Told after each piece how many bytes were read.

        Raises
        ------
        InputError
            When it is not whole XML, or holds what no census does.
        """
        digest, fed, count, comments = hashlib.sha256(), 0, 0, WithoutComments()
        try:
            while piece := file.read(_PIECE):
                digest.update(piece)
                count += len(piece)
                read_so_far(count)
                piece = comments.feed(piece)
                fed += len(piece)
                self._parser.Parse(piece, False)
                if fed - self._parser.CurrentByteIndex > _LARGEST_TAG:
                    raise self._refused("one of its tags is larger than 4 MB")
            self._parser.Parse(comments.rest(), True)
        except expat.ExpatError as error:
            raise self._refused(f"it breaks off or is not XML at line {error.lineno} ({error})") from error
        except (ValueError, LookupError) as error:  # an encoding nobody knows
            raise self._refused(f"its text cannot be read ({error})") from error
        return digest.hexdigest()

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._texts) >= _DEEPEST:
            raise self._refused(f"its elements are nested deeper than {_DEEPEST}")
        if self._texts:
            self._texts[-1] = None
        self._texts.append("")
        self._start(_plain(name))

    def _on_end(self, name: str) -> None:
        self._end(_plain(name), (self._texts.pop() or "").strip())

    def _on_text(self, text: str) -> None:
        known = self._texts[-1] if self._texts else None
        if known is None or (not known and text.isspace()):
            return
        known += text
        if len(known) > _LONGEST_TEXT:
            known = " ".join(known.split()) + " " * known[-1].isspace()
            if len(known) > _LONGEST_TEXT:
                raise self._refused(f"one of its fields is longer than {_LONGEST_TEXT:,} letters")
        self._texts[-1] = known

    def _on_doctype(self, *_: object) -> int:
        raise self._refused("it declares a document type or entities, which a census never does")

    def _refused(self, why: str) -> InputError:
        return InputError(
            f'"{self.name}" was not read: {why}. Export it again from your system, or ask its supplier. '
            "Nothing was stored."
        )


def _plain(name: str) -> str:
    return name.rpartition(":")[2]
