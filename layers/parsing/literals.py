"""What a literal of XML says beside a number or a boolean, in the forms of XML Schema."""

from __future__ import annotations

import re
from decimal import Decimal

from layers.parsing.cql2.parser import MAX_INTEGER

MAX_DIGITS = 60
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


def read_number(text: str) -> int | Decimal:
    """Return the exact number of a text.

    Raises:
        ValueError: not a number, or one that no column holds.
    """
    if len(text) > MAX_DIGITS or not _NUMBER.fullmatch(text):
        raise ValueError
    value = Decimal(text)
    if not -MAX_INTEGER < value < MAX_INTEGER or (value and value.adjusted() < -MAX_DIGITS):
        raise ValueError
    return int(value) if value == value.to_integral_value() else value


def read_boolean(text: str) -> bool:
    """Return the boolean of a text: ``true``, ``false``, ``1`` or ``0``, in any case.

    Raises:
        ValueError: anything else.
    """
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise ValueError from None
