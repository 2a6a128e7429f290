"""A feature and its related records through DRF and DRF-gis, with the fields this visitor may read and no other."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from rest_framework import serializers
from rest_framework_gis.fields import GeometryField
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from layers.access import Scope
from layers.crs import CRS84, Crs
from layers.definitions import Field, FieldType, LayerDefinition, Relation
from layers.formats import jsonfg
from layers.queries import Records

Reverse = Callable[..., str]
# Decimals of coordinates: degrees, then metres.
_DECIMALS = {True: 7, False: 3}


class FiniteField(serializers.FloatField):
    """A number, or null for NaN and infinities, which JSON does not have."""

    def to_representation(self, value: float) -> Any:
        """Return the number when it is one."""
        return value if math.isfinite(value) else None


class InstantField(serializers.DateTimeField):
    """An instant in universal time, as PostgreSQL writes it in lists: the same text wherever it is read."""

    def to_representation(self, value: dt.datetime) -> Any:
        """Return the instant in ISO 8601, without the zeros that end its fraction."""
        text = value.astimezone(dt.UTC).replace(tzinfo=None).isoformat()
        return (text.rstrip("0").rstrip(".") if "." in text else text) + "+00:00"


_WRITERS: dict[FieldType, type[serializers.Field[Any, Any, Any, Any]]] = {
    FieldType.DATE: serializers.DateField,
    FieldType.DATETIME: InstantField,
    FieldType.NUMBER: FiniteField,
}
_MAPPING = {
    "serializer_field_mapping": {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.FloatField: FiniteField,
        models.DateTimeField: InstantField,
    }
}


def feature_document(
    scope: Scope, instance: models.Model, records: Sequence[Records], crs: Crs, *, reverse: Reverse
) -> dict[str, Any]:
    """Return a GeoJSON feature with a ``related`` member: one list of records a readable relation.

    ``instance.geom`` is in ``crs`` and its axis order. Photos are given by their addresses.
    """
    serializer = _feature_serializer(scope.definition, scope.fields, _DECIMALS[crs.srid == 4326])
    document: dict[str, Any] = dict(serializer(instance).data)
    document["related"] = {
        group.relation.name: _related(scope, instance, group, reverse) for group in records
    }
    return document


def jsonfg_document(document: dict[str, Any], scope: Scope, crs: Crs, *, schema: str) -> dict[str, Any]:
    """Return a feature of ``feature_document`` as JSON-FG: its place in ``crs``, its time, its type."""
    properties, dated = document["properties"], jsonfg.time_field(scope)
    is_geojson = crs is CRS84
    return (
        {"type": "Feature"}
        | jsonfg.head(scope, crs, schema=schema)
        | document
        | {
            "geometry": document["geometry"] if is_geojson else None,
            "place": None if is_geojson else document["geometry"],
            "time": jsonfg.time_member(dated, properties.get(dated.name)) if dated else None,
        }
    )


def _related(scope: Scope, instance: models.Model, group: Records, reverse: Reverse) -> list[dict[str, Any]]:
    rows = _record_serializer(group.relation)(group.records, many=True).data
    if not group.relation.is_gallery:
        return list(rows)
    return [
        row
        | {
            size: reverse("explorer:photo", scope.slug, instance.pk, group.relation.name, row["id"], size)
            for size in ("full", "thumbnail")
        }
        for row in rows
    ]


def _feature_serializer(
    definition: LayerDefinition, fields: Sequence[Field], decimals: int
) -> type[GeoFeatureModelSerializer]:
    shape = {"geom": GeometryField(precision=decimals)} if definition.geometry.is_located else {}
    meta = type(
        "Meta",
        (),
        {
            "model": definition.model,
            "geo_field": definition.geometry_path or None,
            "id_field": "id",
            "fields": ["id", *shape, *_names(fields)],
        },
    )
    members = {"Meta": meta, **shape, **_MAPPING, **_renamed(fields)}
    made: type[GeoFeatureModelSerializer] = type("FeatureSerializer", (GeoFeatureModelSerializer,), members)
    return made


def _record_serializer(relation: Relation) -> type[serializers.ModelSerializer[Any]]:
    meta = type("Meta", (), {"model": relation.model, "fields": ["id", *_names(relation.fields)]})
    members = {"Meta": meta, **_MAPPING, **_renamed(relation.fields)}
    made: type[serializers.ModelSerializer[Any]] = type(
        "RecordSerializer", (serializers.ModelSerializer,), members
    )
    return made


def _names(fields: Sequence[Field]) -> list[str]:
    return [field.name for field in fields]


def _renamed(fields: Sequence[Field]) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """Declare the fields published under another name than the model's."""
    return {
        field.name: _WRITERS.get(field.type, serializers.ReadOnlyField)(
            source=field.source.replace("__", "."), read_only=True
        )
        for field in fields
        if field.source != field.name
    }
