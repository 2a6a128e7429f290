"""A condition on one field as people give it in an address: CQL2 text for the kernel, and words.

The form of a value depends on the field:

=========================  =======================================================================================
coded, boolean or facet    the value itself, several for « or »
number, date, instant      ``from..to``, either may be missing, or one value; ``from..<to`` leaves the end out,
                           ``>from..`` the beginning, of numbers
date, instant              also ``last-14-days``, ``this-month`` (``layers.parsing.relative_periods``), and ends counted
                           from the day of the request: ``today``, ``today-14d``
text                       words it contains, whatever the case and the accents; ``=text`` for the whole value
list of texts              one of its texts
any                        ``-`` for « not filled in »
=========================  =======================================================================================
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from interface import wording
from layers.aggregates import Scalar
from layers.definitions import Field, FieldType
from layers.errors import InvalidDatetime, InvalidParameter
from layers.parsing.relative_periods import (
    is_relative_period,
    relative_day,
    relative_period,
    relative_period_words,
)

EMPTY = "-"
RANGE, BEFORE, AFTER = "..", "<", ">"
RANGED = frozenset({FieldType.INTEGER, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME})
DAYS = frozenset({FieldType.DATE, FieldType.DATETIME})
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)


def is_coded(field: Field) -> bool:
    """Whether the values of a field are chosen from a list, each one exactly."""
    return bool(field.choices) or field.is_facet or field.type is FieldType.BOOLEAN


def value_text(value: Scalar) -> str:
    """Write a value as addresses hold it."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.date):
        return (timezone.localdate(value) if isinstance(value, dt.datetime) else value).isoformat()
    return str(value)


def condition(field: Field, values: Sequence[str], *, parameter: str) -> str:
    """Return the CQL2 text that selects the rows whose field has one of these values.

    Raises:
        InvalidParameter: a value that the field cannot have, named by ``parameter``.
    """
    name = f'"{field.name}"'
    exact = [value for value in values if value != EMPTY]
    alternatives = _written(field, name, exact, parameter) if exact else []
    if EMPTY in values:
        alternatives.append(f"{name} IS NULL")
        alternatives += [f"{name} = ''"] if field.type is FieldType.TEXT else []
    return f"({' OR '.join(alternatives)})"


def _written(field: Field, name: str, values: Sequence[str], parameter: str) -> list[str]:
    if field.type is FieldType.TEXTS:
        return [f"A_OVERLAPS({name}, ({', '.join(map(literal, values))}))"]
    if field.type is FieldType.BOOLEAN:
        return [_boolean(name, value, parameter) for value in values]
    if field.type in RANGED:
        return [_range(field, name, value, parameter) for value in values]
    if is_coded(field):
        return [f"{name} IN ({', '.join(map(literal, values))})"]
    return [_text(name, value) for value in values]


def literal(text: str) -> str:
    """Write a text as a CQL2 literal."""
    return "'" + text.replace("'", "''") + "'"


def _boolean(name: str, value: str, parameter: str) -> str:
    if value not in {"true", "false"}:
        raise _unreadable(value, _("oui (true) ou non (false)"), parameter)
    return f"{name} = {value.upper()}"


def _text(name: str, value: str) -> str:
    if value.startswith("="):
        return f"{name} = {literal(value[1:])}"
    pattern = re.sub(r"([\\%_])", r"\\\1", value)
    return f"CASEI(ACCENTI({name})) LIKE CASEI(ACCENTI({literal(f'%{pattern}%')}))"


def resolved_range(value: str) -> str:
    """Return a value with days in place of what is counted from the day of the request."""
    if is_relative_period(value):
        days = relative_period(value)
        return f"{days.first}{RANGE}{days.last}"
    first, separator, last = value.partition(RANGE)
    mark = BEFORE if last.startswith(BEFORE) else ""
    return f"{_resolved(first)}{separator}{mark}{_resolved(last.removeprefix(BEFORE))}"


def _resolved(text: str) -> str:
    return str(relative_day(text)) if _is_relative_day(text) else text


def _is_relative_day(text: str) -> bool:
    return text.startswith("today")


def _range(field: Field, name: str, value: str, parameter: str) -> str:
    if field.type in DAYS and is_relative_period(value):
        return f"T_INTERSECTS({name}, PERIOD({literal(value)}))"
    first, separator, last = value.partition(RANGE)
    if not separator:
        if field.type is not FieldType.DATETIME:
            return f"{name} = {_value(field, value, parameter)}"
        last = first
    operator = ">" if first.startswith(AFTER) and field.type not in DAYS else ">="
    start = first.removeprefix(AFTER) if operator == ">" else first
    bounds = [f"{name} {operator} {_value(field, start, parameter)}"] if first else []
    if last.startswith(BEFORE):
        bounds.append(f"{name} < {_value(field, last.removeprefix(BEFORE), parameter)}")
    elif last:
        bounds.append(_until(field, name, last, parameter))
    if not bounds:
        raise _unreadable(value, _("de..à"), parameter)
    return f"({' AND '.join(bounds)})"


def _until(field: Field, name: str, last: str, parameter: str) -> str:
    """Hold the last value too: of instants, the whole of the last day."""
    if field.type is not FieldType.DATETIME or _is_relative_day(last):
        return f"{name} <= {_value(field, last, parameter)}"
    day = _day(last, parameter)
    if day == dt.date.max:
        return f"{name} <= DATE('{day}')"
    return f"{name} < DATE('{day + dt.timedelta(days=1)}')"


def _value(field: Field, text: str, parameter: str) -> str:
    if field.type in DAYS and _is_relative_day(text):
        try:
            relative_day(text)
        except InvalidDatetime as refused:
            raise InvalidParameter(refused.detail, parameter=parameter[:120]) from None
        return f"TODAY({literal(text)})"
    if field.type in DAYS:
        return f"DATE('{_day(text, parameter)}')"
    if not _NUMBER.fullmatch(text):
        raise _unreadable(text, _("un nombre"), parameter)
    return text


def _day(text: str, parameter: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _unreadable(text, _("une date AAAA-MM-JJ"), parameter) from None


def _unreadable(value: str, expected: str, parameter: str) -> InvalidParameter:
    return InvalidParameter(
        _("%(name)s attend %(expected)s ; reçu « %(value)s ».")
        % {"name": parameter[:120], "expected": expected, "value": value[:60]},
        parameter=parameter[:120],
    )


def value_words(field: Field, value: str) -> str:
    """Write one value of a condition in words, as ``condition`` reads it."""
    if value == EMPTY:
        return _("non renseigné")
    if field.type in RANGED:
        return _range_words(field, value)
    if field.type is FieldType.BOOLEAN:
        return _("Oui") if value == "true" else _("Non")
    if is_coded(field) or field.type is FieldType.TEXTS:
        return str(field.label(value))
    return value[1:] if value.startswith("=") else _("contient « %s »") % value


def _range_words(field: Field, value: str) -> str:
    if field.type in DAYS:
        if is_relative_period(value):
            return relative_period_words(value)
        value = resolved_range(value)
    first, separator, last = value.partition(RANGE)
    start, end = _bound(field, first.removeprefix(AFTER)), _bound(field, last.removeprefix(BEFORE))
    if not separator:
        return start
    words = _DAY_RANGES if field.type in DAYS else _OPEN_RANGES if first.startswith(AFTER) else _NUMBER_RANGES
    form = (bool(first), "before" if last.startswith(BEFORE) else "to" if last else "")
    return _(words[form]) % {"first": start, "last": end}


# Whether a range has a start, and how it ends.
_NUMBER_RANGES = {
    (True, "to"): gettext_noop("de %(first)s à %(last)s"),
    (True, "before"): gettext_noop("de %(first)s à moins de %(last)s"),
    (True, ""): gettext_noop("à partir de %(first)s"),
    (False, "to"): gettext_noop("jusqu’à %(last)s"),
    (False, "before"): gettext_noop("moins de %(last)s"),
    (False, ""): "",
}
_OPEN_RANGES = {
    (True, "to"): gettext_noop("plus de %(first)s, jusqu’à %(last)s"),
    (True, "before"): gettext_noop("plus de %(first)s et moins de %(last)s"),
    (True, ""): gettext_noop("plus de %(first)s"),
}
_DAY_RANGES = {
    (True, "to"): gettext_noop("du %(first)s au %(last)s"),
    (True, "before"): gettext_noop("à partir du %(first)s et avant le %(last)s"),
    (True, ""): gettext_noop("à partir du %(first)s"),
    (False, "to"): gettext_noop("jusqu’au %(last)s"),
    (False, "before"): gettext_noop("avant le %(last)s"),
    (False, ""): "",
}


def _bound(field: Field, text: str) -> str:
    if not text:
        return ""
    if field.type in DAYS:
        return wording.day(text)
    if wording.is_year(field):
        return wording.year(float(text))
    return f"{wording.number(float(text))}{wording.HARD_SPACE}{wording.unit(field.unit)}".strip()
