"""Texts that files of the portal protect from spreadsheets (``export_formats.csv``), read as they were."""

from __future__ import annotations

import re

# Files of the portal have semicolons: apostrophes are at the beginning, and after the separators of other readers.
_APOSTROPHE = re.compile(r"""(^|[,\t\n\r]"*)'(?='*[=+\-@\t\n\r＝＋－＠])""")


def plain_text(text: str) -> str:
    """Return a text without the apostrophes that stop a spreadsheet from running it."""
    return _APOSTROPHE.sub(r"\1", text)
