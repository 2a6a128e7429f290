"""The layers of a role that a visitor reads, narrowed to the rows of their filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from layers import access
from layers.access import Scope
from layers.errors import LayersError
from layers.parsing.cql2 import parse_filter
from layers.sql.filters import compile_filter
from layers.visitor import Visitor
from planning.models import ToolLayer
from planning.vocabulary import ToolRole


@dataclass(frozen=True, slots=True)
class RoleLayer:
    """A layer of a role: its scope, and the rows that it is about."""

    entry: ToolLayer
    scope: Scope
    rows: QuerySet[Any]

    @property
    def identity(self) -> str:
        """What the rows depend on beside the scope."""
        return f"{self.entry.layer}[{self.entry.rows}]"


def readable(scopes: dict[str, Scope], slug: str) -> Scope | None:
    """Return the scope of a layer whose rows are somewhere and may be read; None where it is hidden or absent."""
    scope = scopes.get(slug)
    is_usable = scope is not None and scope.can_read_rows and scope.definition.geometry.is_located
    return scope if is_usable else None


def filtered(scope: Scope, text: str) -> QuerySet[Any] | None:
    """Return the rows of a CQL2 filter that the team wrote; None where it names what the visitor does not read."""
    if not text:
        return scope.queryset
    try:
        expression = parse_filter(text, parameter="rows")
        return scope.queryset.filter(
            compile_filter(expression, scope.filterable, geometry=scope.definition.geometry_path)
        )
    except LayersError:
        return None


def role_layers(visitor: Visitor, role: ToolRole) -> list[RoleLayer]:
    """Return the layers of surfaces of a role that the visitor reads, in their order."""
    entries = list(ToolLayer.objects.filter(role=role, is_active=True))
    scopes = access.scopes_by_slug(visitor, list(dict.fromkeys(entry.layer for entry in entries)))
    layers = []
    for entry in entries:
        scope = readable(scopes, entry.layer)
        rows = filtered(scope, entry.rows) if scope and scope.definition.geometry.is_surface else None
        if scope is not None and rows is not None:
            layers.append(RoleLayer(entry, scope, rows))
    return layers


def every_layer() -> Sequence[ToolLayer]:
    """Return the entries of every role, those that are not active too."""
    return list(ToolLayer.objects.all())


def find_layer(pk: int) -> ToolLayer | None:
    """Return an entry, None where there is none."""
    return ToolLayer.objects.filter(pk=pk).first()
