"""What a page says at its top and gives the focus: what is wrong, with links to it, or what was done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

_STYLE = """<style>
html { --wrong: #b10e1e; --done: #00703c; }
@supports (color: light-dark(#000, #fff)) {
  html { --wrong: light-dark(#b10e1e, #ff8f98); --done: light-dark(#00703c, #6fd39b); } }
.said { border: 4px solid var(--wrong); padding: 0.5rem 0.9rem 0.6rem; scroll-margin-top: 4rem; }
.said.done { border-color: var(--done); }
.said h2 { font-size: 1.25rem !important; margin: 0 !important; padding: 0 !important; }
.said p { margin: 0.2rem 0 0; }
.said ul { margin: 0.35rem 0 0; padding-left: 1.1rem; }
.said li { margin: 0 0 0.2rem; line-height: 1.35; }
.said dl { margin: 0.35rem 0 0 !important; padding: 0 !important; display: grid;
  grid-template-columns: auto 1fr; gap: 0.1rem 1rem; }
.said dt { font-weight: 600; } .said dd, .said dt { margin: 0 !important; overflow-wrap: anywhere; }
.said a { color: var(--wrong) !important; }
ol.at-step { margin: 0 !important; padding: 0 !important; display: flex; flex-wrap: wrap;
  gap: 0.2rem 1.25rem; list-style: none; }
.at-step li { margin: 0 !important; } .at-step [aria-current] { font-weight: 700; }
.wrong-here { border-left: 4px solid var(--wrong); padding-left: 0.6rem; margin: 0; }
</style>"""
_UNSAFE = re.compile(r"[^a-zA-Z0-9_-]")


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a summary of what is wrong, and the key of the field it is about; no field where there is none."""

    words: str
    field: str = ""


def steps_of(names: Sequence[str], at: int) -> None:
    """Draw the steps of a way, and which of them this is, from 0."""
    drawn = "".join(
        f"<li{' aria-current=step' if place == at else ''}>{place + 1}. {escape(name)}</li>"
        for place, name in enumerate(names)
    )
    st.html(f'{_STYLE}<ol class="at-step" aria-label="Step {at + 1} of {len(names)}">{drawn}</ol>')


def problems(title: str, lines: Iterable[Said], *, turn: str, before: str = "", after: str = "") -> None:
    """Draw a summary of what is wrong, which takes the focus.

    Parameters
    ----------
    title
        What is wrong, in a few words.
    lines
        Each problem, with the field to put it right in.
    turn
        Another text for another summary: the same one takes the focus once.
    before, after
        Sentences before and after the problems.
    """
    listed = "".join(f"<li>{_linked(line)}</li>" for line in lines)
    about = (f"<p>{escape(before)}</p>" if before else "") + (f"<ul>{listed}</ul>" if listed else "")
    about += f"<p>{escape(after)}</p>" if after else ""
    _draw(title, about, turn, role="alert", kind="said")


def done(title: str, *, turn: str, facts: Sequence[tuple[str, str]] = (), lines: Iterable[str] = ()) -> None:
    """Draw what was done, with facts about it and sentences, so that it takes the focus.

    Parameters
    ----------
    title
        What was done, in a few words.
    turn
        As for `problems`.
    facts
        What is said by name: "When", "29 November 2026, 15:40".
    lines
        Sentences.
    """
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    about = (f"<dl>{told}</dl>" if told else "") + "".join(f"<p>{escape(line)}</p>" for line in lines)
    _draw(title, about, turn, role="status", kind="said done")


def wrong_here(sentence: str) -> None:
    """Draw what is wrong with a field, above it."""
    st.html(f'<p class="wrong-here">{escape(sentence)}</p>')


def _linked(line: Said) -> str:
    if not line.field:
        return escape(line.words)
    of = _UNSAFE.sub("-", line.field)
    return f'<a href="#{of}" data-goes-to="st-key-{of}">{escape(line.words)}</a>'


def _draw(title: str, about: str, turn: str, *, role: str, kind: str) -> None:
    st.html(
        f'{_STYLE}<div class="{kind}" role="{role}" tabindex="-1" data-takes-focus="{escape(turn, quote=True)}">'
        f"<h2>{escape(title)}</h2>{about}</div>"
    )
