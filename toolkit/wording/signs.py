"""Signs that are not seen: control signs move a terminal's cursor and hide lines, format signs turn words round.

What somebody else wrote (a file's name, a centre's, an address that was asked for) is shown with them spelt out.
"""

from __future__ import annotations

import unicodedata


def visible(text: str, *, keep: str = "") -> str:
    r"""Return a text with every sign that is not seen spelt out, an escape sign as ``\x1b``.

    Parameters
    ----------
    text
        As somebody wrote it.
    keep
        Signs that stay as they are, such as a line's end.
    """
    if text.isprintable():
        return text
    return "".join(sign if _is_seen(sign) or sign in keep else _spelt(sign) for sign in text)


def visible_json(text: str) -> str:
    r"""Return JSON with every sign that is not seen as ``\u`` and its number: it reads as the very same values.

    Parameters
    ----------
    text
        JSON as it was made: such signs outside of its strings are line ends alone, and stay.
    """
    if text.isprintable():
        return text
    return "".join(sign if _is_seen(sign) or sign in "\n\r\t" else _in_json(sign) for sign in text)


def _is_seen(sign: str) -> bool:
    return sign.isprintable() or unicodedata.category(sign) == "Zs"


def _spelt(sign: str) -> str:
    number = ord(sign)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _in_json(sign: str) -> str:
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
