"""Values of controls as the script sends them, read once: a text, a number, yes or no, several texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.parsing.numbers import whole_number

MAX_TEXT, MAX_VALUES = 5_000, 200


def text_of(value: Any, name: str) -> str:
    """Return a text.

    Raises:
        InvalidParameter: it is none, or too long.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or len(value) > MAX_TEXT or "\x00" in value:
        raise refused(name, _("un texte"), value)
    return value.strip()


def flag_of(value: Any, name: str) -> bool:
    """Return yes or no.

    Raises:
        InvalidParameter: it is neither.
    """
    if value not in (True, False, "true", "false", "on", ""):
        raise refused(name, _("oui ou non"), value)
    return value in (True, "true", "on")


def number_of(value: Any, name: str) -> int | float:
    """Return a number, whole when it is.

    Raises:
        InvalidParameter: it is none.
    """
    try:
        found = float(str(value).replace(",", ".").replace("\u202f", "").replace(" ", ""))
    except ValueError:
        raise refused(name, _("un nombre"), value) from None
    if isinstance(value, bool) or not abs(found) < 1e15:
        raise refused(name, _("un nombre"), value)
    return int(found) if found == int(found) else found


def place_of(text: str, name: str, count: int) -> int:
    """Return a place in a list.

    Raises:
        InvalidParameter: it is none of its places.
    """
    place = whole_number(text, most=count - 1)
    if place is None:
        raise refused(name, _("une place de la liste"), text)
    return place


def texts_of(value: Any, name: str) -> tuple[str, ...]:
    """Return several texts, from a list or from one of them.

    Raises:
        InvalidParameter: one of them is no text, or they are too many.
    """
    items = value if isinstance(value, list) else [value]
    if len(items) > MAX_VALUES:
        raise refused(name, _("%d valeurs au plus") % MAX_VALUES, len(items))
    return tuple(dict.fromkeys(text_of(item, name) for item in items))


def typed(value: Any, schema: Mapping[str, Any], name: str) -> Any:
    """Return a value as a schema types it; None for an empty text, which takes the value away.

    Raises:
        InvalidParameter: it is not of that type.
    """
    if value in ("", None):
        return None
    kind = schema.get("type")
    if kind in {"number", "integer"}:
        return number_of(value, name)
    if kind == "array":
        return list(texts_of(value, name)) or None
    text = text_of(value, name)
    number = whole_number(text) if "anyOf" in schema else None
    return text if number is None else number


def refused(name: str, expected: str, value: Any) -> InvalidParameter:
    """Return the fault of a value that a control cannot have."""
    words = {"name": name[:60], "expected": expected, "value": str(value)[:60]}
    return InvalidParameter(
        _("%(name)s attend %(expected)s ; reçu « %(value)s ».") % words, parameter=name[:60]
    )
