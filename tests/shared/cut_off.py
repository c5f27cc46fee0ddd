"""Words that stand partly outside the box that holds them, where nobody can scroll: axe-core asks no such thing."""

from __future__ import annotations

from playwright.sync_api import Page

_CUT_OFF = """() => {
  const found = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = new Range();
  function isOutside(words, box, style, across, down) {
    const x = across && /hidden|clip/.test(style.overflowX), y = down && /hidden|clip/.test(style.overflowY);
    return (x && (words.right > box.right + 4 || words.left < box.left - 4)) ||
      (y && (words.bottom > box.bottom + 6 || words.top < box.top - 6));
  }
  function isCutOff(at, words) {
    for (let one = at, across = true, down = true; one !== document.body && (across || down); one = one.parentElement) {
      const style = getComputedStyle(one), box = one.getBoundingClientRect();
      if (box.width <= 2 || box.height <= 2) { return false; }  // it is for screen readers alone
      across &&= !/auto|scroll/.test(style.overflowX);
      down &&= !/auto|scroll/.test(style.overflowY);
      if (isOutside(words, box, style, across, down)) { return true; }
    }
    return false;
  }
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !at.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ||
        at.getAttribute("opacity") === "0") { continue; }
    range.selectNodeContents(walk.currentNode);
    if ([...range.getClientRects()].some(words => isCutOff(at, words))) { found.add(at.textContent.trim()); }
  }
  return [...found];
}"""


def words_cut_off(page: Page) -> list[str]:
    """Return the words of a page that a box cuts off, each as a sentence."""
    return [f"cut off: {words}" for words in page.evaluate(_CUT_OFF)]
