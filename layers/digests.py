"""Digests of values that are stored: the same after a class was renamed or moved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum


def stable_digest(*values: object) -> str:
    """Return the SHA-256 of some values, 64 hexadecimal digits, whatever their classes are called.

    A data class counts by the values of its fields, in their order. Sets are refused: they have no order.

    Raises:
        TypeError: a value is none of the types that documents and definitions are made of.
    """
    return hashlib.sha256(json.dumps(_plain(values), ensure_ascii=False).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Decimal | date):
        return str(value)
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(member)] for key, member in value.items()]
    if isinstance(value, tuple | list):
        return [_plain(member) for member in value]
    raise TypeError(f"{type(value).__name__} has no stable digest")
