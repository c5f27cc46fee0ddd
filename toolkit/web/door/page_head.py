"""The head of the page: language, title, and what Streamlit's own page lacks for people who do not use a mouse.

Streamlit's page shows no focus on its links, reruns at a bare press of "r", loses the focus after a file is chosen by
keyboard, and changes page without saying so; the first three break WCAG 2.2 (2.4.7, 2.1.4, 2.4.3).
"""

from __future__ import annotations

import re

TITLE = "Children's Centre impact toolkit"

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='6' fill='%231d4f76'/%3E"
    "%3Cpath d='M6 11h20M10 20h12' stroke='%23fff' stroke-width='3'/%3E"
    "%3Ccircle cx='19' cy='11' r='4' fill='%23ffd27a'/%3E%3Ccircle cx='13' cy='20' r='4' fill='%23fff'/%3E%3C/svg%3E"
)

_STYLE = """
html { --ring: #0b0c0c; }
@supports (color: light-dark(#000, #fff)) { html { --ring: light-dark(#0b0c0c, #ffffff); } }
a:focus-visible, button:focus-visible, summary:focus-visible, [role="radio"]:focus-visible, [tabindex]:focus-visible,
input:focus-visible, textarea:focus-visible, label:has(input:focus-visible),
[role="group"]:has(> input[role="combobox"]:focus-visible) {
  outline: 3px solid var(--ring) !important; outline-offset: 2px; box-shadow: none !important; }
input[role="combobox"]:focus-visible { outline: none !important; }
[data-testid="stFileChipDeleteBtn"] button, [data-testid="stExpandSidebarButton"],
[data-testid="stSidebarCollapseButton"] button, [data-testid="stTooltipIcon"] button {
  min-width: 24px; min-height: 24px; }
#page-announcer { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
"""

_SCRIPT = """
// The app is at the root of this server, whatever page's address was opened: Streamlit need not look for it.
window.__streamlit = { BACKEND_BASE_URL: window.location.origin + "/" };

// When the server cuts the page off because nobody is signed in any more, what it shows goes too.
var Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor() {
    super(...arguments);
    this.addEventListener("close", function () {
      fetch("/still", { cache: "no-store" }).then(function (answer) {
        if (answer.status === 401) { window.location.assign("/sign-in?next=" + window.location.pathname.slice(1)); }
      }, function () {});
    });
  }
};

// A bare letter is for typing, not for rerunning the app.
var TYPED = /^(text|search|email|url|tel|password|number)$/;
window.addEventListener("keydown", function (event) {
  var at = event.target;
  var typing = at.isContentEditable || at.tagName === "TEXTAREA" || (at.tagName === "INPUT" && TYPED.test(at.type));
  if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && /^[rc]$/i.test(event.key)) {
    event.stopImmediatePropagation();
  }
}, true);

document.addEventListener("DOMContentLoaded", function () {
  // A change of page is said aloud.
  var said = document.createElement("div");
  said.id = "page-announcer";
  said.setAttribute("role", "status");
  document.body.appendChild(said);
  var last = document.title;
  new MutationObserver(function () {
    if (document.title !== last) { last = document.title; said.textContent = last; }
  }).observe(document.head, { childList: true, characterData: true, subtree: true });

  // What is printed has every fold open; afterwards each is as it was.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open])").forEach(function (fold) { fold.open = true; opened.push(fold); });
  });
  window.addEventListener("afterprint", function () {
    opened.splice(0).forEach(function (fold) { fold.open = false; });
  });

  // Where what had the focus is drawn no more, as a button that did its work, the focus goes to what was said of it.
  var had = null, where = 0;
  function top(of) { return of.getBoundingClientRect().top; }
  function isLost() {
    return had && !had.isConnected && document.activeElement === document.body &&
      !document.querySelector('[data-test-script-state="running"]');
  }
  document.addEventListener("focusin", function (event) {
    had = event.target.type === "file" ? null : event.target;
    where = top(event.target);
  });
  function find() {
    if (!isLost()) { return; }  // who closes a list gives the focus back by itself, a moment later
    had = null;
    var main = document.querySelector('[data-testid="stMain"]');
    var said = main ? Array.from(main.querySelectorAll('[role="alert"], [role="status"]')) : [];
    said.sort(function (one, other) { return Math.abs(top(one) - where) - Math.abs(top(other) - where); });
    var at = said[0] || (main && main.querySelector("h1"));
    if (at) { at.setAttribute("tabindex", "-1"); at.focus(); }
  }
  new MutationObserver(function () {
    if (isLost()) { window.setTimeout(find, 150); }
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true,
    attributeFilter: ["data-test-script-state"] });

  // After a file is chosen the focus goes to the button that removes it, not to the top of the page.
  var chosen = false;
  document.addEventListener("change", function (event) { if (event.target.type === "file") { chosen = true; } }, true);
  new MutationObserver(function () {
    var remove = chosen && document.querySelector('[data-testid="stFileChipDeleteBtn"] button');
    if (remove) {
      chosen = false;
      var at = document.activeElement;
      if (at === document.body || at.type === "file") { remove.focus(); }
    }
  }).observe(document.body, { childList: true, subtree: true });
});
"""

OUR_HEAD = f"<style>{_STYLE}</style>\n<script>{_SCRIPT}</script>\n</head>"
_LANGUAGE = re.compile(r'<html lang="en">')
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_SHORTCUTICON = re.compile(r'<link rel="shortcut icon" href="[^"]*" />')
_AGENT_LINK = re.compile(r'<link rel="service-desc"[^>]*>')


def with_our_head(page: str) -> str:
    """Return Streamlit's page in British English, titled, with a visible focus and no one-letter shortcuts."""
    if '<html lang="en-GB">' in page:
        return page  # one of our own
    page = _LANGUAGE.sub('<html lang="en-GB">', page, count=1)
    page = _TITLE.sub(f"<title>{TITLE}</title>", page, count=1)
    page = _SHORTCUTICON.sub(f'<link rel="shortcut icon" href="{ICON}" />', page, count=1)
    page = _AGENT_LINK.sub("", page, count=1)
    return page.replace("</head>", OUR_HEAD, 1)
