"""The table of a layer: sort, columns, and pages of rows. Its address is that of the map with these parameters.

============  ======================================================================================
``tri``       the property that sorts, after a ``-`` from the last to the first; ``_distance`` around a place
``colonnes``  the properties shown, separated by commas
``apres``     the cursor of a page: the rows that follow the one it names
``par``       the property that statistics are counted by
============  ======================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from explorer.catalogue.queries import columns as default_columns
from explorer.layer_panel.queries import DISTANCE, DISTANCE_FIELDS, by_distance, measured
from explorer.map_state.parsing import BY, BY_TITLE, COLUMNS, SORT, TABLE, TOUCHING, MapQuery, Pair, parse_map
from explorer.map_state.queries import LayerQuery, layer_query, on_map
from interface.requests import Parameters, filled
from interface.territory import label_communes
from layers.access import Scope
from layers.aggregates import Totals, totals
from layers.cache import BoundedCache
from layers.definitions import Field, FieldType
from layers.errors import BadRequest, InvalidCursor, InvalidParameter, UnknownProperty
from layers.parsing import single_values
from layers.parsing.query import MATCHED
from layers.queries import Selection
from layers.sql.limits import time_limit

AFTER = "apres"
_OWN = (SORT, COLUMNS, AFTER, BY)
_SORT = re.compile(r"-?\w{1,63}")
PAGE_ROWS = 500
MAX_COLUMNS = 60
_marks: BoundedCache[list[str]] = BoundedCache(32)


@dataclass(frozen=True, slots=True)
class TableQuery:
    """The table of a layer under the map's question. Names are not resolved, which takes a scope.

    Empty ``sort``, ``columns`` and ``by`` leave the choice to the layer; an empty ``after`` means the first page.
    """

    map: MapQuery
    sort: str = ""
    columns: tuple[str, ...] = ()
    after: str = ""
    by: str = ""


def parse_table(parameters: Parameters) -> TableQuery:
    """Read the address of an answer.

    Raises:
        UnknownParameter: a name that is neither the map's nor above.
        InvalidParameter: a value that cannot be read, naming its parameter.
    """
    values = filled(parameters)
    own = single_values({name: values[name] for name in _OWN if name in values}, allowed=_OWN)
    if SORT in own and not _SORT.fullmatch(own[SORT]):
        raise InvalidParameter(
            _("tri attend un champ, précédé de « - » pour l’ordre inverse ; reçu « %s ».") % own[SORT][:60],
            parameter=SORT,
        )
    return TableQuery(
        map=parse_map(parameters, allowed=_OWN),
        sort=own.get(SORT, ""),
        columns=tuple(dict.fromkeys(filter(None, own.get(COLUMNS, "").split(",")))),
        after=own.get(AFTER, ""),
        by=own.get(BY, ""),
    )


@dataclass(frozen=True, slots=True)
class TableRows:
    """A page of the rows that answer: ``columns`` are those shown, ``fields`` all that may be.

    ``sort`` is how the rows are sorted, as the address says it, and ``listing`` all of them in that order. ``distance``
    is the column that the order ``_distance`` is about, if any.
    """

    question: LayerQuery
    listing: Selection
    columns: tuple[Field, ...]
    fields: tuple[Field, ...]
    sort: str
    rows: list[dict[str, Any]]
    distance: Field | None = None

    @property
    def scope(self) -> Scope:
        """What the reader knows of the layer."""
        return self.question.scope

    @property
    def selection(self) -> Selection:
        """Every row that answers, whatever the page."""
        return self.question.selection


def table(scope: Scope, query: TableQuery, scopes: Mapping[str, Scope]) -> TableRows:
    """Read a page of the rows that answer.

    Raises:
        UnknownProperty: ``tri`` or ``colonnes`` names a field the visitor does not have, or ``tri`` a distance where
            none is measured.
        InvalidCursor: ``apres`` is not of this sort.
        LayersError: as ``explorer.map_state.queries.layer_query``.
    """
    sort, own = sort_of(scope, query), columns_of(scope, query)
    shaping = {"limit": str(PAGE_ROWS), "properties": ",".join(field.name for field in own)}
    shaping |= {MATCHED: "true"} if TOUCHING in query.map.own.get(scope.slug, {}) else {}
    shaping |= {"sortby": sort} if sort and not is_distance(sort) else {}
    shaping |= {"cursor": query.after} if query.after else {}
    question = layer_query(scope, query.map, scopes, **shaping)
    listing = question.selection
    beyond = tuple(field for match in listing.matches for field in match.columns)
    if listing.query.near is not None:
        listing = measured(listing)
        beyond = (*(field for field in DISTANCE_FIELDS if field in listing.fields), *beyond)
    distance = next((field for field in beyond if field.type is FieldType.NUMBER), None)
    is_nearest_first = not query.sort and query.map.order != BY_TITLE
    if distance is not None and (is_nearest_first or is_distance(sort)):
        sort = sort if is_distance(sort) else DISTANCE.name
        listing = by_distance(listing, distance, is_descending=sort.startswith("-"))
    elif is_distance(sort):
        raise UnknownProperty(sort.removeprefix("-"), parameter=SORT)
    try:
        with time_limit("list"):
            rows = listing.page().rows
    except InvalidCursor as error:
        raise InvalidCursor(error.detail, parameter=AFTER) from error
    visible = (*own[:1], *beyond, *own[1:])
    return TableRows(question, listing, visible, readable(scope), sort, rows, distance)


def is_distance(sort: str) -> bool:
    """Whether a sort is by the distance: to the place, else to the first related layer."""
    return sort.removeprefix("-") == DISTANCE.name


def readable(scope: Scope) -> tuple[Field, ...]:
    """Return every field that the visitor may read, with the names of communes as labels."""
    return label_communes(scope.fields)


def sort_of(scope: Scope, query: TableQuery) -> str:
    """Return how the rows are sorted without a distance: as requested, else by a readable title.

    Raises:
        UnknownProperty: the visitor has no such field.
        InvalidParameter: the field is a list, which has no order.
    """
    if is_distance(query.sort):
        return query.sort
    sort = query.sort or title_sort(scope)
    name = sort.removeprefix("-") or "id"
    _check(scope, name, SORT)
    if not scope.filterable[name].is_sortable:
        raise InvalidParameter(
            _("« %s » est une liste de valeurs : elle n’a pas d’ordre.") % name, parameter=SORT
        )
    return sort


def title_sort(scope: Scope) -> str:
    """Return the sort by title, empty when the visitor does not read it."""
    title = scope.definition.title_field
    return title if title in scope.filterable else ""


def columns_of(scope: Scope, query: TableQuery) -> tuple[Field, ...]:
    """Return the requested columns, in their order, else those of the layer's own table.

    Raises:
        UnknownProperty: the visitor has no such field.
    """
    if not query.columns:
        return default_columns(scope)
    for name in query.columns:
        _check(scope, name, COLUMNS)
    return label_communes(scope.filterable[name] for name in query.columns[:MAX_COLUMNS])


def refused_parameters(scopes: Sequence[Scope], parameters: Parameters) -> tuple[Pair, ...]:
    """Return ``tri`` and ``colonnes`` of the map's address, with their values, where the layer's table refuses them."""
    values = filled(parameters)
    slug = next(iter(values.get(TABLE, ())), "")
    scope = next((scope for scope in on_map(scopes) if scope.slug == slug), None)
    if scope is None:
        return ()
    refused: list[Pair] = []
    for name, resolve in ((SORT, sort_of), (COLUMNS, columns_of)):
        for value in values.get(name, ()):
            try:
                resolve(scope, parse_table({name: [value]}))
            except BadRequest:
                refused.append((name, value))
    return tuple(refused)


def _check(scope: Scope, name: str, parameter: str) -> None:
    if name not in scope.filterable:
        raise UnknownProperty(name[:63], parameter=parameter)


def marks(selection: Selection) -> list[str]:
    """Return the cursors of the pages that follow the first, read in one pass over the sort keys alone.

    Those of a whole layer are cached until its data change.
    """
    key = selection.layer_count_key
    return (
        _read_marks(selection) if key is None else list(_marks.recall(key, partial(_read_marks, selection)))
    )


def _read_marks(selection: Selection) -> list[str]:
    order = selection.order
    index = Window(RowNumber(), order_by=order.expressions())
    rows = (
        selection.queryset.annotate(_place=index)
        .annotate(_rest=F("_place") % PAGE_ROWS)
        .filter(_rest=0)
        .order_by("_place")
        .values_list(*order.sources)
    )
    with time_limit("aggregate"):
        return [order.cursor(values) for values in rows]


def is_amount(field: Field) -> bool:
    """Whether the values of a field are amounts: numbers that stand for no code."""
    return field.type in {FieldType.INTEGER, FieldType.NUMBER} and not field.choices and field.name != "id"


def sums(rows: TableRows) -> Totals:
    """Return the totals of the columns that hold amounts, over every row that answers."""
    own = rows.scope.filterable
    amounts = [field.name for field in rows.columns if is_amount(field) and field.name in own]
    return totals(rows.selection, amounts)
