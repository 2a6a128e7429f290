"""Datasets whose rows belong to features of a layer, and the rows of one feature that a visitor reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from datasets.definitions import ParentLink
from layers import access, registry
from layers.access import Scope
from layers.definitions import Field, FieldType, LayerDefinition
from layers.services.features import count_references
from layers.sql.prepared import prepared_rows
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class ChildRows:
    """The rows of a child layer that belong to one feature, inside the scope of a visitor.

    ``field`` holds ``value``, the key or the id of the feature.
    """

    scope: Scope
    field: Field
    value: Any

    @property
    def queryset(self) -> QuerySet[Any]:
        """The rows, in the order of their ids."""
        return self.scope.queryset.filter(**{self.field.source: self.value}).order_by("pk")


def child_links(slug: str) -> dict[str, ParentLink]:
    """Return how online datasets point at the features of a layer, by the slug of the child."""
    return {
        child: ParentLink.from_json(json.loads(document))
        for child, document in prepared_rows(_CHILDREN, [slug])
    }


# Every sheet reads it: the ORM would take longer to write it than PostgreSQL to run it.
_CHILDREN = """
SELECT layer.slug, (version.document -> 'parent')::text
FROM datasets_dataset AS dataset
JOIN datasets_delivery AS delivery ON delivery.id = dataset.online_id
JOIN datasets_schemaversion AS version ON version.id = delivery.schema_version_id
JOIN layers_layer AS layer ON layer.id = dataset.layer_id
WHERE version.document -> 'parent' ->> 'layer' = %s
ORDER BY layer.title
"""


def child_rows(visitor: Visitor, parent: Scope, pk: int) -> list[ChildRows]:
    """Return the relations of a feature that a visitor reads: the child layer, its link, and the key of the parent.

    A relation of which they lack any of these is absent.
    """
    links = child_links(parent.slug)
    scopes = access.scopes_by_slug(visitor, list(links)) if links else {}
    relations = []
    for slug, scope in scopes.items():
        link = links[slug]
        field, key = scope.filterable.get(link.field), parent.filterable.get(link.key)
        if field is None or (link.key and key is None):
            continue
        value = parent.queryset.filter(pk=pk).values_list(key.source if key else "pk", flat=True).first()
        if value is not None:
            relations.append(ChildRows(scope, field, as_type(field, value)))
    return relations


def as_type(field: Field, value: Any) -> Any:
    """Return the key of a parent as the child's field holds it: a number may be written as a text, and the reverse.

    A text that is no number is the key of no row: -1 is no id.
    """
    if field.type is FieldType.TEXT:
        return str(value)
    if field.type is FieldType.INTEGER and isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else -1
    return value


def children_by_layer(parent: LayerDefinition, features: Iterable[Any]) -> dict[str, int]:
    """Return how many rows, online, belong to some features of a layer, by the slug of the child; whoever reads them.

    A child without such rows is left out.
    """
    counts, links = {}, child_links(parent.slug)
    removed = list(features) if links else []
    for slug, link in links.items():
        child = registry.definition(slug)
        field, key = child.by_name[link.field], parent.by_name.get(link.key)
        if link.key and key is None:
            continue
        values = [_value(feature, key.source if key else "pk") for feature in removed]
        keys = [as_type(field, value) for value in values if value is not None]
        if count := count_references(child, field, keys):
            counts[slug] = count
    return counts


def _value(feature: Any, source: str) -> Any:
    for part in source.split("__"):
        feature = getattr(feature, part, None)
    return feature
