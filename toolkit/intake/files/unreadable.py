"""The sentences for a workbook that cannot be read as a whole."""

from __future__ import annotations


def damaged(name: str) -> str:
    """Return the sentence for a workbook that cannot be unpacked or understood."""
    return (
        f'"{name}" is damaged: it cannot be read as a workbook. Open it in Excel; if it opens, save it under a new '
        "name and upload that."
    )


def too_large(name: str, where: str = "") -> str:
    """Return the sentence for a workbook that would need too much memory."""
    return (
        f'"{name}" is too large to read{where}. Something may have been typed or pasted far below or far to the right '
        "of the table. Copy only the table into a new workbook and upload that."
    )


def errors_somewhere(name: str) -> str:
    """Return the sentence for a workbook with errors in cells whose place is not known."""
    return (
        f'"{name}" has cells that show an error, such as #N/A, and what they stand for is not known. '
        "Put their formulas right, or type the values, and upload it again."
    )
