"""Definitions of layers: frozen values that every protocol reads and none changes.

A coded layer declares one ``LayerDefinition`` in its app's ``catalogue.py``; a dataset builds the same value from its
schema. ``fields_of`` reads titles, types, enumerations and descriptions from the model so that they are written once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as default
from enum import Enum
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from layers.moderation import Moderation
from layers.styles.definitions import Style

Text = str | Promise


class FieldType(Enum):
    """Types of published values; the value is the JSON Schema type."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "date-time"
    TEXTS = "array"


class GeometryType(Enum):
    """Geometry of a layer: one type a layer, or none (a table); the value is the OGC name."""

    NONE = ""
    POINT = "Point"
    LINE = "LineString"
    SURFACE = "Polygon"
    MULTI_POINT = "MultiPoint"
    MULTI_LINE = "MultiLineString"
    MULTI_SURFACE = "MultiPolygon"

    @property
    def is_located(self) -> bool:
        """Whether rows have a geometry."""
        return self is not GeometryType.NONE

    @property
    def is_point(self) -> bool:
        """Whether rows are single points."""
        return self is GeometryType.POINT

    @property
    def is_surface(self) -> bool:
        """Whether rows have an inside."""
        return self in {GeometryType.SURFACE, GeometryType.MULTI_SURFACE}

    @property
    def dimension(self) -> int:
        """0 for points, 1 for lines, 2 for surfaces (ISO 19107)."""
        if self in {GeometryType.POINT, GeometryType.MULTI_POINT}:
            return 0
        return 2 if self.is_surface else 1

    @property
    def has_one_commune(self) -> bool:
        """Whether a row belongs to one commune at most: points, and rows without geometry."""
        return self in {GeometryType.POINT, GeometryType.NONE}


@dataclass(frozen=True, slots=True)
class Computation:
    """How a field is computed of the records that belong to a feature: ``relation`` is their name in the definition.

    ``value`` makes an ORM expression of the records of one feature, a queryset; ``layers.sql.computed`` has the usual
    ones. It is called once a process, whoever reads the field: it reads no clock, setting or row itself. Who does not
    read the relation does not read the field.
    """

    relation: str
    value: Callable[[models.QuerySet[Any]], Combinable]


@dataclass(frozen=True, slots=True)
class Field:
    """A published attribute. ``path`` is where the ORM finds it; ``choices`` are (code, French label) pairs.

    ``is_protected`` fields are absent for everyone but the groups an administrator names (``ProtectedField``).
    ``computed`` fields are in no column: queries have them like the others, writes do not. ``synonyms`` are other
    French words for it, ``value_synonyms`` for its values, by code (``true`` and ``false`` too). ``is_additive`` says
    whether its numbers add up, None to decide by unit and name (``interface.additivity``). ``weight`` names the number
    that each value counts as many times as in a mean: the places of a rate of occupation. ``condition`` says when a
    form has the field: another field, an operator, a value.
    """

    name: str
    type: FieldType
    title: Text
    path: str = ""
    description: Text = ""
    unit: str = ""
    choices: tuple[tuple[str, Text], ...] = ()
    is_facet: bool = False
    is_protected: bool = False
    computed: Computation | None = None
    synonyms: tuple[str, ...] = ()
    value_synonyms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_additive: bool | None = None
    weight: str = ""
    condition: tuple[str, str, str | bool] | None = None

    @property
    def source(self) -> str:
        """The ORM path of the value."""
        return self.path or (f"computed_{self.name}" if self.computed else self.name)

    @property
    def is_sortable(self) -> bool:
        """Whether rows may be sorted on the field: a list of texts has no order."""
        return self.type is not FieldType.TEXTS

    def label(self, value: object) -> object:
        """Return the French label of a coded value, or the value itself."""
        return next((title for code, title in self.choices if code == value), value)


GEOMETRY = "geometry"
"""The name of the geometry among what a grant lets write, as in a feature of GeoJSON (RFC 7946)."""
ID = Field("id", FieldType.INTEGER, "id", path="pk")
MAX_OVERVIEW_ZOOM = 12
"""The zoom from which a layer is drawn at the latest to be in a first look at the territory."""
COMMUNE_COLUMN = "commune_id"
"""The attribute of a model that holds the INSEE code of the commune of a row."""


@dataclass(frozen=True, slots=True)
class Status:
    """The coded ``field`` of the state of a feature, which people read first.

    ``words`` are rows of a code, its French word in the gender of what it is said of (a playground is « Ouverte »),
    and a kind: ``good``, ``warn`` or ``bad``. ``hours`` names the field that says when it is so.
    """

    field: str
    words: tuple[tuple[str, Text, str], ...]
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """When records fall due: ``field`` holds the next date, ``since`` the date of the record itself.

    Of each ``kind`` (a field of the record) only the latest record counts: it replaces what was due before. ``latest``
    titles the latest record of all, ``result`` says what it concludes. ``author`` is the field that names who made the
    record, empty where there is none. ``intervals`` are the days between two records of a kind: a new record without a
    next date is due that long after it, or as long after as the record before it had planned.
    """

    field: str
    since: str
    kind: str
    latest: Text = ""
    result: Status | None = None
    author: str = ""
    intervals: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Periodic:
    """Records that are entered again each year (``field`` is a number) or month (the date of its first day).

    ``values`` are the fields that are measured; fields ``apart`` are empty in the series that counts. ``expected`` and
    ``unit`` name fields of the feature: what the last value should be, and the unit of values. ``required`` selects the
    features that somebody has to enter, all of them when it is None. ``identifying_fields`` are the fields by which
    people know a feature, beside its title.

    Of years alone: ``cadence`` names the column of the feature that says how often, ``years`` what its codes mean (any
    other is each year), and ``since`` the column of the year that the series starts from where it has no record.
    """

    field: str
    values: tuple[str, ...]
    apart: tuple[str, ...] = ()
    expected: str = ""
    unit: str = ""
    required: models.Q | None = None
    identifying_fields: tuple[str, ...] = ()
    cadence: str = ""
    years: tuple[tuple[str, int], ...] = ()
    since: str = ""

    def step(self, feature: object) -> int:
        """Return how many periods are between two records of a feature."""
        return dict(self.years).get(str(getattr(feature, self.cadence, "")), 1)


@dataclass(frozen=True, slots=True)
class Relation:
    """Records that belong to a feature: ``link`` is the foreign key of ``model`` that points at it.

    A protected relation follows the same rule as a protected field, under its own ``name``. ``is_gallery`` marks a
    model derived from ``FeaturePhoto``, whose ``part_field`` says what it shows of the feature. ``time_field`` dates a
    record, ``year_field`` and ``value_field`` make a series of it. ``due`` tells which of its fields say when something
    is to be done again, ``periodic`` that a record is entered each year or month.
    """

    name: str
    title: Text
    model: type[models.Model]
    link: str
    fields: tuple[Field, ...]
    order_by: tuple[str, ...] = ("pk",)
    is_protected: bool = False
    is_gallery: bool = False
    part_field: str = ""
    time_field: str = ""
    year_field: str = ""
    value_field: str = ""
    due: Due | None = None
    periodic: Periodic | None = None

    def __post_init__(self) -> None:
        """Refuse a relation that names a field it does not have."""
        named = {self.part_field, self.time_field, self.year_field, self.value_field} - {""}
        if missing := named - {field.name for field in self.fields}:
            raise ValueError(f"{self.name}: no such field: {', '.join(sorted(missing))}")

    @property
    def dated_by(self) -> str:
        """The field that says when a record was made, empty where none does."""
        return self.due.since if self.due else self.time_field


@dataclass(frozen=True, slots=True)
class OfficialFile:
    """The file of a national schema that a layer leaves as: a row for each record of a relation.

    ``columns`` are those of the schema in its order, fields of the relation or else of the feature, by their names.
    """

    title: Text
    relation: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatedRows:
    """Where a layer has its rows of other days: ``model`` has those of every version, ``version_path`` the id of each.

    ``versions_on`` gives the ids of the versions in force on a day, none where these are online, and raises
    ``UnknownPlanDate``. ``periods`` gives the days of the versions that are published, the first one first: the last
    day is excluded, None without end. Both are of a commune by its INSEE code, of all of them for an empty one.
    Attributes of ``model`` are those of the layer. ``versions``: the rows are of
    these alone.
    """

    model: type[models.Model]
    version_path: str
    versions_on: Callable[[dt.date, str], tuple[int, ...]]
    periods: Callable[[str], Sequence[tuple[dt.date, dt.date | None]]]
    versions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """First values of the catalogue row; an administrator edits them afterwards."""

    theme: str
    abstract: Text
    keywords: tuple[str, ...] = ()
    licence: str = "etalab-2.0"
    frequency: str = "UNKNOWN"
    source: Text = ""
    is_open: bool = True
    is_sample: bool = False


DATED = frozenset({FieldType.DATE, FieldType.DATETIME})
_RECORD_WORDS = frozenset(
    [
        "created",
        "export",
        "extraction",
        "horodatage",
        "import",
        "maj",
        "modif",
        "modification",
        "modified",
        "saisie",
        "update",
        "updated",
    ]
)


def is_record_date(name: str) -> bool:
    """Whether a date says when a row was written, not when something happened: ``date_maj``, ``updated_at``."""
    words = name.lower().split("_")
    return not _RECORD_WORDS.isdisjoint(words) or {"mise", "jour"} <= set(words)


@dataclass(frozen=True, slots=True)
class Noun:
    """How a sentence names features of a layer: « un arbre remarquable », and « 5 arbres » where the layer is known.

    Only French uses the gender; other languages have their own words before a noun.
    """

    one: Text
    many: Text
    short: Text
    short_many: Text
    is_feminine: bool = False


@dataclass(frozen=True, slots=True)
class LayerDefinition:
    """A layer that can be queried and rendered.

    ``title_field`` names the field that titles a feature, ``summary`` its key facts, ``tile_fields`` what tiles carry
    beside the id and the title (the style's field is always carried). ``time_field`` dates a feature. ``address_field``
    holds a postal address, ``precision_field`` the probable error of the position in metres, ``subject_field`` the slug
    of the layer that a row is about. ``synonyms`` are other French words for it. ``noun`` names features in sentences;
    without it, they are features of the layer of that title. ``status`` gives the state of a feature, ``official_file``
    the file of a national schema, ``moderation`` the states of rows that somebody approves. ``author_path`` is the
    column of the id of the account that wrote a row, indexed and never written by clients; empty where ``moderation``
    names it, and where the history alone knows. A layer in code that ``yields_to_datasets`` is left out where a
    dataset has its slug.
    ``dated`` has the rows of other days of a layer whose versions are in force one after the other.
    ``is_address``: features are postal addresses, of which the sheet begins with what
    applies there. ``are_rows_writable``: who has the right writes features one by one, where the history of the table
    is recorded.
    """

    slug: str
    model: type[models.Model]
    title: Text
    singular: Text
    geometry: GeometryType
    fields: tuple[Field, ...]
    title_field: str
    style: Style
    metadata: Metadata
    summary: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    tile_fields: tuple[str, ...] = ()
    time_field: str = ""
    address_field: str = ""
    precision_field: str = ""
    subject_field: str = ""
    is_address: bool = False
    are_rows_writable: bool = True
    synonyms: tuple[str, ...] = ()
    noun: Noun | None = None
    status: Status | None = None
    official_file: OfficialFile | None = None
    moderation: Moderation | None = None
    yields_to_datasets: bool = False
    author_path: str = ""
    min_zoom: int = 8
    max_zoom: int = 18
    dated: DatedRows | None = None
    # Which rows and fields the definition stands for, when the same layer may change them: part of every cache key.
    revision: str = ""
    by_name: Mapping[str, Field] = default(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the fields and refuse a definition that names a field it does not have."""
        by_name = {field.name: field for field in self.fields}
        object.__setattr__(self, "by_name", by_name)
        single = {
            self.title_field,
            *self.style.fields,
            self.time_field,
            self.address_field,
            self.precision_field,
            self.subject_field,
            *((self.status.field, self.status.hours) if self.status else ()),
        }
        missing = (single | {*self.summary, *self.tile_fields}) - {""} - set(by_name)
        if missing:
            raise ValueError(f"{self.slug}: no such field: {', '.join(sorted(missing))}")
        relations = {field.computed.relation for field in self.fields if field.computed}
        relations |= {self.official_file.relation} if self.official_file else set()
        if unknown := relations - {relation.name for relation in self.relations}:
            raise ValueError(f"{self.slug}: no such relation: {', '.join(sorted(unknown))}")

    def of_versions(self, versions: tuple[int, ...]) -> LayerDefinition:
        """Return the layer whose rows are those of some versions of it, by their ids; read alone.

        The same one where there are none, and where the rows have no versions.
        """
        if self.dated is None or not versions or self.dated.versions == versions:
            return self
        return replace(
            self,
            model=self.dated.model,
            dated=replace(self.dated, versions=versions),
            are_rows_writable=False,
            revision=f"{self.revision} versions {' '.join(map(str, versions))}",
        )

    @property
    def event_field(self) -> str:
        """The date that matters to people: ``time_field``, unless that says when the row was written.

        It is then the first stored date that does not.
        """
        if not is_record_date(self.time_field):
            return self.time_field
        dates = (field.name for field in self.fields if field.type in DATED and field.computed is None)
        return next((name for name in dates if not is_record_date(name)), self.time_field)

    @property
    def row_fields(self) -> dict[str, Field]:
        """The fields that a filter of rows may name, for every visitor: the id and those of the table, by name."""
        return {ID.name: ID} | {field.name: field for field in self.fields if field.computed is None}

    @property
    def row_author_path(self) -> str:
        """The column of the id of the account that wrote a row; empty where the history alone knows."""
        return self.author_path or (self.moderation.author_path if self.moderation else "")

    def relation(self, name: str) -> Relation:
        """Return a relation by name."""
        return next(relation for relation in self.relations if relation.name == name)

    @property
    def has_commune_shares(self) -> bool:
        """Whether rows have the communes that they go into (``layers.models.ExtendedFeature``): lines and surfaces.

        The communes themselves are the only surfaces without.
        """
        columns = self.model._meta.concrete_fields
        return not self.geometry.has_one_commune and any(column.attname == "communes" for column in columns)

    @property
    def is_placed(self) -> bool:
        """Whether rows are somewhere: they have a geometry, or a column for their commune.

        The rows of a table without it are those of the whole territory, wherever they are read.
        """
        columns = self.model._meta.concrete_fields
        return self.geometry.is_located or any(column.attname == COMMUNE_COLUMN for column in columns)

    @property
    def is_in_overview(self) -> bool:
        """Whether a first look at the territory has these points; people put on what is drawn among houses."""
        return self.geometry.is_point and self.min_zoom <= MAX_OVERVIEW_ZOOM

    @property
    def geometry_path(self) -> str:
        """Where the ORM finds the geometry; empty for a table."""
        return "geom" if self.geometry.is_located else ""

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables whose ``data_version`` decides whether an answer about this layer is still fresh."""
        return _tables_of(self.model, *[relation.model for relation in self.relations])


@lru_cache(maxsize=4_000)
def _tables_of(*models_read: type[models.Model]) -> tuple[str, ...]:
    # A table outside the default database schema is written ``schema"."table``: triggers know it by its own name.
    return tuple(model._meta.db_table.rpartition('"."')[2] for model in models_read)


_TYPES: Sequence[tuple[type[models.Field[Any, Any]], FieldType]] = (
    (ArrayField, FieldType.TEXTS),
    (models.BooleanField, FieldType.BOOLEAN),
    (models.IntegerField, FieldType.INTEGER),
    (models.AutoField, FieldType.INTEGER),
    (models.DecimalField, FieldType.NUMBER),
    (models.FloatField, FieldType.NUMBER),
    (models.DateTimeField, FieldType.DATETIME),
    (models.DateField, FieldType.DATE),
)


def field_of(
    model: type[models.Model],
    name: str,
    *,
    path: str = "",
    unit: str = "",
    is_facet: bool = False,
    is_protected: bool = False,
    synonyms: Sequence[str] = (),
    value_synonyms: Mapping[str, Sequence[str]] | None = None,
    is_additive: bool | None = None,
) -> Field:
    """Describe a concrete field of ``model``: type, title, description and enumeration come from the model."""
    column = model._meta.get_field(name)
    assert isinstance(column, models.Field)
    coded = column.base_field if isinstance(column, ArrayField) else column
    kind = next((kind for base, kind in _TYPES if isinstance(column, base)), FieldType.TEXT)
    return Field(
        name=name,
        type=kind,
        title=column.verbose_name,
        path=path or column.attname,
        description=column.help_text,
        unit=unit,
        choices=tuple((code, title) for code, title in coded.flatchoices if code not in (None, "")),
        is_facet=is_facet,
        is_protected=is_protected,
        synonyms=tuple(synonyms),
        value_synonyms=tuple((code, tuple(words)) for code, words in (value_synonyms or {}).items()),
        is_additive=is_additive,
    )


def fields_of(
    model: type[models.Model],
    names: Iterable[str],
    *,
    units: Mapping[str, str] | None = None,
    facets: Iterable[str] = (),
    protected: Iterable[str] = (),
    synonyms: Mapping[str, Sequence[str]] | None = None,
    value_synonyms: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    additive: Mapping[str, bool] | None = None,
) -> tuple[Field, ...]:
    """Describe several fields of ``model`` in the order given."""
    return tuple(
        field_of(
            model,
            name,
            unit=(units or {}).get(name, ""),
            is_facet=name in set(facets),
            is_protected=name in set(protected),
            synonyms=(synonyms or {}).get(name, ()),
            value_synonyms=(value_synonyms or {}).get(name),
            is_additive=(additive or {}).get(name),
        )
        for name in names
    )
