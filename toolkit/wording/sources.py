"""Where the figures of a picture are from, said the same on a page, in its files and in a report."""

from __future__ import annotations

MADE_UP = "records of a county that a computer made up."
OWN_RECORDS = "this council's own records, as they were protected before they were shown."
PUBLISHED = "what the Department for Education and councils have published."
