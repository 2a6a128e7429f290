"""Empty arrays of CQL2 text, ``()``: in the standard (OGC 21-065r2, ``arrayExpression``), not in ``cql2`` 0.6.

The parser gets an array of one text that no client can write, since it holds a null character; it is taken out of what
the parser gives back.
"""

from __future__ import annotations

import re

_MARK = "'\x00'"
_MARKED = ["\x00"]
_EMPTY = re.compile(
    r"""(?P<kept>'(?:[^']|'')*+' | "(?:[^"]|"")*+")
      | (?P<before>[(,]\s*+\()(?P<after>\s*+\))""",
    re.VERBOSE,
)


def marked(text: str) -> str:
    """Return the text with a mark in each pair of parentheses that is an argument and holds nothing."""
    return _EMPTY.sub(lambda match: match["kept"] or f"{match['before']}{_MARK}{match['after']}", text)


def unmarked(text: str) -> str:
    """Return a text, or a part of one, as the client wrote it."""
    return text.replace(_MARK, "")


def emptied(value: object) -> object:
    """Return what the parser gave, with the marked arrays empty."""
    if value == _MARKED:
        return []
    if isinstance(value, list):
        return [emptied(item) for item in value]
    if isinstance(value, dict):
        return {key: emptied(item) for key, item in value.items()}
    return value
