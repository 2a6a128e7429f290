"""Tables of features: the columns people read, in the order people expect."""

from __future__ import annotations

from dataclasses import dataclass, replace

from interface.territory import COMMUNE_FIELD, label_communes
from interface.titles import title_sort
from layers import access
from layers.definitions import Field
from layers.parsing import FeatureQuery
from layers.queries import Page, Selection, select

TABLE_COLUMNS = 6


def columns(scope: access.Scope) -> tuple[Field, ...]:
    """Choose the columns of a layer's table: title, commune, then the key facts the visitor may read."""
    wanted = dict.fromkeys([scope.definition.title_field, COMMUNE_FIELD, *scope.definition.summary])
    readable = {field.name: field for field in scope.fields}
    chosen = [readable[name] for name in wanted if name in readable]
    return label_communes((chosen or list(scope.fields))[:TABLE_COLUMNS])


def listed(scope: access.Scope, query: FeatureQuery) -> Selection:
    """Select a layer's features for a table: by title unless the visitor sorts otherwise."""
    return select(scope, query if query.sort else replace(query, sort=title_sort(scope)))


@dataclass(frozen=True, slots=True)
class TablePage:
    """A page of a layer's table."""

    selection: Selection
    page: Page
