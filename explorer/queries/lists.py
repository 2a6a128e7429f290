"""Tables of features: the columns people read, in the order people expect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from layers import access
from layers.definitions import Field
from layers.parsing import FeatureQuery, SortKey
from layers.queries import Page, Selection, communes, select

COMMUNE_FIELD = "commune"
TABLE_COLUMNS = 6


def named(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Give the commune field the communes' names as labels: lists show a name where the table holds a code."""
    names = tuple((commune.code, commune.nom) for commune in communes())
    return tuple(replace(field, choices=names) if field.name == COMMUNE_FIELD else field for field in fields)


def columns(scope: access.Scope) -> tuple[Field, ...]:
    """Choose the columns of a layer's table: title, commune, then the key facts the visitor may read."""
    wanted = dict.fromkeys([scope.definition.title_field, COMMUNE_FIELD, *scope.definition.summary])
    readable = {field.name: field for field in scope.fields}
    chosen = [readable[name] for name in wanted if name in readable]
    return named((chosen or list(scope.fields))[:TABLE_COLUMNS])


def listed(scope: access.Scope, query: FeatureQuery) -> Selection:
    """Select a layer's features for a table: by title unless the visitor sorts otherwise."""
    return select(scope, query if query.sort else replace(query, sort=by_title(scope)))


def by_title(scope: access.Scope) -> tuple[SortKey, ...]:
    """Return the sort of lists for people: the title when the visitor may read it."""
    title = scope.definition.title_field
    return (SortKey(title),) if title in scope.filterable else ()


def default_layers(scopes: Iterable[access.Scope]) -> tuple[str, ...]:
    """Choose what is on when the address says nothing: points, which hide nothing, of the layers that have some."""
    points = (scope for scope in scopes if scope.definition.geometry.is_point)
    return tuple(scope.slug for scope in points if select(scope, FeatureQuery()).count())


@dataclass(frozen=True, slots=True)
class TablePage:
    """A page of a layer's table."""

    selection: Selection
    page: Page
