"""Taking comments out of XML as it goes by, so that one of any length costs no memory and counts towards no limit.

The parser holds a comment until its end has come. Only their line ends are handed on, so that lines keep their numbers.
In UTF-16 no comment is found here: the parser sees them, and each may be as long as a tag.
"""

from __future__ import annotations

import re

_OPENS = re.compile(rb"<!--|<!\[CDATA\[|<\?")
_CLOSES = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_LONGEST_MARK = max(map(len, _CLOSES))


class WithoutComments:
    """Hands on the bytes of a file, a piece at a time, but for its comments.

    What opens within a CDATA section or a processing instruction is no comment, and is handed on.
    """

    def __init__(self) -> None:
        self._held = b""  # the end of a piece, which may be the beginning of a mark
        self._within = b""
        self._is_wide: bool | None = None  # whether each sign has two bytes; not known before the first piece

    def feed(self, piece: bytes) -> bytes:
        """Return what of a piece, and of what was held before it, the parser is to see."""
        if self._is_wide is None:
            self._is_wide = b"\0" in piece[:4] or piece.startswith((b"\xff\xfe", b"\xfe\xff"))
        if self._is_wide:
            return piece
        piece = self._held + piece
        out: list[bytes] = []
        at = 0
        while True:
            if not self._within:
                found = _OPENS.search(piece, at)
                if found is None:
                    self._held = piece[self._cut(piece, at) :]
                    out.append(piece[at : len(piece) - len(self._held)])
                    return b"".join(out)
                self._within = found[0]
                out.append(piece[at : found.start() if self._within == b"<!--" else found.end()])
                at = found.end()
            mark = _CLOSES[self._within]
            ends = piece.find(mark, at)
            stop = max(at, len(piece) - len(mark) + 1) if ends < 0 else ends + len(mark)
            out.append(piece[at:stop] if self._within != b"<!--" else b"\n" * piece.count(b"\n", at, stop))
            if ends < 0:
                self._held = piece[stop:]
                return b"".join(out)
            at, self._within = stop, b""

    def rest(self) -> bytes:
        """Return what is still held when the file has ended; an open comment is left open, for the parser to refuse."""
        return b"\n" * self._held.count(b"\n") + b"<!--" if self._within == b"<!--" else self._held

    @staticmethod
    def _cut(piece: bytes, at: int) -> int:
        """Return where the end of a piece begins that may be the beginning of a mark."""
        last = piece.rfind(b"<", max(at, len(piece) - _LONGEST_MARK + 1))
        return len(piece) if last < 0 else last
