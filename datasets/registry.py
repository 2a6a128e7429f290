"""Datasets as layer definitions, built at request time from what is online.

Nothing global changes: a runtime model (``row_models``) is dropped with its definition. A cached value never changes
(its key holds all it was made of), so processes agree: each request reads from the database which delivery is online.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.db import connection
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from datasets.definitions import DatasetSchema, SchemaField
from datasets.models import Delivery
from datasets.moderation import ModerationRules, moderation_of
from datasets.nouns import plural_of
from datasets.row_models import attribute, row_model
from datasets.sql import TABLE_SQL
from datasets.vocabulary import HAS_ROWS, ColumnType, DeliveryState, GeometryKind
from layers.definitions import Field, FieldType, GeometryType, LayerDefinition, Metadata, Noun
from layers.models import Layer
from layers.registry import COLUMNS, SHARED_TABLES, LayerVersion, RegisteredLayer, layer_of
from layers.sql.catalogue import CatalogueRow, layer_entries, question
from layers.styles.definitions import Style
from layers.vocabulary import Gender

_REMEMBERED = 512

_TYPES: dict[ColumnType, FieldType] = {
    ColumnType.STRING: FieldType.TEXT,
    ColumnType.INTEGER: FieldType.INTEGER,
    ColumnType.NUMBER: FieldType.NUMBER,
    ColumnType.BOOLEAN: FieldType.BOOLEAN,
    ColumnType.DATE: FieldType.DATE,
    ColumnType.DATETIME: FieldType.DATETIME,
}
_POINTS = (GeometryKind.POINT, GeometryKind.MULTI_POINT)
_LINES = (GeometryKind.LINE, GeometryKind.MULTI_LINE)
_COMMUNE = Field(
    "commune",
    FieldType.TEXT,
    _("commune"),
    path="commune_id",
    description=_("Code INSEE de la commune, calculé."),
    is_facet=True,
)

# How many key facts a row has, and the parts of names of fields that identify it without telling anything.
_FACTS = 4
_IDENTIFYING = frozenset(
    {"id", "code", "insee", "siret", "siren", "ref", "num", "numero", "url", "matricule"}
)


# One short statement for each request about a dataset: the ORM would take longer to write it than PostgreSQL to run it.
_ONLINE = """
SELECT d.online_id, l.slug, l.title, l.updated_at, t.slug, t.token, d.is_edited_in_place, v.has_states
FROM datasets_dataset AS d
JOIN datasets_delivery AS v ON v.id = d.online_id
JOIN layers_layer AS l ON l.id = d.layer_id
JOIN layers_theme AS t ON t.id = l.theme_id
WHERE d.online_id IS NOT NULL AND (%(slug)s = '' OR l.slug = %(slug)s)
ORDER BY t.rank, l.title, d.id
"""
# The same of some, with their rows of the catalogue: one question for a request, as for coded layers.
_LOCATED = question(
    COLUMNS,
    tables="ARRAY[" + ", ".join([TABLE_SQL, *(f"'{name}'" for name in SHARED_TABLES)]) + "]",
    extra=("delivery.id", "theme.slug", "theme.token", "dataset.is_edited_in_place", "delivery.has_states"),
    joins="""
JOIN datasets_dataset AS dataset ON dataset.layer_id = layer.id
JOIN datasets_delivery AS delivery ON delivery.id = dataset.online_id
JOIN layers_theme AS theme ON theme.id = layer.theme_id""",
)


@dataclass(frozen=True, slots=True)
class _Identity:
    """A delivery and what its definition takes from the catalogue: equal identities are equal definitions."""

    delivery: int
    slug: str
    title: str
    updated_at: dt.datetime
    theme: str
    token: str
    is_edited_in_place: bool = False
    has_states: bool = False


class DatasetProvider:
    """Definitions of the datasets that have a delivery online."""

    def get(self, slug: str) -> LayerDefinition | None:
        """Return the definition of this slug, or None."""
        entries = _online(slug) if slug else []
        return _definition(entries[0]) if entries else None

    def locate(self, slugs: Sequence[str]) -> dict[str, RegisteredLayer]:
        """Return datasets by slug with their catalogue rows; not those that have nothing online."""
        registered = (_registered(entry) for entry in layer_entries(_LOCATED, [list(slugs)]))
        return {each.layer.slug: each for each in registered}

    def all(self) -> Iterable[LayerDefinition]:
        """Return every definition, in the order of the catalogue."""
        return [_definition(identity) for identity in _online("")]

    def versions(self, slug: str) -> Sequence[LayerVersion]:
        """Return the deliveries of a dataset whose rows are stored, newest first."""
        return [
            LayerVersion(
                delivery.number,
                delivery.published_at or delivery.created_at,
                is_online=delivery.state == DeliveryState.ONLINE,
                is_published=delivery.state != DeliveryState.READY,
            )
            for delivery in _with_rows(slug).only("number", "state", "published_at", "created_at")
        ]

    def version(self, slug: str, number: int) -> LayerDefinition | None:
        """Return the definition of a delivery whose rows are stored, online or not."""
        deliveries = _with_rows(slug).select_related("dataset__layer__theme").defer("report", "comparison")
        delivery = deliveries.filter(number=number).first()
        return definition_of(delivery) if delivery else None


DATASETS = DatasetProvider()


def definition_of(delivery: Delivery) -> LayerDefinition:
    """Return the definition of any delivery that has a table, online or not: its model reads that version's rows."""
    dataset, layer = delivery.dataset, delivery.dataset.layer
    theme = layer.theme
    is_edited = dataset.is_edited_in_place and dataset.online_id == delivery.pk
    return _definition(
        _Identity(
            delivery.pk,
            layer.slug,
            layer.title,
            layer.updated_at,
            theme.slug,
            theme.token,
            is_edited,
            delivery.has_states,
        )
    )


def _registered(entry: CatalogueRow) -> RegisteredLayer:
    layer = layer_of(entry.values)
    delivery, theme, token, is_edited, has_states = entry.extra
    identity = _Identity(
        delivery, layer.slug, layer.title, layer.updated_at, theme, token, is_edited, has_states
    )
    return RegisteredLayer(_definition(identity), layer, entry.version, entry.readers)


def _with_rows(slug: str) -> QuerySet[Delivery]:
    """Select the deliveries of a dataset whose rows are stored, newest first."""
    return Delivery.objects.filter(dataset__layer__slug=slug, state__in=HAS_ROWS).order_by("-number")


def _online(slug: str) -> list[_Identity]:
    """Return what is online under a slug, or everything for an empty one."""
    with connection.cursor() as cursor:
        cursor.execute(_ONLINE, {"slug": slug})
        return [_Identity(*row) for row in cursor.fetchall()]


@lru_cache(maxsize=_REMEMBERED)
def _definition(identity: _Identity) -> LayerDefinition:
    deliveries = Delivery.objects.select_related("dataset__layer", "schema_version").defer(
        "report", "comparison"
    )
    delivery = deliveries.get(pk=identity.delivery)
    layer, schema = delivery.dataset.layer, delivery.schema_version.schema
    kind = schema.geometry
    fields = tuple(_field(field, index) for index, field in enumerate(schema.fields))
    rules = ModerationRules.from_json(delivery.dataset.moderation_rules)
    return LayerDefinition(
        slug=identity.slug,
        model=row_model(
            delivery.names,
            schema,
            has_z=delivery.recipe.get("keeps_z", False),
            has_states=identity.has_states,
            is_recorded=delivery.is_recorded,
        ),
        title=identity.title,
        singular=capfirst(layer.noun) or identity.title,
        noun=_noun(layer),
        geometry=GeometryType(kind.value),
        fields=(*fields, *_commune(schema)),
        title_field=_title_field(schema),
        style=Style(token=identity.token, icon=_icon(kind)),
        metadata=_metadata(layer, identity.theme),
        summary=_summary(schema),
        time_field=schema.dated_by(),
        precision_field=schema.precision_field,
        are_rows_writable=identity.is_edited_in_place,
        moderation=moderation_of(rules, {field.name: field.source for field in fields})
        if identity.has_states
        else None,
        # Unique for ever, even when a dataset is dropped and its slug used again.
        revision=f"{delivery.table}_moderated{_digest(rules)}" if identity.has_states else delivery.table,
    )


def _digest(rules: ModerationRules) -> str:
    """Return what tells the rules of a dataset apart, in the names of its cached values; nothing for none."""
    if rules == ModerationRules():
        return ""
    return hashlib.sha256(repr(rules).encode()).hexdigest()[:12]


def _icon(kind: GeometryKind) -> str:
    """Return the symbol of a layer that has none of its own."""
    if kind is GeometryKind.NONE:
        return "table"
    return "map-pin" if kind in _POINTS else "route" if kind in _LINES else "square"


def _noun(layer: Layer) -> Noun | None:
    """Return how sentences name the rows; None when not set."""
    if not layer.noun:
        return None
    many = layer.noun_plural or plural_of(layer.noun)
    return Noun(layer.noun, many, layer.noun, many, is_feminine=layer.noun_gender == Gender.FEMININE)


def _metadata(layer: Layer, theme: str) -> Metadata:
    return Metadata(
        theme=theme,
        abstract=layer.abstract,
        keywords=tuple(layer.keywords),
        licence=layer.licence,
        frequency=layer.frequency,
        source=layer.source,
        is_open=layer.is_open,
        is_sample=layer.is_sample,
    )


def _commune(schema: DatasetSchema) -> tuple[Field, ...]:
    """Return the computed commune, under a title distinct from the producer's column of communes.

    A table without places has none: the field would be empty on every row.
    """
    if schema.commune:
        return (replace(_COMMUNE, title=_("commune (calculée)")),)
    return () if schema.geometry is GeometryKind.NONE else (_COMMUNE,)


def _title_field(schema: DatasetSchema) -> str:
    """Return the field that titles a feature: the schema's choice, its first text, or its first field."""
    first_text = next((field.name for field in schema.fields if field.type is ColumnType.STRING), "")
    return schema.title_field or first_text or schema.fields[0].name


def _summary(schema: DatasetSchema) -> tuple[str, ...]:
    """Return the first fields that add something to the title; identifiers where there is nothing else."""
    open_names = [field.name for field in schema.fields if not field.is_protected]
    extra = [name for name in open_names if name != _title_field(schema)]
    telling = [name for name in extra if not _IDENTIFYING & set(name.lower().split("_"))]
    return tuple(telling or open_names)[:_FACTS]


def _field(field: SchemaField, index: int) -> Field:
    return Field(
        name=field.name,
        type=_TYPES[field.type],
        title=field.title or field.source,
        path=attribute(index),
        description=field.description,
        unit=field.unit,
        choices=field.choices if field.type is ColumnType.STRING else (),
        is_facet=field.is_facet,
        is_protected=field.is_protected,
        synonyms=field.synonyms,
        is_additive=field.is_additive,
        weight=field.weight,
        condition=field.condition.rule if field.condition else None,
    )
