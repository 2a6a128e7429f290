"""One feature, the version of its row and the records that belong to it, under the same scope as lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.gis.db.models.fields import BaseSpatialField
from django.db import connection
from django.db.models import F, IntegerField, JSONField, Model, OuterRef, QuerySet, Value, Window
from django.db.models.functions import Cast, JSONObject, RowNumber
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.crs import CRS84, Crs
from layers.definitions import LayerDefinition, Relation
from layers.errors import UnknownFeature, UnknownProperty
from layers.models import FeaturePhoto
from layers.registry import SHARED_TABLES
from layers.sql.catalogue import table_versions
from layers.sql.geometry import projected
from layers.sql.rows import RowVersion


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one relation of one feature."""

    relation: Relation
    records: QuerySet[Any]


def feature(scope: Scope, pk: int, *, crs: Crs = CRS84) -> Any:
    """Return the feature as a model instance whose ``geom`` is in ``crs`` and its axis order.

    Raises:
        UnknownFeature: no such feature, or it is outside the scope.
    """
    rows, kind = scope.queryset.filter(pk=pk), scope.definition.geometry
    is_projected = kind.is_surface or (kind.is_located and crs is not CRS84)
    if is_projected:
        rows = rows.annotate(projected=projected(crs, kind))
    row = rows.first() if pk < 2**63 else None
    if row is None:
        raise unknown_feature(scope, pk)
    if is_projected:
        row.geom = row.projected
    return row


def unknown_feature(scope: Scope, pk: int) -> UnknownFeature:
    """Return the fault of a feature that is not there for this visitor, whether it exists or not."""
    return UnknownFeature(
        _("La couche « %(layer)s » n’a pas d’objet %(id)s.") % {"layer": scope.slug, "id": pk},
        parameter="id",
    )


def row_version(scope: Scope, pk: int) -> str:
    """Return a text that changes with every write to this feature, and with no other.

    Raises:
        UnknownFeature: no such feature, or it is outside the scope.
    """
    rows = scope.queryset.filter(pk=pk).annotate(row_version=RowVersion()) if pk < 2**63 else None
    version: str | None = rows.values_list("row_version", flat=True).first() if rows is not None else None
    if version is None:
        raise unknown_feature(scope, pk)
    return version_text(version)


def version_text(version: str) -> str:
    """Write the version of a row (``RowVersion``) as ETags hold it."""
    return hashlib.sha256(version.encode()).hexdigest()[:12]


def related_version(definition: LayerDefinition) -> int:
    """Return a number that grows with every write to the tables a sheet also reads: related records, boundaries."""
    tables = {*definition.tables[1:], *SHARED_TABLES}
    return sum(table_versions(tables).values())


def related(scope: Scope, instance: Model) -> list[Records]:
    """Return the records of every relation the visitor may read, in the order of the definition."""
    return [
        Records(relation, related_rows(scope, relation, [instance.pk]).order_by(*relation.order_by))
        for relation in scope.relations
    ]


class _ExactDecoder(json.JSONDecoder):
    """Reads the numbers of JSON as they are written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"parse_float": Decimal})


def read_related(scope: Scope, instance: Model) -> list[tuple[Relation, list[Any]]]:
    """Read the records that ``related`` selects, in one statement: each is a line of JSON, and then an instance.

    Relations that show fields of other tables, or a geometry, have a statement each.
    """
    groups = related(scope, instance)
    plain = {index: group for index, group in enumerate(groups) if _is_plain(group.relation)}
    lines = [_record_lines(index, group) for index, group in plain.items()]
    by_group: dict[int, list[tuple[int, Any]]] = {index: [] for index in plain}
    for index, rank, values in lines[0].union(*lines[1:], all=True) if lines else ():
        by_group[index].append((rank, values))
    return [
        (
            group.relation,
            _instances(group.relation.model, by_group[index]) if index in plain else _joined(group),
        )
        for index, group in enumerate(groups)
    ]


def _is_plain(relation: Relation) -> bool:
    columns = relation.model._meta.concrete_fields
    has_other_tables = any("__" in field.source for field in relation.fields)
    return not has_other_tables and not any(isinstance(column, BaseSpatialField) for column in columns)


def _record_lines(index: int, group: Records) -> QuerySet[Any]:
    """Select place of the relation, rank and JSON of records."""
    columns = [column.attname for column in group.relation.model._meta.concrete_fields]
    lines: QuerySet[Any] = (
        group.records.order_by()
        .annotate(
            place=Value(index, IntegerField()),
            rank=Window(RowNumber(), order_by=list(group.relation.order_by)),
            line=JSONObject(**{name: F(name) for name in columns}),
        )
        .annotate(exact=Cast("line", JSONField(decoder=_ExactDecoder)))
        .values_list("place", "rank", "exact")
    )
    return lines


def _instances(model: type[Model], lines: Iterable[tuple[int, dict[str, Any]]]) -> list[Any]:
    columns = model._meta.concrete_fields
    names = [column.attname for column in columns]
    return [
        model.from_db(
            connection.alias, names, [column.to_python(values[column.attname]) for column in columns]
        )
        for _rank, values in sorted(lines, key=lambda line: line[0])
    ]


def _joined(group: Records) -> list[Any]:
    """Read records with the rows of other tables that they show."""
    paths = {field.source.rpartition("__")[0] for field in group.relation.fields if "__" in field.source}
    return list(group.records.select_related(*paths) if paths else group.records)


def related_rows(
    scope: Scope, relation: Relation, features: QuerySet[Any] | OuterRef | Iterable[int]
) -> QuerySet[Any]:
    """Select the records of a relation that belong to features of a scope, in no order.

    ``features`` are rows of the scope, selected already (a queryset or the outer row of a subquery), or ids, of which
    those outside the scope have no record.

    Raises:
        UnknownProperty: the visitor does not read the relation.
    """
    if all(relation.name != readable.name for readable in scope.relations):
        raise UnknownProperty(relation.name, parameter="relation")
    records = relation.model._default_manager
    if isinstance(features, OuterRef):
        return records.filter(**{relation.link: features})
    if not isinstance(features, QuerySet):
        features = scope.queryset.filter(pk__in=list(features))
    return records.filter(**{f"{relation.link}__in": features.order_by().values("pk")})


def latest_related_rows(scope: Scope, relation: Relation, features: QuerySet[Any]) -> QuerySet[Any]:
    """Select the latest record of each kind of each feature, of a relation whose records fall due.

    Raises:
        UnknownProperty: as ``related_rows``.
    """
    assert relation.due is not None
    sources = {field.name: field.source for field in relation.fields}
    kind, since = sources[relation.due.kind], sources[relation.due.since]
    link = f"{relation.link}_id"  # the key itself: its model has an order of its own
    rows = related_rows(scope, relation, features)
    latest = rows.order_by(link, kind, F(since).desc(nulls_last=True), "-pk").distinct(link, kind)
    return relation.model._default_manager.filter(pk__in=latest.values("pk"))


def has_related_rows(scope: Scope, pk: int) -> bool:
    """Whether a feature has records of any relation, those that the visitor does not read included."""
    features = scope.queryset.filter(pk=pk).order_by().values("pk")
    return any(
        relation.model._default_manager.filter(**{f"{relation.link}__in": features}).exists()
        for relation in scope.definition.relations
    )


def photo(scope: Scope, pk: int, relation_name: str, photo_pk: int) -> FeaturePhoto:
    """Return a photo of a feature.

    Raises:
        UnknownFeature: the feature, the gallery or the photo does not exist for this visitor.
    """
    feature(scope, pk)
    gallery = next((r for r in scope.relations if r.is_gallery and r.name == relation_name), None)
    match = related_rows(scope, gallery, [pk]).filter(pk=photo_pk).first() if gallery else None
    if match is None:
        raise UnknownFeature(_("Cette photo n’existe pas."), parameter="photo")
    assert isinstance(match, FeaturePhoto)
    return match
