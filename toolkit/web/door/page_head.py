"""The head of the page: language, title, and what Streamlit's own page lacks for people who do not use a mouse.

Streamlit's page shows no focus on its links, reruns at a bare press of "r", loses the focus after a file is chosen by
keyboard, and changes page without saying so; the first three break WCAG 2.2 (2.4.7, 2.1.4, 2.4.3).
"""

from __future__ import annotations

import re

from toolkit.web.door.page_scripts import SCRIPT

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
form[role="search"] { margin-bottom: 1rem; }
form[role="search"] input { font: inherit; width: 100%; max-width: 22rem; padding: .3rem .5rem; margin: .25rem 0 .5rem;
  border: 1px solid #767f85; border-radius: .5rem; box-sizing: border-box; background: transparent;
  color: inherit; }
ol.hits { padding-left: 1.5rem; } ol.hits li { margin-bottom: .75rem; }
#restarted { position: fixed; z-index: 1000000; left: 0; right: 0; bottom: 0; background: #fff3c4; color: #0b0c0c;
  border-top: 4px solid #b35c00; padding: .75rem 1rem; }
#restarted button { font: inherit; text-decoration: underline; background: none; border: 0; color: #1d4f76;
  min-height: 24px; cursor: pointer; }
#page-announcer { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
"""

OUR_HEAD = f"<style>{_STYLE}</style>\n<script>{SCRIPT}</script>\n</head>"
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
