"""The style sheet of the app's pages: light and dark, at every width, in forced colours and on paper."""

from __future__ import annotations

from toolkit.web.parts.palette import variables

_SCREEN = """
[data-testid="stMainBlockContainer"] { padding-top: 3.25rem; padding-bottom: 4rem; }
[data-testid="stMainBlockContainer"] h2 { margin-top: 1.25rem; }
.scrolls { overflow-x: auto; }
table.plain { border-collapse: collapse; width: 100%; font-size: 1rem; color: var(--ink); }
table.plain caption { text-align: left; font-weight: 600; padding: 0.25rem 0 0.5rem; }
table.plain th, table.plain td { text-align: left; padding: 0.4rem 0.75rem 0.4rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line); }
table.plain thead th { border-bottom: 2px solid var(--ink); }
table.plain th[scope="row"] { font-weight: 400; }
table.plain .number { text-align: right; font-variant-numeric: tabular-nums; }
table.plain th:last-child, table.plain td:last-child { padding-right: 0.25rem; }
table.plain .code { overflow-wrap: anywhere; font-family: monospace; }
@media (max-width: 600px) {
  table.stacks, table.stacks caption, table.stacks tbody, table.stacks tr, table.stacks th, table.stacks td {
    display: block; text-align: left !important; border: none; padding: 0.1rem 0; }
  table.stacks thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stacks tr { border-bottom: 1px solid var(--line); padding: 0.6rem 0; }
  table.stacks th[scope="row"] { font-weight: 600; }
  table.stacks td:empty { display: none; }
  table.stacks td::before { content: attr(data-label) ": "; color: var(--quiet);
    font-family: "Source Sans", sans-serif; }
}
.own-account a, .link a, table.plain a { color: var(--first); text-decoration: underline; }
/* A page's name in the menu goes on to a second line where words are large: half of it is no name. */
[data-testid="stSidebarNavLink"] span, [data-testid="stSidebarNavLink"] [data-testid="stMarkdownContainer"],
[data-testid="stSidebarNavLink"] p { white-space: normal !important; overflow: visible !important; }
pre.command { background: var(--raised); padding: 0.6rem 0.9rem; overflow-x: auto; margin: 0; }
a.term { color: var(--first); text-decoration: underline dotted; }
/* Sentences whose terms are links stand closer than those of Markdown: a page of one question is two screens. */
p.with-terms, div ul.with-terms { margin: 0; padding: 0; }
div ul.with-terms li { margin: 0 0 0 1.15em; padding: 0 0 0 0.3em; }
.source { color: var(--quiet); font-size: 0.9rem; margin: -0.75rem 0 0; }
button.sign-out { font: inherit; background: var(--ground); color: var(--ink); border: 1px solid var(--edge);
  border-radius: 0.5rem; padding: 0.3rem 0.9rem; cursor: pointer; }
button.sign-out:hover { border-color: var(--first); color: var(--first); }
/* What stands on the first colour is its ground's: white on the pale blue of a dark page could not be read. */
[data-testid="stBaseButton-primary"], [data-testid="stBaseButton-primary"] *,
[data-testid="stBaseButton-primaryFormSubmit"], [data-testid="stBaseButton-primaryFormSubmit"] * {
  color: var(--on-first); }
[data-testid="stBaseButton-primary"]:disabled, [data-testid="stBaseButton-primary"]:disabled * { color: inherit; }
/* Every chart has its numbers in a table beneath it: the grid behind these buttons cannot be read without a mouse. */
[data-testid="stElementToolbar"] { display: none; }
/* The ground of a picture is the page's own: a chart is drawn in the colours of either theme. */
[data-testid="stVegaLiteChart"] svg { background: transparent !important; }
[data-testid^="stAlertContent"], [data-testid^="stAlertContent"] p { color: var(--ink); }
.simulated { background: var(--notice); border-left: 8px solid var(--second); color: var(--ink); padding: 0.6rem 0.9rem;
  margin: 0; }
.simulated strong { display: block; }
.verdict { border-inline-start: 8px solid var(--first); padding: 0.35rem 0; padding-inline-start: 1rem; margin: 0;
  font-size: 1.45rem; line-height: 1.4; font-weight: 600; }
@media (max-width: 600px) { .verdict { font-size: 1.2rem; } }
[dir="rtl"] ul, [dir="rtl"] ol { padding: 0 1.6rem 0 0; }
"""

_FORCED = """
/* In forced colours a ground says nothing: what stands in a box is given an edge all round. */
@media (forced-colors: active) {
  .simulated, .verdict, [data-testid="stAlertContainer"], [data-testid="stExpander"] details {
    border: 2px solid CanvasText !important; }
  .simulated, .verdict { border-inline-start-width: 8px !important; }
  [role="tab"][aria-selected="true"] { border-bottom: 3px solid CanvasText; }
  [data-testid="stSidebarNavLink"][aria-current="page"] { outline: 2px solid CanvasText; }
  [data-testid="stVegaLiteChart"] svg { forced-color-adjust: none; background: #fff !important; color-scheme: light; }
  [data-testid="stVegaLiteChart"] { color-scheme: light; forced-color-adjust: none; }
}
"""

_PAPER = """
/* On paper: no menu, no button, every fold open, no heading left behind at a page's foot. */
@media print {
  @page { margin: 16mm 14mm; }
  .stApp, .stApp * { color-scheme: light !important; }
  .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] { background: #fff !important; color: #000; }
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stExpandSidebarButton"],
  [data-testid="stSkipToContent"], [data-testid="stButton"], [data-testid="stDownloadButton"], [data-testid="stTabs"]
  [role="tablist"], [data-testid="stFormSubmitButton"], [data-testid="stFileUploader"], [data-testid="stIconMaterial"],
  [data-testid="stBottomBlockContainer"], .own-account, button.sign-out, #page-announcer { display: none !important; }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none !important; }
  [data-testid="stExpander"] details { border: none !important; }
  [data-testid="stExpander"] details::details-content { content-visibility: visible !important; height: auto !important;
    opacity: 1 !important; }
  [data-testid="stExpander"] summary { font-weight: 600; list-style: none; padding: 0 !important; }
  [data-testid="stExpander"] [data-testid="stExpanderDetails"] { padding: 0 !important; }
  [data-testid="stTextArea"], [data-testid="stTextInput"], [data-testid="stCheckbox"], [data-testid="stSelectbox"],
  [data-testid="stRadio"] { display: none !important; }
  [data-testid="stAlertContainer"] { background: #fff !important; border: 1px solid #0b0c0c !important; }
  .stApp p, .stApp li, .stApp h1, .stApp h2, .stApp h3, .stApp summary, .stApp strong { color: #0b0c0c !important; }
  .scrolls { overflow: visible; }
  h1, h2, h3, h4, summary, caption { break-after: avoid; }
  tr, .simulated, .verdict, [data-testid="stVegaLiteChart"] { break-inside: avoid; }
  p, li { orphans: 3; widows: 3; }
  .simulated, .verdict { print-color-adjust: exact; }
}
"""

STYLE = f"<style>\n{variables()}\n{_SCREEN}{_FORCED}{_PAPER}</style>"

WIDE = """<style>
[data-testid="stMainBlockContainer"] { max-width: 62rem; }
[data-testid="stMainBlockContainer"] h2 { margin-top: 0; padding-top: 0.25rem; }
</style>"""
"""For a page of two columns: as wide as both, with less room above its headings."""
