"""Whole numbers of addresses, forms and files, bounded before Python converts them.

``int`` raises ``ValueError`` above 4,300 digits, takes a time that grows with the square of their count, and reads
digits of every script: a text that is not checked first is a fault of the server.
"""

from __future__ import annotations

# The largest identifier that a column of PostgreSQL holds (bigint).
MAX_BIGINT = 2**63 - 1
_MAX_DIGITS = len(str(MAX_BIGINT))


def parse_integer(text: str, *, minimum: int = 0, maximum: int = MAX_BIGINT) -> int | None:
    """Return the number that a text of ASCII digits writes, None outside ``minimum`` to ``maximum``."""
    if not (len(text) <= _MAX_DIGITS and text.isascii() and text.isdecimal()):
        return None
    number = int(text)
    return number if minimum <= number <= maximum else None
