"""``cql-text``, the draft of CQL2 text that GDAL (3.10 to 3.12, source read) writes and looks for by that name.

What differs from the standard is put in its words: ``ILIKE`` is a LIKE whatever the case. Values that the draft types
otherwise (0 and 1 beside a boolean, dates cut after their ``T``) are read beside their property, by the compiler.
"""

from __future__ import annotations

import re

_ILIKE = re.compile(
    r"""(?P<text>'(?:[^']|'')*+')
      | (?P<name>"(?:[^"]|"")*+"|(?<![\w.:])\w[\w.:]*+)\s++ILIKE\s++(?P<pattern>'(?:[^']|'')*+')""",
    re.VERBOSE | re.IGNORECASE,
)
_SHORT = re.compile(r"(\d{4}-\d{2}-\d{2})T(?:(\d{2})(:\d{2})?Z)?", re.ASCII)


def standard_text(text: str) -> str:
    """Return the filter in the words of CQL2 text."""
    return _ILIKE.sub(_like, text)


def standard_date(text: str) -> str:
    """Return a date or an instant in full when the draft cut it short: ``2024-05-31T``, ``2024-05-31T08Z``."""
    match = _SHORT.fullmatch(text)
    if match is None:
        return text
    day, hour, minute = match.groups()
    return f"{day}T{hour}{minute or ':00'}:00Z" if hour else day


def _like(match: re.Match[str]) -> str:
    if match["text"] is not None:
        return match["text"]
    return f"CASEI({match['name']}) LIKE CASEI({match['pattern']})"
