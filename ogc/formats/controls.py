"""The filters that the page of objects offers people: words, a commune, the coded fields, and CQL2 for who knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.definitions import ID, Field, FieldType
from layers.models import Commune
from layers.parsing.properties import property_names
from layers.parsing.query import COMPANIONS
from ogc.formats.properties import example

# More lists than this would hide the table under its own filters; the rest is asked by CQL2.
_MOST = 6
_TAKEN_UP_AGAIN = {"f", "cursor"}


@dataclass(frozen=True, slots=True)
class Control:
    """A field of the form: its parameter, its label, its value; ``choices`` are (value, label), none for a text."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""


def controls(
    scope: Scope, asked: Mapping[str, Sequence[str]], communes: Iterable[Commune]
) -> tuple[list[Control], list[tuple[str, str]]]:
    """Return the fields of the form, and the other parameters asked, which it carries along unseen."""
    values = {name: given[0] for name, given in asked.items() if given}
    places = tuple((commune.code, commune.nom) for commune in communes)
    names = property_names(scope.filterable, allowed=("f",))
    coded = [found for found in scope.fields if found.name in names and _choices(found)][:_MOST]
    offered = [
        Control("q", _("Mots"), values.get("q", ""), help=_("Cherchés dans tous les textes.")),
        Control("commune", _("Commune"), values.get("commune", ""), places),
        *_of_time(scope, values),
        *(_of_field(found, values) for found in coded),
        Control("filter", _("Filtre CQL2"), values.get("filter", ""), help=_example(scope)),
    ]
    shown = {control.name for control in offered} | _TAKEN_UP_AGAIN
    carried = [(name, value) for name, given in asked.items() if name not in shown for value in given]
    return offered, carried


def kept(asked: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return what a form says: a field left empty asks nothing, and takes along what told how to read it."""
    filled = {name: [value for value in given if value] for name, given in asked.items()}
    return {name: given for name, given in filled.items() if given and filled.get(COMPANIONS.get(name, name))}


def _of_time(scope: Scope, values: Mapping[str, str]) -> list[Control]:
    if scope.time_field is None:
        return []
    told = _(
        "Champ « %s » : un jour, ou deux autour de / (2024-01-01/2024-12-31). Les objets sans date sont compris."
    )
    return [Control("datetime", _("Période"), values.get("datetime", ""), help=told % scope.time_field.title)]


def _of_field(field: Field, values: Mapping[str, str]) -> Control:
    label = str(field.title)
    return Control(
        field.name, label[:1].upper() + label[1:], values.get(field.name, ""), tuple(_choices(field))
    )


def _choices(field: Field) -> list[tuple[str, str]]:
    if field.type is FieldType.BOOLEAN:
        return [("true", _("Oui")), ("false", _("Non"))]
    return [(str(code), str(title)) for code, title in field.choices]


def _example(scope: Scope) -> str:
    number = next((field for field in scope.fields if field.type in _NUMBERS), None)
    return _("Par exemple : %s") % example(number or next(iter(scope.fields), ID))


_NUMBERS = {FieldType.INTEGER, FieldType.NUMBER}
