"""How Sphinx makes the docs: `make docs` builds them, and every warning is an error."""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS), str(DOCS.parent)]

from toolkit import __version__  # noqa: E402

project = "Children's Centre toolkit"
release = version = __version__
copyright = "the authors of the Children's Centre toolkit. MIT licence"
language = "en-GB"

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_pages",
]
templates_path = ["_templates"]
exclude_patterns = ["_build"]

# Every reference within the docs must lead somewhere: pages and headings by MyST, public names by nitpick. What a
# signature names from other packages, or from within the package, has no page here and needs none.
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!toolkit\.stats\.\w+$).*")]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]

default_role = "py:obj"  # a docstring's `match` leads to its page
autodoc_typehints_format = "short"
autodoc_class_signature = "separated"  # nobody makes a result by hand
_ARRAYS = dict.fromkeys(("Floats", "Integers", "Booleans", "AnyArray"), "ndarray")
autodoc_type_aliases = _ARRAYS | {"ArrayLike": "ArrayLike"}  # said, not spelled out over three lines
autodoc_member_order = "bysource"
autosummary_generate = True
numpydoc_show_class_members = False  # the pages' template lists them
python_maximum_signature_line_length = 80

highlight_language = "none"

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": project},
    "navigation_with_keys": False,
    "header_links_before_dropdown": 7,
    "show_prev_next": False,
    "navbar_persistent": ["search-button"],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars = {"index": [], "pictures": []}
