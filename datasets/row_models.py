"""Models of the rows of deliveries, made at run time from a schema, and of the history of these rows.

They belong to app registries that nothing else knows. A row is checked as one of a file: the schema's own rules are
run by PostgreSQL, whose constraints they are, and named by field.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.contrib.gis.db import models as gis
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import NOT_PROVIDED, Q
from django.db.models.functions import Now
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from pghistory.models import Context, Event
from psycopg.sql import SQL, Literal

from datasets.constraints import COLUMN_TYPES, constraints, default_value
from datasets.definitions import DatasetSchema, SchemaField
from datasets.sql import (
    AUTHOR_COLUMN,
    COMMUNES_COLUMN,
    SHARES_COLUMN,
    STATE_COLUMN,
    Names,
    db_table,
    rows,
)
from datasets.vocabulary import ColumnType, GeometryKind

_ABSENT = gettext_lazy("valeur obligatoire absente")
_REPEATED = gettext_lazy("valeur déjà présente sur une autre ligne")
_INVALID = gettext_lazy("La géométrie n’est pas valide : elle se croise, ou n’est pas fermée.")


class OptionalTextField(models.TextField[Any, Any]):
    """A text of which an empty one is no value, as in files."""

    def get_prep_value(self, value: Any) -> Any:
        """Return the value to store."""
        return super().get_prep_value(value) or None


_COLUMNS: dict[ColumnType, type[models.Field[Any, Any]]] = {
    ColumnType.STRING: OptionalTextField,
    ColumnType.INTEGER: models.BigIntegerField,
    ColumnType.NUMBER: models.FloatField,
    ColumnType.BOOLEAN: models.BooleanField,
    ColumnType.DATE: models.DateField,
    ColumnType.DATETIME: models.DateTimeField,
}
_GEOMETRIES: dict[GeometryKind, type[gis.GeometryField[Any, Any]]] = {
    GeometryKind.POINT: gis.PointField,
    GeometryKind.MULTI_POINT: gis.MultiPointField,
    GeometryKind.LINE: gis.LineStringField,
    GeometryKind.MULTI_LINE: gis.MultiLineStringField,
    GeometryKind.SURFACE: gis.PolygonField,
    GeometryKind.MULTI_SURFACE: gis.MultiPolygonField,
}


def attribute(index: int) -> str:
    """Return the name of a field in the model: never two underscores, which the ORM reads as a path."""
    return f"f{index}"


class Row(models.Model):
    """What the rows of every delivery have, and how one that somebody edits is checked."""

    id = models.BigAutoField(gettext_lazy("identifiant"), primary_key=True)
    commune_id = models.CharField(gettext_lazy("commune"), max_length=5, null=True, editable=False)
    created_at = models.DateTimeField(gettext_lazy("créé le"), auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(gettext_lazy("modifié le"), auto_now=True, db_default=Now())

    schema: DatasetSchema
    has_z = False
    event_model: type[Event] | None = None

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Check the values by the rules of the schema.

        Raises:
            ValidationError: by attribute, in the words of the report of a delivery.
        """
        faults: dict[str, list[str]] = {}
        for index, field in enumerate(self.schema.fields):
            name = attribute(index)
            value = getattr(self, name)
            if value not in (None, "") and (reasons := broken_rules(field, value)):
                faults[name] = reasons
        if faults:
            raise ValidationError(faults)

    def save(self, *args: Any, **options: Any) -> None:
        """Write the row; its geometry has heights where those of the table have, 0 for the ones that are not said."""
        shape = getattr(self, "geom", None)
        if isinstance(shape, GEOSGeometry) and shape.hasz != self.has_z:
            self.geom = in_dimension(shape, has_z=self.has_z)
        super().save(*args, **options)


def broken_rules(field: SchemaField, value: Any) -> list[str]:
    """Return why a value that is not empty is refused by a field; nothing when it is accepted."""
    typed = SQL("{}::{}").format(Literal(value), COLUMN_TYPES[field.type])
    rules = list(constraints(field, typed))
    if not rules:
        return []
    conditions = SQL(", ").join(condition for condition, _code, _reason in rules)
    results = rows(SQL("SELECT {}").format(conditions))[0]
    return [reason for (_condition, _code, reason), is_met in zip(rules, results, strict=True) if not is_met]


def in_dimension(shape: GEOSGeometry, *, has_z: bool) -> GEOSGeometry:
    """Return a shape with heights, 0 where it has none, or without."""
    if shape.hasz is has_z:
        return shape
    forced = SQL("SELECT ST_AsEWKB({}(ST_GeomFromEWKB({})))").format(
        SQL("ST_Force3DZ" if has_z else "ST_Force2D"), Literal(bytes(shape.ewkb))
    )
    return GEOSGeometry(memoryview(rows(forced)[0][0]))


def row_model(
    names: Names,
    schema: DatasetSchema,
    *,
    has_z: bool = False,
    has_states: bool = False,
    is_recorded: bool = True,
) -> type[models.Model]:
    """Return an unmanaged model of a delivery's table; ``event_model`` is that of its history, where it is recorded.

    Fields are ``attribute(index)`` in the order of the schema, and ``geom`` (EPSG:4326; with heights where ``has_z``).
    Moderated rows have ``row_state`` and ``row_author_id`` too.
    """
    columns = dict(_columns(schema))
    members: dict[str, Any] = columns | {"schema": schema, "has_z": has_z}
    if schema.geometry is not GeometryKind.NONE:
        members["geom"] = _geometry(schema, has_z=has_z)
        members["geom_3857"] = models.GeneratedField(
            expression=Transform("geom", 3857),
            output_field=gis.GeometryField(srid=3857),
            db_persist=True,
            editable=False,
        )
    if schema.geometry.has_commune_shares:
        members["communes"] = ArrayField(
            models.CharField(max_length=5), null=True, db_column=COMMUNES_COLUMN, editable=False
        )
        members["commune_shares"] = models.JSONField(null=True, db_column=SHARES_COLUMN, editable=False)
    if has_states:
        members["row_state"] = models.CharField(
            gettext_lazy("état"), max_length=20, db_column=STATE_COLUMN, editable=False
        )
        members["row_author_id"] = models.BigIntegerField(
            gettext_lazy("compte de l’auteur"), null=True, db_column=AUTHOR_COLUMN, editable=False
        )
    name = f"Dataset{names.dataset}Version{names.number}"
    model: type[Row] = _model(name, Row, names.table, members, _constraints(schema))
    if is_recorded:
        model.event_model = _event_model(name, names, schema, has_z=has_z)
    return model


def _event_model(name: str, names: Names, schema: DatasetSchema, *, has_z: bool) -> type[Event]:
    """Return the model of the history of a table, with the columns of ``layers.models.keep_history``."""
    members: dict[str, Any] = dict(_columns(schema))
    if schema.geometry is not GeometryKind.NONE:
        members["geom"] = _geometry(schema, has_z=has_z)
    members |= {
        "pgh_id": models.BigAutoField(primary_key=True),
        "pgh_obj_id": models.BigIntegerField(),
        "pgh_context": models.ForeignKey(
            Context, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
        ),
    }
    events: type[Event] = _model(f"{name}Event", Event, names.events, members, [])
    return events


def _model(
    name: str, base: type[Any], table: str, members: dict[str, Any], checks: list[models.BaseConstraint]
) -> Any:
    apps = Apps()
    apps.register_model("pghistory", Context)  # what the history refers to is looked up there
    options = {
        "apps": apps,
        "app_label": "datasets",
        "managed": False,
        "db_table": db_table(table),
        "constraints": checks,
        "verbose_name": gettext_lazy("ligne"),
    }
    return type(name, (base,), {"__module__": __name__, "Meta": type("Meta", (), options)} | members)


def _columns(schema: DatasetSchema) -> Iterator[tuple[str, models.Field[Any, Any]]]:
    """Yield the columns of the fields by attribute."""
    for index, field in enumerate(schema.fields):
        is_required = field.is_required or field.name in schema.key
        is_listed = field.enum and field.type is ColumnType.STRING
        default = default_value(field)
        yield (
            attribute(index),
            _COLUMNS[field.type](
                field.title or field.source,
                db_column=field.column,
                null=not is_required,
                blank=not is_required,
                unique=field.is_unique or schema.key == (field.name,),
                choices=list(field.choices) if is_listed else None,
                default=NOT_PROVIDED if default is None else default,
                help_text=field.help or field.description,
                error_messages={"null": _ABSENT, "blank": _ABSENT, "unique": _REPEATED},
            ),
        )


def _geometry(schema: DatasetSchema, *, has_z: bool) -> gis.GeometryField[Any, Any]:
    return _GEOMETRIES[schema.geometry](
        gettext_lazy("géométrie"), srid=4326, null=True, blank=True, dim=3 if has_z else 2
    )


def _constraints(schema: DatasetSchema) -> list[models.BaseConstraint]:
    """Return the rules over several columns, or of the geometry, as the table has them."""
    checks: list[models.BaseConstraint] = []
    if len(schema.key) > 1:
        indexes = [attribute(list(schema.by_name).index(name)) for name in schema.key]
        titles = ", ".join(schema.by_name[name].source for name in schema.key)
        message = format_lazy(gettext_lazy("{titles} : {reason}"), titles=titles, reason=_REPEATED)
        checks.append(
            models.UniqueConstraint(fields=indexes, name="key_once", violation_error_message=message)
        )
    if schema.geometry is not GeometryKind.NONE:
        condition = Q(geom__isnull=True) | Q(geom__isvalid=True)
        checks.append(
            GeometryConstraint(condition=condition, name="geom_valid", violation_error_message=_INVALID)
        )
    return checks


class GeometryConstraint(models.CheckConstraint):
    """A check of a geometry, which a row without one meets: ``isvalid`` takes no NULL of an untyped parameter."""

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: set[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Check a row before it is written.

        Raises:
            ValidationError: its geometry is not valid.
        """
        if getattr(instance, "geom", None) is not None:
            super().validate(model, instance, exclude=exclude, using=using)
