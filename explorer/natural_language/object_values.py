"""The value of a field of the few objects that answer a question: « tarif d’une heure : 1,90 € »."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from explorer.map_state.parsing import MapQuery
from explorer.map_state.queries import layer_query
from explorer.natural_language.figure_values import FigureAnswer, FigureGroup, number_of
from interface.titles import name_of
from interface.wording import is_empty, words
from layers.access import Scope

MAX_OBJECTS = 12
"""More objects than that have no values in one answer."""


def read_value(scope: Scope, name: str, query: MapQuery, scopes: Mapping[str, Scope]) -> FigureAnswer:
    """Read the value of a field of the objects that answer, each with its title."""
    field = scope.filterable[name]
    rows = layer_query(scope, query, scopes).selection.queryset
    title_field = scope.filterable.get(scope.definition.title_field)
    sources = ["pk", field.source, *([title_field.source] if title_field else [])]
    groups = tuple(
        FigureGroup(
            name_of(scope, row[0], row[2] if title_field else None),
            "" if row[1] is None else str(row[1]),
            number_of(row[1]) if isinstance(row[1], int | float) and not isinstance(row[1], bool) else None,
            _("non renseigné") if is_empty(row[1]) else str(words(field, {field.name: row[1]})),
        )
        for row in rows.values_list(*sources)[:MAX_OBJECTS]
    )
    title = str(field.title)[:1].upper() + str(field.title)[1:]
    one = groups[0] if len(groups) == 1 else None
    if one is not None:
        title = _("%(field)s de « %(title)s »") % {"field": title, "title": one.label}
    return FigureAnswer(
        title=title,
        value=one.value if one else None,
        words=one.words if one else "" if groups else _("aucun objet de ce nom"),
        unit=field.unit,
        year="",
        groups=groups,
        beyond=0,
        address="",
        query=query,
    )
