"""The right-hand side of a formula as R reads it: a list of terms, each a product of factors.

``+`` joins, ``-`` takes away, ``:`` multiplies, ``a * b`` is ``a + b + a:b``, ``(a + b)^2`` (or ``**``) every product
of up to two; ``:`` binds before ``*``, ``*`` before ``+``. Wilkinson and Rogers (1973), Applied Statistics 22, 392-399.
What R takes for something that few would guess, or that is no list of terms, is refused with what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

from toolkit.errors import InputError
from toolkit.stats.notes.shown import Shown

Term: TypeAlias = tuple[str, ...]
"""The factors of a product, in the order they were written."""

Terms: TypeAlias = dict[frozenset[str], Term]
"""Terms by what they multiply: the same product is the same term in whatever order it is written."""

PIECE = re.compile(r"\s*(\*\*|%[^%]*%|`[^`]*`|\d+(?:\.\d*)?|[^\W\d][\w.]*|\S)")
INTERCEPT: Term = ("1",)


def formula_terms(text: str, columns: Iterable[str]) -> list[Term]:
    """Return the terms of a formula's right-hand side, single factors before products, as R orders them.

    Parameters
    ----------
    text : str
        The formula without its left-hand side.
    columns : iterable of str
        Names of columns: one with signs or spaces in it is read as that column (or write it in backticks).

    Raises
    ------
    InputError
        For what cannot be read, or is not a list of terms, saying what to write instead.
    """
    odd = sorted((name for name in columns if not re.fullmatch(r"[^\W\d][\w.]*|[\d.\s]*", name)), key=len, reverse=True)
    names = "|".join(re.escape(name) for name in odd)
    first = re.compile(rf"\s*({names})(?=\s*(?:$|[-+*:^/()~]))") if odd else None
    reader = _Reader(text, _pieces(text, first))
    if not reader.pieces:
        raise InputError("The formula names no covariates. Name at least one column to balance.")
    terms = reader.sum_of_terms()
    if reader.here:
        raise reader.unreadable()
    order = {piece.strip("`"): -place for place, piece in enumerate(reversed(reader.pieces))}
    found = [tuple(sorted(term, key=order.__getitem__)) for term in terms.values() if term != INTERCEPT]
    return sorted(found, key=len)


def _pieces(text: str, first: re.Pattern[str] | None) -> list[str]:
    """Return the signs, names and whole function calls of a formula."""
    pieces, place, text = [], 0, text.rstrip()
    while place < len(text):
        found = (first.match(text, place) if first else None) or PIECE.match(text, place)
        if found is None:
            break
        piece, place = found[1], found.end()
        if re.fullmatch(r"[^\W\d][\w.]*", piece) and text[place : place + 1] == "(":
            end = _end_of_call(text, place)
            piece, place = piece + text[place:end], end
        pieces.append(piece)
    return pieces


def _end_of_call(text: str, begin: int) -> int:
    depth = 0
    for place in range(begin, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place + 1
    raise InputError(f'The formula "{text.strip()}" cannot be read: a bracket is not closed.')


@dataclass(slots=True)
class _Reader(Shown):
    """Reads pieces from the first to the last, one rule of the grammar a method."""

    text: str
    pieces: list[str]
    place: int = field(default=0)

    @property
    def here(self) -> str:
        return self.pieces[self.place] if self.place < len(self.pieces) else ""

    def take(self) -> str:
        self.place += 1
        return self.pieces[self.place - 1]

    def refused(self, why: str) -> InputError:
        return InputError(f'The formula "{self.text.strip()}" cannot be read: {why}')

    def unreadable(self) -> InputError:
        if self.here in ("/", "%in%") or self.here.startswith("%"):
            return self.refused(
                f'"{self.here}" nests terms in R. Write the terms out, such as a + a:b, or I(a / b) for a quotient.'
            )
        if self.here == ".":
            return self.refused('"." stands for all other columns in R. Name them.')
        where = f'at "{self.here}"' if self.here else "it ends too early"
        return self.refused(f"{where}. Use names, + - : * ^, brackets, and I(…) for arithmetic.")

    def sum_of_terms(self) -> Terms:
        terms: Terms = {}
        if self.here not in ("+", "-"):
            terms |= self.crossing()
        while self.here in ("+", "-"):
            sign, next_terms = self.take(), self.crossing()
            if sign == "+":
                terms = {**terms, **_new(next_terms, terms)}
            else:
                self.take_away(terms, next_terms)
        return terms

    def take_away(self, terms: Terms, gone: Terms) -> None:
        for key, term in gone.items():
            label = ":".join(term)
            if term == INTERCEPT:
                raise self.refused("a model without an intercept is not offered. Leave out - 1.")
            if key not in terms:
                raise self.refused(
                    f'it takes away "{label}", which is not in it. Write I(… - {label}) for a difference.'
                )
            del terms[key]

    def crossing(self) -> Terms:
        terms = self.products()
        while self.here == "*":
            self.take()
            other = self.products()
            terms = {**terms, **_new(other, terms), **self.times(terms, other)}
        return terms

    def products(self) -> Terms:
        terms = self.power()
        while self.here == ":":
            self.take()
            terms = self.times(terms, self.power())
        return terms

    def times(self, one: Terms, other: Terms) -> Terms:
        if INTERCEPT in (*one.values(), *other.values()):
            raise self.refused("a number is not a term. Write I(2 * a) for a multiple.")
        if len(one) == len(other) == 1 and one == other:
            label = ":".join(*one.values())
            raise self.refused(
                f'the product of "{label}" with itself is "{label}" in R. Write I({label}**2) for a square.'
            )
        found: Terms = {}
        for left, right in product(one.values(), other.values()):
            term = tuple(dict.fromkeys((*left, *right)))
            found.setdefault(frozenset(term), term)
        return found

    def power(self) -> Terms:
        terms = self.single()
        while self.here in ("^", "**"):
            self.take()
            if not re.fullmatch(r"[1-9]", self.here):
                raise self.refused("a power of terms is a whole number from 1 to 9. Write I(a**0.5) for others.")
            count, base = int(self.take()), terms
            if len(base) == 1 and count > 1:
                label = ":".join(*base.values())
                raise self.refused(
                    f'a power of "{label}" alone is "{label}" in R. Write I({label}**{count}) for a power.'
                )
            for _ in range(count - 1):
                terms = {**terms, **_new(self.times(terms, base), terms)}
        return terms

    def single(self) -> Terms:
        if self.here == "(":
            self.take()
            terms = self.sum_of_terms()
            if self.here != ")":
                raise self.unreadable()
            self.take()
            return terms
        if re.fullmatch(r"\d+(\.\d*)?", self.here):
            return self.number()
        if not self.here or self.here == "**" or self.here.startswith("%"):
            raise self.unreadable()
        if len(self.here) == 1 and not (self.here.isalpha() or self.here == "_"):
            raise self.unreadable()
        name = self.take()
        if name.startswith("offset("):
            raise self.refused("offsets are not offered. Name the column as exposure, or as a covariate.")
        name = name.strip("`")
        return {frozenset((name,)): (name,)}

    def number(self) -> Terms:
        number = self.take()
        if number == "0":
            raise self.refused("a model without an intercept is not offered. Leave out the 0.")
        if number != "1":
            raise self.refused(f'"{number}" is a number, not a term. Write I(…) around arithmetic.')
        return {frozenset(INTERCEPT): INTERCEPT}


def _new(terms: Terms, known: Terms) -> Terms:
    return {key: term for key, term in terms.items() if key not in known}
