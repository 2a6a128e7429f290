"""Conditions of forms: ``field op value`` joined by and / or, evaluated alike here and in ``filling/rules.js``.

``tests/cases/form_rules.json`` holds the cases that both evaluators answer. A condition is plain JSON: a leaf
``{"field": "state", "op": "=", "value": "broken"}``, or ``{"all": […]}`` and ``{"any": […]}`` of conditions.

A missing answer (null, an empty text or list) is different from every value, equals none, and is not compared.
Numbers compare as numbers, also when one is a text of digits; dates compare as ISO 8601 texts; lists are sets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from webforms.errors import InvalidForm
from webforms.vocabulary import MAX_CONDITIONS, MAX_DEPTH

Condition = Mapping[str, Any]
ALL, ANY = "all", "any"
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "in", "contains", "empty")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?", re.ASCII)
_LARGEST = 1e15
# What neither UTF-8 nor a JSON document of PostgreSQL can hold.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether a document can hold a text: no null character, no half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def holds(condition: Condition | None, answers: Mapping[str, Any]) -> bool:
    """Whether a condition is true of some answers, by name of item; no condition always is."""
    if not condition:
        return True
    if ALL in condition:
        return all(holds(part, answers) for part in condition[ALL])
    if ANY in condition:
        return any(holds(part, answers) for part in condition[ANY])
    return _compare(condition["op"], answers.get(condition["field"]), condition.get("value"))


def _compare(operator: str, answer: Any, value: Any) -> bool:
    if operator == "empty":
        return _is_missing(answer) is (value is not False)
    if _is_missing(answer):
        return operator == "!="
    if operator == "!=":
        return not _equals(answer, value)
    return _COMPARISONS[operator](answer, value)


def _is_missing(answer: Any) -> bool:
    return answer is None or answer in ("", [])


def _members(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _equals(answer: Any, value: Any) -> bool:
    if isinstance(answer, list) or isinstance(value, list):
        left, right = _members(answer), _members(value)
        return all(_has(right, each) for each in left) and all(_has(left, each) for each in right)
    return _scalars_equal(answer, value)


def _has(members: list[Any], value: Any) -> bool:
    return any(_scalars_equal(member, value) for member in members)


def _scalars_equal(answer: Any, value: Any) -> bool:
    if isinstance(answer, bool) or isinstance(value, bool):
        return _boolean(answer) == _boolean(value) != ""
    first, second = _number(answer), _number(value)
    if first is not None and second is not None:
        return first == second
    return isinstance(answer, str) and isinstance(value, str) and answer == value


def _boolean(value: Any) -> str:
    """Return a boolean as JSON writes it, or nothing."""
    text = str(value).lower() if isinstance(value, bool) else value
    return text if text in {"true", "false"} else ""


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _ordered(answer: Any, value: Any) -> int | None:
    """Return -1, 0 or 1 as the answer is before, at or after a value; None where they have no order."""
    first, second = _number(answer), _number(value)
    if first is not None and second is not None:
        return (first > second) - (first < second)
    if not (isinstance(answer, str) and isinstance(value, str)):
        return None
    if not (_INSTANT.fullmatch(answer) and _INSTANT.fullmatch(value)):
        return None
    before, after = answer.replace(" ", "T"), value.replace(" ", "T")
    return (before > after) - (before < after)


def _in(answer: Any, value: Any) -> bool:
    return any(_has(_members(value), each) for each in _members(answer))


def _contains(answer: Any, value: Any) -> bool:
    if isinstance(answer, list):
        return all(_has(answer, each) for each in _members(value))
    return isinstance(answer, str) and isinstance(value, str) and value in answer


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": _equals,
    "<": lambda answer, value: _ordered(answer, value) == -1,
    "<=": lambda answer, value: _ordered(answer, value) in (-1, 0),
    ">": lambda answer, value: _ordered(answer, value) == 1,
    ">=": lambda answer, value: _ordered(answer, value) in (0, 1),
    "in": _in,
    "contains": _contains,
}


def leaves(condition: Condition | None) -> Iterator[Condition]:
    """Yield the comparisons of a condition."""
    if not condition:
        return
    for part in condition.get(ALL, condition.get(ANY, ())):
        yield from leaves(part)
    if "field" in condition:
        yield condition


def read_condition(value: Any, *, label: str) -> Condition | None:
    """Return a condition of a document, checked; ``label`` names what it belongs to.

    Raises:
        InvalidForm: it is no condition, has an operator that there is not, or is over the bounds.
    """
    if not value:
        return None
    _check(value, label, 1)
    if sum(1 for _leaf in leaves(value)) > MAX_CONDITIONS:
        raise InvalidForm(
            _("« %(place)s » : une condition compte %(max)d comparaisons au plus.")
            % {"place": label, "max": MAX_CONDITIONS},
            parameter=label,
        )
    condition: Condition = value
    return condition


def _check(value: Any, label: str, depth: int) -> None:
    fault = InvalidForm(_("« %s » : la condition ne se lit pas.") % label, parameter=label)
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        raise fault
    joint = next((each for each in (ALL, ANY) if each in value), "")
    if joint:
        if set(value) != {joint} or not isinstance(value[joint], list) or not value[joint]:
            raise fault
        for part in value[joint]:
            _check(part, label, depth + 1)
    elif not _is_comparison(value):
        raise fault
    elif value["op"] not in OPERATORS:
        raise InvalidForm(
            _("« %(place)s » : l’opérateur « %(operator)s » n’existe pas.")
            % {"place": label, "operator": value["op"][:20]},
            parameter=label,
        )


def _is_comparison(value: dict[str, Any]) -> bool:
    has_names = isinstance(value.get("field"), str) and isinstance(value.get("op"), str)
    return set(value) <= {"field", "op", "value"} and has_names and _is_value(value.get("value"))


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= MAX_CONDITIONS and all(_is_scalar(each) for each in value)
    return _is_scalar(value)


def _is_scalar(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, bool | int | float) and abs(value) <= _LARGEST)  # NaN is not
        or (isinstance(value, str) and len(value) <= 500 and is_storable(value))
    )
