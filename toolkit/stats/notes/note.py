"""A note: what a reader must know of a result, as a sentence that programs can read too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Figure = float | int | str


class Note(str):
    """A sentence on a result, with a code and its figures.

    It is a text: it prints, joins and compares as its words do. What reads results by program goes by `code`.

    Parameters
    ----------
    code : str
        What kind of note it is: a few words joined by underlines, the same wherever the cause is the same.
    words : str
        One or two plain sentences: the cause, and what to do about it.
    figures : mapping of str to number or str, optional
        The figures the words rest on.

    Attributes
    ----------
    code, words, figures
        As given; `figures` is a dict of its own.

    Examples
    --------
    >>> note = Note("few_clusters", "Only 3 areas are treated.", {"clusters": 3})
    >>> print(note)
    Only 3 areas are treated.
    >>> note.code, note.figures
    ('few_clusters', {'clusters': 3})
    """

    __slots__ = ("code", "figures")

    code: str
    figures: dict[str, Figure]

    def __new__(cls, code: str, words: str, figures: Mapping[str, Figure] | None = None) -> Note:
        """Return the words as a text that also has a code and figures."""
        note = super().__new__(cls, words)
        note.code = code
        note.figures = dict(figures or {})
        return note

    @property
    def words(self) -> str:
        """The sentence as plain text."""
        return str.__str__(self)

    def __repr__(self) -> str:
        """Return the code and the words."""
        return f"Note({self.code!r}, {self.words!r})"

    def __reduce__(self) -> tuple[type[Note], tuple[str, str, dict[str, Figure]]]:
        """Return what makes an equal note again, for pickle and copy."""
        return type(self), (self.code, self.words, self.figures)


def each_once(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return notes in their order, those with the same words once."""
    return tuple(dict.fromkeys(notes))
