"""The properties of a layer as a table for people: what each one is, and a question that names it, ready to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.definitions import ID, Field, FieldType
from layers.models import Commune
from ogc.formats import schemas

_COMMUNE = "commune"
# What CQL2 text reads as a name without quotation marks, but for what it reads as something else.
_PLAIN = re.compile(r"[^\W\d_]\w*")
_WORDS = frozenset({"and", "or", "not", "null", "true", "false"})


@dataclass(frozen=True, slots=True)
class PropertyExample:
    """A question about a property: the parameter of ``items`` that asks it, and its value."""

    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class Described:
    """A property, what else is to be known of it, and questions that name it."""

    field: Field
    notes: tuple[str, ...] = ()
    questions: tuple[PropertyExample, ...] = ()


def filtered(scope: Scope, communes: Iterable[Commune]) -> list[Described]:
    """Describe the properties that may be filtered on, each with a filter; communes are told by code and name."""
    places = tuple((commune.code, commune.nom) for commune in communes)
    fields = [
        replace(field, choices=places) if field.name == _COMMUNE else field
        for field in scope.filterable.values()
    ]
    return [Described(field, questions=(PropertyExample("filter", example(field)),)) for field in fields]


def sorted_on(scope: Scope) -> list[Described]:
    """Describe the properties that may be sorted on, each with both orders."""
    return [
        Described(field, questions=(PropertyExample("sortby", name), PropertyExample("sortby", f"-{name}")))
        for name, field in schemas.sortable(scope).items()
    ]


def returned(scope: Scope) -> list[Described]:
    """Describe the properties of a feature, with what a client that writes must know."""
    received, required = schemas.received(scope), set(schemas.required_of(scope))
    fields = [ID, *(field for field in scope.fields if field.name != ID.name)]
    return [Described(field, tuple(_notes(scope, field, received, required))) for field in fields]


def place_example() -> PropertyExample:
    """Return a filter on the geometry."""
    return PropertyExample("filter", "S_DWITHIN(geom, POINT(2.23 48.81), 500)")


def example(field: Field) -> str:
    """Return a CQL2 filter on a field, which fits its type."""
    return _EXAMPLES[field.type](named(field.name), field)


def named(name: str) -> str:
    """Return a name as CQL2 text writes it: between quotation marks when it is not a plain word (21-065r2)."""
    is_plain = _PLAIN.fullmatch(name) and name.lower() not in _WORDS
    return name if is_plain else '"' + name.replace('"', '""') + '"'


def _code(field: Field, otherwise: str) -> str:
    code = str(field.choices[0][0]) if field.choices else otherwise
    return "'" + code.replace("'", "''") + "'"


_EXAMPLES: Mapping[FieldType, Callable[[str, Field], str]] = {
    FieldType.TEXT: lambda name, field: (
        f"{name} = {_code(field, '')}" if field.choices else f"{name} LIKE 'A%'"
    ),
    FieldType.INTEGER: lambda name, field: (
        f"{name} = {field.choices[0][0]}" if field.choices else f"{name} > 10"
    ),
    FieldType.NUMBER: lambda name, _field: f"{name} > 10",
    FieldType.BOOLEAN: lambda name, _field: f"{name} = TRUE",
    FieldType.DATE: lambda name, _field: f"{name} > DATE('2024-01-01')",
    FieldType.DATETIME: lambda name, _field: f"{name} > TIMESTAMP('2024-01-01T00:00:00Z')",
    FieldType.TEXTS: lambda name, field: f"A_CONTAINS({name}, ({_code(field, 'A')}))",
}


def _notes(scope: Scope, field: Field, received: set[str], required: set[str]) -> Iterable[str]:
    if field.name == getattr(scope.time_field, "name", None):
        yield _("date de l’objet, que datetime interroge")
    if field.name not in received:
        yield _("calculé par le portail")
    if field.name in required:
        yield _("obligatoire à l’écriture")
    if field is not ID and schemas.may_be_null(scope, field):
        yield _("peut manquer")
