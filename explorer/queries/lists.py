"""Tables and lists of features: a layer's page, and the list that says what the map shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from explorer.parsing import MapQuery
from explorer.queries.ground import GROUND
from layers import access
from layers.definitions import Field
from layers.models import Theme
from layers.parsing import FeatureQuery, SortKey
from layers.queries import Selection, communes, select

COMMUNE_FIELD = "commune"
TABLE_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class LayerList:
    """What the list beside the map shows of a layer: ``rows`` are the first of ``matched``, out of ``total``."""

    scope: access.Scope
    matched: int
    total: int
    is_on: bool
    asked: tuple[tuple[str, str], ...]
    rows: tuple[dict[str, Any], ...]

    @property
    def address(self) -> str:
        """The query string that asks the layer's own page for the same features."""
        return urlencode({name: value for name, value in self.asked if name in {"commune", "q"}})

    @property
    def is_cut(self) -> bool:
        """Whether more features match than the list shows."""
        return len(self.rows) < self.matched


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
    """A page of a layer's table; ``cursor`` leads to the next one, empty on the last."""

    selection: Selection
    rows: list[dict[str, Any]]
    cursor: str


@dataclass(frozen=True, slots=True)
class MapView:
    """What the map shows: ``groups`` by theme, ``hidden`` the number of layers asked that this visitor does not see."""

    query: MapQuery
    groups: tuple[tuple[Theme, tuple[LayerList, ...]], ...]
    hidden: int

    @property
    def lists(self) -> list[LayerList]:
        """The layers that are on."""
        return [found for _theme, inside in self.groups for found in inside if found.is_on]

    @property
    def matched(self) -> int:
        """How many features match in the layers that are on."""
        return sum(found.matched for found in self.lists)


def map_view(scopes: Sequence[access.Scope], query: MapQuery) -> MapView:
    """Ask the map's question of every layer, and list the first rows of those that are on."""
    shown = [scope for scope in scopes if scope.slug != GROUND and scope.definition.geometry.is_located]
    if query.is_default:
        query = replace(query, layers=default_layers(shown))
    groups: dict[Theme, list[LayerList]] = {}
    for scope in shown:
        groups.setdefault(scope.layer.theme, []).append(_list(scope, query))
    hidden = len(set(query.layers) - {scope.slug for scope in shown})
    return MapView(query, tuple((theme, tuple(inside)) for theme, inside in groups.items()), hidden)


def _list(scope: access.Scope, query: MapQuery) -> LayerList:
    is_on = scope.slug in query.layers
    selection = listed(scope, query.features)
    rows = selection.rows()[0] if is_on else []
    total = select(scope, FeatureQuery()).count()
    return LayerList(scope, selection.count(), total, is_on, query.features.fingerprint, tuple(rows))
