"""Pages of the API for people: the properties of a layer as a table, and the filters of the page of its objects.

A property has an example query; the filters are words, a commune, the coded fields, and CQL2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.definitions import ID, Field, FieldType
from layers.models import Commune
from layers.parsing.properties import property_names
from layers.parsing.query import COMPANIONS
from ogc.formats import schemas

_COMMUNE = "commune"
# What CQL2 text reads as a name without quotation marks, but for what it reads as something else.
_PLAIN = re.compile(r"[^\W\d_]\w*")
_WORDS = frozenset({"and", "or", "not", "null", "true", "false"})


@dataclass(frozen=True, slots=True)
class PropertyExample:
    """An example query on a property: the parameter of ``items``, and its value."""

    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class Described:
    """A property, what else is to be known of it, and questions that name it."""

    field: Field
    notes: tuple[str, ...] = ()
    questions: tuple[PropertyExample, ...] = ()


def filtered(scope: Scope, communes: Iterable[Commune]) -> list[Described]:
    """Describe the properties that may be filtered on, each with a filter; communes have their code and name."""
    choices = tuple((commune.code, commune.nom) for commune in communes)
    fields = [
        replace(field, choices=choices) if field.name == _COMMUNE else field
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


def spatial_example() -> PropertyExample:
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


# More lists than this would hide the table under its own filters; the rest is asked by CQL2.
_MOST = 6
_NOT_CARRIED = {"f", "cursor"}


@dataclass(frozen=True, slots=True)
class Control:
    """A field of the form: its parameter, its label, its value; ``choices`` are (value, label), none for a text."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""


def controls(
    scope: Scope, parameters: Mapping[str, Sequence[str]], communes: Iterable[Commune]
) -> tuple[list[Control], list[tuple[str, str]]]:
    """Return the fields of the form, and the other parameters as hidden fields."""
    values = {name: texts[0] for name, texts in parameters.items() if texts}
    choices = tuple((commune.code, commune.nom) for commune in communes)
    names = property_names(scope.filterable, allowed=("f",))
    coded = [field for field in scope.fields if field.name in names and _choices(field)][:_MOST]
    offered = [
        Control("q", _("Mots"), values.get("q", ""), help=_("Cherchés dans tous les textes.")),
        Control("commune", _("Commune"), values.get("commune", ""), choices),
        *_of_time(scope, values),
        *(_of_field(field, values) for field in coded),
        Control("filter", _("Filtre CQL2"), values.get("filter", ""), help=_filter_example(scope)),
    ]
    visible = {control.name for control in offered} | _NOT_CARRIED
    carried = [(name, value) for name, texts in parameters.items() if name not in visible for value in texts]
    return offered, carried


def filled_parameters(parameters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the parameters of a form without its empty fields and the parameters that only qualify those."""
    filled = {name: [value for value in texts if value] for name, texts in parameters.items()}
    return {name: texts for name, texts in filled.items() if texts and filled.get(COMPANIONS.get(name, name))}


def _of_time(scope: Scope, values: Mapping[str, str]) -> list[Control]:
    if scope.time_field is None:
        return []
    help_text = _(
        "Champ « %s » : un jour, ou deux autour de / (2024-01-01/2024-12-31). Les objets sans date sont compris."
    )
    return [
        Control("datetime", _("Période"), values.get("datetime", ""), help=help_text % scope.time_field.title)
    ]


def _of_field(field: Field, values: Mapping[str, str]) -> Control:
    label = str(field.title)
    return Control(
        field.name, label[:1].upper() + label[1:], values.get(field.name, ""), tuple(_choices(field))
    )


def _choices(field: Field) -> list[tuple[str, str]]:
    if field.type is FieldType.BOOLEAN:
        return [("true", _("Oui")), ("false", _("Non"))]
    return [(str(code), str(title)) for code, title in field.choices]


def _filter_example(scope: Scope) -> str:
    number = next((field for field in scope.fields if field.type in _NUMBERS), None)
    return _("Par exemple : %s") % example(number or next(iter(scope.fields), ID))


_NUMBERS = {FieldType.INTEGER, FieldType.NUMBER}
