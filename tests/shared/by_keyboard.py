"""Someone who has no mouse: keys alone, and after each of them something that can be seen has the focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import TimeoutError as TooLate

if TYPE_CHECKING:
    from conftest import Visitor

MOST = 120
"""Presses of Tab within which everything of a page is reached."""
_AT = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) { return null; }
  const by = (at.getAttribute("aria-labelledby") || "").split(" ").map(id => document.getElementById(id));
  const label = by.find(Boolean) || (at.labels && at.labels[0]);
  const isAPart = !at.matches("[role=alert], [role=status]") && at.querySelector("a, button, input, summary, textarea");
  const words = [at.getAttribute("aria-label"), label && label.innerText, !isAPart && at.innerText, at.value];
  const ringed = [at, at.closest("label"), at.closest("[role=group]")].filter(Boolean);
  const box = (at.type === "file" || at.type === "checkbox" || at.type === "radio") && at.closest("label") || at;
  const { left, right, top, bottom } = box.getBoundingClientRect();
  const across = [left + 3, (left + right) / 2, right - 3], down = [top + 3, (top + bottom) / 2, bottom - 3];
  const there = across.flatMap(x => down.map(y => document.elementFromPoint(x, y))).filter(Boolean);
  return {
    kind: at.getAttribute("role") || (at.tagName === "INPUT" ? at.type : at.tagName.toLowerCase()),
    words: [...new Set(words.filter(Boolean))].join(" | ").trim(),
    shows: ringed.some(one => getComputedStyle(one).outlineStyle === "solid"),
    isSeen: there.some(one => box.contains(one) || one.contains(box)),
  };
}"""


@dataclass
class Hands:
    """The hands of a visitor who has a keyboard and no mouse.

    Attributes
    ----------
    of
        Whose they are.
    pressed
        How many keys they pressed.
    """

    of: Visitor
    pressed: int = 0

    def at(self) -> Any:
        """What has the focus: its kind, its words, and whether it shows and can be seen; nothing where it is lost."""
        return self.of.page.evaluate(_AT)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, of which none loses the focus."""
        for key in keys:
            before = self.at()
            self._press(key)
            assert self.at(), f"{key} on {before} lost the focus."
            self.of.still()

    def _press(self, key: str) -> None:
        self.of.page.keyboard.press(key)
        self.pressed += 1

    def type(self, words: str) -> None:
        """Write in the field that has the focus, in place of what stands there."""
        self._press("Control+A")
        self.of.page.keyboard.type(words)
        self.pressed += len(words)

    def do(self, key: str = "Enter", *, until: str = "") -> None:
        """Press a key that makes the app do something, and wait until what has the focus says those words.

        Where no words are said, until something has it that somebody sees.
        """
        before = self.at()
        self._press(key)
        self.of.settle()
        self.kept(f"{key} on {before}", until=until)
        self.of.settle()
        assert self.at(), f"After {key} on {before} the focus was lost while the rest of the page was drawn."

    def kept(self, after: str, *, until: str = "") -> None:
        """Wait until something has the focus that can be seen and says so: a page gives a lost one a place."""
        has = f"said => {{ const at = ({_AT})(); return at && at.isSeen && at.words.includes(said); }}"
        try:
            self.of.page.wait_for_function(has, arg=until, timeout=10_000 if until else 3_000)
        except TooLate:
            raise AssertionError(f"After {after} the focus is not on {until or 'anything'}: {self.at()}") from None

    def to(self, words: str, *, kind: str = "", key: str = "Tab") -> None:
        """Press Tab until what those words name has the focus; nothing on the way hides it, and none is lost."""
        on_the_way = []
        for _ in range(MOST):
            self._press(key)
            at = self.at()
            assert at, f"The focus was lost on the way to {words}: {on_the_way}."
            on_the_way.append(f"{at['kind']} {at['words'][:50]}")
            if words in at["words"] and kind in at["kind"]:
                assert at["shows"], f"Nothing shows that {words} has the focus."
                self.kept(f"{key} to {words}, which is hidden,", until=words)
                return
        raise AssertionError(f"{words} is not reached by {key}, but {on_the_way}.")

    def back_to(self, words: str, *, kind: str = "") -> None:
        """Go backwards to what those words name."""
        self.to(words, kind=kind, key="Shift+Tab")
