"""A receipt as a text to keep or print: what was stored, when, by whom, and how it is taken back."""

from __future__ import annotations

from collections.abc import Sequence

RULE = "-" * 40


def receipt_text(facts: Sequence[tuple[str, str]], lines: Sequence[str], *, simulated: bool) -> str:
    """Return a receipt as plain text, which opens and prints anywhere.

    Parameters
    ----------
    facts
        What is said by name, in order: "When", "29 November 2026, 15:40". None names a family.
    lines
        What happens next, in sentences.
    simulated
        Whether the records are of no real family; the receipt then says so first.
    """
    head = ["SIMULATED DATA: no real families."] if simulated else []
    told = [f"{name}: {' '.join(value.split())}" for name, value in facts]
    return "\r\n".join([*head, "Receipt", RULE, *told, RULE, *lines, ""])
